import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_sla.tools.contact import phone_link, web_link


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("+44 20 7946 0000", "tel:+442079460000"),
        ("+44 (0)20 7946 0000", "tel:+442079460000"),
        ("(020) 7946-0000", "tel:02079460000"),
        ("020.7946.0000", "tel:02079460000"),
        ("112", "tel:112"),
        ("12", ""),
        ("0" * 16, ""),
        ("call us", ""),
        ("+44 20 79x6 0000", ""),
        ("(020 7946 0000", ""),
        ("++44207946000", ""),
        ("020 7946 0000 ext. 5", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_phone(text, link):
    """J-1: a number as people write it becomes one that a phone dials; anything else is none."""
    assert phone_link(text) == link


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("https://status.example.com", True),
        ("http://status.example.com:8080/now?a=1#top", True),
        ("status.example.com", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://status", False),
        ("https://a..b", False),
        ("https://user:secret@status.example.com", False),
        ("https://status.example.com/a b", False),
        ("https://status.example.com:port", False),
        ("ftp://status.example.com", False),
        ('https://status.example.com/"onclick=', False),
    ],
)
def test_web(text, good):
    """J-1, D-18: only addresses that a browser may be sent to."""
    assert web_link(text) == (text if good else "")


@given(st.text(max_size=60))
def test_no_text_gives_another_scheme(text):
    """S-2: whatever was typed, the links are tel: and http(s): ones, or none."""
    phone = phone_link(text)
    assert not phone or (phone.startswith("tel:") and phone[4:].lstrip("+").isdecimal())
    assert web_link(text).startswith(("http://", "https://")) or not web_link(text)
