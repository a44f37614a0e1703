"""What will be late if nothing changes (R-7): open work laid on people's working hours.

Everybody works his own tickets one after the other, the earliest deadline first, each for as long as such a ticket
usually takes him, and only in his working hours. A ticket that is finished (or, where only a reaction is promised,
begun) after its deadline is forecast late. Work of nobody is never done: its worker has no hours at all.

Instants are whole seconds since 1970-01-01T00:00:00 UTC, lengths are whole seconds. Nothing here knows Odoo.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Final

Instant = int
Seconds = int
#: half-open; the spans of a worker are sorted, disjoint, and none is empty
Span = tuple[Instant, Instant]

#: the worker of what nobody has taken
NOBODY: Final = 0
#: so many tickets of a worker, the first in line, are looked at for moves
LOOK: Final = 200


@dataclass(frozen=True, slots=True)
class Task:
    """An open ticket that somebody has to work on now.

    ``due``: its deadline, None when nothing is promised. ``at_start``: it is kept by beginning in time.
    ``judged``: False when no forecast is to be made, because it is late already or due too far ahead; it takes its
    time all the same.
    """

    id: int
    queue: int
    group: int
    due: Instant | None = None
    at_start: bool = False
    judged: bool = True

    @property
    def order(self) -> tuple[bool, Instant, int]:
        """Earliest deadline first, without a deadline last; of equals the older ticket."""
        return (self.due is None, self.due or 0, self.id)


#: How long a worker needs for a ticket: at least a second.
Need = Callable[[int, Task], Seconds]


@dataclass(frozen=True, slots=True)
class Outlook:
    """When a worker comes to a ticket. ``ahead``: work of the ``before`` tickets that come first.

    ``begins`` and ``ends`` are None when that is beyond the hours that are known.
    """

    task: Task
    before: int
    ahead: Seconds
    need: Seconds
    begins: Instant | None
    ends: Instant | None
    late: bool


@dataclass(frozen=True, slots=True)
class Move:
    """Give a ticket to another worker of its queue. ``rescued``: how many fewer are late then."""

    task: Task
    source: int
    target: int
    rescued: int


class Hours:
    """A worker's hours from now on, to be filled with work: between instants and working seconds from now."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self._starts: list[Instant] = []
        self._stops: list[Instant] = []
        self._before: list[Seconds] = []
        self._after: list[Seconds] = []
        self.total: Seconds = 0
        for start, stop in spans:
            self._starts.append(start)
            self._stops.append(stop)
            self._before.append(self.total)
            self.total += stop - start
            self._after.append(self.total)

    def begin(self, done: Seconds) -> Instant | None:
        """When whoever has worked ``done`` seconds begins on the next thing; None: not within these hours."""
        index = bisect_right(self._after, done)
        return self._starts[index] + done - self._before[index] if index < len(self._starts) else None

    def end(self, done: Seconds) -> Instant | None:
        """When ``done`` (positive) seconds are worked; what is done at closing time is done then."""
        index = bisect_left(self._after, done)
        return self._starts[index] + done - self._before[index] if index < len(self._starts) else None

    def until(self, t: Instant) -> Seconds:
        """Working seconds up to ``t``."""
        index = bisect_right(self._starts, t) - 1
        return 0 if index < 0 else self._before[index] + min(t, self._stops[index]) - self._starts[index]

    def is_open(self, t: Instant) -> bool:
        index = bisect_right(self._starts, t) - 1
        return index >= 0 and t < self._stops[index]

    def limit(self, task: Task) -> Seconds | None:
        """How much may be worked before a task is begun (or finished) and yet be in time; None: any amount."""
        if task.due is None or not task.judged:
            return None
        reached = self.until(task.due)
        # to begin at its last moment one has to be at work then
        return reached - 1 if task.at_start and not self.is_open(task.due) else reached


@dataclass(frozen=True, slots=True)
class _Slot:
    """A task in somebody's line: the work that it takes, and how much may be done before it is late."""

    task: Task
    need: Seconds
    limit: Seconds | None

    def get_slack(self, ahead: Seconds) -> Seconds | None:
        """How much more than ``ahead`` may be worked before it and leave it in time; negative: it is late already."""
        return None if self.limit is None else self.limit - ahead - (0 if self.task.at_start else self.need)

    def is_late(self, ahead: Seconds) -> bool:
        slack = self.get_slack(ahead)
        return slack is not None and slack < 0


