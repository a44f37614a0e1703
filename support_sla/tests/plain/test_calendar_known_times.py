"""Opening hours at times that anybody can check with a wall calendar. All times are UTC."""

import threading
from datetime import date

import pytest
from sla_calendar_cases import ALWAYS, HOUR, INVENTED, OFFICE, SPLIT, london, shown, utc, week

from support_sla.tools import calendar as module
from support_sla.tools.calendar import (
    AROUND_THE_CLOCK,
    BEGIN,
    END,
    Closure,
    DayException,
    OpeningHours,
    WeeklyOpening,
    around_the_clock,
)
from support_sla.tools.facts import (
    CALENDAR_DAYS,
    SECONDS,
    WORKING_DAY_END,
    WORKING_DAYS,
    Duration,
)

# London 2026: Christmas on Friday, Boxing Day on Saturday, its substitute on Monday 28
CHRISTMAS_2026 = (
    Closure(utc("2026-12-25"), utc("2026-12-26"), "Christmas Day"),
    Closure(utc("2026-12-26"), utc("2026-12-27"), "Boxing Day"),
    Closure(utc("2026-12-28"), utc("2026-12-29"), "Boxing Day (substitute)"),
    Closure(utc("2027-01-01"), utc("2027-01-02"), "New Year's Day"),
)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        # during hours
        ("2026-11-18 10:00", 2, "2026-11-18 12:00"),
        # before opening, at opening, after closing, on a Sunday: from the next opening
        ("2026-11-18 06:00", 2, "2026-11-18 11:00"),
        ("2026-11-18 09:00", 2, "2026-11-18 11:00"),
        ("2026-11-18 19:00", 2, "2026-11-19 11:00"),
        ("2026-11-15 12:00", 2, "2026-11-16 11:00"),
        # raised exactly at closing time: nothing of that day is left
        ("2026-11-18 17:00", 2, "2026-11-19 11:00"),
        # used up exactly at closing time: due then, not at the next opening
        ("2026-11-18 15:00", 2, "2026-11-18 17:00"),
        ("2026-11-18 09:00", 8, "2026-11-18 17:00"),
        ("2026-11-18 09:00", 16, "2026-11-19 17:00"),
        # Friday evening
        ("2026-11-20 16:30", 1, "2026-11-23 09:30"),
        ("2026-11-20 16:30", 0.5, "2026-11-20 17:00"),
        # nothing to add
        ("2026-11-18 10:00", 0, "2026-11-18 10:00"),
        ("2026-11-18 17:00", 0, "2026-11-18 17:00"),
        ("2026-11-18 17:00:01", 0, "2026-11-19 09:00"),
        # backwards
        ("2026-11-18 12:00", -2, "2026-11-18 10:00"),
        ("2026-11-18 20:00", -2, "2026-11-18 15:00"),
        ("2026-11-18 17:00", -8, "2026-11-18 09:00"),
        ("2026-11-18 09:00", -2, "2026-11-17 15:00"),
        ("2026-11-16 09:30", -1, "2026-11-13 16:30"),
        # British Summer Time: nine o'clock is 08:00 UTC
        ("2026-07-01 05:00", 1, "2026-07-01 09:00"),
        # over the weekend in which clocks change
        ("2026-03-27 16:00", 2, "2026-03-30 09:00"),
        ("2026-10-23 15:00", 2, "2026-10-26 10:00"),
    ],
)
def test_adding_opening_hours(start, hours, due):
    """E-2.3: counting starts at the next opening and ends at closing time when it ends exactly there."""
    assert shown(london().add(utc(start), int(hours * HOUR))) == due


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-12-24 16:00", 1, "2026-12-24 17:00"),
        ("2026-12-24 16:00", 2, "2026-12-29 10:00"),
        ("2026-12-25 10:00", 1, "2026-12-29 10:00"),
        ("2026-12-31 16:30", 1, "2027-01-04 09:30"),
        ("2027-01-04 09:30", -1, "2026-12-31 16:30"),
        ("2026-12-29 09:00", -8, "2026-12-24 09:00"),
    ],
)
def test_holidays_and_their_substitutes_are_skipped(start, hours, due):
    """E-2.2: Christmas, the substitute of Boxing Day and New Year are not opening time."""
    assert shown(london(closures=CHRISTMAS_2026).add(utc(start), hours * HOUR)) == due


