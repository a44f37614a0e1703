"""How a clock's deadline came about: stretches that tile its life, and facts for sentences (E-4).

Nothing here is in a language: codes and values go out, the Odoo layer writes the sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from .clock import HoursOf, Reading, read
from .facts import (
    ABSORBED,
    ADMITTED,
    AGREED,
    COUNTED,
    EXCLUDED,
    EXCUSED,
    HELD,
    INCLUDED,
    NO_SLA,
    NO_TIME,
    SHUT,
    TO_AGREE,
    UNEXCUSED,
    Clock,
    Event,
    Instant,
    PolicyVersion,
    Seconds,
    Segment,
    Target,
)
from .history import FOREVER, History, concerns
from .metrics import METRICS, Metric
from .spans import difference

#: the pause reason of the time between the end of a clock and its reopening
REOPENED_PAUSE: Final = "resolved"
#: what is shut every week; everything else is a holiday or the like, and named
_ORDINARY: Final = frozenset({"night", "weekend", "break", ""})


@dataclass(frozen=True, slots=True)
class Fact:
    """One building block of an explanation. All moments are instants, all lengths seconds.

    ========== ============================================================================
    code       values
    ========== ============================================================================
    promise    metric, amount, unit, calendar, pauses (list): the duration promised
    agreement  metric: a date is to be agreed instead
    start      at: from when it is measured; number: of the ticket that was taken in and gave the start;
               admitted: the ticket was held back until then
    regrade    at, before, after (policy versions or None), mode (from_start/from_change/"")
    hours      at: the calendar was edited and its new hours were applied to it then
    opening    raised, opening, reason, label: raised outside hours, so counting began later
    pause      reason, start, stop (None: still), seconds: opening time that it took out
    reopening  ended, reopened, seconds: the time between does not count
    agreed     at, until, and whatever else the event's data say (who, note)
    excluded   at, reason
    included   at
    skipped    nights, weekends, breaks (counts), holidays (list of {label, start, stop}), seconds:
               what was shut between the start of counting and the deadline
    due        at, budget (None by agreement)
    paused     since, reasons (list), remaining: there is no deadline while it waits
    hold       why: to_agree, no_time or excluded
    breach     at, due, decided (it was a regrade or an inclusion that made it late), overrun
    end        at, ending, counted
    excused    at, and whatever else the event's data say (reason, user): late, and agreed not to count
    ========== ============================================================================
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


def reading_of(
    clock: Clock,
    target: Target,
    events: Iterable[Event],
    hours: HoursOf,
    now: Instant,
    metrics: Mapping[str, Metric] = METRICS,
) -> Reading:
    """The reckoning behind a clock that ``evaluate`` gave for the same events at the same ``now``.

    :raises ValueError: when these events give no such clock
    """
    history = History(events, now)
    version = next((grade.version for grade in history.grades if grade.index == clock.grade), None)
    if version is not None:
        alone = {
            grade.version: PolicyVersion(grade.version, ()) for grade in history.grades if grade.version is not None
        }
        for regrade in ("from_start", "from_change"):
            alone[version] = PolicyVersion(version, (target,), regrade)
            for reading in read(history, alone, hours, metrics):
                found = reading.clock
                if (found.grade, found.round, found.start) == (clock.grade, clock.round, clock.start):
                    return reading
    raise ValueError(f"The events give no clock {clock.target}/{clock.grade}/{clock.round}")


# --- stretches --------------------------------------------------------------------------------
def segments(
    clock: Clock,
    target: Target,
    events: Sequence[Event],
    hours: HoursOf,
    now: Instant,
    metrics: Mapping[str, Metric] = METRICS,
) -> list[Segment]:
    """The clock's life from its start to its end, without holes.

    A finished clock ends where it stopped; a live one goes on to its deadline, or to now when that is
    later or there is no deadline. The counted stretches up to the deadline add up to the budget exactly
    (up to the end, to ``clock.counted``). A pause covers the nights in it.
    """
    reading = reading_of(clock, target, events, hours, now, metrics)
    return stretches(reading, History(events, now))


def stretches(reading: Reading, history: History) -> list[Segment]:
    """``segments`` of a reading already at hand."""
    start, stop = reading.course.start, _end(reading)
    held = _held(reading, history, start, stop)
    result = list(held)
    for low, high in difference([(start, stop)], [(segment.start, segment.stop) for segment in held]):
        result += _reckoned(reading, low, high)
    return sorted(result, key=lambda segment: segment.start)


def _end(reading: Reading) -> Instant:
    limit = reading.course.limit
    if reading.clock.stopped is not None or reading.clock.deadline is None:
        return limit
    return max(limit, reading.clock.deadline)


def _reckoned(reading: Reading, start: Instant, stop: Instant) -> list[Segment]:
    """Opening time and the rest within a stretch without pauses; cut at the deadline."""
    hours = reading.course.hours
    cut = reading.due
    result = list(hours.gaps(start, stop))
    for low, high in hours.open_spans(start, stop):
        if cut is not None and low < cut < high:
            result += [Segment(low, cut, COUNTED), Segment(cut, high, COUNTED)]
        else:
            result.append(Segment(low, high, COUNTED))
    return result


