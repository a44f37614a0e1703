"""The arithmetic of a monthly report without Odoo (R-1)."""

from hypothesis import given
from hypothesis import strategies as st

from support_reports.tools import figures
from support_reports.tools.figures import Life, Promise, by_day, move, percent, say_percent, time_by_side

PHASES = ("new", "open", "waiting_customer", "resolved", "closed", "cancelled")

lives = st.builds(
    lambda number, raised, steps: Life(number, raised, tuple(sorted((raised + at, phase) for at, phase in steps))),
    st.integers(1, 10_000),
    st.integers(0, 100),
    st.lists(st.tuples(st.integers(0, 100), st.sampled_from(PHASES)), max_size=8),
)


@given(st.lists(lives, max_size=20, unique_by=lambda life: life.id), st.integers(0, 120), st.integers(1, 80))
def test_nothing_is_lost(found, start, length):
    """R-1: what was open, came and was opened again is what ended and what is open still."""
    moved = move(found, start, start + length)
    before = len(moved.open_before) + len(moved.raised) + len(moved.reopened)
    assert before == len(moved.resolved) + len(moved.cancelled) + len(moved.open_after)
    assert set(moved.ends) == {*moved.resolved, *moved.cancelled}
    assert all(start <= at < start + length for at in moved.ends.values())


@given(lives, st.integers(0, 100), st.integers(1, 50), st.integers(1, 50))
def test_months_join(life, start, first, second):
    """R-1: open at the end of a month is open before the next one"""
    one = move([life], start, start + first)
    two = move([life], start + first, start + first + second)
    assert one.open_after == two.open_before


def test_movement():
    """R-1: resolved and opened again is not resolved; closing what was resolved before the month is nothing"""
    moved = move(
        [
            Life(1, 5, ((12, "resolved"), (14, "open"))),
            Life(2, 12, ((13, "open"), (15, "resolved"), (16, "closed"))),
            Life(3, 1, ((2, "resolved"), (15, "closed"))),
            Life(4, 1, ((2, "closed"), (13, "open"), (18, "cancelled"))),
            Life(5, 20),
        ],
        10,
        20,
    )
    assert (moved.open_before, moved.raised, moved.reopened) == ((1,), (2,), (4,))
    assert (moved.resolved, moved.cancelled, moved.open_after) == ((2,), (4,), (1,))
    assert moved.ends == {2: 15, 4: 18}


def test_days():
    """R-1: a moment belongs to the day that it begins"""
    assert by_day([0, 9, 10, 25, 30, -1], [0, 10, 20, 30]) == [2, 1, 1]
    assert by_day([1], []) == []


def test_turns():
    """R-1: only what lies in the month counts, on the side whose turn it was"""
    turns = [(0, 15, "provider"), (15, 18, "customer"), (18, None, "provider")]
    assert time_by_side(turns, 10, 20) == {"provider": 7, "customer": 3}
    assert time_by_side(turns, 30, 40) == {"provider": 10}


def test_percent():
    """R-1: hundred per cent is said when nothing was late, and only then"""
    assert percent(0, 0) is None
    assert say_percent(percent(9999, 1)) == 99.9
    assert say_percent(percent(1, 9999)) == 0.1
    assert say_percent(percent(3, 0)) == 100
    assert say_percent(percent(2, 1)) == 66.7


def test_promise():
    """R-1: what was left out by agreement counts neither way"""
    promise = Promise()
    for outcome, regrade in (("kept", False), ("late", True), ("late_excused", False), ("open", False)):
        promise.add(outcome, 7, regrade)
    assert (promise.kept, promise.late, promise.excused, promise.regrade) == ([7], [7], [7], 1)
    assert promise.percent == 50
    assert figures.KEPT == "kept"
