"""Every addon has what the house asks for: manifest, readme, icon, packaging, and no file that is forgotten."""

from __future__ import annotations

import re

import pytest

from house import ROOT, Addon, addons, all_addons

NAMES = list(addons())


@pytest.fixture(params=NAMES)
def addon(request: pytest.FixtureRequest) -> Addon:
    return addons()[request.param]


@pytest.mark.parametrize("name", all_addons())
def test_manifest(name: str) -> None:
    """Version 19.0.x.y.z, AGPL-3, and a summary a person can choose by."""
    manifest = all_addons()[name].manifest
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", manifest["version"]), manifest["version"]
    assert manifest["license"] == "AGPL-3"
    assert manifest["name"] and manifest["author"]
    assert len(manifest.get("summary", "")) > 15


def test_readme(addon: Addon) -> None:
    """readme/DESCRIPTION is there and says something."""
    found = [file for file in addon.folder.glob("readme/DESCRIPTION.*") if len(file.read_text()) > 80]
    assert found, f"{addon.name}/readme/DESCRIPTION.md is missing or empty"


def test_icon(addon: Addon) -> None:
    """static/description/icon.png is a PNG."""
    icon = addon.folder / "static/description/icon.png"
    assert icon.is_file() and icon.read_bytes().startswith(b"\x89PNG\r\n"), f"{icon} is missing or no PNG"


def test_packaging(addon: Addon) -> None:
    """pyproject.toml builds a wheel with whool."""
    text = (addon.folder / "pyproject.toml").read_text()
    assert re.search(r'^build-backend\s*=\s*"whool.buildapi"', text, re.MULTILINE)


@pytest.mark.parametrize("name", all_addons())
def test_every_data_file_is_in_the_manifest(name: str) -> None:
    """An XML or CSV file that the manifest does not name is never loaded; one that it names must exist."""
    addon = all_addons()[name]
    manifest = addon.manifest
    named = {entry for key in ("data", "demo") for entry in manifest.get(key, [])}
    loaded_by_code = {file for file in named if not (addon.folder / file).is_file()}
    assert not loaded_by_code, f"named in the manifest but missing: {sorted(loaded_by_code)}"
    folders = ("data", "demo", "views", "security", "wizards", "report", "reports", "templates")
    there = {
        str(file.relative_to(addon.folder))
        for folder in folders
        for pattern in ("*.xml", "*.csv")
        for file in (addon.folder / folder).glob(pattern)
    }
    # a file that Python opens by name counts as used
    python = "\n".join(file.read_text() for file in addon.files(".py"))
    forgotten = {file for file in there - named if file.rsplit("/", 1)[-1] not in python}
    assert not forgotten, f"in the folder but not in the manifest: {sorted(forgotten)}"


@pytest.mark.parametrize("name", all_addons())
def test_every_test_file_is_imported(name: str) -> None:
    """Odoo finds a test file only when tests/__init__.py imports it."""
    folder = all_addons()[name].folder / "tests"
    files = {file.stem for file in folder.glob("test_*.py")}
    init = (folder / "__init__.py").read_text() if (folder / "__init__.py").exists() else ""
    forgotten = {stem for stem in files if not re.search(rf"\b{stem}\b", init)}
    assert not forgotten, f"not imported in {folder.relative_to(ROOT)}/__init__.py: {sorted(forgotten)}"
