"""System packages: installed when the user may, otherwise the line to type is printed and work goes on."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from .places import CACHE, only_one
from .say import note, step


def _has_venv() -> bool:
    try:
        import ensurepip
        import venv  # noqa: F401
    except ImportError:
        return False
    return bool(ensurepip.version())


def _has_fonts() -> bool:
    folders = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
    return any(next(path.rglob("*.[to]tf"), None) for path in (Path(f).expanduser() for f in folders) if path.is_dir())


def find_browser() -> str | None:
    """A Chromium or Chrome that browser tests can drive; SUPPORT_CHROMIUM names one."""
    named = os.environ.get("SUPPORT_CHROMIUM")
    if named:
        return named
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


# Debian package, what goes missing without it, and how its presence is seen
NEEDS: tuple[tuple[str, str, Callable[[], bool]], ...] = (
    ("python3-venv", "the virtual environment", _has_venv),
    ("libpango-1.0-0", "PDF reports", lambda: bool(ctypes.util.find_library("pango-1.0"))),
    ("libpangoft2-1.0-0", "PDF reports", lambda: bool(ctypes.util.find_library("pangoft2-1.0"))),
    (
        "libharfbuzz-subset0",
        "small fonts in PDF reports",
        lambda: bool(ctypes.util.find_library("harfbuzz-subset")),
    ),
    ("fonts-dejavu-core", "Cyrillic letters in PDF reports and screenshots", _has_fonts),
)
TEST_NEEDS: tuple[tuple[str, str, Callable[[], bool]], ...] = (
    ("chromium", "browser tests", lambda: bool(find_browser())),
)


def ensure(tests: bool) -> None:
    """Install the system packages that are missing."""
    needs = NEEDS + (TEST_NEEDS if tests else ())
    missing = [(package, use) for package, use, present in needs if not present()]
    if not missing:
        return
    packages = [package for package, _use in missing]
    line = ["apt-get", "install", "--no-install-recommends", *packages]
    root = os.geteuid() == 0
    if not shutil.which("apt-get"):
        note(f"missing here: {', '.join(packages)} (Debian's names); going on without")
        return
    may = root or (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    )
    if may:
        step(f"installing system packages: {' '.join(packages)}")
        prefix = [] if root else ["sudo", "-n", "DEBIAN_FRONTEND=noninteractive"]
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        apt = [*prefix, "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]
        with only_one(CACHE / "apt.lock", "installing system packages"):
            subprocess.run([*apt, "update"], env=environment, check=False, stdout=subprocess.DEVNULL)
            done = subprocess.run(
                [*apt, "install", "-y", "--no-install-recommends", *packages], env=environment, check=False
            )
        if done.returncode == 0:
            return
        note("apt-get failed (see above); going on with what works")
    for package, use in missing:
        note(f"without {package}: no {use}")
    note(f"to install: {'' if root else 'sudo '}{' '.join(line)}")
    sys.stdout.flush()
