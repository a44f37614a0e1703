"""Opening hours kept as data, and painted."""

import json
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from support_sla.tools.calendar import DAY, Closure, DayException, OpeningHours, WeeklyOpening
from support_sla.tools.definition import changes, compile_hours, define, same_hours
from support_sla.tools.picture import paint

ZONES = ("UTC", "Europe/London", "America/Mexico_City")
START = 1_767_225_600  # 1 January 2026

spans = st.tuples(st.integers(0, DAY - 1), st.integers(1, DAY)).filter(lambda span: span[0] < span[1])
weekly = st.lists(
    st.builds(
        lambda day, span, week: WeeklyOpening(day, *span, week),
        st.integers(0, 6),
        spans,
        st.sampled_from([None, 0, 1]),
    ),
    max_size=8,
)
closures = st.lists(
    st.builds(
        lambda start, length, name: Closure(START + start, START + start + length, name),
        st.integers(0, 300 * DAY),
        st.integers(1, 5 * DAY),
        st.sampled_from(["", "Fair", "Storm"]),
    ),
    max_size=4,
)
exceptions = st.lists(
    st.builds(
        lambda day, openings: (
            DayException(date(2026, 1, 1) + timedelta(days=day), tuple(openings), "x"),
            {"en_US": "x"},
        ),
        st.integers(0, 300),
        st.lists(spans, max_size=2),
    ),
    max_size=4,
    unique_by=lambda pair: pair[0].day,
)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(ZONES), weekly, closures, exceptions, st.lists(st.integers(0, 300 * DAY), min_size=1))
def test_kept_hours_are_the_hours(zone, week, shut, special, moments):
    """E-3.6: what was kept of a calendar, through JSON, reckons as the calendar did"""
    hours = OpeningHours(zone, week, shut, [exception for exception, _names in special])
    definition = json.loads(json.dumps(define(zone, week, shut, special)))
    kept = compile_hours(definition)
    assert kept.gaps(START, START + 40 * DAY) == hours.gaps(START, START + 40 * DAY)
    for moment in moments:
        assert kept.elapsed(START, START + moment) == hours.elapsed(START, START + moment)
    assert same_hours(definition, define(zone, list(reversed(week)), shut, special))
    assert changes(definition, definition) == []


@settings(deadline=None, max_examples=40)
@given(weekly, closures, exceptions, weekly, closures, exceptions)
def test_same_hours_have_no_changes(week, shut, special, other_week, other_shut, other_special):
    """E-3.6: hours that differ anywhere are not the same, and hours that are the same open at the same moments"""
    one = define("UTC", week, shut, special)
    other = define("UTC", other_week, other_shut, other_special)
    year = (START, START + 330 * DAY)
    if same_hours(one, other):
        assert compile_hours(one).open_spans(*year) == compile_hours(other).open_spans(*year)
    elif compile_hours(one).open_spans(*year) != compile_hours(other).open_spans(*year):
        assert changes(one, other)


def test_cut_up_otherwise():
    """E-3.6: a day entered in two lines that meet, or under another name, is no change of hours"""
    one = define("UTC", [WeeklyOpening(0, 0, 100)], [Closure(5, 9, "A")], [])
    other = define("UTC", [WeeklyOpening(0, 0, 50), WeeklyOpening(0, 50, 100)], [Closure(5, 9, "B")], [])
    assert same_hours(one, other)
    assert not same_hours(one, define("UTC", [WeeklyOpening(0, 0, 50)], [Closure(5, 9, "A")], []))


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(ZONES), weekly, closures, exceptions)
def test_painted_days_are_the_open_time(zone, week, shut, special):
    """E-2.2: the openings of the painted days add up to the opening time, where no clock is changed"""
    hours = OpeningHours(zone, week, shut, [exception for exception, _names in special])
    first = date(2026, 5, 4)
    days = paint(hours, first, 28)
    painted = sum(stop - start for day in days for start, stop in day.openings)
    assert painted == hours.elapsed(hours.instant(first), hours.instant(first + timedelta(days=28)))
    assert [day.day for day in days] == [first + timedelta(days=number) for number in range(28)]
