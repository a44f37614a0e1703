"""A calendar file for one person (RFC 5545): what a client puts into an own calendar (O-11).

Nobody but the person invited is named in it, so that no client learns of another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

INVITE: Final = "REQUEST"
CANCEL: Final = "CANCEL"
#: octets a line may have, without the end of line
LINE: Final = 75


@dataclass(frozen=True, slots=True)
class Entry:
    """``start``, ``stop`` and ``stamp`` are naive UTC; ``sequence`` grows with every change of the same ``uid``."""

    uid: str
    sequence: int
    stamp: datetime
    start: datetime
    stop: datetime
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    organizer_name: str = ""
    organizer_email: str = ""
    attendee_name: str = ""
    attendee_email: str = ""


def escape(text: str) -> str:
    """A value of type TEXT; carriage returns and other controls are left out."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\r\n", "\n")
    text = "".join(character for character in text if character == "\n" or character >= " ")
    return text.replace("\n", "\\n")


def _quote(text: str) -> str:
    """A parameter's value: it may have neither quotes nor controls."""
    return '"' + "".join(character for character in text if character != '"' and character >= " ") + '"'


def _plain(text: str) -> str:
    """An address: without anything that could begin another line."""
    return "".join(character for character in text if character > " ")


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")


def fold(line: str) -> str:
    """Lines of at most 75 octets; no character is torn apart."""
    pieces: list[str] = []
    piece, octets = "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > LINE:
            pieces.append(piece)
            piece, octets = " ", 1
        piece += character
        octets += size
    pieces.append(piece)
    return "\r\n".join(pieces)


def write(entry: Entry, method: str = INVITE) -> bytes:
    """The file, for :data:`INVITE` or :data:`CANCEL`."""
    lines = [
        "BEGIN:VCALENDAR",
        "PRODID:-//support-desk//sessions//EN",
        "VERSION:2.0",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{_plain(entry.uid)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_moment(entry.stamp)}",
        f"DTSTART:{_moment(entry.start)}",
        f"DTEND:{_moment(entry.stop)}",
        f"SUMMARY:{escape(entry.summary)}",
    ]
    if entry.description:
        lines.append(f"DESCRIPTION:{escape(entry.description)}")
    if entry.location:
        lines.append(f"LOCATION:{escape(entry.location)}")
    if entry.url:
        lines.append(f"URL:{_plain(entry.url)}")
    if entry.organizer_email:
        lines.append(f"ORGANIZER;CN={_quote(entry.organizer_name)}:mailto:{_plain(entry.organizer_email)}")
    if entry.attendee_email:
        lines.append(
            f"ATTENDEE;CN={_quote(entry.attendee_name)};ROLE=REQ-PARTICIPANT;RSVP=FALSE:"
            f"mailto:{_plain(entry.attendee_email)}"
        )
    lines += [
        f"STATUS:{'CANCELLED' if method == CANCEL else 'CONFIRMED'}",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(fold(line) for line in lines).encode()
