"""The clock function alone: one ticket's clocks made from its events."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from odoo.addons.support_sla.tools import calendar, clock, facts

from .figures import Figure

_MONDAY = 1772438400  # 2026-03-02 08:00 UTC
_HOUR = 3600


def _version() -> facts.PolicyVersion:
    pauses = frozenset({"customer", "third_party"})
    metrics = (("first_response", 1800), ("resolution", 8 * _HOUR), ("next_reply", _HOUR), ("status_update", _HOUR))
    return facts.PolicyVersion(
        1,
        [
            facts.Target(index, metric, facts.Duration(seconds), 1, pauses)
            for index, (metric, seconds) in enumerate(metrics, 1)
        ],
    )


def _events(number: int) -> list[facts.Event]:
    """A ticket's life of so many facts: questions, answers, and waiting for the customer in between."""
    found = [
        facts.Event(_MONDAY, facts.RAISED, facts.CUSTOMER, {}, 1),
        facts.Event(_MONDAY, facts.GRADED, facts.SYSTEM, {"version": 1}, 2),
    ]
    turn = (
        (facts.MESSAGE_OUT, facts.STAFF, {}),
        (facts.PHASE, facts.STAFF, {"phase": "waiting_customer"}),
        (facts.MESSAGE_IN, facts.CUSTOMER, {}),
        (facts.PHASE, facts.SYSTEM, {"phase": "open"}),
    )
    while len(found) < number:
        kind, side, data = turn[(len(found) - 2) % len(turn)]
        found.append(facts.Event(_MONDAY + len(found) * 1500, kind, side, data, len(found) + 1))
    return found


def run(databases: dict[str, str], quick: bool, say: Callable[[str], None]) -> list[Figure]:
    hours = calendar.OpeningHours(
        "Europe/London",
        [
            calendar.WeeklyOpening(day, start * _HOUR, stop * _HOUR)
            for day in range(5)
            for start, stop in ((8, 12), (13, 17))
        ],
    )
    versions = {1: _version()}
    figures = []
    for number in (10, 50, 300):
        say(f"clock function, {number} events")
        events = _events(number)
        now = events[-1].moment + _HOUR
        made = clock.evaluate(events, versions, lambda _key: hours, now)
        times = []
        for _turn in range(5 if quick else 15):
            started = time.perf_counter()
            for _again in range(5):
                clock.evaluate(events, versions, lambda _key: hours, now)
            times.append((time.perf_counter() - started) / 5)
        figures.append(
            Figure(
                "clock function",
                f"{number} events, {len(made)} clocks",
                round(statistics.median(times) * 1e6),
                "µs",
                note=f"{len(made) / statistics.median(times):,.0f} clocks a second",
            )
        )
    return figures
