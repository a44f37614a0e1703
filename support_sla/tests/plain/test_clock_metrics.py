"""Which facts start and stop the rounds of each metric (E-1). All times are of one week, UTC."""

import pytest
from sla_clock_cases import at, clocks, graded, one, shown, story

from support_sla.tools import facts as f
from support_sla.tools.history import in_order
from support_sla.tools.metrics import METRICS

RAISED = ("Thu 09:00", f.RAISED)
FOREVER = at("2026-02-01 00:00")


def rounds(metric, *lines, **options):
    """Rounds as ``Thu 09:00 > Thu 09:05 stopped``, with ``(cycle; held stretches)`` where there are any."""
    result = []
    for round_ in METRICS[metric].rounds(in_order(story(*lines), FOREVER), options):
        text = f"{shown(round_.start)} > {shown(round_.stop)} {round_.ending}".rstrip()
        if round_.cycle or round_.held:
            spans = ", ".join(f"{shown(a)} > {shown(b)}" for a, b in round_.held)
            text += f" ({round_.cycle}; {spans})"
        result.append(text.replace("Thu ", ""))
    return result


# --- E-1.1 ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (("Thu 09:05", f.MESSAGE_AUTO, {"acknowledgement": True}), "09:00 > 09:05 stopped"),
        (("Thu 09:05", f.MESSAGE_OUT), "09:00 > 09:05 stopped"),
        (("Thu 09:05", f.MESSAGE_OUT, {"substantive": False}), "09:00 > 09:05 stopped"),
        (("Thu 09:05", f.CALL), "09:00 > 09:05 stopped"),
        (("Thu 09:05", f.MESSAGE_AUTO), "09:00 > -"),
        (("Thu 09:05", f.NOTE), "09:00 > -"),
        (("Thu 09:05", f.MESSAGE_IN), "09:00 > -"),
        (("Thu 09:05", "phase:resolved"), "09:00 > -"),
        (("Thu 09:05", "phase:closed"), "09:00 > 09:05 cancelled"),
        (("Thu 09:05", "phase:cancelled"), "09:00 > 09:05 cancelled"),
    ],
)
def test_acknowledged_by_a_machine_or_a_human(line, expected):
    """E-1.1: an automatic or human confirmation stops it, a stage template or a note does not."""
    assert rounds("acknowledged", RAISED, line) == [expected]


# --- E-1.2 ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (("Thu 09:05", f.MESSAGE_OUT), "09:00 > 09:05 stopped"),
        (("Thu 09:05", f.CALL), "09:00 > 09:05 stopped"),
        (("Thu 09:05", f.MESSAGE_OUT, {"substantive": False}), "09:00 > -"),
        (("Thu 09:05", f.MESSAGE_AUTO, {"acknowledgement": True}), "09:00 > -"),
        (("Thu 09:05", f.MESSAGE_AUTO), "09:00 > -"),
        (("Thu 09:05", f.NOTE), "09:00 > -"),
        (("Thu 09:05", f.MESSAGE_IN), "09:00 > -"),
        (("Thu 09:05", "phase:open"), "09:00 > -"),
        (("Thu 09:05", "phase:resolved"), "09:00 > -"),  # silence is no answer
        (("Thu 09:05", "phase:closed"), "09:00 > 09:05 cancelled"),
        (("Thu 09:05", "phase:cancelled"), "09:00 > 09:05 cancelled"),
        (("Thu 08:55", f.MESSAGE_OUT), "09:00 > -"),  # said before the ticket was raised
    ],
)
def test_first_response_is_what_a_human_says(line, expected):
    """E-1.2: only a substantive customer-visible message of staff, or a logged call, is a response."""
    assert rounds("first_response", RAISED, line) == [expected]


def test_first_response_comes_once():
    """E-1.2: the second message changes nothing; a phone ticket is answered as it is raised."""
    out = ("Thu 09:10", f.MESSAGE_OUT)
    assert rounds("first_response", RAISED, out, ("Thu 09:30", f.MESSAGE_OUT)) == ["09:00 > 09:10 stopped"]
    assert rounds("first_response", RAISED, ("Thu 09:00", f.CALL)) == ["09:00 > 09:00 stopped"]


def test_first_response_is_owed_again_when_a_ticket_closed_in_silence_is_reopened():
    """E-1.2, E-3.4: closing does not get one out of answering; the time closed does not count."""
    assert rounds(
        "first_response",
        RAISED,
        ("Thu 09:30", "phase:closed"),
        ("Thu 11:00", "phase:open"),
        ("Thu 11:10", f.MESSAGE_OUT),
    ) == ["09:00 > 11:10 stopped (1; 09:30 > 11:00)"]