@pytest.mark.parametrize(
    ("zone", "start", "hours", "due"),
    [
        # London loses an hour at 01:00 UTC on 29 March and gets one at 01:00 UTC on 25 October
        ("Europe/London", "2026-03-28 12:00", 24, "2026-03-29 12:00"),
        ("Europe/London", "2026-10-24 12:00", 24, "2026-10-25 12:00"),
        # Sydney changes at 16:00 UTC on 4 April and 3 October
        ("Australia/Sydney", "2026-04-04 10:00", 24, "2026-04-05 10:00"),
        # leap day, year's end
        ("UTC", "2028-02-28 12:00", 48, "2028-03-01 12:00"),
        ("UTC", "2027-02-27 12:00", 48, "2027-03-01 12:00"),
        ("UTC", "2026-12-31 23:59:59", 1, "2027-01-01 00:59:59"),
        # a whole year without losing anything at midnight
        ("UTC", "2027-01-01", 365 * 24, "2028-01-01"),
        ("Europe/London", "2028-01-01", 366 * 24, "2029-01-01"),
    ],
)
def test_a_24_hour_calendar_is_the_plain_clock(zone, start, hours, due):
    """E-2.4: 24 hours every day is one unbroken span: no microsecond lost at midnight, DST or leap day."""
    desk = OpeningHours(zone, ALWAYS)
    assert shown(desk.add(utc(start), hours * HOUR)) == due
    assert desk.elapsed(utc(start), utc(due)) == hours * HOUR
    assert desk.open_spans(utc(start), utc(due)) == [(utc(start), utc(due))]
    assert desk.gaps(utc(start), utc(due)) == []


@pytest.mark.parametrize(
    ("day", "seconds"),
    [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-24", 24), ("2026-10-25", 25)],
)
def test_a_24_hour_day_has_23_or_25_hours_when_clocks_change(day, seconds):
    """E-2.4: the day on which London's clocks change is an hour shorter or longer."""
    desk = london(ALWAYS)
    midnight = desk.instant(date.fromisoformat(day))
    next_midnight = desk.instant(date.fromordinal(date.fromisoformat(day).toordinal() + 1))
    assert next_midnight - midnight == seconds * HOUR
    assert desk.elapsed(midnight, next_midnight) == seconds * HOUR


@pytest.mark.parametrize(
    ("hours", "night", "spans"),
    [
        # the night of 29 March: 01:00 GMT is 02:00 BST
        (((0, 6),), "2026-03-29", [("2026-03-29", "2026-03-29 05:00")]),
        (((1, 2),), "2026-03-29", []),
        (((0, 1.5),), "2026-03-29", [("2026-03-29", "2026-03-29 01:00")]),
        (((1.5, 3),), "2026-03-29", [("2026-03-29 01:00", "2026-03-29 02:00")]),
        # the night of 25 October: 01:00–02:00 comes twice
        (((0, 6),), "2026-10-25", [("2026-10-24 23:00", "2026-10-25 06:00")]),
        (((1, 2),), "2026-10-25", [("2026-10-25", "2026-10-25 02:00")]),
        (
            ((0, 1.5),),
            "2026-10-25",
            [("2026-10-24 23:00", "2026-10-25 00:30"), ("2026-10-25 01:00", "2026-10-25 01:30")],
        ),
    ],
)
def test_openings_in_the_night_of_the_change(hours, night, spans):
    """E-2.4: open is when the wall clock reads a time in an opening, once, twice or not at all."""
    desk = london(week(*[hours] * 7))
    day = date.fromisoformat(night)
    found = desk.open_spans(desk.instant(day), desk.instant(date.fromordinal(day.toordinal() + 1)))
    assert [(shown(a), shown(b)) for a, b in found] == spans


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-18 10:30:15", 1, "2026-11-19 10:30:15"),
        ("2026-11-18 10:30", 3, "2026-11-23 10:30"),
        ("2026-11-18 10:30", 0, "2026-11-18 10:30"),
        # outside hours: from the next opening
        ("2026-11-18 20:00", 1, "2026-11-20 09:00"),
        ("2026-11-18 06:00", 1, "2026-11-19 09:00"),
        ("2026-11-21 12:00", 2, "2026-11-25 09:00"),
        # the local clock time stays when clocks change
        ("2026-03-27 10:00", 1, "2026-03-30 09:00"),
        ("2026-10-23 09:00", 1, "2026-10-26 10:00"),
        # holidays are no working days
        ("2026-12-24 10:30", 1, "2026-12-29 10:30"),
        ("2026-12-31 10:30", 1, "2027-01-04 10:30"),
        # backwards
        ("2026-11-18 10:30", -1, "2026-11-17 10:30"),
        ("2026-11-16 10:30", -1, "2026-11-13 10:30"),
        ("2026-11-14 10:30", -1, "2026-11-12 17:00"),
        ("2026-12-29 10:30", -1, "2026-12-24 10:30"),
        # leap day (a Tuesday)
        ("2028-02-28 10:30", 1, "2028-02-29 10:30"),
        ("2028-02-29 10:30", 1, "2028-03-01 10:30"),
    ],
)
def test_working_days_keep_the_clock_time(start, days, due):
    """E-2.1: N working days are the same clock time N working days later."""
    assert shown(london(closures=CHRISTMAS_2026).add_working_days(utc(start), days)) == due


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        # Tuesday 08:30 → Thursday (24 hours), → Friday opens at 16:00, → Saturday closes at 04:00
        ("2026-11-17 08:30", 1, "2026-11-19 08:30"),
        ("2026-11-17 08:30", 2, "2026-11-20 16:00"),
        ("2026-11-17 08:30", 3, "2026-11-21 04:00"),
        ("2026-11-17 08:30", 4, "2026-11-22 20:00"),
        ("2026-11-17 08:30", 5, "2026-11-23 10:00"),
        # 12:30 falls into Tuesday's break: its end forwards, its beginning backwards
        ("2026-11-19 12:30", 5, "2026-11-24 12:45"),
        ("2026-11-19 12:30", -1, "2026-11-17 12:00"),
    ],
)
def test_working_days_stay_within_the_hours_of_the_day_reached(start, days, due):
    """E-2.1: where the clock time is outside the hours of the day reached, the nearest instant within is due."""
    assert shown(OpeningHours("UTC", INVENTED).add_working_days(utc(start), days)) == due


