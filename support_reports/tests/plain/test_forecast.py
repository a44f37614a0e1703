"""R-7: the forecast against an oracle that goes through time second by second."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from support_reports.tools.forecast import NOBODY, Finished, Hours, Paces, Task, lay, suggest

LAST = 60
#: longer than all the work there can be
HORIZON = 300


@st.composite
def hours(draw):
    """Sorted spans that neither touch nor overlap, some far out so that everything may come to an end."""
    edges = draw(st.lists(st.integers(0, LAST), unique=True, max_size=8).map(sorted))
    spans = [(edges[i], edges[i + 1]) for i in range(0, len(edges) - 1, 2)]
    return [*spans, (LAST + 5, HORIZON)] if draw(st.booleans()) else spans


def tasks(first=1, most=6, queues=(1,)):
    return st.lists(
        st.tuples(
            st.sampled_from(queues),
            st.integers(1, 3),
            st.none() | st.integers(0, LAST + 10),
            st.booleans(),
            st.booleans(),
        ),
        max_size=most,
    ).map(lambda rows: [Task(first + index, *row) for index, row in enumerate(rows)])


def takes(worker, task):
    """How long it takes in these tests: groups differ, and so do people."""
    return 3 * task.group + worker % 3


def oracle(spans, work, worker):
    """Second by second: ``id → (first second of work, moment after the last one)``."""
    line = sorted(work, key=lambda task: (task.due is None, task.due or 0, task.id))
    left = {task.id: takes(worker, task) for task in line}
    begun, ended = {}, {}
    for second in range(HORIZON):
        if not any(start <= second < stop for start, stop in spans):
            continue
        task = next((task for task in line if left[task.id]), None)
        if task is None:
            break
        begun.setdefault(task.id, second)
        left[task.id] -= 1
        if not left[task.id]:
            ended[task.id] = second + 1
    return {task.id: (begun.get(task.id), ended.get(task.id)) for task in line}


def late_ids(work, spans):
    """Who is late, by the oracle."""
    found = set()
    for worker, items in work.items():
        moments = oracle(spans.get(worker, []), items, worker)
        for task in items:
            begins, ends = moments[task.id]
            reached = begins if task.at_start else ends
            if task.judged and task.due is not None and (reached is None or reached > task.due):
                found.add(task.id)
    return found


@settings(deadline=None)
@given(hours(), tasks(), st.integers(1, 3))
def test_laid_work_is_what_a_second_by_second_walk_gives(spans, work, worker):
    """R-7: beginning, end and lateness of every ticket are those of going through time second by second."""
    found = lay(worker, Hours(spans), work, takes)
    moments = oracle(spans, work, worker)
    assert {item.task.id for item in found} == {task.id for task in work}
    ahead = 0
    for position, item in enumerate(found):
        begins, ends = moments[item.task.id]
        assert item.begins == begins
        assert item.ends == ends
        assert (item.before, item.ahead) == (position, ahead)
        ahead += item.need
    assert {item.task.id for item in found if item.late} == late_ids({worker: work}, {worker: spans})


def make_desk(draw):
    queues = (1, 2)
    spans = {worker: draw(hours()) for worker in (1, 2, 3)}
    work = {}
    first = 1
    for worker in (NOBODY, 1, 2):
        work[worker] = draw(tasks(first, 4, queues))
        first += 10
    members = {queue: draw(st.lists(st.sampled_from((1, 2, 3)), unique=True)) for queue in queues}
    return spans, work, members


@st.composite
def desks(draw):
    return make_desk(draw)


def carry_out(work, moves):
    after = {worker: list(items) for worker, items in work.items()}
    for move in moves:
        after[move.source].remove(move.task)
        after.setdefault(move.target, []).append(move.task)
    return after


@settings(deadline=None)
@given(desks())
def test_suggestions_never_make_it_worse(desk):
    """R-7: after the moves nobody is late who was not, every move saves what it says, and stays in its queue."""
    spans, work, members = desk
    moves = suggest(work, {worker: Hours(found) for worker, found in spans.items()}, members, takes)
    assert len({move.task.id for move in moves}) == len(moves)
    before = late_ids(work, spans)
    for count, move in enumerate(moves, 1):
        assert move.target in members[move.task.queue]
        assert move.target not in (NOBODY, move.source)
        now = late_ids(carry_out(work, moves[:count]), spans)
        assert now < before
        assert len(before) - len(now) == move.rescued
        before = now


@settings(deadline=None)
@given(desks())
def test_suggestions_stop_only_when_no_move_helps(desk):
    """R-7: when nothing is suggested any more, no ticket can be given to anybody so that fewer are late and none of
    the target's or itself is."""
    spans, work, members = desk
    moves = suggest(work, {worker: Hours(found) for worker, found in spans.items()}, members, takes)
    after = carry_out(work, moves)
    late = late_ids(after, spans)
    done = {move.task.id for move in moves}
    for source, target in product(list(after), (1, 2, 3)):
        for task in after[source]:
            if task.id in done or source == target or target not in members[task.queue]:
                continue
            moved = {worker: [item for item in items if item != task] for worker, items in after.items()}
            moved.setdefault(target, []).append(task)
            now = late_ids(moved, spans)
            theirs = {item.id for item in moved[target]} & now
            if task.id not in now and theirs <= late:
                assert len(now) >= len(late), (task, source, target)


