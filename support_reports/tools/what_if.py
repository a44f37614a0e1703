"""What if the rules had been others (R-10): rewritten facts for the engine's clock function, and what comes of them.

Nothing here decides when a promise is due: that is the engine's own function alone. Here its *input* is changed, a
copy of a ticket's facts that name other policy versions, and its *answers* are laid beside each other. All instants
are whole seconds since 1970 UTC.

Decisions where the spec is silent:

* Levels and versions are exchanged first, in the order of the changes; then promises are changed, in that order too.
  So a ticket whose level was exchanged takes the changes made for its new level.
* What a change touches is the difference between two replays, one under the rules as they were and one under the
  changed ones. Where what is stored differs from the first of them (a breach that is kept for good, hours that were
  corrected afterwards), and the change makes no difference, what is stored counts before and after. So unchanged
  rules flip nothing.
* An agreement that a delay does not count (E-3.8) was made about a promise, whatever its length: it goes on to count.
* A promise is the same one before and after if it is the same round of the same metric.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import Field, dataclass, replace
from itertools import zip_longest
from typing import Any, ClassVar, Final, Generic, Protocol, TypeVar

Instant = int

# --- what may be changed --------------------------------------------------------------------------
#: the promise takes another length
LENGTH: Final = "length"
#: it is counted in other hours
HOURS: Final = "hours"
#: the tickets of one level had another
LEVEL: Final = "level"
#: tickets go by another version of a policy
VERSION: Final = "version"
#: a reason stops the promise, or does not any more
PAUSE: Final = "pause"
NO_PAUSE: Final = "no_pause"
#: nothing of the kind is promised
DROP: Final = "drop"

_GRADED: Final = "graded"
_PRIORITY: Final = "priority"

# --- what a promise comes to: the words of ``support.clock.outcome`` --------------------------------
KEPT: Final = "kept"
LATE: Final = "late"
EXCUSED: Final = "late_excused"
OPEN: Final = "open"
#: in place of all that is outside of achievement
NOTHING: Final = "none"
_TELLING: Final = frozenset({KEPT, LATE, EXCUSED, OPEN})


class Event(Protocol):
    """A fact as the engine has it (``facts.Event``)."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def moment(self) -> Instant: ...
    @property
    def kind(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def order(self) -> tuple[Instant, int, int]: ...


class Target(Protocol):
    """A promise as the engine has it (``facts.Target``)."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def metric(self) -> str: ...
    @property
    def pauses(self) -> frozenset[str]: ...


class Version(Protocol):
    """A policy version as the engine has it (``facts.PolicyVersion``)."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def targets(self) -> Sequence[Any]: ...


class Clock(Protocol):
    """A clock as the engine gives it (``facts.Clock``)."""

    @property
    def target(self) -> int: ...
    @property
    def metric(self) -> str: ...
    @property
    def grade(self) -> int: ...
    @property
    def round(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def ending(self) -> str: ...
    @property
    def deadline(self) -> Instant | None: ...
    @property
    def stopped(self) -> Instant | None: ...
    @property
    def breached(self) -> Instant | None: ...


E = TypeVar("E", bound=Event)
T = TypeVar("T", bound=Target)
V = TypeVar("V", bound=Version)


@dataclass(frozen=True, slots=True)
class Change:
    """One changed rule. ``metric`` empty and ``level`` None: all of them.

    ``to`` is the level of LEVEL or the version of VERSION; ``versions`` those that it takes the place of; ``duration``
    the engine's own (LENGTH); ``calendar`` and ``zone`` as in the engine's targets (HOURS); ``reason`` the code of a
    pause reason.
    """

    kind: str
    metric: str = ""
    level: int | None = None
    to: int | None = None
    versions: frozenset[int] = frozenset()
    duration: Any = None
    calendar: int | None = None
    zone: str = ""
    reason: str = ""

    def concerns(self, target: Target, level: int | None) -> bool:
        """Whether it changes a promise that was made at a level."""
        return (not self.metric or self.metric == target.metric) and (self.level is None or self.level == level)

    def applied(self, target: T) -> T | None:
        """The promise as changed; None: it is not made."""
        match self.kind:
            case "length":
                return replace(target, duration=self.duration, contract=False)
            case "hours":
                return replace(target, calendar=self.calendar, zone=self.zone)
            case "pause":
                return replace(target, pauses=target.pauses | {self.reason})
            case "no_pause":
                return replace(target, pauses=target.pauses - {self.reason})
            case "drop":
                return None
        return target


#: level, the moment of the match, the version that was matched → version and agreed times that the level would have had
Match = Callable[[int, Instant, int], tuple[int | None, Mapping[str, int]]]


class Rules(Generic[V]):
    """The changed rules of one run, with the policy versions that they come to.

    :param compiled: a policy version by its id, as the engine takes it
    """

    def __init__(self, changes: Iterable[Change], compiled: Callable[[int], V]) -> None:
        self.changes = tuple(changes)
        self.compiled = compiled
        self._ids: dict[tuple[int, tuple[int, ...]], int] = {}
        self._changed: dict[int, V] = {}

    def rewrite(self, events: Sequence[E], level: int | None, match: Match) -> list[E]:
        """The facts of one ticket as they would have been; the same list of facts where nothing changes.

        :param level: the ticket's level before the first change of it
        """
        levels = _levels(events, level)
        graded_at = {event.moment for event in events if event.kind == _GRADED}
        result: list[E] = []
        last: E | None = None
        for event in sorted(events, key=lambda fact: fact.order):
            if event.kind == _GRADED:
                last = event
                event = self._regraded(event, _at(levels, event.moment), match)
            result.append(event)
            if event.kind == _PRIORITY and last is not None and event.moment not in graded_at:
                # the policy did not change with the level, but a changed rule may be for one of the levels only
                match_again = replace(last, moment=event.moment, id=getattr(event, "id", 0))
                result.append(self._regraded(match_again, _at(levels, event.moment), match))
        return result

    def touches(self, events: Sequence[E], rewritten: Sequence[E]) -> bool:
        """Whether a rewriting gives a ticket other rules at any time."""
        before = {event.data.get("version") for event in events if event.kind == _GRADED}
        after = [event for event in rewritten if event.kind == _GRADED]
        if any(event.data.get("version") not in before for event in after):
            return True
        old = [_terms(event) for event in sorted(events, key=lambda fact: fact.order) if event.kind == _GRADED]
        return _runs(old) != _runs([_terms(event) for event in after])

    def _regraded(self, event: E, level: int | None, match: Match) -> E:
        version = event.data.get("version") or None
        if version is None:
            return event  # nothing was promised, for whatever reason: no level would have changed that
        data = dict(event.data)
        for change in self.changes:
            if change.kind == LEVEL and change.level == level and change.to is not None:
                level = change.to
                version, agreed = match(level, event.moment, version)
                data.pop("agreed", None)
                if agreed:
                    data["agreed"] = dict(agreed)
            elif change.kind == VERSION and version in change.versions:
                version = change.to
            if version is None:
                break
        data["version"] = None if version is None else self._version(version, level)
        return event if data == dict(event.data) else replace(event, data=data)

    def _version(self, version: int, level: int | None) -> int:
        """The id of a version with the changes that hold at a level: its own when there are none."""
        applied = tuple(
            number
            for number, change in enumerate(self.changes)
            if change.kind not in (LEVEL, VERSION)
            and any(change.concerns(target, level) for target in self.compiled(version).targets)
        )
        if not applied:
            return version
        key = (version, applied)
        if key not in self._ids:
            made = -1 - len(self._ids)
            self._ids[key] = made
            targets: list[Any] = []
            for target in self.compiled(version).targets:
                changed: Any = target
                for number in applied:
                    change = self.changes[number]
                    if changed is not None and change.concerns(changed, level):
                        changed = change.applied(changed)
                if changed is not None:
                    targets.append(changed)
            self._changed[made] = replace(self.compiled(version), id=made, targets=tuple(targets))
        return self._ids[key]

    def get(self, version: int) -> V:
        """A version that rewritten facts name."""
        return self._changed[version] if version < 0 else self.compiled(version)

    def origin(self, version: int | None) -> int | None:
        """The stored version that a version which rewritten facts name was made of."""
        if version is None or version >= 0:
            return version
        return next(key[0] for key, made in self._ids.items() if made == version)


def first_level(events: Iterable[Event], now: int | None) -> int | None:
    """The level of a ticket before any change of it; ``now``: the one that it has."""
    for event in sorted(events, key=lambda fact: fact.order):
        if event.kind == _PRIORITY:
            return event.data.get("from") or None
    return now


def _levels(events: Iterable[Event], first: int | None) -> list[tuple[Instant | None, int | None]]:
    result: list[tuple[Instant | None, int | None]] = [(None, first)]
    for event in sorted(events, key=lambda fact: fact.order):
        if event.kind == _PRIORITY:
            result.append((event.moment, event.data.get("to") or None))
    return result


def _at(levels: Sequence[tuple[Instant | None, int | None]], moment: Instant) -> int | None:
    return next(level for since, level in reversed(levels) if since is None or since <= moment)


def _terms(event: Event) -> tuple[Any, Any]:
    return event.data.get("version") or None, sorted((event.data.get("agreed") or {}).items())


def _runs(terms: Sequence[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return [term for number, term in enumerate(terms) if not number or terms[number - 1] != term]


# --- what comes of it -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Verdict:
    """What one clock comes to. ``judged``: when it was settled; ``due``: the deadline it was judged by, if any."""

    target: int
    metric: str
    grade: int
    round: int
    outcome: str
    judged: Instant | None = None
    due: Instant | None = None

    @property
    def key(self) -> tuple[int, int, int]:
        return (self.target, self.grade, self.round)


def outcome_of(clock: Clock, excused: bool, merged: bool, missed_before: bool) -> str:
    """What a clock comes to in the figures: ``support.clock.outcome``, which PostgreSQL generates, in Python."""
    if merged or clock.ending == "merged":
        return "merged"
    if missed_before and (clock.breached is not None or clock.state == "done"):
        return "missed_before"
    if clock.breached is not None:
        return EXCUSED if excused else LATE
    if clock.state in ("running", "paused"):
        return OPEN
    if clock.state == "cancelled":
        return "superseded" if clock.ending == "superseded" else "cancelled"
    return "unpromised" if clock.deadline is None else KEPT


def verdicts(
    clocks: Iterable[Clock], excused: frozenset[tuple[str, int]] | frozenset[tuple[int, int, int]], merged: bool
) -> list[Verdict]:
    """What the clocks of one ticket come to.

    :param excused: the promises whose delay does not count: keys of clocks, or metric and round
    :param merged: the ticket was merged into another one
    """
    known = list(clocks)
    missed: dict[tuple[str, int], int] = {}
    for clock in known:
        if clock.breached is not None:
            name = (clock.metric, clock.round)
            missed[name] = min(clock.grade, missed.get(name, clock.grade))
    result = []
    for clock in known:
        name = (clock.metric, clock.round)
        before = missed.get(name, clock.grade) < clock.grade
        excuse = name in excused or (clock.target, clock.grade, clock.round) in excused
        result.append(
            Verdict(
                clock.target,
                clock.metric,
                clock.grade,
                clock.round,
                outcome_of(clock, excuse, merged, before),
                clock.stopped if clock.breached is None else clock.breached,
                clock.breached if clock.deadline is None else clock.deadline,
            )
        )
    return result


@dataclass(frozen=True, slots=True)
class Pair:
    """One promise before and after; None: it does not count there. ``differs``: what is stored is not what the rules
    as they were give today."""

    before: Verdict | None
    after: Verdict | None
    differs: bool = False

    @property
    def metric(self) -> str:
        verdict = self.before or self.after
        assert verdict is not None
        return verdict.metric

    @property
    def round(self) -> int:
        verdict = self.before or self.after
        assert verdict is not None
        return verdict.round

    @property
    def outcomes(self) -> tuple[str, str]:
        return _outcome(self.before), _outcome(self.after)

    @property
    def judged(self) -> Instant | None:
        """When it was judged, for its period: as it was; what was not judged before, as it would have been."""
        if self.before is not None:
            return self.before.judged
        return self.after.judged if self.after is not None else None


def _outcome(verdict: Verdict | None) -> str:
    return NOTHING if verdict is None else verdict.outcome


def compare(
    stored: Iterable[Verdict], replayed: Iterable[Verdict], changed: Iterable[Verdict], now: Instant
) -> list[Pair]:
    """The promises of one ticket under the rules as they were and under the changed ones.

    :param stored: as they stand in the figures
    :param replayed: as the rules as they were give them at ``now``
    :param changed: as the changed rules give them at ``now``
    """
    kept = {verdict.key: verdict for verdict in stored}
    told: dict[tuple[str, int], tuple[list[Verdict], list[Verdict]]] = {}
    for place, found in ((0, replayed), (1, changed)):
        for verdict in sorted(found, key=lambda given: given.grade):
            if verdict.outcome in _TELLING:
                told.setdefault((verdict.metric, verdict.round), ([], []))[place].append(verdict)
    result = []
    seen = set()
    for old, new in told.values():
        for replay, change in zip_longest(old, new):
            was = None
            if replay is not None:
                was = kept.get(replay.key)
                seen.add(replay.key)
            result += _paired(was, replay, change, now)
    for key, verdict in kept.items():
        if key not in seen and verdict.outcome in _TELLING:
            # the facts give nothing of the kind any more, and no rule takes back what stands in the figures
            result.append(Pair(verdict, verdict, True))
    return result


def _telling(verdict: Verdict | None) -> Verdict | None:
    return verdict if verdict is not None and verdict.outcome in _TELLING else None


def _paired(was: Verdict | None, replay: Verdict | None, change: Verdict | None, now: Instant) -> list[Pair]:
    was = _telling(was)
    if was is not None and replay is not None:
        settled_since = was.judged is not None and was.judged > now
        not_yet_swept = was.outcome == OPEN and replay.outcome in (LATE, EXCUSED)
        if settled_since or not_yet_swept:
            was = replay
    differs = _outcome(was) != _outcome(replay)
    after = was if differs and _outcome(replay) == _outcome(change) else change
    return [Pair(was, after, differs)] if was is not None or after is not None else []


def percent(kept: int, late: int) -> float | None:
    """Achievement, 0 to 100, not rounded; None when nothing counts."""
    return 100 * kept / (kept + late) if kept + late else None
