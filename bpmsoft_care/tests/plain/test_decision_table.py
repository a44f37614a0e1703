"""The decision table without Odoo: what is asked, which row holds, what is missing (B-12)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmsoft_care.tools.decision import ANY, NO, YES, Row, asks_defect, asks_described, find, holes, is_defect

OWN_PROJECT = [Row(1, YES, YES), Row(2, YES, NO), Row(3, NO, ANY)]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ((YES, YES, YES), YES),
        ((NO, YES, YES), NO),
        ((YES, NO, YES), NO),
        ((YES, YES, NO), NO),
        ((YES, YES, None), None),
        ((NO, None, None), None),
    ],
)
def test_definition_of_a_defect(answers, expected):
    """B-12: all three parts make a defect; each is answered before anything follows"""
    assert is_defect(*answers) == expected


def test_questions_follow_from_the_rows():
    """B-12: only what a row distinguishes is asked, and the second question after the first"""
    assert asks_described(OWN_PROJECT)
    assert not asks_defect(OWN_PROJECT, None)
    assert asks_defect(OWN_PROJECT, YES)
    assert not asks_defect(OWN_PROJECT, NO)
    assert not asks_described([Row(1)])
    assert asks_defect([Row(1, ANY, YES), Row(2, ANY, NO)], None)


def test_the_most_specific_row_holds():
    """B-12: a row for just these answers goes before one for any"""
    rows = [Row(1), Row(2, YES, ANY), Row(3, YES, YES), Row(4, ANY, YES, 5)]
    assert find(rows, YES, YES).id == 3
    assert find(rows, NO, YES).id == 4
    assert find(rows, NO, NO).id == 1
    assert find([], None, None) is None


rows_of_a_source = st.lists(
    st.builds(Row, st.integers(1, 99), st.sampled_from([ANY, YES, NO]), st.sampled_from([ANY, YES, NO])), max_size=5
)


@given(rows_of_a_source)
def test_holes_are_exactly_what_finds_no_row(rows):
    """B-12: whoever answers all that is asked gets a row, or the check has named the hole"""
    missing = holes(rows)
    for described in (YES, NO) if asks_described(rows) else (None,):
        for defect in (YES, NO) if asks_defect(rows, described) else (None,):
            assert (find(rows, described, defect) is None) == ((described, defect) in missing)
