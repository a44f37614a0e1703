"""Counting what something costs: queries, seconds, memory."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Cost:
    """What several runs of one thing cost; each run did ``units`` of it."""

    queries: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, queries: int, seconds: float, units: int = 1) -> None:
        self.queries.append(queries / units)
        self.seconds.append(seconds / units)

    @property
    def query(self) -> float:
        """Median of the queries a unit."""
        return statistics.median(self.queries)

    @property
    def second(self) -> float:
        """Median of the seconds a unit."""
        return statistics.median(self.seconds)


def timed(env, action: Callable[[], object], flush: bool = True) -> tuple[int, float]:
    """Queries and seconds of an action and, with ``flush``, of the writing that it leaves to be done.

    The collector runs before and not during: what others left behind is not on this action's account.
    """
    gc.collect()
    gc.disable()
    try:
        before = env.cr.sql_log_count
        started = time.perf_counter()
        action()
        if flush:
            env.flush_all()
        return env.cr.sql_log_count - before, time.perf_counter() - started
    finally:
        gc.enable()


def median_seconds(action: Callable[[], object], repeats: int) -> float:
    """Median seconds of an action."""
    return statistics.median(_once(action) for _ in range(repeats))


def _once(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


class Memory:
    """How far the resident memory of this process grows above what it was on entering, at its peak (bytes)."""

    def __init__(self) -> None:
        self.growth = 0

    def __enter__(self) -> Memory:
        gc.collect()
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        self._before = _status("VmRSS")
        return self

    def __exit__(self, *_error: object) -> None:
        self.growth = max(0, _status("VmHWM") - self._before)


def spread(values: Iterable[float]) -> str:
    """Least and greatest, for those who want to know how noisy it was."""
    found = list(values)
    return f"{min(found):.3g}–{max(found):.3g}"
