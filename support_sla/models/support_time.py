"""Between Odoo's naive UTC datetimes and the engine's whole seconds."""

from calendar import timegm
from datetime import datetime, timedelta

EPOCH = datetime(1970, 1, 1)


def to_instant(moment: datetime) -> int:
    """Naive UTC datetime → seconds since 1970, microseconds dropped."""
    return timegm(moment.timetuple())


def from_instant(instant: int) -> datetime:
    """Seconds since 1970 → naive UTC datetime."""
    return EPOCH + timedelta(seconds=instant)
