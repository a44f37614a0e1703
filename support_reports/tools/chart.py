"""Small charts as SVG text, for pages and papers alike.

Plain, typed Python; nothing here imports Odoo. Every chart has a title and a description for those who do not see it,
says its numbers as text beside its bars, and tells its parts apart by pattern or by place, never by colour alone. Words
come from the caller, in the reader's language, and are escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

GOOD: Final = "#1f7a4d"
BAD: Final = "#b3261e"
MIDDLE: Final = "#8a6d00"
INK: Final = "#1f2937"
FAINT: Final = "#6b7280"
RULE: Final = "#d1d5db"
ONE: Final = "#1d4ed8"
TWO: Final = "#0f766e"
FONT: Final = "font-family='Roboto, DejaVu Sans, sans-serif'"


@dataclass(frozen=True, slots=True)
class Bar:
    """A promise: how often it was kept and late, and the words for both."""

    label: str
    kept: int
    late: int
    said: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole: its size, and both the name and the size in words."""

    label: str
    size: int
    said: str
    color: str


def _text(x: float, y: float, words: str, size: int = 12, color: str = INK, anchor: str = "start") -> str:
    return (
        f"<text x='{x:g}' y='{y:g}' font-size='{size}' {FONT} fill='{color}' text-anchor='{anchor}'>"
        f"{escape(words)}</text>"
    )


def _svg(name: str, title: str, description: str, width: int, height: int, body: str) -> str:
    name = escape(name)
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' "
        f"class='o_support_chart' role='img' aria-labelledby='{name}-title {name}-desc'>"
        f"<title id='{name}-title'>{escape(title)}</title><desc id='{name}-desc'>{escape(description)}</desc>"
        f"{body}</svg>"
    )


def shorten(words: str, most: int) -> str:
    """``words``, cut at ``most`` characters with an ellipsis."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def promises(name: str, title: str, bars: Sequence[Bar], width: int = 640) -> str:
    """A bar for each promise: what was kept from the left, what was late hatched behind it, the numbers as text."""
    label, said, step, top = 210, 150, 26, 6
    room = width - label - said - 16
    lines = ["<defs><pattern id='" + escape(name) + "-late' width='6' height='6' patternUnits='userSpaceOnUse'>"]
    lines.append(f"<rect width='6' height='6' fill='{BAD}'/><path d='M0 6L6 0' stroke='#fff' stroke-width='1.4'/>")
    lines.append("</pattern></defs>")
    for index, bar in enumerate(bars):
        y = top + index * step
        total = bar.kept + bar.late
        kept = room * bar.kept / total if total else 0
        lines.append(_text(label - 8, y + 15, shorten(bar.label, 34), 12, INK, "end"))
        lines.append(f"<rect x='{label}' y='{y + 3}' width='{room}' height='16' fill='none' stroke='{RULE}'/>")
        if kept:
            lines.append(f"<rect x='{label}' y='{y + 3}' width='{kept:.1f}' height='16' fill='{GOOD}'/>")
        if bar.late:
            lines.append(
                f"<rect x='{label + kept:.1f}' y='{y + 3}' width='{room - kept:.1f}' height='16' "
                f"fill='url(#{escape(name)}-late)' stroke='{BAD}'/>"
            )
        lines.append(_text(label + room + 10, y + 15, bar.said, 12))
    description = "; ".join(f"{bar.label}: {bar.said}" for bar in bars)
    return _svg(name, title, description, width, top * 2 + step * len(bars), "".join(lines))


def course(
    name: str,
    title: str,
    days: Sequence[str],
    first: tuple[str, Sequence[int]],
    second: tuple[str, Sequence[int]],
    width: int = 640,
) -> str:
    """Two courses by day: the first as a solid line with round marks, the second dashed with square ones.

    :param days: what stands below each point; some may be ""
    :param first: its name and a number a day
    :param second: the same
    """
    height, left, right, top, bottom = 170, 30, 12, 26, 24
    highest = max([1, *first[1], *second[1]])
    step = max(1, -(-highest // 4))
    highest = step * -(-highest // step)
    inner, tall = width - left - right, height - top - bottom

    def at(index: int, value: int) -> tuple[float, float]:
        share = index / (len(days) - 1) if len(days) > 1 else 0.5
        return left + inner * share, top + tall * (1 - value / highest)

    lines = []
    for value in range(0, highest + 1, step):
        y = at(0, value)[1]
        lines.append(f"<line x1='{left}' y1='{y:.1f}' x2='{width - right}' y2='{y:.1f}' stroke='{RULE}'/>")
        lines.append(_text(left - 6, y + 4, str(value), 11, FAINT, "end"))
    for index, day in enumerate(days):
        if day:
            lines.append(_text(at(index, 0)[0], height - 6, day, 11, FAINT, "middle"))
    for (words, values), color, dash, mark, x in (
        (first, ONE, "", "circle", left),
        (second, TWO, " stroke-dasharray='5 3'", "rect", left + inner / 2),
    ):
        points = [at(index, value) for index, value in enumerate(values)]
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
        lines.append(f"<polyline points='{path}' fill='none' stroke='{color}' stroke-width='2'{dash}/>")
        for (px, py), value in zip(points, values, strict=True):
            if value:
                lines.append(_mark(mark, px, py, color))
        lines.append(_mark(mark, x + 5, 11, color))
        lines.append(_text(x + 15, 15, f"{words}: {sum(values)}", 12))
    description = f"{first[0]}: {sum(first[1])}; {second[0]}: {sum(second[1])}"
    return _svg(name, title, description, width, height, "".join(lines))


def _mark(shape: str, x: float, y: float, color: str) -> str:
    if shape == "circle":
        return f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3.5' fill='{color}'/>"
    return f"<rect x='{x - 3:.1f}' y='{y - 3:.1f}' width='6' height='6' fill='{color}'/>"


def shares(name: str, title: str, parts: Sequence[Part], width: int = 640) -> str:
    """One bar cut into parts, each told below with its name and size."""
    whole = sum(part.size for part in parts)
    lines, x, line = [], 0.0, 46
    for number, part in enumerate(parts, 1):
        length = width * part.size / whole if whole else 0
        if length:
            lines.append(
                f"<rect x='{x:.1f}' y='4' width='{length:.1f}' height='22' fill='{part.color}' stroke='#fff'/>"
            )
        if length > 14:
            lines.append(_text(x + length / 2, 19, str(number), 12, "#fff", "middle"))
        x += length
        # numbered: whoever does not tell the colours apart tells the parts apart
        lines.append(f"<rect x='0' y='{line - 12}' width='16' height='16' fill='{part.color}'/>")
        lines.append(_text(8, line, str(number), 12, "#fff", "middle"))
        lines.append(_text(24, line, f"{part.label}: {part.said}", 12))
        line += 20
    description = "; ".join(f"{part.label}: {part.said}" for part in parts)
    return _svg(name, title, description, width, line - 8, "".join(lines))