def test_message_and_phase_of_one_transaction():
    """E-1.2: a message that closes the ticket answers it, although both have the same moment."""
    lines = [RAISED, ("Thu 09:30", "phase:closed"), ("Thu 09:30", f.MESSAGE_OUT)]
    assert rounds("first_response", *lines) == ["09:00 > 09:30 stopped"]


# --- E-1.3 ----------------------------------------------------------------------------------------
def test_next_reply_runs_from_the_oldest_unanswered_message():
    """E-1.3: again and again, from the oldest unanswered message, after the first response."""
    assert rounds(
        "next_reply",
        RAISED,
        ("Thu 09:05", f.MESSAGE_IN),  # covered by the first response
        ("Thu 09:10", f.MESSAGE_OUT),
        ("Thu 10:00", f.MESSAGE_IN),
        ("Thu 10:20", f.MESSAGE_IN),
        ("Thu 10:25", f.NOTE),
        ("Thu 10:26", f.MESSAGE_AUTO),
        ("Thu 10:30", f.MESSAGE_OUT),
        ("Thu 10:40", f.MESSAGE_OUT),
        ("Thu 11:00", f.MESSAGE_IN),
        ("Thu 11:10", f.CALL),
        ("Thu 12:00", f.MESSAGE_IN),
    ) == ["10:00 > 10:30 stopped", "11:00 > 11:10 stopped", "12:00 > -"]


@pytest.mark.parametrize("phase", ["resolved", "closed", "cancelled"])
def test_next_reply_ends_with_the_ticket(phase):
    """E-1.3: a message that is unanswered when the ticket ends is not owed an answer any more."""
    lines = [RAISED, ("Thu 09:10", f.CALL), ("Thu 10:00", f.MESSAGE_IN), ("Thu 10:30", f"phase:{phase}")]
    assert rounds("next_reply", *lines) == ["10:00 > 10:30 cancelled"]
    # nor is it when the ticket is reopened for another reason
    assert rounds("next_reply", *lines, ("Thu 11:00", "phase:open")) == ["10:00 > 10:30 cancelled"]


def test_next_reply_to_a_resolved_ticket_is_owed_from_its_reopening():
    """E-1.3, E-3.4: "thanks" wants no answer; "it is broken again" does, from the reopening on."""
    lines = [RAISED, ("Thu 09:10", f.CALL), ("Thu 10:00", "phase:resolved"), ("Thu 11:00", f.MESSAGE_IN)]
    assert rounds("next_reply", *lines) == []
    assert rounds("next_reply", *lines, ("Thu 11:00", "phase:open")) == ["11:00 > -"]
    assert rounds("next_reply", *lines, ("Thu 12:00", "phase:open")) == ["12:00 > -"]
    answered = [*lines, ("Thu 11:30", f.MESSAGE_OUT), ("Thu 12:00", "phase:open")]
    assert rounds("next_reply", *answered) == []


# --- E-1.4 ----------------------------------------------------------------------------------------
UPDATES = [
    RAISED,
    ("Thu 09:05", f.NOTE),  # before the first response nothing is an update
    ("Thu 09:10", f.MESSAGE_OUT),
    ("Thu 09:40", f.MESSAGE_OUT),
    ("Thu 09:50", f.NOTE),
    ("Thu 10:00", f.MESSAGE_IN),
    ("Thu 10:20", f.CALL),
    ("Thu 11:00", "phase:resolved"),
]


def test_status_updates_follow_one_another_until_resolved():
    """E-1.4: each customer-visible message of staff stops one round and starts the next."""
    assert rounds("status_update", *UPDATES) == [
        "09:10 > 09:40 stopped",
        "09:40 > 10:20 stopped",
        "10:20 > 11:00 cancelled",
    ]


def test_status_updates_by_notes_where_they_count():
    """E-1.4: internal notes count, or not, per target."""
    assert rounds("status_update", *UPDATES, notes_count=True) == [
        "09:10 > 09:40 stopped",
        "09:40 > 09:50 stopped",
        "09:50 > 10:20 stopped",
        "10:20 > 11:00 cancelled",
    ]


def test_status_updates_after_a_reopening():
    """E-1.4, E-3.4: a new round starts at the reopening, not at the last message before it."""
    again = [*UPDATES, ("Thu 11:30", f.MESSAGE_OUT), ("Thu 14:00", "phase:open")]
    assert rounds("status_update", *again)[2:] == ["10:20 > 11:00 cancelled", "14:00 > -"]
    assert rounds("status_update", RAISED, ("Thu 10:00", "phase:resolved"), ("Thu 11:00", "phase:open")) == []