def test_a_working_day_to_a_clock_time_that_does_not_exist():
    """E-2.4: a clock time jumped over is the moment of the jump; one that comes twice is the first."""
    desk = london(ALWAYS)
    assert shown(desk.add_working_days(utc("2026-03-28 01:30"), 1)) == "2026-03-29 01:00"
    assert shown(desk.add_working_days(utc("2026-10-24 00:30"), 1)) == "2026-10-25 00:30"
    assert shown(desk.add_calendar_days(utc("2026-03-28 01:30"), 1)) == "2026-03-29 01:00"
    # raised in the second of the two equal hours
    assert shown(desk.add_calendar_days(utc("2026-10-25 01:30"), 0)) == "2026-10-25 01:30"
    assert shown(desk.add_calendar_days(utc("2026-10-25 01:30"), 1)) == "2026-10-26 01:30"


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-18 10:30", 1, "2026-11-18 17:00"),
        ("2026-11-18 09:00", 2, "2026-11-19 17:00"),
        ("2026-11-18 17:00", 1, "2026-11-19 17:00"),
        ("2026-11-20 18:00", 1, "2026-11-23 17:00"),
        ("2026-11-20 10:00", 5, "2026-11-26 17:00"),
        ("2026-12-24 16:59", 2, "2026-12-29 17:00"),
        ("2026-11-18 10:30", 0, "2026-11-17 17:00"),
        ("2026-07-01 10:00", 1, "2026-07-01 16:00"),
    ],
)
def test_end_of_the_nth_working_day(start, days, due):
    """E-2.1: the end of the Nth working day is its closing time, the day counting starts being the first."""
    assert shown(london(closures=CHRISTMAS_2026).end_of_working_day(utc(start), days)) == due


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-18 10:30", 1, "2026-11-19 10:30"),
        ("2026-11-20 20:00", 2, "2026-11-22 20:00"),
        # ten o'clock in London before and after the change
        ("2026-03-28 10:00", 1, "2026-03-29 09:00"),
        ("2026-10-24 09:00", 1, "2026-10-25 10:00"),
        ("2028-02-28 10:00", 2, "2028-03-01 10:00"),
        ("2026-12-31 23:30", 1, "2027-01-01 23:30"),
        ("2027-01-01 00:30", -1, "2026-12-31 00:30"),
    ],
)
def test_calendar_days_run_day_and_night(start, days, due):
    """E-2.1: calendar days keep the local clock time and know no opening hours."""
    assert shown(london(closures=CHRISTMAS_2026).add_calendar_days(utc(start), days)) == due


@pytest.mark.parametrize(
    ("start", "duration", "counting_from", "hours", "deadline"),
    [
        ("2026-11-18 19:00", Duration(4 * HOUR, SECONDS), "2026-11-19 09:00", 4, "2026-11-19 13:00"),
        ("2026-11-18 19:00", Duration(1, WORKING_DAYS), "2026-11-19 09:00", 8, "2026-11-20 09:00"),
        ("2026-11-18 12:00", Duration(2, WORKING_DAYS), "2026-11-18 12:00", 16, "2026-11-20 12:00"),
        ("2026-11-18 12:00", Duration(2, WORKING_DAY_END), "2026-11-18 12:00", 13, "2026-11-19 17:00"),
        ("2026-11-20 19:00", Duration(2, CALENDAR_DAYS), "2026-11-20 19:00", 48, "2026-11-22 19:00"),
        ("2026-03-28 19:00", Duration(1, CALENDAR_DAYS), "2026-03-28 19:00", 23, "2026-03-29 18:00"),
    ],
)
def test_every_duration_is_a_budget_of_opening_seconds(start, duration, counting_from, hours, deadline):
    """E-2.1: each kind of duration gives where counting begins, how much is promised and when it ends."""
    found = london().budget(utc(start), duration)
    assert (shown(found.start), found.seconds / HOUR, shown(found.deadline)) == (counting_from, hours, deadline)
    assert found.hours.elapsed(found.start, found.deadline) == found.seconds


def test_an_unknown_unit_is_an_error():
    """E-2.1: a duration is never converted silently, not even an unknown one."""
    with pytest.raises(ValueError, match="fortnights"):
        london().budget(utc("2026-11-18 12:00"), Duration(1, "fortnights"))


def test_exception_days_replace_week_and_closures():
    """E-2.2: a closed day, a short day and a transferred Saturday hold in place of the week and of holidays."""
    desk = london(
        closures=CHRISTMAS_2026,
        exceptions=[
            DayException(date(2026, 11, 18), (), "stock-taking"),
            DayException(date(2026, 11, 19), ((9 * HOUR, 12 * HOUR),), "party"),
            DayException(date(2026, 11, 21), ((9 * HOUR, 12 * HOUR), (13 * HOUR, 15 * HOUR)), "transferred"),
            # opened although it is a holiday
            DayException(date(2026, 12, 28), ((10 * HOUR, 11 * HOUR),), "emergency desk"),
        ],
    )
    assert shown(desk.add(utc("2026-11-17 16:00"), 2 * HOUR)) == "2026-11-19 10:00"
    assert shown(desk.add(utc("2026-11-19 11:00"), 2 * HOUR)) == "2026-11-20 10:00"
    assert shown(desk.add(utc("2026-11-20 16:00"), 5 * HOUR)) == "2026-11-21 14:00"
    assert shown(desk.add(utc("2026-12-24 16:00"), 2 * HOUR)) == "2026-12-28 11:00"
    days = [date(2026, 11, day) for day in range(17, 23)] + [date(2026, 12, 28)]
    assert [desk.is_working_day(day) for day in days] == [True, False, True, True, True, False, True]


def test_two_exceptions_of_one_day_are_taken_together():
    """E-2.2: two lines on one date make a split day."""
    day = date(2026, 11, 21)
    lines = [DayException(day, ((13 * HOUR, 15 * HOUR),)), DayException(day, ((9 * HOUR, 12 * HOUR),), "moved")]
    desk = london(exceptions=lines)
    assert desk.elapsed(utc("2026-11-21"), utc("2026-11-22")) == 5 * HOUR
    assert {gap.reason for gap in desk.gaps(utc("2026-11-21"), utc("2026-11-22"))} == {"night", "break"}


def test_whole_dates_are_those_of_the_calendars_zone():
    """E-2.2: the date of an exception is the local one: in Sydney it begins at 13:00 UTC the day before."""
    desk = OpeningHours("Australia/Sydney", ALWAYS, exceptions=[DayException(date(2026, 1, 26), ())])
    found = desk.gaps(utc("2026-01-24"), utc("2026-01-28"))
    assert [(shown(g.start), shown(g.stop)) for g in found] == [("2026-01-25 13:00", "2026-01-26 13:00")]


def test_openings_of_two_alternating_weeks():
    """E-2.2: a two-week calendar alternates as Odoo numbers the weeks, also over a year with 53 weeks."""
    desk = OpeningHours("UTC", [WeeklyOpening(0, 0, HOUR, week=0), WeeklyOpening(1, 0, HOUR, week=1)])
    found = desk.open_spans(utc("2026-12-20"), utc("2027-01-20"))
    assert [shown(start) for start, _stop in found] == [
        "2026-12-21",
        "2026-12-29",
        "2027-01-04",
        "2027-01-12",
        "2027-01-18",
    ]


def test_openings_with_dates_of_validity():
    """E-2.2: an opening applies from its first to its last date."""
    desk = OpeningHours(
        "UTC",
        [
            WeeklyOpening(0, 9 * HOUR, 17 * HOUR, valid_to=date(2026, 11, 9)),
            WeeklyOpening(0, 10 * HOUR, 12 * HOUR, valid_from=date(2026, 11, 10)),
        ],
    )
    assert desk.elapsed(utc("2026-11-09"), utc("2026-11-10")) == 8 * HOUR
    assert desk.elapsed(utc("2026-11-16"), utc("2026-11-17")) == 2 * HOUR


def test_why_it_is_shut():
    """E-4: night, weekend, break and the name of the holiday or exception tell why time did not count."""
    desk = london(SPLIT, CHRISTMAS_2026, [DayException(date(2026, 12, 29), ((9 * HOUR, 11 * HOUR),), "stock-taking")])
    found = desk.gaps(utc("2026-12-24 11:00"), utc("2026-12-30 09:30"))
    assert [(shown(g.start), shown(g.stop), g.reason, g.label) for g in found] == [
        ("2026-12-24 12:00", "2026-12-24 13:00", "break", ""),
        ("2026-12-24 17:30", "2026-12-25", "night", ""),
        ("2026-12-25", "2026-12-26", "holiday", "Christmas Day"),
        ("2026-12-26", "2026-12-28", "weekend", ""),
        ("2026-12-28", "2026-12-29", "holiday", "Boxing Day (substitute)"),
        ("2026-12-29", "2026-12-29 09:00", "night", ""),
        ("2026-12-29 11:00", "2026-12-29 12:00", "holiday", "stock-taking"),
        ("2026-12-29 12:00", "2026-12-29 13:00", "break", ""),
        ("2026-12-29 13:00", "2026-12-29 17:30", "holiday", "stock-taking"),
        ("2026-12-29 17:30", "2026-12-30 09:00", "night", ""),
    ]
    assert {gap.kind for gap in found} == {"closed"}


def test_a_calendar_without_hours_is_a_state():
    """E-2.6: nothing is ever due on a calendar without hours, and asking is quick and harmless."""
    empty = OpeningHours("Europe/London", [])
    now = utc("2026-11-18 12:00")
    assert not empty.has_hours
    assert [
        empty.next_open(now),
        empty.last_close(now),
        empty.add(now, 1),
        empty.add(now, 0),
        empty.add(now, -1),
        empty.add_working_days(now, 1),
        empty.end_of_working_day(now, 1),
        empty.budget(now, Duration(HOUR)),
        empty.budget(now, Duration(1, WORKING_DAYS)),
    ] == [None] * 9
    assert empty.elapsed(now, now + 10**6) == 0
    assert [gap.seconds for gap in empty.gaps(now, now + 10**6)] == [10**6]