class _Line:
    """The tasks of one worker in the order in which they are done."""

    def __init__(self, worker: int, hours: Hours, tasks: Iterable[Task], need: Need) -> None:
        self.worker = worker
        self.hours = hours
        self._need = need
        self.slots: list[_Slot] = []
        self._set_slots([self._make_slot(task) for task in tasks])

    def _make_slot(self, task: Task) -> _Slot:
        return _Slot(task, max(self._need(self.worker, task), 1), self.hours.limit(task))

    def _set_slots(self, slots: list[_Slot]) -> None:
        self.slots = sorted(slots, key=lambda slot: slot.task.order)
        self._orders = [slot.task.order for slot in self.slots]
        #: work before each slot, and all of it
        self.ahead: list[Seconds] = [0]
        for slot in self.slots:
            self.ahead.append(self.ahead[-1] + slot.need)
        # how much may come in before a place without making late what is in time from there on; None: any amount
        self._slack: list[Seconds | None] = [None]
        for slot, ahead in zip(reversed(self.slots), reversed(self.ahead[:-1]), strict=True):
            least = self._slack[-1]
            slack = slot.get_slack(ahead)
            if slack is not None and slack >= 0:
                least = slack if least is None else min(slack, least)
            self._slack.append(least)
        self._slack.reverse()

    @property
    def load(self) -> Seconds:
        return self.ahead[-1]

    def count_late(self) -> int:
        return sum(slot.is_late(ahead) for slot, ahead in zip(self.slots, self.ahead, strict=False))

    def count_rescued(self, index: int) -> int:
        """How many fewer are late when the slot at ``index`` is taken out; it cannot make anything later."""
        need = self.slots[index].need
        rescued = int(self.slots[index].is_late(self.ahead[index]))
        for slot, ahead in zip(self.slots[index + 1 :], self.ahead[index + 1 :], strict=False):
            slack = slot.get_slack(ahead)
            rescued += slack is not None and -need <= slack < 0
        return rescued

    def has_room(self, task: Task) -> bool:
        """Whether a task would be in time here, and nothing become late through it that is not."""
        new = self._make_slot(task)
        place = bisect_left(self._orders, task.order)
        slack = self._slack[place]
        return not new.is_late(self.ahead[place]) and (slack is None or new.need <= slack)

    def put(self, task: Task) -> None:
        self._set_slots([*self.slots, self._make_slot(task)])

    def take(self, task: Task) -> None:
        self._set_slots([slot for slot in self.slots if slot.task.id != task.id])


def lay(worker: int, hours: Hours, tasks: Iterable[Task], need: Need) -> list[Outlook]:
    """When ``worker`` comes to each of his tasks, in the order in which he does them."""
    line = _Line(worker, hours, tasks, need)
    return [
        Outlook(
            slot.task, before, ahead, slot.need, hours.begin(ahead), hours.end(ahead + slot.need), slot.is_late(ahead)
        )
        for before, (slot, ahead) in enumerate(zip(line.slots, line.ahead, strict=False))
    ]


def suggest(
    work: Mapping[int, Sequence[Task]],
    hours: Mapping[int, Hours],
    members: Mapping[int, Iterable[int]],
    need: Need,
    most: int = 50,
) -> list[Move]:
    """Moves after which fewer tickets are late; none of them makes any other ticket late.

    One move after the other, always the one that saves most, to whoever has room: somebody who is given other work of
    the same worker already, so that few people are disturbed, else who has least to do. An end comes when no single
    move helps any more.

    :param work: the tasks by worker, those of :data:`NOBODY` too
    :param members: the workers of each queue
    :param most: at most so many moves
    """
    desk = _Desk(work, hours, members, need)
    moves: list[Move] = []
    while len(moves) < most:
        move = desk.choose()
        if move is None:
            break
        desk.carry_out(move)
        moves.append(move)
    return moves


