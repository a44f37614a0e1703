"""What stretches of up and down add up to: shares of a time, and a picture day by day (O-15).

Instants are whole seconds since 1970 UTC. What nobody saw (unknown, paused) counts neither way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

UP: Final = "up"
DOWN: Final = "down"
PAUSED: Final = "paused"
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in one state, half open; ``stop`` None: it goes on."""

    start: int
    stop: int | None
    state: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Seconds in each state, and how often it went down."""

    up: int = 0
    down: int = 0
    paused: int = 0
    outages: int = 0

    @property
    def share(self) -> float | None:
        """Percent of the time seen in which it was up; None: it was not seen."""
        seen = self.up + self.down
        return 100 * self.up / seen if seen else None


@dataclass(frozen=True, slots=True)
class Day:
    """A local date and what was seen in it."""

    day: date
    tally: Tally

    @property
    def kind(self) -> str:
        """The worst of the day: down, up, paused, unknown."""
        if self.tally.down or self.tally.outages:
            return DOWN
        if self.tally.up:
            return UP
        return PAUSED if self.tally.paused else UNKNOWN


def count(stretches: Iterable[Stretch], start: int, stop: int) -> Tally:
    """What lies between two instants; an outage counts where it begins or goes on."""
    seconds = {UP: 0, DOWN: 0, PAUSED: 0}
    outages = 0
    for stretch in stretches:
        first = max(start, stretch.start)
        last = min(stop, stop if stretch.stop is None else stretch.stop)
        if last <= first:
            continue
        if stretch.state in seconds:
            seconds[stretch.state] += last - first
        outages += stretch.state == DOWN
    return Tally(seconds[UP], seconds[DOWN], seconds[PAUSED], outages)


def midnight(day: date, zone: str) -> int:
    """The instant at which a local date begins."""
    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp())


def local_day(instant: int, zone: str) -> date:
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).date()


def month_start(instant: int, zone: str) -> int:
    """The instant at which the local month of ``instant`` began."""
    return midnight(local_day(instant, zone).replace(day=1), zone)


def paint(stretches: Sequence[Stretch], now: int, days: int, zone: str) -> list[Day]:
    """The last ``days`` local dates, today included, the oldest first; nothing after ``now`` counts."""
    today = local_day(now, zone)
    painted = []
    for back in range(days - 1, -1, -1):
        day = today - timedelta(days=back)
        start = midnight(day, zone)
        stop = min(midnight(day + timedelta(days=1), zone), now)
        painted.append(Day(day, count(stretches, start, stop)))
    return painted
