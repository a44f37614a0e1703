"""How often somebody may ask for something that costs: so many times in so many seconds."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Hashable


class Limiter:
    """Counts in memory, for one worker process; forgets who has not asked for longest.

    :param count: requests allowed in ``seconds``
    :param remembered: how many askers are kept in mind
    """

    def __init__(self, count: int, seconds: float, remembered: int = 10_000) -> None:
        self.count = count
        self.seconds = seconds
        self.remembered = remembered
        self._asked: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def allow(self, who: Hashable, now: float) -> bool:
        """Whether ``who`` may ask at ``now`` (seconds of any clock that only goes on); counts if so."""
        times = self._asked.setdefault(who, deque())
        self._asked.move_to_end(who)
        while len(self._asked) > self.remembered:
            self._asked.popitem(last=False)
        while times and times[0] <= now - self.seconds:
            times.popleft()
        if len(times) >= self.count:
            return False
        times.append(now)
        return True
