"""The commands of setup/."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import addons, environment, odoo_source, system
from .bench import run as measured
from .databases import FILES, Databases, write_configuration
from .environment import Environment
from .places import DATA, ROOT, SETUP, make_folders, only_one
from .postgres import Server, server, stop_unused
from .say import Trouble, trouble
from .serve import free_port, run_desk, stop_desk

TEST_HELP = """\
Install what is missing, prepare the test database and run tests.

  ./setup/test                          every test and every gate
  ./setup/test support_guard -k mail    just that (any pytest arguments)
  ./setup/test --db mine --modules support_sla support_sla
                                        in a test database of one's own, with these addons only;
                                        several such runs at once do not disturb each other

The run's database is a fresh copy of a template (NAME_template), which is updated when an addon changed.
The run of everything is shared by two processes with a copy each, on a machine with two processors (-n 0: one).
Ends with pytest's summary line; the exit status is pytest's. Without Chromium Odoo's own
browser tests are skipped, and the journeys fail.

What tests find in the environment (for those that start real servers):
  SUPPORT_ODOO_BIN      the odoo command of this environment
  SUPPORT_ODOO_CONF     a configuration file: addons_path, db_host …, data_dir; no database, no crons, no port
  SUPPORT_TEMPLATE_DB   nobody is connected to it: CREATE DATABASE x TEMPLATE it (see also SUPPORT_FILESTORE)
  SUPPORT_TEST_DB       the database of this run
  SUPPORT_FILESTORE     folder with one folder of attachments a database: copy the template's along
  SUPPORT_CHROMIUM      a Chromium or Chrome, or unset
  SUPPORT_PG_BIN        folder with psql, pg_dump …, or unset
  PGHOST PGPORT PGUSER PGPASSWORD  so that psql, createdb and psycopg2.connect(dbname=…) find the server
