"""The arithmetic of a monthly report, from plain rows.

Plain, typed Python; nothing here imports Odoo. Instants are whole seconds since 1970 UTC, as in the engine's tools; a
period is half open, ``[start, stop)``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

Instant = int
Seconds = int

CANCELLED: Final = "cancelled"
#: phases in which nothing is to be done any more
ENDED: Final = frozenset({"resolved", "closed", CANCELLED})
#: what counts in achievement, what is shown beside it
KEPT: Final = "kept"
LATE: Final = "late"
EXCUSED: Final = "late_excused"


@dataclass(frozen=True, slots=True)
class Life:
    """A ticket as it went on: when it was raised, and each phase that it came to, in order."""

    id: int
    raised: Instant
    changes: tuple[tuple[Instant, str], ...] = ()

    def phase_before(self, moment: Instant) -> str:
        """The phase in which it stood just before ``moment``: "" before it was raised, "new" after that."""
        if self.raised >= moment:
            return ""
        phase = "new"
        for at, after in self.changes:
            if at >= moment:
                break
            phase = after
        return phase

    def ended_before(self, moment: Instant) -> Instant | None:
        """Since when it stood ended just before ``moment``; None while it was open."""
        since: Instant | None = None
        for at, after in self.changes:
            if at >= moment:
                break
            if after not in ENDED:
                since = None
            elif since is None:
                since = at
        return since


@dataclass(frozen=True, slots=True)
class Movement:
    """What became of tickets in a period, as ids. Nothing is lost:
    ``open_before + raised + reopened == resolved + cancelled + open_after``, as numbers.

    A ticket that was raised and ended before the period and again at its end is in none of them.
    """

    open_before: tuple[int, ...]
    raised: tuple[int, ...]
    reopened: tuple[int, ...]
    resolved: tuple[int, ...]
    cancelled: tuple[int, ...]
    open_after: tuple[int, ...]
    #: when those that were resolved or cancelled in the period came to their end
    ends: Mapping[int, Instant] = field(default_factory=dict)


def move(lives: Iterable[Life], start: Instant, stop: Instant) -> Movement:
    """What became of ``lives`` in ``[start, stop)``.

    Resolved is what stands ended when the period is over and came to that end in it; so a ticket that was resolved and
    opened again is not, and is open.
    """
    found: dict[str, list[int]] = {
        name: [] for name in ("open_before", "raised", "reopened", "resolved", "cancelled", "open_after")
    }
    ends: dict[int, Instant] = {}
    for life in lives:
        before, after = life.phase_before(start), life.phase_before(stop)
        if not after:
            continue  # not raised yet
        came = not before
        was_open = bool(before) and before not in ENDED
        if came:
            found["raised"].append(life.id)
        elif was_open:
            found["open_before"].append(life.id)
        if after not in ENDED:
            if not came and not was_open:
                found["reopened"].append(life.id)
            found["open_after"].append(life.id)
            continue
        since = life.ended_before(stop)
        if since is None or since < start:
            continue  # it has stood ended since before the period
        if not came and not was_open:
            found["reopened"].append(life.id)
        ends[life.id] = since
        found[CANCELLED if after == CANCELLED else "resolved"].append(life.id)
    return Movement(**{name: tuple(ids) for name, ids in found.items()}, ends=ends)


def by_day(moments: Iterable[Instant], bounds: Sequence[Instant]) -> list[int]:
    """How many of ``moments`` fall into each stretch between two neighbours of ``bounds`` (rising)."""
    counts = [0] * max(len(bounds) - 1, 0)
    for moment in moments:
        index = bisect_right(bounds, moment) - 1
        if 0 <= index < len(counts):
            counts[index] += 1
    return counts


def time_by_side(
    turns: Iterable[tuple[Instant, Instant | None, str]], start: Instant, stop: Instant
) -> dict[str, Seconds]:
    """Seconds of ``[start, stop)`` by whose turn it was; a turn without an end goes on."""
    seconds: dict[str, Seconds] = {}
    for begin, end, side in turns:
        length = min(stop if end is None else end, stop) - max(begin, start)
        if length > 0:
            seconds[side] = seconds.get(side, 0) + length
    return seconds


@dataclass(slots=True)
class Promise:
    """How one promise was kept: ids of the tickets, one for each time that it came due."""

    kept: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    excused: list[int] = field(default_factory=list)
    #: those of ``late`` that only a change of the promise made late
    regrade: int = 0

    @property
    def percent(self) -> float | None:
        return percent(len(self.kept), len(self.late))

    def add(self, outcome: str, ticket_id: int, regrade: bool = False) -> None:
        """Count one clock by its ``outcome``, the engine's one definition of achievement."""
        if outcome == KEPT:
            self.kept.append(ticket_id)
        elif outcome == EXCUSED:
            self.excused.append(ticket_id)
        elif outcome == LATE:
            self.late.append(ticket_id)
            self.regrade += regrade


def percent(kept: int, late: int) -> float | None:
    """The share of ``kept``, 0 to 100, not rounded; None when nothing counts."""
    return 100 * kept / (kept + late) if kept + late else None


def say_percent(value: float | None) -> float | None:
    """``value`` with one decimal, never rounded up to 100 nor down to 0: "100 %" means that nothing was late."""
    if value is None or value in (0, 100):
        return value
    return min(max(round(value, 1), 0.1), 99.9)
