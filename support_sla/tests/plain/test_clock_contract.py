"""O-5: promises whose length stands in the customer's contract, as it was when the policy was matched."""

from hypothesis import given
from hypothesis import strategies as st
from sla_clock_cases import HOUR, at, clocks, one, shown, story

from support_sla.tools import facts as f

RESOLUTION = f.Target(1, "resolution", None, contract=True)


def match(when, version=1, **agreed):
    return (when, f.GRADED, {"version": version, "agreed": agreed})


def test_runs_for_the_agreed_seconds():
    """O-5: the hours of the contract are counted like any other promise."""
    clock = one(story(("Mon 09:00", f.RAISED), match("Mon 09:00", resolution=4 * HOUR)), [RESOLUTION], "Mon 10:00")
    assert (shown(clock.deadline), clock.budget, clock.hold) == ("Mon 13:00", 4 * HOUR, "")


def test_is_by_agreement_without():
    """O-5: a contract that names no hours promises none: a date is agreed on."""
    for data in ({}, {"first_response": HOUR}):
        events = story(("Mon 09:00", f.RAISED), match("Mon 09:00", **data))
        assert one(events, [RESOLUTION], "Mon 10:00").hold == f.TO_AGREE
        agreed = story(
            ("Mon 09:00", f.RAISED),
            match("Mon 09:00", **data),
            ("Mon 09:30", f.AGREED, {"metric": "resolution", "until": at("Tue 12:00")}),
        )
        assert shown(one(agreed, [RESOLUTION], "Mon 10:00").deadline) == "Tue 12:00"


def test_other_hours_are_another_grade():
    """O-5: matched anew with other hours, the clock starts over from the raising, and the first one is superseded."""
    events = story(
        ("Mon 09:00", f.RAISED),
        match("Mon 09:00", resolution=4 * HOUR),
        match("Mon 10:00", resolution=2 * HOUR),
        match("Mon 10:30", resolution=2 * HOUR),
    )
    first, second = clocks(events, [RESOLUTION], "Mon 10:30")
    assert (first.ending, first.grade) == (f.SUPERSEDED_END, 0)
    assert (shown(second.deadline), second.grade) == ("Mon 11:00", 1)


def test_what_the_contract_says_leaves_fixed_promises_alone():
    """O-5: only promises that leave it to the contract take anything from it."""
    fixed = f.Target(2, "resolution", f.Duration(HOUR))
    clock = one(story(("Mon 09:00", f.RAISED), match("Mon 09:00", resolution=4 * HOUR)), [fixed], "Mon 09:10")
    assert clock.budget == HOUR


@given(st.integers(1, 200 * HOUR), st.integers(0, 30 * HOUR))
def test_equals_the_promise_of_the_same_length(seconds, later):
    """O-5: a promise as in the contract is the promise of that length, at every moment."""
    events = story(("Mon 09:00", f.RAISED), match("Mon 09:00", resolution=seconds), ("Mon 11:00", "phase:resolved"))
    fixed = f.Target(1, "resolution", f.Duration(seconds))
    now = at("Mon 09:00") + later
    assert clocks(events, [RESOLUTION], now) == clocks(events, [fixed], now)
