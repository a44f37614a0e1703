"""Where a problem lies and what follows: the decision table without Odoo (B-12).

A source has rows. Each says for which answers it holds: whether the behaviour is described in the technical design, and
whether it is a defect. What no row of the source distinguishes is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

YES: Final = "yes"
NO: Final = "no"
#: the row holds whatever the answer is
ANY: Final = "any"
ANSWERS: Final = (YES, NO)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of one source. ``described`` and ``defect`` are YES, NO or ANY; of two that fit equally well the one with
    the lower ``sequence`` holds."""

    id: int
    described: str = ANY
    defect: str = ANY
    sequence: int = 10

    def fits(self, described: str | None, defect: str | None) -> bool:
        return self.described in (ANY, described) and self.defect in (ANY, defect)

    @property
    def rank(self) -> tuple[int, int, int]:
        """Sorts rows: the most specific one first."""
        return (self.described == ANY) + (self.defect == ANY), self.sequence, self.id


def is_defect(deviates: str | None, repeatable: str | None, findable: str | None) -> str | None:
    """YES when all three parts of the definition are met, NO when one is not, None until all are answered."""
    answers = (deviates, repeatable, findable)
    if any(answer not in ANSWERS for answer in answers):
        return None
    return YES if all(answer == YES for answer in answers) else NO


def asks_described(rows: Iterable[Row]) -> bool:
    """Whether it matters for this source that the technical design describes the behaviour."""
    return any(row.described != ANY for row in rows)


def asks_defect(rows: Sequence[Row], described: str | None) -> bool:
    """Whether it matters, given the answer before, that it is a defect.

    :param described: the answer; None when it is not asked or not answered yet
    """
    if described is None and asks_described(rows):
        return False  # first things first
    return any(row.defect != ANY for row in rows if row.described in (ANY, described))


def find(rows: Iterable[Row], described: str | None, defect: str | None) -> Row | None:
    """The row that holds for these answers; None when the table has none."""
    return min((row for row in rows if row.fits(described, defect)), key=lambda row: row.rank, default=None)


def holes(rows: Sequence[Row]) -> list[tuple[str | None, str | None]]:
    """Answers (described, defect) that can be given and have no row; None for what is not asked."""
    missing: list[tuple[str | None, str | None]] = []
    for described in ANSWERS if asks_described(rows) else (None,):
        for defect in ANSWERS if asks_defect(rows, described) else (None,):
            if find(rows, described, defect) is None:
                missing.append((described, defect))
    return missing
