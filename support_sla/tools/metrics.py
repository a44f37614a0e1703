"""What is measured: which facts start, stop and end a clock's rounds (E-1).

A metric knows neither policy nor calendar: it turns the ordered events of a ticket into *rounds*.
Rounds are only ever appended or continued as time goes on, so that the index of a round names it for
good.

Where the spec is silent we decide as a support manager would:

* a ticket that is closed or cancelled without the fact that a provider's clock waits for ends that
  clock ("cancelled"), and reopening takes the same clock up again, without the time in between;
* nobody is late in answering a message that came while the ticket was resolved or closed, unless that
  message (or anything else) reopens it: then the answer is owed from the reopening.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .facts import (
    ACCEPTED,
    CALL,
    CANCELLED,
    CANCELLED_END,
    CLOSED,
    CUSTOMER,
    ENDED,
    MESSAGE_AUTO,
    MESSAGE_IN,
    MESSAGE_OUT,
    MET_END,
    NOTE,
    OUTAGE,
    RAISED,
    REJECTED,
    RESOLVED,
    RESTORED,
    WAITING_CUSTOMER,
    WORKAROUND,
    WORKAROUND_FAILED,
    Event,
    Instant,
)
from .history import History, Step, told

#: who owes it
PROVIDER: Final = "provider"
CUSTOMER_SIDE: Final = "customer"
INTERNAL: Final = "internal"

#: closed for good; resolved may still be rejected
SHUT_PHASES: Final = frozenset({CLOSED, CANCELLED})


@dataclass(frozen=True, slots=True)
class Round:
    """One run of a metric, from its starting to its stopping fact.

    ``ending``: "" while open, MET_END, or CANCELLED_END when it ended without its stopping fact.
    ``held``: stretches that never count, whatever pauses a target has (ended → reopened).
    ``endings``: how the round had ended before each of ``held``.
    ``cycle``: how often it was taken up again.
    """

    start: Instant
    stop: Instant | None = None
    ending: str = ""
    held: tuple[tuple[int, int | None], ...] = ()
    cycle: int = 0
    endings: tuple[str, ...] = ()


Rounds = Callable[[Sequence[Event], Mapping[str, Any]], list[Round]]


@dataclass(frozen=True, slots=True)
class Metric:
    """``rounds(events, options)``: ordered events of one ticket, the target's options → its rounds.

    To hold under appending: a later event may continue or close the last round, or add rounds; it never
    changes an earlier one.
    """

    code: str
    #: who owes it: PROVIDER, CUSTOMER_SIDE or INTERNAL
    side: str
    #: whether several rounds may follow one another
    repeats: bool
    rounds: Rounds


def rounds_of(metric: Metric, history: History, options: Mapping[str, Any]) -> list[Round]:
    """The rounds of a metric in a ticket's life, merges included (E-3.7).

    What was over when the ticket took another one in stays as it was, and what was over on the other one is the
    other one's. A round that was open then goes on with what came along: it may have an earlier start, or be
    fulfilled by what was said on the other ticket. So a round's index still names it for good.
    """
    if history.absorbed is None:
        return metric.rounds(history.events, options)
    own = rounds_of(metric, history.before, options)
    joint = metric.rounds(history.events, options)
    begun = [round_ for round_ in own if round_.start <= history.absorbed]
    over = [round_ for round_ in begun if _was_over(round_, history.absorbed)]
    if not metric.repeats:
        return over or joint or own
    if len(over) < len(begun):
        since = begun[-1].start
        first = next((i for i, found in enumerate(joint) if found.stop is None or since < found.stop), len(joint))
    else:
        first = next(
            (i for i, found in enumerate(joint) if found.stop is None or history.absorbed < found.stop), len(joint)
        )
    return over + joint[first:]


def _was_over(round_: Round, moment: Instant) -> bool:
    """Whether a round had ended by ``moment``, be it that it was taken up again later."""
    return (round_.stop is not None and round_.stop <= moment) or any(
        since <= moment and (until is None or moment < until) for since, until in round_.held
    )


class _Book:
    """The rounds so far, at most one of them open."""

    def __init__(self) -> None:
        self.rounds: list[Round] = []

    @property
    def is_open(self) -> bool:
        return bool(self.rounds) and self.rounds[-1].stop is None

    @property
    def ending(self) -> str:
        """How the last round ended; "" when it is open or there is none."""
        return self.rounds[-1].ending if self.rounds else ""

    def open(self, moment: Instant) -> None:
        if not self.is_open:
            self.rounds.append(Round(moment))

    def close(self, moment: Instant, ending: str = MET_END) -> None:
        if self.is_open:
            last = self.rounds[-1]
            self.rounds[-1] = Round(last.start, moment, ending, last.held, last.cycle, last.endings)

    def turn(self, moment: Instant) -> None:
        """Closes the open round and opens the next; two facts of one second are one."""
        if self.is_open and self.rounds[-1].start == moment:
            return
        self.close(moment)
        self.open(moment)

    def resume(self, moment: Instant) -> None:
        """Takes the last round up again; the time since its end does not count (E-3.4)."""
        last = self.rounds[-1]
        if last.stop is None:
            return
        self.rounds[-1] = Round(
            last.start,
            held=(*last.held, (last.stop, moment)),
            cycle=last.cycle + 1,
            endings=(*last.endings, last.ending),
        )


def _speaks(step: Step) -> bool:
    """A member of staff said something the customer hears."""
    return step.kind in (MESSAGE_OUT, CALL)


def _responds(step: Step) -> bool:
    """… something of substance (E-1.2)."""
    return step.kind == CALL or (step.kind == MESSAGE_OUT and bool(step.event.data.get("substantive", True)))


def _once(
    events: Iterable[Event],
    meets: Callable[[Step], bool],
    cancels: Collection[str],
    reopens: bool = False,
) -> list[Round]:
    """The one round from the raising to the fact that ``meets`` it, or a phase that ``cancels`` it.

    Leaving the cancelling phases takes a cancelled round up again; with ``reopens``, leaving the ended
    phases also takes up one that was met.
    """
    book = _Book()
    for step in told(events):
        if step.kind == RAISED:
            book.open(step.moment)
        elif (book.ending == CANCELLED_END and step.leaves(cancels)) or (
            reopens and book.ending and step.leaves(ENDED)
        ):
            book.resume(step.moment)
        if meets(step):
            book.close(step.moment)
            if not reopens and book.ending == MET_END:
                break  # nothing can change it any more
        elif step.enters(cancels):
            book.close(step.moment, CANCELLED_END)
    return book.rounds


def acknowledged(events: Sequence[Event], options: Mapping[str, Any]) -> list[Round]:
    """E-1.1: raised → the confirmation of receipt, sent by a machine or a human.

    Whatever a member of staff says to the customer confirms that the ticket arrived.
    """

    def meets(step: Step) -> bool:
        return _speaks(step) or (step.kind == MESSAGE_AUTO and bool(step.event.data.get("acknowledgement")))

    return _once(events, meets, SHUT_PHASES)


def first_response(events: Sequence[Event], options: Mapping[str, Any]) -> list[Round]:
    """E-1.2: raised → first substantive message of a member of staff, or a logged call.

    Resolving in silence is no answer: the clock runs on until the ticket is closed or cancelled.
    """
    return _once(events, _responds, SHUT_PHASES)


def next_reply(events: Sequence[Event], options: Mapping[str, Any]) -> list[Round]:
    """E-1.3: oldest unanswered customer message after the first response → next message or call of staff."""
    book = _Book()
    responded = waiting = False
    for step in told(events):
        if _responds(step):
            responded = True
        if _speaks(step):
            waiting = False
            book.close(step.moment)
        elif step.kind == MESSAGE_IN and responded:
            if step.after in ENDED:
                waiting = True  # owed only if the ticket is reopened
            else:
                book.open(step.moment)
        elif step.enters(ENDED):
            book.close(step.moment, CANCELLED_END)
        elif step.leaves(ENDED) and waiting:
            waiting = False
            book.open(step.moment)
    return book.rounds


def status_update(events: Sequence[Event], options: Mapping[str, Any]) -> list[Round]:
    """E-1.4: first response → next message or call of staff, again and again until resolved or ended.

    Option ``notes_count``: internal notes count as updates. After a reopening the next update is owed
    from the reopening.
    """
    book = _Book()
    responded = False
    for step in told(events):
        if step.enters(ENDED):
            book.close(step.moment, CANCELLED_END)
        elif responded and step.leaves(ENDED):
            book.open(step.moment)
        elif _responds(step) or (responded and (_speaks(step) or (step.kind == NOTE and options.get("notes_count")))):
            responded = True
            if step.after not in ENDED:
                book.turn(step.moment)
    return book.rounds


def resolution(events: Sequence[Event], options: Mapping[str, Any]) -> list[Round]:
    """E-1.5, E-3.4: raised → resolved or closed; cancelled is not resolved.

    Reopening takes the same round up again. A cancelled ticket that is set to resolved or closed was
    cancelled by mistake: it is resolved at that moment.
    """
    return _once(events, lambda step: step.enters({RESOLVED, CLOSED}), {CANCELLED}, reopens=True)


def containment(events: Sequence[Event], options: Mapping[str, Any]) -> list[Round]:
    """E-1.6: raised → workaround applied; a solution contains too. Contained once is contained, unless the
    workaround that did it failed: then the same round is taken up again, without the time in between.
    """
    book = _Book()
    by_workaround = False
    for step in told(events):
        if step.kind == RAISED:
            book.open(step.moment)
        elif (book.ending == CANCELLED_END and step.leaves({CANCELLED})) or (
            step.kind == WORKAROUND_FAILED and by_workaround and book.ending == MET_END and step.after not in ENDED
        ):
            book.resume(step.moment)
        if step.kind == WORKAROUND or step.enters({RESOLVED, CLOSED}):
            if book.is_open:
                by_workaround = step.kind == WORKAROUND
            book.close(step.moment)
        elif step.enters({CANCELLED}):
            book.close(step.moment, CANCELLED_END)
    return book.rounds


def customer_answer(events: Sequence[Event], options: Mapping[str, Any]) -> list[Round]:
    """E-1.7: the ticket waits for the customer → the customer answers.

    A call that the customer made answers too. Our own reminders neither stop nor restart it. Leaving
    the phase without an answer ends the round: nothing is owed any more.
    """
    book = _Book()
    for step in told(events):
        if step.enters({WAITING_CUSTOMER}):
            book.open(step.moment)
        elif step.kind == MESSAGE_IN or (step.kind == CALL and step.event.side == CUSTOMER):
            book.close(step.moment)
        elif step.leaves({WAITING_CUSTOMER}):
            book.close(step.moment, CANCELLED_END)
    return book.rounds


def acceptance(events: Sequence[Event], options: Mapping[str, Any]) -> list[Round]:
    """E-1.8: resolved → accepted or rejected.

    Reopening a resolved ticket rejects the solution, closing it takes it as accepted; cancelling it does
    neither.
    """
    book = _Book()
    for step in told(events):
        if step.enters({RESOLVED}):
            book.open(step.moment)
        elif step.kind in (ACCEPTED, REJECTED):
            book.close(step.moment)
        elif step.leaves({RESOLVED}):
            book.close(step.moment, CANCELLED_END if step.after == CANCELLED else MET_END)
    return book.rounds


def recovery(events: Sequence[Event], options: Mapping[str, Any]) -> list[Round]:
    """E-1.9: outage → service restored. Resolving a ticket restores nothing; closing it ends the round, and
    reopening takes up a named outage that had not been restored, without the time in between.

    Named outages keep the order of their names, whatever their moments: an earlier one that is told of late does not
    take the place of another.
    """
    books: dict[Any, _Book] = {}
    for step in told(events):
        name = step.event.data.get("outage") or 0
        if step.kind == OUTAGE:
            books.setdefault(name, _Book()).open(step.moment)
        elif step.kind == RESTORED:
            books.setdefault(name, _Book()).close(step.moment)
        elif step.enters(SHUT_PHASES):
            for book in books.values():
                book.close(step.moment, CANCELLED_END)
        elif step.leaves(SHUT_PHASES):
            for name, book in books.items():
                if name and book.ending == CANCELLED_END:
                    book.resume(step.moment)
    return [round_ for name in sorted(books) for round_ in books[name].rounds]


def silence(events: Sequence[Event], options: Mapping[str, Any]) -> list[Round]:
    """E-1.10: last mail, note or call of a human (or the raising) → the next one, until closed."""
    book = _Book()
    for step in told(events):
        if step.enters(SHUT_PHASES):
            book.close(step.moment, CANCELLED_END)
        elif step.kind == RAISED or step.leaves(SHUT_PHASES):
            book.open(step.moment)
        elif step.kind in (MESSAGE_IN, MESSAGE_OUT, NOTE, CALL) and step.after not in SHUT_PHASES:
            book.turn(step.moment)
    return book.rounds


METRICS: Final[Mapping[str, Metric]] = {
    metric.code: metric
    for metric in (
        Metric("acknowledged", PROVIDER, False, acknowledged),
        Metric("first_response", PROVIDER, False, first_response),
        Metric("next_reply", PROVIDER, True, next_reply),
        Metric("status_update", PROVIDER, True, status_update),
        Metric("resolution", PROVIDER, False, resolution),
        Metric("containment", PROVIDER, False, containment),
        Metric("customer_answer", CUSTOMER_SIDE, True, customer_answer),
        Metric("acceptance", CUSTOMER_SIDE, True, acceptance),
        Metric("recovery", PROVIDER, True, recovery),
        Metric("silence", INTERNAL, True, silence),
    )
}