def test_no_more_moves_than_asked_for():
    """R-7: nobody's ten tickets go to the one who has room for three; never more than asked for."""
    work = {NOBODY: [Task(number, 1, 1, 10) for number in range(1, 11)]}
    spans = {1: Hours([(0, 12)])}
    moves = suggest(work, spans, {1: [1]}, lambda worker, task: 3)
    assert [(move.task.id, move.target) for move in moves] == [(1, 1), (2, 1), (3, 1)]
    assert len(suggest(work, spans, {1: [1]}, lambda worker, task: 3, most=2)) == 2


def test_few_people_are_disturbed():
    """R-7: what one has too much goes to one colleague as long as he has room, then to the next."""
    work = {NOBODY: [Task(number, 1, 1, 10) for number in range(1, 5)], 1: [], 2: []}
    hours = {1: Hours([(0, 9)]), 2: Hours([(0, 9)])}
    moves = suggest(work, hours, {1: [1, 2]}, lambda worker, task: 3)
    assert [move.target for move in moves] == [1, 1, 1, 2]


def test_the_move_that_saves_most_comes_first():
    """R-7: one long ticket in front of three short ones: moving it saves three, so it is the only move."""
    need = {1: 10, 2: 1, 3: 1, 4: 1}
    work = {1: [Task(1, 1, 1, 10), Task(2, 1, 1, 10), Task(3, 1, 1, 11), Task(4, 1, 1, 12)], 2: []}
    moves = suggest(work, {1: Hours([(0, 99)]), 2: Hours([(0, 99)])}, {1: [1, 2]}, lambda worker, task: need[task.id])
    assert [(move.task.id, move.target, move.rescued) for move in moves] == [(1, 2, 3)]


def test_begin_exactly_at_the_last_moment():
    """R-7: a promise to begin is kept at its very deadline, if one is at work then; closing time is too late."""
    for due, late in ((10, True), (20, False), (19, True)):
        hours = Hours([(0, 10), (20, 30)])
        line = lay(1, hours, [Task(1, 1, 1, 5), Task(2, 1, 1, due, at_start=True)], lambda worker, task: 10)
        assert line[1].late is late, due
        assert line[1].begins == 20


def elapsed(item, start, stop):
    """Everybody works all the time, except agent 9, half of it."""
    return (stop - start) // (2 if item.worker == 9 else 1)


def test_pace_is_the_time_since_the_last_one_was_finished():
    """R-7: three tickets raised together and finished at 10, 30 and 60 took 10, 20 and 30: the median is 20."""
    paces = Paces([Finished(1, 5, 7, 0, stop, stop) for stop in (60, 10, 30)], elapsed)
    assert paces.get(1, Task(1, 5, 7), 99).seconds == 20
    # pauses do not count: never more than the clock counted
    paces = Paces([Finished(1, 5, 7, 0, stop, 4) for stop in (60, 10, 30)], elapsed)
    assert paces.get(1, Task(1, 5, 7), 99).seconds == 4


def test_pace_falls_back_on_the_queue_and_then_on_the_setting():
    """R-7: too few of one's own: the queue's pace; too few of these: the setting. Priorities are told apart."""
    rows = [Finished(1, 5, 7, at, at + 10, 10) for at in (0, 20, 40)] + [Finished(2, 5, 7, 0, 40, 40)]
    paces = Paces(rows, elapsed)
    assert (paces.get(1, Task(1, 5, 7), 99).seconds, paces.get(1, Task(1, 5, 7), 99).source) == (10, "own")
    assert (paces.get(2, Task(1, 5, 7), 99).seconds, paces.get(2, Task(1, 5, 7), 99).source) == (10, "queue")
    assert (paces.get(2, Task(1, 5, 8), 99).seconds, paces.get(2, Task(1, 5, 8), 99).source) == (99, "default")
    assert paces.get(2, Task(1, 6, 7), 99).source == "default"


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 2), st.integers(0, 50), st.integers(1, 30), st.integers(1, 40)), max_size=12))
def test_nobody_spends_more_than_there_was(rows):
    """R-7: the times of one agent never overlap: what they come to is at most the time from his first to his last."""
    finished = [Finished(worker, worker, 1, start, start + length, counted) for worker, start, length, counted in rows]
    spent = []

    def note(item, start, stop):
        assert item.start <= start
        assert stop == item.stop
        spent.append((item.worker, start, max(stop, start)))
        return stop - start

    Paces(finished, note)
    for worker in (1, 2):
        mine = sorted((start, stop) for who, start, stop in spent if who == worker)
        assert all(mine[index][1] <= mine[index + 1][0] for index in range(len(mine) - 1))
