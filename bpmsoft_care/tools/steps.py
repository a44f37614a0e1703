"""The steps that lead to an error, as a list (B-8)."""

from __future__ import annotations

import re

#: what people put before the steps of a list: "1.", "2)", "-", "•"
MARK = re.compile(r"^\s*(?:\(?\d{1,3}[.)](?=\s|\D)|[-–—*•·])\s*")


def split_steps(text: str) -> list[str]:
    """The lines of ``text``, one step each, without the marks or numbers of a list before them.

    Empty lines are none. A line that is nothing but a mark is no step.
    """
    steps = (MARK.sub("", line).strip() for line in text.splitlines())
    return [step for step in steps if step]
