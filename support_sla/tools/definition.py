"""Opening hours as plain data, so that what held once can be kept and compared (E-3.6).

A definition is JSON::

    {"zone": "Europe/London",
     "weekly": [[weekday, start, stop, week], …],      seconds after midnight; week 0, 1 or null
     "closures": [[start, stop, name], …],             instants
     "exceptions": [["2026-12-24", [[start, stop], …], {language: name}], …]}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from .calendar import Closure, DayException, OpeningHours, WeeklyOpening
from .spans import Span, union

Definition = Mapping[str, Any]
#: whose name stands in where the reader's language has none
PLAIN: Final = "en_US"


def define(
    zone: str,
    weekly: Iterable[WeeklyOpening],
    closures: Iterable[Closure],
    exceptions: Iterable[tuple[DayException, Mapping[str, str]]],
) -> dict[str, Any]:
    """What opening hours are made of, as data that JSON keeps as it is; in an order of its own, so that
    equal hours have equal definitions.

    :param exceptions: each with its names by language
    """
    return {
        "zone": zone,
        "weekly": sorted(
            ([opening.weekday, opening.start, opening.stop, opening.week] for opening in weekly),
            key=lambda line: (line[0], line[1] or 0, line[2] or 0, -1 if line[3] is None else line[3]),
        ),
        "closures": sorted([closure.start, closure.stop, closure.label] for closure in closures),
        "exceptions": sorted(
            (
                [exception.day.isoformat(), [list(span) for span in exception.openings], dict(names)]
                for exception, names in exceptions
            ),
            key=lambda line: (line[0], line[1]),
        ),
    }


def compile_hours(definition: Definition, language: str = PLAIN) -> OpeningHours:
    """The opening hours that a definition tells, with names in a language where there are such.

    :raises ValueError: when the zone is unknown
    """
    return OpeningHours(
        definition["zone"],
        [WeeklyOpening(weekday, start, stop, week) for weekday, start, stop, week in definition["weekly"]],
        [Closure(start, stop, name) for start, stop, name in definition["closures"]],
        [
            DayException(date.fromisoformat(day), tuple((start, stop) for start, stop in spans), _name(names, language))
            for day, spans, names in definition["exceptions"]
        ],
    )


def _name(names: Mapping[str, str], language: str) -> str:
    return names.get(language) or names.get(PLAIN) or next(iter(names.values()), "")


def _week(definition: Definition) -> dict[tuple[int, int], list[Span]]:
    """The openings by weekday and parity of the week."""
    return {
        (weekday, parity): union(
            (start, stop)
            for day, start, stop, week in definition["weekly"]
            if day == weekday and (week is None or week == parity)
        )
        for weekday in range(7)
        for parity in (0, 1)
    }


def _exceptions(definition: Definition) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    for day, spans, _names in definition["exceptions"]:
        found[day] = union(found.get(day, []), ((start, stop) for start, stop in spans))
    return found


def _shut(definition: Definition) -> list[Span]:
    return union((start, stop) for start, stop, _name in definition["closures"])


def same_hours(one: Definition, other: Definition) -> bool:
    """Whether two definitions tell of the same hours, whatever they call them and however they cut them up."""
    return (
        one["zone"] == other["zone"]
        and _week(one) == _week(other)
        and _shut(one) == _shut(other)
        and _exceptions(one) == _exceptions(other)
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two definitions.

    ``kind``: "zone" (``before``, ``after`` are names), "week" (``day`` is the weekday 0–6, ``parity`` 0 or 1 when
    the two weeks differ), "closed" and "opened" (``before`` or ``after`` is ``(start, stop, name)``), "exception"
    (``day`` is the date in ISO form). ``before`` and ``after`` of days are spans in seconds after midnight, None:
    an ordinary day.
    """

    kind: str
    before: Any = None
    after: Any = None
    day: Any = None
    parity: int | None = None


def changes(before: Definition, after: Definition) -> list[Change]:
    """What is different, in the order in which to tell it."""
    result: list[Change] = []
    if before["zone"] != after["zone"]:
        result.append(Change("zone", before["zone"], after["zone"]))
    old_week, new_week = _week(before), _week(after)
    for weekday in range(7):
        pairs = [(old_week[weekday, parity], new_week[weekday, parity]) for parity in (0, 1)]
        if pairs[0] == pairs[1]:
            if pairs[0][0] != pairs[0][1]:
                result.append(Change("week", *pairs[0], day=weekday))
            continue
        result += [
            Change("week", old, new, day=weekday, parity=parity)
            for parity, (old, new) in enumerate(pairs)
            if old != new
        ]
    result += _closure_changes(before["closures"], after["closures"])
    old_days, new_days = _exceptions(before), _exceptions(after)
    result += [
        Change("exception", old_days.get(day), new_days.get(day), day=day)
        for day in sorted(old_days.keys() | new_days.keys())
        if old_days.get(day) != new_days.get(day)
    ]
    return result


def _closure_changes(before: Sequence[Sequence[Any]], after: Sequence[Sequence[Any]]) -> list[Change]:
    old = {(start, stop): name for start, stop, name in before}
    new = {(start, stop): name for start, stop, name in after}
    result = [Change("opened", before=(*span, old[span])) for span in sorted(old.keys() - new.keys())]
    result += [Change("closed", after=(*span, new[span])) for span in sorted(new.keys() - old.keys())]
    return result
