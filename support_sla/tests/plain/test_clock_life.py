"""The life of a clock (E-3) on an invented week, London in winter, so that all times are UTC:

Mon 10:00–11:30 · Tue 08:00–12:00 and 12:45–18:00 · Wed shut · Thu all day · Fri from 16:00 into the night until
Sat 04:00 · Sun 20:00–21:00 · "Mon+" is the Monday after.
"""

import time

import pytest
from sla_clock_cases import HOUR, agreed, at, clocks, excluded, graded, hours_of, one, raised, shown, story, target

from support_sla.tools import facts as f
from support_sla.tools.calendar import OpeningHours
from support_sla.tools.clock import evaluate, pauses
from support_sla.tools.history import in_order
from support_sla.tools.metrics import METRICS, Metric, Round


def due(events, *arguments, now=None, **options):
    moment = now or max(event.moment for event in events)
    return shown(one(events, [target(*arguments, **options)], moment).deadline)


# --- deadlines ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("when", "duration", "expected"),
    [
        ("Mon 10:00", 1, "Mon 11:00"),
        ("Mon 09:00", 1, "Mon 11:00"),  # outside hours: from the next opening
        ("Mon 11:00", 0.5, "Mon 11:30"),  # up at closing time, not at the next opening
        ("Mon 11:00", 1, "Tue 08:30"),
        ("Mon 11:30", 1, "Tue 09:00"),
        ("Tue 11:30", 1, "Tue 13:15"),
        ("Tue 17:00", 2, "Thu 01:00"),
        ("Fri 23:00", 5, "Sat 04:00"),
        ("Fri 23:00", 5.5, "Sun 20:30"),
        ("Mon 10:30", f.Duration(1, f.WORKING_DAYS), "Tue 10:30"),
        ("Tue 09:00", f.Duration(1, f.WORKING_DAYS), "Thu 09:00"),
        ("Tue 13:00", f.Duration(2, f.WORKING_DAYS), "Fri 16:00"),  # shut at 13:00: at the opening
        ("Mon 10:30", f.Duration(1, f.WORKING_DAY_END), "Mon 11:30"),
        ("Mon 10:30", f.Duration(2, f.WORKING_DAY_END), "Tue 18:00"),
        ("Mon 10:30", f.Duration(2, f.CALENDAR_DAYS), "Wed 10:30"),
    ],
)
def test_deadlines_without_pauses(when, duration, expected):
    """E-1.5, E-2.1, E-2.3: a deadline is what the calendar says, from the moment of raising."""
    assert due(raised(when), duration) == expected


def test_deadline_around_the_clock():
    """E-1.5, E-2.1: another basis than the policy's calendar."""
    assert due(raised("Mon 22:00"), 4, calendar=None) == "Tue 02:00"


def test_deadline_over_the_night_in_which_clocks_change():
    """E-1.5, E-2.4: Monday opens an hour earlier in UTC after the last Sunday of March."""
    assert due(raised("2026-03-27 16:30"), 1, calendar=2) == "2026-03-30 08:30"


def test_a_calendar_without_hours_is_a_state():
    """E-3.1, E-2.6: no working time: no deadline and the reason, no breach, no crash."""
    clock = one(raised("Mon 10:00"), [target(1)], "Fri 10:00", desks={1: OpeningHours("UTC", [])})
    assert (clock.state, clock.hold, clock.deadline, clock.budget) == (f.RUNNING, f.NO_TIME, None, None)
    assert (clock.breached, clock.counted, clock.overrun, clock.remaining) == (None, 0, 0, None)


# --- E-3.1: two independent facts -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("stop", "state", "breached"),
    [
        ("Mon 11:29:59", f.DONE, None),
        ("Mon 11:30", f.DONE, None),
        ("Mon 11:30:01", f.DONE, "Mon 11:30"),
        ("Mon 20:00", f.DONE, "Mon 11:30"),
    ],
)
def test_met_until_the_deadline_inclusive(stop, state, breached):
    """E-3.1, E-2.3: met if stopped at the deadline or before; afterwards late, also while it is shut."""
    clock = one(raised("Mon 11:00", (stop, "phase:resolved")), [target(0.5)], "Fri 10:00")
    assert (clock.state, clock.ending, shown(clock.stopped)) == (state, f.MET_END, stop)
    assert shown(clock.breached) == (breached or "-")
    assert (shown(clock.deadline), clock.regrade_breach, clock.hold) == ("Mon 11:30", False, "")


