"""The virtual environment, in the cache, named after what is in it: never changed, made anew instead."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .odoo_source import OdooSource
from .places import CACHE, ROOT, SETUP, clean_environment, only_one
from .say import Trouble, note, step

REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
ADDON_REQUIREMENTS = "requirements-addons.txt"
# raise it when _make does something else
RECIPE = 1

# `python -m odoo` would put the current folder first on the path
_ODOO_PROGRAM = """from odoo.cli import main

main()
"""
# a shebang line cannot hold a path with spaces
_ODOO_COMMAND = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/python" "$here/odoo-main.py" "$@"
"""


@dataclass(frozen=True)
class Environment:
    """One virtual environment in which `import odoo` works."""

    folder: Path
    source: OdooSource

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def odoo(self) -> Path:
        return self.folder / "bin" / "odoo"

    @property
    def site_packages(self) -> Path:
        return next((self.folder / "lib").glob("python3*/site-packages"))

    @property
    def oca_addons(self) -> Path:
        return self.site_packages / "odoo" / "addons"

    def addons_path(self) -> list[Path]:
        """Odoo's own addons, the OCA ones, ours."""
        return [*self.source.addons, self.oca_addons, ROOT, *own_addons_folders()[1:]]

    def variables(self) -> dict[str, str]:
        """The environment for a process of this virtual environment."""
        found = clean_environment()
        found["PATH"] = f"{self.folder / 'bin'}{os.pathsep}{found.get('PATH', os.defpath)}"
        found["VIRTUAL_ENV"] = str(self.folder)
        return found


def own_addons_folders() -> list[Path]:
    """The checkout's addons paths that hold at least one addon; the root is always there."""
    others = (ROOT / "tests", SETUP / "addons")
    return [ROOT, *(folder for folder in others if any(folder.glob("*/__manifest__.py")))]


def _name(source: OdooSource) -> str:
    content = hashlib.sha256(f"{RECIPE}|{sys.version}|{sys.executable}|{source.python_path}".encode())
    for file in (*REQUIREMENTS, ADDON_REQUIREMENTS):
        content.update((SETUP / file).read_bytes())
    return f"venv-{sys.version_info[0]}.{sys.version_info[1]}-{content.hexdigest()[:12]}"


def ensure(source: OdooSource) -> Environment:
    """The environment for this Odoo and these requirements, made when it is not there yet."""
    environment = Environment(CACHE / _name(source), source)
    with only_one(CACHE / "venv.lock", "making the virtual environment"):
        if not (environment.folder / ".complete").exists():
            _make(environment)
    return environment


def _run(arguments: list[str], what: str) -> None:
    variables = {k: v for k, v in clean_environment().items() if k != "VIRTUAL_ENV"}
    if subprocess.run(arguments, env=variables, check=False).returncode:
        raise Trouble(
            f"{what} failed, see above",
            "check the network and the disk space and start again: it goes on with what was downloaded",
        )


def _make(environment: Environment) -> None:
    step(f"making the virtual environment {environment.folder} (once, some minutes)")
    shutil.rmtree(environment.folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(environment.folder)], "python3 -m venv")
    pip = [str(environment.python), "-m", "pip", "--disable-pip-version-check", "install", "--prefer-binary"]
    if sys.stdout.isatty() is False:
        pip += ["-q", "--progress-bar", "off"]
    note("installing Python packages")
    _run([*pip, *(word for file in REQUIREMENTS for word in ("-r", str(SETUP / file)))], "pip install")
    # only now: pip would complain that Odoo wants psycopg2 where we have psycopg2-binary
    (environment.site_packages / "odoo-19.pth").write_text(f"{environment.source.python_path}\n")
    note("installing OCA addons")
    _run([*pip, "--no-deps", "-r", str(SETUP / ADDON_REQUIREMENTS)], "pip install of the OCA addons")
    (environment.folder / "bin/odoo-main.py").write_text(_ODOO_PROGRAM)
    environment.odoo.write_text(_ODOO_COMMAND)
    environment.odoo.chmod(0o755)
    _run([str(environment.odoo), "--version"], "importing Odoo")
    (environment.folder / ".complete").touch()
