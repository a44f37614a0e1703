"""./setup/bench: the databases that are compared, and the run."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from . import addons
from .databases import Databases, write_configuration
from .environment import Environment
from .places import DATA, ROOT, only_one
from .postgres import Server

PLAIN, PEER, OURS = "support_bench_plain", "support_bench_peer", "support_bench_ours"
PEER_MODULE = "helpdesk_mgmt_sla"
FOLDER = DATA / "bench"


def run(
    env: Environment,
    postgres: Server,
    arguments: list[str],
    call: Callable[[Sequence[object], dict[str, str]], int],
) -> int:
    """Make the three databases anew and hand over to ``tests/test_support_bench``."""
    with only_one(DATA / "locks" / "bench", "running the bench"):
        if not {"-h", "--help"}.intersection(arguments):
            _prepare(env, postgres)
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
            "SUPPORT_BENCH_DATABASES": os.pathsep.join((PLAIN, PEER, OURS)),
            "SUPPORT_BENCH_FOLDER": str(FOLDER),
        }
        return call([env.python, "-m", "test_support_bench", *arguments], variables)


def _prepare(env: Environment, postgres: Server) -> None:
    databases = Databases(env, postgres)
    known = addons.for_tests(env.source)
    databases.ensure(f"{OURS}_template", addons.closure(["support_sla", addons.DEBIAN_ADDON], known), anew=False)
    databases.copy(f"{OURS}_template", OURS)
    databases.ensure_stock(f"{PEER}_template", [PEER_MODULE])
    databases.copy(f"{PEER}_template", PEER)
    databases.copy(databases.ensure_base(), PLAIN)
