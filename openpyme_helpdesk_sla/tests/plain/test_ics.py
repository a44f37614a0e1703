"""The calendar file for one client (O-11)."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from openpyme_helpdesk_sla.tools import ics

MOMENT = datetime(2026, 2, 18, 16, 0)


def entry(**values):
    return ics.Entry("one@x.example", 2, MOMENT, MOMENT, MOMENT, **{"summary": "Stock", **values})


@given(st.text(), st.text(), st.text())
def test_nothing_breaks_out_of_its_line(summary, name, address):
    """O-11: whatever is entered, the file has the lines it should have, and none of more than 75 octets"""
    content = ics.write(entry(summary=summary, attendee_name=name, attendee_email=f"a{address}")).decode()
    lines = content.split("\r\n")
    assert all(len(line.encode()) <= ics.LINE for line in lines)
    unfolded = content.replace("\r\n ", "").split("\r\n")
    keys = [line.partition(":")[0].partition(";")[0] for line in unfolded if line]
    assert keys == [
        "BEGIN",
        "PRODID",
        "VERSION",
        "METHOD",
        "BEGIN",
        "UID",
        "SEQUENCE",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "ATTENDEE",
        "STATUS",
        "TRANSP",
        "END",
        "END",
    ]
    assert not any(character in content for character in "\x00\x0b\x0c")


def test_escapes():
    """O-11: commas, semicolons, backslashes and line breaks of a text are kept as such"""
    content = ics.write(entry(summary="a, b; c\\d\ne"), ics.CANCEL).decode()
    assert "SUMMARY:a\\, b\\; c\\\\d\\ne" in content
    assert "METHOD:CANCEL" in content
    assert "STATUS:CANCELLED" in content
    assert "DTSTART:20260218T160000Z" in content