class _Desk:
    """Everybody's line, and what has been moved."""

    def __init__(
        self,
        work: Mapping[int, Sequence[Task]],
        hours: Mapping[int, Hours],
        members: Mapping[int, Iterable[int]],
        need: Need,
    ) -> None:
        self._helpers = {queue: sorted({*workers} - {NOBODY}) for queue, workers in members.items()}
        workers = {*work}.union(*self._helpers.values())
        self._lines = {
            worker: _Line(worker, hours.get(worker, Hours()), work.get(worker, ()), need) for worker in sorted(workers)
        }
        # what taking a task out of its line saves; a line is looked at again only after it has changed
        self._savings = {worker: _list_savings(line) for worker, line in self._lines.items()}
        self._moved: set[int] = set()
        self._pairs: set[tuple[int, int]] = set()
        # when room was last made in a line, and when none was found for a task: only what is newer is tried again
        self._step = 0
        self._freed: dict[int, int] = {}
        self._refused: dict[int, int] = {}

    def choose(self) -> Move | None:
        savings = sorted(
            (saving for found in self._savings.values() for saving in found),
            key=lambda saving: (-saving[0], saving[1].order),
        )
        for rescued, task, source in savings:
            if task.id in self._moved:
                continue
            target = self._find_room(task, source)
            if target is not None:
                return Move(task, source, target, rescued)
            self._refused[task.id] = self._step
        return None

    def _find_room(self, task: Task, source: int) -> int | None:
        refused = self._refused.get(task.id, -1)
        room = [
            worker
            for worker in self._helpers.get(task.queue, ())
            if worker != source and self._freed.get(worker, 0) > refused and self._lines[worker].has_room(task)
        ]
        return min(
            room,
            key=lambda worker: ((source, worker) not in self._pairs, self._lines[worker].load, worker),
            default=None,
        )

    def carry_out(self, move: Move) -> None:
        self._step += 1
        self._moved.add(move.task.id)
        self._pairs.add((move.source, move.target))
        self._freed[move.source] = self._step
        self._lines[move.source].take(move.task)
        self._lines[move.target].put(move.task)
        for worker in (move.source, move.target):
            self._savings[worker] = _list_savings(self._lines[worker])


def _list_savings(line: _Line) -> list[tuple[int, Task, int]]:
    if not line.count_late():
        return []
    if not line.hours.total:
        # nothing is ever done here, so nothing stands in the way of anything else
        return [(1, slot.task, line.worker) for slot in line.slots if slot.is_late(0)]
    found = [(line.count_rescued(index), slot.task, line.worker) for index, slot in enumerate(line.slots[:LOOK])]
    return [saving for saving in found if saving[0]]


# --- usual pace ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finished:
    """A promise that was brought to its end. ``counted``: its time without pauses, an upper bound of the work."""

    worker: int
    queue: int
    group: int
    start: Instant
    stop: Instant
    counted: Seconds


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a ticket takes, and where that is known from: "own", "queue" or "default"."""

    seconds: Seconds
    source: str


class Paces:
    """How long tickets usually take each worker, from what was finished.

    Nobody writes down when he works on what. But who does one ticket after the other has begun the next one when
    he had finished the last one, or when it came in, whichever was later: from then to its end he worked on it,
    in his hours and not while it was paused. The usual pace is the median of that. What was closed along with
    another one at the same moment says nothing.
    """

    def __init__(
        self,
        finished: Iterable[Finished],
        elapsed: Callable[[Finished, Instant, Instant], Seconds],
        least: int = 3,
    ) -> None:
        """:param elapsed: the working seconds, between two instants, of whoever finished something
        :param least: how many of a kind have to be finished before they tell anything
        """
        samples: dict[tuple[str, int, int], list[Seconds]] = defaultdict(list)
        last: dict[int, Instant] = {}
        for item in sorted(finished, key=lambda item: (item.worker, item.stop, item.start)):
            begun = max(item.start, last.get(item.worker, item.start))
            spent = min(elapsed(item, begun, item.stop), item.counted)
            last[item.worker] = item.stop
            if spent > 0:
                samples["own", item.worker, item.group].append(spent)
                samples["queue", item.queue, item.group].append(spent)
        self._medians = {key: median_low(values) for key, values in samples.items() if len(values) >= least}

    def get(self, worker: int, task: Task, default: Seconds) -> Pace:
        """What ``task`` takes ``worker``: his own pace, else that of the queue, else ``default``."""
        for source, key in (("own", worker), ("queue", task.queue)):
            seconds = self._medians.get((source, key, task.group))
            if seconds is not None:
                return Pace(seconds, source)
        return Pace(default, "default")
