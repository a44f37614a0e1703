"""The clock function against a witness who looks every second, and against the laws it must obey."""

from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sla_clock_cases import (
    ALL_REASONS,
    LAST,
    METRIC_CODES,
    TOY_DESKS,
    durations,
    hours_of,
    policies,
    tickets,
    witness,
)
from support_sla.tools import facts as f
from support_sla.tools.clock import evaluate, pauses, turns
from support_sla.tools.explain import narrative, segments
from support_sla.tools.history import History

many = settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
HOURS = hours_of(TOY_DESKS)
instants = st.integers(0, LAST)


def key(clock):
    return (clock.target, clock.grade, clock.round)


def by_key(found):
    return {key(clock): clock for clock in found}


def one_phase_a_second(events):
    seen = set()
    result = []
    for event in events:
        if event.kind == f.PHASE:
            if event.moment in seen:
                continue
            seen.add(event.moment)
        result.append(event)
    return result


@many
@given(tickets(), policies(metrics=("resolution",), by_agreement=False), instants)
def test_resolution_is_what_a_witness_saw(events, versions, now):
    """E-1.5, E-3.1, E-3.2, E-3.3, E-3.4, E-3.5: deadline, breach, pauses, regrades, reopenings and exclusions
    of a resolution clock are what somebody sees who looks at every second."""
    events = one_phase_a_second(events)
    now = max(now, events[0].moment)
    found = by_key(evaluate(events, versions, HOURS, now))
    expected = {}
    for grade in History(events, now).grades:
        version = versions.get(grade.version)
        for target in version.targets if version else ():
            seen = witness(events, version, target, grade.index, now)
            if seen is not None:
                expected[target.id, grade.index, 0] = (target, seen)
    assert found.keys() == expected.keys()
    for name, (_target, seen) in expected.items():
        clock = found[name]
        assert (clock.state, clock.stopped, clock.ending) == (seen.state, seen.stopped, seen.ending)
        assert (clock.counted, clock.cycle) == (seen.counted, seen.cycle)
        assert clock.breached == seen.breached
        assert clock.overrun == (max(0, seen.counted - clock.budget) if seen.breached is not None else 0)
        assert clock.remaining == max(0, clock.budget - seen.counted)
        if not clock.hold:
            assert clock.deadline == (None if seen.paused else seen.due)


@many
@given(tickets(), policies(), st.lists(instants, max_size=6))
def test_living_through_is_rebuilding(events, versions, looks):
    """E-3.1, E-3.4, E-1.3, E-1.4: whoever looked in between saw what one look at the end tells: breaches stay, with their
    moment, and were seen by everybody who looked after them; finished clocks stay unless reopened; keys stay."""
    looks = sorted({*looks, *(event.moment for event in events), LAST})
    final = by_key(evaluate(events, versions, HOURS, LAST))
    for look in looks:
        known = [event for event in events if event.moment <= look]
        then = by_key(evaluate(known, versions, HOURS, look))
        assert then == by_key(evaluate(events, versions, HOURS, look))
        assert then.keys() <= final.keys()
        for name, clock in then.items():
            later = final[name]
            assert clock.start == later.start
            if clock.breached is not None:
                assert (later.breached, later.regrade_breach) == (clock.breached, clock.regrade_breach)
            if clock.state not in f.LIVE and clock.cycle == later.cycle:
                assert clock == later
            assert later.cycle >= clock.cycle
        for name, later in final.items():
            if later.breached is not None and later.breached < look:
                assert then[name].breached == later.breached


