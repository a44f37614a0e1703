"""A ticket's life in another helpdesk, told by rows of a file: its moments, and whether it makes sense (E-3.10).

Plain Python; reasons are codes, so that whoever shows them can say them in the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone, tzinfo
from typing import Final

from .facts import (
    ACCEPTED,
    ACKNOWLEDGED,
    AGREED,
    CALL,
    CUSTOMER,
    ESCALATED,
    EXCLUDED,
    INCLUDED,
    MERGED,
    MESSAGE_AUTO,
    MESSAGE_IN,
    MESSAGE_OUT,
    NOTE,
    OUTAGE,
    PAUSE,
    PHASE,
    PRIORITY,
    RAISED,
    REJECTED,
    RESTORED,
    RESUME,
    STAFF,
    SYSTEM,
    WORKAROUND,
    WORKAROUND_FAILED,
)

#: Earlier moments are what empty cells and broken exports turn into (1899, 1900, 1970), not tickets.
EARLIEST: Final = datetime(1990, 1, 1)
#: Until when a date can have been agreed on: beyond it nothing is open.
LATEST: Final = datetime(2199, 12, 31)

UNREADABLE: Final = "unreadable"
NO_TIME: Final = "no_time"
TOO_EARLY: Final = "too_early"
TOO_LATE: Final = "too_late"

NOT_RAISED: Final = "not_raised"
RAISED_TWICE: Final = "raised_twice"
BEFORE_RAISED: Final = "before_raised"
AFTER_MERGED: Final = "after_merged"

#: A confirmation of receipt: an automatic message that also fulfils "acknowledged" (E-1.1).
CONFIRMATION: Final = "confirmation"

#: What a row can tell. Which policy applied is found out by the match; who excused a miss was decided by nobody here.
KINDS: Final = (
    RAISED,
    MESSAGE_IN,
    MESSAGE_OUT,
    MESSAGE_AUTO,
    CONFIRMATION,
    NOTE,
    CALL,
    PHASE,
    PAUSE,
    RESUME,
    PRIORITY,
    WORKAROUND,
    WORKAROUND_FAILED,
    OUTAGE,
    RESTORED,
    ACCEPTED,
    REJECTED,
    AGREED,
    EXCLUDED,
    INCLUDED,
    ESCALATED,
    ACKNOWLEDGED,
    MERGED,
)

#: Whose act a fact is when the row does not say.
USUAL_SIDE: Final = {RAISED: CUSTOMER, MESSAGE_IN: CUSTOMER, MESSAGE_AUTO: SYSTEM, CONFIRMATION: SYSTEM}
#: Kinds that say themselves whose act they are.
FIXED_SIDE: Final = {
    MESSAGE_IN: CUSTOMER,
    MESSAGE_OUT: STAFF,
    NOTE: STAFF,
    MESSAGE_AUTO: SYSTEM,
    CONFIRMATION: SYSTEM,
}
#: Kinds whose text is something that was said on the ticket.
SPOKEN: Final = frozenset({MESSAGE_IN, MESSAGE_OUT, MESSAGE_AUTO, CONFIRMATION, NOTE, CALL})

_DATE_ONLY = re.compile(r"\d{4}-?\d{2}-?\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./]\d{1,2}[./]\d{1,2}")


class MomentError(ValueError):
    """A cell that is no moment; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row; ``other`` is the line of the row it does not go with, or 0."""

    line: int
    code: str
    other: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """As much of a row as the order of a life needs; ``moment`` naive UTC."""

    line: int
    moment: datetime
    kind: str


def read_moment(value: str | date, zone: tzinfo = timezone.utc, latest: datetime = LATEST) -> datetime:
    """A cell as naive UTC, whole seconds.

    :param value: ISO 8601 (``2026-03-02T09:00:00+01:00``, ``2026-03-02 09:00``), or a date of a spreadsheet
    :param zone: of moments that name none themselves; an hour that comes twice is the first of the two
    :raise MomentError: no moment, without a time of day, or outside of ``EARLIEST`` … ``latest``
    """
    if isinstance(value, str):
        text = value.strip()
        if _DATE_ONLY.fullmatch(text):
            raise MomentError(NO_TIME)
        try:
            value = datetime.fromisoformat(re.sub(r"[Zz]$", "+00:00", text))
        except ValueError:
            raise MomentError(UNREADABLE) from None
    if not isinstance(value, datetime):
        raise MomentError(NO_TIME)
    try:
        moment = (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(timezone.utc)
    except (OverflowError, ValueError):
        raise MomentError(TOO_EARLY if value.year < EARLIEST.year else TOO_LATE) from None
    moment = moment.replace(tzinfo=None, microsecond=0)
    if moment < EARLIEST:
        raise MomentError(TOO_EARLY)
    if moment > latest:
        raise MomentError(TOO_LATE)
    return moment


def judge(rows: Iterable[Row]) -> list[Problem]:
    """What keeps the rows of one reference from being the life of one ticket; in the order of the lines.

    A ticket is raised once and before everything else (an outage may have begun before anybody told us), and
    nothing happens to it after it was merged into another. Phases may follow each other in any order.
    """
    ordered = in_order(rows)
    raisings = [row for row in ordered if row.kind == RAISED]
    if not raisings:
        return [Problem(min(row.line for row in ordered), NOT_RAISED)] if ordered else []
    raising = min(raisings, key=lambda row: row.line)
    problems = [Problem(row.line, RAISED_TWICE, raising.line) for row in raisings if row is not raising]
    problems += [
        Problem(row.line, BEFORE_RAISED, raising.line)
        for row in ordered
        if row.moment < raising.moment and row.kind not in (OUTAGE, RAISED)
    ]
    merged = next((row for row in ordered if row.kind == MERGED), None)
    if merged:
        problems += [
            Problem(row.line, AFTER_MERGED, merged.line)
            for row in ordered
            if (row.moment, row.line) > (merged.moment, merged.line)
        ]
    return sorted(problems, key=lambda problem: (problem.line, problem.code))


def in_order(rows: Iterable[Row]) -> Sequence[Row]:
    """Rows as they happened; those of one second in the order of the file, the raising first."""
    return sorted(rows, key=lambda row: (row.moment, row.kind != RAISED, row.line))
