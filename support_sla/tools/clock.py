"""The clock function: what a ticket's events make of the promises in force (E-3).

``evaluate`` is pure: the same events, policies, calendars and "now" give the same clocks, so a clock
can be rebuilt, explained, replayed under other rules and repaired at any time. It looks at facts up to
``now`` only; with ``now`` in the past it gives what was known to be the case then.

Decisions where the spec is silent:

* A deadline that falls into the very second in which a pause begins is not missed: the clock is paused
  with nothing left, and due at once when it resumes.
* A promise by agreement (no duration) takes no notice of pauses at all: the agreed date runs on and the
  clock is not shown as paused. The time between a resolution and its reopening does not count; a date
  that passed in it is missed at the reopening.
* An agreement belongs to the round in which it was made (made while none is open: to the next), and
  survives a regrade: the customer was told the date, not the policy.
* A clock whose deadline passed while it was excluded is breached at the moment when it is included
  again, and marked like a breach by regrade: both come from a decision about the ticket.
* A resolution that was reached under one policy stays that policy's; if the ticket is reopened under
  another one, the clock goes on there.
* A calendar that is edited gives the clocks that run then other hours from the moment at which the edit is
  applied to them (``Stint``). Until then they are judged on the hours of before: what was missed then stays
  missed, and what only the edit makes late is missed at that moment and marked like a breach by regrade.
* A ticket that takes another one in keeps what is over; what is open counts from the earliest start, with what
  was said on either. Late by the merge alone is marked like a breach by regrade, from the merge on; what the
  other one had missed is missed, at its deadline (E-3.7).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .calendar import around_the_clock
from .course import Course, Hours, Promise
from .facts import (
    DONE,
    FROM_CHANGE,
    MERGED_END,
    MET_END,
    NO_SLA,
    NO_TIME,
    PAUSED,
    RUNNING,
    SECONDS,
    STOPPED,
    SUPERSEDED_END,
    TO_AGREE,
    Clock,
    Duration,
    Event,
    Instant,
    PolicyVersion,
    Seconds,
    Target,
)
from .history import ALWAYS, FOREVER, Grade, History, Turn, pauses, turns
from .metrics import METRICS, Metric, Round, rounds_of
from .spans import Span, clip, union

__all__ = ["Hours", "HoursOf", "Stint", "StintsOf", "Turn", "evaluate", "pauses", "read", "turns"]

#: key of a calendar → its hours; None: around the clock
HoursOf = Callable[[int | None], Hours]


@dataclass(frozen=True, slots=True)
class Stint:
    """The hours a clock was judged on from ``since`` on; None: from its start."""

    hours: Hours
    since: Instant | None = None


#: key of a calendar, a clock's start, its end (None: alive), now → what it was judged on, in order, at least one
StintsOf = Callable[[int | None, Instant, Instant | None, Instant], Sequence[Stint]]


@dataclass(frozen=True, slots=True)
class Life:
    """A round as far as one policy goes. ``stop`` None: alive."""

    start: Instant
    stop: Instant | None
    ending: str
    held: tuple[tuple[int, int | None], ...]
    cycle: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything reckoned about one clock, for those who explain it."""

    clock: Clock
    target: Target
    grade: Grade
    round: Round
    course: Course
    #: the deadline even where the clock does not show one (breached and then paused, excluded)
    due: Instant | None
    #: what the target's duration amounts to, before pauses
    promise: Promise | None
    #: when the calendar's present hours were applied to it, if that was later than its start
    hours_since: Instant | None = None


def evaluate(
    events: Iterable[Event],
    versions: Mapping[int, PolicyVersion],
    hours: HoursOf,
    now: Instant,
    metrics: Mapping[str, Metric] = METRICS,
) -> list[Clock]:
    """The clocks of one ticket at ``now``, by grade, target and round.

    ``versions`` holds every version that the ticket's GRADED events name. The key (target, grade,
    round) names a clock for good: later events add clocks and change living ones, and of the finished
    ones only those that are reopened (``cycle`` grows). A target whose metric nobody knows (its addon
    was removed) has no clocks; nor has a ticket that was never raised.

    :raises KeyError: when a version in force is not among ``versions``
    :raises ValueError: when a duration's unit is unknown
    """
    return [reading.clock for reading in read(History(events, now), versions, hours, metrics)]