def test_two_messages_of_one_second_are_one_update():
    """E-1.4: …and the message that resolves the ticket promises no further one."""
    twice = [RAISED, ("Thu 09:10", f.MESSAGE_OUT), ("Thu 09:10", f.MESSAGE_OUT)]
    assert rounds("status_update", *twice) == ["09:10 > -"]
    last = story(graded(1, "Thu 09:00"), *twice[:2], ("Thu 09:10", "phase:resolved"))
    assert clocks(last, [f.Target(1, "status_update", f.Duration(60))], "Thu 10:00") == []


@pytest.mark.parametrize(("pauses", "due"), [(set(), "Thu 10:10"), ({"customer"}, "Thu 10:40")])
def test_status_updates_pause_while_waiting_on_the_customer_or_not(pauses, due):
    """E-1.4: a promise per target."""
    events = story(
        RAISED,
        graded(1, "Thu 09:00"),
        ("Thu 09:10", f.MESSAGE_OUT),
        ("Thu 09:20", "phase:waiting_customer"),
        ("Thu 09:50", "phase:open"),
    )
    target = f.Target(1, "status_update", f.Duration(3600), None, frozenset(pauses))
    assert shown(one(events, [target], "Thu 10:00").deadline) == due


# --- E-1.5 ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("Thu 10:00", "phase:resolved")], "09:00 > 10:00 stopped"),
        ([("Thu 10:00", "phase:closed")], "09:00 > 10:00 stopped"),
        ([("Thu 10:00", "phase:cancelled")], "09:00 > 10:00 cancelled"),
        ([("Thu 10:00", "phase:on_hold")], "09:00 > -"),
        ([("Thu 10:00", f.WORKAROUND)], "09:00 > -"),
        ([("Thu 10:00", "phase:resolved"), ("Thu 11:00", "phase:closed")], "09:00 > 10:00 stopped"),
        ([("Thu 10:00", "phase:resolved"), ("Thu 11:00", "phase:cancelled")], "09:00 > 10:00 stopped"),
        ([("Thu 10:00", "phase:resolved"), ("Thu 10:00", "phase:resolved")], "09:00 > 10:00 stopped"),
        (
            [("Thu 10:00", "phase:resolved"), ("Thu 11:00", "phase:open")],
            "09:00 > - (1; 10:00 > 11:00)",
        ),
        (
            [
                ("Thu 10:00", "phase:resolved"),
                ("Thu 11:00", "phase:closed"),
                ("Thu 12:00", "phase:open"),
                ("Thu 13:00", "phase:resolved"),
                ("Thu 14:00", "phase:waiting_customer"),
                ("Thu 15:00", "phase:closed"),
            ],
            "09:00 > 15:00 stopped (2; 10:00 > 12:00, 13:00 > 14:00)",
        ),
        (
            [("Thu 10:00", "phase:cancelled"), ("Thu 11:00", "phase:resolved")],
            "09:00 > 11:00 stopped (1; 10:00 > 11:00)",
        ),
    ],
)
def test_resolution(lines, expected):
    """E-1.5, E-3.4: resolved or closed stops it, cancelled is not resolved, reopening takes it up again."""
    assert rounds("resolution", RAISED, *lines) == [expected]


# --- E-1.6 ----------------------------------------------------------------------------------------
def test_containment():
    """E-1.6: a workaround contains, so does a solution; it is not undone by reopening."""
    workaround = ("Thu 10:00", f.WORKAROUND)
    assert rounds("containment", RAISED, workaround) == ["09:00 > 10:00 stopped"]
    assert rounds("containment", RAISED, ("Thu 09:30", "phase:resolved"), workaround) == ["09:00 > 09:30 stopped"]
    reopened = [("Thu 09:30", "phase:closed"), ("Thu 09:40", "phase:open"), workaround]
    assert rounds("containment", RAISED, *reopened) == ["09:00 > 09:30 stopped"]
    assert rounds("containment", RAISED, ("Thu 09:30", "phase:cancelled")) == ["09:00 > 09:30 cancelled"]


