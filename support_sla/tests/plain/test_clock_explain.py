"""How a clock explains itself (E-4), what lies around its deadline (E-2.4, E-5.3), and what became of it.

The invented week of test_clock_life.
"""

from dataclasses import replace

import pytest
from sla_clock_cases import (
    DESKS,
    HOUR,
    OFFICE_DESK,
    agreed,
    at,
    clocks,
    excluded,
    graded,
    hours_of,
    one,
    raised,
    shown,
    target,
)

from support_sla.tools import facts as f
from support_sla.tools.agenda import around, moment, offset_of
from support_sla.tools.calendar import Closure, OpeningHours
from support_sla.tools.clock import turns
from support_sla.tools.explain import narrative, reading_of, segments
from support_sla.tools.transitions import verbs


def told(events, promise, now, desks=DESKS, grade=0):
    """The stretches as ``Tue 09:00 > Tue 10:00 counted``."""
    (clock,) = (
        clock for clock in clocks(events, {1: [promise], 2: [promise]}, now, desks=desks) if clock.grade == grade
    )
    pieces = segments(clock, promise, events, hours_of(desks), at(now))
    return [
        f"{shown(piece.start)} > {shown(piece.stop)} {piece.kind} {piece.reason} {piece.label}".strip()
        for piece in pieces
    ]


def facts(events, promise, now, desks=DESKS, regrade=f.FROM_START, grade=0):
    """The facts as ``code key=value``, moments shown."""
    found = clocks(events, {1: [promise], 2: [promise]}, now, regrade, desks)
    (clock,) = (clock for clock in found if clock.grade == grade)
    return narrative(clock, promise, events, hours_of(desks), at(now))


def codes(*arguments, **options):
    return [fact.code for fact in facts(*arguments, **options)]


def values(code, *arguments, **options):
    (fact,) = (fact for fact in facts(*arguments, **options) if fact.code == code)
    return fact.values


# --- stretches ------------------------------------------------------------------------------------
def test_stretches_of_a_running_clock():
    """E-4: from the raising over the next opening, a break and a pause to the deadline."""
    events = raised("Tue 07:00", ("Tue 09:00", "phase:waiting_customer"), ("Tue 11:00", "phase:open"))
    assert told(events, target(4), "Tue 11:30") == [
        "Tue 07:00 > Tue 08:00 closed night",
        "Tue 08:00 > Tue 09:00 counted",
        "Tue 09:00 > Tue 11:00 paused customer",
        "Tue 11:00 > Tue 12:00 counted",
        "Tue 12:00 > Tue 12:45 closed break",
        "Tue 12:45 > Tue 14:45 counted",
    ]


def test_stretches_of_a_late_clock_are_cut_at_the_deadline():
    """E-4, E-3.1: what was promised and what came on top; a pause covers the night in it."""
    events = raised("Tue 16:00", ("Tue 17:30", "phase:waiting_customer"), ("Thu 01:00", "phase:resolved"))
    assert told(events, target(1), "Fri 20:00") == [
        "Tue 16:00 > Tue 17:00 counted",
        "Tue 17:00 > Tue 17:30 counted",
        "Tue 17:30 > Thu 01:00 paused customer",
    ]


def test_stretches_of_a_late_running_clock_end_now():
    """E-4, E-3.1: as long as it is late it grows."""
    assert told(raised("Tue 09:00"), target(2), "Tue 11:30") == [
        "Tue 09:00 > Tue 11:00 counted",
        "Tue 11:00 > Tue 11:30 counted",
    ]


def test_stretches_of_a_paused_clock_end_now():
    """E-4, E-3.2: where reasons overlap the first one is shown; nothing is known beyond now."""
    promise = target(4, pauses=["customer", "queue"])
    events = raised(
        "Tue 09:00",
        ("Tue 10:00", "phase:waiting_customer"),
        ("Tue 10:30", f.PAUSE, {"reason": "queue"}),
        ("Tue 11:00", "phase:open"),
    )
    assert told(events, promise, "Tue 13:00") == [
        "Tue 09:00 > Tue 10:00 counted",
        "Tue 10:00 > Tue 11:00 paused customer",
        "Tue 11:00 > Tue 13:00 paused queue",
    ]


def test_stretches_over_a_reopening_and_a_holiday():
    """E-4, E-3.4: the time resolved is named so, the holiday by its name."""
    holiday = Closure(at("Tue 00:00"), at("Wed 00:00"), "Kings' day")
    desk = OpeningHours("UTC", [line for day in OFFICE_DESK._weekly for line in day], [holiday])
    events = raised("Mon 16:00", ("Wed 10:00", "phase:resolved"), ("Wed 11:00", "phase:open"))
    assert told(events, target(4), "Wed 12:00", {1: desk}) == [
        "Mon 16:00 > Mon 17:00 counted",
        "Mon 17:00 > Tue 00:00 closed night",
        "Tue 00:00 > Wed 00:00 closed holiday Kings' day",
        "Wed 00:00 > Wed 09:00 closed night",
        "Wed 09:00 > Wed 10:00 counted",
        "Wed 10:00 > Wed 11:00 paused resolved",
        "Wed 11:00 > Wed 13:00 counted",
    ]