def read(
    history: History,
    versions: Mapping[int, PolicyVersion],
    hours: HoursOf,
    metrics: Mapping[str, Metric] = METRICS,
    stints: StintsOf | None = None,
) -> list[Reading]:
    """``evaluate`` with the reckoning kept.

    ``stints``: which hours each clock is judged on, where calendars have a history; else ``hours`` throughout.
    """

    def always(calendar: int | None, start: Instant, stop: Instant | None, now: Instant) -> Sequence[Stint]:
        return (Stint(hours(calendar)),)

    stints = stints or always
    result: list[Reading] = []
    if not history.is_raised:
        return result
    known: dict[tuple[str, str, Instant | None], list[Round]] = {}
    earlier: dict[Instant | None, _Breaches] = {}
    for grade in history.grades:
        if grade.version is None:
            continue
        version = versions[grade.version]
        # what is over is told as it was before another ticket was taken in
        past = history
        while past.absorbed is not None and grade.stop is not None and grade.stop <= past.absorbed:
            past = past.before
        if past.absorbed not in earlier:
            earlier[past.absorbed] = _breaches_before(past, versions, hours, metrics, stints)
        for target in version.targets:
            metric = metrics.get(target.metric)
            if metric is None:
                continue
            target = in_contract(target, grade)
            key = (target.metric, repr(sorted(target.options.items())), past.absorbed)
            if key not in known:
                known[key] = rounds_of(metric, past, target.options)
            result += _read_target(past, grade, version, target, known[key], stints, earlier[past.absorbed])
    return result


def in_contract(target: Target, grade: Grade) -> Target:
    """The target with the length that the customer's contract gave it in this grade; by agreement without one."""
    if not target.contract:
        return target
    seconds = dict(grade.agreed).get(target.metric)
    return replace(target, duration=Duration(seconds) if seconds else None)


#: (target, grade, round) → when it was missed, and whether only by a decision
_Breach = tuple[Instant, bool]
_Breaches = Mapping[tuple[int, int, int], _Breach]


def _breaches_before(
    history: History,
    versions: Mapping[int, PolicyVersion],
    hours: HoursOf,
    metrics: Mapping[str, Metric],
    stints: StintsOf,
) -> _Breaches:
    """How the clocks of a ticket stood when it took another one in, without it (E-3.7)."""
    if history.absorbed is None:
        return {}
    stood = read(history.before.at(history.absorbed), versions, hours, metrics, stints)
    return {
        (clock.target, clock.grade, clock.round): (clock.breached, clock.regrade_breach)
        for clock in (reading.clock for reading in stood)
        if clock.breached is not None
    }


def _read_target(
    history: History,
    grade: Grade,
    version: PolicyVersion,
    target: Target,
    rounds: Sequence[Round],
    stints: StintsOf,
    earlier: _Breaches,
) -> list[Reading]:
    exclusions = history.exclusions(target.metric)
    agreements = _by_round(history.agreements(target.metric), rounds) if target.duration is None else {}
    result: list[Reading] = []
    for index, round_ in enumerate(rounds):
        life = _life(round_, grade, version.regrade, history.merged)
        if life is not None:
            missed = earlier.get((target.id, grade.index, index))
            made = agreements.get(index, [])
            result.append(_reading(history, grade, target, index, round_, life, stints, exclusions, made, missed))
    return result


def _by_round(
    agreements: Sequence[tuple[Instant, Instant | None]], rounds: Sequence[Round]
) -> dict[int, list[tuple[Instant, Instant | None]]]:
    """Agreements by the index of the round in which they were made; between two rounds, of the next."""
    result: dict[int, list[tuple[Instant, Instant | None]]] = {}
    for moment, until in agreements:
        index = max((i for i, round_ in enumerate(rounds) if round_.start <= moment), default=0)
        stop = rounds[index].stop if rounds else None
        if stop is not None and stop < moment:
            index += 1
        result.setdefault(index, []).append((moment, until))
    return result


