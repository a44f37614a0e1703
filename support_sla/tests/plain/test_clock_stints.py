"""Clocks whose calendar is edited while they run."""

import pytest
from sla_clock_cases import HOUR, at, graded, shown, story

from support_sla.tools import facts as f
from support_sla.tools.calendar import OpeningHours, WeeklyOpening
from support_sla.tools.clock import Stint, read
from support_sla.tools.history import History


@pytest.fixture
def edited():
    """Mon–Fri 09–17 in London, and what it is edited to."""
    office = OpeningHours("Europe/London", [WeeklyOpening(day, 9 * HOUR, 17 * HOUR) for day in range(5)])
    noon = OpeningHours("Europe/London", [WeeklyOpening(day, 12 * HOUR, 17 * HOUR) for day in range(5)])
    early = OpeningHours("Europe/London", [WeeklyOpening(day, 6 * HOUR, 17 * HOUR) for day in range(5)])
    return office, noon, early


def reading(events, hours, now, spells, pauses=()):
    target = f.Target(1, "resolution", f.Duration(4 * HOUR), 1, frozenset(pauses))
    versions = {1: f.PolicyVersion(1, (target,))}
    (found,) = read(
        History(events, at(now)),
        versions,
        lambda _key: hours,
        stints=lambda _calendar, _start, _stop, _now: spells,
    )
    return found


RAISED = [("Mon 10:00", f.RAISED), graded(1, "Mon 10:00")]


def test_deadline_of_the_last_hours(edited):
    """E-3.6: the deadline is that of the hours that hold last"""
    office, noon, _early = edited
    found = reading(story(*RAISED), office, "Mon 11:30", [Stint(office), Stint(noon, at("Mon 11:00"))])
    assert shown(found.clock.deadline) == "Mon 16:00"
    assert found.clock.breached is None
    assert found.hours_since == at("Mon 11:00")


def test_missed_before_stays_missed(edited):
    """E-3.6, E-3.1: a deadline that was missed on the hours of before stays missed, at that deadline"""
    office, noon, _early = edited
    found = reading(story(*RAISED), office, "Mon 15:30", [Stint(office), Stint(noon, at("Mon 15:00"))])
    assert shown(found.clock.breached) == "Mon 14:00"
    assert not found.clock.regrade_breach
    assert found.clock.overrun == 0
    assert shown(found.clock.deadline) == "Mon 16:00"


def test_late_by_the_edit(edited):
    """E-3.6: what only the edit makes late is late at the moment of the edit, marked as a decision"""
    office, _noon, early = edited
    raised = [("Mon 07:00", f.RAISED), graded(1, "Mon 07:00")]
    found = reading(story(*raised), office, "Mon 12:30", [Stint(office), Stint(early, at("Mon 12:00"))])
    assert shown(found.clock.deadline) == "Mon 11:00"
    assert (shown(found.clock.breached), found.clock.regrade_breach) == ("Mon 12:00", True)
    assert found.clock.overrun == int(1.5 * HOUR)


def test_paused_when_edited(edited):
    """E-3.6, E-3.1: nobody becomes late by an edit while the clock stands still"""
    office, _noon, early = edited
    events = story(
        ("Mon 07:00", f.RAISED),
        graded(1, "Mon 07:00"),
        ("Mon 10:00", "phase:waiting_customer"),
    )
    spells = [Stint(office), Stint(early, at("Mon 12:00"))]
    found = reading(events, office, "Mon 12:30", spells, pauses=["customer"])
    assert (found.clock.state, found.clock.breached) == (f.PAUSED, None)
    assert found.clock.remaining == HOUR


def test_missed_only_in_the_pause(edited):
    """E-3.6: a deadline of before that lies in a pause was not missed"""
    office, noon, _early = edited
    events = story(*RAISED, ("Mon 13:30", "phase:waiting_customer"), ("Mon 16:30", "phase:open"))
    spells = [Stint(office), Stint(noon, at("Mon 15:00"))]
    found = reading(events, office, "Mon 16:40", spells, pauses=["customer"])
    assert found.clock.breached is None
    assert shown(found.clock.deadline) == "Tue 14:00"
