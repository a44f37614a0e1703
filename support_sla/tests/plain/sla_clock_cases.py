"""For the tests of the clock function: short ways to write events, a toy calendar, random tickets.

The toy calendar and the witness at its end share no code with what they judge: they look at every second.
"""

from dataclasses import dataclass
from datetime import date, datetime, timezone
from functools import cache

from hypothesis import strategies as st
from sla_calendar_cases import INVENTED, OFFICE, london, utc

from support_sla.tools import facts as f
from support_sla.tools.calendar import AROUND_THE_CLOCK, OpeningHours
from support_sla.tools.clock import evaluate
from support_sla.tools.metrics import METRICS

#: Monday 5 January 2026 is the Monday of the invented week (London, winter: UTC)
INVENTED_DESK = OpeningHours("Europe/London", INVENTED)
OFFICE_DESK = london(OFFICE)
HOUR = 3600
DESKS = {1: INVENTED_DESK, 2: OFFICE_DESK, None: AROUND_THE_CLOCK}
ALL_REASONS = frozenset({"customer", "third_party", "hold", "acceptance", "queue"})


def at(text: str) -> int:
    """``Mon 10:00`` of the invented week (5 January 2026), or a full UTC date and time."""
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    head, _, rest = text.partition(" ")
    if head.rstrip("+") not in names:
        return utc(text)
    weeks = head.count("+")
    return utc(f"2026-01-{5 + names.index(head.rstrip('+')) + 7 * weeks:02} {rest}")


def shown(moment) -> str:
    """The inverse of ``at``: ``Mon 10:00``, seconds only where there are any; "-" for None."""
    if moment is None:
        return "-"
    when = datetime.fromtimestamp(moment, timezone.utc)
    week = (when.date() - date(2026, 1, 5)).days // 7
    clock = when.strftime("%H:%M:%S").removesuffix(":00")
    return f"{when:%a}{'+' * week} {clock}" if 0 <= week < 3 else f"{when:%Y-%m-%d} {clock}"


def story(*lines) -> list[f.Event]:
    """Events from ``(when, kind, data…)``; ``phase:open`` is short for a phase."""
    result = []
    for number, (when, kind, *data) in enumerate(lines, 1):
        values = dict(data[0]) if data else {}
        if kind.startswith("phase:"):
            values["phase"] = kind.removeprefix("phase:")
            kind = f.PHASE
        moment = at(when) if isinstance(when, str) else when
        result.append(f.Event(moment, kind, values.pop("side", f.SYSTEM), values, number))
    return result


def graded(version, when):
    return (when, f.GRADED, {"version": version})


def hours_of(desks=DESKS):
    return lambda key: desks[key]


def clocks(events, targets, now, regrade=f.FROM_START, desks=DESKS):
    """The clocks of a ticket under one policy (1) with these targets, or under several {id: targets}."""
    if not isinstance(targets, dict):
        targets = {1: targets}
    versions = {key: f.PolicyVersion(key, tuple(of_version), regrade) for key, of_version in targets.items()}
    moment = at(now) if isinstance(now, str) else now
    return evaluate(events, versions, hours_of(desks), moment)


def one(*arguments, **options):
    """The only clock there is."""
    (clock,) = clocks(*arguments, **options)
    return clock


def target(duration, metric="resolution", calendar=1, pauses=("customer",), number=1, **options):
    if isinstance(duration, (int, float)):
        duration = f.Duration(int(duration * HOUR))
    return f.Target(number, metric, duration, calendar, frozenset(pauses), options)


def raised(when, *more):
    return story((when, f.RAISED), graded(1, when), *more)


def agreed(when, until, metric="resolution"):
    return (when, f.AGREED, {"metric": metric, "until": until and at(until), "who": "both"})


def excluded(when, *metrics):
    return (when, f.EXCLUDED, {"metrics": list(metrics), "reason": "advice"})


