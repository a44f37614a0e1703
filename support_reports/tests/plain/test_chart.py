"""Charts as SVG: well-formed whatever they are given, told in words as well (R-1)."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from support_reports.tools.chart import Bar, Part, course, promises, shares

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60)
counts = st.integers(0, 5000)


def read(svg):
    root = ElementTree.fromstring(svg)
    said = [element.text or "" for element in root.iter() if element.tag.endswith(("title", "desc", "text"))]
    tags = {element.tag.split("}")[-1] for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "defs", "pattern", "rect", "path", "text", "line", "polyline", "circle"}
    return said


@given(words, st.lists(st.builds(Bar, words, counts, counts, words), max_size=12))
def test_promises(title, bars):
    """R-1, S-3: every bar says its numbers, and no word becomes a part of the picture"""
    said = read(promises("p", title, bars))
    assert said[0] == title
    assert all(bar.said in said for bar in bars)


@given(words, st.lists(st.tuples(words, counts, counts), min_size=1, max_size=31))
def test_course(title, days):
    """R-1: a month of any numbers is drawn within its frame, with both sums as text"""
    one, two = [day[1] for day in days], [day[2] for day in days]
    said = read(course("c", title, [day[0] for day in days], ("Raised", one), ("Resolved", two)))
    assert f"Raised: {sum(one)}" in said
    assert f"Resolved: {sum(two)}" in said


@given(words, st.lists(st.builds(Part, words, counts, words, st.just("#000")), max_size=4))
def test_shares(title, parts):
    """R-1: each part says its name and size, also when nothing is in it"""
    said = read(shares("s", title, parts))
    assert all(f"{part.label}: {part.said}" in said for part in parts)


def test_described():
    """R-1: who does not see the picture reads it"""
    svg = promises("p", "Promises", [Bar("PS1: <script>", 3, 1, "3 kept, 1 late")])
    assert "role='img'" in svg
    assert "aria-labelledby='p-title p-desc'" in svg
    assert "<script" not in svg
