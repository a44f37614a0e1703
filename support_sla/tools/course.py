"""Counting opening time along one clock's life, with the held stretches taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .facts import Duration, Instant, Seconds, Segment
from .history import FOREVER
from .spans import Span


class Promise(Protocol):
    """A duration as opening time (``calendar.Budget``): counting starts at ``start`` and, if nothing
    pauses, ``seconds`` of ``hours`` later, at ``deadline``, the time is up."""

    @property
    def start(self) -> Instant: ...
    @property
    def seconds(self) -> Seconds: ...
    @property
    def deadline(self) -> Instant: ...
    @property
    def hours(self) -> Hours: ...


class Hours(Protocol):
    """What is asked of a calendar (``calendar.OpeningHours``)."""

    def next_open(self, t: Instant) -> Instant | None:
        """The first open instant from ``t`` on; None: never again."""

    def add(self, t: Instant, seconds: Seconds) -> Instant | None:
        """The first instant by which so many opening seconds have passed; negative: backwards."""

    def elapsed(self, a: Instant, b: Instant) -> Seconds:
        """Opening seconds in ``[a, b)``; negative when ``b`` is before ``a``."""

    def open_spans(self, a: Instant, b: Instant) -> list[Span]:
        """The opening spans in ``[a, b)``."""

    def gaps(self, a: Instant, b: Instant) -> list[Segment]:
        """The rest of ``[a, b)``, with the reasons."""

    def budget(self, t: Instant, duration: Duration) -> Promise | None:
        """What a duration that begins at ``t`` amounts to; None: there is not that much time."""


class Course:
    """The life of one clock, from ``start`` to ``limit`` (its end, else now), on its calendar.

    ``held`` are the stretches that do not count: sorted, disjoint, the last one ending at FOREVER when
    the clock is paused now. Beyond ``limit`` nothing is known to be held.
    """

    __slots__ = ("held", "hours", "limit", "start")

    def __init__(self, hours: Hours, start: Instant, limit: Instant, held: Sequence[Span] = ()) -> None:
        self.hours = hours
        self.start = start
        self.limit = limit
        self.held = held

    @property
    def paused_since(self) -> Instant | None:
        """The beginning of the pause that goes on at ``limit``, not before the clock's start."""
        if self.held and self.held[-1][1] == FOREVER:
            return max(self.held[-1][0], self.start)
        return None

    def counted(self, until: Instant) -> Seconds:
        """Opening seconds from the start to ``until`` that are not held."""
        result = 0
        position = self.start
        for start, stop in self.held:
            if start >= until:
                break
            if start > position:
                result += self.hours.elapsed(position, start)
            position = max(position, stop)
        if position < until:
            result += self.hours.elapsed(position, until)
        return result

    def reach(self, seconds: Seconds, origin: Instant | None = None, late: bool = False) -> Instant | None:
        """The instant at which ``seconds`` have been counted; None: paused before, or never.

        Ordinarily the first such instant, so that what is used up at closing time ends there (E-2.3). An
        instant at which the clock is held is none, for nobody can be late while paused (E-3.1).
        ``late``: the last such instant, which is the next opening; for promises in days that end at an
        opening. ``origin``: where counting begins, if not at the start.
        """
        position = self.start if origin is None else origin
        left = seconds
        for start, stop in self.held:
            if start > position:
                here = self.hours.elapsed(position, start)
                if here > left:
                    break
                if here == left and not late:
                    found = self._add(position, left)
                    if found is not None and found < start:
                        return found
                left -= here
            if stop > position:
                if stop == FOREVER:
                    return None
                position = stop
        reached = self._add(position, left)
        return self.hours.next_open(reached) if late and reached is not None else reached

    def _add(self, position: Instant, seconds: Seconds) -> Instant | None:
        # a calendar may move an empty addition to the next opening
        return self.hours.add(position, seconds) if seconds else position