# --- facts ----------------------------------------------------------------------------------------
def test_the_plainest_story():
    """E-4: what was promised, from when, until when."""
    promise = target(2)
    assert codes(raised("Tue 09:00"), promise, "Tue 10:00") == ["promise", "start", "due"]
    assert values("promise", raised("Tue 09:00"), promise, "Tue 10:00") == {
        "metric": "resolution",
        "amount": 2 * HOUR,
        "unit": f.SECONDS,
        "calendar": 1,
        "pauses": ["customer"],
    }
    assert values("due", raised("Tue 09:00"), promise, "Tue 10:00") == {"at": at("Tue 11:00"), "budget": 2 * HOUR}


def test_raised_outside_hours():
    """E-4, E-2.3: counting began at the next opening, and why."""
    expected = {"raised": at("Mon 20:00"), "opening": at("Tue 08:00"), "reason": "night", "label": ""}
    assert values("opening", raised("Mon 20:00"), target(1), "Tue 08:00") == expected
    assert "skipped" not in codes(raised("Mon 20:00"), target(1), "Tue 08:00")


def test_what_was_skipped():
    """E-4: nights, weekends and breaks are counted, each gap once; one inside a pause took nothing."""
    week = raised("2026-01-08 16:00")  # office: Thu 16:00 → Mon+ 16:00
    skipped = values("skipped", week, target(16, calendar=2), "2026-01-08 17:00")
    assert (skipped["nights"], skipped["weekends"], skipped["breaks"]) == (1, 1, 0)
    assert skipped["seconds"] == (16 + 64) * HOUR
    tuesday = raised("Tue 09:00")
    assert values("skipped", tuesday, target(4), "Tue 10:00")["breaks"] == 1
    pause = raised("Tue 09:00", ("Tue 11:00", "phase:waiting_customer"), ("Tue 13:00", "phase:open"))
    assert "skipped" not in codes(pause, target(4), "Tue 14:00")


def test_a_holiday_is_named():
    """E-4: with the gap it lies in."""
    holiday = Closure(at("Tue 00:00"), at("Wed 00:00"), "Kings' day")
    desk = OpeningHours("UTC", [line for day in OFFICE_DESK._weekly for line in day], [holiday])
    skipped = values("skipped", raised("Mon 16:00"), target(2), "Mon 16:00", {1: desk})
    assert [day["label"] for day in skipped["holidays"]] == ["Kings' day"]
    assert (skipped["nights"], skipped["weekends"]) == (0, 0)


def test_pauses_and_reopenings_say_what_they_took():
    """E-4, E-3.2, E-3.4: opening time only."""
    events = raised("Tue 11:00", ("Tue 11:30", "phase:waiting_customer"), ("Tue 13:00", "phase:open"))
    assert values("pause", events, target(4), "Tue 14:00") == {
        "reason": "customer",
        "start": at("Tue 11:30"),
        "stop": at("Tue 13:00"),
        "seconds": 0.75 * HOUR,
    }
    assert values("pause", events, target(4), "Tue 12:00")["stop"] is None
    assert values("pause", events, target(4), "Tue 11:30") == {
        "reason": "customer",
        "start": at("Tue 11:30"),
        "stop": None,
        "seconds": 0,
    }
    waiting = values("paused", events, target(4), "Tue 12:00")
    assert waiting == {"since": at("Tue 11:30"), "reasons": ["customer"], "remaining": 3.5 * HOUR}
    events = raised("Tue 09:00", ("Tue 10:00", "phase:resolved"), ("Tue 11:00", "phase:open"))
    expected = {"ended": at("Tue 10:00"), "reopened": at("Tue 11:00"), "seconds": HOUR}
    assert values("reopening", events, target(4), "Tue 12:00") == expected


def test_regrades_are_told_on_both_sides():
    """E-4, E-3.3: by the clock that they ended and the one that they began."""
    events = raised("Tue 09:00", graded(2, "Tue 10:00"), graded(1, "Thu 10:00"))
    change = {"at": at("Tue 10:00"), "before": 1, "after": 2}
    assert values("regrade", events, target(4), "Tue 11:00") == {**change, "mode": ""}
    assert values("regrade", events, target(4), "Tue 11:00", grade=1) == {**change, "mode": "from_start"}
    from_change = facts(events, target(4), "Tue 11:00", regrade=f.FROM_CHANGE, grade=1)
    assert [fact.values["mode"] for fact in from_change if fact.code == "regrade"] == ["from_change"]
    last = [fact.values["at"] for fact in facts(events, target(40), "Thu 11:00", grade=2) if fact.code == "regrade"]
    assert last == [at("Tue 10:00"), at("Thu 10:00")]