# --- a calendar of toy days ---------------------------------------------------------------------
@dataclass(frozen=True)
class ToyBudget:
    start: int
    seconds: int
    deadline: int
    hours: object


class Toy:
    """Days of ten seconds; on each the same seconds are open, except on the days that are shut.

    Looks at every second and remembers what it found (there are only two of them).
    """

    DAY = 10

    def __init__(self, seconds=(2, 3, 4, 6, 7), shut=(3,), end=600):
        self.seconds, self.shut, self.end = frozenset(seconds), frozenset(shut), end

    @cache  # noqa: B019
    def is_open(self, t):
        return t // self.DAY not in self.shut and t % self.DAY in self.seconds and t < self.end

    @cache  # noqa: B019
    def next_open(self, t):
        return next((u for u in range(t, self.end) if self.is_open(u)), None)

    @cache  # noqa: B019
    def add(self, t, seconds):
        step = 1 if seconds > 0 else -1
        while seconds:
            if not -self.end < t < self.end:
                return None
            seconds -= step * self.is_open(t if step > 0 else t - 1)
            t += step
        return t

    @cache  # noqa: B019
    def elapsed(self, a, b):
        return sum(map(self.is_open, range(a, b))) - sum(map(self.is_open, range(b, a)))

    @cache  # noqa: B019
    def open_spans(self, a, b):
        return [(t, t + 1) for t in range(a, b) if self.is_open(t)]

    @cache  # noqa: B019
    def gaps(self, a, b):
        return [f.Segment(t, t + 1, f.SHUT, "night") for t in range(a, b) if not self.is_open(t)]

    @cache  # noqa: B019
    def budget(self, t, duration):
        start = self.next_open(t)
        if start is None:
            return None
        if duration.unit == f.SECONDS:
            deadline = self.add(start, duration.amount)
        else:
            open_days = [
                day
                for day in range(start // self.DAY, self.end // self.DAY)
                if any(self.is_open(u) for u in range(day * self.DAY, (day + 1) * self.DAY))
            ]
            if duration.unit == f.WORKING_DAYS:
                deadline = open_days[duration.amount] * self.DAY + start % self.DAY
            else:
                day = open_days[duration.amount - 1]
                deadline = max(u for u in range(day * self.DAY, (day + 1) * self.DAY) if self.is_open(u)) + 1
        return None if deadline is None else ToyBudget(start, self.elapsed(start, deadline), deadline, self)


TOY = Toy()
ALWAYS_TOY = Toy(range(10), ())
TOY_DESKS = {1: TOY, None: ALWAYS_TOY}
LAST = 110  # the toy tickets' last second


# --- random tickets on the toy calendar -----------------------------------------------------------
moments = st.integers(0, LAST - 10)
_reasons = st.sampled_from(["queue", "hold"])


def _event(kind, **data):
    return st.tuples(moments, st.just(kind), st.fixed_dictionaries(data))


something = st.one_of(
    _event(f.PHASE, phase=st.sampled_from(f.PHASES)),
    _event(f.PHASE, phase=st.sampled_from([f.OPEN, f.WAITING_CUSTOMER, f.RESOLVED])),
    _event(f.PAUSE, reason=_reasons),
    _event(f.RESUME, reason=_reasons),
    _event(f.MESSAGE_IN),
    _event(f.MESSAGE_OUT),
    _event(f.MESSAGE_AUTO, acknowledgement=st.booleans()),
    _event(f.NOTE),
    _event(f.WORKAROUND),
    _event(f.WORKAROUND_FAILED),
    _event(f.OUTAGE),
    _event(f.RESTORED),
    _event(f.ACCEPTED),
)
decisions = st.one_of(
    _event(f.GRADED, version=st.sampled_from([1, 2, 3, None])),
    _event(f.EXCLUDED, metrics=st.sampled_from([[], ["resolution"]])),
    _event(
        f.EXCLUDED,
        metrics=st.just([]),
        source=st.just("outside"),
        **{"except": st.sampled_from([[], ["resolution"]])},
    ),
    _event(f.INCLUDED, source=st.sampled_from(["", "outside"])),
    st.tuples(
        moments,
        st.just(f.AGREED),
        st.fixed_dictionaries(
            {
                "metric": st.sampled_from(["resolution", "status_update"]),
                "until": st.one_of(st.none(), st.integers(0, LAST)),
            }
        ),
    ),
)


@st.composite
def tickets(draw, more=decisions, merged=True):
    """The events of a ticket raised at 0…5 under policy 1; ids in order of time, as if lived through."""
    lines = [(draw(st.integers(0, 5)), f.RAISED, {})]
    lines.append((lines[0][0], f.GRADED, {"version": 1}))
    lines += draw(st.lists(something, max_size=10))
    lines += draw(st.lists(more, max_size=4))
    if merged and draw(st.integers(0, 7)) == 0:
        lines.append((draw(moments), f.MERGED, {}))
    raised = lines[0][0]
    later = ((max(when, raised), kind, data) for when, kind, data in lines[1:])
    lines = [lines[0], *sorted(later, key=lambda line: line[0])]
    return [f.Event(when, kind, f.SYSTEM, data, number) for number, (when, kind, data) in enumerate(lines)]


durations = st.one_of(
    st.integers(0, 14).map(f.Duration),
    st.integers(1, 3).map(lambda n: f.Duration(n, f.WORKING_DAYS)),
    st.integers(1, 3).map(lambda n: f.Duration(n, f.WORKING_DAY_END)),
    st.integers(1, 3).map(lambda n: f.Duration(n, f.WORKING_DAYS)),
)
METRIC_CODES = sorted(METRICS)


@st.composite
def policies(draw, metrics=METRIC_CODES, by_agreement=True):
    """Three policy versions, each with some targets."""
    result = {}
    for version in (1, 2, 3):
        targets = [
            f.Target(
                10 * version + number,
                metric,
                draw(st.one_of(st.none(), durations) if by_agreement else durations),
                draw(st.sampled_from([1, 1, None])),
                draw(st.frozensets(st.sampled_from(sorted(ALL_REASONS)))),
                {"notes_count": True} if draw(st.booleans()) else {},
            )
            for number, metric in enumerate(draw(st.lists(st.sampled_from(metrics), min_size=1, max_size=3)))
        ]
        result[version] = f.PolicyVersion(version, targets, draw(st.sampled_from([f.FROM_START, f.FROM_CHANGE])))
    return result


# --- a witness who looks every second -------------------------------------------------------------
@dataclass
class Moment:
    """How a ticket stands at one instant."""

    phase: str = f.NEW
    set_reasons: frozenset = frozenset()
    version: int | None = None
    grade: int = -1
    excluded_by: frozenset[str] = frozenset()
    merged: bool = False

    @property
    def excluded(self):
        return bool(self.excluded_by)

    def reasons(self):
        by_phase = {f.PHASE_REASON[self.phase]} if self.phase in f.PHASE_REASON else set()
        return self.set_reasons | by_phase


def film(events, metric, last):
    """The ticket at every instant from 0 to ``last``, by doing what each event says."""
    result = []
    state = Moment()
    queue = sorted(events, key=lambda event: event.order)
    for t in range(last + 1):
        state = Moment(**vars(state))
        version = state.version
        while queue and queue[0].moment == t and not state.merged:
            event = queue.pop(0)
            if event.kind == f.PHASE:
                state.phase = event.data["phase"]
            elif event.kind == f.PAUSE:
                state.set_reasons |= {event.data["reason"]}
            elif event.kind == f.RESUME:
                state.set_reasons -= {event.data["reason"]}
            elif event.kind == f.GRADED:
                version = event.data["version"]
            elif event.kind == f.EXCLUDED and (
                (not event.data["metrics"] or metric in event.data["metrics"])
                and metric not in event.data.get("except", ())
            ):
                state.excluded_by |= {event.data.get("source", "")}
            elif event.kind == f.INCLUDED:
                state.excluded_by -= {event.data.get("source", "")}
            elif event.kind == f.MERGED:
                state.merged = True
        if version != state.version or (state.grade < 0 and version is not None):
            state.version, state.grade = version, state.grade + 1
        result.append(state)
    return result


@dataclass
class Verdict:
    state: str
    stopped: int | None
    ending: str
    counted: int
    cycle: int
    due: int | None
    breached: int | None
    paused: bool
    excluded: bool


def _rounds_seen(frames, raised, now):
    """After each second: how and when the resolution ended ("" and None while open), how often it reopened."""
    ending, since, cycle, result = "", None, 0, []
    for t in range(now + 1):
        phase = frames[t].phase
        if t >= raised and phase not in f.ENDED:
            cycle += bool(ending)
            ending, since = "", None
        elif t >= raised and not ending:
            ending, since = (f.CANCELLED_END if phase == f.CANCELLED else f.MET_END), t
        elif t >= raised and ending == f.CANCELLED_END and phase != f.CANCELLED:
            cycle += 1
            ending, since = f.MET_END, t
        result.append((ending, since, cycle))
    return result


def _end_seen(frames, status, change, now):
    """How and when the clock ended, which lived until a change of policy if there was one; "" and None: it lives."""
    merged = next((t for t in range(now + 1) if frames[t].merged), None)
    if change is None:
        ending, stop, _cycle = status[now]
        return (f.MERGED_END, merged) if stop is None and merged is not None else (ending, stop)
    for t in (change - 1, change):
        ending, stop, _cycle = status[t]
        if ending:
            return ending, stop
    return f.SUPERSEDED_END, change


def witness(events, version, target, grade, now, desks=None):
    """The resolution clock of one grade, by looking at every second; None: there is none.

    For tickets in which no two phases are set within one second.
    """
    hours = (desks or TOY_DESKS)[target.calendar]
    frames = film(events, target.metric, LAST)
    raised = min(event.moment for event in events if event.kind == f.RAISED)
    in_force = [t for t in range(now + 1) if frames[t].grade == grade]
    first = in_force[0] if grade else 0
    change = None if in_force[-1] == now else in_force[-1] + 1
    if change is not None and change <= raised:
        return None
    status = _rounds_seen(frames, raised, now)
    ending, stop = _end_seen(frames, status, change, now)
    start = max(raised, first) if version.regrade == f.FROM_CHANGE else raised
    if stop is not None and ((grade and stop <= first) or (stop <= start and ending != f.MET_END)):
        return None
    limit = now if stop is None else stop
    promise = hours.budget(start, target.duration)
    # a promise in days may end at an opening, although its time was used up at the closing before
    late = target.duration.unit != f.SECONDS and not hours.is_open(promise.deadline - 1)

    def held(t):
        if t > limit or (t == limit and stop is not None):
            return False  # nothing is known of the future, and nothing matters after the end
        return bool(frames[t].reasons() & target.pauses) or bool(status[t][0])

    def answerable(t):
        return first <= t and not frames[t].excluded and not status[t][0]

    counted = total = 0
    due = breached = None
    paused = stop is None and held(now)
    for t in range(start, LAST + 450):
        used_up = t >= promise.start and not held(t) and counted == promise.seconds
        if due is None and used_up and (not late or hours.is_open(t)):
            due = t
        lives = t < limit or (stop is None and t == now)
        if due is not None and breached is None and lives and limit > due and answerable(t):
            breached = t
        if t == limit:
            total = counted
        if not (t >= limit and paused):
            counted += hours.is_open(t) and not held(t)
    if stop is None:
        state = f.PAUSED if paused else f.RUNNING
    else:
        state = f.DONE if ending == f.MET_END else f.STOPPED
    cycle = status[limit - 1 if ending == f.SUPERSEDED_END else limit][2]
    return Verdict(state, stop, ending, total, cycle, due, breached, paused, frames[limit].excluded)
