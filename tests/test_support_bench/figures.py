"""What was measured, what is allowed, and the table of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value.

    ``limit``: what spec/engine.md E-10 or E-2.5 allows; ``least`` says that it is a lower limit. Without a limit it
    is for information. ``note``: what was measured beside it.
    """

    scene: str
    what: str
    value: float
    unit: str = ""
    limit: float | None = None
    least: bool = False
    note: str = ""

    @property
    def kept(self) -> bool:
        if self.limit is None:
            return True
        return self.value >= self.limit if self.least else self.value <= self.limit

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "kept": self.kept}


def number(value: float) -> str:
    """Three figures that count, and thousands set apart."""
    if value >= 1000:
        return f"{value:,.0f}"
    if value >= 100 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.3g}"


def table(figures: Iterable[Figure], markdown: bool = False) -> str:
    """The figures in columns, for a terminal or for docs/bench.md."""
    rows = [("", "measured", "allowed", "", "beside it")]
    scene = ""
    for figure in figures:
        if figure.scene != scene:
            scene = figure.scene
            rows.append((f"**{scene}**" if markdown else scene.upper(), "", "", "", ""))
        allowed = "" if figure.limit is None else f"{'≥' if figure.least else '≤'} {number(figure.limit)}"
        mark = "" if figure.limit is None else ("kept" if figure.kept else "MISSED")
        rows.append((figure.what, f"{number(figure.value)} {figure.unit}".strip(), allowed, mark, figure.note))
    if markdown:
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([lines[0], "|" + " --- |" * 5, *lines[1:]])
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]).rstrip()
        for row in rows
    )
