"""Moments around a deadline, counted on the target's own calendar (E-2.4, E-5.3)."""

from __future__ import annotations

from .clock import Reading
from .course import Hours
from .facts import NO_SLA, Instant, Seconds


def offset_of(budget: Seconds, percent: int) -> Seconds:
    """The offset from the deadline at which so many percent of a budget are used up, rounded up.

    100 is the deadline itself (0), 75 lies before it (negative), 150 after it.
    """
    return -(-budget * percent // 100) - budget


def around(hours: Hours, moment: Instant, offset: Seconds) -> Instant | None:
    """The instant so many opening seconds after a moment (negative: before); None: never."""
    return hours.add(moment, offset) if offset else moment


def moment(reading: Reading, offset: Seconds) -> Instant | None:
    """The instant ``offset`` opening seconds after a clock's deadline; negative: before it, at the
    earliest the clock's start.

    Time that does not count (pauses) is passed over in both directions. What comes after the deadline is
    counted from the breach, so a clock that was late at once after a regrade escalates from there. None
    while the moment cannot be told: paused before it, excluded, no date agreed, no opening time.
    """
    due = reading.due
    if due is None or reading.clock.hold == NO_SLA:
        return None
    course = reading.course
    anchor = due if offset < 0 or reading.clock.breached is None else reading.clock.breached
    if offset == 0:
        return anchor
    wanted = course.counted(anchor) + offset
    if wanted <= 0:
        return course.start
    # backwards is the mirror image of forwards: what begins at an opening does not begin at the closing before
    return course.reach(wanted, late=offset < 0)
