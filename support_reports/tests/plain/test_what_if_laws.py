"""R-10: what holds whatever a ticket lived through. The engine's own clock function answers; random tickets ask."""

import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "support_sla" / "tests" / "plain"))

from sla_clock_cases import LAST, TOY_DESKS, hours_of, policies, tickets

from support_reports.tools import what_if
from support_sla.tools import facts as f
from support_sla.tools.clock import evaluate
from support_sla.tools.history import excused

NOW = LAST
# a machine under load draws slowly
calmly = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def no_match(level, moment, version):
    return version, {}


def replayed(events, versions):
    found = evaluate(events, versions, hours_of(TOY_DESKS), NOW)
    return found, what_if.verdicts(found, excused(events), any(event.kind == f.MERGED for event in events))


def changed(events, versions, changes, level=None, match=no_match):
    rules = what_if.Rules(changes, versions.__getitem__)
    rewritten = rules.rewrite(events, level, match)
    named = {
        event.data["version"]: rules.get(event.data["version"])
        for event in rewritten
        if event.kind == f.GRADED and event.data["version"] is not None
    }
    return rewritten, rules, replayed(rewritten, named)[1]


@calmly
@given(tickets(), policies())
def test_unchanged_rules_flip_nothing(events, versions):
    """R-10: without a change the facts stay the same facts, and no promise comes out otherwise."""
    rules = what_if.Rules([], versions.__getitem__)
    rewritten = rules.rewrite(events, 1, no_match)
    assert not rules.touches(events, rewritten)
    _clocks, before = replayed(events, versions)
    pairs = what_if.compare(before, before, replayed(rewritten, versions)[1], NOW)
    assert all(pair.outcomes[0] == pair.outcomes[1] and not pair.differs for pair in pairs)


@calmly
@given(tickets(), policies(), st.data())
def test_what_is_stored_counts_where_nothing_changes(events, versions, data):
    """R-10: whatever stands in the figures, unchanged rules leave it; what the rules of then do not give is named."""
    _clocks, before = replayed(events, versions)
    words = st.sampled_from([what_if.KEPT, what_if.LATE, what_if.OPEN])
    stored = [what_if.replace(verdict, outcome=data.draw(words), judged=NOW) for verdict in before]
    for pair in what_if.compare(stored, before, before, NOW):
        assert pair.outcomes[0] == pair.outcomes[1]
    open_ones = {verdict.key for verdict in stored if verdict.outcome == what_if.OPEN}
    for pair in what_if.compare(stored, before, before, NOW):
        if pair.before and pair.before.key not in open_ones:
            replay = next(verdict for verdict in before if verdict.key == pair.before.key)
            same = replay.outcome == pair.before.outcome
            assert pair.differs == (not same)


@calmly
@given(tickets(merged=False), policies(by_agreement=False), st.integers(0, 13), st.integers(1, 20))
def test_longer_is_never_late(events, versions, short, more):
    """R-10: a promise that is made longer is never late where it was kept before."""
    lengths = [f.Duration(short), f.Duration(short + more)]
    outcomes = []
    for length in lengths:
        change = what_if.Change(what_if.LENGTH, duration=length)
        outcomes.append(changed(events, versions, [change])[2])
    for pair in what_if.compare(outcomes[0], outcomes[0], outcomes[1], NOW):
        assert pair.outcomes not in ((what_if.KEPT, what_if.LATE), (what_if.OPEN, what_if.LATE))


@calmly
@given(tickets(), policies(), st.integers(0, 13).map(f.Duration))
def test_only_what_is_changed_changes(events, versions, length):
    """R-10: a change of one promise leaves every other one of the ticket as it was."""
    change = what_if.Change(what_if.LENGTH, metric="resolution", duration=length)
    before = replayed(events, versions)[1]
    after = changed(events, versions, [change])[2]
    for pair in what_if.compare(before, before, after, NOW):
        if pair.metric != "resolution":
            assert pair.outcomes[0] == pair.outcomes[1]


@calmly
@given(tickets(), policies())
def test_same_version_and_own_length_are_no_change(events, versions):
    """R-10: “as if version 1 had been version 1”, or each promise its own length, changes nothing."""
    change = what_if.Change(what_if.VERSION, to=1, versions=frozenset({1}))
    rewritten, rules, _after = changed(events, versions, [change])
    assert not rules.touches(events, rewritten)


