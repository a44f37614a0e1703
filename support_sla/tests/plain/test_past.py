"""A ticket's life elsewhere: reading its moments, and whether its rows make sense."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_sla.tools import past
from support_sla.tools.facts import MERGED, NOTE, OUTAGE, RAISED

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2026-03-02 09:00", timezone.utc, "2026-03-02 09:00:00"),
        ("2026-03-02T09:00:00Z", LONDON, "2026-03-02 09:00:00"),
        ("2026-03-02T09:00:00.900+01:00", LONDON, "2026-03-02 08:00:00"),
        ("2026-07-01 09:00:00", LONDON, "2026-07-01 08:00:00"),
        # the hour that comes twice is the first of the two
        ("2026-10-25 01:30", LONDON, "2026-10-25 00:30:00"),
        # the hour that does not come is where a clock that was not put forward shows it
        ("2026-03-29 01:30", LONDON, "2026-03-29 01:30:00"),
    ],
)
def test_moments(text, zone, utc):
    """E-3.10: a moment is UTC unless the cell has an offset or the row names a zone; whole seconds"""
    assert past.read_moment(text, zone) == datetime.fromisoformat(utc)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", past.UNREADABLE),
        ("soon", past.UNREADABLE),
        ("2026-02-30 09:00", past.UNREADABLE),
        ("2026-03-02", past.NO_TIME),
        ("20260302", past.NO_TIME),
        ("02/03/2026", past.NO_TIME),
        (date(2026, 3, 2), past.NO_TIME),
        ("1970-01-01 00:00", past.TOO_EARLY),
        ("0001-01-01T00:00:00+14:00", past.TOO_EARLY),
        ("2100-01-01 00:00", past.TOO_LATE),
        ("9999-12-31T23:59:59-12:00", past.TOO_LATE),
    ],
)
def test_no_moments(value, code):
    """E-3.10: what is no moment of the past is refused with its reason"""
    with pytest.raises(past.MomentError) as refused:
        past.read_moment(value, latest=datetime(2026, 11, 22))
    assert refused.value.code == code


@given(st.datetimes(datetime(1990, 1, 2), datetime(2190, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_offsets(moment, minutes):
    """E-3.10: with an offset every text is the same moment, whatever the row's zone"""
    moment = moment.replace(microsecond=0)
    zone = timezone(timedelta(minutes=minutes))
    text = moment.replace(tzinfo=timezone.utc).astimezone(zone).isoformat()
    assert past.read_moment(text, LONDON) == moment


def row(line: int, hour: int, kind: str) -> past.Row:
    return past.Row(line, datetime(2026, 3, 2, hour), kind)


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ([row(2, 9, RAISED), row(3, 10, NOTE)], []),
        ([row(2, 10, NOTE), row(3, 9, RAISED)], []),
        ([row(2, 9, NOTE), row(3, 9, RAISED)], []),
        ([row(2, 8, OUTAGE), row(3, 9, RAISED)], []),
        ([row(5, 9, NOTE), row(4, 10, NOTE)], [past.Problem(4, past.NOT_RAISED)]),
        ([row(2, 9, RAISED), row(3, 8, NOTE)], [past.Problem(3, past.BEFORE_RAISED, 2)]),
        ([row(2, 9, RAISED), row(3, 9, RAISED)], [past.Problem(3, past.RAISED_TWICE, 2)]),
        ([row(2, 9, RAISED), row(3, 10, MERGED), row(4, 11, NOTE)], [past.Problem(4, past.AFTER_MERGED, 3)]),
        ([], []),
    ],
)
def test_lives(rows, problems):
    """E-3.10: rows that are not the life of one ticket are named with the row they do not go with"""
    assert past.judge(rows) == problems