@pytest.mark.parametrize(
    ("now", "breached", "overrun"),
    [
        ("Tue 13:45", "-", 0),
        ("Tue 13:45:01", "Tue 13:45", 1),
        ("Tue 18:00", "Tue 13:45", 4.25 * HOUR),
        ("Wed 20:00", "Tue 13:45", 4.25 * HOUR),
        ("Thu 02:00", "Tue 13:45", 6.25 * HOUR),
        ("Mon+ 10:30", "Tue 13:45", (4.25 + 24 + 12 + 1 + 0.5) * HOUR),
    ],
)
def test_a_breach_happens_at_the_deadline_whoever_looks_when(now, breached, overrun):
    """E-3.1: running and late at once; the breach's time is the deadline, however long nobody looked."""
    clock = one(raised("Tue 09:00"), [target(4)], now)
    assert (clock.state, shown(clock.deadline)) == (f.RUNNING, "Tue 13:45")
    assert (shown(clock.breached), clock.overrun) == (breached, overrun)
    assert clock.remaining == 0
    assert clock.counted == 4 * HOUR + overrun


def test_cancelled_late_is_late_and_cancelled_in_time_is_not():
    """E-3.1, E-1.5: cancelling ends a clock and changes no breach."""
    for when, breached in (("Tue 13:45", "-"), ("Tue 14:00", "Tue 13:45")):
        clock = one(raised("Tue 09:00", (when, "phase:cancelled")), [target(4)], "Fri 10:00")
        assert (clock.state, clock.ending) == (f.STOPPED, f.CANCELLED_END)
        assert shown(clock.breached) == breached


# --- E-3.2: pauses --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("since", "until", "duration", "expected"),
    [
        ("Tue 10:00", "Tue 11:00", 4, "Tue 14:45"),
        ("Tue 11:30", "Tue 13:00", 4, "Tue 14:30"),  # the break in it took nothing away
        ("Tue 12:00", "Tue 12:45", 4, "Tue 13:45"),
        ("Tue 08:00", "Tue 09:30", 4, "Tue 14:15"),  # since before the raising
        ("Tue 10:00", "Thu 06:00", 4, "Thu 09:00"),
        ("Tue 14:00", "Tue 15:00", 4, "Tue 13:45"),  # after the deadline
        ("Tue 10:00", "Tue 10:30", f.Duration(1, f.WORKING_DAYS), "Thu 09:30"),
        ("Tue 20:00", "Wed 20:00", f.Duration(1, f.WORKING_DAYS), "Thu 09:00"),
        ("Tue 10:00", "Tue 11:00", f.Duration(1, f.WORKING_DAY_END), "Thu 01:00"),
        ("Tue 13:30", "Tue 14:00", f.Duration(1, f.CALENDAR_DAYS), "Wed 09:30"),
    ],
)
def test_a_pause_moves_the_deadline_by_the_opening_time_it_took(since, until, duration, expected):
    """E-3.2: the time in a pause is not counted; what was shut anyway takes nothing away."""
    events = raised("Tue 09:00", (since, f.PAUSE, {"reason": "queue"}), (until, f.RESUME, {"reason": "queue"}))
    assert due(events, duration, pauses=["queue"]) == expected
    assert due(events, duration, pauses=["customer"]) == due(raised("Tue 09:00"), duration)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("Wed 10:00", "Wed 12:00", "Fri 16:00"),  # harmless: it stays the opening
        ("Tue 14:00", "Tue 15:00", "Fri 17:00"),
        ("Tue 18:30", "Fri 10:00", "Thu+ 00:15"),
        ("Fri 10:00", "Fri 17:00", "Fri 17:00"),  # used up before, but held when it would have been due
        ("Fri 10:00", "Sat 10:00", "Sun 20:00"),
    ],
)
def test_a_promise_in_days_that_ends_at_an_opening_still_does_after_a_pause(since, until, expected):
    """E-3.2, E-2.1: two working days from Tuesday 13:00 are Friday 16:00, the opening, not Thursday's end."""
    events = raised("Tue 13:00", (since, "phase:waiting_customer"), (until, "phase:open"))
    assert due(events, f.Duration(2, f.WORKING_DAYS)) == expected


@pytest.mark.parametrize(("until", "expected"), [("Mon 21:00", "Tue 08:00"), ("Tue 09:00", "Tue 09:00")])
def test_a_promise_of_nothing_is_due_at_the_opening(until, expected):
    """E-3.2, E-2.3: not in the night in which it was given, nor while paused."""
    events = raised("Mon 19:00", ("Mon 20:00", "phase:waiting_customer"), (until, "phase:open"))
    assert due(events, 0, now="Tue 10:00") == expected


