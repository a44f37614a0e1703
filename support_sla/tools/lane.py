"""Work one after another: what a ticket asks of its customer's queue, and who comes next in it (O-10, B-11).

Plain functions of what is known about the tickets of one queue; nothing here imports Odoo.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Final

from .facts import ENDED, NEW, ON_HOLD, OPEN, WAITING_CUSTOMER, WAITING_THIRD_PARTY, Instant

#: has one of the places that are worked on
IN_WORK: Final = "in_work"
#: stands in line
WAITING: Final = "waiting"
#: gave its place back, or was put on hold: neither worked on nor in line
ASIDE: Final = "aside"
#: does not belong to the queue (any more)
GONE: Final = ""

#: phases that may keep a place which was taken before
MAY_HOLD: Final = (WAITING_CUSTOMER, WAITING_THIRD_PARTY, ON_HOLD)
#: phases in which work on a ticket could begin at once
READY: Final = frozenset({NEW, OPEN})


def asks_for(phase: str, before: str, holding: Set[str]) -> str:
    """What a ticket in ``phase`` asks of the queue.

    :param before: what it was in the same queue, GONE if it was not in it
    :param holding: those of MAY_HOLD in which a ticket that is in work keeps its place
    """
    if phase in ENDED:
        return GONE
    if phase == OPEN:
        return IN_WORK
    if phase in MAY_HOLD and before == IN_WORK:
        return IN_WORK if phase in holding else ASIDE
    if phase == ON_HOLD or (before == ASIDE and phase in MAY_HOLD):
        return ASIDE
    return WAITING


@dataclass(frozen=True, slots=True)
class Waiter:
    """A ticket in line. ``rank``: below 0 before all others, above 0 as agreed, 0 by the moment it was raised, behind
    those whose order was agreed."""

    id: int
    rank: int
    raised: Instant
    phase: str

    @property
    def place(self) -> tuple[int, int, Instant, int]:
        """Sorts the line."""
        return (0 if self.rank else 1, self.rank, self.raised, self.id)

    @property
    def is_ready(self) -> bool:
        return self.phase in READY


def in_line(waiters: Iterable[Waiter]) -> list[Waiter]:
    return sorted(waiters, key=lambda waiter: waiter.place)


def held_back(waiters: Iterable[Waiter], free: int) -> frozenset[int]:
    """Ids of those that cannot begin because others come first; a waiter that is not ready takes nobody's place.

    :param free: places nobody is worked on in; below 0 when a limit was lowered
    """
    held = set()
    for waiter in in_line(waiters):
        if free <= 0:
            held.add(waiter.id)
        elif waiter.is_ready:
            free -= 1
    return frozenset(held)
