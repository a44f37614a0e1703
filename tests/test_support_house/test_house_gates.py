"""The gates: each linter is one test, quiet when it passes. .pre-commit-config.yaml runs the same commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from house import ROOT, addons, all_addons

BIN = Path(sys.executable).parent


def _run(tool: str, *arguments: str | Path, timeout: int = 900, **extra: str) -> None:
    program = BIN / tool
    found = str(program) if program.exists() else shutil.which(tool)
    assert found, f"{tool} is not installed"
    # the linters must see the tree, not the tests' database and search path
    variables = {k: v for k, v in os.environ.items() if k != "PYTHONPATH" and not k.startswith("PG")}
    done = subprocess.run(
        [found, *map(str, arguments)],
        cwd=ROOT,
        env={**variables, **extra, "NO_COLOR": "1", "COLUMNS": "160"},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    output = (done.stdout + done.stderr).strip()
    assert done.returncode == 0, f"{tool} ended with {done.returncode}:\n{output[-6000:]}"


def _folders() -> list[str]:
    return [str(addon.folder.relative_to(ROOT)) for addon in all_addons().values()]


def test_ruff_check() -> None:
    """ruff finds nothing."""
    _run("ruff", "check", "--quiet", ".")


def test_ruff_format() -> None:
    """ruff would format nothing anew."""
    _run("ruff", "format", "--check", "--quiet", ".")


def test_odoo_linter() -> None:
    """odoo-linter (odl) finds nothing for Odoo 19.0."""
    _run("odl", "check", "-v", "19.0", *_folders())


def test_pylint_odoo() -> None:
    """pylint with its Odoo plugin finds nothing."""
    _run("pylint", "--rcfile=.pylintrc", *_folders())


def test_odoo_doctor() -> None:
    """odoo-doctor finds no error and no warning."""
    _run("odoo-doctor", "scan", "--odoo-version", "19.0", "--fail-on", "warning", ".")


def test_oca_checks() -> None:
    """The OCA's checks of modules find nothing (header and tag position are prettier's matter)."""
    _run("oca-checks-odoo-module", "-d", "xml-header-wrong,xml-tag-position", *_folders())


def test_oca_checks_po() -> None:
    """The OCA's checks of translations find nothing."""
    files = [file.relative_to(ROOT) for addon in addons().values() for file in addon.files(".po", ".pot")]
    # not its formatting: it empties what reads the same in both languages, which is then missing
    _run("oca-checks-po", "-d", "po-pretty-format", *files)


def test_mypy_tools() -> None:
    """Every addon's tools/ are fully typed."""
    found = [addon.folder for addon in addons().values() if (addon.folder / "tools").is_dir()]
    assert found
    for path in found:
        _run("mypy", "--strict", "-p", "tools", MYPYPATH=str(path))


def test_mypy_setup() -> None:
    """The set-up programs are fully typed."""
    _run("mypy", "--strict", "setup/main.py")