def test_reasons_come_and_go_one_by_one():
    """E-3.2: set twice it holds since the first time; a resume ends its own reason, or all that were set."""
    lines = [("Tue 09:10", "a"), ("Tue 09:20", "a"), ("Tue 09:30", "b"), ("Tue 09:40", "c")]
    events = raised(
        "Tue 09:00",
        *((when, f.PAUSE, {"reason": reason}) for when, reason in lines),
        ("Tue 09:50", f.RESUME, {"reason": "a"}),
        ("Tue 10:00", f.RESUME, {}),
        ("Tue 10:10", f.PAUSE, {}),
    )
    spans = {
        reason: [f"{shown(a)} > {shown(b)}" for a, b in found]
        for reason, found in pauses(events, at("Tue 11:00")).items()
    }
    assert spans == {
        "a": ["Tue 09:10 > Tue 09:50"],
        "b": ["Tue 09:30 > Tue 10:00"],
        "c": ["Tue 09:40 > Tue 10:00"],
        "hold": ["Tue 10:10 > -"],
    }


def test_a_fact_told_twice_is_one():
    """E-3.1: the same row twice, also in the hands of an addon's metric."""
    events = raised("Tue 09:00", ("Tue 10:00", f.ESCALATED))
    assert in_order([*events, *events], at("Tue 11:00")) == events


def test_while_paused_there_is_no_deadline_but_what_remains():
    """E-3.2, E-3.1: paused since when and why; nothing counts, nothing can be late."""
    events = raised(
        "Tue 09:00",
        ("Tue 10:00", "phase:waiting_customer"),
        ("Tue 11:00", f.PAUSE, {"reason": "queue"}),
        ("Tue 14:00", "phase:waiting_third_party"),
    )
    seen = [
        ("Tue 10:30", ("customer",)),
        ("Tue 11:30", ("customer", "queue")),
        ("Fri 10:00", ("queue",)),
    ]
    for now, reasons in seen:
        clock = one(events, [target(4, pauses=["customer", "queue"])], now)
        assert (clock.state, clock.deadline, clock.hold) == (f.PAUSED, None, "")
        assert (shown(clock.paused_since), clock.pause_reasons) == ("Tue 10:00", reasons)
        assert (clock.counted, clock.remaining, clock.breached) == (HOUR, 3 * HOUR, None)


def test_phases_pause_by_what_they_mean():
    """E-3.2: each target says which reasons pause it."""
    phases = {
        "waiting_customer": "customer",
        "waiting_third_party": "third_party",
        "on_hold": "hold",
        "resolved": "acceptance",
    }
    for phase, reason in phases.items():
        events = raised("Tue 09:00", ("Tue 09:30", f"phase:{phase}"))
        for other in phases.values():
            clock = one(events, [target(4, metric="first_response", pauses=[other])], "Tue 10:00")
            assert clock.state == (f.PAUSED if reason == other else f.RUNNING)
    events = raised("Tue 09:00", ("Tue 09:30", "phase:new"), ("Tue 09:40", "phase:open"))
    assert one(events, [target(4, pauses=phases.values())], "Tue 10:00").state == f.RUNNING


def test_a_pause_after_the_deadline_erases_no_breach_and_stops_the_overrun():
    """E-3.1, E-3.2: late by 1.25 hours when the pause began, and still after it."""
    events = raised("Tue 09:00", ("Tue 15:00", "phase:waiting_customer"), ("Thu 03:00", "phase:open"))
    for now, state, deadline, overrun in (
        ("Tue 16:00", f.PAUSED, "-", 1.25),
        ("Thu 02:00", f.PAUSED, "-", 1.25),
        ("Thu 04:00", f.RUNNING, "Tue 13:45", 2.25),
    ):
        clock = one(events, [target(4)], now)
        assert (clock.state, shown(clock.deadline)) == (state, deadline)
        assert (shown(clock.breached), clock.overrun) == ("Tue 13:45", overrun * HOUR)


def test_a_pause_in_the_very_second_of_the_deadline():
    """E-3.1: not late while paused; due at once when resumed."""
    events = raised("Tue 09:00", ("Tue 11:00", "phase:waiting_customer"), ("Tue 15:00", "phase:open"))
    clock = one(events, [target(2)], "Tue 14:00")
    assert (clock.state, clock.remaining, clock.breached) == (f.PAUSED, 0, None)
    clock = one(events, [target(2)], "Tue 15:00")
    assert (clock.state, shown(clock.deadline), clock.breached) == (f.RUNNING, "Tue 15:00", None)
    assert shown(one(events, [target(2)], "Tue 15:01").breached) == "Tue 15:00"


