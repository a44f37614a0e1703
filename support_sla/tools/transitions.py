"""The gate over a clock's states: what may become of a stored clock, and what it is called (E-3.1)."""

from __future__ import annotations

from typing import Final

from .facts import DONE, LIVE, PAUSED, RUNNING, Clock

START: Final = "start"
PAUSE: Final = "pause"
RESUME: Final = "resume"
FINISH: Final = "finish"
STOP: Final = "stop"
#: a finished clock goes on (E-3.4)
REOPEN: Final = "reopen"
BREACH: Final = "breach"
#: another deadline
MOVE: Final = "move"
#: only what a fact recorded late brings about: a finished clock, or a breach, is not what it was
CORRECT: Final = "correct"


def verbs(old: Clock | None, new: Clock) -> tuple[str, ...]:
    """What happened to a clock between two evaluations, in the order in which to act on it.

    ``old`` None: the clock is new. Empty: nothing of note (``counted`` and its like may have grown), so
    doing it again does nothing.

    :raises ValueError: when the two are not the same clock
    """
    if old is None:
        states = () if new.state == RUNNING else (_arrival(new.state),)
        return (START, *states, *([BREACH] if new.breached is not None else []))
    if (old.target, old.grade, old.round) != (new.target, new.grade, new.round):
        raise ValueError("Two different clocks cannot be compared")
    result: list[str] = []
    finished = old.state not in LIVE
    if finished and new.cycle == old.cycle:
        if (old.state, old.stopped, old.ending, old.start) != (new.state, new.stopped, new.ending, new.start):
            result.append(CORRECT)
    elif finished:
        result.append(REOPEN)
        if new.state != RUNNING:
            result.append(_arrival(new.state))
    elif new.state != old.state:
        result.append(RESUME if new.state == RUNNING else _arrival(new.state))
    if old.breached is not None and new.breached != old.breached and CORRECT not in result:
        result.append(CORRECT)
    if new.deadline != old.deadline and new.state in LIVE:
        result.append(MOVE)
    if new.breached is not None and old.breached is None:
        result.append(BREACH)
    return tuple(result)


def _arrival(state: str) -> str:
    """The verb that leads into a state other than running."""
    if state == PAUSED:
        return PAUSE
    return FINISH if state == DONE else STOP
