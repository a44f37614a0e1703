"""Secrets in HTML: its text nodes read as one text, so that markup in the middle of a key hides nothing."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from lxml import etree
from lxml import html as lxml_html

from .model import MASK, Edit, Finding, Masked, apply, to_edit
from .plain import find_all, mask
from .values import is_distinct, is_placeholder

_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "textarea",
        "tfoot",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
_CELLS: Final = frozenset({"td", "th"})
#: attributes that hold no words of a person
_LEFT_ALONE: Final = frozenset(
    [
        "class",
        "style",
        "width",
        "height",
        "align",
        "valign",
        "border",
        "bgcolor",
        "color",
        "id",
        "rel",
        "target",
        "colspan",
        "rowspan",
        "cellpadding",
        "cellspacing",
        "dir",
        "lang",
    ]
)
#: characters no HTML has; with them in it the parser would not take a text for HTML at all
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PARSER_LIMIT: Final = 50_000_000


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters from ``start`` of the joined text, which are the text or the tail of a node."""

    start: int
    text: str
    node: Any
    tail: bool


def mask_html(html: str, known: Collection[str] = ()) -> Masked:
    """Mask the secrets in the text nodes and attributes of an HTML text (D-16); where there are none, the very same
    text is given back. Markup stays. What is no HTML is masked as plain text.

    :param known: secrets found elsewhere, masked wherever they stand
    """
    if not html or html.isspace():
        return Masked(html)
    root = _parse(html)
    if root is None:
        return mask(html, known)
    text, pieces = _join(root)
    findings = find_all(text, known)
    secrets = {*known, *(found.value for found in findings if is_distinct(found.value))}
    edits = [to_edit(found, text) for found in findings]
    if edits:
        _edit(pieces, edits)
    findings += _mask_attributes(root, secrets)
    if not findings:
        return Masked(html)
    return Masked(_serialise(root), tuple(findings))


def _parse(html: str) -> Any:
    if len(html) > _PARSER_LIMIT:
        return None
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        return lxml_html.fragment_fromstring(_UNFIT.sub("", html).encode("utf-8"), create_parent="div", parser=parser)
    except (etree.LxmlError, ValueError, AssertionError, TypeError):
        return None


def _serialise(root: Any) -> str:
    text: str = lxml_html.tostring(root, encoding="unicode")
    # the parent was ours
    return text.removeprefix("<div>").removesuffix("</div>")


def _join(root: Any) -> tuple[str, list[_Piece]]:
    """The words of a document as its reader sees them: a block begins a line, a cell a column."""
    parts: list[str] = []
    pieces: list[_Piece] = []
    size = 0
    cells = 0

    def put(text: str) -> None:
        nonlocal size
        if text == "\n" and parts and parts[-1] == "\n":
            return  # the end of one row and the beginning of the next
        parts.append(text)
        size += len(text)

    def take(text: str | None, node: Any, tail: bool) -> None:
        if text:
            pieces.append(_Piece(size, text, node, tail))
            if cells or text.isspace():
                text = text.replace("\n", " ").replace("\t", " ").replace("\r", " ")
            put(text)

    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = node.tag if isinstance(node.tag, str) else ""
        small = tag in _CELLS and _is_small(node)
        if event == "start":
            if tag == "br":
                put(" " if cells else "\n")
                parts.append("")  # two of them are an empty line
            elif tag in _BLOCKS:
                put("\n" if not cells or tag == "tr" else " ")
            cells += small
            take(node.text, node, False)
            continue
        if event == "end":
            cells -= small
            if tag in _CELLS:
                put("\t")
            elif tag in _BLOCKS and tag != "br":
                put("\n" if not cells or tag == "tr" else " ")
        else:
            put("\n")
            take(node.text, node, False)
            put("\n")
        if node is not root:
            take(node.tail, node, True)
    return "".join(parts), pieces


def _is_small(cell: Any) -> bool:
    """Whether a cell is one of a table of values; whole letters are laid out in cells as well."""
    return sum(1 for _ in islice(cell.iter(), 9)) < 9


def _edit(pieces: list[_Piece], edits: list[Edit]) -> None:
    """Make edits of the joined text in the nodes that it comes from."""
    pending: dict[int, list[Edit]] = {}
    index = 0
    for edit in edits:
        while index < len(pieces) and pieces[index].start + len(pieces[index].text) <= edit.start:
            index += 1
        position, first = index, True
        while position < len(pieces) and pieces[position].start < max(edit.end, edit.start + 1):
            piece = pieces[position]
            start, end = max(edit.start - piece.start, 0), min(edit.end - piece.start, len(piece.text))
            pending.setdefault(position, []).append(Edit(start, end, edit.text if first else ""))
            first = False
            position += 1
        index = max(index, position - 1)
    for position, changes in pending.items():
        piece = pieces[position]
        text = _UNFIT.sub("", apply(piece.text, changes))
        if piece.tail:
            piece.node.tail = text
        else:
            piece.node.text = text


def _mask_attributes(root: Any, secrets: set[str]) -> list[Finding]:
    found: list[Finding] = []
    for node in root.iter(etree.Element):
        for name, value in node.attrib.items():
            if name in _LEFT_ALONE or len(value) < 4 or value.startswith("data:"):
                continue
            if name == "value" and node.get("type", "").lower() == "password":
                if not is_placeholder(value):
                    found.append(Finding("password", 0, len(value), "password", value))
                    node.set(name, MASK)
                continue
            masked = mask(value, secrets)
            if masked:
                found += masked.findings
                node.set(name, _UNFIT.sub("", masked.text))
    return found


def text_pieces(html: str) -> Iterator[str]:
    """The text nodes of a document, for tests and for those who compare."""
    root = _parse(html)
    if root is not None:
        yield from (piece.text for piece in _join(root)[1])
