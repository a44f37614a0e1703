"""Rotas: whose turn comes when, where nobody is on call, and a picture of both (J-14).

Instants are whole seconds since 1970 UTC; dates, weekdays and clock times are those of the provider's zone.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from .calendar import DAY, OpeningHours
from .facts import Instant, Seconds
from .spans import Span, clip, difference

#: a rota covers every hour
ALWAYS: Final = "always"
#: a rota covers the hours outside of the working hours
CLOSED: Final = "closed"

#: somebody is on call
DUTY: Final = "duty"
#: somebody should be on call, and nobody is
GAP: Final = "gap"

#: more turns than anybody plans at once
MOST_TURNS: Final = 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """Part of a local date, in seconds after midnight on the wall clock; ``who`` is on duty (0 in a gap)."""

    start: Seconds
    stop: Seconds
    kind: str
    who: int = 0


@dataclass(frozen=True, slots=True)
class RotaDay:
    """A local date of a rota."""

    day: date
    bars: tuple[Bar, ...]


def required(hours: OpeningHours, cover: str, start: Instant, stop: Instant) -> list[Span]:
    """When somebody has to be on call between two instants.

    :param cover: :data:`ALWAYS` or :data:`CLOSED`; anything else: never
    """
    if cover == ALWAYS:
        return [(start, stop)] if start < stop else []
    if cover == CLOSED:
        return difference([(start, stop)], hours.open_spans(start, stop))
    return []


def gaps(hours: OpeningHours, cover: str, duties: Iterable[Span], start: Instant, stop: Instant) -> list[Span]:
    """When somebody has to be on call between two instants and nobody is."""
    return difference(required(hours, cover, start, stop), duties)


def turns(
    hours: OpeningHours, first: date, last: date, clock: Seconds, weekday: int | None, weeks: int = 1
) -> list[Span]:
    """The turns of a rota from one date to another, each ending where the next begins.

    The first begins on ``first``, the last ends on ``last``, both at the handover hour; the same clock time over
    changes between summer and winter time.

    :param clock: handover hour, in seconds after midnight
    :param weekday: of the handover, 0 is Monday; None: every day
    :param weeks: between two handovers, when there is a weekday
    :raises ValueError: when ``last`` is not after ``first``, or there would be more than :data:`MOST_TURNS`
    """
    if last <= first:
        raise ValueError("a rota ends after it begins")
    step = 1 if weekday is None else 7 * max(weeks, 1)
    day = first + timedelta(days=step if weekday is None else (weekday - first.weekday()) % 7 or step)
    bounds = [first]
    while day < last:
        bounds.append(day)
        day += timedelta(days=step)
        if len(bounds) > MOST_TURNS:
            raise ValueError("too many turns")
    instants = [hours.instant(bound, clock) for bound in [*bounds, last]]
    return list(itertools.pairwise(instants))


def day_opening(hours: OpeningHours, t: Instant, days: int = 60) -> Instant | None:
    """When the working day began that runs at ``t``, or that ran last before: the day's first opening (J-16).

    Hours that go on over midnight began the day before. None: there was none within so many days, as with a desk
    that never closes.
    """
    today = hours.local(t)[0]
    for back in range(days + 1):
        day = today - timedelta(days=back)
        start = hours.instant(day)
        for opens, _closes in hours.open_spans(start, hours.instant(day + timedelta(days=1))):
            if opens == start and hours.is_open(start - 1):
                continue
            if opens <= t:
                return opens
            break
    return None


def next_day_opening(hours: OpeningHours, t: Instant, days: int = 60) -> Instant | None:
    """When the next working day begins after ``t``. None: not within so many days."""
    today = hours.local(t)[0]
    for ahead in range(days + 1):
        day = today + timedelta(days=ahead)
        start = hours.instant(day)
        for opens, _closes in hours.open_spans(start, hours.instant(day + timedelta(days=1))):
            if opens == start and hours.is_open(start - 1):
                continue
            if opens > t:
                return opens
            break
    return None


def paint(
    hours: OpeningHours, first: date, count: int, duties: Sequence[tuple[Instant, Instant, int]], holes: Sequence[Span]
) -> list[RotaDay]:
    """``count`` dates from ``first`` on, with who is on call when and where nobody is.

    :param duties: ``(start, stop, who)``
    :param holes: of :func:`gaps`
    """
    painted = []
    for number in range(count):
        day = first + timedelta(days=number)
        start, stop = hours.instant(day), hours.instant(day + timedelta(days=1))
        bars = [bar for hole in holes if (bar := _bar(hours, day, (start, stop), hole, GAP, 0))]
        bars += [
            bar for opens, closes, who in duties if (bar := _bar(hours, day, (start, stop), (opens, closes), DUTY, who))
        ]
        painted.append(RotaDay(day, tuple(sorted(bars, key=lambda bar: (bar.start, bar.stop)))))
    return painted


def _bar(hours: OpeningHours, day: date, whole: Span, span: Span, kind: str, who: int) -> Bar | None:
    cut = clip([span], *whole)
    if not cut:
        return None
    last, clock = hours.local(cut[0][1])
    start, stop = hours.local(cut[0][0])[1], clock if last == day else DAY
    # when clocks go back, it may begin later than it ends on the wall
    return Bar(start, stop, kind, who) if start < stop else None
