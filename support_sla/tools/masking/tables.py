"""Secrets in tables: a cell beside a cell that names it, or a column below such a head (CSV, tabs, bars, HTML)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .labelled import Name, check_whole, find_names
from .model import MASK, Finding
from .values import ENDS, is_credential, is_named_key, is_named_password, is_placeholder
from .words import HEADS

_SIGNS: Final = "\t|;,"
_LONGEST_HEAD: Final = 48


@dataclass(frozen=True, slots=True)
class Cell:
    """Characters ``start`` to ``end`` of a text, without the space and the quotes around them."""

    start: int
    end: int
    text: str


def find(text: str) -> Iterator[Finding]:
    """All secrets in ``text`` that stand in a cell beside or below a cell that names them."""
    sign, count = "", 0
    columns: dict[int, Name] = {}
    start = 0
    size = len(text)
    while start < size:
        stop = text.find("\n", start)
        stop = size if stop < 0 else stop
        if sign:
            cells = _split(text, start, stop, sign) if text.find(sign, start, stop) >= 0 else []
            if len(cells) == count:
                for index, name in columns.items():
                    found = _read(text, cells[index], name, bare=sign in ",;")
                    if found:
                        yield found
                start = stop + 1
                continue
            sign = ""
        for candidate in _SIGNS:
            if text.find(candidate, start, stop) < 0:
                continue
            # a row of names is short
            cells = _split(text, start, stop, candidate) if stop - start < 4000 else []
            names = {index: head for index, cell in enumerate(cells) if (head := _name(text, cell))}
            if not names:
                continue
            beside = list(_find_beside(text, cells, names)) if candidate in "\t|" else []
            yield from beside
            if not beside and len(cells) > 1 and all(len(cell.text) <= _LONGEST_HEAD for cell in cells):
                sign, count, columns = candidate, len(cells), names
            break
        start = stop + 1


def _split(text: str, start: int, stop: int, sign: str) -> list[Cell]:
    """The cells of a line; a separator between quotes separates nothing."""
    cells = []
    begin = position = start
    quoted = False
    while position <= stop:
        if position == stop or (text[position] == sign and not quoted):
            cells.append(_trim(text, begin, position))
            begin = position + 1
        elif text[position] == '"':
            quoted = not quoted
        position += 1
    if quoted:  # an odd quote is no quote
        cells, begin = [], start
        for part in text[start:stop].split(sign):
            cells.append(_trim(text, begin, begin + len(part)))
            begin += len(part) + 1
    return cells


def _trim(text: str, start: int, end: int) -> Cell:
    while start < end and text[start] in " \t\r\xa0":
        start += 1
    while end > start and text[end - 1] in " \t\r\xa0":
        end -= 1
    if end - start > 1 and text[start] == text[end - 1] and text[start] in "\"'`":
        start, end = start + 1, end - 1
    return Cell(start, end, text[start:end])


def _name(text: str, cell: Cell) -> Name | None:
    """The name that a cell is, if it is nothing but that."""
    if not 2 < len(cell.text) <= _LONGEST_HEAD or MASK in cell.text:
        return None
    names = list(find_names(cell.text))
    if not names or cell.text[names[-1].end :].strip(ENDS + "*") or len(cell.text[: names[0].start].split()) > 2:
        return None
    name = names[-1]
    return Name(cell.start + name.start, cell.start + name.end, name.kind, name.sort, name.text)


def _find_beside(text: str, cells: list[Cell], names: dict[int, Name]) -> Iterator[Finding]:
    filled = [cell for cell in cells if cell.text]
    for index, name in names.items():
        value = next((cell for cell in cells[index + 1 :] if cell.text), None)
        if value is None or value.text.strip(ENDS).lower() in HEADS or _name(text, value):
            continue
        if is_credential(value.text) or (len(filled) == 2 and is_named_password(value.text)):
            found = _read(text, value, name)
            if found:
                yield found


def _read(text: str, cell: Cell, name: Name, bare: bool = False) -> Finding | None:
    if bare and " " in cell.text and text[cell.start - 1 : cell.start] != '"':
        return None
    judge = is_named_key if name.kind == "key" else is_named_password
    if not cell.text or cell.text.strip(ENDS).lower() in HEADS or is_placeholder(cell.text):
        return None
    if " " not in cell.text and not judge(cell.text):
        return None
    return check_whole(text, cell.start, cell.end, name)
