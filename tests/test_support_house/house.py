"""What the house's tests share: our addons and their manifests. Plain Python, no addon: nothing to install."""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Addon:
    name: str
    folder: Path
    manifest: dict[str, Any]

    def files(self, *suffixes: str) -> list[Path]:
        """The addon's own files with these suffixes."""
        return [
            file
            for file in sorted(self.folder.rglob("*"))
            if file.suffix in suffixes and not {"__pycache__", "lib"}.intersection(file.parts)
        ]


@functools.cache
def addons(folder: Path = ROOT) -> dict[str, Addon]:
    """The installable addons directly in a folder."""
    found = {}
    for file in sorted(folder.glob("*/__manifest__.py")):
        manifest = ast.literal_eval(file.read_text())
        if manifest.get("installable", True):
            found[file.parent.name] = Addon(file.parent.name, file.parent, manifest)
    return found


@functools.cache
def all_addons() -> dict[str, Addon]:
    """The product, the test addons and what setup/ adds."""
    return {**addons(), **addons(ROOT / "tests"), **addons(ROOT / "setup" / "addons")}