# --- a round under one policy -----------------------------------------------------------------
def _life(round_: Round, grade: Grade, regrade: str, merged: Instant | None) -> Life | None:
    """The part of a round that falls to a grade; None when it was never alive in it.

    A promise that did not exist when it was fulfilled is not counted; the first policy is in force from
    the beginning.
    """
    stop, ending, held, cycle = round_.stop, round_.ending, round_.held, round_.cycle
    if grade.stop is not None:
        if round_.start >= grade.stop:
            return None
        stop, ending, held = _until(round_, grade.stop)
        cycle = round_.cycle - (len(round_.held) - len(held))
    if stop is None and merged is not None:
        stop, ending = merged, MERGED_END
    if stop is not None and stop <= grade.start:
        return None
    start = round_.start
    if regrade == FROM_CHANGE:
        start = max(start, grade.start)
    if stop is not None and stop <= start and ending != MET_END:
        return None  # begun and called off in the same second: nobody waited for anything
    return Life(start, stop, ending, held, cycle)


def _until(round_: Round, change: Instant) -> tuple[Instant, str, tuple[tuple[int, int | None], ...]]:
    """How a round stood when another policy came into force: stop, ending, held stretches before."""
    for index, (since, until) in enumerate(round_.held):
        if since <= change and (until is None or change <= until):
            # it was over just then, and was reopened under the next policy
            ending = round_.endings[index] if index < len(round_.endings) else MET_END
            return since, ending, round_.held[:index]
    if round_.stop is not None and round_.stop <= change:
        return round_.stop, round_.ending, round_.held
    return change, SUPERSEDED_END, tuple(span for span in round_.held if span[0] < change)


# --- from a life to a clock -------------------------------------------------------------------
def _reading(
    history: History,
    grade: Grade,
    target: Target,
    index: int,
    round_: Round,
    life: Life,
    stints: StintsOf,
    exclusions: Sequence[Span],
    agreements: Sequence[tuple[Instant, Instant | None]],
    missed: _Breach | None,
) -> Reading:
    """:param missed: the breach that there was before the ticket took another one in (E-3.7)"""
    limit = history.now if life.stop is None else life.stop
    if target.calendar is None and target.zone:
        spells: Sequence[Stint] = (Stint(around_the_clock(target.zone)),)
    else:
        spells = stints(target.calendar, life.start, life.stop, history.now)
    calendar, hours_since = spells[-1].hours, spells[-1].since
    promise = calendar.budget(life.start, target.duration) if target.duration is not None else None
    reasons = target.pauses if target.duration is not None else frozenset[str]()
    course = Course(
        calendar if promise is None else promise.hours,
        life.start,
        limit,
        _held(history, life, reasons, limit),
    )
    resolved = [(since, FOREVER if until is None else until) for since, until in life.held]
    bars = [(span, False) for span in resolved] + [(span, True) for span in exclusions]
    if history.absorbed is not None and target.metric not in history.absorbed_late:
        # an earlier start makes nobody late before the merge; what the other ticket had missed is missed
        bars.append(((ALWAYS, history.absorbed), True))
    if not grade.is_first:
        bars.append(((ALWAYS, grade.start), True))
    bars.sort()
    if missed is None and target.duration is not None:
        missed = _missed_before(history, target, life, spells, reasons, bars)

    counted = course.counted(limit)
    if target.duration is None:
        agreed = [made for made in agreements if made[0] <= limit]
        verdict = _agreed_verdict(course, agreed, life.stop is None, bars)
    else:
        if hours_since is not None:
            bars = sorted([*bars, ((ALWAYS, hours_since), True)])
        verdict = _verdict(course, promise, target, counted, life.stop is None, bars)
    due, budget, breached, moved, overrun = verdict
    if missed is not None:
        breached, moved = missed
        overrun = overrun if budget is None else max(0, counted - budget)

    paused_since = course.paused_since if life.stop is None else None
    if any(since <= limit < until for since, until in exclusions):
        hold = NO_SLA
    elif target.duration is None:
        hold = TO_AGREE if due is None and not target.options.get("watched") else ""
    else:
        hold = NO_TIME if due is None and (promise is None or paused_since is None) else ""
    if life.stop is None:
        state = RUNNING if paused_since is None else PAUSED
    else:
        state = DONE if life.ending == MET_END else STOPPED
    clock = Clock(
        target=target.id,
        metric=target.metric,
        grade=grade.index,
        round=index,
        start=life.start,
        budget=budget,
        state=state,
        hold=hold,
        deadline=None if hold or paused_since is not None else due,
        stopped=life.stop,
        ending=life.ending,
        breached=breached,
        regrade_breach=moved,
        counted=counted,
        remaining=None if budget is None else max(0, budget - counted),
        overrun=overrun,
        cycle=life.cycle,
        paused_since=paused_since,
        pause_reasons=() if paused_since is None else history.reasons_at(reasons, limit),
    )
    return Reading(clock, target, grade, round_, course, due, promise, hours_since)


