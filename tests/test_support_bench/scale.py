"""A database with a million open clocks, as facts and clocks that belong together.

Some tickets are raised through Odoo at given moments; copies of their rows (ticket, events, clocks) are then made by
SQL, so that each copy is what the engine itself would have made of the same facts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from .desks import OurDesk

#: when the sweep is measured: a Wednesday morning within opening hours
MOMENT = datetime(2026, 3, 4, 10, 0)
#: tickets raised through Odoo, to be copied: due (their 30 minutes for the first response are over) and not yet due
DUE_MODELS, OPEN_MODELS = 20, 100
COLUMNS_OF_THEIR_OWN = {"id", "number", "access_token"}


def _raise(desk: OurDesk, moments: list[datetime]) -> list[int]:
    tickets = []
    for moment in moments:
        Ticket = desk.env["helpdesk.ticket"].with_context(support_now=moment)
        tickets += Ticket.create(desk.values()).ids
    desk.env.flush_all()
    return tickets


def _columns(env, table: str) -> list[str]:
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position", [table]
    )
    return [f'"{name}"' for (name,) in env.cr.fetchall() if name not in COLUMNS_OF_THEIR_OWN | {"ticket_id"}]


def populate(desk: OurDesk, tickets: int, due: int) -> None:
    """Make ``tickets`` tickets with four open clocks each; ``due`` of them, spread evenly, have one that is due."""
    env = desk.env
    models = [
        _raise(desk, [MOMENT - timedelta(minutes=45) + timedelta(seconds=7 * i) for i in range(DUE_MODELS)]),
        _raise(desk, [MOMENT - timedelta(minutes=29) + timedelta(seconds=17 * i) for i in range(OPEN_MODELS)]),
    ]
    env["mail.message"].search([("model", "=", "helpdesk.ticket")]).unlink()
    env.cr.execute("SELECT max(id) FROM helpdesk_ticket")
    (last,) = env.cr.fetchone()
    env.cr.execute(
        """CREATE TEMPORARY TABLE bench_copy AS
           SELECT %(last)s + number AS id,
                  CASE WHEN number %% %(every)s = 0
                       THEN (%(due)s::int[])[1 + number / %(every)s %% %(dues)s]
                       ELSE (%(open)s::int[])[1 + number %% %(opens)s] END AS model
           FROM generate_series(1, %(tickets)s) AS number""",
        {
            "last": last,
            "tickets": tickets,
            "every": max(1, tickets // due),
            "due": models[0],
            "dues": len(models[0]),
            "open": models[1],
            "opens": len(models[1]),
        },
    )
    columns = ", ".join(_columns(env, "helpdesk_ticket"))
    env.cr.execute(
        f"""INSERT INTO helpdesk_ticket (id, number, {columns})
            SELECT copy.id, 'B' || copy.id, {columns.replace('"', 'model."').replace('model."', '"')}
            FROM bench_copy AS copy JOIN (SELECT id AS model_id, {columns} FROM helpdesk_ticket) AS model
              ON model.model_id = copy.model"""
    )
    for table in ("support_event", "support_clock"):
        columns = ", ".join(_columns(env, table))
        env.cr.execute(
            f"""INSERT INTO {table} (ticket_id, {columns})
                SELECT copy.id, {columns} FROM bench_copy AS copy
                JOIN (SELECT ticket_id, {columns} FROM {table}) AS model ON model.ticket_id = copy.model
                ORDER BY copy.id"""
        )
    env.cr.execute("SELECT setval('helpdesk_ticket_id_seq', (SELECT max(id) FROM helpdesk_ticket))")
    # the models themselves are out of the way of the sweep
    env.cr.execute("UPDATE support_clock SET sweep_at = NULL WHERE ticket_id = ANY(%s)", [models[0] + models[1]])
    env.cr.execute("DROP TABLE bench_copy")
    env.cr.commit()