def test_stopped_while_paused():
    """E-3.1, E-3.2: what was left when it stopped makes the deadline that would have been."""
    events = raised("Tue 09:00", ("Tue 10:00", "phase:waiting_customer"), ("Thu 10:00", "phase:resolved"))
    clock = one(events, [target(4)], "Fri 20:00")
    assert (clock.state, clock.counted, clock.breached) == (f.DONE, HOUR, None)
    assert (shown(clock.deadline), clock.paused_since, clock.pause_reasons) == ("Thu 13:00", None, ())


@pytest.mark.parametrize("resumed", [[], [("Fri 20:00", f.RESUME)]])
def test_stopped_in_a_pause_that_nobody_ended(resumed):
    """E-3.1, E-3.2: the pause ends with the clock, whatever is done about it later."""
    events = raised("Tue 09:00", ("Tue 10:00", f.PAUSE, {"reason": "queue"}), ("Thu 10:00", "phase:resolved"), *resumed)
    clock = one(events, [target(4, pauses=["queue"])], "Fri 23:00")
    assert (clock.state, clock.hold, shown(clock.deadline), clock.breached) == (f.DONE, "", "Thu 13:00", None)


def test_a_fact_recorded_late_counts_from_its_moment():
    """E-3.1: on Thursday it turns out that the customer was phoned on Tuesday."""
    events = raised("Tue 09:00", ("Thu 10:00", "phase:open"), ("Tue 10:00", f.CALL))
    assert shown(one(events, [target(4, metric="first_response")], "Thu 11:00").stopped) == "Tue 10:00"


def test_the_future_is_not_a_fact_yet():
    """E-3.1: asked about Tuesday 12:00, only what had happened then counts."""
    events = raised("Tue 09:00", ("Tue 15:00", "phase:resolved"))
    assert one(events, [target(4)], "Tue 12:00").state == f.RUNNING


# --- E-3.3: regrades ------------------------------------------------------------------------------
def verdicts(found):
    """grade: state/ending start > stopped, due, breached (! by regrade)"""
    return [
        f"{clock.grade}: {clock.ending or clock.state} {shown(clock.start)} > {shown(clock.stopped)}, "
        f"due {shown(clock.deadline)}, breached {shown(clock.breached)}{'!' * clock.regrade_breach}"
        for clock in found
    ]


def regraded(change, new, now, *more, old=4, regrade=f.FROM_START, metric="resolution"):
    events = raised("Tue 09:00", graded(2, change), *more)
    targets = {1: [target(old, metric)], 2: [target(new, metric, number=2)]}
    return verdicts(clocks(events, targets, now, regrade))


@pytest.mark.parametrize(
    ("change", "now", "regrade", "expected"),
    [
        ("Tue 10:00", "Tue 10:00", f.FROM_START, "1: running Tue 09:00 > -, due Tue 11:00, breached -"),
        ("Tue 11:00", "Tue 11:00", f.FROM_START, "1: running Tue 09:00 > -, due Tue 11:00, breached -"),
        ("Tue 11:00", "Tue 11:01", f.FROM_START, "1: running Tue 09:00 > -, due Tue 11:00, breached Tue 11:00"),
        ("Tue 11:30", "Tue 11:30", f.FROM_START, "1: running Tue 09:00 > -, due Tue 11:00, breached Tue 11:30!"),
        ("Tue 11:30", "Fri 20:00", f.FROM_START, "1: running Tue 09:00 > -, due Tue 11:00, breached Tue 11:30!"),
        ("Tue 11:30", "Tue 11:30", f.FROM_CHANGE, "1: running Tue 11:30 > -, due Tue 14:15, breached -"),
    ],
)
def test_regrade(change, now, regrade, expected):
    """E-3.3: from the start, past its new deadline "breached at regrade"; or from the change."""
    superseded = f"0: superseded Tue 09:00 > {change}, due Tue 13:45, breached -"
    assert regraded(change, 2, now, regrade=regrade) == [superseded, expected]


def test_regrade_replays_pauses():
    """E-3.3, E-3.2: an hour with the customer before the regrade is an hour less."""
    pause = [("Tue 09:30", "phase:waiting_customer"), ("Tue 10:30", "phase:open")]
    assert regraded("Tue 11:00", 2, "Tue 11:00", *pause)[1] == ("1: running Tue 09:00 > -, due Tue 12:00, breached -")


def test_regrade_while_paused():
    """E-3.3, E-3.1: what was already late is late at the regrade, even while it waits for the customer."""
    pause = [("Tue 11:15", "phase:waiting_customer")]
    assert regraded("Tue 11:30", 2, "Tue 12:00", *pause)[1] == ("1: paused Tue 09:00 > -, due -, breached Tue 11:30!")
    assert regraded("Tue 11:30", 2.5, "Tue 12:00", *pause)[1] == "1: paused Tue 09:00 > -, due -, breached -"


