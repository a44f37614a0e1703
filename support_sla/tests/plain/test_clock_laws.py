"""The clock function against a witness who looks every second, and against the laws it must obey."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sla_calendar_cases import desks, utc
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
from support_sla.tools.calendar import AROUND_THE_CLOCK
from support_sla.tools.clock import evaluate, pauses, turns
from support_sla.tools.explain import narrative, reading_of, segments
from support_sla.tools.history import History

some = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
many = settings(some, max_examples=200)
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
    """E-1.5, E-3.1, E-3.2, E-3.3, E-3.4, E-3.5: a resolution clock is what somebody sees who looks at every second.

    With pauses, regrades of both kinds, reopenings, exclusions, merges, and durations of all units.
    """
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
        assert clock.hold == (f.NO_SLA if seen.excluded else "")
        if not seen.excluded:
            assert clock.deadline == (None if seen.paused else seen.due)


@many
@given(tickets(), policies(), st.lists(instants, max_size=6))
def test_living_through_is_rebuilding(events, versions, looks):
    """E-3.1, E-3.4, E-1.3, E-1.4: whoever looked in between saw what one look at the end tells.

    Breaches stay, with their moment, and were seen by everybody who looked after them (so downtime changes
    nothing); finished clocks stay unless reopened; keys stay.
    """
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


@some
@given(tickets(), policies(), st.randoms(use_true_random=False))
def test_order_and_repetition_of_recording_do_not_matter(events, versions, random):
    """E-3.1: facts recorded twice, or handed over in any order, change nothing."""
    shuffled = [*events, *random.sample(events, len(events) // 2)]
    random.shuffle(shuffled)
    assert evaluate(shuffled, versions, HOURS, LAST) == evaluate(events, versions, HOURS, LAST)


@some
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
    """E-4: stretches follow on one another from start to end; up to the deadline they add up to the budget exactly."""
    check_stretches(events, versions, HOURS, now)


def check_named(pieces, target, clock, events, hours, now):
    """Every stretch is what it says: what is counted is open and not paused, each pause has its own name, and what is
    shut is shut."""
    held = pauses(events, now)
    # days of the calendar are counted around the clock, whatever the target's own hours
    calendar = reading_of(clock, target, events, hours, now).course.hours
    for piece in pieces:
        holding = {
            reason
            for reason in (target.pauses if target.duration is not None else ())
            for since, until in held.get(reason, ())
            if since < piece.stop and (until is None or piece.start < until)
        }
        if piece.kind == f.HELD:
            assert piece.reason in holding | {"resolved"}
            if piece.reason != "resolved":
                assert any(
                    since <= piece.start and (until is None or piece.stop <= until)
                    for since, until in held[piece.reason]
                )
            continue
        if piece.start < now:
            assert not holding
        opened = calendar.elapsed(piece.start, piece.stop)
        assert opened == (piece.seconds if piece.kind == f.COUNTED else 0)
        assert piece.kind == f.COUNTED or piece.reason


def check_stretches(events, versions, hours, now):
    targets = {target.id: target for version in versions.values() for target in version.targets}
    for clock in evaluate(events, versions, hours, now):
        pieces = segments(clock, targets[clock.target], events, hours, now)
        check_named(pieces, targets[clock.target], clock, events, hours, now)
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
        facts = narrative(clock, targets[clock.target], events, hours, now)
        codes = {fact.code for fact in facts}
        told = [fact.values for fact in facts if fact.code == "pause"]
        for piece in pieces:
            if piece.kind == f.HELD and piece.reason != "resolved":
                assert any(
                    pause["reason"] == piece.reason
                    and pause["start"] <= piece.start
                    and (pause["stop"] is None or piece.stop <= pause["stop"])
                    for pause in told
                ), "a pause that is shown is told"
        assert ("breach" in codes) == (clock.breached is not None)
        assert ("due" in codes) == (clock.deadline is not None)


@some
@given(tickets(), policies(), instants, st.integers(0, 20))
def test_time_alone_changes_only_what_it_must(events, versions, now, later):
    """E-3.1: with no new fact, time only uses up budgets.

    Nothing counts while paused, nothing is late before its deadline, and everything is as soon as it is over.
    """
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


@some
@given(tickets(), policies(), desks(), st.integers(utc("2026-01-01"), utc("2026-11-01")), st.integers(0, LAST))
def test_stretches_add_up_on_real_calendars(events, versions, desk, beginning, now):
    """E-4, E-2.4: the same on random calendars of five zones, over holidays and nights in which clocks change."""
    step = 3 * 3600 + 7
    real = [
        replace(
            event,
            moment=beginning + event.moment * step,
            data={**event.data, "until": beginning + event.data["until"] * step}
            if event.data.get("until") is not None
            else event.data,
        )
        for event in events
    ]
    check_stretches(real, versions, hours_of({1: desk, None: AROUND_THE_CLOCK}), beginning + now * step)


@some
@given(tickets(), instants)
def test_turns_tile_the_ticket(events, now):
    """E-4: it is always somebody's turn, from the raising on, and neighbours differ."""
    found = turns(events, now)
    if now < events[0].moment:
        assert not found
        return
    assert found[0].start == events[0].moment
    assert found[-1].stop is None
    for turn, following in pairwise(found):
        assert turn.start < turn.stop == following.start
        assert turn.side != following.side


@some
@given(tickets(), instants)
def test_pauses_are_spans(events, now):
    """E-3.2: the stretches of each reason are disjoint, in order, and only the last is open."""
    for reason, spans in pauses(events, now).items():
        assert reason in ALL_REASONS
        for (start, stop), following in zip(spans, [*spans[1:], None], strict=True):
            assert stop is None or start < stop <= now
            assert following is None or (stop is not None and stop < following[0])


KINDS = sorted({value for name, value in vars(f).items() if name.isupper() and isinstance(value, str)})
odd_data = st.sampled_from(
    [{}, {"phase": "nonsense"}, {"phase": f.RESOLVED}, {"version": 1}, {"metric": "resolution"}, {"reason": ""}]
)


@some
@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(KINDS), odd_data), max_size=15), policies())
def test_nothing_crashes(lines, versions):
    """E-3.1: no raising, several raisings, facts before the raising, empty data: defined, never a crash."""
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
