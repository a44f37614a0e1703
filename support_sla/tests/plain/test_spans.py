"""The algebra of spans against plain sets of numbers."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from sla_calendar_cases import moderate

from support_sla.tools.spans import clip, difference, intersection, total, union

spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)


def numbers(some):
    return {number for start, stop in some for number in range(start, stop)}


def is_normal(some):
    flat = [edge for span in some for edge in span]
    return all(a < b for a, b in pairwise(flat))


@moderate
@given(spans, spans)
def test_spans_are_sets_of_seconds(one, other):
    """E-2.4: joining, cutting and taking away spans is exact to the second and leaves sorted, separate spans."""
    for result, expected in (
        (union(one, other), numbers(one) | numbers(other)),
        (intersection(one, other), numbers(one) & numbers(other)),
        (difference(one, other), numbers(one) - numbers(other)),
        (clip(one, 7, 23), numbers(one) & set(range(7, 23))),
    ):
        assert numbers(result) == expected
        assert is_normal(result)
        assert total(result) == len(expected)


def test_spans_that_touch_become_one():
    """E-2.4: two days that touch at midnight are one span, nothing is lost between them."""
    assert union([(10, 20)], [(20, 30)], [(5, 5), (9, 3)]) == [(10, 30)]
    assert difference([(0, 10)], [(0, 10)]) == []
    assert total([(0, 10), (5, 15)]) == 15
