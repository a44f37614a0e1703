"""What time is promised, reckoned minute by minute on a calendar that is written out here: no line of the product.

Slow and plain on purpose: it is there to contradict a clever calendar. Moments are naive UTC, on whole minutes.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SUMMER = (datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1))
#: public holidays of England that fall on Monday to Friday, 2026 and the beginning of 2027
CLOSED = {
    date(2026, 1, 1),
    date(2026, 4, 3),
    date(2026, 4, 6),
    date(2026, 5, 4),
    date(2026, 5, 25),
    date(2026, 8, 31),
    date(2026, 12, 25),
    date(2026, 12, 28),
    date(2027, 1, 1),
}
#: level → first response, resolution, status update: minutes, or working days as text, or None (J-6)
PROMISES: dict[str, tuple[int | str | None, int | str | None, int | str | None]] = {
    "PS1": (10, 60, 30),
    "PS2": (10, 240, 60),
    "PS3": (240, "3 days", "1 day"),
    "PS4": ("1 day", None, None),
    "PS5": ("1 day", None, None),
}


def london(moment: datetime) -> datetime:
    """The clock on the wall in London."""
    return moment + timedelta(hours=1) if SUMMER[0] <= moment < SUMMER[1] else moment


@cache  # asked for the same minutes again and again
def is_open(moment: datetime) -> bool:
    """Whether the desk is open in the minute that begins at ``moment`` (J-2)."""
    here = london(moment)
    return here.weekday() < 5 and 8 <= here.hour < 18 and here.date() not in CLOSED


def count(start: datetime, minutes: int, waiting: Iterable[tuple[datetime, datetime]] = (), always: bool = False):
    """The end of so many minutes of opening time; those within ``waiting`` do not count."""
    moment = start
    while minutes:
        if (always or is_open(moment)) and not any(begin <= moment < end for begin, end in waiting):
            minutes -= 1
        moment += MINUTE
    return moment


def opening_minutes(start: datetime, stop: datetime) -> int:
    """How many minutes the desk is open between two moments."""
    total = 0
    while start < stop:
        total += is_open(start)
        start += MINUTE
    return total


def days_later(start: datetime, days: int) -> datetime:
    """The same clock time in London so many working days later; raised outside hours: from the next opening on."""
    while not is_open(start):
        start += MINUTE
    clock, day = london(start).time(), london(start).date()
    while days:
        day += DAY
        days -= day.weekday() < 5 and day not in CLOSED
    wanted = datetime.combine(day, clock)
    return next(moment for moment in (wanted, wanted - timedelta(hours=1)) if london(moment) == wanted)


def due(raised: datetime, promise: int | str | None) -> datetime | None:
    """When a promise that begins at ``raised`` is due."""
    if promise is None:
        return None
    if isinstance(promise, int):
        return count(raised, promise)
    return days_later(raised, int(promise.split()[0]))


def due_after_waiting(raised: datetime, promise: int | str | None, begin: datetime, end: datetime) -> datetime | None:
    """The same with one stretch in which the merchant had to answer."""
    without = due(raised, promise)
    if without is None or without <= begin:
        return without
    return count(raised, opening_minutes(raised, without), [(begin, end)])
