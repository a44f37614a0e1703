"""Secrets in a whole mail as it came over the wire, for where the original is kept."""

import base64
import email
import email.policy
from email.header import Header, decode_header, make_header
from email.message import Message

from .files import mask_file
from .model import MASK, Finding, Masked
from .plain import mask
from .values import is_distinct


def mask_mail(raw: bytes) -> tuple[bytes, tuple[Finding, ...]]:
    """A mail without the secrets in its subject and in its parts of text, however they are encoded (S-6).

    A mail in which nothing was found is given back to the letter. A part that cannot be read is left out when the rest
    of the mail cannot be put together again.
    """
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    found: list[Finding] = []
    # what is named in one part is the same secret in the others
    for _round in range(2):
        known = {finding.value for finding in found if is_distinct(finding.value)}
        for part in message.walk():
            found += _mask_part(part, known)
        subject = _mask_subject(message, known)
        found += subject.findings
        if not found:
            return raw, ()
    try:
        return message.as_bytes(), tuple(found)
    except (UnicodeError, ValueError, TypeError, LookupError, AttributeError):
        return MASK.encode(), tuple(found)


def _mask_part(part: Message, known: set[str]) -> tuple[Finding, ...]:
    if part.is_multipart():
        return ()
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ()
    kind = part.get_content_type()
    masked = mask_file(data, part.get_filename() or "", kind, known)
    if not masked:
        return ()
    del part["Content-Transfer-Encoding"]
    part.set_payload(base64.encodebytes(masked.data).decode("ascii"))
    part["Content-Transfer-Encoding"] = "base64"
    return masked.findings


def _mask_subject(message: Message, known: set[str]) -> Masked:
    try:
        subject = str(make_header(decode_header(str(message.get("Subject", "")))))
    except (LookupError, ValueError):
        subject = str(message.get("Subject", ""))
    masked = mask(subject, known)
    if masked:
        del message["Subject"]
        message["Subject"] = Header(masked.text, "utf-8").encode()
    return masked
