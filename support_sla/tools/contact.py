"""Phone numbers and web addresses as people write them, and the links that reach them."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

#: digits with the usual marks between them; "+" only in front
_PHONE: Final = re.compile(r"\+?[\s()./\-\u2010\u2011\u2013]*\d[\d\s()./\-\u2010\u2011\u2013]*")
#: the shortest emergency numbers have three digits, E.164 allows fifteen
_LEAST: Final = 3
_MOST: Final = 15


def phone_link(text: str) -> str:
    """``tel:`` link for a phone number as somebody wrote it; "" when it is none.

    The "(0)" of "+44 (0)20 …" is dialled at home only, so it is left out behind a "+".
    """
    text = text.strip()
    if not _PHONE.fullmatch(text) or text.count("(") != text.count(")"):
        return ""
    if text.startswith("+"):
        text = text.replace("(0)", "", 1)
    digits = "".join(letter for letter in text if letter in "0123456789")
    if not _LEAST <= len(digits) <= _MOST:
        return ""
    return f"tel:{'+' if text.startswith('+') else ''}{digits}"


def web_link(text: str) -> str:
    """The address of a web page if ``text`` is one that a browser may be sent to, else ""."""
    text = text.strip()
    if not text.isprintable() or re.search(r"[\s<>\"'\\]", text):
        return ""
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        return ""
    labels = host.split(".")
    return text if len(labels) > 1 and all(labels) else ""
