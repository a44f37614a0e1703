"""./setup/bench: the databases that are compared, and the run."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import pairwise

from . import addons
from .databases import Databases, write_configuration
from .environment import Environment
from .places import DATA, ROOT, only_one
from .postgres import Server

PLAIN, PEER, OURS = "support_bench_plain", "support_bench_peer", "support_bench_ours"
#: the engine with the reports, so that what the engine costs is measured without them
REPORTS = "support_bench_reports"
PEER_MODULE = "helpdesk_mgmt_sla"
FOLDER = DATA / "bench"


def run(
    env: Environment,
    postgres: Server,
    arguments: list[str],
    call: Callable[[Sequence[object], dict[str, str]], int],
) -> int:
    """Make the databases anew and hand over to ``tests/test_support_bench``."""
    with only_one(DATA / "locks" / "bench", "running the bench"):
        if not {"-h", "--help"}.intersection(arguments):
            _prepare(env, postgres, _chosen(arguments))
        configuration = write_configuration(
            FOLDER / "odoo.conf",
            env,
            postgres,
            {"max_cron_threads": "0", "http_enable": "False", "smtp_server": "127.0.0.1", "smtp_port": "1"},
        )
        variables = {
            **env.variables(),
            **postgres.libpq(),
            "PYTHONPATH": str(ROOT / "tests"),
            "SUPPORT_BENCH_CONF": str(configuration),
            "SUPPORT_BENCH_DATABASES": os.pathsep.join((PLAIN, PEER, OURS, REPORTS)),
            "SUPPORT_BENCH_FOLDER": str(FOLDER),
        }
        return call([env.python, "-m", "test_support_bench", *arguments], variables)


def _chosen(arguments: Sequence[str]) -> set[str]:
    """The scenes that were asked for; empty: all of them."""
    after = {scene for option, scene in pairwise(arguments) if option == "--only"}
    return after | {option.partition("=")[2] for option in arguments if option.startswith("--only=")}


def _prepare(env: Environment, postgres: Server, scenes: set[str]) -> None:
    """:param scenes: what is measured, only those databases are made; empty: everything"""
    databases = Databases(env, postgres)
    known = addons.for_tests(env.source)
    if not scenes or "reports" in scenes:
        wanted = addons.closure(["support_reports", addons.DEBIAN_ADDON], known)
        databases.ensure(f"{REPORTS}_template", wanted, anew=False)
        databases.copy(f"{REPORTS}_template", REPORTS)
    if scenes == {"reports"}:
        return
    databases.ensure(f"{OURS}_template", addons.closure(["support_sla", addons.DEBIAN_ADDON], known), anew=False)
    databases.copy(f"{OURS}_template", OURS)
    databases.ensure_stock(f"{PEER}_template", [PEER_MODULE])
    databases.copy(f"{PEER}_template", PEER)
    databases.copy(databases.ensure_base(), PLAIN)
