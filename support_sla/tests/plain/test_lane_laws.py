"""Laws of work one after another (O-10, B-11)."""

from hypothesis import given
from hypothesis import strategies as st

from support_sla.tools import facts, lane

PHASES = st.sampled_from(facts.PHASES)
STATES = st.sampled_from([lane.IN_WORK, lane.WAITING, lane.ASIDE, lane.GONE])
HOLDING = st.frozensets(st.sampled_from(lane.MAY_HOLD))
WAITERS = st.lists(
    st.builds(
        lane.Waiter,
        id=st.integers(1, 50),
        rank=st.integers(-2, 5),
        raised=st.integers(0, 10),
        phase=st.sampled_from([facts.NEW, facts.OPEN, facts.WAITING_CUSTOMER]),
    ),
    unique_by=lambda waiter: waiter.id,
    max_size=12,
)


@given(PHASES, STATES, HOLDING)
def test_what_a_phase_asks_for(phase, before, holding):
    """O-10: only an open ticket takes a place, only one that had it keeps it, an ended one has none"""
    wish = lane.asks_for(phase, before, holding)
    assert (wish == lane.GONE) == (phase in facts.ENDED)
    if wish == lane.IN_WORK:
        assert phase == facts.OPEN or (before == lane.IN_WORK and phase in holding)
    # asked again it asks for the same
    assert lane.asks_for(phase, wish, holding) == wish


@given(WAITERS, st.integers(-2, 6))
def test_who_is_held_back(waiters, free):
    """O-10: so many can begin as places are free, those first in line; nobody passes somebody who is ready"""
    held = lane.held_back(waiters, free)
    line = lane.in_line(waiters)
    begin = [waiter for waiter in line if waiter.id not in held]
    assert line[: len(begin)] == begin
    assert sum(waiter.is_ready for waiter in begin) == min(max(free, 0), sum(waiter.is_ready for waiter in line))


@given(WAITERS)
def test_the_order(waiters):
    """B-11: urgent ones, then the agreed order, then by the moment raised"""
    line = lane.in_line(waiters)
    groups = [0 if waiter.rank < 0 else 1 if waiter.rank else 2 for waiter in line]
    assert groups == sorted(groups)
    raised = [(waiter.raised, waiter.id) for waiter in line if not waiter.rank]
    assert raised == sorted(raised)
