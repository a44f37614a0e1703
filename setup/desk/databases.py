"""Databases with Odoo in them: made, copied, brought up to date with the addons in the tree."""

from __future__ import annotations

import collections
import configparser
import json
import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from .addons import Addon
from .environment import Environment
from .places import DATA, only_one
from .postgres import Server
from .say import Trouble, note, step

BASE_MODULE = "helpdesk_mgmt"
FILES = DATA / "odoo"


def write_configuration(path: Path, environment: Environment, server: Server, options: dict[str, str]) -> Path:
    """Write an Odoo configuration file."""
    parser = configparser.ConfigParser(interpolation=None)
    parser["options"] = {
        "addons_path": ",".join(str(folder) for folder in environment.addons_path()),
        "data_dir": str(FILES),
        "http_interface": "127.0.0.1",
        "with_demo": "False",
        "list_db": "False",
        "db_maxconn": "32",
        **server.odoo_options(),
        **options,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as handle:
        parser.write(handle)
    path.chmod(0o600)
    return path


class Databases:
    """The databases of one server, through the Odoo of one environment."""

    def __init__(self, environment: Environment, server: Server) -> None:
        self.environment = environment
        self.server = server
        self.configuration = write_configuration(
            DATA / "prepare.conf", environment, server, {"max_cron_threads": "0", "http_enable": "False"}
        )
        self.base = f"support_base_{environment.folder.name.rsplit('-', 1)[-1]}"

    def exists(self, name: str) -> bool:
        return bool(self.server.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))

    def drop(self, name: str) -> None:
        self.server.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(FILES / "filestore" / name, ignore_errors=True)

    def copy(self, source: str, target: str) -> None:
        """Make `target` anew as a copy of `source`, attachments included."""
        self.drop(target)
        self.server.sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        files = FILES / "filestore"
        if (files / source).is_dir():
            shutil.copytree(files / source, files / target)

    def state(self, name: str) -> dict[str, str]:
        """Which addons in which version it was prepared with; empty when that never came to an end."""
        rows = self.server.sql(
            f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'"
        )
        try:
            found = json.loads(rows[0][0])
        except (IndexError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _set_state(self, name: str, state: dict[str, str]) -> None:
        self.server.sql(f"""COMMENT ON DATABASE "{name}" IS '{json.dumps(state)}'""")

    def _odoo(self, name: str, arguments: Iterable[str], log: Path) -> None:
        """Run Odoo on a database until it has loaded."""
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "w") as output:
            done = subprocess.run(
                [
                    str(self.environment.odoo),
                    "-c",
                    str(self.configuration),
                    "-d",
                    name,
                    "--no-http",
                    "--stop-after-init",
                ]
                + list(arguments),
                env=self.environment.variables(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            for line in collections.deque(log.read_text(errors="replace").splitlines(), 25):
                note(line)
            raise Trouble(f"Odoo could not load {' '.join(arguments)} into {name}", f"see above and {log}")

    def _check_installed(self, name: str, modules: Iterable[str], log: Path) -> None:
        there = {row[0] for row in self.server.sql("SELECT name FROM ir_module_module WHERE state = 'installed'", name)}
        if missing := sorted(set(modules) - there):
            raise Trouble(f"not installed in {name}: {', '.join(missing)}", f"see the warnings in {log}")

    def ensure_base(self) -> str:
        """A database with the stock helpdesk, from which all others are copied."""
        with only_one(DATA / "locks" / self.base, "preparing the stock helpdesk's database"):
            if not self.state(self.base):
                step("preparing a database with the stock helpdesk (once, half a minute)")
                self.drop(self.base)
                log = DATA / "log" / f"{self.base}.log"
                self._odoo(self.base, ["-i", BASE_MODULE], log)
                self._check_installed(self.base, [BASE_MODULE], log)
                self._set_state(self.base, {BASE_MODULE: "installed"})
        return self.base

    def ensure_stock(self, name: str, modules: list[str]) -> None:
        """A database with the stock helpdesk and other addons that are not ours."""
        wanted = {"base": self.base, **dict.fromkeys(modules, "installed")}
        if self.state(name) == wanted:
            return
        step(f"preparing the database {name}: {', '.join(modules)}")
        self.copy(self.ensure_base(), name)
        log = DATA / "log" / f"{name}.log"
        self._odoo(name, ["-i", ",".join(modules)], log)
        self._check_installed(name, modules, log)
        self._set_state(name, wanted)

    def changes(self, name: str, addons: dict[str, Addon]) -> tuple[list[str], list[str]] | None:
        """What must be installed and what updated; None when the database must be made anew."""
        state = self.state(name)
        if state.get("base") != self.base or set(state) - set(addons) - {"base"}:
            return None
        return (
            [addon for addon in addons if addon not in state],
            [addon for addon in addons if addon in state and state[addon] != addons[addon].digest()],
        )

    def ensure(self, name: str, addons: dict[str, Addon], anew: bool, languages: str = "", keep: bool = False) -> None:
        """Bring the database up to date with the addons; `keep` says that its data is worth keeping."""
        changes = None if anew else self.changes(name, addons)
        if changes == ([], []):
            return
        digests = {addon: addons[addon].digest() for addon in addons}
        log = DATA / "log" / f"{name}.log"
        started = time.monotonic()
        if changes is None or (not keep and len(changes[1]) > len(addons) // 2):
            step(f"preparing the database {name}: {', '.join(addons) or 'no addon of ours yet'}")
            self.copy(self.ensure_base(), name)
            changes = (list(addons), [])
        else:
            step(f"updating the database {name}: {', '.join([*changes[0], *changes[1]])}")
            if not keep:
                # an update that fails half-way leaves nothing to build on
                self.server.sql(f'COMMENT ON DATABASE "{name}" IS NULL')
        arguments = []
        if changes[0]:
            arguments += ["-i", ",".join(changes[0])]
        if changes[1]:
            arguments += ["-u", ",".join(changes[1])]
        if languages:
            arguments += [f"--load-language={languages}"]
        if arguments:
            self._odoo(name, arguments, log)
        self._check_installed(name, addons, log)
        self._set_state(name, {**digests, "base": self.base})
        note(f"took {time.monotonic() - started:.0f} s")
