"""Opening hours against oracles that share no code with them, and against the laws of arithmetic."""

import datetime as dt
from zoneinfo import ZoneInfo

import businesstimedelta
import pytz
from hypothesis import assume, given
from hypothesis import strategies as st
from sla_calendar_cases import (
    HOUR,
    ZONES,
    amounts,
    desks,
    instants,
    moderate,
    utc,
    week,
)

from support_sla.tools.calendar import Closure, DayException, OpeningHours
from support_sla.tools.facts import (
    CALENDAR_DAYS,
    SECONDS,
    WORKING_DAY_END,
    WORKING_DAYS,
    Duration,
)
from support_sla.tools.spans import total, union


# --- an oracle that looks at the wall clock every minute ----------------------------------------
class WallClock:
    """Somebody who reads the local time and looks it up on the door. Slow, and obviously right."""

    def __init__(self, zone, weekly, closures, exceptions):
        self.zone = ZoneInfo(zone)
        self.weekly = weekly
        self.closures = closures
        self.exceptions = {exception.day: exception for exception in exceptions}

    @classmethod
    def of(cls, desk: OpeningHours):
        weekly = [opening for day in desk._weekly for opening in day]
        exceptions = [
            DayException(dt.date.fromordinal(ordinal), tuple(spans))
            for ordinal, (spans, _label) in desk._exceptions.items()
        ]
        return cls(desk.zone, weekly, desk._closures, exceptions)

    def is_open(self, instant):
        local = dt.datetime.fromtimestamp(instant, self.zone)
        clock = local.hour * 3600 + local.minute * 60 + local.second
        exception = self.exceptions.get(local.date())
        if exception:
            return any(start <= clock < stop for start, stop in exception.openings)
        if any(closure.start <= instant < closure.stop for closure in self.closures):
            return False
        monday = local.date() - dt.timedelta(days=local.weekday())
        parity = (monday - dt.date(1, 1, 1)).days // 7 % 2
        return any(
            line.start <= clock < line.stop
            for line in self.weekly
            if line.weekday == local.weekday() and line.week in (None, parity)
        )

    def minutes(self, start, step):
        """Pairs (from, to) of open stretches within one minute each, walking from ``start``."""
        while True:
            edge = (start // 60 + 1) * 60 if step > 0 else (start - 1) // 60 * 60
            low, high = min(start, edge), max(start, edge)
            yield (low, high) if self.is_open(low) else (low, low)
            start = edge

    def elapsed(self, a, b):
        return sum(min(high, b) - low for low, high in self._until(a, b) if low < min(high, b))

    def _until(self, a, b):
        for low, high in self.minutes(a, 1):
            if low >= b:
                return
            yield low, high

    def add(self, t, seconds, days=25):
        left = abs(seconds)
        for low, high in self.minutes(t, 1 if seconds > 0 else -1):
            if abs(low - t) > days * 86400:
                return None
            if low < high:
                if left <= high - low:
                    return low + left if seconds > 0 else high - left
                left -= high - low
        return None


@moderate
@given(desks(), instants)
def test_open_means_what_the_wall_clock_says(desk, t):
    """E-2.4: at any second, open is exactly when the local clock reads a time in an opening of its date."""
    wall = WallClock.of(desk)
    for instant in range(t - 20 * HOUR, t + 20 * HOUR, 977):
        assert desk.is_open(instant) == wall.is_open(instant)


@moderate
@given(desks(), instants, st.integers(0, 5 * 24 * HOUR))
def test_elapsed_equals_watching_every_minute(desk, a, length):
    """E-2.4: opening time between two instants is what somebody counts who watches every minute."""
    assert desk.elapsed(a, a + length) == WallClock.of(desk).elapsed(a, a + length)


@moderate
@given(desks(), instants, st.integers(1, 30 * HOUR), st.sampled_from([1, -1]))
def test_add_equals_watching_every_minute(desk, t, seconds, direction):
    """E-2.3: forwards and backwards, the instant reached is the one found by watching every minute."""
    expected = WallClock.of(desk).add(t, direction * seconds)
    assume(expected is not None)
    assert desk.add(t, direction * seconds) == expected


# --- businesstimedelta --------------------------------------------------------------------------
@st.composite
def plain_offices(draw):
    """What ``businesstimedelta`` can express: same hours on some weekdays, a lunch break, whole holidays."""
    zone = pytz.timezone(draw(st.sampled_from(ZONES)))
    # away from the hours in which clocks change, where it is not exact
    opens, closes = draw(st.integers(6, 9)), draw(st.integers(15, 22))
    weekdays = sorted(draw(st.sets(st.integers(0, 6), min_size=1)))
    lunch = draw(st.booleans())
    first = dt.date(2026, 1, 1)
    holidays = draw(st.sets(st.integers(0, 500).map(lambda n: first + dt.timedelta(days=n)), max_size=10))
    rules = [businesstimedelta.WorkDayRule(dt.time(opens), dt.time(closes), weekdays, tz=zone)]
    if lunch:
        rules.append(businesstimedelta.LunchTimeRule(dt.time(12), dt.time(13), weekdays, tz=zone))
    # it must find a holiday before and after, or it fails
    ever = holidays | {dt.date(2024, 1, 1), dt.date(2029, 1, 1)}
    rules.append(businesstimedelta.HolidayRule(ever, tz=zone))
    hours = ((opens, 12), (13, closes)) if lunch else ((opens, closes),)
    weekly = week(*[hours if weekday in weekdays else () for weekday in range(7)])

    def midnight(day):
        return int(zone.localize(dt.datetime.combine(day, dt.time())).timestamp())

    closures = [Closure(midnight(day), midnight(day + dt.timedelta(days=1))) for day in holidays]
    return OpeningHours(str(zone), weekly, closures), businesstimedelta.Rules(rules)


def aware(instant):
    return dt.datetime.fromtimestamp(instant, dt.timezone.utc)


@moderate
@given(plain_offices(), instants, amounts, st.booleans())
def test_add_equals_businesstimedelta(office, t, seconds, backwards):
    """E-2.4: adding and going back agree with businesstimedelta where it can express the calendar."""
    desk, rules = office
    assume(seconds)
    length = businesstimedelta.BusinessTimeDelta(rules, seconds=seconds)
    expected = aware(t) - length if backwards else aware(t) + length
    assert desk.add(t, -seconds if backwards else seconds) == int(expected.timestamp())


@moderate
@given(plain_offices(), instants, st.integers(0, 40 * 24 * HOUR))
def test_elapsed_equals_businesstimedelta(office, a, length):
    """E-2.4: measured opening time agrees with businesstimedelta."""
    desk, rules = office
    expected = rules.difference(aware(a), aware(a + length)).timedelta
    assert desk.elapsed(a, a + length) == expected.total_seconds()


# --- laws ---------------------------------------------------------------------------------------
@moderate
@given(desks(), instants, amounts)
def test_what_was_added_is_what_is_measured(desk, t, seconds):
    """E-2.4: adding and then measuring gives the same seconds, forwards and backwards."""
    for sign in (1, -1):
        reached = desk.add(t, sign * seconds)
        assume(reached is not None)
        assert desk.elapsed(t, reached) == sign * seconds


@moderate
@given(desks(), instants, amounts, amounts)
def test_adding_in_two_steps_is_adding_at_once(desk, t, one, other):
    """E-2.4: add(add(t, a), b) == add(t, a + b), in both directions."""
    for sign in (1, -1):
        if sign < 0 and not (one and other):
            continue  # nothing to add looks forwards
        middle = desk.add(t, sign * one)
        assume(middle is not None)
        assert desk.add(middle, sign * other) == desk.add(t, sign * (one + other))


@moderate
@given(desks(), instants, instants, instants)
def test_measured_stretches_add_up(desk, a, b, c):
    """E-2.4: elapsed is additive, changes its sign with its direction, and is never more than the plain clock."""
    assert desk.elapsed(a, b) + desk.elapsed(b, c) == desk.elapsed(a, c)
    assert desk.elapsed(a, b) == -desk.elapsed(b, a)
    assert abs(desk.elapsed(a, b)) <= abs(b - a)


@moderate
@given(desks(), instants, amounts)
def test_going_back_is_the_inverse(desk, t, seconds):
    """E-2.4: from within opening time, forwards and back again comes back (both ends open)."""
    start = desk.next_open(t)
    assume(start is not None)
    reached = desk.add(start, seconds + 1)
    assume(reached is not None)
    assert desk.add(reached, -seconds - 1) == start


@moderate
@given(desks(), instants, amounts, amounts)
def test_later_is_never_due_earlier(desk, t, wait, seconds):
    """E-2.4: what is raised later, or promised more time, is never due earlier."""
    due = desk.add(t, seconds)
    later = desk.add(t + wait, seconds)
    more = desk.add(t, seconds + wait)
    assert None in (due, later) or due <= later
    assert None in (due, more) or due <= more


@moderate
@given(desks(), instants, amounts)
def test_due_is_at_the_end_of_opening_time(desk, t, seconds):
    """E-2.3: the second before a deadline is open: due is at closing time, never at the next opening."""
    reached = desk.add(t, seconds + 1)
    assume(reached is not None)
    assert desk.is_open(reached - 1)


@moderate
@given(desks(), instants, st.integers(0, 40 * 24 * HOUR))
def test_open_and_shut_stretches_fill_the_time(desk, a, length):
    """E-4: the open spans and the explained gaps tile any stretch exactly and without overlap."""
    b = a + length
    opened = desk.open_spans(a, b)
    gaps = desk.gaps(a, b)
    tiles = sorted([*opened, *((gap.start, gap.stop) for gap in gaps)])
    edges = [a, *(stop for _start, stop in tiles)]
    assert [start for start, _stop in tiles] == edges[:-1]
    assert edges[-1] == b
    assert total(opened) == desk.elapsed(a, b)
    assert opened == union(opened)
    assert {gap.reason for gap in gaps} <= {"night", "weekend", "holiday", "break"}


@moderate
@given(desks(), instants, st.integers(-15, 15))
def test_working_days_end_within_opening_hours(desk, t, days):
    """E-2.1: N working days end on the Nth date with opening time, at an open instant or at a closing."""
    start = desk.next_open(t)
    reached = desk.add_working_days(t, days)
    assume(None not in (start, reached))
    assert desk.is_open(reached) or desk.last_close(reached) == reached
    if days > 0:
        first = desk.local(start)[0]
        last = desk.local(reached - 1 if not desk.is_open(reached) else reached)[0]
        count = sum(desk.is_working_day(first + dt.timedelta(days=n)) for n in range(1, (last - first).days + 1))
        assert count == days


@moderate
@given(desks(), instants, st.integers(1, 12))
def test_end_of_working_day_is_a_closing_time(desk, t, days):
    """E-2.1: the end of the Nth working day is a closing time, and nothing of that date comes after it."""
    reached = desk.end_of_working_day(t, days)
    assume(reached is not None)
    assert desk.last_close(reached) == reached
    day = desk.local(reached - 1)[0]
    assert desk.elapsed(reached, desk.instant(day + dt.timedelta(days=1))) == 0


@moderate
@given(
    desks(),
    instants,
    st.integers(0, 12),
    st.sampled_from([SECONDS, WORKING_DAYS, WORKING_DAY_END, CALENDAR_DAYS]),
)
def test_a_budget_measures_to_its_deadline(desk, t, amount, unit):
    """E-2.1: for every kind of duration the promised seconds are those from its start to its deadline."""
    found = desk.budget(t, Duration(amount * HOUR if unit == SECONDS else amount, unit))
    assume(found is not None)
    assert t <= found.start
    assert found.hours.elapsed(found.start, found.deadline) == found.seconds
    if unit == SECONDS:
        assert found.seconds == amount * HOUR
        assert found.deadline == desk.add(t, amount * HOUR) or amount == 0


@moderate
@given(st.sampled_from(ZONES), instants, st.integers(-400, 400))
def test_calendar_days_keep_the_local_clock_time(zone, t, days):
    """E-2.4: calendar days keep what the wall clock shows, unless the clocks jump over it."""
    desk = OpeningHours(zone, [])
    reached = desk.add_calendar_days(t, days)
    before = dt.datetime.fromtimestamp(t, ZoneInfo(zone))
    after = dt.datetime.fromtimestamp(reached, ZoneInfo(zone))
    assert after.date() == before.date() + dt.timedelta(days=days)
    if after.time() != before.time():
        assert utc("2026-03-29 01:00") <= reached or zone != "UTC"
        assert not _exists(dt.datetime.combine(after.date(), before.time()), zone)


def _exists(wall, zone):
    """Whether a local time occurs at all."""
    one = wall.replace(tzinfo=ZoneInfo(zone))
    return one.astimezone(dt.timezone.utc).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall
