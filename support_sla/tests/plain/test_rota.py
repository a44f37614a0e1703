"""Rotas at times that anybody can check with a wall calendar. All times are UTC."""

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sla_calendar_cases import ALWAYS, moderate, shown, utc, week

from support_sla.tools import rota
from support_sla.tools.calendar import DAY, Closure, OpeningHours
from support_sla.tools.spans import intersection, total, union

OFFICE = OpeningHours("Europe/London", week(*[((8, 18),)] * 5))
HOLIDAYS = OpeningHours(
    "Europe/London",
    week(*[((8, 18),)] * 5),
    (
        Closure(utc("2026-12-25"), utc("2026-12-26"), "Christmas Day"),
        Closure(utc("2026-12-28"), utc("2026-12-29"), "Boxing Day (substitute)"),
    ),
)
HANDOVER = 9 * 3600


def test_turns_keep_the_clock_time_over_summer_and_winter():
    """J-14: the handover is at nine on the wall, also after the clocks went forward and back"""
    forward = rota.turns(OFFICE, date(2026, 3, 23), date(2026, 4, 6), HANDOVER, 0)
    assert forward == [
        (utc("2026-03-23 09:00"), utc("2026-03-30 08:00")),
        (utc("2026-03-30 08:00"), utc("2026-04-06 08:00")),
    ]
    back = rota.turns(OFFICE, date(2026, 10, 24), date(2026, 10, 27), HANDOVER, None)
    assert back == [
        (utc("2026-10-24 08:00"), utc("2026-10-25 09:00")),
        (utc("2026-10-25 09:00"), utc("2026-10-26 09:00")),
        (utc("2026-10-26 09:00"), utc("2026-10-27 09:00")),
    ]


def test_first_and_last_turn_may_be_short():
    """J-14: who begins in the middle of a week hands over on the day that was chosen"""
    turns = rota.turns(OFFICE, date(2026, 2, 4), date(2026, 2, 20), HANDOVER, 0)
    assert [start for start, _stop in turns] == [
        utc("2026-02-04 09:00"),
        utc("2026-02-09 09:00"),
        utc("2026-02-16 09:00"),
    ]
    assert turns[-1][1] == utc("2026-02-20 09:00")


def test_turns_of_two_weeks():
    """J-14: a turn may last more than a week"""
    turns = rota.turns(OFFICE, date(2026, 2, 2), date(2026, 3, 2), HANDOVER, 0, weeks=2)
    assert [total([turn]) for turn in turns] == [14 * DAY, 14 * DAY]


@pytest.mark.parametrize("last", [date(2026, 2, 2), date(2026, 1, 1), date(2999, 1, 1)])
def test_impossible_rotas_are_refused(last):
    """J-14: a rota that ends before it begins, or never, is refused"""
    with pytest.raises(ValueError):
        rota.turns(OFFICE, date(2026, 2, 2), last, HANDOVER, None)


@moderate
@given(
    st.dates(date(2025, 1, 1), date(2027, 12, 31)),
    st.integers(1, 200),
    st.sampled_from([None, *range(7)]),
    st.integers(1, 4),
    st.integers(0, DAY - 60),
)
def test_turns_tile_their_time(first, length, weekday, weeks, clock):
    """J-14: a rota that was filled has no gap and no overlap, at whatever hour and over whatever night"""
    last = date.fromordinal(first.toordinal() + length)
    turns = rota.turns(OFFICE, first, last, clock, weekday, weeks)
    assert all(one[1] == other[0] for one, other in itertools.pairwise(turns))
    assert all(start < stop for start, stop in turns)
    assert union(turns) == [(OFFICE.instant(first, clock), OFFICE.instant(last, clock))]


def test_gaps_of_the_hours_that_must_be_covered():
    """J-14, P-1: nobody is missed in working hours when only the rest must be covered"""
    start, stop = utc("2026-02-06 00:00"), utc("2026-02-09 09:00")  # Friday to Monday
    duty = [(utc("2026-02-06 18:00"), utc("2026-02-07 18:00"))]
    assert rota.gaps(OFFICE, rota.CLOSED, duty, start, stop) == [
        (start, utc("2026-02-06 08:00")),
        (utc("2026-02-07 18:00"), utc("2026-02-09 08:00")),
    ]
    assert rota.gaps(OFFICE, rota.ALWAYS, duty, start, stop) == [
        (start, utc("2026-02-06 18:00")),
        (utc("2026-02-07 18:00"), stop),
    ]
    assert rota.gaps(OFFICE, "none", [], start, stop) == []


@moderate
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60)), max_size=12), st.sampled_from(["always", "closed"]))
def test_gaps_and_duties_cover_what_is_required(pieces, cover):
    """J-14: what is required is what is covered and what is missing, nothing twice"""
    start, stop = utc("2026-10-19"), utc("2026-11-02")
    duties = [(start + at * 3600, start + (at + hours) * 3600) for at, hours in pieces]
    needed = rota.required(OFFICE, cover, start, stop)
    holes = rota.gaps(OFFICE, cover, duties, start, stop)
    assert not intersection(holes, duties)
    assert union(holes, intersection(needed, duties)) == union(needed)


@pytest.mark.parametrize(
    ("now", "opened"),
    [
        ("2026-02-10 08:00", "2026-02-10 08:00"),
        ("2026-02-10 07:59", "2026-02-09 08:00"),
        ("2026-02-15 12:00", "2026-02-13 08:00"),  # Sunday: Friday's
        ("2026-03-30 07:00", "2026-03-30 07:00"),  # the first morning of summer time
        ("2026-10-26 07:59", "2026-10-23 07:00"),
        ("2026-10-26 08:00", "2026-10-26 08:00"),  # and of winter time
        ("2026-12-28 10:00", "2026-12-24 08:00"),  # the substitute for Boxing Day
        ("2026-12-29 08:00", "2026-12-29 08:00"),
    ],
)
def test_when_the_working_day_began(now, opened):
    """J-16: weekends and holidays have no morning; the morning is that of the wall clock"""
    assert shown(rota.day_opening(HOLIDAYS, utc(now))) == shown(utc(opened))


def test_next_morning():
    """J-16: the next working day begins after the holidays"""
    assert rota.next_day_opening(HOLIDAYS, utc("2026-12-24 08:00")) == utc("2026-12-29 08:00")
    assert rota.next_day_opening(HOLIDAYS, utc("2026-03-27 20:00")) == utc("2026-03-30 07:00")


def test_lunch_is_no_morning():
    """J-16: a day that opens twice has one morning; hours over midnight have theirs the day before"""
    split = OpeningHours("Europe/London", week(((8, 12), (13, 17))))
    assert rota.day_opening(split, utc("2026-02-09 14:00")) == utc("2026-02-09 08:00")
    nights = OpeningHours("Europe/London", week(((22, 24),), ((0, 6),)))
    assert rota.day_opening(nights, utc("2026-02-10 03:00")) == utc("2026-02-09 22:00")
    assert rota.day_opening(OpeningHours("UTC", ALWAYS), utc("2026-02-10")) is None


def test_picture():
    """J-14: a day shows who is on call from when to when, on the wall clock, and where nobody is"""
    duties = [(utc("2026-03-28 09:00"), utc("2026-03-29 08:00"), 7)]
    holes = [(utc("2026-03-29 08:00"), utc("2026-03-30 07:00"))]
    saturday, sunday, monday = rota.paint(OFFICE, date(2026, 3, 28), 3, duties, holes)
    assert saturday.bars == (rota.Bar(9 * 3600, DAY, rota.DUTY, 7),)
    assert sunday.bars == (rota.Bar(0, 9 * 3600, rota.DUTY, 7), rota.Bar(9 * 3600, DAY, rota.GAP))
    assert monday.bars == (rota.Bar(0, 8 * 3600, rota.GAP),)
