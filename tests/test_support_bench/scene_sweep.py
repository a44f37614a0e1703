"""The sweep and the list with a million open clocks, of which a thousand are due."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from .desks import Desk, OurDesk
from .figures import Figure
from .measure import Memory, timed
from .odoo_side import environment
from .scale import MOMENT, due_clocks

#: what the sweep writes about a promise that was missed: its clock …
BARE_CLOCKS = "UPDATE support_clock SET breached = deadline, sweep_at = NULL WHERE id = ANY(%s)"
#: … and its ticket's columns, here from a table of values that are known beforehand
BARE_TICKETS = """UPDATE helpdesk_ticket AS ticket
    SET support_next_due = told.support_next_due, support_next_metric = told.support_next_metric,
        support_risk_at = told.support_risk_at, support_sla_state = told.support_sla_state,
        support_breached = told.support_breached
    FROM bench_told AS told WHERE ticket.id = told.id"""
SAVED = {
    "helpdesk_ticket": (
        "support_next_due, support_next_metric, support_risk_at, support_sla_state, support_breached, "
        "support_escalated, support_escalation_step_id, support_escalated_by_id, support_escalated_at"
    ),
    "support_clock": "breached, sweep_at",
}


class _Due:
    """The clocks that are due, put back after each run."""

    def __init__(self, database: str, kind: str, number: int) -> None:
        self.database = database
        with environment(database) as env:
            cr = env.cr
            cr.execute("SELECT max(id) FROM support_event")
            (self.last_event,) = cr.fetchone()
            self.clocks = due_clocks(cr, kind)[-number:]
            cr.execute(
                "SELECT array_agg(DISTINCT ticket_id ORDER BY ticket_id) FROM support_clock WHERE id = ANY(%s)",
                [self.clocks],
            )
            (self.tickets,) = cr.fetchone()
            cr.execute("UPDATE support_clock SET sweep_at = NULL WHERE sweep_at < %s", [MOMENT])
            cr.execute("UPDATE support_clock SET sweep_at = deadline WHERE id = ANY(%s)", [self.clocks])
            for table, columns in SAVED.items():
                cr.execute(f"DROP TABLE IF EXISTS bench_{table}")
                cr.execute(
                    f"CREATE TABLE bench_{table} AS SELECT id, {columns} FROM {table} WHERE id = ANY(%s)",
                    [self.clocks if table == "support_clock" else self.tickets],
                )
            cr.execute("DROP TABLE IF EXISTS bench_told")
            cr.commit()

    def tell(self) -> None:
        """Keep what the sweep wrote, for the bare update to write the same."""
        with environment(self.database) as env:
            env.cr.execute(
                f"CREATE TABLE bench_told AS SELECT id, {SAVED['helpdesk_ticket']} FROM helpdesk_ticket "
                "WHERE id = ANY(%s)",
                [self.tickets],
            )
            env.cr.commit()

    def put_back(self) -> None:
        with environment(self.database) as env:
            cr = env.cr
            cr.execute("DELETE FROM support_notification WHERE ticket_id = ANY(%s)", [self.tickets])
            cr.execute("DELETE FROM support_escalation WHERE ticket_id = ANY(%s)", [self.tickets])
            cr.execute("DELETE FROM support_event WHERE id > %s", [self.last_event])
            for table, columns in SAVED.items():
                names = columns.split(", ")
                cr.execute(
                    f"UPDATE {table} AS mine SET {', '.join(f'{name} = kept.{name}' for name in names)} "
                    f"FROM bench_{table} AS kept WHERE mine.id = kept.id"
                )
            cr.commit()

    def sweep(self, memory: Memory) -> tuple[int, float]:
        """Queries and seconds of one run of the scheduled action, commits included."""
        with environment(self.database) as env:
            env.registry.clear_all_caches  # noqa: B018  warm caches, as in a server that runs
            sweep = env["support.sweep"].with_context(support_now=MOMENT)
            with memory:
                cost = timed(env, sweep._cron_sweep)
            env.cr.execute(
                "SELECT count(*) FROM support_clock WHERE id = ANY(%s) AND breached = deadline", [self.clocks]
            )
            (done,) = env.cr.fetchone()
            assert done == len(self.clocks), f"{done} of {len(self.clocks)} were swept"
        return cost

    def bare(self, *statements: str) -> float:
        """Seconds of statements and their commit."""
        with environment(self.database) as env:
            started = time.perf_counter()
            for statement in statements:
                env.cr.execute(statement, [self.clocks] if "%s" in statement else None)
            env.cr.commit()
            return time.perf_counter() - started


def _measure(database: str, kind: str, number: int, turns: int, say: Callable[[str], None]) -> list[Figure]:
    due = _Due(database, kind, number)
    memory = Memory()
    due.sweep(memory)
    due.tell()
    due.put_back()
    swept: list[float] = []
    queries: list[int] = []
    clocks: list[float] = []
    both: list[float] = []
    grown: list[int] = []
    for turn in range(turns):
        say(f"sweep of {kind} clocks, turn {turn + 1} of {turns}")
        clocks.append(due.bare(BARE_CLOCKS))
        due.put_back()
        both.append(due.bare(BARE_CLOCKS, BARE_TICKETS))
        due.put_back()
        count, seconds = due.sweep(memory)
        swept.append(seconds)
        queries.append(count)
        grown.append(memory.growth)
        due.put_back()
    ours, bare, least = statistics.median(swept), statistics.median(both), statistics.median(clocks)
    size = len(due.clocks)
    note = (
        f"{ours * 1000:.0f} ms beside {bare * 1000:.0f} ms; × {ours / least:.1f} of the clocks' own update "
        f"({least * 1000:.0f} ms); {statistics.median(queries):.0f} queries"
    )
    if kind == "plain":
        what = f"{size:,} due, nobody to tell: times the bare SQL update of those clocks and their tickets"
        # allowed for 1,000 due; of a hundred most is what any run costs
        figures = [Figure("sweep", what, round(ours / bare, 2), "×", 3 if size >= 1000 else None, note=note)]
    else:
        figures = [
            Figure(
                "sweep",
                f"{size:,} due, each with a step to take and a person to tell: a step",
                round(ours * 1000 / size, 3),
                "ms",
                note=note,
            )
        ]
    return [*figures, Figure("memory", f"sweep, {kind} clocks", round(max(grown) / 2**20, 1), "MB")]


def _list(database: str, turns: int, open_clocks: int, say: Callable[[str], None]) -> list[Figure]:
    """The agents' list, sorted by what is due next, in the big database."""
    say("list in the big database")
    times: dict[str, list[float]] = {"plain": [], "ours": []}
    counts: dict[str, list[int]] = {"plain": [], "ours": []}
    with environment(database) as env:
        desk = OurDesk(env)
        tickets = env["helpdesk.ticket"].with_user(desk.agent)
        domain = [("team_id", "=", desk.team.id)]
        for turn in range(turns + 1):
            for kind, columns, order in (
                ("plain", Desk.columns, None),
                ("ours", OurDesk.columns, "support_next_due, id"),
            ):
                env.invalidate_all()
                env["res.users"].browse(desk.agent.id).helpdesk_team_ids  # noqa: B018
                count, seconds = timed(
                    env,
                    lambda columns=columns, order=order: tickets.web_search_read(
                        domain, columns, limit=80, order=order, count_limit=10001
                    ),
                )
                if turn:
                    times[kind].append(seconds)
                    counts[kind].append(count)
    ours, plain = (statistics.median(times[kind]) * 1000 for kind in ("ours", "plain"))
    queries = statistics.median(counts["ours"]) - statistics.median(counts["plain"]) + 1
    return [
        Figure(
            "list",
            f"80 of {open_clocks // 4:,} tickets ({open_clocks:,} clocks), by what is due next",
            round(ours, 1),
            "ms",
            note=f"the plain columns in the plain order {plain:.1f} ms",
        ),
        Figure("list", "its queries beyond the plain list, counted as 1", queries, "", 2),
    ]


def run(databases: dict[str, str], quick: bool, say: Callable[[str], None]) -> list[Figure]:
    database, turns = databases["scale"], 3 if quick else 5
    with environment(database) as env:
        env.cr.execute("SELECT count(*) FROM support_clock WHERE state = 'running'")
        (open_clocks,) = env.cr.fetchone()
    due = 100 if quick else 1000
    return [
        Figure("sweep", "open clocks in the database", open_clocks),
        *_measure(database, "plain", due, turns, say),
        *_measure(database, "guarded", due, min(turns, 3), say),
        *_list(database, turns, open_clocks, say),
    ]
