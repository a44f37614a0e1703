"""Secrets in plain text: what each of the finders sees, made one, and masked."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from typing import Final

from . import keys, labelled, tables
from .model import Edit, Finding, Kind, Masked, apply, merge, to_edit
from .values import ENDS, is_distinct

#: characters that nobody sees; copied from a web page they stand in the middle of keys
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_ESCAPED: Final = re.compile(r"\\[nrt]")
_RUN: Final = re.compile(r"\S+")
#: up to so many secrets are looked for inside of other words, too
_FEW: Final = 40
_ROUNDS: Final = 4


def mask(text: str, known: Collection[str] = ()) -> Masked:
    """Mask the secrets in a plain text: a body, a subject, a chat message, a log (D-16, S-6).

    Of a key a few characters stay at both ends, of a password nothing. What is masked already is left as it is, so
    masking twice changes nothing. The time is linear in the length of the text.

    :param known: secrets found elsewhere, masked wherever they stand
    """
    if not text:
        return Masked(text)
    shown = _INVISIBLE.sub("", text) if _INVISIBLE.search(text) else text
    findings = find_all(shown, known)
    if not findings:
        return Masked(text)
    edits = [to_edit(finding, shown) for finding in findings]
    if shown is not text:
        places = _Places(text)
        edits = [Edit(places.start(edit.start), places.end(edit.end), edit.text) for edit in edits]
        findings = [
            Finding(found.kind, places.start(found.start), places.end(found.end), found.label, found.value)
            for found in findings
        ]
    return Masked(apply(text, edits), tuple(findings))


def find_all(text: str, known: Collection[str] = ()) -> list[Finding]:
    """What is secret in a text, in order and without overlap.

    The ends of a key that stay can make a name together with what follows. So what would come out is looked at again,
    a few times at most.
    """
    found = _find_once(text, known)
    for _ in range(_ROUNDS if found else 0):
        edits = [to_edit(finding, text) for finding in found]
        more = _find_once(apply(text, edits), ())
        if not more:
            break
        found = merge([*found, *_trace(text, edits, more)], text)
    return found


def _find_once(text: str, known: Collection[str]) -> list[Finding]:
    # the same length, so that every position stays
    plain = _ESCAPED.sub("  ", text) if "\\" in text else text
    found = merge([*keys.find(plain), *labelled.find(text), *tables.find(text)], text)
    secrets: dict[str, Kind] = {value: "password" for value in known if is_distinct(value)}
    secrets |= {finding.value: finding.kind for finding in found if is_distinct(finding.value)}
    if secrets:
        found = merge([*found, *_find_again(text, secrets, found)], text)
    return found


def _trace(text: str, edits: list[Edit], findings: list[Finding]) -> Iterator[Finding]:
    """Findings of a text that edits were made in, at their places in the text before."""
    starts: list[int] = []  # of what the edits put in, in the text after
    gained = 0
    for edit in edits:
        starts.append(edit.start + gained)
        gained += len(edit.text) - (edit.end - edit.start)

    def back(position: int, end: bool) -> int:
        index = bisect_right(starts, position) - 1
        if index < 0:
            return position
        edit = edits[index]
        inside = position - starts[index]
        if inside < len(edit.text):
            return edit.start if not end or not inside else edit.end
        return edit.end + inside - len(edit.text)

    for found in findings:
        start, stop = back(found.start, False), back(found.end, True)
        yield Finding(found.kind, start, stop, found.label, text[start:stop])


def _find_again(text: str, secrets: dict[str, Kind], found: list[Finding]) -> Iterator[Finding]:
    """The same secrets where nothing says that they are."""
    taken = {finding.start for finding in found}
    if len(secrets) <= _FEW:
        for value, kind in secrets.items():
            start = text.find(value)
            while start >= 0:
                if start not in taken:
                    yield Finding(kind, start, start + len(value), "again", value)
                start = text.find(value, start + len(value))
        return
    for run in _RUN.finditer(text):
        word = run.group()
        bare = word.strip(ENDS)
        for value in (word, bare):
            if value in secrets:
                start = run.start() + word.find(value)
                yield Finding(secrets[value], start, start + len(value), "again", value)
                break


class _Places:
    """Where the characters of a text without invisible ones stand in the text itself."""

    def __init__(self, text: str) -> None:
        # how many visible characters come before each invisible one
        self._before = [match.start() - index for index, match in enumerate(_INVISIBLE.finditer(text))]

    def start(self, position: int) -> int:
        return position + bisect_right(self._before, position)

    def end(self, position: int) -> int:
        return position + bisect_left(self._before, position)


__all__ = ["Edit", "find_all", "mask"]
