"""What a person reads on the terminal."""

from __future__ import annotations

import sys


class Trouble(Exception):
    """A step failed: what failed, and what the reader can do."""

    def __init__(self, what: str, todo: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.todo = todo


def step(text: str) -> None:
    print(f"==> {text}", flush=True)


def note(text: str) -> None:
    print(f"    {text}", flush=True)


def trouble(error: Trouble) -> None:
    print(f"setup: {error.what}", file=sys.stderr)
    if error.todo:
        print(f"  do: {error.todo}", file=sys.stderr)
    sys.stderr.flush()