def test_a_breach_before_the_regrade_stays():
    """E-3.3, E-3.1: the old clock was late; the new one is not."""
    assert regraded("Tue 10:30", 4, "Tue 11:00", old=1) == [
        "0: superseded Tue 09:00 > Tue 10:30, due Tue 10:00, breached Tue 10:00",
        "1: running Tue 09:00 > -, due Tue 13:45, breached -",
    ]


def test_what_was_fulfilled_before_the_regrade_is_not_promised_again():
    """E-3.3: a promise that did not exist when it was fulfilled is not counted."""
    found = regraded("Tue 10:00", 1, "Tue 11:00", ("Tue 09:10", f.MESSAGE_OUT), metric="first_response")
    assert found == ["0: stopped Tue 09:00 > Tue 09:10, due Tue 13:45, breached -"]
    at_once = regraded("Tue 10:00", 1, "Tue 11:00", ("Tue 10:00", f.MESSAGE_OUT), metric="first_response")
    assert at_once == ["0: stopped Tue 09:00 > Tue 10:00, due Tue 13:45, breached -"]


def test_no_policy_any_more_and_back():
    """E-3.3: what no longer applies is superseded; coming back is a new grade, from the start."""
    events = raised("Tue 09:00", graded(None, "Tue 10:00"), graded(1, "Tue 11:00"), graded(1, "Tue 11:30"))
    assert verdicts(clocks(events, [target(4)], "Tue 12:00")) == [
        "0: superseded Tue 09:00 > Tue 10:00, due Tue 13:45, breached -",
        "2: running Tue 09:00 > -, due Tue 13:45, breached -",
    ]


def test_matches_of_one_second_are_one():
    """E-3.3: the last one counts, and the same version again is no change."""
    there_and_back = [graded(2, "Tue 10:00"), graded(1, "Tue 10:00")]
    events = raised("Tue 09:00", *there_and_back)
    targets = {1: [target(4)], 2: [target(2, number=2)]}
    assert verdicts(clocks(events, targets, "Tue 11:00")) == ["0: running Tue 09:00 > -, due Tue 13:45, breached -"]


def test_the_first_match_may_come_late():
    """E-3.3: what happened before it is judged by it, without any breach "at regrade"."""
    events = story(("Tue 09:00", f.RAISED), ("Tue 09:10", f.CALL), graded(1, "Tue 12:00"))
    found = clocks(events, [target(0.1, "first_response"), target(2, number=2)], "Tue 13:00", f.FROM_CHANGE)
    assert verdicts(found) == [
        "0: stopped Tue 09:00 > Tue 09:10, due Tue 09:06, breached Tue 09:06",
        "0: running Tue 09:00 > -, due Tue 11:00, breached Tue 11:00",
    ]
    assert clocks(events[:2], [target(1)], "Tue 13:00") == []


def test_rounds_keep_their_numbers_over_regrades():
    """E-3.3, E-1.4: the key of a clock is for good."""
    events = raised(
        "Tue 09:00",
        ("Tue 09:10", f.MESSAGE_OUT),
        ("Tue 09:20", f.MESSAGE_OUT),
        graded(2, "Tue 09:30"),
        ("Tue 09:40", f.MESSAGE_OUT),
    )
    targets = {1: [target(1, "status_update")], 2: [target(1, "status_update", number=2)]}
    found = clocks(events, targets, "Tue 10:00")
    assert [(c.target, c.grade, c.round, c.ending) for c in found] == [
        (1, 0, 0, f.MET_END),
        (1, 0, 1, f.SUPERSEDED_END),
        (2, 1, 1, f.MET_END),
        (2, 1, 2, ""),
    ]


# --- E-3.4: reopening -----------------------------------------------------------------------------
def test_reopening_resumes_without_the_time_resolved():
    """E-3.4: one hour used, resolved for an hour, three hours left; cycles are counted."""
    events = raised(
        "Tue 09:00", ("Tue 10:00", "phase:resolved"), ("Tue 11:00", "phase:open"), ("Tue 13:00", "phase:closed")
    )
    clock = one(events, [target(4)], "Tue 10:30")
    assert (clock.state, clock.cycle, shown(clock.stopped)) == (f.DONE, 0, "Tue 10:00")
    clock = one(events, [target(4)], "Tue 12:00")
    assert (clock.state, clock.cycle, shown(clock.deadline)) == (f.RUNNING, 1, "Tue 14:45")
    assert (clock.stopped, clock.ending) == (None, "")
    clock = one(events, [target(4)], "Fri 20:00")
    assert (clock.state, clock.cycle, shown(clock.stopped)) == (f.DONE, 1, "Tue 13:00")
    assert (clock.counted, clock.breached) == (2.25 * HOUR, None)


