"""Opening hours as a picture: what each date of some weeks looks like (E-2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from .calendar import DAY, OpeningHours
from .spans import Span, union

#: as in any other week
USUAL: Final = "usual"
#: no hours on this day of the week
OFF: Final = "off"
#: it would have hours, and has none
CLOSED: Final = "closed"
#: other hours than in an ordinary week
CHANGED: Final = "changed"


@dataclass(frozen=True, slots=True)
class Day:
    """A local date: its openings in seconds after midnight as the clock on the wall shows them (a day ends at 86400),
    what kind of day it is, and the names of whatever makes it one."""

    day: date
    openings: tuple[Span, ...]
    kind: str
    label: str = ""


def paint(hours: OpeningHours, first: date, count: int) -> list[Day]:
    """``count`` dates from ``first`` on."""
    return [_paint_day(hours, first + timedelta(days=number)) for number in range(count)]


def _paint_day(hours: OpeningHours, day: date) -> Day:
    start, stop = hours.instant(day), hours.instant(day + timedelta(days=1))
    spans = []
    for opens, closes in hours.open_spans(start, stop):
        last, clock = hours.local(closes)
        spans.append((hours.local(opens)[1], clock if last == day else DAY))
    # when clocks go back, a span may begin later than it ends on the wall
    openings = tuple(union(span for span in spans if span[0] < span[1]))
    usual = hours.usual_openings(day)
    exception = hours.exception_label(day)
    names = [gap.label for gap in hours.gaps(start, stop) if gap.label]
    if exception:
        names.insert(0, exception)
    label = ", ".join(dict.fromkeys(names))
    if exception is None and list(openings) == usual:
        return Day(day, openings, USUAL if openings else OFF)
    if openings:
        return Day(day, openings, CHANGED, label)
    return Day(day, openings, CLOSED if usual else OFF, label)
