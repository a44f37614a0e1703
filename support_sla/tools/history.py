"""A ticket's events, read: in order, up to a moment, and turned into stretches of time.

Everything here is a function of the moments at which facts took effect, never of when they were
recorded: a fact recorded late counts as if it had been known all along.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from .facts import (
    ABSORBED,
    ADMITTED,
    AGREED,
    CANCELLED,
    CLOSED,
    EXCLUDED,
    EXCUSED,
    GRADED,
    INCLUDED,
    MERGED,
    NEW,
    ON_HOLD,
    OUTAGE,
    OUTAGE_VOID,
    PAUSE,
    PHASE,
    PHASE_REASON,
    RAISED,
    RESOLVED,
    RESTORED,
    RESUME,
    UNEXCUSED,
    WAITING_CUSTOMER,
    WAITING_THIRD_PARTY,
    Event,
    Instant,
)
from .spans import Span, union

#: the end of a stretch that goes on, where a number is needed
FOREVER: Final = 1 << 62
#: the beginning of what has always been
ALWAYS: Final = -FOREVER

PROVIDER_TURN: Final = "provider"
CUSTOMER_TURN: Final = "customer"
THIRD_PARTY_TURN: Final = "third_party"
NO_TURN: Final = "none"

#: whose turn it is (E-4); phases not named here, "on hold" among them, are ours
_TURN: Final = {
    WAITING_CUSTOMER: CUSTOMER_TURN,
    RESOLVED: CUSTOMER_TURN,
    WAITING_THIRD_PARTY: THIRD_PARTY_TURN,
    CLOSED: NO_TURN,
    CANCELLED: NO_TURN,
}


def turn_of(phase: str) -> str:
    """Whose turn it is in a phase (E-4)."""
    return _TURN.get(phase, PROVIDER_TURN)


@dataclass(frozen=True, slots=True)
class Step:
    """An event together with the phase before and after it (equal unless it is a phase event)."""

    event: Event
    before: str
    after: str

    @property
    def kind(self) -> str:
        return self.event.kind

    @property
    def moment(self) -> Instant:
        return self.event.moment

    def enters(self, phases: Iterable[str]) -> bool:
        """Whether it leads from outside into one of the phases."""
        return self.after in phases and self.before not in phases

    def leaves(self, phases: Iterable[str]) -> bool:
        return self.before in phases and self.after not in phases


@dataclass(frozen=True, slots=True)
class Grade:
    """The stretch ``[start, stop)`` in which one policy version (None: no policy) is in force.

    The first one is in force from the beginning, however late the match was recorded: there is no
    other promise that could have held before it (``start`` is ALWAYS).
    """

    index: int
    start: Instant
    stop: Instant | None
    version: int | None
    #: seconds by metric, as the customer's contract gave them when the version came into force
    agreed: tuple[tuple[str, int], ...] = ()

    @property
    def is_first(self) -> bool:
        return self.start == ALWAYS


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it was in ``[start, stop)``; ``stop`` is None while it goes on."""

    start: Instant
    stop: Instant | None
    side: str


def in_order(events: Iterable[Event], until: Instant) -> list[Event]:
    """The facts that had taken effect by ``until``, each once, in the order in which they are judged.

    What lies after ``until`` is not a fact yet: so "now" may be any moment of the past. Nothing
    happens to a ticket after it was merged into another one. A ticket that took others in was raised when
    the first of them was, and what was said on them was said on it (E-3.7). One that was held back counts as raised
    when it was admitted (B-5).
    """
    result: list[Event] = []
    taken_in: dict[Any, Instant] = {}
    for event in sorted(_uncorrected(events), key=lambda fact: fact.order):
        if event.moment > until or (result and result[-1] == event):
            continue
        result.append(event)
        if event.kind == ABSORBED:
            taken_in[event.data.get("ticket")] = event.data.get("raised", event.moment)
        elif event.kind == MERGED:
            break
    if any("absorbed" in event.data for event in result):
        result = [event for event in result if event.data.get("absorbed") in (None, *taken_in)]
    admitted = [event.moment for event in result if event.kind == ADMITTED]
    if admitted:
        result = _raised_at(result, admitted[-1])
    if taken_in:
        result = _raised_first(result, min(taken_in.values()))
    return result


def _raised_at(events: list[Event], moment: Instant) -> list[Event]:
    """``events`` in order, with the ticket raised at ``moment``, when it was admitted."""
    for index, event in enumerate(events):
        if event.kind == RAISED:
            if event.moment < moment:
                events[index] = replace(event, moment=moment)
                events.sort(key=lambda fact: fact.order)
            break
    return events


def _uncorrected(events: Iterable[Event]) -> list[Event]:
    """``events`` without what was recorded about a named outage and corrected since.

    What was corrected never was a fact, at no moment of the past.
    """
    found = list(events)
    last: dict[tuple[Any, str], Event] = {}
    for event in found:
        name = event.data.get("outage")
        if name is not None and event.kind in (OUTAGE, RESTORED, OUTAGE_VOID):
            key = (name, event.kind)
            if key not in last or last[key].id <= event.id:
                last[key] = event
    if not last:
        return found
    return [event for event in found if event.data.get("outage") is None or _is_valid(event, last)]


