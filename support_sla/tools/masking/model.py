"""What masking gives back, and how a finding becomes an edit of a text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

#: stands for what was taken out: ASCII, so that it fits every encoding; its length says nothing of the secret's
MASK = "********"

Kind = Literal["password", "key", "private_key"]
#: of these nothing stays
SILENT: frozenset[str] = frozenset({"password", "private_key"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A secret found in a text.

    ``start`` and ``end`` count characters of the text that was given (of an HTML text: of its text nodes, joined).
    ``value`` is the secret itself, for a caller that moves it to an encrypted place; it is kept out of ``repr``, so
    that no log line shows it.
    """

    kind: Kind
    start: int
    end: int
    label: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without its secrets, and what was found in it."""

    text: str
    findings: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self.findings)


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters of a text that are replaced."""

    start: int
    end: int
    text: str = MASK


def kept(kind: str, length: int) -> int:
    """How many characters stay at each end (D-16: a few of a key, none of a password or of a short key)."""
    if kind in SILENT or length < 12:
        return 0
    return 4 if length >= 20 else 2


def to_edit(finding: Finding, text: str) -> Edit:
    """The edit that masks a finding in the text that it was found in.

    A sign at an end is not kept: it might join what follows to another secret's name, and masking twice would be more
    than masking once.
    """
    ends = kept(finding.kind, finding.end - finding.start)
    head, tail = finding.start + ends, finding.end - ends
    return Edit(
        head if _is_plain(text[finding.start : head]) else finding.start,
        tail if _is_plain(text[tail : finding.end]) else finding.end,
    )


def _is_plain(end: str) -> bool:
    return end.replace("_", "a").replace("-", "a").isalnum()


def apply(text: str, edits: Iterable[Edit]) -> str:
    """``text`` with its edits made; they do not overlap and are in order."""
    parts: list[str] = []
    position = 0
    for edit in edits:
        parts += (text[position : edit.start], edit.text)
        position = edit.end
    parts.append(text[position:])
    return "".join(parts)


def merge(findings: Sequence[Finding], text: str) -> list[Finding]:
    """Findings in order, those that overlap made one: the stricter kind holds for the whole of it."""
    merged: list[Finding] = []
    for finding in sorted(findings, key=lambda found: (found.start, -found.end)):
        if not merged or finding.start >= merged[-1].end:
            merged.append(finding)
            continue
        before = merged[-1]
        strict = finding if finding.kind in SILENT and before.kind not in SILENT else before
        end = max(before.end, finding.end)
        if end == before.end and strict is before:
            continue
        value = before.value if end == before.end else text[before.start : end]
        merged[-1] = Finding(strict.kind, before.start, end, strict.label, value)
    return merged