def test_failed_workaround():
    """E-1.6: a workaround that failed contains no more; the next one, or the solution, does. What a solution contained
    no failure takes back."""
    workaround, failed = ("Thu 10:00", f.WORKAROUND), ("Thu 11:00", f.WORKAROUND_FAILED)
    assert rounds("containment", RAISED, workaround, failed) == ["09:00 > - (1; 10:00 > 11:00)"]
    again = ("Thu 12:00", f.WORKAROUND)
    assert rounds("containment", RAISED, workaround, failed, again) == ["09:00 > 12:00 stopped (1; 10:00 > 11:00)"]
    solved = ("Thu 09:30", "phase:resolved")
    reopened = ("Thu 09:40", "phase:open")
    assert rounds("containment", RAISED, solved, reopened, workaround, failed) == ["09:00 > 09:30 stopped"]
    assert rounds("containment", RAISED, failed) == ["09:00 > -"]


# --- E-1.7 ----------------------------------------------------------------------------------------
ASKED = ("Thu 10:00", "phase:waiting_customer")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("Thu 12:00", f.MESSAGE_IN)], ["10:00 > 12:00 stopped"]),
        ([("Thu 12:00", f.CALL, {"side": f.CUSTOMER})], ["10:00 > 12:00 stopped"]),
        ([("Thu 12:00", f.CALL, {"side": f.STAFF})], ["10:00 > -"]),
        ([("Thu 12:00", f.MESSAGE_OUT), ("Thu 12:30", f.MESSAGE_AUTO)], ["10:00 > -"]),  # our reminders
        ([("Thu 12:00", "phase:waiting_customer")], ["10:00 > -"]),
        ([("Thu 12:00", "phase:open")], ["10:00 > 12:00 cancelled"]),
        ([("Thu 12:00", "phase:closed")], ["10:00 > 12:00 cancelled"]),
        ([("Thu 12:00", f.MESSAGE_IN), ("Thu 12:00", "phase:open")], ["10:00 > 12:00 stopped"]),
        ([("Thu 12:00", f.MESSAGE_IN), ("Thu 13:00", f.MESSAGE_IN)], ["10:00 > 12:00 stopped"]),
        (
            [("Thu 12:00", f.MESSAGE_IN), ("Thu 12:00", "phase:open"), ("Thu 14:00", "phase:waiting_customer")],
            ["10:00 > 12:00 stopped", "14:00 > -"],
        ),
    ],
)
def test_customer_answer(lines, expected):
    """E-1.7: asked → answered; our own reminders do not restart it."""
    before = [("Thu 09:10", f.MESSAGE_IN), ("Thu 10:00", f.MESSAGE_OUT)]
    assert rounds("customer_answer", RAISED, *before, ASKED, *lines) == expected


def test_who_owes_it():
    """E-1.7, E-1.8, E-1.10: the customer owes answers and acceptance, nobody owes an end of silence."""
    sides = {code: metric.side for code, metric in METRICS.items()}
    assert {code for code, side in sides.items() if side == "customer"} == {"customer_answer", "acceptance"}
    assert {code for code, side in sides.items() if side == "internal"} == {"silence"}
    assert len(sides) == 10


# --- E-1.8 ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (("Thu 12:00", f.ACCEPTED), "10:00 > 12:00 stopped"),
        (("Thu 12:00", f.REJECTED), "10:00 > 12:00 stopped"),
        (("Thu 12:00", "phase:open"), "10:00 > 12:00 stopped"),
        (("Thu 12:00", "phase:closed"), "10:00 > 12:00 stopped"),
        (("Thu 12:00", "phase:cancelled"), "10:00 > 12:00 cancelled"),
        (("Thu 12:00", f.MESSAGE_IN), "10:00 > -"),
        (("Thu 09:30", f.ACCEPTED), "10:00 > -"),
    ],
)
def test_acceptance(line, expected):
    """E-1.8: resolved → accepted or rejected, by word or by deed."""
    assert rounds("acceptance", RAISED, ("Thu 10:00", "phase:resolved"), line) == [expected]


def test_every_resolution_is_accepted_for_itself():
    """E-1.8: a new round after each reopening."""
    again = [("Thu 11:00", "phase:open"), ("Thu 12:00", "phase:resolved"), ("Thu 13:00", f.ACCEPTED)]
    expected = ["10:00 > 11:00 stopped", "12:00 > 13:00 stopped"]
    assert rounds("acceptance", RAISED, ("Thu 10:00", "phase:resolved"), *again) == expected


