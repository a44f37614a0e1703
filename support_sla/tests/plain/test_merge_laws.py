"""Merging (E-3.7): a ticket that takes others in, against a witness and against the laws of all tickets."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sla_clock_cases import (
    HOUR,
    LAST,
    METRIC_CODES,
    _event,
    _rounds_seen,
    clocks,
    decisions,
    film,
    hours_of,
    one,
    policies,
    raised,
    shown,
    target,
    tickets,
    witness,
)
from sla_clock_cases import at as when
from test_clock_laws import HOURS, by_key, check_stretches, instants, many, one_phase_a_second, some

from support_sla.tools import facts as f
from support_sla.tools.clock import evaluate, turns
from support_sla.tools.explain import narrative

SOURCE = 7
said = st.sampled_from([f.MESSAGE_IN, f.MESSAGE_OUT, f.CALL, f.WORKAROUND, f.OUTAGE, f.RESTORED])


@st.composite
def merged(draw, more=decisions, late=METRIC_CODES, talks=True):
    """(own events, what came along with the first of two merges, …): a ticket that took one or two others in."""
    own = draw(tickets(more=more, merged=False))
    begun = own[0].moment
    number = len(own)
    merges = []
    for source in range(SOURCE, SOURCE + draw(st.integers(1, 2))):
        moment = draw(st.integers(begun, LAST - 10))
        start = draw(st.integers(0, moment))
        came = [
            f.Event(
                moment,
                f.ABSORBED,
                f.STAFF,
                {
                    "ticket": source,
                    "number": f"T{source}",
                    "raised": start,
                    "late": draw(st.lists(st.sampled_from(late))),
                },
                number,
            )
        ]
        if talks:
            for kind in draw(st.lists(said, max_size=4)):
                number += 1
                came.append(f.Event(draw(st.integers(start, moment)), kind, f.STAFF, {"absorbed": source}, number))
        if start < begun:
            for phase in draw(st.lists(st.sampled_from(f.PHASES), max_size=2)):
                number += 1
                data = {"phase": phase, "absorbed": source}
                came.append(f.Event(draw(st.integers(start, begun - 1)), f.PHASE, f.SYSTEM, data, number))
            number += 1
            came.append(f.Event(begun, f.PHASE, f.SYSTEM, {"phase": f.NEW, "absorbed": source}, 0))
        number += 1
        merges.append((moment, came))
    return own, merges


def known_at(own, merges, look):
    """What was recorded by then: what comes along is recorded when the merge is."""
    return [event for event in own if event.moment <= look] + [
        event for moment, came in merges if moment <= look for event in came
    ]


@many
@given(merged(), policies(), st.lists(instants, max_size=6))
def test_living_through_a_merge_is_rebuilding(case, versions, looks):
    """E-3.7, E-3.1: whoever looked in between saw what one look at the end tells: breaches stay with their moment,
    what is over stays, keys stay; only what was open at a merge may start earlier."""
    own, merges = case
    events = known_at(own, merges, LAST)
    looks = sorted({*looks, *(event.moment for event in own), *(moment for moment, _came in merges), LAST})
    final = by_key(evaluate(events, versions, HOURS, LAST))
    for look in looks:
        then = by_key(evaluate(known_at(own, merges, look), versions, HOURS, look))
        assert then == by_key(evaluate(events, versions, HOURS, look))
        # merges of the same second are one: looking between them is not possible
        assert then.keys() <= final.keys()
        for name, clock in then.items():
            later = final[name]
            assert clock.start >= later.start
            if clock.breached is not None:
                assert (later.breached, later.regrade_breach) == (clock.breached, clock.regrade_breach)
            if clock.state not in f.LIVE and clock.cycle == later.cycle:
                assert clock == later


@some
@given(merged(), policies(), instants)
def test_stretches_of_a_merged_ticket_add_up(case, versions, now):
    """E-3.7, E-4: the explanation adds up for a ticket that took others in as for any other."""
    own, merges = case
    check_stretches(known_at(own, merges, LAST), versions, HOURS, now)


@many
@given(
    merged(
        more=st.one_of(_event(f.EXCLUDED, metrics=st.sampled_from([[], ["resolution"]])), _event(f.INCLUDED)),
        late=["resolution", "first_response"],
        talks=False,
    ),
    policies(metrics=("resolution",), by_agreement=False),
    instants,
)
def test_resolution_after_a_merge_is_what_a_witness_saw(case, versions, now):
    """E-3.7, E-3.1: what was open when the other ticket came counts from the earliest start, with that ticket's
    phases before; late by this alone is late from the merge on and marked, unless the other one was late."""
    own, merges = case
    own = one_phase_a_second(own)
    moment, came = merges[0]
    came = one_phase_a_second(came)
    now = max(now, own[0].moment)
    begun = own[0].moment
    absorbed = came[0].data
    start = min(begun, absorbed["raised"])
    version = versions[1]
    # a phase of one's own at the raising is the last word of that second
    joint = [replace(own[0], moment=start), *own[1:], *(event for event in came[1:])]
    joint = one_phase_a_second(sorted(joint, key=lambda event: (event.moment, event.id)))
    events = [*own, came[0], *(event for event in came[1:] if event in joint)]
    found = by_key(evaluate(events, {1: version}, HOURS, now))
    for goal in version.targets:
        expected = witness(own, version, goal, 0, now)
        moved = False
        if now >= moment and witness(own, version, goal, 0, moment).state in f.LIVE:
            before = witness(own, version, goal, 0, moment).breached
            expected = witness(joint, version, goal, 0, now)
            if before is not None:
                expected.breached = before
            elif "resolution" not in absorbed["late"] and expected.breached is not None:
                expected.breached, moved = first_late(joint, expected, moment, now)
        clock = found[goal.id, 0, 0]
        assert (clock.state, clock.stopped, clock.ending) == (expected.state, expected.stopped, expected.ending)
        assert (clock.counted, clock.cycle) == (expected.counted, expected.cycle)
        assert clock.breached == expected.breached
        if moved:
            assert clock.regrade_breach
        if not (expected.excluded or expected.paused):
            assert clock.deadline == expected.due


def first_late(joint, seen, moment, now):
    """The first second from the merge on in which a clock that is late already could be so, and whether it moved."""
    if seen.breached >= moment:
        return seen.breached, False
    frames = film(joint, "resolution", LAST)
    status = _rounds_seen(frames, min(event.moment for event in joint if event.kind == f.RAISED), now)
    limit = now if seen.stopped is None else seen.stopped
    for t in range(moment, limit + 1):
        lives = t < limit or (seen.stopped is None and t == now)
        if lives and not frames[t].excluded and not status[t][0]:
            return t, True
    return None, False


# --- known cases ----------------------------------------------------------------------------------
def absorbed(moment, source, late=(), number="HT0001"):
    return (moment, f.ABSORBED, {"ticket": SOURCE, "number": number, "raised": when(source), "late": list(late)})


def test_the_survivor_takes_the_earliest_start():
    """E-3.7: raised Tuesday at nine, took in what was raised at half past eight: due half an hour earlier."""
    events = raised("Tue 09:00", absorbed("Tue 10:00", "Tue 08:30"))
    before = one(events, [target(4)], "Tue 09:59")
    after = one(events, [target(4)], "Tue 10:00")
    assert (shown(before.start), shown(before.deadline)) == ("Tue 09:00", "Tue 13:45")
    assert (shown(after.start), shown(after.deadline)) == ("Tue 08:30", "Tue 13:15")
    promise = target(4)
    told = narrative(after, promise, events, hours_of(), when("Tue 10:00"))
    assert next(fact.values for fact in told if fact.code == "start")["number"] == "HT0001"
    told = narrative(before, promise, events, hours_of(), when("Tue 09:59"))
    assert "number" not in next(fact.values for fact in told if fact.code == "start")


def test_a_later_ticket_changes_no_start():
    """E-3.7: what was raised later takes nothing away and gives nothing."""
    events = raised("Tue 09:00", absorbed("Tue 10:00", "Tue 09:30"))
    clock = one(events, [target(4)], "Tue 11:00")
    assert (shown(clock.start), shown(clock.deadline)) == ("Tue 09:00", "Tue 13:45")


@pytest.mark.parametrize(
    ("late", "breached", "moved"),
    [((), "Tue 11:00", True), (("resolution",), "Tue 10:00", False), (("first_response",), "Tue 11:00", True)],
)
def test_late_by_the_merge_alone_is_marked(late, breached, moved):
    """E-3.7, E-3.3: at the merge, and marked; late on the other ticket is late at the deadline."""
    events = raised("Tue 09:30", absorbed("Tue 11:00", "Tue 08:00", late))
    clock = one(events, [target(2)], "Tue 12:00")
    assert (shown(clock.breached), clock.regrade_breach) == (breached, moved)


def test_what_was_late_stays_late_since_then():
    """E-3.7, E-3.1: the breach that was there keeps its moment, whatever the merge brings along."""
    events = raised("Tue 09:00", absorbed("Tue 11:00", "Tue 08:00"))
    clock = one(events, [target(1)], "Tue 12:00")
    assert (shown(clock.start), shown(clock.breached), clock.regrade_breach) == ("Tue 08:00", "Tue 10:00", False)


def test_an_answer_on_the_other_ticket_counts():
    """E-3.7: what staff answered there, the customer has heard."""
    answer = ("Tue 08:50", f.MESSAGE_OUT, {"absorbed": SOURCE, "side": f.STAFF})
    events = raised("Tue 09:00", answer, absorbed("Tue 10:00", "Tue 08:30"))
    clock = one(events, [target(2, "first_response")], "Tue 10:30")
    assert (clock.state, shown(clock.start), shown(clock.stopped)) == (f.DONE, "Tue 08:30", "Tue 08:50")
    assert clock.breached is None
    # before the merge nobody knew
    assert one(events, [target(2, "first_response")], "Tue 09:30").state == f.RUNNING


def test_what_is_over_stays_over():
    """E-3.7, E-3.6: an answer that was in time for this ticket does not become late."""
    events = raised("Tue 09:00", ("Tue 09:30", f.MESSAGE_OUT), absorbed("Tue 10:00", "Tue 08:00"))
    clock = one(events, [target(1, "first_response")], "Tue 10:30")
    assert (shown(clock.start), shown(clock.stopped), clock.breached) == ("Tue 09:00", "Tue 09:30", None)


def test_time_with_the_customer_before_does_not_count():
    """E-3.7, E-3.2: the other ticket waited for the customer from half past eight to nine."""
    mark = {"absorbed": SOURCE}
    events = raised(
        "Tue 09:00",
        ("Tue 08:30", "phase:waiting_customer", mark),
        ("Tue 09:00", "phase:new"),
        absorbed("Tue 10:00", "Tue 08:00"),
    )
    clock = one(events, [target(2)], "Tue 10:30")
    assert (shown(clock.deadline), clock.counted) == ("Tue 10:30", 2 * HOUR)
    assert [turn.side for turn in turns(events, when("Tue 10:30"))] == ["provider", "customer", "provider"]


def test_an_unanswered_message_there_is_owed_here():
    """E-3.7, E-1.3: the customer waits for an answer to what was asked on the other ticket."""
    mark = {"absorbed": SOURCE}
    events = raised(
        "Tue 08:00",
        ("Tue 08:10", f.MESSAGE_OUT),
        ("Tue 08:30", f.MESSAGE_IN),
        ("Tue 08:40", f.MESSAGE_OUT),
        ("Tue 09:00", f.MESSAGE_IN, mark),
        absorbed("Tue 10:00", "Tue 08:50"),
    )
    reply = target(2, "next_reply")
    first, second = clocks(events, [reply], "Tue 10:30")
    assert (shown(first.start), shown(first.stopped)) == ("Tue 08:30", "Tue 08:40")
    assert (shown(second.start), shown(second.deadline)) == ("Tue 09:00", "Tue 11:00")


def test_closing_what_is_merged_resolves_nothing():
    """E-3.7, E-4: the stage that follows in the same second is no resolution; it is nobody's turn any more."""
    events = raised("Tue 09:00", ("Tue 10:00", "phase:closed"), ("Tue 10:00", f.MERGED, {"into": 1}))
    clock = one(events, [target(4)], "Tue 12:00")
    assert (clock.state, clock.ending, shown(clock.stopped)) == (f.STOPPED, f.MERGED_END, "Tue 10:00")
    assert [turn.side for turn in turns(events, when("Tue 12:00"))] == ["provider", "none"]
