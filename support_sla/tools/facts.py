"""What the engine reckons with: facts, promises and what follows from them.

Plain, typed Python; nothing here imports Odoo. All instants are whole seconds since
1970-01-01T00:00:00 UTC (``int``), all lengths are whole seconds, so that no rounding and no zone
can creep in. Zones appear only inside a calendar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

Instant = int
Seconds = int

# --- kinds of event ---------------------------------------------------------------------------
RAISED: Final = "raised"
#: The customer wrote (mail, portal). ``data["message"]`` is the message's id.
MESSAGE_IN: Final = "message_in"
#: A member of staff wrote something the customer can read.
MESSAGE_OUT: Final = "message_out"
#: A machine wrote: acknowledgement, stage template, out-of-office. Never a response (E-1.2).
#: ``data["acknowledgement"]`` is true for the confirmation of receipt (E-1.1).
MESSAGE_AUTO: Final = "message_auto"
NOTE: Final = "note"
#: A phone call with the customer was logged; counts as a response.
CALL: Final = "call"
#: ``data["phase"]`` is one of PHASES.
PHASE: Final = "phase"
#: ``data["reason"]``: a pause reason beside those that follow from the phase (E-3.2).
PAUSE: Final = "pause"
RESUME: Final = "resume"
PRIORITY: Final = "priority"
#: A policy version came into force: ``data["version"]`` (int, or None: no policy matches). ``data["agreed"]``: seconds
#: by metric that the customer's contract gave for its promises *as in the contract*, as they stood then.
GRADED: Final = "graded"
WORKAROUND: Final = "workaround"
#: The workaround did not hold: the ticket is not contained any more (E-1.6).
WORKAROUND_FAILED: Final = "workaround_failed"
#: ``data["outage"]`` names the outage that a fact of these three is about, across all tickets; of several facts
#: about the begin, or the end, of one outage only the last one recorded counts, so that a wrong entry is corrected
#: by another fact (E-1.9). Facts without a name open and close one outage after another.
OUTAGE: Final = "outage"
#: ``data["lost"]``: minutes of data lost, None while nobody knows. ``data["running"]``: it was not restored after all.
RESTORED: Final = "restored"
#: There was no such outage: it was recorded by mistake.
OUTAGE_VOID: Final = "outage_void"
ACCEPTED: Final = "accepted"
REJECTED: Final = "rejected"
#: ``data["metric"]`` and ``data["until"]`` (Instant): a date both sides agreed on (E-3.5).
AGREED: Final = "agreed"
#: ``data["metrics"]`` (list of metric codes, empty: all), ``data["except"]`` (codes that go on all the same) and
#: ``data["reason"]``: no SLA given (E-3.5). ``data["source"]`` names who decides (empty: a person, promise by
#: promise): what one source excluded only the same one includes again.
EXCLUDED: Final = "excluded"
INCLUDED: Final = "included"
ESCALATED: Final = "escalated"
ACKNOWLEDGED: Final = "acknowledged"
#: This ticket was merged into another one: nothing happens to it afterwards (E-3.7).
MERGED: Final = "merged"
#: Another ticket was merged into this one (E-3.7). ``data["ticket"]`` is its id, ``data["number"]`` what people
#: call it, ``data["raised"]`` (Instant) since when it counts, ``data["late"]`` the metrics that it had missed.
#: Facts that came along have the same id in ``data["absorbed"]`` and keep their own moments.
ABSORBED: Final = "absorbed"
#: A missed promise is to be left out of achievement by agreement (E-3.8): asked for, agreed, refused, taken
#: back. ``data["target"]``, ``data["grade"]`` and ``data["round"]`` name the clock.
EXCUSE_ASKED: Final = "excuse_asked"
EXCUSED: Final = "excused"
EXCUSE_REFUSED: Final = "excuse_refused"
UNEXCUSED: Final = "unexcused"
#: The place among the tickets of the same customer that are worked one after another (O-10, B-11). ``data["state"]``
#: and ``data["before"]`` are one of ``tools.lane``; what pauses a clock is the PAUSE that comes with it.
LANE: Final = "lane"
#: It was held back until now (B-5): what was said before is no part of what is measured, and every promise counts from
#: here, as if the ticket had been raised at this moment. The last one counts.
ADMITTED: Final = "admitted"
#: ``data["from"]`` and ``data["to"]``: places in line; ``data["agreed_with"]`` who agreed, ``data["note"]`` (B-11).
REORDERED: Final = "reordered"

#: Within one instant facts are judged in this order: what was said comes before what it led to.
#: (spec, "The way of the data": message events are judged before the phase change of the same
#: transaction.) Kinds not named here come in the middle. A ticket that is closed because it is merged is not
#: resolved: nothing happens to it after MERGED. Who rejects a workaround opens the ticket again, and the workaround
#: has failed an open ticket.
RANK: Final[Mapping[str, int]] = {
    RAISED: 0,
    GRADED: 1,
    OUTAGE: 2,
    MESSAGE_IN: 10,
    MESSAGE_OUT: 10,
    MESSAGE_AUTO: 10,
    NOTE: 10,
    CALL: 10,
    MERGED: 25,
    PHASE: 30,
    WORKAROUND_FAILED: 35,
}

# --- phases: what a stage means ---------------------------------------------------------------
NEW: Final = "new"
OPEN: Final = "open"
WAITING_CUSTOMER: Final = "waiting_customer"
WAITING_THIRD_PARTY: Final = "waiting_third_party"
ON_HOLD: Final = "on_hold"
RESOLVED: Final = "resolved"
CLOSED: Final = "closed"
CANCELLED: Final = "cancelled"
PHASES: Final = (NEW, OPEN, WAITING_CUSTOMER, WAITING_THIRD_PARTY, ON_HOLD, RESOLVED, CLOSED, CANCELLED)
ENDED: Final = frozenset({RESOLVED, CLOSED, CANCELLED})

#: Pause reasons that follow from the phase alone.
PHASE_REASON: Final[Mapping[str, str]] = {
    WAITING_CUSTOMER: "customer",
    WAITING_THIRD_PARTY: "third_party",
    ON_HOLD: "hold",
    RESOLVED: "acceptance",
}

CUSTOMER: Final = "customer"
STAFF: Final = "staff"
SYSTEM: Final = "system"


@dataclass(frozen=True, slots=True)
class Event:
    """A fact about a ticket: never changed, never taken back.

    ``moment`` is when it took effect, ``id`` the order in which it was recorded.
    """

    moment: Instant
    kind: str
    side: str = SYSTEM
    data: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0

    @property
    def order(self) -> tuple[Instant, int, int]:
        return (self.moment, RANK.get(self.kind, 20), self.id)


# --- promises ---------------------------------------------------------------------------------
SECONDS: Final = "seconds"
WORKING_DAYS: Final = "working_days"
WORKING_DAY_END: Final = "working_day_end"
CALENDAR_DAYS: Final = "calendar_days"


@dataclass(frozen=True, slots=True)
class Duration:
    """A length as it was promised; never converted silently (E-2.1).

    ``unit``: SECONDS of opening time; WORKING_DAYS (the same clock time ``amount`` working days
    later); WORKING_DAY_END (closing time of the ``amount``-th working day, 1 = the day it starts);
    CALENDAR_DAYS (the same clock time ``amount`` days later in the calendar's zone).
    """

    amount: int
    unit: str = SECONDS


@dataclass(frozen=True, slots=True)
class Target:
    """One promise of a policy version."""

    id: int
    metric: str
    #: None: by agreement (E-3.5), only watched, or as in the customer's contract
    duration: Duration | None
    #: key of the calendar it is reckoned on; None: around the clock
    calendar: int | None = None
    #: the pause reasons that stop it (E-3.2)
    pauses: frozenset[str] = frozenset()
    #: metric options, e.g. {"notes_count": True} (E-1.4)
    options: Mapping[str, Any] = field(default_factory=dict)
    #: of a promise around the clock: the zone whose dates and clock times its days have; empty: that of ``hours(None)``
    zone: str = ""
    #: how long it may take stands in the customer's contract; by agreement where it says nothing
    contract: bool = False


FROM_START: Final = "from_start"
FROM_CHANGE: Final = "from_change"


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    id: int
    targets: Sequence[Target]
    #: what a change to this version does to clocks that already run (E-3.3)
    regrade: str = FROM_START


# --- what follows -----------------------------------------------------------------------------
RUNNING: Final = "running"
PAUSED: Final = "paused"
DONE: Final = "done"
STOPPED: Final = "cancelled"
#: the only states from which time goes on
LIVE: Final = frozenset({RUNNING, PAUSED})

#: why a live clock has no deadline
TO_AGREE: Final = "to_agree"
NO_TIME: Final = "no_time"
NO_SLA: Final = "excluded"

#: why a clock ended (``ending`` of a clock)
MET_END: Final = "stopped"  # its stopping fact happened
SUPERSEDED_END: Final = "superseded"  # another policy came into force
CANCELLED_END: Final = "cancelled"  # the ticket was cancelled or closed without the stopping fact
MERGED_END: Final = "merged"

COUNTED: Final = "counted"
SHUT: Final = "closed"
HELD: Final = "paused"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a clock's life: time counted, time outside opening hours, or time paused.

    ``reason``: for HELD the pause reason ("customer" …, "resolved" for the time between a
    resolution and its reopening); for SHUT what closed the calendar: "night", "weekend", "holiday"
    or the name of the holiday or exception in ``label``.
    """

    start: Instant
    stop: Instant
    kind: str
    reason: str = ""
    label: str = ""

    @property
    def seconds(self) -> Seconds:
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Clock:
    """What the events make of one target; the whole of what is stored of it."""

    target: int
    metric: str
    #: which policy in the ticket's life (0, 1, …) and which round of a repeating metric
    grade: int
    round: int
    start: Instant
    #: opening seconds promised; None while not agreed or without working time
    budget: Seconds | None
    state: str
    #: why a live clock has no deadline: "", TO_AGREE, NO_TIME, NO_SLA
    hold: str = ""
    #: the instant until which the promise is kept (inclusive). None while paused or on hold.
    deadline: Instant | None = None
    stopped: Instant | None = None
    ending: str = ""
    #: when it was breached: the deadline itself, or the regrade that put it past its deadline
    breached: Instant | None = None
    #: the breach came from the regrade alone (reported apart, E-3.3)
    regrade_breach: bool = False
    #: opening seconds counted until ``stopped``, else until ``now``
    counted: Seconds = 0
    #: budget - counted, never below 0; None without budget
    remaining: Seconds | None = None
    #: opening seconds counted beyond the budget; does not grow while paused (E-3.1)
    overrun: Seconds = 0
    #: how often it was resumed after having ended (reopening, E-3.4)
    cycle: int = 0
    #: since when it is paused, and by which reasons
    paused_since: Instant | None = None
    pause_reasons: tuple[str, ...] = ()
