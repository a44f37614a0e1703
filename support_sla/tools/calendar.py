"""Opening hours, and reckoning on them.

Everything goes by what a clock on the wall of the support office shows: the desk is open at an
instant exactly when the local time of that instant lies in an opening of its local date. Hence

* a 24-hour day has 23 or 25 hours when the clocks change, and a week of 24-hour days is one
  unbroken span;
* an opening that the clocks jump over does not take place that night;
* an opening in the hour that comes twice takes place twice.

Instants are whole seconds since 1970-01-01T00:00:00 UTC, lengths are whole seconds, local dates and
clock times are those of the calendar's zone. Reckoning happens in the years FIRST_YEAR to LAST_YEAR
(UTC): outside of them nothing is ever open, so that a promise without end gives None and never an
endless loop (E-2.6).

Opening spans are compiled a year at a time, when first needed, with running totals; an addition is then
two binary searches however many days it skips (E-2.5). Compiled years are only ever added, so one object
may serve many threads.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from importlib import import_module
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .facts import (
    CALENDAR_DAYS,
    SECONDS,
    SHUT,
    WORKING_DAY_END,
    WORKING_DAYS,
    Duration,
    Instant,
    Seconds,
    Segment,
)
from .spans import Span, clip, difference, intersection, union

DAY: Final = 86400
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2199

NIGHT: Final = "night"
WEEKEND: Final = "weekend"
HOLIDAY: Final = "holiday"
BREAK: Final = "break"

_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
#: the instants at which the years FIRST_YEAR … LAST_YEAR + 1 begin (UTC)
_YEAR_STARTS: Final = [
    (date(year, 1, 1).toordinal() - _EPOCH_ORDINAL) * DAY for year in range(FIRST_YEAR, LAST_YEAR + 2)
]
#: first instant of the reckoning, and the first one after it
BEGIN: Final = _YEAR_STARTS[0]
END: Final = _YEAR_STARTS[-1]
_DAYS: Final = (END - BEGIN) // DAY


@dataclass(frozen=True, slots=True)
class WeeklyOpening:
    """An opening that comes back every week, or every second week.

    ``weekday`` 0 is Monday. ``start`` and ``stop`` are the clock times in seconds after midnight, ``stop``
    at most 86400. ``week``: None for every week, else 0 or 1 as Odoo numbers the weeks of a two-week
    calendar (parity of the weeks counted from 1 January of the year 1). ``valid_from`` and ``valid_to``
    are the first and the last date on which it applies.
    """

    weekday: int
    start: int
    stop: int
    week: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Closure:
    """The desk is shut from ``start`` until before ``stop`` (instants), whatever the week says."""

    start: Instant
    stop: Instant
    label: str = ""
    reason: str = HOLIDAY


@dataclass(frozen=True, slots=True)
class DayException:
    """What holds on one local date in place of the weekly openings and of every closure.

    ``openings``: pairs of seconds after local midnight; none: shut all day. Several exceptions of one
    date are taken together.
    """

    day: date
    openings: tuple[tuple[int, int], ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """A promise as opening time: ``seconds`` of ``hours`` from ``start`` on end at ``deadline``.

    ``start`` is where counting begins (the next opening when raised outside hours). For durations in
    days the deadline is the given fact and ``seconds`` follows from it: where it lies exactly at an
    opening, ``hours.add(start, seconds)`` is the closing time before it, so take ``deadline`` as long as
    nothing has paused. ``hours`` is around the clock for calendar days.
    """

    start: Instant
    seconds: Seconds
    deadline: Instant
    hours: OpeningHours


@dataclass(frozen=True, slots=True)
class _Year:
    """The spans of one UTC year, with the opening seconds of the year before and after each."""

    starts: list[int]
    stops: list[int]
    before: list[int]
    after: list[int]
    total: int


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        # a bare machine without a zone database: Odoo needs pytz, which carries one
        try:
            with import_module("pytz").open_resource(name) as stream:
                return ZoneInfo.from_file(stream, key=name)
        except (ImportError, OSError, TypeError, ValueError) as error:  # pytz fails in all these ways
            raise ValueError(f"Unknown time zone: {name!r}") from error


def _offset(zone: ZoneInfo, instant: Instant) -> int:
    moment = datetime.fromtimestamp(instant, timezone.utc).astimezone(zone)
    offset = moment.utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


@lru_cache(maxsize=4096)
def _offsets(name: str, year: int) -> tuple[tuple[Instant, ...], tuple[int, ...]]:
    """The UTC offsets (seconds) in force in a UTC year, and the instants from which they are.

    No zone changes its clocks twice within a day, so a look at each day finds every change.
    """
    zone = _zone(name)
    first, last = _YEAR_STARTS[year - FIRST_YEAR], _YEAR_STARTS[year - FIRST_YEAR + 1]
    since, offsets = [first], [_offset(zone, first)]
    for low in range(first, last, DAY):
        high = min(low + DAY, last - 1)
        if _offset(zone, high) == offsets[-1]:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            if _offset(zone, middle) == offsets[-1]:
                low = middle
            else:
                high = middle
        since.append(high)
        offsets.append(_offset(zone, high))
    return tuple(since), tuple(offsets)


def week_parity(day: date) -> int:
    """Which of the two weeks of a two-week calendar a date lies in, as Odoo counts them: 0 or 1."""
    return (day.toordinal() - 1) // 7 % 2


def _is_continued(one: Segment, other: Segment) -> bool:
    return one.stop == other.start and (one.reason, one.label) == (other.reason, other.label)


class OpeningHours:
    """When a desk is open, and how to count on it. Immutable.

    Negative amounts go backwards, as the mirror image: what starts outside hours starts at the
    previous closing, and what is used up exactly at an opening ends there.
    """

    def __init__(
        self,
        zone: str,
        weekly: Sequence[WeeklyOpening],
        closures: Iterable[Closure] = (),
        exceptions: Iterable[DayException] = (),
    ) -> None:
        """:raises ValueError: when the zone is unknown"""
        self.zone = zone or "UTC"
        _zone(self.zone)
        self._weekly: list[list[WeeklyOpening]] = [[] for _ in range(7)]
        for opening in weekly:
            if 0 <= opening.start < opening.stop:
                self._weekly[opening.weekday].append(opening)
        self._closures = sorted(
            (closure for closure in closures if closure.start < closure.stop),
            key=lambda closure: (closure.start, closure.stop),
        )
        self._shut = union((closure.start, closure.stop) for closure in self._closures)
        self._exceptions: dict[int, tuple[list[Span], str]] = {}
        for exception in exceptions:
            ordinal = exception.day.toordinal()
            spans, label = self._exceptions.get(ordinal, ([], ""))
            self._exceptions[ordinal] = (
                clip(union(spans, exception.openings), 0, DAY),
                label or exception.label,
            )
        #: False: nothing can ever be open, so no year need be looked at
        self.has_hours = any(self._weekly) or any(spans for spans, _label in self._exceptions.values())
        self._years: dict[int, _Year] = {}

    # --- local time -----------------------------------------------------------------------------
    def _offset_at(self, t: Instant) -> int:
        year = min(max(bisect_right(_YEAR_STARTS, t) - 1 + FIRST_YEAR, FIRST_YEAR), LAST_YEAR)
        since, offsets = _offsets(self.zone, year)
        return offsets[max(bisect_right(since, t) - 1, 0)]

    def local(self, t: Instant) -> tuple[date, int]:
        """The local date and clock time (seconds after midnight as the clock shows them)."""
        days, clock = divmod(t + self._offset_at(t), DAY)
        return date.fromordinal(days + _EPOCH_ORDINAL), clock

    def instant(self, day: date, clock: int = 0) -> Instant:
        """The instant at which the local clock shows ``clock`` seconds after midnight of ``day``.

        A time that comes twice means the first; a time that is jumped over means the moment of the jump.
        """
        wall = (day.toordinal() - _EPOCH_ORDINAL) * DAY + clock
        earlier, later = self._offset_at(wall - DAY), self._offset_at(wall + DAY)
        if earlier == later or self._offset_at(wall - earlier) == earlier:
            return wall - earlier
        if self._offset_at(wall - later) == later:
            return wall - later
        # jumped over: the change lies between the two readings
        low, high = wall - later, wall - earlier
        while high - low > 1:
            middle = (low + high) // 2
            if self._offset_at(middle) == earlier:
                low = middle
            else:
                high = middle
        return high

    # --- compiling ------------------------------------------------------------------------------
    def usual_openings(self, day: date) -> list[Span]:
        """What the week says of a date, in seconds after its midnight; closures and exceptions left aside."""
        return self._weekly_spans(day.toordinal())

    def exception_label(self, day: date) -> str | None:
        """The name of the exception that holds on a date, perhaps empty; None: an ordinary date."""
        exception = self._exceptions.get(day.toordinal())
        return None if exception is None else exception[1]

    def _weekly_spans(self, ordinal: int) -> list[Span]:
        lines = self._weekly[(ordinal + 6) % 7]
        if not lines:
            return []
        parity = (ordinal - 1) // 7 % 2
        return union(
            (line.start, min(line.stop, DAY))
            for line in lines
            if (line.week is None or line.week == parity)
            and (line.valid_from is None or line.valid_from.toordinal() <= ordinal)
            and (line.valid_to is None or ordinal <= line.valid_to.toordinal())
        )

    def _day_spans(self, ordinal: int) -> list[Span]:
        exception = self._exceptions.get(ordinal)
        return self._weekly_spans(ordinal) if exception is None else exception[0]

    def _open_between(self, start: Instant, stop: Instant) -> list[Span]:
        """Opening spans in ``[start, stop)``, which lies within one UTC year; reckoned afresh."""
        year = bisect_right(_YEAR_STARTS, start) - 1 + FIRST_YEAR
        since, offsets = _offsets(self.zone, year)
        ordinary: list[Span] = []
        exceptional: list[Span] = []
        for index, offset in enumerate(offsets):
            # while one offset is in force, local time is simply UTC and a constant
            low = max(start, since[index])
            high = min(stop, since[index + 1]) if index + 1 < len(since) else stop
            if low >= high:
                continue
            for day in range((low + offset) // DAY, (high - 1 + offset) // DAY + 1):
                ordinal = day + _EPOCH_ORDINAL
                spans = exceptional if ordinal in self._exceptions else ordinary
                midnight = day * DAY - offset
                for opens, closes in self._day_spans(ordinal):
                    a, b = max(midnight + opens, low), min(midnight + closes, high)
                    if a < b:
                        spans.append((a, b))
        return union(difference(ordinary, self._shut_between(start, stop)), exceptional)

    def _shut_between(self, start: Instant, stop: Instant) -> list[Span]:
        """The closures that touch ``[start, stop)``; exception days are not taken out of them."""
        first = max(bisect_right(self._shut, (start, start)) - 1, 0)
        last = bisect_left(self._shut, (stop, stop))
        return self._shut[first:last]

    def _year(self, year: int) -> _Year:
        compiled = self._years.get(year)
        if compiled is None:
            begin, end = _YEAR_STARTS[year - FIRST_YEAR], _YEAR_STARTS[year - FIRST_YEAR + 1]
            spans = self._open_between(begin, end) if self.has_hours else []
            before: list[int] = []
            after: list[int] = []
            total = 0
            for start, stop in spans:
                before.append(total)
                total += stop - start
                after.append(total)
            compiled = _Year([s for s, _ in spans], [s for _, s in spans], before, after, total)
            self._years[year] = compiled
        return compiled

    @staticmethod
    def _year_of(t: Instant) -> int:
        """The UTC year of an instant within the reckoning."""
        return bisect_right(_YEAR_STARTS, t) - 1 + FIRST_YEAR

    def _position(self, t: Instant) -> tuple[int, int]:
        """The year of an instant and the opening seconds of that year before it."""
        if t >= END:
            return LAST_YEAR, self._year(LAST_YEAR).total
        year = bisect_right(_YEAR_STARTS, t) - 1 + FIRST_YEAR
        compiled = self._years.get(year) or self._year(year)
        index = bisect_right(compiled.starts, t) - 1
        if index < 0:
            return year, 0
        stop = compiled.stops[index]
        return year, compiled.after[index] - (stop - t if t < stop else 0)

    # --- opening and closing --------------------------------------------------------------------
    def is_open(self, t: Instant) -> bool:
        if not BEGIN <= t < END:
            return False
        compiled = self._year(self._year_of(t))
        index = bisect_right(compiled.starts, t) - 1
        return index >= 0 and t < compiled.stops[index]

    def next_open(self, t: Instant) -> Instant | None:
        """The first instant from ``t`` on at which it is open; ``t`` itself when it is. None: never again."""
        if t >= END or not self.has_hours:
            return None
        t = max(t, BEGIN)
        for year in range(self._year_of(t), LAST_YEAR + 1):
            compiled = self._year(year)
            index = bisect_right(compiled.stops, t)
            if index < len(compiled.starts):
                return max(t, compiled.starts[index])
        return None

    def last_close(self, t: Instant) -> Instant | None:
        """The last instant up to ``t`` with opening time right before it. None: there was none."""
        if t <= BEGIN or not self.has_hours:
            return None
        t = min(t, END)
        for year in range(self._year_of(t - 1), FIRST_YEAR - 1, -1):
            compiled = self._year(year)
            index = bisect_left(compiled.starts, t) - 1
            if index >= 0:
                return min(t, compiled.stops[index])
        return None

    # --- seconds --------------------------------------------------------------------------------
    def add(self, t: Instant, seconds: Seconds) -> Instant | None:
        """The instant by which so many seconds of opening time have passed since ``t`` (E-2.3).

        Outside hours counting starts at the next opening. What is used up exactly at closing time ends at
        closing time, not at the next opening. Negative: backwards. Nothing to add: ``t`` itself when open
        or just closed, else the next opening. None when there is not that much opening time.
        """
        if not self.has_hours or not BEGIN <= t < END:
            return None
        if seconds == 0:
            return t if self.last_close(t) == t else self.next_open(t)
        year, position = self._position(t)
        wanted = position + seconds
        if seconds > 0:
            while True:
                compiled = self._years.get(year) or self._year(year)
                if wanted <= compiled.total:
                    index = bisect_left(compiled.after, wanted)
                    return compiled.stops[index] - (compiled.after[index] - wanted)
                wanted -= compiled.total
                year += 1
                if year > LAST_YEAR:
                    return None
        while wanted < 0:
            year -= 1
            if year < FIRST_YEAR:
                return None
            wanted += self._year(year).total
        compiled = self._year(year)
        index = bisect_right(compiled.before, wanted) - 1
        return compiled.starts[index] + wanted - compiled.before[index]

    def elapsed(self, a: Instant, b: Instant) -> Seconds:
        """Opening seconds in ``[a, b)``; negative when ``b`` is before ``a``."""
        if b < a:
            return -self.elapsed(b, a)
        if not self.has_hours:
            return 0
        if a < BEGIN:
            a = BEGIN
        if b > END:
            b = END
        if a >= b:
            return 0
        first, passed = self._position(a)
        last, position = self._position(b)
        if first == last:
            return position - passed
        return position - passed + sum(self._year(year).total for year in range(first, last))

    # --- days -----------------------------------------------------------------------------------
    def _spans_of(self, day: date) -> list[Span]:
        """The opening spans (instants) of a local date."""
        midnight = self.instant(day)
        if not BEGIN <= midnight < END - 2 * DAY:
            return []
        return self.open_spans(midnight, self.instant(day + timedelta(days=1)))

    def is_shut_all_day(self, day: date) -> bool:
        """Whether closures take the whole of a local date, whatever its exceptions say."""
        start, stop = self.instant(day), self.instant(day + timedelta(days=1))
        return not difference([(start, stop)], self._shut_between(start, stop))

    def has_closed_day(self, first: date, last: date) -> bool:
        """Whether a closure or an exception shuts a date, from the first to the last, that has hours in its week."""
        if any(
            not spans and first.toordinal() <= ordinal <= last.toordinal() and self._weekly_spans(ordinal)
            for ordinal, (spans, _label) in self._exceptions.items()
        ):
            return True
        start, stop = self.instant(first), self.instant(last + timedelta(days=1))
        return any(
            self._weekly_spans(ordinal) and self.is_shut_all_day(date.fromordinal(ordinal))
            for low, high in clip(self._shut_between(start, stop), start, stop)
            for ordinal in range(self.local(low)[0].toordinal(), self.local(high - 1)[0].toordinal() + 1)
        )

    def is_working_day(self, day: date) -> bool:
        """Whether it is open at all on a local date."""
        ordinal = day.toordinal()
        if not self._day_spans(ordinal):
            return False
        return bool(self._spans_of(day))

    def _working_days(self, day: date, step: int) -> Iterator[tuple[date, list[Span]]]:
        """The working days from a local date on, ``step`` 1 forwards or -1 backwards, without ``day``."""
        low, high = date(FIRST_YEAR, 1, 2), date(LAST_YEAR, 12, 29)
        while low <= (day := day + timedelta(days=step)) <= high:
            if self._day_spans(day.toordinal()) and (spans := self._spans_of(day)):
                yield day, spans

    def _from_day(self, t: Instant, backwards: bool) -> Instant | None:
        if not BEGIN <= t < END:
            return None
        return self.last_close(t) if backwards and not self.is_open(t) else self.next_open(t)

    def add_working_days(self, t: Instant, n: int) -> Instant | None:
        """The same local clock time ``n`` working days later; a working day is a local date with opening time.

        Outside hours it starts at the next opening (backwards: at the previous closing). Where that
        clock time is outside the hours of the day reached, the nearest instant that keeps to them is taken: its
        opening, its closing, or the end of the break it falls into (backwards: the beginning).
        None when there are not that many working days.
        """
        start = self._from_day(t, n < 0)
        if start is None or n == 0:
            return start
        if abs(n) > _DAYS:
            return None
        day, clock = self.local(start)
        if n < 0 and clock == 0 and not self.is_open(start):
            # closing time at midnight belongs to the date that ends there
            day, clock = day - timedelta(days=1), DAY
        for count, (reached, spans) in enumerate(self._working_days(day, 1 if n > 0 else -1), 1):
            if count < abs(n):
                continue
            wanted = self.instant(reached, clock)
            if wanted <= spans[0][0]:
                return spans[0][0]
            for index, (opens, closes) in enumerate(spans):
                if wanted <= closes:
                    if wanted >= opens:
                        return wanted
                    return opens if n > 0 else spans[index - 1][1]
            return spans[-1][1]
        return None

    def end_of_working_day(self, t: Instant, n: int) -> Instant | None:
        """Closing time of the ``n``-th working day; the day on which counting starts is the first.

        Raised after closing time, the next working day is the first. ``n`` below 1 counts on backwards
        (0: closing time of the working day before). None when there is no such day.
        """
        start = self._from_day(t, False)
        if start is None:
            return None
        day, _clock = self.local(start)
        if n == 1:
            today = self._spans_of(day)
            return today[-1][1] if today else None
        if abs(n) > _DAYS:
            return None
        for count, (_day, spans) in enumerate(self._working_days(day, 1 if n > 1 else -1), 1):
            if count == abs(n - 1):
                return spans[-1][1]
        return None

    def add_calendar_days(self, t: Instant, n: int) -> Instant | None:
        """The same local clock time ``n`` dates later, open or not. None when outside the reckoning."""
        if not BEGIN <= t < END:
            return None
        day, clock = self.local(t)
        ordinal = day.toordinal() + n
        if not date(FIRST_YEAR, 1, 2).toordinal() <= ordinal <= date(LAST_YEAR, 12, 30).toordinal():
            return None
        if n == 0:
            return t  # not the first of two equal clock times
        return self.instant(date.fromordinal(ordinal), clock)

    def budget(self, t: Instant, duration: Duration) -> Budget | None:
        """What a promised duration amounts to when counting begins at ``t`` (E-2.1).

        None when the calendar never has that much time.

        :raises ValueError: when the duration's unit is unknown
        """
        if duration.unit == CALENDAR_DAYS:
            deadline = self.add_calendar_days(t, duration.amount)
            if deadline is None:
                return None
            return Budget(t, deadline - t, deadline, around_the_clock(self.zone))
        if duration.unit not in (SECONDS, WORKING_DAYS, WORKING_DAY_END):
            raise ValueError(f"Unknown unit of duration: {duration.unit!r}")
        start = self.next_open(t) if t >= BEGIN else None
        if start is None:
            return None
        if duration.unit == SECONDS:
            deadline = self.add(start, duration.amount)
        elif duration.unit == WORKING_DAYS:
            deadline = self.add_working_days(start, duration.amount)
        else:
            deadline = self.end_of_working_day(start, duration.amount)
        if deadline is None:
            return None
        return Budget(start, self.elapsed(start, deadline), deadline, self)

    # --- showing --------------------------------------------------------------------------------
    def open_spans(self, a: Instant, b: Instant) -> list[Span]:
        """The opening spans in ``[a, b)``, in order; spans that touch are one."""
        a, b = max(a, BEGIN), min(b, END)
        result: list[Span] = []
        if a >= b or not self.has_hours:
            return result
        for year in range(self._year_of(a), self._year_of(b - 1) + 1):
            compiled = self._year(year)
            first = bisect_right(compiled.stops, a)
            last = bisect_left(compiled.starts, b)
            for index in range(first, last):
                start, stop = max(compiled.starts[index], a), min(compiled.stops[index], b)
                if result and result[-1][1] == start:
                    result[-1] = (result[-1][0], stop)
                else:
                    result.append((start, stop))
        return result

    def gaps(self, a: Instant, b: Instant) -> list[Segment]:
        """The stretches of ``[a, b)`` in which it is shut, and why; with ``open_spans`` they fill it exactly.

        Reasons: "holiday" or the closure's own (it or an exception day took away opening time; its name is the label),
        "weekend" (a date that has no hours anyway), "break" (between two openings of a date), "night". Outside of
        the reckoned years the reason is empty.
        """
        result: list[Segment] = []
        for start, stop in difference([(a, b)], self.open_spans(a, b)):
            for piece in self._explain(start, stop):
                if result and _is_continued(result[-1], piece):
                    piece = Segment(result.pop().start, piece.stop, SHUT, piece.reason, piece.label)
                result.append(piece)
        return result

    def _explain(self, start: Instant, stop: Instant) -> Iterator[Segment]:
        """Cuts a shut stretch at local midnights and at whatever changes the reason."""
        if start < BEGIN:
            yield Segment(start, min(stop, BEGIN), SHUT)
            start = BEGIN
        while start < min(stop, END):
            day, _clock = self.local(start)
            until = min(self.instant(day + timedelta(days=1)), stop, END)
            if until <= start:  # the date comes back when clocks go back over midnight
                until = min(start + DAY, stop, END)
            yield from self._explain_day(day, start, until)
            start = until
        if start < stop:
            yield Segment(start, stop, SHUT)

    def _explain_day(self, day: date, start: Instant, stop: Instant) -> Iterator[Segment]:
        ordinal = day.toordinal()
        usual = [(self.instant(day, a), self.instant(day, b)) for a, b in self._weekly_spans(ordinal)]
        taken: list[tuple[Span, str, str]] = []
        if ordinal in self._exceptions:
            openings, label = self._exceptions[ordinal]
            if not openings:
                if usual:
                    yield Segment(start, stop, SHUT, HOLIDAY, label)
                else:
                    yield Segment(start, stop, SHUT, WEEKEND)
                return
            hours = sorted([*usual, *((self.instant(day, a), self.instant(day, b)) for a, b in openings)])
            taken = [(span, HOLIDAY, label) for span in intersection(usual, [(start, stop)])]
        elif not usual:
            yield Segment(start, stop, SHUT, WEEKEND)
            return
        else:
            hours = usual
            taken = [
                ((max(start, closure.start), min(stop, closure.stop)), closure.reason, closure.label)
                for closure in self._closures
                if closure.start < stop and start < closure.stop and clip(usual, closure.start, closure.stop)
            ]
        for (low, high), reason, label in sorted(taken):
            if high <= start:
                continue
            low = max(low, start)
            yield from self._between(hours, start, low)
            yield Segment(low, high, SHUT, reason, label)
            start = high
        yield from self._between(hours, start, stop)

    @staticmethod
    def _between(hours: list[Span], start: Instant, stop: Instant) -> Iterator[Segment]:
        """A shut stretch of a day with hours: before its first opening or after its last it is night."""
        first, last = hours[0][0], max(span[1] for span in hours)
        for low, high, reason in (
            (start, min(stop, first), NIGHT),
            (max(start, first), min(stop, last), BREAK),
            (max(start, last), stop, NIGHT),
        ):
            if low < high:
                yield Segment(low, high, SHUT, reason)


class AroundTheClock(OpeningHours):
    """Always open. The zone matters only for days: their clock times and their midnights."""

    def __init__(self, zone: str = "UTC") -> None:
        super().__init__(zone, [WeeklyOpening(weekday, 0, DAY) for weekday in range(7)])

    def next_open(self, t: Instant) -> Instant | None:
        return max(t, BEGIN) if t < END else None

    def last_close(self, t: Instant) -> Instant | None:
        return min(t, END) if t > BEGIN else None

    def is_open(self, t: Instant) -> bool:
        return BEGIN <= t < END

    def add(self, t: Instant, seconds: Seconds) -> Instant | None:
        return t + seconds if BEGIN <= t < END and BEGIN <= t + seconds <= END else None

    def elapsed(self, a: Instant, b: Instant) -> Seconds:
        return min(max(b, BEGIN), END) - min(max(a, BEGIN), END)

    def open_spans(self, a: Instant, b: Instant) -> list[Span]:
        return clip([(a, b)], BEGIN, END)


@lru_cache(maxsize=512)
def around_the_clock(zone: str = "UTC") -> AroundTheClock:
    """The opening hours of a desk that never closes."""
    return AroundTheClock(zone)


AROUND_THE_CLOCK: Final = around_the_clock()
