from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from psycopg2.extras import Json

from ..tools import agenda, facts, history
from ..tools import clock as clock_function
from .support_time import from_instant, to_instant

#: Columns that the clock function decides, in the order of the upsert below.
COLUMNS = (
    "ticket_id",
    "target_id",
    "grade",
    "round",
    "metric",
    "side",
    "provider_id",
    "policy_id",
    "version_id",
    "priority_id",
    "company_id",
    "start",
    "budget",
    "state",
    "hold",
    "deadline",
    "stopped",
    "ending",
    "breached",
    "regrade_breach",
    "counted",
    "remaining",
    "overrun",
    "cycle",
    "paused_since",
    "pause_reasons",
    "warn_at",
    "sweep_at",
    "agenda",
)
#: What a ticket's own columns are made of.
SUMMARY = ("metric", "side", "state", "deadline", "breached", "warn_at")
SUMMARY_INDEX = {name: COLUMNS.index(name) for name in SUMMARY}
KEY = ("ticket_id", "target_id", "grade", "round")
#: kept as they were when the clock was made
FIRST_ONLY = {"priority_id", "company_id"}
#: A breach is never erased (E-3.1), whatever is found out later.
STICKY = {"breached", "regrade_breach"}


class SupportClock(models.Model):
    """One promise on one ticket: what the clock function makes of the ticket's events.

    Written only by :meth:`_store` (from facts) and by the sweep (a breach that came to pass); nobody
    edits or deletes one through interface or RPC (E-3.9). Finished rows are not touched again unless
    the ticket's own facts change them, so that calendar edits never rewrite the past (E-3.6).
    """

    _name = "support.clock"
    _description = "Support Clock"
    _order = "ticket_id, start, id"
    _log_access = False
    _allow_sudo_commands = False

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade", readonly=True)
    target_id = fields.Many2one("support.target", required=True, ondelete="restrict", readonly=True)
    grade = fields.Integer(readonly=True, help="Which policy in the ticket's life, from 0.")
    round = fields.Integer(readonly=True, help="Which round of a repeating promise, from 0.")
    cycle = fields.Integer(readonly=True, string="Reopened", help="How often it was resumed after it had ended.")
    metric = fields.Selection(selection="_selection_metric", required=True, readonly=True)
    side = fields.Selection(
        [("provider", "Provider"), ("customer", "Customer"), ("internal", "Internal")],
        string="Owed By",
        readonly=True,
    )
    provider_id = fields.Many2one("support.provider", readonly=True, ondelete="restrict", index=True)
    policy_id = fields.Many2one("support.policy", readonly=True, ondelete="restrict")
    version_id = fields.Many2one("support.policy.version", readonly=True, ondelete="restrict", index=True)
    priority_id = fields.Many2one("support.priority", readonly=True, ondelete="set null")
    company_id = fields.Many2one("res.company", readonly=True)
    start = fields.Datetime(readonly=True)
    deadline = fields.Datetime(string="Due", readonly=True, help="Kept when stopped at or before this moment.")
    stopped = fields.Datetime(readonly=True)
    state = fields.Selection(
        [("running", "Running"), ("paused", "Paused"), ("done", "Done"), ("cancelled", "Cancelled")],
        required=True,
        readonly=True,
    )
    hold = fields.Selection(
        [("to_agree", "To be agreed"), ("no_time", "No working time"), ("excluded", "No SLA")],
        string="No Deadline Because",
        readonly=True,
    )
    ending = fields.Selection(
        [
            ("stopped", "Fulfilled"),
            ("superseded", "Superseded"),
            ("cancelled", "Cancelled"),
            ("merged", "Merged"),
        ],
        readonly=True,
    )
    breached = fields.Datetime(readonly=True, help="The deadline that was missed.")
    regrade_breach = fields.Boolean(
        string="Breached at Regrade", readonly=True, help="Late only because the promise was changed."
    )
    verdict = fields.Selection(
        [("on_time", "On time"), ("breached", "Breached")], compute="_compute_verdict", search="_search_verdict"
    )
    budget = fields.Integer(string="Promised (s)", readonly=True, help="Opening seconds promised.")
    counted = fields.Integer(string="Counted (s)", readonly=True, help="Opening seconds counted at the last change.")
    remaining = fields.Integer(string="Left (s)", readonly=True, help="Opening seconds left at the last change.")
    overrun = fields.Integer(string="Overrun (s)", readonly=True)
    paused_since = fields.Datetime(readonly=True)
    pause_reasons = fields.Char(readonly=True)
    warn_at = fields.Datetime(string="At Risk From", readonly=True)
    sweep_at = fields.Datetime(readonly=True, help="When the sweep has to look at it next.")
    agenda = fields.Json(
        readonly=True, help="What the sweep has to do, in order: instant (seconds since 1970 UTC) and step, if any."
    )
    aside = fields.Boolean(readonly=True, help="Set aside after an error; tried again at the next look.")
    escalation_ids = fields.One2many("support.escalation", "clock_id", readonly=True)

    # one row for one promise: makes rebuilding an upsert
    _key_unique = models.UniqueIndex("(ticket_id, target_id, grade, round)")
    # the sweep's only search: cost grows with what is due, not with what is open (E-5.1)
    _sweep_idx = models.Index("(sweep_at) WHERE sweep_at IS NOT NULL")
    # deleting or editing a target asks whether it is in use
    _target_idx = models.Index("(target_id)")

    @api.model
    def _selection_metric(self):
        return self.env["support.target"]._selection_metric()

    @api.depends("metric")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for clock in self:
            clock.display_name = clock._get_label() if clock.metric else ""

    @api.depends("breached")
    def _compute_verdict(self):
        for clock in self:
            clock.verdict = "breached" if clock.breached else "on_time"

    def _search_verdict(self, operator, value):
        if operator != "in":
            return NotImplemented
        late, kept = "breached" in value, "on_time" in value
        if late == kept:
            return [(1, "=", 1)] if late else [(0, "=", 1)]
        return [("breached", "!=" if late else "=", False)]

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Clocks follow from what happens to a ticket; they cannot be made by hand."))

    def write(self, vals):
        raise UserError(self.env._("Clocks follow from what happens to a ticket; they cannot be changed by hand."))

    def unlink(self):
        raise UserError(self.env._("A verdict cannot be deleted."))

    def copy(self, default=None):
        raise UserError(self.env._("A clock cannot be copied."))

    def _get_label(self) -> str:
        """Name of the promise in the reader's language."""
        self.ensure_one()
        return dict(self._selection_metric()).get(self.metric, self.metric)

    # --- evaluation ---------------------------------------------------------------------------

    @api.model
    def _get_hours(self, calendar_id: int | None):
        """Opening hours by calendar id (None: around the clock), compiled and cached."""
        return self.env["resource.calendar"].browse(calendar_id or False)._sla_hours()

    @api.model
    def _evaluate(self, events: Sequence[facts.Event], now: datetime) -> list[clock_function.Reading]:
        """What ``events`` make of the policies they name, at ``now``. Reads nothing but cached rules."""
        return self._read(history.History(events, to_instant(now)))

    @api.model
    def _read(self, past: history.History) -> list[clock_function.Reading]:
        """The readings of a ticket's history under the versions it names."""
        Version = self.env["support.policy.version"]
        versions = {
            grade.version: Version._get_compiled(grade.version) for grade in past.grades if grade.version is not None
        }
        if not versions:
            return []
        return clock_function.read(past, versions, self._get_hours, self.env["support.target"]._get_metrics())

    @api.model
    def _get_key(self, reading: clock_function.Reading) -> tuple[int, int, int]:
        """What names a clock on its ticket, whatever is recorded later."""
        return (reading.clock.target, reading.clock.grade, reading.clock.round)

    @api.model
    def _get_moments(self, reading: clock_function.Reading, plan: dict[str, Any]) -> list[tuple[int, int | None]]:
        """When the sweep has something to do for a running clock, in order.

        :param plan: see ``support.target._get_agenda``
        :return: ``(instant, step id)``; the step is None for the breach itself, or for the reminder
            that a date is still to be agreed on (E-3.5)
        """
        clock = reading.clock
        if clock.hold == facts.TO_AGREE and plan["remind_days"] and clock.state in facts.LIVE:
            reminder = self._get_hours(plan["office"]).add_working_days(clock.start, plan["remind_days"])
            return [(reminder, None)] if reminder is not None else []
        if clock.state != facts.RUNNING or clock.deadline is None:
            return []
        moments: list[tuple[int, int | None]] = [(clock.deadline, None)]
        for step_id, delay, unit, reach in plan["steps"]:
            instant = self._get_step_moment(reading, delay, unit)
            if instant is not None and reach == "working_hours":
                instant = self._get_hours(plan["office"]).next_open(instant)
            if instant is None or (clock.regrade_breach and clock.breached is not None and instant < clock.breached):
                continue  # nobody is warned of what was late the moment it was promised
            moments.append((instant, step_id))
        # the sort is stable: the breach comes before the steps of the same moment, those in their order
        return sorted(moments, key=lambda moment: moment[0])

    @api.model
    def _get_step_moment(self, reading: clock_function.Reading, delay: int, unit: str) -> int | None:
        """The instant ``delay`` away from the deadline on the target's own calendar (E-2.4), or None."""
        if unit == "percent":
            budget = reading.clock.budget
            return None if budget is None else agenda.moment(reading, agenda.offset_of(budget, delay))
        if unit == "working_days":
            anchor = agenda.moment(reading, 0)
            return None if anchor is None else reading.course.hours.add_working_days(anchor, delay)
        return agenda.moment(reading, delay * {"minutes": 60, "hours": 3600}[unit])

    @api.model
    def _get_warn_instant(self, reading: clock_function.Reading, plan: dict[str, Any]) -> int | None:
        clock = reading.clock
        if clock.state != facts.RUNNING or clock.deadline is None or not clock.budget or clock.breached is not None:
            return None
        return agenda.moment(reading, int(clock.budget * plan["warn"]) - clock.budget)

    @api.model
    def _prepare_row(self, ticket, reading: clock_function.Reading, context: dict[str, Any]) -> tuple:
        """A clock as a row of this table, in the order of ``COLUMNS``."""
        clock = reading.clock
        plan = self.env["support.target"]._get_agenda(clock.target)
        # an archived ticket tells nobody; restoring it brings back what is still ahead
        moments = self._get_moments(reading, plan) if ticket.active else []

        def at(instant: int | None) -> datetime | None:
            return None if instant is None else from_instant(instant)

        return (
            ticket.id,
            clock.target,
            clock.grade,
            clock.round,
            clock.metric,
            plan["side"],
            plan["provider"],
            plan["policy"],
            plan["version"],
            context["priority_id"],
            context["company_id"],
            at(clock.start),
            clock.budget,
            clock.state,
            clock.hold or None,
            at(clock.deadline),
            at(clock.stopped),
            clock.ending or None,
            at(clock.breached),
            clock.regrade_breach,
            clock.counted,
            clock.remaining,
            clock.overrun,
            clock.cycle,
            at(clock.paused_since),
            ",".join(clock.pause_reasons) or None,
            at(self._get_warn_instant(reading, plan)),
            at(moments[0][0]) if moments else None,
            Json(moments) if moments else None,
        )

    @api.model
    def _store(self, rows: Iterable[tuple]):
        """Write what was evaluated: one statement, only rows that differ (E-10).

        A row that ended stays as it is unless its end itself is another one now: editing a calendar
        or a holiday never changes what is over (E-3.6).
        """
        rows = list(rows)
        if not rows:
            return
        updates = []
        for name in COLUMNS:
            if name in KEY or name in FIRST_ONLY:
                continue
            if name == "breached":
                updates.append("breached = COALESCE(old.breached, EXCLUDED.breached)")
            elif name == "regrade_breach":
                updates.append(
                    "regrade_breach = CASE WHEN old.breached IS NULL THEN EXCLUDED.regrade_breach "
                    "ELSE old.regrade_breach END"
                )
            else:
                updates.append(f"{name} = EXCLUDED.{name}")
        compared = [name for name in COLUMNS if name not in KEY and name not in FIRST_ONLY and name not in STICKY]
        # only names of this module are put in; values go in as parameters
        query = f"""
            INSERT INTO support_clock AS old ({", ".join(COLUMNS)}) VALUES %s
            ON CONFLICT (ticket_id, target_id, grade, round) DO UPDATE SET {", ".join(updates)}
            WHERE ({", ".join(f"old.{name}" for name in compared)}, old.breached IS NULL)
                  IS DISTINCT FROM
                  ({", ".join(f"EXCLUDED.{name}" for name in compared)}, EXCLUDED.breached IS NULL)
              AND NOT (
                  old.state IN ('done', 'cancelled')
                  AND EXCLUDED.state IN ('done', 'cancelled')
                  AND old.stopped IS NOT DISTINCT FROM EXCLUDED.stopped
                  AND old.ending IS NOT DISTINCT FROM EXCLUDED.ending
              )"""  # noqa: S608
        self.env.cr.execute_values(query, rows, page_size=5000)
        self.invalidate_model(flush=False)
        self.env["helpdesk.ticket"].browse({row[0] for row in rows}).invalidate_recordset(
            ["support_clock_ids"], flush=False
        )

    @api.model
    def _to_summaries(self, rows: Iterable[tuple]) -> list[dict[str, Any]]:
        """Rows of :meth:`_prepare_row` as ``helpdesk.ticket._support_summarise`` takes them."""
        return [{name: row[index] for name, index in SUMMARY_INDEX.items()} for row in rows]

    @api.model
    def _read_summaries(self, ticket_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
        """The stored clocks of tickets as ``helpdesk.ticket._support_summarise`` takes them."""
        self.env.cr.execute(
            SQL(
                "SELECT ticket_id, %s FROM support_clock WHERE ticket_id = ANY(%s)",
                SQL(", ").join(SQL.identifier(name) for name in SUMMARY),
                ticket_ids,
            )
        )
        found: dict[int, list[dict[str, Any]]] = {ticket_id: [] for ticket_id in ticket_ids}
        for ticket_id, *values in self.env.cr.fetchall():
            found[ticket_id].append(dict(zip(SUMMARY, values, strict=True)))
        return found

    @api.model
    def _forget_unborn(self, rows: Iterable[tuple], ticket_ids: list[int]):
        """Drop clocks that the facts no longer give: a round begun and called off in one second, or one
        that a fact entered late takes away. One that was breached meanwhile stays, as cancelled."""
        keys = [row[:4] for row in rows] or [(0, 0, 0, 0)]
        stale = SQL(
            """ticket_id = ANY(%s) AND (ticket_id, target_id, grade, "round") NOT IN %s""", ticket_ids, tuple(keys)
        )
        self.env.cr.execute(SQL("DELETE FROM support_clock WHERE %s AND breached IS NULL", stale))
        self.env.cr.execute(
            SQL(
                """UPDATE support_clock SET state = 'cancelled', ending = 'cancelled', sweep_at = NULL
                   WHERE %s AND state IN ('running', 'paused')""",
                stale,
            )
        )
        self.invalidate_model(flush=False)