def test_a_calendar_shut_for_ever_is_a_state():
    """E-2.6: a calendar that has hours, all of them within a closure without end, never comes to an end either."""
    shut = london(closures=[Closure(utc("2026-01-01"), utc("9999-12-31"), "out of business")])
    now = utc("2026-11-18 12:00")
    assert shut.next_open(now) is None
    assert shut.add(now, HOUR) is None
    assert shut.add_working_days(now, 1) is None
    assert shut.budget(now, Duration(1, WORKING_DAY_END)) is None
    assert shown(shut.add(now, -HOUR)) == "2025-12-31 16:00"


@pytest.mark.parametrize("desk", [london(), AROUND_THE_CLOCK, london(ALWAYS)], ids=["office", "clock", "always"])
def test_dates_far_off_are_a_state(desk):
    """E-2.6: endless durations and dates outside the reckoned years give None, nothing else."""
    now = utc("2026-11-18 12:00")
    for seconds in (10**11, -(10**11), 10**30, -(10**30)):
        assert desk.add(now, seconds) is None
    for days in (10**6, -(10**6), 10**30):
        assert desk.add_working_days(now, days) is None
        assert desk.end_of_working_day(now, days) is None
        assert desk.add_calendar_days(now, days) is None
    for far in (BEGIN - 1, END, utc("9999-12-31 23:59:59"), utc("0001-01-01")):
        assert desk.add(far, HOUR) is None
        assert desk.add_working_days(far, 1) is None
        assert desk.add_calendar_days(far, 1) is None
        assert not desk.is_open(far)
    assert desk.next_open(END) is None
    assert desk.last_close(BEGIN) is None
    assert desk.elapsed(utc("0001-01-01"), utc("9999-12-31")) == desk.elapsed(BEGIN, END) > 0
    assert desk.open_spans(END, END + HOUR) == []
    assert [gap.seconds for gap in desk.gaps(END, END + HOUR)] == [HOUR]
    for edge in (BEGIN, BEGIN + 1, END - 1, END - HOUR):
        desk.budget(edge, Duration(1, WORKING_DAYS))
        desk.budget(edge, Duration(1, WORKING_DAY_END))
        desk.budget(edge, Duration(1, CALENDAR_DAYS))


def test_an_unknown_zone_is_an_error_with_its_name():
    """E-2.6: a zone that does not exist is named in the error."""
    with pytest.raises(ValueError, match="Mars/Olympus"):
        OpeningHours("Mars/Olympus", OFFICE)


def test_without_a_zone_database_the_one_of_pytz_serves(monkeypatch):
    """E-2.4: a bare machine has no zone files; the answer is the same."""
    monkeypatch.setattr(module, "ZoneInfo", _NoZoneInfo)
    found = module._zone.__wrapped__("Europe/London")
    assert [module._offset(found, utc(t)) for t in ("2026-01-01", "2026-07-01", "2060-07-01")] == [0, HOUR, HOUR]
    with pytest.raises(ValueError, match="Mars/Olympus"):
        module._zone.__wrapped__("Mars/Olympus")


class _NoZoneInfo(module.ZoneInfo):
    """A machine without zone files."""

    def __new__(cls, key):
        raise module.ZoneInfoNotFoundError(key)


def test_around_the_clock():
    """E-2.1: the 24×7 basis counts every second, in any zone, and is a working day every day."""
    now = utc("2026-03-28 19:00")
    desk = around_the_clock("Europe/London")
    assert desk is around_the_clock("Europe/London")
    assert (desk.zone, AROUND_THE_CLOCK.zone) == ("Europe/London", "UTC")
    assert desk.next_open(now) == desk.last_close(now) == desk.add(now, 0) == now
    assert desk.add(now, -7) == now - 7
    assert desk.elapsed(now, now - 7) == -7
    assert shown(desk.add_working_days(now, 1)) == "2026-03-29 18:00"
    assert shown(desk.end_of_working_day(now, 1)) == "2026-03-29"
    assert shown(desk.end_of_working_day(now, 2)) == "2026-03-29 23:00"
    assert AROUND_THE_CLOCK.gaps(now, now + 10**7) == []


def test_one_desk_serves_many_threads():
    """E-2.5: the compiled hours are shared by the threads of a server; all get the same answers."""
    desk = london(SPLIT)
    answers: list[list[int | None]] = []

    def ask():
        answers.append([desk.add(utc("2020-01-01") + 7919 * i, 1000 * i) for i in range(2000)])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(answer == answers[0] for answer in answers)