def test_reopening_erases_no_breach():
    """E-3.4, E-3.1: late before it was resolved, late after it was reopened."""
    events = raised("Tue 09:00", ("Tue 15:00", "phase:resolved"), ("Thu 09:00", "phase:open"))
    clock = one(events, [target(4)], "Thu 10:00")
    assert (shown(clock.breached), clock.overrun, clock.cycle) == ("Tue 13:45", 2.25 * HOUR, 1)


def test_regraded_while_resolved():
    """E-3.4, E-3.3: the old policy's resolution stays its own; the reopened clock is the new policy's."""
    more = [("Tue 12:00", "phase:resolved"), ("Tue 14:00", "phase:open")]
    resolved = "0: stopped Tue 09:00 > Tue 12:00, due Tue 13:45, breached -"
    assert regraded("Tue 13:00", 2, "Tue 13:30", *more) == [resolved]
    assert regraded("Tue 13:00", 2, "Tue 14:30", *more) == [
        resolved,
        # past its deadline of 11:00, but nobody could be late while it was resolved
        "1: running Tue 09:00 > -, due Tue 11:00, breached Tue 14:00!",
    ]
    assert regraded("Tue 13:00", 4, "Tue 14:30", *more)[1] == ("1: running Tue 09:00 > -, due Tue 15:00, breached -")


def test_regraded_and_reopened_in_one_second():
    """E-3.4, E-3.3: the match is judged first; cycles count only what the policy saw."""
    more = [("Tue 12:00", "phase:resolved"), ("Tue 13:00", "phase:open")]
    assert regraded("Tue 13:00", 4, "Tue 13:30", *more) == [
        "0: stopped Tue 09:00 > Tue 12:00, due Tue 13:45, breached -",
        "1: running Tue 09:00 > -, due Tue 14:00, breached -",
    ]
    events = raised(
        "Tue 09:00",
        ("Tue 09:30", "phase:resolved"),
        ("Tue 10:00", "phase:open"),
        graded(2, "Tue 11:00"),
        *more,
    )
    found = clocks(events, {1: [target(4)], 2: [target(4, number=2)]}, "Tue 14:00")
    assert [(clock.ending, clock.cycle) for clock in found] == [(f.SUPERSEDED_END, 1), ("", 2)]


def test_regraded_while_cancelled():
    """E-3.4, E-3.3: it stays cancelled under the policy under which it was."""
    more = [("Tue 12:00", "phase:cancelled"), ("Tue 14:00", "phase:open")]
    assert regraded("Tue 13:00", 4, "Tue 14:30", *more) == [
        "0: cancelled Tue 09:00 > Tue 12:00, due Tue 13:45, breached -",
        "1: running Tue 09:00 > -, due Tue 15:00, breached -",
    ]


# --- E-3.5: by agreement, excluded ----------------------------------------------------------------
def test_to_be_agreed_until_a_date_is_agreed():
    """E-3.5: no duration, no deadline, never late; then the agreed date."""
    events = raised("Tue 09:00", agreed("Tue 11:00", "Fri 12:00"), agreed("Tue 11:00", "Fri 10:00", "other"))
    clock = one(events, [target(None)], "Tue 10:00")
    assert (clock.state, clock.hold, clock.deadline, clock.budget) == (f.RUNNING, f.TO_AGREE, None, None)
    clock = one(events, [target(None)], "Fri 12:00")
    assert (clock.hold, shown(clock.deadline), clock.breached) == ("", "Fri 12:00", None)
    clock = one(events, [target(None)], "Fri 17:00")
    assert (shown(clock.breached), clock.overrun, clock.remaining) == ("Fri 12:00", HOUR, None)
    assert one(raised("Tue 09:00"), [target(None, watched=True)], "Tue 10:00").hold == ""


def test_pauses_do_not_move_an_agreed_date():
    """E-3.5: only a new agreement does; the clock runs on while waiting for the customer."""
    events = raised("Tue 09:00", agreed("Tue 09:30", "Tue 12:00"), ("Tue 10:00", "phase:waiting_customer"))
    clock = one(events, [target(None)], "Tue 11:00")
    assert (clock.state, shown(clock.deadline), clock.paused_since) == (f.RUNNING, "Tue 12:00", None)
    assert shown(one(events, [target(None)], "Tue 13:00").breached) == "Tue 12:00"


