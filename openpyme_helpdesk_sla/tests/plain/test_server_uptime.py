"""O-15: what stretches of up and down add up to."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from openpyme_helpdesk_sla.tools import uptime as it

DAY = 86400


def test_share():
    """O-15: what nobody saw counts neither way"""
    stretches = [
        it.Stretch(0, 900, it.UP),
        it.Stretch(900, 1000, it.DOWN),
        it.Stretch(1000, 5000, it.PAUSED),
        it.Stretch(5000, None, it.UNKNOWN),
    ]
    tally = it.count(stretches, 0, 10_000)
    assert (tally.up, tally.down, tally.paused, tally.outages, tally.share) == (900, 100, 4000, 1, 90.0)
    assert it.count(stretches, 6000, 10_000).share is None


def test_local_days():
    """O-15: days are those of the zone, with 23 and 25 hours where clocks change"""
    zone = "Europe/Madrid"
    now = it.midnight(date(2026, 3, 31), zone)
    days = it.paint([it.Stretch(0, None, it.UP)], now - 1, 3, zone)
    assert [day.day for day in days] == [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)]
    assert [day.tally.up for day in days] == [DAY, DAY - 3600, DAY - 1]
    assert it.month_start(now - 1, zone) == it.midnight(date(2026, 3, 1), zone)


def test_kinds():
    """O-15: a day is as bad as its worst moment"""
    zone = "UTC"
    stretches = [
        it.Stretch(DAY, 2 * DAY, it.UP),
        it.Stretch(2 * DAY, 2 * DAY + 60, it.DOWN),
        it.Stretch(4 * DAY, None, it.PAUSED),
    ]
    kinds = [day.kind for day in it.paint(stretches, 5 * DAY - 1, 5, zone)]
    assert kinds == [it.UNKNOWN, it.UP, it.DOWN, it.UNKNOWN, it.PAUSED]


@given(
    st.lists(st.tuples(st.integers(0, 5 * DAY), st.sampled_from([it.UP, it.DOWN, it.PAUSED, it.UNKNOWN])), max_size=12)
)
def test_days_add_up(marks):
    """O-15: the days of a picture add up to the whole"""
    marks = sorted(marks)
    stretches = [
        it.Stretch(start, marks[number + 1][0] if number + 1 < len(marks) else None, state)
        for number, (start, state) in enumerate(marks)
    ]
    now = 5 * DAY + 17
    days = it.paint(stretches, now, 6, "UTC")
    whole = it.count(stretches, 0, now)
    assert sum(day.tally.up for day in days) == whole.up
    assert sum(day.tally.down for day in days) == whole.down
