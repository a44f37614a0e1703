"""Where things are: the checkout, its data folder, the cache; and the locks that let two commands run at once."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from .say import Trouble, note

ROOT = Path(__file__).resolve().parents[2]
SETUP = ROOT / "setup"
DATA = Path(os.environ.get("SUPPORT_DATA") or ROOT / ".data").absolute()
CACHE = (
    Path(os.environ.get("SUPPORT_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache").absolute()
    / "support-desk"
)
# tells this checkout's folders under /tmp and /var/tmp from another's
ID = hashlib.sha256(str(DATA).encode()).hexdigest()[:12]


def make_folders() -> None:
    """Make the data folder and the cache, or say who owns them."""
    for folder, variable in ((DATA, "SUPPORT_DATA"), (CACHE, "SUPPORT_CACHE")):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / f".write-{os.getpid()}"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise Trouble(
                f"cannot write in {folder}: {error.strerror}",
                f"run as its owner, or name another folder: {variable}=/some/folder",
            ) from error


def clean_environment() -> dict[str, str]:
    """The caller's environment without what would send Odoo, pip or PostgreSQL elsewhere.

    PGHOST, PGUSER, PGDATABASE … beat Odoo's configuration file.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "ODOO_")) and name not in ("PYTHONPATH", "PYTHONHOME", "OPENERP_SERVER")
    }


@contextlib.contextmanager
def only_one(path: Path, doing: str) -> Iterator[None]:
    """Hold an exclusive lock on `path`; say what is waited for when another holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            note(f"another set-up is {doing}; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