def _held(reading: Reading, history: History, start: Instant, stop: Instant) -> list[Segment]:
    """The pauses; where several reasons hold at once, the one that came first is shown."""
    causes = sorted(_causes(reading, history))
    result: list[Segment] = []
    for low, high in reading.course.held:
        low, high = max(low, start), min(high, stop)
        if low >= high:
            continue  # it was over before the promise was made
        cuts = sorted({low, high} | {cut for a, b, _reason in causes for cut in (a, b) if low < cut < high})
        for a, b in pairwise(cuts):
            reason = next((name for since, until, name in causes if since <= a and b <= until), "")
            if result and result[-1].stop == a and result[-1].reason == reason:
                a = result.pop().start
            result.append(Segment(a, b, HELD, reason))
    return result


def _causes(reading: Reading, history: History) -> list[tuple[Instant, Instant, str]]:
    """Every single pause of a clock: from, until (FOREVER: still), reason."""
    result = [
        (since, FOREVER if until is None else until, reason)
        for reason in (reading.target.pauses if reading.target.duration is not None else ())
        for since, until in history.pauses.get(reason, ())
    ]
    result += [(since, FOREVER if until is None else until, REOPENED_PAUSE) for since, until in reading.round.held]
    return result


# --- facts ------------------------------------------------------------------------------------
def narrative(
    clock: Clock,
    target: Target,
    events: Sequence[Event],
    hours: HoursOf,
    now: Instant,
    metrics: Mapping[str, Metric] = METRICS,
) -> list[Fact]:
    """What is to be told about a clock, in the order in which to tell it: the promise and its start, what
    happened since then, what was skipped, how it stands."""
    return tell(reading_of(clock, target, events, hours, now, metrics), History(events, now))


def tell(reading: Reading, history: History) -> list[Fact]:
    """``narrative`` of a reading already at hand: so all clocks of a ticket are read once."""
    pieces = stretches(reading, history)
    result = _promised(reading, history)
    result += _opening(reading, pieces)
    happened = _regrades(reading, history) + _pauses(reading, pieces) + _decisions(reading, history)
    if reading.hours_since is not None:
        happened.append((reading.hours_since, Fact("hours", {"at": reading.hours_since})))
    result += [fact for _moment, fact in sorted(happened, key=lambda pair: pair[0])]
    result += _skipped(reading)
    result += _outcome(reading)
    result += _excused(reading, history)
    return result


def _promised(reading: Reading, history: History) -> list[Fact]:
    target, duration = reading.target, reading.target.duration
    if duration is None:
        promise = Fact("agreement", {"metric": target.metric})
    else:
        promise = Fact(
            "promise",
            {
                "metric": target.metric,
                "amount": duration.amount,
                "unit": duration.unit,
                "calendar": target.calendar,
                "pauses": sorted(target.pauses),
            },
        )
    return [promise, Fact("start", {"at": reading.clock.start, **_origin(reading, history)})]


def _origin(reading: Reading, history: History) -> dict[str, Any]:
    """The ticket whose raising is this clock's start, when it was taken in later (E-3.7); or that it was held back."""
    for event in history.events:
        if event.kind == ABSORBED and event.data.get("raised") == reading.clock.start == history.start:
            return {"number": event.data.get("number", "")}
        if event.kind == ADMITTED and event.moment == reading.clock.start == history.start:
            return {"admitted": True}
    return {}


def _opening(reading: Reading, pieces: Sequence[Segment]) -> list[Fact]:
    """Raised outside hours: where counting began instead (E-2.3)."""
    if reading.promise is None or reading.promise.start <= reading.clock.start or not pieces:
        return []
    first = pieces[0]
    shut = first if first.kind == SHUT else Segment(first.start, first.stop, SHUT)
    return [
        Fact(
            "opening",
            {
                "raised": reading.clock.start,
                "opening": reading.promise.start,
                "reason": shut.reason,
                "label": shut.label,
            },
        )
    ]


def _regrades(reading: Reading, history: History) -> list[tuple[Instant, Fact]]:
    """The changes of policy that led to this clock, and the one that ended it."""
    result: list[tuple[Instant, Fact]] = []
    for before, after in pairwise(history.grades):
        if after.start < reading.round.start or after.index > reading.grade.index + 1:
            continue
        if after.index > reading.grade.index and reading.clock.stopped != after.start:
            continue
        mode = ""
        if after.index == reading.grade.index:
            mode = "from_change" if reading.clock.start > reading.round.start else "from_start"
        values = {"at": after.start, "before": before.version, "after": after.version, "mode": mode}
        result.append((after.start, Fact("regrade", values)))
    return result