def _is_valid(event: Event, last: Mapping[tuple[Any, str], Event]) -> bool:
    """Whether a fact that names an outage is the last word about its begin or its end."""
    name = event.data["outage"]
    latest = last.get((name, event.kind))
    if latest is None:
        return True
    return (
        event.id == latest.id
        and event.kind != OUTAGE_VOID
        and (name, OUTAGE_VOID) not in last
        and not event.data.get("running")
    )


def _raised_first(events: list[Event], start: Instant) -> list[Event]:
    """``events`` in order, with the ticket raised at ``start`` if that is earlier."""
    for index, event in enumerate(events):
        if event.kind == RAISED:
            if start < event.moment:
                events[index] = replace(event, moment=start)
                events.sort(key=lambda fact: fact.order)
            break
    return events


def told(events: Iterable[Event]) -> Iterator[Step]:
    """The ticket's life as steps, from its raising on; ``events`` in order.

    The first RAISED counts. A phase set twice is one. What
    was said before the raising is no part of the ticket; a phase set before it takes effect with it; an
    outage may have begun, and even been over, before anybody told us.
    """
    phase = NEW
    raised = False
    for event in events:
        if event.kind == RAISED:
            if raised:
                continue
            raised = True
            yield Step(event, NEW, NEW)
            if phase != NEW:
                yield Step(Event(event.moment, PHASE, event.side, {"phase": phase}), NEW, phase)
        elif event.kind == PHASE:
            before, after = phase, event.data.get("phase") or phase
            phase = after
            if raised and before != after:
                yield Step(event, before, after)
        elif raised or event.kind in (OUTAGE, RESTORED):
            yield Step(event, phase, phase)


def pauses(events: Iterable[Event], until: Instant) -> dict[str, list[tuple[int, int | None]]]:
    """Pause reason → the stretches in which it held, disjoint, in order; None: still does (E-3.2).

    A reason holds because of the phase (PHASE_REASON) or because it was set (PAUSE … RESUME); either
    is enough. A pause without a reason is a "hold", a resume without one ends all that were set.
    """
    spans: dict[str, list[Span]] = {}
    since: dict[str, Instant] = {}
    phase, entered = NEW, ALWAYS
    for event in in_order(events, until):
        if event.kind == PHASE:
            after = event.data.get("phase") or phase
            if after != phase:
                if phase in PHASE_REASON:
                    spans.setdefault(PHASE_REASON[phase], []).append((entered, event.moment))
                phase, entered = after, event.moment
        elif event.kind == PAUSE:
            since.setdefault(event.data.get("reason") or PHASE_REASON[ON_HOLD], event.moment)
        elif event.kind == RESUME:
            reason = event.data.get("reason")
            for ending in [reason] if reason else list(since):
                if ending in since:
                    spans.setdefault(ending, []).append((since.pop(ending), event.moment))
    if phase in PHASE_REASON:
        spans.setdefault(PHASE_REASON[phase], []).append((entered, FOREVER))
    for reason, start in since.items():
        spans.setdefault(reason, []).append((start, FOREVER))
    merged = {reason: union(found) for reason, found in spans.items()}
    return {
        reason: [(start, None if stop == FOREVER else stop) for start, stop in found]
        for reason, found in merged.items()
        if found
    }


def turns(events: Iterable[Event], now: Instant) -> list[Turn]:
    """Whose turn it was from the raising until now, without holes (E-4)."""
    result: list[Turn] = []
    for step in told(in_order(events, now)):
        if step.kind not in (RAISED, PHASE, MERGED):
            continue
        side = NO_TURN if step.kind == MERGED else _TURN.get(step.after, PROVIDER_TURN)
        if result and result[-1].side == side:
            continue
        if result:
            last = result.pop()
            if last.start < step.moment:
                result.append(Turn(last.start, step.moment, last.side))
            if result and result[-1].side == side:
                result[-1] = Turn(result[-1].start, None, side)
                continue
        result.append(Turn(step.moment, None, side))
    return result


def concerns(event: Event, metric: str) -> bool:
    """Whether an exclusion, or its end, is about a metric (E-3.5)."""
    metrics = event.data.get("metrics")
    return (not metrics or metric in metrics) and metric not in (event.data.get("except") or ())


def excused(events: Iterable[Event]) -> frozenset[tuple[int, int, int]]:
    """The clocks whose breach is left out of achievement by agreement (E-3.8), as (target, grade, round).

    The last decision about a clock holds, also one made after the ticket was merged.
    """
    found: dict[tuple[int, int, int], bool] = {}
    for event in sorted(events, key=lambda fact: fact.order):
        if event.kind in (EXCUSED, UNEXCUSED):
            data = event.data
            found[(data.get("target", 0), data.get("grade", 0), data.get("round", 0))] = event.kind == EXCUSED
    return frozenset(key for key, holds in found.items() if holds)