@pytest.mark.parametrize(
    ("again", "breached"),
    [("Tue 11:00", "-"), ("Tue 12:00", "-"), ("Tue 12:01", "Tue 12:00"), ("Tue 14:00", "Tue 12:00")],
)
def test_a_new_agreement_moves_the_date_but_erases_no_breach(again, breached):
    """E-3.5, E-3.1: agreed anew in time, or when the old date had passed."""
    events = raised("Tue 09:00", agreed("Tue 09:30", "Tue 12:00"), agreed(again, "Thu 12:00"))
    clock = one(events, [target(None)], "Thu 01:00")
    assert (shown(clock.deadline), shown(clock.breached)) == ("Thu 12:00", breached)
    met = raised(
        "Tue 09:00", agreed("Tue 09:30", "Tue 12:00"), agreed(again, "Thu 12:00"), ("Thu 12:00", "phase:resolved")
    )
    assert shown(one(met, [target(None)], "Fri 12:00").breached) == breached


def test_agreement_taken_back_made_too_late_or_survived():
    """E-3.5, E-3.3, E-3.4: no date again; a date in the past; over a regrade; over a reopening."""
    events = raised("Tue 09:00", agreed("Tue 09:30", "Tue 12:00"), agreed("Tue 10:00", None))
    assert one(events, [target(None)], "Tue 13:00").hold == f.TO_AGREE
    events = raised("Tue 09:00", agreed("Tue 10:00", "Mon 10:00"))
    assert shown(one(events, [target(None)], "Tue 13:00").breached) == "Tue 10:00"
    assert regraded("Tue 10:00", None, "Tue 11:00", agreed("Tue 09:30", "Tue 12:00"), old=None) == [
        "0: superseded Tue 09:00 > Tue 10:00, due Tue 12:00, breached -",
        "1: running Tue 09:00 > -, due Tue 12:00, breached -",
    ]
    events = raised(
        "Tue 09:00", agreed("Tue 09:30", "Tue 12:00"), ("Tue 11:00", "phase:resolved"), ("Thu 09:00", "phase:open")
    )
    assert shown(one(events, [target(None)], "Thu 10:00").breached) == "Thu 09:00"


def test_an_agreed_update_is_one_update():
    """E-3.5, E-1.4: the next one is to be agreed anew; agreed beforehand while none is open, it counts."""
    events = raised(
        "Tue 09:00",
        ("Tue 09:10", f.MESSAGE_OUT),
        agreed("Tue 09:10", "Tue 12:00", "status_update"),
        ("Tue 10:00", f.MESSAGE_OUT),
    )
    first, second = clocks(events, [target(None, "status_update")], "Tue 11:00")
    assert (shown(first.deadline), first.ending) == ("Tue 12:00", f.MET_END)
    assert (second.deadline, second.hold) == (None, f.TO_AGREE)
    events = raised("Tue 09:00", agreed("Tue 09:05", "Tue 12:00", "status_update"), ("Tue 09:10", f.MESSAGE_OUT))
    assert due(events, None, "status_update") == "Tue 12:00"


def test_excluded_promises_nothing():
    """E-3.5: no deadline, no breach, shown so; other metrics go on."""
    events = raised("Tue 09:00", excluded("Tue 10:00", "resolution"), ("Thu 09:00", "phase:resolved"))
    for now in ("Tue 12:00", "Thu 08:00", "Fri 20:00"):
        clock = one(events, [target(4)], now)
        assert (clock.hold, clock.deadline, clock.breached, clock.overrun) == (f.NO_SLA, None, None, 0)
    other = one(events, [target(1, "first_response")], "Tue 12:00")
    assert (other.hold, shown(other.breached)) == ("", "Tue 10:00")
    all_of_them = raised("Tue 09:00", excluded("Tue 09:30"))
    assert one(all_of_them, [target(1, "first_response")], "Tue 12:00").hold == f.NO_SLA


def test_an_agreement_made_too_late_or_between_two_rounds():
    """E-3.5, E-3.1: overrun counts from when it was agreed; between two rounds it is for the next."""
    events = raised("Tue 09:00", agreed("Tue 10:00", "Tue 09:30"))
    assert one(events, [target(None)], "Tue 11:00").overrun == HOUR
    events = raised(
        "Tue 09:00",
        ("Tue 09:10", f.MESSAGE_OUT),
        ("Tue 09:20", "phase:resolved"),
        agreed("Tue 09:30", "Tue 12:00", "status_update"),
        ("Tue 09:40", "phase:open"),
    )
    first, second = clocks(events, [target(None, "status_update")], "Tue 10:00")
    assert (shown(first.deadline), shown(second.deadline)) == ("-", "Tue 12:00")


