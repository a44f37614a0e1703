"""The bench's own machinery; what it measures is no matter of tests (see ./setup/bench)."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from test_support_bench.figures import Figure, table
from test_support_bench.measure import Cost, Memory

FIGURES = [
    Figure("queries", "create", 14, limit=14),
    Figure("queries", "stage", 4.2, limit=4, note="plain 1"),
    Figure("calendar", "add", 99.9, "×", 100, least=True),
    Figure("time", "create", 0.0123, "s"),
]


def test_what_is_allowed_is_kept_and_what_is_beyond_is_missed() -> None:
    """E-10: a figure at its limit is kept, one beyond it is missed; without a limit it is for information."""
    assert [figure.kept for figure in FIGURES] == [True, False, False, True]
    lines = table(FIGURES).splitlines()
    assert lines[1] == "QUERIES" and lines[3].split() == ["stage", "4.2", "≤", "4", "MISSED", "plain", "1"]
    assert "| stage | 4.2 | ≤ 4 | MISSED | plain 1 |" in table(FIGURES, markdown=True)


def test_costs_are_medians_a_unit() -> None:
    """E-10: one slow turn does not move the figure."""
    cost = Cost()
    for queries, seconds in ((300, 1.0), (310, 9.0), (290, 1.2)):
        cost.add(queries, seconds, 100)
    assert (cost.query, round(cost.second, 4)) == (3.0, 0.012)


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="Linux tells the peak of its memory")
def test_memory_is_the_peak_not_what_is_left() -> None:
    """E-10: what was taken and given back in between counts."""
    with Memory() as memory:
        block = bytearray(64 * 2**20)
        block[::4096] = b"x" * len(block[::4096])
        del block
        gc.collect()
    assert memory.growth > 50 * 2**20


def test_it_says_how_it_is_used() -> None:
    """E-10: --help needs neither a database nor Odoo; an unknown scene is refused with the names of those there are."""
    command = [sys.executable, "-m", "test_support_bench"]
    folder = Path(__file__).resolve().parents[1]
    shown = subprocess.run([*command, "--help"], cwd=folder, capture_output=True, text=True, check=True).stdout
    assert "--quick" in shown and "--only" in shown
    refused = subprocess.run([*command, "--only", "sweeping"], cwd=folder, capture_output=True, text=True, check=False)
    assert refused.returncode == 2 and "recompute" in refused.stderr