class History:
    """A ticket's events up to ``now``, with what several clocks need of them kept at hand."""

    def __init__(self, events: Iterable[Event], now: Instant) -> None:
        self.now = now
        self._all = list(events)
        self.events: Sequence[Event] = in_order(self._all, now)
        last = self.events[-1] if self.events else None
        #: when the ticket was merged into another one, else None
        self.merged = last.moment if last and last.kind == MERGED else None
        self.is_raised = any(event.kind == RAISED for event in self.events)
        self.pauses = pauses(self.events, now)
        self.grades = self._grades()
        #: when it last took another ticket in, else None (E-3.7)
        self.absorbed = max((event.moment for event in self.events if event.kind == ABSORBED), default=None)
        #: the metrics that what it took in then had missed already
        self.absorbed_late: frozenset[str] = frozenset(
            metric for event in self._absorptions() for metric in event.data.get("late") or ()
        )
        self._held: dict[frozenset[str], list[Span]] = {}
        self._before: History | None = None

    def _absorptions(self) -> list[Event]:
        """The last absorption; several tickets taken in at the same moment are one."""
        return [event for event in self.events if event.kind == ABSORBED and event.moment == self.absorbed]

    @property
    def before(self) -> History:
        """The same ticket up to the same ``now``, as if it had not taken in what it took in last."""
        if self._before is None:
            last = self._absorptions()
            sources = {event.data.get("ticket") for event in last}
            own = [
                event
                for event in self._all
                if event not in last and (event.data.get("absorbed") is None or event.data["absorbed"] not in sources)
            ]
            self._before = History(own, self.now)
        return self._before

    def at(self, moment: Instant) -> History:
        """The same ticket as it was known at ``moment``."""
        return History(self._all, moment)

    @property
    def start(self) -> Instant | None:
        """When it was raised, or the first of those that it took in; None: it was not."""
        return next((event.moment for event in self.events if event.kind == RAISED), None)

    def _grades(self) -> list[Grade]:
        """Of several matches in one instant the last counts; the same version with the same agreed times again is no
        change."""
        changes: list[tuple[Instant, int | None, tuple[tuple[str, int], ...]]] = []
        for event in self.events:
            if event.kind != GRADED:
                continue
            if changes and changes[-1][0] == event.moment:
                changes.pop()
            version = event.data.get("version") or None
            agreed = tuple(sorted((event.data.get("agreed") or {}).items()))
            if not changes or changes[-1][1:] != (version, agreed):
                changes.append((event.moment, version, agreed))
        ends: list[Instant | None] = [moment for moment, _version, _agreed in changes[1:]]
        return [
            Grade(index, moment if index else ALWAYS, stop, version, agreed)
            for index, ((moment, version, agreed), stop) in enumerate(zip(changes, [*ends, None], strict=False))
        ]

    def held(self, reasons: frozenset[str], start: Instant, stop: Instant) -> list[Span]:
        """Where any of the reasons held within ``[start, stop]``, disjoint; open ones end at FOREVER.

        Several reasons at once are one pause (E-3.2). The spans are not clipped.
        """
        spans = self._held.get(reasons)
        if spans is None:
            spans = self._held[reasons] = union(
                (since, FOREVER if until is None else until)
                for reason in reasons
                for since, until in self.pauses.get(reason, ())
            )
        first = bisect_left(spans, (start, start))
        if first and spans[first - 1][1] > start:
            first -= 1
        return spans[first : bisect_left(spans, (stop, FOREVER + 1))]

    def reasons_at(self, reasons: frozenset[str], moment: Instant) -> tuple[str, ...]:
        """Which of the reasons hold at a moment, in the alphabet's order."""
        return tuple(
            reason
            for reason in sorted(reasons)
            if any(
                since <= moment and (until is None or moment < until) for since, until in self.pauses.get(reason, ())
            )
        )

    def exclusions(self, metric: str, source: str | None = None) -> list[Span]:
        """Where no SLA is given for a metric (E-3.5); open ones end at FOREVER.

        :param source: only what was excluded by this one; None: by any
        """
        spans: list[Span] = []
        since: dict[str, Instant] = {}
        for event in self.events:
            if event.kind not in (EXCLUDED, INCLUDED):
                continue
            by = event.data.get("source") or ""
            if source not in (None, by) or not concerns(event, metric):
                continue
            if event.kind == EXCLUDED:
                since.setdefault(by, event.moment)
            elif by in since:
                spans.append((since.pop(by), event.moment))
        spans += [(start, FOREVER) for start in since.values()]
        return union(spans)

    def agreements(self, metric: str) -> list[tuple[Instant, Instant | None]]:
        """(when it was agreed, the agreed date) for a metric, in order; None: taken back."""
        return [
            (event.moment, event.data.get("until"))
            for event in self.events
            if event.kind == AGREED and event.data.get("metric") == metric
        ]
