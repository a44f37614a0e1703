"""Our addons: which there are, what they depend on, and whether they changed."""

from __future__ import annotations

import ast
import hashlib
from dataclasses import dataclass
from pathlib import Path

from .odoo_source import OdooSource
from .places import ROOT, SETUP
from .say import Trouble

# Debian's odoo-19 lacks this script; the addon takes it out of the backend's bundle
MISSING_SCRIPT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
DEBIAN_ADDON = "support_debian_odoo"
# folders of an addon that an update of the database does not read
NOT_LOADED = {"tests", "readme", "static", "__pycache__", "screenshots"}


@dataclass(frozen=True)
class Addon:
    """One of our addons."""

    name: str
    folder: Path
    manifest: dict[str, object]

    @property
    def depends(self) -> list[str]:
        found = self.manifest.get("depends") or []
        assert isinstance(found, list)
        return found

    def digest(self) -> str:
        """Changes when something changes that the database has to be updated for."""
        content = hashlib.sha256()
        for file in sorted(self.folder.rglob("*")):
            parts = file.relative_to(self.folder).parts
            if (
                file.is_file()
                and not NOT_LOADED.intersection(parts)
                and file.suffix in (".py", ".xml", ".csv", ".po", ".sql")
            ):
                content.update(str(parts).encode() + b"\0" + file.read_bytes())
        return content.hexdigest()[:16]


def _in(folder: Path) -> dict[str, Addon]:
    found = {}
    for file in sorted(folder.glob("*/__manifest__.py")):
        try:
            manifest = ast.literal_eval(file.read_text())
        except (SyntaxError, ValueError) as error:
            raise Trouble(f"{file} is no valid manifest: {error}") from error
        if manifest.get("installable", True):
            found[file.parent.name] = Addon(file.parent.name, file.parent, manifest)
    return found


def product() -> dict[str, Addon]:
    """The addons in the checkout's root: what a customer installs."""
    return _in(ROOT)


def for_tests(source: OdooSource) -> dict[str, Addon]:
    """What the test database has: the product, the test addons, what this Odoo needs."""
    return {**product(), **_in(ROOT / "tests"), **_helpers(source)}


def for_demonstration(source: OdooSource) -> dict[str, Addon]:
    """What the demonstration database has: the product and every addon of setup/addons."""
    others = {name: addon for name, addon in _in(SETUP / "addons").items() if name != DEBIAN_ADDON}
    return {**product(), **_helpers(source), **others}


def _helpers(source: OdooSource) -> dict[str, Addon]:
    if not source.lacks(MISSING_SCRIPT):
        return {}
    return {name: addon for name, addon in _in(SETUP / "addons").items() if name == DEBIAN_ADDON}


def closure(names: list[str], known: dict[str, Addon]) -> dict[str, Addon]:
    """These of our addons with those of ours that they depend on."""
    found: dict[str, Addon] = {}
    todo = list(names)
    while todo:
        name = todo.pop()
        if name in known and name not in found:
            found[name] = known[name]
            todo += known[name].depends
    return {name: addon for name, addon in known.items() if name in found}