def _missed_before(
    history: History,
    target: Target,
    life: Life,
    spells: Sequence[Stint],
    reasons: frozenset[str],
    bars: Sequence[tuple[Span, bool]],
) -> tuple[Instant, bool] | None:
    """The breach on hours that were in force before the last ones, which no edit takes back (E-3.1)."""
    assert target.duration is not None
    for spell, following in pairwise(spells):
        until = following.since
        promise = spell.hours.budget(life.start, target.duration)
        if promise is None or until is None:
            continue
        course = Course(promise.hours, life.start, until, _held(history, life, reasons, until))
        due = _due(course, promise, target)
        earlier = [*bars, ((ALWAYS, spell.since), True)] if spell.since is not None else bars
        breached, moved = _breach(due, until, True, earlier) if due is not None else (None, False)
        if breached is not None and breached < until:
            return breached, moved
    return None


def _held(history: History, life: Life, reasons: frozenset[str], limit: Instant) -> list[Span]:
    """What does not count in a life: the target's pauses, and the time resolved before a reopening.

    A pause that goes on at the end of a finished clock ends with it.
    """
    spans = history.held(reasons, life.start, limit) if reasons else []
    if life.held:
        spans = union(spans, ((since, FOREVER if until is None else until) for since, until in life.held))
    if life.stop is not None and spans:
        spans = clip(spans, life.start, limit)
    return spans


#: due, budget, breached, whether the breach came from a decision, overrun
_Verdict = tuple[Instant | None, Seconds | None, Instant | None, bool, Seconds]


def _verdict(
    course: Course,
    promise: Promise | None,
    target: Target,
    counted: Seconds,
    alive: bool,
    bars: Sequence[tuple[Span, bool]],
) -> _Verdict:
    """The verdict on a promise with a duration."""
    if promise is None:
        return None, None, None, False, 0
    due = _due(course, promise, target)
    breached, moved = _breach(due, course.limit, alive, bars) if due is not None else (None, False)
    overrun = max(0, counted - promise.seconds) if breached is not None else 0
    return due, promise.seconds, breached, moved, overrun


def _due(course: Course, promise: Promise, target: Target) -> Instant | None:
    """The instant until which a promise is kept; None: paused, or the calendar has no more time."""
    if not course.held:
        return promise.deadline
    assert target.duration is not None
    late = False
    if target.duration.unit != SECONDS:
        # a promise in days may end at an opening, although its time was used up at the closing before
        plain = promise.hours.add(promise.start, promise.seconds)
        late = plain is not None and plain < promise.deadline
    return course.reach(promise.seconds, promise.start, late)


def _agreed_verdict(
    course: Course,
    agreements: Sequence[tuple[Instant, Instant | None]],
    alive: bool,
    bars: Sequence[tuple[Span, bool]],
) -> _Verdict:
    """The verdict on a promise by agreement: each agreed date holds until the next one is agreed (E-3.5)."""
    breached, moved, overrun = None, False, 0
    ends = [moment for moment, _until in agreements[1:]]
    for (made, until), end in zip(agreements, [*ends, None], strict=False):
        if until is None:
            continue
        limit = course.limit if end is None else end
        late = max(until, made, course.start)
        if limit > late:
            overrun += course.counted(limit) - course.counted(late)
        if breached is not None:
            continue
        since = [*bars, ((ALWAYS, max(made, course.start)), False)]
        breached, moved = _breach(until, limit, alive and end is None, since)
    return (agreements[-1][1] if agreements else None), None, breached, moved, overrun if breached else 0


def _breach(
    due: Instant, limit: Instant, alive: bool, bars: Sequence[tuple[Span, bool]]
) -> tuple[Instant | None, bool]:
    """When a deadline was missed by a clock that ended at ``limit``, or is ``alive`` then.

    ``bars`` are stretches in which nobody could be late: a deadline in one of them is missed when it
    ends, unless the clock ends in that second too. The second value tells whether a bar marked so moved it.
    """
    if limit <= due:
        return None, False
    at, moved = due, False
    for (since, until), by_decision in sorted(bars):
        if since <= at < until:
            at, moved = until, moved or by_decision
    return (at, moved) if at < limit or (alive and at == limit) else (None, False)