# --- E-1.9 ----------------------------------------------------------------------------------------
def test_recovery():
    """E-1.9: outage → restored, as often as it happens; it may have begun before the ticket was raised."""
    lines = [
        ("Thu 08:50", f.OUTAGE),
        RAISED,
        ("Thu 09:20", f.OUTAGE),
        ("Thu 09:30", "phase:resolved"),
        ("Thu 09:40", f.RESTORED),
        ("Thu 09:50", f.RESTORED),
        ("Thu 10:00", f.OUTAGE),
        ("Thu 10:30", "phase:closed"),
    ]
    assert rounds("recovery", *lines) == ["08:50 > 09:40 stopped", "10:00 > 10:30 cancelled"]


def outage(when: str, kind: str, name: int, **data):
    return (when, kind, {"outage": name, **data})


def test_named_outages():
    """E-1.9: what is said again about an outage replaces what was said before; one told of late takes no other's
    place; one recorded by mistake never was; reopening takes up what was not restored"""
    first, second = outage("Thu 08:50", f.OUTAGE, 7), outage("Thu 10:00", f.RESTORED, 7)
    assert rounds("recovery", RAISED, first, second) == ["08:50 > 10:00 stopped"]
    corrected = outage("Thu 08:20", f.OUTAGE, 7)
    assert rounds("recovery", RAISED, first, second, corrected) == ["08:20 > 10:00 stopped"]
    after_all = outage("Thu 10:00", f.RESTORED, 7, running=True)
    assert rounds("recovery", RAISED, first, second, after_all) == ["08:50 > -"]
    later = outage("Thu 11:00", f.RESTORED, 7)
    assert rounds("recovery", RAISED, first, second, after_all, later) == ["08:50 > 11:00 stopped"]
    assert rounds("recovery", RAISED, first, second, outage("Thu 12:00", f.OUTAGE_VOID, 7)) == []
    early = [outage("Thu 08:00", f.OUTAGE, 8), outage("Thu 08:10", f.RESTORED, 8)]
    assert rounds("recovery", RAISED, first, second, *early) == ["08:50 > 10:00 stopped", "08:00 > 08:10 stopped"]
    closed, reopened = ("Thu 09:30", "phase:closed"), ("Thu 09:40", "phase:open")
    assert rounds("recovery", RAISED, first, closed) == ["08:50 > 09:30 cancelled"]
    assert rounds("recovery", RAISED, first, closed, reopened, second) == ["08:50 > 10:00 stopped (1; 09:30 > 09:40)"]


def test_outage_that_was_over_before_the_ticket():
    """E-1.9: an outage that is reported when it is over has its end too"""
    lines = [("Thu 08:00", f.OUTAGE), ("Thu 08:30", f.RESTORED), RAISED]
    assert rounds("recovery", *lines) == ["08:00 > 08:30 stopped"]


# --- E-1.10 ---------------------------------------------------------------------------------------
def test_silence():
    """E-1.10: any mail, note or call of a human ends a silence and begins the next, until closed."""
    lines = [
        RAISED,
        ("Thu 09:10", f.MESSAGE_OUT),
        ("Thu 09:15", f.MESSAGE_AUTO),
        ("Thu 09:20", f.NOTE),
        ("Thu 09:30", "phase:resolved"),
        ("Thu 09:40", f.MESSAGE_IN),
        ("Thu 09:50", "phase:closed"),
        ("Thu 09:55", f.NOTE),
        ("Thu 10:00", "phase:open"),
    ]
    assert rounds("silence", *lines) == [
        "09:00 > 09:10 stopped",
        "09:10 > 09:20 stopped",
        "09:20 > 09:40 stopped",
        "09:40 > 09:50 cancelled",
        "10:00 > -",
    ]


# --- odd histories --------------------------------------------------------------------------------
@pytest.mark.parametrize("metric", sorted(METRICS))
def test_no_facts_no_rounds(metric):
    """E-1.1, E-1.2, E-1.5: nothing, or no raising: no rounds of anything that was raised."""
    assert rounds(metric) == []
    assert rounds(metric, ("Thu 09:00", f.MESSAGE_IN), ("Thu 09:10", f.MESSAGE_OUT)) == []


def test_the_earliest_raising_counts():
    """E-1.5: a merge may give a ticket an earlier start (E-3.7)."""
    assert rounds("resolution", RAISED, ("Thu 08:00", f.RAISED)) == ["08:00 > -"]


def test_a_phase_set_before_the_raising_takes_effect_with_it():
    """E-1.5, E-1.7: an import may set the phase a moment too early."""
    assert rounds("customer_answer", ("Thu 08:59", "phase:waiting_customer"), RAISED) == ["09:00 > -"]
    assert rounds("resolution", ("Thu 08:59", "phase:closed"), RAISED) == ["09:00 > 09:00 stopped"]
