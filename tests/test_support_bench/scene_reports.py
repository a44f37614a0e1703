"""The SLA analysis over a million tickets: what its pivot asks for, beside the bare aggregate query (R-11)."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from .desks import OurDesk
from .figures import Figure
from .measure import timed
from .odoo_side import environment
from .scale import bulk, columns

#: tickets that live through Odoo, to be copied: a working week of them
MODELS = 60
#: the two promises that are copied
METRICS = ("first_response", "resolution")
WEEKS, PROVIDERS, CUSTOMERS = 104, 5, 2000
#: moments of a ticket, and of a clock, that are put back by whole weeks
MOMENTS = {
    "helpdesk_ticket": {"create_date", "support_raised", "last_stage_update"},
    "support_clock": {"start", "deadline", "stopped", "breached"},
}
#: what the pivot shows when it is opened
MEASURES = ("kept:sum", "late:sum", "achieved:avg", "working_hours:avg", "overrun_hours:avg", "__count")
OPENED = ((), ("provider_id",), ("provider_id", "metric"))
#: the same figures, by whoever writes them down himself: one table, one grouping
BARE = """
    SELECT provider_id, metric, count(*),
           count(*) FILTER (WHERE outcome = 'kept'), count(*) FILTER (WHERE outcome = 'late'),
           avg(CASE outcome WHEN 'kept' THEN 1::float8 WHEN 'late' THEN 0::float8 END),
           avg(CASE WHEN state = 'done' THEN counted / 3600::float8 END),
           avg(CASE WHEN breached IS NOT NULL AND stopped IS NOT NULL THEN overrun / 3600::float8 END)
      FROM support_clock
     WHERE side = 'provider' AND judged >= %s
     GROUP BY provider_id, metric"""


def _live_through(desk: OurDesk, now: datetime) -> list[int]:
    """Tickets of the week before ``now``: some answered and solved in time, some not."""
    monday = (now - timedelta(days=now.weekday() + 7)).replace(hour=9, minute=0, second=0, microsecond=0)
    found = []
    for index in range(MODELS):
        moment = monday + timedelta(days=index % 5, minutes=7 * (index % 30))
        answer = moment + timedelta(minutes=10 + index)  # promised: half an hour
        solved = answer + timedelta(hours=1 + index % 20)  # promised: eight hours
        ticket = desk.env["helpdesk.ticket"].with_context(support_now=moment).create(desk.values())
        ticket.with_user(desk.agent).with_context(support_now=answer).message_post(
            body="We are on it.", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        ticket.with_context(support_now=solved).stage_id = desk.stages["resolved"]
        found.append(ticket.id)
    desk.env.flush_all()
    return found


def _copy(cr, table: str, key: str, given: dict[str, str], where: str = "TRUE") -> None:
    """Copy the rows of the models for each row of ``bench_copy``.

    :param given: columns that a copy has of its own, as SQL
    """
    names = columns(cr, table)
    moments = MOMENTS[table]
    values = []
    for name in names:
        if name in given:
            values.append(given[name])
        elif name in moments:
            values.append(f'row."{name}" - copy.back')
        else:
            values.append(f'row."{name}"')
    own = {"helpdesk_ticket": "id, number", "support_clock": "ticket_id"}[table]
    mine = {"helpdesk_ticket": "copy.id, 'R' || copy.id", "support_clock": "copy.id"}[table]
    listed = ", ".join(f'"{name}"' for name in names)
    cr.execute(
        f"INSERT INTO {table} ({own}, {listed}) SELECT {mine}, {', '.join(values)} "
        f"FROM bench_copy AS copy JOIN {table} AS row ON row.{key} = copy.model WHERE {where} ORDER BY copy.id"
    )


def _populate(env, tickets: int, now: datetime):
    """``tickets`` tickets over two years, of five providers and two thousand customers.

    :return: a manager who opens the analysis
    """
    cr = env.cr
    desk = OurDesk(env)
    manager = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": "Bench manager",
                "login": "bench-manager",
                "tz": "Europe/London",
                "group_ids": [(6, 0, env.ref("helpdesk_mgmt.group_helpdesk_manager").ids)],
            }
        )
    )
    models = _live_through(desk, now)
    first = desk.team.support_provider_id
    providers = first | env["support.provider"].create(
        [
            {"name": f"Bench Care {n}", "code": f"bench_care_{n}", "calendar_id": first.calendar_id.id}
            for n in range(1, PROVIDERS)
        ]
    )
    customers = env["res.partner"].create([{"name": f"Bench {n}", "is_company": True} for n in range(CUSTOMERS)])
    env.flush_all()
    cr.execute("SELECT max(id) FROM helpdesk_ticket")
    (last,) = cr.fetchone()
    cr.execute(
        """CREATE TEMPORARY TABLE bench_copy ON COMMIT DROP AS
           SELECT %(last)s + n AS id, (%(models)s::int[])[1 + n %% %(count)s] AS model,
                  (%(providers)s::int[])[1 + n / 7 %% %(provider_count)s] AS provider,
                  (%(customers)s::int[])[1 + n * 31 %% %(customer_count)s] AS customer,
                  make_interval(weeks => n / 11 %% %(weeks)s) AS back
           FROM generate_series(1, %(tickets)s) AS n""",
        {
            "last": last,
            "models": models,
            "count": len(models),
            "providers": providers.ids,
            "provider_count": len(providers),
            "customers": customers.ids,
            "customer_count": len(customers),
            "weeks": WEEKS,
            "tickets": tickets,
        },
    )
    with bulk(cr, ("helpdesk_ticket", "support_clock")):
        people = {"partner_id": "copy.customer", "commercial_partner_id": "copy.customer"}
        _copy(cr, "helpdesk_ticket", "id", {**people, "support_provider_id": "copy.provider"})
        promises = ", ".join(f"'{metric}'" for metric in METRICS)
        _copy(cr, "support_clock", "ticket_id", {"provider_id": "copy.provider"}, f"row.metric IN ({promises})")
    cr.execute("SELECT setval('helpdesk_ticket_id_seq', (SELECT max(id) FROM helpdesk_ticket))")
    cr.commit()
    for table in ("helpdesk_ticket", "support_clock", "res_partner"):
        cr.execute(f"ANALYZE {table}")
    cr.commit()
    return manager


def _take_turns(env, analysis, domain: list, since: datetime, turns: int) -> tuple[float, float, float]:
    """Median seconds of opening the pivot and of the bare query, and how many queries the opening needs."""
    opened: list[float] = []
    bare: list[float] = []
    queries: list[int] = []
    for turn in range(turns + 1):
        _count, seconds = timed(env, lambda: (env.cr.execute(BARE, [since]), env.cr.fetchall()))
        env.invalidate_all()
        count, ours = timed(env, lambda: analysis.formatted_read_grouping_sets(domain, OPENED, MEASURES))
        if turn:  # the first one fills the caches
            opened.append(ours)
            bare.append(seconds)
            queries.append(count)
    return statistics.median(opened), statistics.median(bare), statistics.median(queries)


def run(databases: dict[str, str], quick: bool, say: Callable[[str], None]) -> list[Figure]:
    tickets, turns = (20000, 5) if quick else (1000000, 5)
    now = datetime.now().replace(microsecond=0)
    say(f"making {tickets:,} tickets with {2 * tickets:,} judged promises")
    with environment(databases["reports"]) as env:
        manager = _populate(env, tickets, now)
    figures: list[Figure] = []
    with environment(databases["reports"]) as env:
        analysis = env["support.sla.analysis"].with_user(manager.id).with_context(lang="en_US", tz="Europe/London")
        clocks = env["support.clock"].search_count([])
        figures.append(Figure("reports", "promises in the database", clocks))
        first = now.replace(day=1, hour=0, minute=0, second=0) - timedelta(days=92)
        for what, since in (("as it opens, on the last months", first), ("over all of it", datetime(2000, 1, 1))):
            say(f"the analysis {what}")
            domain: list[Any] = [("side", "=", "provider"), ("judged", ">=", since)]
            opened, bare, queries = _take_turns(env, analysis, domain, since, turns)
            figures.append(
                Figure(
                    "reports",
                    f"SLA analysis of {tickets:,} tickets {what}: times the bare aggregate query",
                    round(opened / bare, 2),
                    "×",
                    # of a few thousand rows most is what any call costs
                    None if quick else 2,
                    note=f"{opened * 1000:.0f} ms beside {bare * 1000:.0f} ms; {queries:.0f} queries",
                )
            )
        say("by customer and month")
        _count, seconds = timed(
            env,
            lambda: analysis.formatted_read_group(
                [("side", "=", "provider")], ["judged:month", "customer_id"], list(MEASURES), limit=80
            ),
        )
        figures.append(Figure("reports", "by customer and month, over all of it", round(seconds * 1000), "ms"))
    return figures
