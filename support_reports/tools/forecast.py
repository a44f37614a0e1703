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

    def is_late(self, ahead: Seconds) -> bool:
        return self.limit is not None and ahead + (0 if self.task.at_start else self.need) > self.limit


class _Line:
    """The tasks of one worker in the order in which they are done."""

    def __init__(self, worker: int, hours: Hours, tasks: Iterable[Task], need: Need) -> None:
        self.worker = worker
        self.hours = hours
        self._need = need
        self.slots = [self.make_slot(task) for task in sorted(tasks, key=lambda task: task.order)]

    def make_slot(self, task: Task) -> _Slot:
        return _Slot(task, max(self._need(self.worker, task), 1), self.hours.limit(task))

    @property
    def load(self) -> Seconds:
        return sum(slot.need for slot in self.slots)

    def count_late(self) -> int:
        ahead = late = 0
        for slot in self.slots:
            late += slot.is_late(ahead)
            ahead += slot.need
        return late

    def count_rescued(self, index: int) -> int:
        """How many fewer are late when the slot at ``index`` is taken out; it cannot make anything later."""
        ahead = rescued = 0
        for position, slot in enumerate(self.slots):
            if position == index:
                rescued += slot.is_late(ahead)
            elif position > index and slot.is_late(ahead):
                rescued += not slot.is_late(ahead - self.slots[index].need)
            ahead += slot.need
        return rescued

    def has_room(self, task: Task) -> bool:
        """Whether a task would be in time here, and nothing become late through it that is not."""
        new = self.make_slot(task)
        ahead = 0
        placed = False
        for slot in self.slots:
            if not placed and new.task.order < slot.task.order:
                if new.is_late(ahead):
                    return False
                placed = True
            if placed and not slot.is_late(ahead) and slot.is_late(ahead + new.need):
                return False
            ahead += slot.need
        return placed or not new.is_late(ahead)

    def put(self, task: Task) -> None:
        self.slots.append(self.make_slot(task))
        self.slots.sort(key=lambda slot: slot.task.order)


def lay(worker: int, hours: Hours, tasks: Iterable[Task], need: Need) -> list[Outlook]:
    """When ``worker`` comes to each of his tasks, in the order in which he does them."""
    found: list[Outlook] = []
    ahead = 0
    for slot in _Line(worker, hours, tasks, need).slots:
        found.append(
            Outlook(
                slot.task,
                len(found),
                ahead,
                slot.need,
                hours.begin(ahead),
                hours.end(ahead + slot.need),
                slot.is_late(ahead),
            )
        )
        ahead += slot.need
    return found


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
    lines = {worker: _Line(worker, hours.get(worker, Hours()), tasks, need) for worker, tasks in work.items()}
    for worker in {worker for workers in members.values() for worker in workers} - lines.keys() - {NOBODY}:
        lines[worker] = _Line(worker, hours.get(worker, Hours()), (), need)
    helpers = {queue: sorted({*workers} - {NOBODY}) for queue, workers in members.items()}
    moves: list[Move] = []
    moved: set[int] = set()
    pairs: set[tuple[int, int]] = set()
    loads = {worker: line.load for worker, line in lines.items()}
    # what taking a task out of its line saves; a line is looked at again only after it has changed
    savings = {worker: _list_savings(line) for worker, line in lines.items()}
    while len(moves) < most:
        choice = None
        for rescued, task, source in sorted(
            (saving for found in savings.values() for saving in found),
            key=lambda saving: (-saving[0], saving[1].order),
        ):
            if task.id in moved:
                continue
            order = {
                worker: ((source, worker) not in pairs, loads[worker], worker)
                for worker in helpers.get(task.queue, ())
                if worker != source
            }
            target = next(
                (worker for worker in sorted(order, key=order.__getitem__) if lines[worker].has_room(task)), None
            )
            if target is not None:
                choice = Move(task, source, target, rescued)
                break
        if choice is None:
            break
        moves.append(choice)
        moved.add(choice.task.id)
        pairs.add((choice.source, choice.target))
        source_line, target_line = lines[choice.source], lines[choice.target]
        source_line.slots = [slot for slot in source_line.slots if slot.task.id != choice.task.id]
        target_line.put(choice.task)
        for line in (source_line, target_line):
            loads[line.worker] = line.load
            savings[line.worker] = _list_savings(line)
    return moves


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