def test_agreements_and_exclusions_are_told():
    """E-4, E-3.5: with whatever was noted of them, in the order in which they happened."""
    events = raised("Tue 09:00", agreed("Tue 10:00", "Fri 20:00"), excluded("Tue 11:00"), ("Tue 12:00", f.INCLUDED))
    assert codes(events, target(None), "Tue 09:30") == ["agreement", "start", "hold"]
    assert codes(events, target(None), "Tue 11:30") == ["agreement", "start", "agreed", "excluded", "hold"]
    full = codes(events, target(None), "Tue 13:00")
    assert full == ["agreement", "start", "agreed", "excluded", "included", "skipped", "due"]
    who = values("agreed", events, target(None), "Tue 13:00")
    assert who == {"at": at("Tue 10:00"), "until": at("Fri 20:00"), "who": "both"}


def test_breach_and_end():
    """E-4, E-3.1: when it was late, and how it ended."""
    events = raised("Tue 09:00", ("Tue 15:00", "phase:resolved"))
    late = {"at": at("Tue 13:45"), "due": at("Tue 13:45"), "decided": False, "overrun": 1.25 * HOUR}
    assert values("breach", events, target(4), "Fri 20:00") == late
    end = {"at": at("Tue 15:00"), "ending": f.MET_END, "counted": 5.25 * HOUR}
    assert values("end", events, target(4), "Fri 20:00") == end


def test_a_clock_that_is_none_of_these_events():
    """E-4: says so."""
    clock = one(raised("Tue 09:00"), [target(4)], "Tue 10:00")
    with pytest.raises(ValueError, match="give no clock"):
        reading_of(replace(clock, round=7), target(4), raised("Tue 09:00"), hours_of(), at("Tue 10:00"))


# --- whose turn -----------------------------------------------------------------------------------
def test_whose_turn():
    """E-4: ours, the customer's, a third party's, nobody's."""
    events = raised(
        "Tue 09:00",
        ("Tue 10:00", "phase:open"),
        ("Tue 11:00", "phase:waiting_customer"),
        ("Tue 12:00", "phase:on_hold"),
        ("Tue 13:00", "phase:waiting_third_party"),
        ("Tue 13:00", "phase:open"),
        ("Tue 14:00", "phase:resolved"),
        ("Tue 15:00", "phase:closed"),
        ("Tue 16:00", "phase:cancelled"),
        ("Tue 17:00", "phase:waiting_third_party"),
    )
    assert [f"{shown(turn.start)} > {shown(turn.stop)} {turn.side}" for turn in turns(events, at("Thu 09:00"))] == [
        "Tue 09:00 > Tue 11:00 provider",
        "Tue 11:00 > Tue 12:00 customer",
        "Tue 12:00 > Tue 14:00 provider",
        "Tue 14:00 > Tue 15:00 customer",
        "Tue 15:00 > Tue 17:00 none",
        "Tue 17:00 > - third_party",
    ]
    assert turns([], at("Thu 09:00")) == []


# --- agenda ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (0, "Tue 13:45"),
        (-1, "Tue 12:45"),
        (-2, "Tue 11:00"),
        (-4, "Tue 09:00"),
        (-9, "Tue 09:00"),  # not before the clock exists
        (1, "Tue 14:45"),
        (5, "Thu 00:45"),
    ],
)
def test_moments_around_a_deadline(offset, expected):
    """E-2.4, E-5.3: before and after, on the target's own calendar."""
    events = raised("Tue 09:00")
    reading = reading_of(one(events, [target(4)], "Tue 09:00"), target(4), events, hours_of(), at("Tue 09:00"))
    assert shown(moment(reading, offset * HOUR)) == expected
    if offset > -4:
        assert shown(around(DESKS[1], at("Tue 13:45"), offset * HOUR)) == expected


def agenda(offset, now, events, promise):
    found = [clock for clock in clocks(events, {1: [promise], 2: [promise]}, now) if clock.state in f.LIVE]
    return shown(moment(reading_of(found[-1], promise, events, hours_of(), at(now)), int(offset * HOUR)))