@calmly
@given(tickets(), policies())
def test_another_version_is_that_version(events, versions):
    """R-10: under another version a ticket has exactly the clocks that it would have had if it had been matched so."""
    change = what_if.Change(what_if.VERSION, to=2, versions=frozenset({1, 3}))
    lived = [
        what_if.replace(event, data={**event.data, "version": 2})
        if event.kind == f.GRADED and event.data["version"]
        else event
        for event in events
    ]
    assert changed(events, versions, [change])[2] == replayed(lived, versions)[1]


def level_events():
    """Raised at level 7, made level 8 at 20 without another policy, resolved at 40."""
    return [
        f.Event(0, f.RAISED, id=1),
        f.Event(0, f.GRADED, data={"version": 1}, id=2),
        f.Event(20, f.PRIORITY, data={"from": 7, "to": 8}, id=3),
        f.Event(40, f.PHASE, data={"phase": f.RESOLVED}, id=4),
    ]


def test_level_of_a_change():
    """R-10: a change for one level holds from the moment on at which the ticket came to it, also where one policy is
    for both levels."""
    versions = {1: f.PolicyVersion(1, (f.Target(5, "resolution", f.Duration(60)),))}
    events = level_events()
    assert what_if.first_level(events, 8) == 7
    change = what_if.Change(what_if.LENGTH, level=8, duration=f.Duration(30))
    rewritten, rules, after = changed(events, versions, [change], 7)
    assert rules.touches(events, rewritten)
    assert [(verdict.grade, verdict.outcome) for verdict in after] == [(0, "superseded"), (1, what_if.LATE)]
    assert rules.origin(-1) == 1
    other = what_if.Change(what_if.LENGTH, level=9, duration=f.Duration(30))
    assert not rules.touches(events, changed(events, versions, [other], 7)[0])


def test_level_for_level():
    """R-10: “as if every ticket of 7 had been 8”: the policy is found anew, and changes of the new level hold."""
    versions = {
        1: f.PolicyVersion(1, (f.Target(5, "resolution", f.Duration(60)),)),
        2: f.PolicyVersion(2, (f.Target(6, "resolution", f.Duration(30)),)),
    }
    asked = []

    def match(level, moment, version):
        asked.append((level, moment, version))
        return 2, {}

    events = level_events()[:2] + level_events()[3:]
    exchange = what_if.Change(what_if.LEVEL, level=7, to=8)
    after = changed(events, versions, [exchange], 7, match)[2]
    assert asked == [(8, 0, 1)]
    assert [(verdict.target, verdict.outcome) for verdict in after] == [(6, what_if.LATE)]
    longer = what_if.Change(what_if.LENGTH, level=8, duration=f.Duration(50))
    after = changed(events, versions, [exchange, longer], 7, match)[2]
    assert [(verdict.target, verdict.outcome) for verdict in after] == [(6, what_if.KEPT)]


def test_pauses_and_dropping():
    """R-10: a reason that pauses keeps a promise; one that does not makes it late; what is not promised is gone."""
    versions = {1: f.PolicyVersion(1, (f.Target(5, "resolution", f.Duration(30), pauses=frozenset({"customer"})),))}
    events = [
        f.Event(0, f.RAISED, id=1),
        f.Event(0, f.GRADED, data={"version": 1}, id=2),
        f.Event(10, f.PHASE, data={"phase": f.WAITING_CUSTOMER}, id=3),
        f.Event(50, f.PHASE, data={"phase": f.OPEN}, id=4),
        f.Event(60, f.PHASE, data={"phase": f.RESOLVED}, id=5),
    ]
    assert replayed(events, versions)[1][0].outcome == what_if.KEPT
    stopped = what_if.Change(what_if.NO_PAUSE, reason="customer")
    again = what_if.Change(what_if.PAUSE, reason="customer")
    assert changed(events, versions, [stopped])[2][0].outcome == what_if.LATE
    assert changed(events, versions, [stopped, again])[2][0].outcome == what_if.KEPT
    before = replayed(events, versions)[1]
    (pair,) = what_if.compare(before, before, changed(events, versions, [what_if.Change(what_if.DROP)])[2], NOW)
    assert pair.outcomes == (what_if.KEPT, what_if.NOTHING)
