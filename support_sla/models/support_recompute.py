import json
import logging
from datetime import datetime, timedelta
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_datetime
from psycopg2 import OperationalError

from ..tools import facts
from .support_sweep import CONFLICTS, RETRIES

_logger = logging.getLogger(__name__)

#: promises shown on the form itself; all of them are a list away
SHOWN = 40


class SupportRecompute(models.Model):
    """Rules changed for promises that are open: what moves, who decided it and what came of it (E-3.6).

    A record is a *draft* while its preview is worked out and somebody decides, *running* while it is applied in the
    background, then *done*; afterwards it is the log. The tickets it concerns are its items, each worked on once;
    what becomes of their promises are its lines. Only the methods here write to any of the three.

    ===== hooks for a further kind, an addon's own =====
    ``_selection_kind`` its name · ``_read_after_<kind>(events, now)`` what the clocks of tickets would be ·
    ``_apply_<kind>(tickets, now)`` make it so · ``_begin_<kind>(now)`` once, before the first ticket.
    """

    _name = "support.recompute"
    _description = "Change of Rules"
    _order = "id desc"
    _log_access = False
    _allow_sudo_commands = False

    kind = fields.Selection(selection="_selection_kind", required=True, readonly=True)
    calendar_id = fields.Many2one("resource.calendar", string="Opening Hours", readonly=True, ondelete="set null")
    calendar_version_id = fields.Many2one("support.calendar.version", readonly=True, ondelete="set null")
    policy_id = fields.Many2one("support.policy", readonly=True, ondelete="cascade", index="btree_not_null")
    version_id = fields.Many2one(
        "support.policy.version", string="To Version", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    changes = fields.Text(compute="_compute_changes", string="What Changed")
    user_id = fields.Many2one("res.users", string="Changed By", readonly=True, ondelete="set null")
    created = fields.Datetime(string="Changed", readonly=True, required=True)
    decide_by = fields.Datetime(string="Applied By Itself", readonly=True)
    decided_by_id = fields.Many2one("res.users", string="Applied By", readonly=True, ondelete="set null")
    automatic = fields.Boolean(string="By Itself", readonly=True, help="Applied because nobody decided in time.")
    started = fields.Datetime(readonly=True)
    ended = fields.Datetime(readonly=True)
    state = fields.Selection(
        [("draft", "Preview"), ("running", "Running"), ("done", "Done"), ("cancelled", "Stopped")],
        default="draft",
        required=True,
        readonly=True,
    )
    total = fields.Integer(string="Tickets", readonly=True)
    previewed = fields.Integer(string="Looked At", readonly=True)
    done = fields.Integer(readonly=True)
    changed = fields.Integer(string="Tickets With Changes", readonly=True)
    late = fields.Integer(string="Late By It", readonly=True, help="Promises that become late only by this change.")
    moved = fields.Integer(string="Promises That Change", readonly=True)
    failed = fields.Integer(string="Set Aside", readonly=True)
    progress = fields.Float(compute="_compute_progress", help="Percent of the tickets, of the preview or of the work.")
    item_ids = fields.One2many("support.recompute.ticket", "recompute_id", string="Tickets Concerned", readonly=True)
    line_ids = fields.One2many("support.recompute.line", "recompute_id", string="Promises", readonly=True)
    top_line_ids = fields.One2many(
        "support.recompute.line", compute="_compute_top_line_ids", string="Most Affected Promises"
    )

    # one draft a calendar: further edits update it
    _draft_unique = models.UniqueIndex("(calendar_id) WHERE state = 'draft' AND kind = 'calendar'")
    # the scheduled action's search
    _work_idx = models.Index("(state) WHERE state IN ('draft', 'running')")

    @api.model
    def _selection_kind(self):
        return [("calendar", self.env._("Opening hours")), ("migration", self.env._("Policy version"))]

    @api.depends("kind", "calendar_id", "version_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for change in self:
            what = change.calendar_id or change.version_id
            change.display_name = what.display_name or dict(self._selection_kind()).get(change.kind) or ""

    @api.depends("state", "total", "previewed", "done", "failed")
    def _compute_progress(self):
        for change in self:
            count = change.previewed if change.state == "draft" else change.done + change.failed
            change.progress = 100 * count / change.total if change.total else 100

    def _compute_top_line_ids(self):
        Line = self.env["support.recompute.line"]
        for change in self:
            change.top_line_ids = Line.search([("recompute_id", "=", change.id)], limit=SHOWN)

    @api.depends("calendar_version_id", "version_id")
    @api.depends_context("lang")
    def _compute_changes(self):
        for change in self:
            change.changes = change._describe_changes()

    def _describe_changes(self) -> str:
        """What was changed, in words. **Hook** for further kinds."""
        self.ensure_one()
        if self.kind == "calendar" and self.calendar_version_id:
            return self.calendar_version_id._describe_changes()
        if self.kind == "migration":
            return self.env._("Open tickets go over to “%s”.", self.version_id.display_name)
        return ""

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse()
        return super().write(vals)

    def unlink(self):
        raise UserError(self.env._("The log of changed rules cannot be deleted."))

    def copy(self, default=None):
        raise UserError(self.env._("A change of rules cannot be copied."))

    @api.model
    def _refuse(self):
        if not self.env.su:
            raise UserError(self.env._("The log of changed rules is written by the engine only."))

    # --- settings --------------------------------------------------------------------------------

    @api.model
    def _get_batch_size(self) -> int:
        """Tickets a transaction, an administrator's knob."""
        return max(1, int(self.env["ir.config_parameter"].sudo().get_param("support_sla.recompute_batch") or 200))

    @api.model
    def _get_patience(self) -> timedelta:
        """How long a changed calendar waits for somebody to decide."""
        hours = self.env["ir.config_parameter"].sudo().get_param("support_sla.recompute_after_hours")
        return timedelta(hours=float(hours or 24))

    def _get_banner(self) -> str:
        """One line for the form of what was edited."""
        self.ensure_one()
        when = format_datetime(self.env, self.created)
        if self.state == "running":
            return self.env._("The hours changed %s are just being applied to open promises.", when)
        if self.previewed < self.total:
            return self.env._(
                "These hours changed %(when)s; open promises on %(count)s tickets still have the due times of before.",
                when=when,
                count=self.total,
            )
        return self.env._(
            "These hours changed %(when)s; open promises whose due times are still those of before: %(count)s.",
            when=when,
            count=self.moved,
        )

    # --- drafts ----------------------------------------------------------------------------------

    @api.model
    def _propose_calendar(self, calendar, version, now: datetime, at_once: bool):
        """The hours of a calendar became ``version``: show what would change for open promises.

        Where there is nothing to decide (nothing open, nothing moves, ``at_once``) it is applied straight away.
        """
        change = self.sudo().search([("calendar_id", "=", calendar.id), ("state", "=", "draft")], limit=1)
        values = {
            "calendar_version_id": version.id,
            "user_id": self.env.uid,
            "created": now,
            "decide_by": now + self._get_patience(),
            **dict.fromkeys(("total", "previewed", "changed", "moved", "late"), 0),
        }
        if change:
            change._drop_items()
            change.write(values)
        else:
            change = self.sudo().create({"kind": "calendar", "calendar_id": calendar.id, **values})
        change.flush_recordset()
        if not change._add_open_items(now):
            # nothing runs on it: no preview and no log, the hours simply hold
            change._begin_calendar(now)
            change._drop()
        elif at_once:
            change._start(now, automatic=True)
        else:
            change._preview_batch(now, self._get_batch_size())
            change._ask_to_work()

    @api.model
    def _propose_migration(self, version, domain, now: datetime):
        """A draft that takes open tickets of the policy over to ``version``; earlier drafts of it are dropped.

        :param domain: which of the policy's open tickets
        """
        policy = version.policy_id
        self.sudo().search([("policy_id", "=", policy.id), ("state", "=", "draft")]).write(
            {"state": "cancelled", "ended": now}
        )
        change = self.sudo().create(
            {
                "kind": "migration",
                "policy_id": policy.id,
                "version_id": version.id,
                "user_id": self.env.uid,
                "created": now,
            }
        )
        tickets = self.env["helpdesk.ticket"].search(fields.Domain(domain) & policy._get_migratable_domain(version))
        change.flush_recordset()
        change._add_items(
            SQL("SELECT id AS ticket_id, support_next_due AS due FROM helpdesk_ticket WHERE id = ANY(%s)", tickets.ids)
        )
        change._preview_batch(now, self._get_batch_size())
        change._ask_to_work()
        return change.sudo(False)

    def _drop(self):
        """Take a draft away that has nothing to tell."""
        self.env.cr.execute(SQL("DELETE FROM support_recompute WHERE id = ANY(%s)", self.ids))
        self.invalidate_recordset(flush=False)

    def _drop_items(self):
        for table in ("support_recompute_line", "support_recompute_ticket"):
            self.env.cr.execute(SQL("DELETE FROM %s WHERE recompute_id = ANY(%s)", SQL.identifier(table), self.ids))
        self.env["support.recompute.line"].invalidate_model(flush=False)
        self.env["support.recompute.ticket"].invalidate_model(flush=False)

    def _add_items(self, tickets: SQL) -> int:
        """Add tickets that are not yet among the items; how many items there are.

        :param tickets: a query of ``ticket_id`` and ``due``
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                """INSERT INTO support_recompute_ticket (recompute_id, ticket_id, due, state, chosen, previewed)
                   SELECT %s, found.ticket_id, found.due, 'todo', TRUE, FALSE FROM (%s) AS found
                   ON CONFLICT (recompute_id, ticket_id) DO NOTHING""",
                self.id,
                tickets,
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE support_recompute SET total =
                       (SELECT count(*) FROM support_recompute_ticket WHERE recompute_id = %(id)s AND chosen)
                   WHERE id = %(id)s RETURNING total""",
                id=self.id,
            )
        )
        (total,) = self.env.cr.fetchone()
        self.invalidate_recordset(flush=False)
        return total

    def _add_open_items(self, now: datetime) -> int:
        """The tickets with promises that began on earlier hours of the calendar and are open."""
        self.env["support.clock"].flush_model()
        return self._add_items(
            SQL(
                """SELECT ticket_id, min(deadline) AS due FROM support_clock
                   WHERE target_id = ANY(ARRAY%s) AND state IN ('running', 'paused') AND start < %s
                   GROUP BY ticket_id""",
                self.calendar_id._sla_get_target_ids(),
                self.calendar_version_id.since,
            )
        )

    # --- what a user does ------------------------------------------------------------------------

    def _get_decidable(self, *states: str):
        """These records with sudo, if the user may decide on them and they are in one of ``states``."""
        self.check_access("read")  # only managers read them
        self.env["support.policy"].check_access("write")
        for change in self:
            if change.state not in states:
                raise UserError(
                    self.env._(
                        "“%(change)s” is %(state)s by now.",
                        change=change.display_name,
                        state=dict(self._fields["state"]._description_selection(self.env))[change.state],
                    )
                )
        return self.sudo()

    def action_apply(self):
        """Apply it to the open tickets, in the background."""
        now = self.env["support.event"]._now()
        for change_sudo in self._get_decidable("draft"):
            change_sudo._start(now)
        return True

    def action_later(self):
        """Leave the open tickets as they are for now; asked again when the time to decide is over."""
        now = self.env["support.event"]._now()
        self._get_decidable("draft").write({"decide_by": now + self._get_patience()})
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_stop(self):
        """Stop; what was done stays done. A calendar's hours hold for all: that work is only finished."""
        now = self.env["support.event"]._now()
        changes_sudo = self._get_decidable("draft", "running")
        if "calendar" in changes_sudo.mapped("kind"):
            raise UserError(self.env._("Changed opening hours are applied to all tickets or to none."))
        changes_sudo.write({"state": "cancelled", "ended": now})
        return True

    def action_continue(self):
        """Go on with what was stopped, and try again what was set aside."""
        now = self.env["support.event"]._now()
        for change_sudo in self._get_decidable("cancelled", "done", "running"):
            if not change_sudo.started:
                # stopped while it was a preview: it is only decided on now, and by whoever says so
                change_sudo._start(now)
                continue
            self.env.cr.execute(
                SQL(
                    "UPDATE support_recompute_ticket SET state = 'todo' WHERE recompute_id = %s AND state = 'failed'",
                    change_sudo.id,
                )
            )
            change_sudo.write({"state": "running", "ended": False, "failed": 0})
            change_sudo._ask_to_work()
        return True

    def action_open_lines(self):
        """All promises that change."""
        return self._open("support_sla.support_recompute_line_action")

    def action_open_items(self):
        """All tickets it concerns; in a draft of a migration, to choose among them."""
        return self._open("support_sla.support_recompute_ticket_action")

    def _open(self, action_name: str) -> dict[str, Any]:
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(action_name)
        action["domain"] = [("recompute_id", "=", self.id)]
        action["context"] = {"recompute_state": self.state, "recompute_kind": self.kind}
        return action

    # --- the work --------------------------------------------------------------------------------

    def _start(self, now: datetime, automatic: bool = False):
        """From now on it holds; the tickets follow in the background. Called with sudo."""
        self.ensure_one()
        getattr(self, f"_begin_{self.kind}")(now)
        self.write(
            {
                "state": "running",
                "started": now,
                "ended": False,
                "automatic": automatic,
                "decided_by_id": False if automatic else self.env.uid,
                **dict.fromkeys(("done", "changed", "moved", "late", "failed"), 0),
            }
        )
        self.flush_recordset()
        if automatic:
            _logger.info("Change of rules %s is applied by itself: %s", self.id, self.display_name)
        self._end_if_finished(now)
        self._ask_to_work()

    def _begin_calendar(self, now: datetime):
        """From now on the open promises are judged on the calendar's hours of today."""
        calendar = self.calendar_id
        if not calendar:
            return  # deleted since
        # tickets that were reopened since the edit
        self._add_open_items(now)
        self.env["support.calendar.version"].flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE support_calendar_version SET applied = %s WHERE calendar_id = %s AND applied IS NULL",
                now,
                calendar.id,
            )
        )
        self.env["support.calendar.version"].invalidate_model(flush=False)
        calendar._sla_drop_cache()

    def _begin_migration(self, now: datetime):
        """Nothing to prepare: each ticket gets the fact of its own."""

    def _ask_to_work(self):
        """Wake the scheduled action when this transaction is committed, and when a draft's time is over."""
        health = self.env["support.health"]
        if health._wake("support_sla.ir_cron_recompute"):
            for change in self:
                if change.state == "draft" and change.decide_by:
                    health._wake("support_sla.ir_cron_recompute", change.decide_by)

    @api.model
    def _cron_recompute(self):
        """Scheduled action: apply what waits, work out previews; short transactions, resumed where they ended."""
        cron = self.env["ir.cron"]
        size = self._get_batch_size()
        collisions = 0
        while True:
            try:
                worked = self._work(self.env["support.event"]._now(), size)
                left = self._count_left()
                time_left = cron._commit_progress(worked, remaining=left)
                self.env.invalidate_all()  # a hundred thousand promises do not stay in memory
            except CONFLICTS as error:
                # crons get no retry from Odoo: an agent was faster, so look again at fewer tickets (F-3)
                self.env.cr.rollback()
                self.env.transaction.reset()
                collisions += 1
                if collisions > RETRIES:
                    _logger.info("A change of rules leaves the rest for its next run: %s", error)
                    self._ask_again()
                    break
                size = max(1, size // 4)
                continue
            if not worked:
                if left:
                    self._ask_again()
                break
            if not time_left:
                break
            collisions = 0
            size = min(size * 4, self._get_batch_size())

    @api.model
    def _ask_again(self):
        """Tickets are left that somebody writes to right now: come back soon."""
        self.env["support.health"]._wake("support_sla.ir_cron_recompute", fields.Datetime.now() + timedelta(seconds=20))

    @api.model
    def _count_left(self) -> int:
        self.env.cr.execute(
            """SELECT count(*) FROM support_recompute_ticket AS item
               JOIN support_recompute AS change ON change.id = item.recompute_id
               WHERE item.chosen AND (change.state = 'running' AND item.state = 'todo'
                                      OR change.state = 'draft' AND NOT item.previewed)"""
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _work(self, now: datetime, size: int) -> int:
        """One transaction's worth, of what is to be applied before what is only to be shown; 0: nothing left.

        :param now: naive UTC
        """
        changes_sudo = self.sudo()
        # its calendar was deleted: nothing can run on those hours any more, and nothing else may wait for it
        changes_sudo.search(
            [("state", "in", ("draft", "running")), ("kind", "=", "calendar"), ("calendar_id", "=", False)]
        ).write({"state": "cancelled", "ended": now})
        for change in changes_sudo.search([("state", "=", "draft"), ("decide_by", "<=", now)], order="id"):
            change._start(now, automatic=True)
        for change in changes_sudo.search([("state", "=", "running")], order="id"):
            if worked := change._apply_batch(now, size):
                return worked
            change._end_if_finished(now)
        for change in changes_sudo.search([("state", "=", "draft")], order="id"):
            if worked := change._preview_batch(now, size):
                return worked
        return 0

    def _claim(self, size: int) -> list[int]:
        """Ids of tickets to work on, each locked with its item until the transaction ends, the nearest due first.

        Whatever somebody else has is passed over and found again by the next batch.
        """
        self.env.cr.execute(
            SQL(
                """SELECT item.ticket_id FROM support_recompute_ticket AS item
                   JOIN helpdesk_ticket AS ticket ON ticket.id = item.ticket_id
                   WHERE item.recompute_id = %s AND item.state = 'todo' AND item.chosen
                   ORDER BY item.due, item.id LIMIT %s
                   FOR NO KEY UPDATE OF item, ticket SKIP LOCKED""",
                self.id,
                size,
            ),
            log_exceptions=False,
        )
        return [ticket_id for (ticket_id,) in self.env.cr.fetchall()]

    def _apply_batch(self, now: datetime, size: int) -> int:
        """Apply it to some tickets; one that fails is set aside and the others go on."""
        self.ensure_one()
        self.env.flush_all()
        ticket_ids = self._claim(size)
        if not ticket_ids:
            return 0
        self._one_bad_spoils_none(ticket_ids, now, self._apply_to, self._set_aside)
        return len(ticket_ids)

    def _one_bad_spoils_none(self, ticket_ids: list[int], now: datetime, do, give_up):
        """``do(ticket ids, now)``, together or else one by one; ``give_up(ticket id, error, now)`` where it fails."""
        try:
            with self.env.cr.savepoint():
                do(ticket_ids, now)
            return
        except OperationalError:
            raise
        except Exception:  # noqa: BLE001  one bad row must not stop the others
            _logger.info("A ticket of a batch of %s failed: taking them one by one", len(ticket_ids))
            self.env.invalidate_all(flush=False)
        for ticket_id in ticket_ids:
            try:
                with self.env.cr.savepoint():
                    do([ticket_id], now)
            except OperationalError:
                raise
            except Exception as error:  # noqa: BLE001  one bad row must not stop the others
                _logger.warning("A change of rules sets ticket %s aside: %s", ticket_id, error)
                self.env.invalidate_all(flush=False)
                give_up(ticket_id, error, now)

    def _apply_to(self, ticket_ids: list[int], now: datetime):
        Clock = self.env["support.clock"]
        tickets = self.env["helpdesk.ticket"].with_context(active_test=False).browse(ticket_ids)
        before = Clock._read_stored(ticket_ids)
        getattr(self, f"_apply_{self.kind}")(tickets, now)
        tickets.flush_recordset()
        after = Clock._read_stored(ticket_ids)
        lines = self.env["support.recompute.line"]._replace(self, ticket_ids, before, after, now)
        self._note(ticket_ids, lines, "state = 'done'", done=len(ticket_ids))

    def _apply_calendar(self, tickets, now: datetime):
        tickets._support_recompute(now)

    def _apply_migration(self, tickets, now: datetime):
        tickets._support_migrate(self.version_id, self.decided_by_id or self.user_id, f"recompute:{self.id}", now)

    def _set_aside(self, ticket_id: int, error: Exception, now: datetime):
        self.env["support.sweep"]._set_aside(ticket_id, error, now)
        self._note([ticket_id], {}, "state = 'failed'", failed=1, error=str(error)[:500])

    # --- preview ---------------------------------------------------------------------------------

    def _preview_batch(self, now: datetime, size: int) -> int:
        """Work out for some tickets what would change, writing nothing of theirs; the nearest due first."""
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                """SELECT ticket_id FROM support_recompute_ticket
                   WHERE recompute_id = %s AND chosen AND NOT previewed ORDER BY due, id LIMIT %s
                   FOR NO KEY UPDATE SKIP LOCKED""",
                self.id,
                size,
            ),
            log_exceptions=False,
        )
        ticket_ids = [ticket_id for (ticket_id,) in self.env.cr.fetchall()]
        if ticket_ids:
            self._one_bad_spoils_none(ticket_ids, now, self._preview_of, self._preview_failed)
        self._end_if_nothing_moves(now)
        return len(ticket_ids)

    def _preview_of(self, ticket_ids: list[int], now: datetime):
        before = self.env["support.clock"]._read_stored(ticket_ids)
        events = self.env["support.event"]._read_facts(ticket_ids)
        after = getattr(self, f"_read_after_{self.kind}")(events, now)
        lines = self.env["support.recompute.line"]._replace(self, ticket_ids, before, after, now)
        self._note(ticket_ids, lines, "previewed = TRUE", previewed=len(ticket_ids))

    def _preview_failed(self, ticket_id: int, error: Exception, now: datetime):
        self._note([ticket_id], {}, "previewed = TRUE", previewed=1, error=str(error)[:500])

    def _read_after_calendar(self, events: dict[int, list[facts.Event]], now: datetime):
        """What the clocks would be on the new hours: by ticket."""
        Clock = self.env["support.clock"]
        return {
            ticket_id: [reading.clock for reading in Clock._evaluate(known, now, assumed=self.calendar_id.id)]
            for ticket_id, known in events.items()
        }

    def _read_after_migration(self, events: dict[int, list[facts.Event]], now: datetime):
        """What the clocks would be with the version in force from now on: by ticket."""
        Clock = self.env["support.clock"]
        Ticket = self.env["helpdesk.ticket"]
        return {
            ticket_id: [
                reading.clock
                for reading in Clock._evaluate(
                    [*known, Ticket.browse(ticket_id)._support_prepare_grade(known, self.version_id, now)], now
                )
            ]
            for ticket_id, known in events.items()
        }

    # --- counting --------------------------------------------------------------------------------

    def _note(
        self,
        ticket_ids: list[int],
        lines: dict[int, list[dict[str, Any]]],
        mark: str,
        error: str | None = None,
        **counts: int,
    ):
        """Mark items (``mark``: SQL of this class) and add to the counts, in two statements."""
        late = {ticket_id: sum(line["late"] for line in found) for ticket_id, found in lines.items()}
        self.env.cr.execute(
            SQL(
                """UPDATE support_recompute_ticket AS item SET %s, error = %s,
                          changes = COALESCE((given.found ->> item.ticket_id::text)::int, 0),
                          late = COALESCE((given.late ->> item.ticket_id::text)::int, 0)
                   FROM (SELECT %s::jsonb AS found, %s::jsonb AS late) AS given
                   WHERE item.recompute_id = %s AND item.ticket_id = ANY(%s)""",
                SQL(mark),
                error,
                json.dumps({ticket_id: len(found) for ticket_id, found in lines.items() if found}),
                json.dumps({ticket_id: count for ticket_id, count in late.items() if count}),
                self.id,
                ticket_ids,
            )
        )
        counts.update(
            changed=sum(bool(found) for found in lines.values()),
            moved=sum(len(found) for found in lines.values()),
            late=sum(late.values()),
        )
        self.env.cr.execute(
            SQL(
                "UPDATE support_recompute SET %s WHERE id = %s",
                SQL(", ").join(
                    SQL("%s = COALESCE(%s, 0) + %s", SQL.identifier(name), SQL.identifier(name), count)
                    for name, count in counts.items()
                ),
                self.id,
            )
        )
        self.invalidate_recordset(flush=False)
        self.env["support.recompute.ticket"].invalidate_model(flush=False)

    def _has_left(self, condition: SQL) -> bool:
        self.env.cr.execute(
            SQL(
                "SELECT EXISTS (SELECT FROM support_recompute_ticket WHERE recompute_id = %s AND chosen AND %s)",
                self.id,
                condition,
            )
        )
        return self.env.cr.fetchone()[0]

    def _end_if_finished(self, now: datetime):
        self.ensure_one()
        if self.state == "running" and not self._has_left(SQL("state = 'todo'")):
            self.write({"state": "done", "ended": now})

    def _end_if_nothing_moves(self, now: datetime):
        """A changed calendar that moves nothing needs nobody's decision."""
        self.ensure_one()
        if (
            self.kind == "calendar"
            and self.state == "draft"
            and not self.moved
            and not self._has_left(SQL("(NOT previewed OR error IS NOT NULL)"))
        ):
            self._begin_calendar(now)
            self.env.cr.execute(
                SQL("UPDATE support_recompute_ticket SET state = 'done' WHERE recompute_id = %s", self.id)
            )
            self.write({"state": "done", "started": now, "ended": now, "automatic": True, "done": self.total})