@many
@given(tickets(), policies(), st.randoms(use_true_random=False))
def test_order_and_repetition_of_recording_do_not_matter(events, versions, random):
    """E-3.1: facts recorded twice, or handed over in any order, change nothing."""
    shuffled = [*events, *random.sample(events, len(events) // 2)]
    random.shuffle(shuffled)
    assert evaluate(shuffled, versions, HOURS, LAST) == evaluate(events, versions, HOURS, LAST)


@many
@given(
    tickets(),
    durations,
    st.lists(st.tuples(st.integers(0, LAST), st.integers(1, 30), st.sampled_from("abc")), max_size=6),
    st.randoms(use_true_random=False),
)
def test_pauses_commute(events, duration, stretches, random):
    """E-3.2: several reasons at once are one pause, whatever their order and however they are cut."""
    reasons = frozenset({"a", "b", "c"})
    target = f.Target(1, "resolution", duration, 1, reasons | {"customer"})
    versions = {n: f.PolicyVersion(n, [target]) for n in (1, 2, 3)}
    covered = {t for start, length, _reason in stretches for t in range(start, start + length)}

    def with_pauses(changes):
        number = 1000
        result = list(events)
        for moment, kind, reason in changes:
            number += 1
            result.append(f.Event(moment, kind, data={"reason": reason}, id=number))
        return evaluate(result, versions, HOURS, LAST)

    # once second by second under random reasons, once by one reason from edge to edge
    separate = []
    for t in sorted(covered):
        reason = random.choice("abc")
        separate += [(t, f.PAUSE, reason), (t + 1, f.RESUME, reason)]
    edges = [(t, f.PAUSE, "a") for t in covered if t - 1 not in covered]
    edges += [(t, f.RESUME, "a") for t in {t + 1 for t in covered} - covered]
    one, other = with_pauses(separate), with_pauses(sorted(edges))
    assert one == [replace(clock, pause_reasons=mine.pause_reasons) for clock, mine in zip(other, one, strict=True)]


@many
@given(tickets(), policies(), instants)
def test_stretches_tile_and_add_up(events, versions, now):
    """E-4: the stretches of a clock follow on one another from its start to its end, and what is counted up to the
    deadline is the budget exactly."""
    targets = {target.id: target for version in versions.values() for target in version.targets}
    for clock in evaluate(events, versions, HOURS, now):
        pieces = segments(clock, targets[clock.target], events, HOURS, now)
        position = clock.start
        for piece in pieces:
            assert piece.start == position < piece.stop
            position = piece.stop
        end = now if clock.stopped is None else clock.stopped
        if clock.stopped is None and clock.deadline is not None:
            end = max(end, clock.deadline)
        assert position == end
        counted = [piece for piece in pieces if piece.kind == f.COUNTED]
        until_end = sum(piece.seconds for piece in counted)
        if clock.deadline is not None and clock.budget is not None and clock.deadline <= end:
            before = sum(piece.seconds for piece in counted if piece.stop <= clock.deadline)
            assert before == clock.budget
            assert until_end - before == max(0, clock.counted - clock.budget)
        if clock.stopped is not None or clock.deadline is None:
            assert until_end == clock.counted
        facts = narrative(clock, targets[clock.target], events, HOURS, now)
        lost = {fact.code for fact in facts}
        assert ("breach" in lost) == (clock.breached is not None)
        assert ("due" in lost) == (clock.deadline is not None)


@many
@given(tickets(), policies(), instants, st.integers(0, 20))
def test_time_alone_changes_only_what_it_must(events, versions, now, later):
    """E-3.1: with no new fact, time only uses up budgets: nothing counts while paused, nothing is late before its
    deadline, and everything is as soon as it is over."""
    known = [event for event in events if event.moment <= now]
    before = by_key(evaluate(known, versions, HOURS, now))
    for clock in evaluate(known, versions, HOURS, now + later):
        earlier = before[key(clock)]
        assert (clock.state, clock.deadline) == (earlier.state, earlier.deadline)
        if clock.state == f.PAUSED:
            assert (clock.counted, clock.overrun) == (earlier.counted, earlier.overrun)
            assert clock.breached == earlier.breached
        if clock.state == f.RUNNING and not clock.hold and clock.deadline is not None:
            assert (clock.breached is not None) >= (now + later > clock.deadline)
            if earlier.breached is None and clock.breached is not None:
                assert clock.breached == clock.deadline >= now
        assert clock.overrun >= earlier.overrun


@many
@given(tickets(), instants)
def test_turns_tile_the_ticket(events, now):
    """E-4: it is always somebody's turn, from the raising on, and neighbours differ."""
    found = turns(events, now)
    if now < events[0].moment:
        assert not found
        return
    assert found[0].start == events[0].moment
    assert found[-1].stop is None
    for turn, following in zip(found, found[1:], strict=False):
        assert turn.start < turn.stop == following.start
        assert turn.side != following.side


@many
@given(tickets(), instants)
def test_pauses_are_spans(events, now):
    """E-3.2: the stretches of each reason are disjoint, in order, and only the last is open."""
    for reason, spans in pauses(events, now).items():
        assert reason in ALL_REASONS
        for (start, stop), following in zip(spans, [*spans[1:], None], strict=True):
            assert stop is None or start < stop <= now
            assert following is None or (stop is not None and stop < following[0])


@many
@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(sorted({
    f.RAISED, f.MESSAGE_IN, f.MESSAGE_OUT, f.MESSAGE_AUTO, f.NOTE, f.CALL, f.PHASE, f.PAUSE, f.RESUME, f.PRIORITY,
    f.GRADED, f.WORKAROUND, f.OUTAGE, f.RESTORED, f.ACCEPTED, f.REJECTED, f.AGREED, f.EXCLUDED, f.INCLUDED,
    f.ESCALATED, f.ACKNOWLEDGED, f.MERGED, "unheard_of",
})), st.sampled_from([{}, {"phase": "nonsense"}, {"phase": f.RESOLVED}, {"version": 1}, {"metric": "resolution"}])),
    max_size=12), policies())  # fmt: skip
def test_nothing_crashes(lines, versions):
    """E-3.1: no raising, several raisings, facts before the raising, empty data: defined, never a crash."""
    assume(True)
    events = [f.Event(when, kind, data=data, id=number) for number, (when, kind, data) in enumerate(lines)]
    found = evaluate(events, versions, HOURS, LAST)
    if not any(event.kind == f.RAISED for event in events):
        assert found == []
    assert len({key(clock) for clock in found}) == len(found)
    assert {clock.metric for clock in found} <= set(METRIC_CODES)
    targets = {target.id: target for version in versions.values() for target in version.targets}
    for clock in found:
        narrative(clock, targets[clock.target], events, HOURS, LAST)
    turns(events, LAST)
