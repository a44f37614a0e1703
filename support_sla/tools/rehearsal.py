"""What somebody assumes to happen to a ticket that is only thought of (E-5.5)."""

from __future__ import annotations

from dataclasses import dataclass

from .facts import Instant


@dataclass(frozen=True, slots=True)
class Scenario:
    """All None or 0: nobody does anything."""

    #: a member of staff answers the customer
    response: Instant | None = None
    #: the ticket waits for the customer …
    wait: Instant | None = None
    #: … until the customer answers; None: for good
    answer: Instant | None = None
    #: whoever is told by so many-th step takes charge at once; 0: nobody does
    acknowledge: int = 0