def _pauses(reading: Reading, pieces: Sequence[Segment]) -> list[tuple[Instant, Fact]]:
    result: list[tuple[Instant, Fact]] = []
    course = reading.course
    paused_since = reading.clock.paused_since
    for piece in pieces:
        if piece.kind != HELD:
            continue
        lost = course.hours.elapsed(piece.start, piece.stop)
        if piece.reason == REOPENED_PAUSE:
            told = {"ended": piece.start, "reopened": piece.stop, "seconds": lost}
            result.append((piece.start, Fact("reopening", told)))
            continue
        goes_on = paused_since is not None and piece.stop == course.limit
        stop = None if goes_on else piece.stop
        result.append((piece.start, _pause(piece.reason, piece.start, stop, lost)))
    if paused_since == course.limit:
        # it begins this very second: no stretch yet, but it is to be told
        reason = reading.clock.pause_reasons[0] if reading.clock.pause_reasons else ""
        result.append((course.limit, _pause(reason, course.limit, None, 0)))
    return result


def _pause(reason: str, start: Instant, stop: Instant | None, seconds: Seconds) -> Fact:
    return Fact("pause", {"reason": reason, "start": start, "stop": stop, "seconds": seconds})


def _decisions(reading: Reading, history: History) -> list[tuple[Instant, Fact]]:
    """Agreements and exclusions that concern the clock."""
    metric, limit = reading.target.metric, reading.course.limit
    result: list[tuple[Instant, Fact]] = []
    for event in history.events:
        if event.moment > limit:
            break
        data = dict(event.data)
        if event.kind == AGREED and data.pop("metric", None) == metric and reading.target.duration is None:
            result.append((event.moment, Fact("agreed", {**data, "at": event.moment})))
        elif event.kind in (EXCLUDED, INCLUDED):
            if not concerns(event, metric):
                continue
            values = {"at": event.moment}
            if event.kind == EXCLUDED:
                values["reason"] = data.get("reason", "")
                if "outside" in data:
                    values["outside"] = data["outside"]
            result.append((event.moment, Fact(event.kind, values)))
    return result


def _skipped(reading: Reading) -> list[Fact]:
    """What was shut between the start of counting and the deadline (or the end, when it came before).

    A weekend with the nights around it is one weekend; a holiday is named; the rest are nights and breaks.
    """
    course = reading.course
    start = course.start if reading.promise is None else max(course.start, reading.promise.start)
    stop = _end(reading) if reading.due is None else min(_end(reading), reading.due)
    if stop <= start:
        return []
    counts = {"night": 0, "weekend": 0, "break": 0}
    holidays: list[dict[str, Any]] = []
    seconds = 0
    for gap in _gaps(course.hours.gaps(start, stop)):
        if any(since <= gap[0].start and gap[-1].stop <= until for since, until in course.held):
            continue  # it lies within a pause and took nothing away
        seconds += sum(piece.seconds for piece in gap)
        reasons = {piece.reason for piece in gap}
        holidays += [
            {"label": piece.label, "start": piece.start, "stop": piece.stop}
            for piece in gap
            if piece.reason not in _ORDINARY
        ]
        if "weekend" in reasons:
            counts["weekend"] += 1
        elif reasons <= _ORDINARY:
            counts["break" if reasons == {"break"} else "night"] += 1
    if not seconds:
        return []
    values = {
        "nights": counts["night"],
        "weekends": counts["weekend"],
        "breaks": counts["break"],
        "holidays": holidays,
        "seconds": seconds,
    }
    return [Fact("skipped", values)]


def _gaps(pieces: Iterable[Segment]) -> list[list[Segment]]:
    """Shut stretches that follow on one another, together."""
    result: list[list[Segment]] = []
    for piece in pieces:
        if result and result[-1][-1].stop == piece.start:
            result[-1].append(piece)
        else:
            result.append([piece])
    return result


def _outcome(reading: Reading) -> list[Fact]:
    clock = reading.clock
    result: list[Fact] = []
    if clock.hold in (TO_AGREE, NO_TIME, NO_SLA):
        result.append(Fact("hold", {"why": clock.hold}))
    if clock.deadline is not None:
        result.append(Fact("due", {"at": clock.deadline, "budget": clock.budget}))
    if clock.paused_since is not None:
        values = {
            "since": clock.paused_since,
            "reasons": list(clock.pause_reasons),
            "remaining": clock.remaining,
        }
        result.append(Fact("paused", values))
    if clock.breached is not None:
        values = {
            "at": clock.breached,
            "due": reading.due,
            "decided": clock.regrade_breach,
            "overrun": clock.overrun,
        }
        result.append(Fact("breach", values))
    if clock.stopped is not None:
        values = {"at": clock.stopped, "ending": clock.ending, "counted": clock.counted}
        result.append(Fact("end", values))
    return result


__all__ = ["Fact", "narrative", "reading_of", "segments", "stretches", "tell"]


def _excused(reading: Reading, history: History) -> list[Fact]:
    """The agreement that a breach does not count (E-3.8), as long as it holds."""
    clock, told = reading.clock, None
    for event in history.events:
        if event.kind in (EXCUSED, UNEXCUSED):
            data = event.data
            if (data.get("target"), data.get("grade"), data.get("round")) == (clock.target, clock.grade, clock.round):
                told = event if event.kind == EXCUSED else None
    return [] if told is None else [Fact("excused", {**told.data, "at": told.moment})]
