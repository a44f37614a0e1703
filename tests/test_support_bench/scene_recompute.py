"""Rebuilding clocks in bulk, as after an edit of a calendar: 25,000 tickets with 100,000 clocks."""

from __future__ import annotations

import time
from collections.abc import Callable

from .desks import OurDesk
from .figures import Figure
from .measure import Memory
from .odoo_side import environment
from .scale import MOMENT


def run(databases: dict[str, str], quick: bool, say: Callable[[str], None]) -> list[Figure]:
    number = 500 if quick else 25000
    figures = []
    with environment(databases["scale"]) as env:
        calendar = OurDesk(env).team.support_provider_id.calendar_id
        env.cr.execute(
            """SELECT id FROM helpdesk_ticket WHERE support_raised >= %s - interval '29 minutes'
               ORDER BY id DESC LIMIT %s""",
            [MOMENT, number],
        )
        ids = [ticket_id for (ticket_id,) in env.cr.fetchall()]
        env.cr.execute("SELECT count(*) FROM support_clock WHERE ticket_id = ANY(%s)", [ids])
        (clocks,) = env.cr.fetchone()
        for changed in (False, True):
            if changed:
                # an hour less in the afternoon: every deadline that reaches it moves
                calendar.attendance_ids.filtered(lambda line: line.hour_to == 17).write({"hour_to": 16})
                env.flush_all()
            say(f"recompute of {len(ids):,} tickets, {'other hours' if changed else 'nothing changed'}")
            env.invalidate_all()
            memory = Memory()
            started = time.perf_counter()
            with memory:
                env["helpdesk.ticket"].with_context(support_now=MOMENT).browse(ids)._support_recompute()
                env.flush_all()
            seconds = time.perf_counter() - started
            what = "after a change of hours" if changed else "nothing changed"
            figures += [
                Figure(
                    "recompute",
                    f"{clocks:,} clocks of {len(ids):,} tickets, {what}",
                    round(clocks / seconds),
                    "clocks a second",
                    note=f"{seconds:.1f} s in one transaction",
                ),
                Figure("memory", f"recompute, {what}", round(memory.growth / 2**20, 1), "MB"),
            ]
    return figures
