"""A database with a million open clocks, as facts and clocks that belong together.

Some tickets are raised (and some answered) through Odoo at given moments; copies of their rows (ticket, events,
clocks) are then made by SQL, so that each copy is what the engine itself would have made of the same facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import psycopg2

from .desks import GUARDED, OurDesk

#: when the sweep is measured: a Wednesday morning within opening hours
MOMENT = datetime(2026, 3, 4, 10, 0)
#: tickets raised through Odoo, to be copied
DUE_MODELS, GUARDED_MODELS, OPEN_MODELS = 20, 20, 100
TABLES = ("helpdesk_ticket", "support_event", "support_clock")
_OWN = {"id", "number", "access_token", "ticket_id"}
#: clocks that are due at MOMENT, by what they are measured on
_DUE = {
    "plain": "metric = 'first_response' AND state = 'running' AND deadline < %s",
    "guarded": f"metric = '{GUARDED}' AND state = 'running' AND deadline < %s",
}


def _raise(desk: OurDesk, first: datetime, apart: int, number: int, answer: datetime | None = None) -> list[int]:
    """Raise tickets ``apart`` seconds from one another; let an agent answer them."""
    found = []
    for index in range(number):
        moment = first + timedelta(seconds=apart * index)
        ticket = desk.env["helpdesk.ticket"].with_context(support_now=moment).create(desk.values())
        if answer:
            ticket.with_user(desk.agent).with_context(support_now=answer).message_post(
                body="We are on it.", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        found.append(ticket.id)
    desk.env.flush_all()
    return found


@contextmanager
def bulk(cr, tables: Sequence[str] = TABLES) -> Iterator[None]:
    """Without what makes a million inserts slow: indexes that enforce nothing, and checks of foreign keys."""
    cr.execute("SAVEPOINT bulk")
    try:
        cr.execute("SET LOCAL session_replication_role = replica", log_exceptions=False)
    except psycopg2.errors.InsufficientPrivilege:
        cr.execute("ROLLBACK TO SAVEPOINT bulk")
    cr.execute(
        """SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
           WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique""",
        [list(tables)],
    )
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(f"DROP INDEX {name}")
    yield
    cr.execute("SET LOCAL maintenance_work_mem = '256MB'")
    for _name, definition in indexes:
        cr.execute(definition)


def columns(cr, table: str) -> list[str]:
    """Columns that are the same in a copy of a row."""
    cr.execute(
        """SELECT column_name FROM information_schema.columns
           WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position""",
        [table],
    )
    return [name for (name,) in cr.fetchall() if name not in _OWN]


def _listed(cr, table: str) -> str:
    return ", ".join(f'"{name}"' for name in columns(cr, table))


def populate(desk: OurDesk, tickets: int, due: int) -> None:
    """Make ``tickets`` tickets with four open clocks each.

    At MOMENT ``due`` of them, spread evenly, have one that is due and that nobody guards, and as many one that is
    due and guarded by a chain (of these the first response has been given).
    """
    cr = desk.env.cr
    minutes = timedelta(minutes=1)
    plain = _raise(desk, MOMENT - 45 * minutes, 7, DUE_MODELS)
    guarded = _raise(desk, MOMENT - 75 * minutes, 7, GUARDED_MODELS, answer=MOMENT - 60 * minutes)
    waiting = _raise(desk, MOMENT - 29 * minutes, 17, OPEN_MODELS)
    cr.execute("SELECT max(id) FROM helpdesk_ticket")
    (last,) = cr.fetchone()
    every = max(2, tickets // due)
    cr.execute(
        """CREATE TEMPORARY TABLE bench_copy ON COMMIT DROP AS
           SELECT %(last)s + n AS ticket_id,
                  CASE n %% %(every)s WHEN 0 THEN (%(plain)s::int[])[1 + n / %(every)s %% %(plains)s]
                                      WHEN 1 THEN (%(guarded)s::int[])[1 + n / %(every)s %% %(guardeds)s]
                                      ELSE (%(waiting)s::int[])[1 + n %% %(waitings)s] END AS model
           FROM generate_series(1, %(tickets)s) AS n""",
        {
            "last": last,
            "tickets": tickets,
            "every": every,
            "plain": plain,
            "plains": len(plain),
            "guarded": guarded,
            "guardeds": len(guarded),
            "waiting": waiting,
            "waitings": len(waiting),
        },
    )
    with bulk(cr):
        names = _listed(cr, "helpdesk_ticket")
        cr.execute(
            f"""INSERT INTO helpdesk_ticket (id, number, {names})
                SELECT copy.ticket_id, 'B' || copy.ticket_id, {names} FROM bench_copy AS copy
                JOIN (SELECT id AS model, {names} FROM helpdesk_ticket) AS ticket USING (model)"""
        )
        for table in TABLES[1:]:
            names = _listed(cr, table)
            cr.execute(
                f"""INSERT INTO {table} (ticket_id, {names})
                    SELECT copy.ticket_id, {names} FROM bench_copy AS copy
                    JOIN (SELECT ticket_id AS model, {names} FROM {table}) AS fact USING (model)
                    ORDER BY copy.ticket_id"""
            )
    cr.execute("SELECT setval('helpdesk_ticket_id_seq', (SELECT max(id) FROM helpdesk_ticket))")
    # the models themselves are out of the sweep's way
    cr.execute("UPDATE support_clock SET sweep_at = NULL WHERE ticket_id = ANY(%s)", [plain + guarded + waiting])
    cr.commit()
    for table in TABLES:
        cr.execute(f"ANALYZE {table}")
    cr.commit()


def due_clocks(cr, kind: str) -> list[int]:
    """Ids of the clocks that are due at MOMENT: "plain" (nobody guards them) or "guarded"."""
    cr.execute(f"SELECT id FROM support_clock WHERE {_DUE[kind]} ORDER BY id", [MOMENT])
    return [clock_id for (clock_id,) in cr.fetchall()]
