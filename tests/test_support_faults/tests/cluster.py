"""A PostgreSQL of the test's own, to be stopped under a running server."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg2

from .server import free_port


def programs() -> Path:
    """The folder with initdb, pg_ctl, pg_dump and pg_restore."""
    named = os.environ.get("SUPPORT_PG_BIN")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    for folder in [*([Path(named)] if named else []), *reversed(installed)]:
        if all((folder / name).exists() for name in ("initdb", "pg_ctl", "pg_dump", "pg_restore")):
            return folder
    raise AssertionError("PostgreSQL's own programs (initdb, pg_ctl …) are needed: install the server's package")


class Cluster:
    """A cluster on a port of the loopback; it is gone with the process that made it."""

    def __init__(self) -> None:
        self.bin = programs()
        self.port = free_port()
        self.user = os.environ.get("PGUSER") or "support"
        # PostgreSQL refuses root
        self._account: dict[str, Any] = {}
        if os.geteuid() == 0:
            names = {entry.pw_name for entry in pwd.getpwall()}
            entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
            self._account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        self.home = Path(tempfile.mkdtemp(prefix="support-cluster-"))
        if self._account:
            os.chown(self.home, self._account["user"], self._account["group"])
        self.data = self.home / "data"
        atexit.register(self.close)
        self._run("initdb", "-D", self.data, "-U", self.user, "-E", "UTF8", "--locale=C", "-A", "trust", "--no-sync")
        (self.data / "postgresql.auto.conf").write_text(
            f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"
            # nobody pulls the plug of the machine; what was committed must still be there after a crash of the server
            "fsync = off\nsynchronous_commit = on\n"
        )
        self._control("start")

    def _run(self, program: str, *arguments: object) -> None:
        done = subprocess.run(
            [str(self.bin / program), *map(str, arguments)],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self._account,
        )
        if done.returncode:
            raise AssertionError(f"{program}: {done.stderr or done.stdout}")

    def _control(self, verb: str, mode: str = "fast") -> None:
        # a log of its own: a server that held our pipe open would keep us waiting
        self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "-t", "120", "-l", self.home / "log", verb)

    def restart(self, mode: str) -> None:
        """``fast``: connections are cut. ``immediate``: a crash, with recovery at the start."""
        self._control("restart", mode)

    def variables(self) -> dict[str, str]:
        """For libpq and for Odoo."""
        return {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": self.user}

    def take(self, database: str) -> None:
        """A copy of a database of the tests' own server, under the same name."""
        archive = self.home / "archive"
        subprocess.run(
            [str(self.bin / "pg_dump"), "-Fc", "-Z0", "-f", str(archive), database],
            check=True,
        )
        variables = {**os.environ, **self.variables()}
        subprocess.run([str(self.bin / "createdb"), "-T", "template0", database], env=variables, check=True)
        subprocess.run(
            [str(self.bin / "pg_restore"), "--no-owner", "-j", "2", "-d", database, str(archive)],
            env=variables,
            check=True,
        )

    def sql(self, database: str, query: str, *parameters: Any) -> list[tuple]:
        """Rows of a query (none for other statements), committed at once."""
        connection = psycopg2.connect(dbname=database, host="127.0.0.1", port=self.port, user=self.user)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, parameters or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def close(self) -> None:
        if self.home.exists():
            if (self.data / "postmaster.pid").exists():
                self._control("stop", "immediate")
            shutil.rmtree(self.home, ignore_errors=True)
