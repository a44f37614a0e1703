import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from psycopg2.extras import Json

from ..tools import facts
from .support_context import given
from .support_time import to_instant

#: A transaction keeps the first moment it asked for this long (docs/adr/0005-what-now-is.md).
TRANSACTION_TOLERANCE = timedelta(seconds=5)


class SupportEvent(models.Model):
    """A fact about a ticket, in the past tense, with the moment it took effect.

    Append-only: nobody edits or deletes a row through interface or RPC (E-3.9); clocks are what
    ``tools.clock.evaluate`` makes of these rows. One fact is one row: ``fact_key`` is unique per
    ticket, so recording it again changes nothing.
    """

    _name = "support.event"
    _description = "Support Event"
    _order = "moment, id"
    _log_access = False
    _allow_sudo_commands = False

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade", readonly=True)
    moment = fields.Datetime(required=True, readonly=True, help="When it took effect (UTC, whole seconds).")
    recorded = fields.Datetime(readonly=True, help="When it was written down.")
    kind = fields.Selection(
        [
            ("raised", "Raised"),
            ("message_in", "Message from the customer"),
            ("message_out", "Message to the customer"),
            ("message_auto", "Automatic message"),
            ("note", "Internal note"),
            ("call", "Phone call"),
            ("phase", "Phase changed"),
            ("pause", "Paused"),
            ("resume", "Resumed"),
            ("priority", "Priority changed"),
            ("graded", "Policy matched"),
            ("workaround", "Workaround applied"),
            ("workaround_failed", "Workaround failed"),
            ("outage", "Outage began"),
            ("restored", "Service restored"),
            ("outage_void", "Outage recorded by mistake"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("agreed", "Date agreed"),
            ("excluded", "Excluded from the SLA"),
            ("included", "Included again"),
            ("escalated", "Escalated"),
            ("acknowledged", "Escalation acknowledged"),
            ("merged", "Merged into another ticket"),
            ("absorbed", "Took another ticket in"),
            ("excuse_asked", "Exclusion asked for"),
            ("excused", "Excluded by agreement"),
            ("excuse_refused", "Exclusion refused"),
            ("unexcused", "Exclusion taken back"),
            ("lane", "Place in the work queue"),
            ("reordered", "Order changed by agreement"),
            ("admitted", "Taken on"),
        ],
        required=True,
        readonly=True,
    )
    side = fields.Selection(
        [("customer", "Customer"), ("staff", "Staff"), ("system", "System")], required=True, readonly=True
    )
    user_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    message_id = fields.Many2one("mail.message", readonly=True, ondelete="set null", index="btree_not_null")
    data = fields.Json(readonly=True)
    fact_key = fields.Char(readonly=True)

    # serves the one read of a ticket's facts whenever its clocks are rebuilt
    _ticket_moment_idx = models.Index("(ticket_id, moment, id)")
    # "the same fact twice is one row"
    _fact_unique = models.UniqueIndex("(ticket_id, kind, fact_key) WHERE fact_key IS NOT NULL")

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            event.display_name = labels.get(event.kind, "")

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Events are recorded by what happens to a ticket, not typed in."))

    def write(self, vals):
        raise UserError(self.env._("What happened cannot be changed: record what happened since instead."))

    def unlink(self):
        raise UserError(self.env._("What happened cannot be deleted."))

    def copy(self, default=None):
        raise UserError(self.env._("What happened cannot be copied."))

    @api.model
    def _now(self) -> datetime:
        """The moment of this transaction: naive UTC, whole seconds.

        Everything recorded in one transaction takes effect at one moment, the first that was asked
        for, unless the transaction drags on. ``support_now`` in the context wins (sweep, import,
        tests): see docs/adr/0005-what-now-is.md.
        """
        moment = given(self.env, "support_now")
        if moment:
            return fields.Datetime.to_datetime(moment).replace(microsecond=0)
        now = fields.Datetime.now().replace(microsecond=0)
        kept = self.env.cr.precommit.data.get("support_sla.now")
        if kept is not None and timedelta() <= now - kept <= TRANSACTION_TOLERANCE:
            return kept
        self.env.cr.precommit.data["support_sla.now"] = now
        return now

    @api.model
    def _record(self, rows: Iterable[dict[str, Any]]) -> dict[int, set[int]]:
        """Write facts down; the only writer of this table.

        :param rows: dicts with ``ticket_id``, ``kind``, ``moment`` (naive UTC) and optionally
            ``side``, ``data`` (JSON-able dict), ``user_id``, ``message_id``, ``fact_key``
        :return: ids of what is new by the id of its ticket
        """
        rows = list(rows)
        if not rows:
            return {}
        recorded = self._now()
        values = [
            (
                row["ticket_id"],
                row["moment"],
                recorded,
                row["kind"],
                row.get("side") or facts.SYSTEM,
                row.get("user_id") or self.env.uid,
                row.get("message_id") or None,
                Json(row["data"]) if row.get("data") else None,
                row.get("fact_key") or None,
            )
            for row in rows
        ]
        # What takes effect now comes after what was recorded before: a server clock that was put back must not turn
        # the order of facts around (F-9). What is entered late on purpose keeps its moment.
        self.env.cr.execute_values(
            """INSERT INTO support_event
                    (ticket_id, moment, recorded, kind, side, user_id, message_id, data, fact_key)
               SELECT given.ticket_id,
                      CASE WHEN given.moment = given.recorded
                           THEN GREATEST(given.moment, (SELECT max(earlier.moment) FROM support_event AS earlier
                                                        WHERE earlier.ticket_id = given.ticket_id))
                           ELSE given.moment END,
                      given.recorded, given.kind, given.side, given.user_id, given.message_id, given.data,
                      given.fact_key
               FROM (VALUES %s) AS given
                    (ticket_id, moment, recorded, kind, side, user_id, message_id, data, fact_key)
               ON CONFLICT DO NOTHING RETURNING ticket_id, id""",
            values,
            template="(%s, %s::timestamp, %s::timestamp, %s, %s, %s, %s::integer, %s::jsonb, %s)",
            page_size=5000,
        )
        recorded_ids: dict[int, set[int]] = {}
        for ticket_id, event_id in self.env.cr.fetchall():
            recorded_ids.setdefault(ticket_id, set()).add(event_id)
        self.env["helpdesk.ticket"].browse(recorded_ids).invalidate_recordset(["support_event_ids"], flush=False)
        return recorded_ids

    @api.model
    def _read_facts(self, ticket_ids: Iterable[int], lock: bool = False) -> dict[int, list[facts.Event]]:
        """The facts of tickets, in order, in one query.

        :param lock: hold the tickets' rows until the transaction ends. Whoever writes clocks takes the ticket
            first, as the sweep does: two who take them the other way round would wait for each other.
        """
        found: dict[int, list[facts.Event]] = {ticket_id: [] for ticket_id in ticket_ids}
        if not found:
            return found
        self.env.cr.execute(
            SQL(
                """SELECT fact.ticket_id, fact.moment, fact.kind, fact.side, fact.data, fact.id
                   FROM helpdesk_ticket AS ticket JOIN support_event AS fact ON fact.ticket_id = ticket.id
                   WHERE ticket.id = ANY(%s) ORDER BY fact.ticket_id, fact.moment, fact.id %s""",
                list(found),
                SQL("FOR NO KEY UPDATE OF ticket") if lock else SQL(),
            )
        )
        for ticket_id, moment, kind, side, data, event_id in self.env.cr.fetchall():
            found[ticket_id].append(
                facts.Event(
                    moment=to_instant(moment),
                    kind=kind,
                    side=side,
                    data=json.loads(data) if isinstance(data, str) else (data or {}),
                    id=event_id,
                )
            )
        return found

    @api.model
    def _to_fact(self, row: dict[str, Any], order: int) -> facts.Event:
        """A row as given to :meth:`_record`, as the clock function takes it."""
        return facts.Event(
            moment=to_instant(row["moment"]),
            kind=row["kind"],
            side=row.get("side") or facts.SYSTEM,
            data=row.get("data") or {},
            id=order,
        )
