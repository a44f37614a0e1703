"""Stretches of time and how they combine.

A span is a pair ``(start, stop)`` of whole numbers, half-open: ``start`` belongs to it, ``stop`` does
not. Any numbers will do (seconds since 1970, seconds of a local day); the functions know no zone.
Arguments may be in any order and may overlap; results are sorted, disjoint and never touch, and empty
or reversed spans vanish.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

Span = tuple[int, int]


def union(*many: Iterable[Span]) -> list[Span]:
    """What any of the arguments covers."""
    result: list[Span] = []
    for start, stop in sorted(chain.from_iterable(many)):
        if start >= stop:
            continue
        if result and start <= result[-1][1]:
            if stop > result[-1][1]:
                result[-1] = (result[-1][0], stop)
        else:
            result.append((start, stop))
    return result


def intersection(one: Iterable[Span], other: Iterable[Span]) -> list[Span]:
    """What both cover."""
    left, right = union(one), union(other)
    result: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start = max(left[i][0], right[j][0])
        stop = min(left[i][1], right[j][1])
        if start < stop:
            result.append((start, stop))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return result


def difference(one: Iterable[Span], other: Iterable[Span]) -> list[Span]:
    """What the first covers and the second does not."""
    holes = union(other)
    result: list[Span] = []
    j = 0
    for start, stop in union(one):
        while j < len(holes) and holes[j][1] <= start:
            j += 1
        k = j
        while k < len(holes) and holes[k][0] < stop:
            if holes[k][0] > start:
                result.append((start, holes[k][0]))
            start = holes[k][1]
            k += 1
        if start < stop:
            result.append((start, stop))
    return result


def clip(spans: Iterable[Span], start: int, stop: int) -> list[Span]:
    """The part of the spans that lies in ``[start, stop)``."""
    return intersection(spans, [(start, stop)])


def total(spans: Iterable[Span]) -> int:
    """How much the spans cover together; what is covered twice counts once."""
    return sum(stop - start for start, stop in union(spans))