"""

#: processes that share the run of everything: browsers, servers and PostgreSQL want their share of a machine too
MOST_LANES = 2


def _call(arguments: Sequence[object], variables: dict[str, str], cwd: Path | None = None) -> int:
    """Run a program in the foreground; signals reach it, its exit status is ours."""
    process = subprocess.Popen([str(a) for a in arguments], env=variables, cwd=cwd)
    # the terminal sends Ctrl-C to both; we wait for the child's own end
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    code = process.wait()
    return code if code >= 0 else 128 - code


@contextlib.contextmanager
def _prepared(tests: bool = False) -> Iterator[tuple[Environment, Server]]:
    """Everything that is missing installed, and PostgreSQL running."""
    make_folders()
    system.ensure(tests)
    env = environment.ensure(odoo_source.find_odoo())
    with server(env) as postgres:
        yield env, postgres


def odoo(arguments: list[str]) -> int:
    """./setup/odoo: the odoo command."""
    with _prepared() as (env, postgres):
        configuration = write_configuration(DATA / "odoo.conf", env, postgres, {})
        return _call([env.odoo, *arguments], {**env.variables(), "ODOO_RC": str(configuration)})


def tool(arguments: list[str]) -> int:
    """./setup/tool: a linter or another program of the environment, without a database."""
    if not arguments:
        raise Trouble("which program?", "./setup/tool ruff check .")
    make_folders()
    env = environment.ensure(odoo_source.find_odoo())
    program = env.folder / "bin" / arguments[0]
    if not program.exists():
        raise Trouble(f"no program {arguments[0]} in {program.parent}")
    return _call([program, *arguments[1:]], env.variables())


def test(arguments: list[str]) -> int:
    """./setup/test: every test, or the given ones."""
    parser = argparse.ArgumentParser(
        prog="./setup/test",
        description=TEST_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        usage="./setup/test [--db NAME] [--modules A,B] [--fresh] [pytest arguments]",
    )
    parser.add_argument("--db", default="support_test", metavar="NAME", help="name of the test database")
    parser.add_argument("--modules", metavar="A,B", help="install these of our addons and what they need (all)")
    parser.add_argument("--fresh", action="store_true", help="prepare the template from the beginning")
    parser.add_argument("--prepare-only", action="store_true", help="prepare the databases and run no test")
    options, rest = parser.parse_known_args(arguments)
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,50}", options.db):
        parser.error("--db takes small letters, digits and _")
    lock = DATA / "locks" / f"test-{options.db}"
    with (
        _prepared(tests=True) as (env, postgres),
        only_one(lock, f"running tests in {options.db} (another database: --db NAME)"),
    ):
        known = addons.for_tests(env.source)
        if options.modules:
            names = options.modules.split(",")
            if unknown := sorted(set(names) - set(known)):
                raise Trouble(f"no addon of ours: {', '.join(unknown)}", f"there are: {', '.join(known)}")
            wanted = addons.closure([*names, addons.DEBIAN_ADDON], known)
        else:
            wanted = known
        databases = Databases(env, postgres)
        template = f"{options.db}_template"
        databases.ensure(template, wanted, options.fresh)
        databases.copy(template, options.db)
        return 0 if options.prepare_only else _pytest(env, postgres, options.db, template, rest)


def _pytest(env: Environment, postgres: Server, name: str, template: str, rest: list[str]) -> int:
    folder = DATA / "tests" / name
    neutral = write_configuration(
        folder / "server.conf", env, postgres, {"max_cron_threads": "0", "smtp_server": "127.0.0.1", "smtp_port": "1"}
    )
    configuration = write_configuration(
        folder / "odoo.conf",
        env,
        postgres,
        {
            "db_name": name,
            "dbfilter": f"^{name}$",
            "http_port": str(free_port()),
            "gevent_port": str(free_port()),
            "max_cron_threads": "0",
            # nothing listens there: a mail that leaves a test by mistake goes nowhere
            "smtp_server": "127.0.0.1",
            "smtp_port": "1",
            "screenshots": str(folder / "screenshots"),
        },
    )
    browser = system.find_browser()
    variables = env.variables()
    if postgres.bin:
        variables["PATH"] = f"{postgres.bin}{os.pathsep}{variables['PATH']}"
    variables = {
        **variables,
        **postgres.libpq(),
        "SUPPORT_ODOO_BIN": str(env.odoo),
        "SUPPORT_ODOO_CONF": str(neutral),
        "SUPPORT_TEST_DB": name,
        "SUPPORT_TEMPLATE_DB": template,
        "SUPPORT_FILESTORE": str(FILES / "filestore"),
        "SUPPORT_ROOT": str(ROOT),
        "PYTHONPATH": str(SETUP / "pytest"),
        **({"SUPPORT_CHROMIUM": browser} if browser else {}),
        **({"SUPPORT_PG_BIN": str(postgres.bin)} if postgres.bin else {}),
    }
    command: list[object] = [
        env.python,
        "-m",
        "pytest",
        "-p",
        "support_pytest",
        "-c",
        ROOT / "pyproject.toml",
        f"--rootdir={ROOT}",
        f"--odoo-config={configuration}",
        f"--odoo-database={name}",
        "--odoo-http",
        *rest,
    ]
    # options alone (-x, -k …) apply to everything
    if not any(Path(word.split("::")[0]).exists() for word in rest if not word.startswith("-")):
        command += [ROOT, *_stock_suite(env)]
        if lanes := _lanes(postgres, rest):
            # a file's tests stay together: a class prepares its records once
            command += [f"--numprocesses={lanes}", "--dist=loadfile"]
    return _call(command, variables)


def _lanes(postgres: Server, rest: list[str]) -> int:
    """How many processes share the whole run, each with a copy of its own of the run's database; 0: only this one.

    pytest-odoo makes the copies with PostgreSQL's own programs.
    """
    if any(word.startswith(("-n", "--numprocesses", "--pdb", "-s")) for word in rest):
        return 0
    if not postgres.bin and not all(map(shutil.which, ("createdb", "dropdb"))):
        return 0
    lanes = min(os.cpu_count() or 1, MOST_LANES)
    return lanes if lanes > 1 else 0


def _stock_suite(env: Environment) -> list[str | Path]:
    """The stock helpdesk's own tests, less those that assert a hole that we close."""
    suite = env.oca_addons / "helpdesk_mgmt" / "tests"
    left_out = []
    for line in (SETUP / "stock-tests-left-out.txt").read_text().splitlines():
        test_id = line.split("#")[0].strip()
        if test_id:
            left_out.append(f"--deselect={suite / test_id}")
    return [suite, *left_out]


def bench(arguments: list[str]) -> int:
    """./setup/bench: what the engine costs beside the plain helpdesk and the peer addon."""
    with _prepared() as (env, postgres):
        return measured(env, postgres, arguments, _call)


def run(arguments: list[str]) -> int:
    """./setup/run: the desk with demonstration data."""
    parser = argparse.ArgumentParser(
        prog="./setup/run",
        description="Start the support desk with demonstration data and scheduled actions, in the background.",
        allow_abbrev=False,
    )
    parser.add_argument("--port", type=int, default=8069, help="port on 127.0.0.1 (8069)")
    parser.add_argument("--fresh", action="store_true", help="begin with a new demonstration database")
    parser.add_argument("--stop", action="store_true", help="stop the desk that was started from this checkout")
    options = parser.parse_args(arguments)
    if options.stop:
        stop_desk()
        stop_unused()
        return 0
    with _prepared() as (env, postgres), only_one(DATA / "locks" / "run", "starting the desk"):
        return run_desk(env, Databases(env, postgres), options.port, options.fresh)


def main(arguments: list[str]) -> int:
    """Run one command; a step that fails says what and what to do."""
    os.umask(0o022)
    try:
        return {"run": run, "test": test, "odoo": odoo, "tool": tool, "bench": bench}[arguments[0]](arguments[1:])
    except Trouble as error:
        trouble(error)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; the next start goes on from here", file=sys.stderr)
        return 130