def test_moments_pass_over_pauses():
    """E-5.3, E-3.1: backwards and forwards; none that lies behind a pause that goes on."""
    events = raised("Tue 09:00", ("Tue 10:00", "phase:waiting_customer"), ("Tue 11:00", "phase:open"))
    assert agenda(-3, "Tue 11:00", events, target(4)) == "Tue 11:00"
    assert agenda(-3.5, "Tue 11:00", events, target(4)) == "Tue 09:30"
    assert agenda(0, "Tue 10:30", events, target(4)) == "-"
    late = raised("Tue 09:00", ("Tue 14:00", "phase:waiting_customer"), ("Tue 15:00", "phase:open"))
    assert agenda(0.25, "Tue 16:00", late, target(4)) == "Tue 15:00"  # the very second of the pause
    assert agenda(0.5, "Tue 16:00", late, target(4)) == "Tue 15:15"
    assert agenda(0.5, "Tue 14:30", late, target(4)) == "-"
    assert agenda(0.5, "Tue 14:30", late, target(None)) == "-"
    assert agenda(0.5, "Tue 14:30", raised("Tue 09:00", excluded("Tue 10:00")), target(4)) == "-"


def test_moments_after_a_breach_at_regrade_start_there():
    """E-3.3, E-5.3: not all escalations at once."""
    events = raised("Tue 09:00", graded(2, "Tue 15:00"))
    assert agenda(0, "Tue 15:00", events, target(2)) == "Tue 15:00"
    assert agenda(1, "Tue 15:00", events, target(2)) == "Tue 16:00"
    assert agenda(-1, "Tue 15:00", events, target(2)) == "Tue 10:00"


def test_moments_around_an_agreed_date():
    """E-3.5, E-5.3: counted on the calendar too."""
    events = raised("Tue 09:00", agreed("Tue 10:00", "Tue 13:00"))
    assert agenda(-1, "Tue 10:00", events, target(None)) == "Tue 11:15"
    assert agenda(1, "Tue 10:00", events, target(None)) == "Tue 14:00"


def test_percent_of_a_budget():
    """E-5.3: rounded up, so that never less than so much is used up."""
    assert [offset_of(1000, percent) for percent in (0, 75, 100, 150)] == [-1000, -250, 0, 500]
    assert offset_of(7, 50) == -3
    assert offset_of(0, 50) == 0


# --- transitions ----------------------------------------------------------------------------------
LIFE = raised(
    "Tue 09:00",
    ("Tue 10:00", "phase:waiting_customer"),
    ("Tue 11:00", "phase:open"),
    ("Tue 15:00", "phase:resolved"),
    ("Tue 16:00", "phase:open"),
    ("Tue 17:00", "phase:closed"),
)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, "Tue 09:00", ("start",)),
        (None, "Tue 10:00", ("start", "pause")),
        (None, "Fri 20:00", ("start", "finish", "breach")),
        ("Tue 09:00", "Tue 09:30", ()),
        ("Tue 09:00", "Tue 09:00", ()),
        ("Tue 09:00", "Tue 10:30", ("pause", "move")),
        ("Tue 10:30", "Tue 11:00", ("resume", "move")),
        ("Tue 09:00", "Tue 11:00", ("move",)),
        ("Tue 11:00", "Tue 14:50", ("breach",)),
        ("Tue 14:50", "Tue 14:55", ()),
        ("Tue 14:50", "Tue 15:00", ("finish",)),
        ("Tue 15:00", "Tue 15:30", ()),
        ("Tue 15:00", "Tue 16:00", ("reopen",)),
        ("Tue 15:00", "Fri 20:00", ("reopen", "finish")),
        ("Tue 09:00", "Fri 20:00", ("finish", "breach")),  # how often it was reopened is in ``cycle``
    ],
)
def test_what_became_of_a_clock(before, after, expected):
    """E-3.1, E-3.4: named verbs over one gate; the same twice is nothing."""
    old = before and one(LIFE, [target(4)], before)
    found = verbs(old, one(LIFE, [target(4)], after))
    assert found == expected


def test_only_late_recorded_facts_correct_a_finished_clock():
    """E-3.1: a message that had been sent in time after all."""
    events = raised("Tue 09:00", ("Tue 15:00", f.MESSAGE_OUT))
    promise = target(4, "first_response")
    old = one(events, [promise], "Fri 20:00")
    late = f.Event(at("Tue 10:00"), f.CALL, f.STAFF, {}, 99)
    new = one([*events, late], [promise], "Fri 20:00")
    assert (shown(old.breached), shown(new.breached)) == ("Tue 13:45", "-")
    assert verbs(old, new) == ("correct",)
    running = one(events, [promise], "Tue 14:00")
    assert verbs(running, one([*events, late], [promise], "Tue 14:30")) == ("finish", "correct")
    merged = one(raised("Tue 09:00", ("Tue 10:00", f.MERGED)), [promise], "Thu 01:00")
    assert verbs(running, merged) == ("stop", "correct")
    with pytest.raises(ValueError, match="different clocks"):
        verbs(old, replace(new, round=1))