@pytest.mark.parametrize(("since", "breached"), [("Tue 13:45", "Tue 15:00"), ("Tue 13:45:01", "Tue 13:45")])
def test_excluded_in_the_second_of_the_deadline(since, breached):
    """E-3.5, E-3.1: the deadline itself is still in time, so excluding in that second is in time too."""
    events = raised("Tue 09:00", excluded(since), ("Tue 15:00", f.INCLUDED))
    assert shown(one(events, [target(4)], "Tue 16:00").breached) == breached


def test_excluding_erases_no_breach():
    """E-3.5, E-3.1: what was late before stays late."""
    events = raised("Tue 09:00", excluded("Tue 14:00"))
    clock = one(events, [target(4)], "Tue 15:00")
    assert (clock.hold, shown(clock.breached)) == (f.NO_SLA, "Tue 13:45")


def test_included_again_as_if_it_had_counted_on():
    """E-3.5: what would have been late in between is late at the inclusion, by that decision."""
    events = raised("Tue 09:00", excluded("Tue 10:00"), ("Tue 11:00", f.INCLUDED))
    clock = one(events, [target(4)], "Tue 12:00")
    assert (clock.hold, shown(clock.deadline), clock.breached) == ("", "Tue 13:45", None)
    events = raised("Tue 09:00", excluded("Tue 10:00"), ("Tue 15:00", f.INCLUDED))
    clock = one(events, [target(4)], "Tue 15:00")
    assert (shown(clock.breached), clock.regrade_breach) == ("Tue 15:00", True)


def test_included_in_the_second_in_which_it_is_resolved():
    """E-3.5: nothing was promised as long as it could have been late."""
    events = raised("Tue 09:00", excluded("Tue 10:00"), ("Tue 15:00", f.INCLUDED), ("Tue 15:00", "phase:resolved"))
    clock = one(events, [target(4)], "Tue 16:00")
    assert (clock.state, shown(clock.deadline), clock.breached) == (f.DONE, "Tue 13:45", None)


# --- merged, ended, several -----------------------------------------------------------------------
def test_merged_clocks_stop():
    """E-3.1, E-3.7: what was alive ends as merged; what happens to the source afterwards is nothing."""
    events = raised(
        "Tue 09:00",
        ("Tue 09:30", f.CALL),
        ("Tue 10:00", f.MERGED),
        ("Tue 11:00", "phase:closed"),
        graded(2, "Thu 09:00"),
    )
    targets = {1: [target(1, "first_response"), target(4, number=2)], 2: [target(1, number=3)]}
    first, second = clocks(events, targets, "Fri 20:00")
    assert (first.state, first.ending) == (f.DONE, f.MET_END)
    assert (second.state, second.ending, shown(second.stopped)) == (f.STOPPED, f.MERGED_END, "Tue 10:00")


def test_several_targets_of_one_metric():
    """E-1.5, E-3.1: each target has its clock, in the policy's order; an unknown metric has none."""
    targets = [target(4), target(1, number=2, pauses=[]), target(1, "of_a_removed_addon", number=3)]
    found = clocks(raised("Tue 09:00"), targets, "Tue 11:00")
    assert [(clock.target, shown(clock.breached)) for clock in found] == [(1, "-"), (2, "Tue 10:00")]


def test_an_addon_adds_a_metric():
    """E-1.5: one documented hook: a metric is a function from events to rounds."""

    def escalated(events, options):
        return [Round(event.moment) for event in events if event.kind == f.ESCALATED]

    metrics = {**METRICS, "calm": Metric("calm", "internal", True, escalated)}
    events = raised("Tue 09:00", ("Tue 10:00", f.ESCALATED))
    versions = {1: f.PolicyVersion(1, [target(1, "calm", calendar=None)])}
    from sla_clock_cases import at, shown

    (clock,) = evaluate(events, versions, hours_of(), at("Tue 10:30"), metrics)
    assert shown(clock.deadline) == "Tue 11:00"


def test_a_long_ticket_is_quick():
    """E-3.1: 300 events and five targets in a few milliseconds, earlier rounds included."""
    kinds = [f.MESSAGE_IN, f.MESSAGE_OUT, f.NOTE, "phase:waiting_customer", f.MESSAGE_IN, "phase:open"]
    lines = [(at("Tue 09:00") + 7000 * n, kinds[n % len(kinds)]) for n in range(300)]
    events = raised("Tue 09:00", *lines)
    metrics = ("first_response", "next_reply", "status_update", "resolution", "customer_answer")
    targets = [target(4, metric, number=number) for number, metric in enumerate(metrics)]
    now = events[-1].moment + 60
    clocks(events, targets, now)  # compiles the calendar
    spent = []
    for _ in range(5):
        before = time.process_time()
        found = clocks(events, targets, now)
        spent.append(time.process_time() - before)
    assert len(found) > 100
    assert min(spent) < 0.1  # 10 ms on an idle machine
