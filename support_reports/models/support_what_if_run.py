import logging
from datetime import datetime

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_sweep import CONFLICTS, RETRIES
from odoo.exceptions import UserError
from odoo.tools import SQL, format_datetime
from psycopg2 import OperationalError

_logger = logging.getLogger(__name__)

CRON = "support_reports.ir_cron_what_if"


class SupportWhatIfRun(models.Model):
    """One answer to a what-if: tickets replayed in the background under changed rules (R-10).

    Rules, moment and period are frozen when it starts; every promise is a line; the figures are frozen when it ends.
    Its tickets are a queue, a row each, marked in the transaction that writes their lines: killed and resumed, each is
    replayed once. It reads tickets and facts and writes to its own three tables only.
    """

    _name = "support.what.if.run"
    _description = "Run of a What-If"
    _order = "id desc"
    _log_access = False
    _allow_sudo_commands = False

    name = fields.Char(required=True, readonly=True)
    what_if_id = fields.Many2one("support.what.if", required=True, readonly=True, ondelete="cascade", index=True)
    provider_id = fields.Many2one("support.provider", required=True, readonly=True, ondelete="cascade", index=True)
    company_ids = fields.Many2many("res.company", string="Companies", readonly=True)
    user_id = fields.Many2one("res.users", string="Asked By", readonly=True, ondelete="set null")
    moment = fields.Datetime(string="As Of", readonly=True, required=True)
    start = fields.Datetime(readonly=True, required=True)
    stop = fields.Datetime(readonly=True, required=True)
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="Until", readonly=True)
    include_open = fields.Boolean(string="Open Promises Too", readonly=True)
    rules = fields.Json(readonly=True)
    rules_text = fields.Text(compute="_compute_rules_text", string="Changed Rules")
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("cancelled", "Stopped")],
        default="running",
        required=True,
        readonly=True,
    )
    ended = fields.Datetime(readonly=True)
    total = fields.Integer(string="Tickets", readonly=True)
    done = fields.Integer(readonly=True)
    failed = fields.Integer(string="Set Aside", readonly=True)
    progress = fields.Float(compute="_compute_progress", help="Percent of the tickets.")
    result = fields.Json(readonly=True, help="The figures, frozen when the run ended: numbers by ids and codes.")
    view = fields.Json(compute="_compute_view")
    line_ids = fields.One2many("support.what.if.line", "run_id", string="Promises", readonly=True)

    # the scheduled action's search
    _work_idx = models.Index("(id) WHERE state = 'running'")

    @api.depends("name", "moment")
    def _compute_display_name(self):
        for run in self:
            when = format_datetime(self.env, run.moment, dt_format="short") if run.moment else ""
            run.display_name = f"{run.name} · {when}"

    @api.depends("total", "done", "failed")
    def _compute_progress(self):
        for run in self:
            run.progress = 100 * (run.done + run.failed) / run.total if run.total else 100

    @api.depends("rules")
    @api.depends_context("lang")
    def _compute_rules_text(self):
        Change = self.env["support.what.if.change"]
        for run in self:
            run.rules_text = "\n".join(Change._say(rule) for rule in run.rules or [])

    @api.depends("result")
    @api.depends_context("lang", "tz", "uid")
    def _compute_view(self):
        for run in self:
            run.view = run._describe() if run.state != "running" else False

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse()
        return super().write(vals)

    def copy(self, default=None):
        raise UserError(self.env._("A run cannot be copied; ask the question again."))

    @api.model
    def _refuse(self):
        if not self.env.su:
            raise UserError(self.env._("What a run came to is not edited; ask the question again."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        if any(run.state == "running" for run in self):
            raise UserError(self.env._("Stop the run first."))

    # --- from the question to the queue -------------------------------------------------------------

    @api.model
    def _start(self, question):
        """A run of a ``support.what.if``, with the tickets that the user may see.

        :raises UserError: when nothing is changed, or a change is incomplete
        """
        rules = question._get_rules()
        start, stop = question._get_period()
        now = self.env["support.event"]._now()
        self.env["support.clock"].flush_model()
        clocks = self.env["support.clock"]._search(question._get_clock_domain(start, stop))
        run = self.sudo().create(
            {
                "name": question.name,
                "what_if_id": question.id,
                "provider_id": question.provider_id.id,
                "user_id": self.env.uid,
                "moment": now,
                "start": start,
                "stop": stop,
                "date_from": question.date_from,
                "date_to": question.date_to,
                "include_open": question.include_open,
                "rules": rules,
            }
        )
        run.flush_recordset()
        self.env.cr.execute(
            SQL(
                """INSERT INTO support_what_if_ticket (run_id, ticket_id, state)
                   SELECT %s, found.ticket_id, 'todo' FROM (%s) AS found GROUP BY found.ticket_id""",
                run.id,
                clocks.select(SQL("support_clock.ticket_id AS ticket_id")),
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE support_what_if_run SET total =
                       (SELECT count(*) FROM support_what_if_ticket WHERE run_id = %(run)s)
                   WHERE id = %(run)s""",
                run=run.id,
            )
        )
        self.env.cr.execute(
            SQL(
                """SELECT DISTINCT ticket.company_id FROM support_what_if_ticket AS item
                   JOIN helpdesk_ticket AS ticket ON ticket.id = item.ticket_id
                   WHERE item.run_id = %s AND ticket.company_id IS NOT NULL""",
                run.id,
            )
        )
        companies = [company_id for (company_id,) in self.env.cr.fetchall()]
        run.invalidate_recordset(flush=False)
        run.company_ids = self.env["res.company"].browse(companies)
        question.invalidate_recordset(["run_ids", "run_id", "state", "progress", "run_count", "result"], flush=False)
        run._finish_if_done(now)
        run._ask_to_work()
        return run.sudo(False)

    # --- what a user does ----------------------------------------------------------------------------

    def _get_own(self, *states: str):
        """These runs with sudo, if the user may ask such questions and they are in one of ``states``."""
        self.check_access("read")
        self.env["support.what.if"].check_access("write")
        if not self or any(run.state not in states for run in self):
            raise UserError(self.env._("There is no such run any more: look at the question again."))
        return self.sudo()

    def action_stop(self):
        """Stop; what was replayed so far is shown as a part of it."""
        now = self.env["support.event"]._now()
        for run_sudo in self._get_own("running"):
            run_sudo._end("cancelled", now)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_continue(self):
        """Go on where it was stopped, and try again what was set aside."""
        for run_sudo in self._get_own("cancelled", "done"):
            self.env.cr.execute(
                SQL(
                    "UPDATE support_what_if_ticket SET state = 'todo' WHERE run_id = %s AND state = 'failed'",
                    run_sudo.id,
                )
            )
            run_sudo.write({"state": "running", "ended": False, "failed": 0})
            run_sudo._ask_to_work()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_open_question(self):
        """The question that this run answers, to ask it again."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "support.what.if",
            "res_id": self.what_if_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_open_lines(self):
        """Every promise that was replayed."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("support_reports.support_what_if_line_action")
        action["domain"] = [("run_id", "=", self.id)]
        return action

    # --- the work --------------------------------------------------------------------------------------

    @api.model
    def _get_batch_size(self) -> int:
        """Tickets a transaction, an administrator's knob."""
        return max(1, int(self.env["ir.config_parameter"].sudo().get_param("support_reports.what_if_batch") or 200))

    def _ask_to_work(self):
        if any(run.state == "running" for run in self):
            self.env["support.health"]._wake(CRON)

    @api.model
    def _cron_what_if(self):
        """Scheduled action: replay what waits; short transactions, resumed where they ended."""
        cron = self.env["ir.cron"]
        collisions = 0
        while True:
            try:
                worked = self._work(self.env["support.event"]._now(), self._get_batch_size())
                left = self._count_left()
                time_left = cron._commit_progress(worked, remaining=left)
                self.env.invalidate_all()
            except CONFLICTS as error:
                # crons get no retry from Odoo (F-3)
                self.env.cr.rollback()
                self.env.transaction.reset()
                collisions += 1
                if collisions > RETRIES:
                    _logger.info("A what-if leaves the rest for its next run: %s", error)
                    break
                continue
            collisions = 0
            if not worked or not time_left:
                break

    @api.model
    def _count_left(self) -> int:
        self.env.cr.execute(
            """SELECT count(*) FROM support_what_if_ticket AS item
               JOIN support_what_if_run AS run ON run.id = item.run_id
               WHERE run.state = 'running' AND item.state = 'todo'"""
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _work(self, now: datetime, size: int) -> int:
        """One transaction's worth; 0: nothing is left that nobody else has."""
        for run in self.sudo().search([("state", "=", "running")], order="id"):
            worked = run._work_batch(size)
            run._finish_if_done(now)
            if worked:
                return worked
        return 0

    def _work_batch(self, size: int) -> int:
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                """SELECT ticket_id FROM support_what_if_ticket
                   WHERE run_id = %s AND state = 'todo' ORDER BY id LIMIT %s
                   FOR NO KEY UPDATE SKIP LOCKED""",
                self.id,
                size,
            ),
            log_exceptions=False,
        )
        ticket_ids = [ticket_id for (ticket_id,) in self.env.cr.fetchall()]
        if not ticket_ids:
            return 0
        try:
            with self.env.cr.savepoint():
                self._replay(ticket_ids)
            return len(ticket_ids)
        except OperationalError:
            raise
        except Exception:  # noqa: BLE001  one bad row must not stop the others
            _logger.info("A ticket of a batch of %s failed: taking them one by one", len(ticket_ids))
        for ticket_id in ticket_ids:
            try:
                with self.env.cr.savepoint():
                    self._replay([ticket_id])
            except OperationalError:
                raise
            except Exception as error:  # noqa: BLE001  one bad row must not stop the others
                _logger.warning("A what-if sets ticket %s aside: %s", ticket_id, error)
                self._mark([ticket_id], "failed", str(error)[:500])
        return len(ticket_ids)

    def _replay(self, ticket_ids: list[int]):
        replay = self.env["support.what.if.replay"]._prepare(self, ticket_ids)
        self.env["support.what.if.line"]._insert(self, replay.get_lines())
        self._mark(ticket_ids, "done")

    def _mark(self, ticket_ids: list[int], state: str, error: str | None = None):
        self.env.cr.execute(
            SQL(
                "UPDATE support_what_if_ticket SET state = %s, error = %s WHERE run_id = %s AND ticket_id = ANY(%s)",
                state,
                error,
                self.id,
                ticket_ids,
            )
        )
        column = SQL.identifier("done" if state == "done" else "failed")
        self.env.cr.execute(
            SQL(
                "UPDATE support_what_if_run SET %s = COALESCE(%s, 0) + %s WHERE id = %s",
                column,
                column,
                len(ticket_ids),
                self.id,
            )
        )
        self.invalidate_recordset(["done", "failed", "progress"], flush=False)

    def _finish_if_done(self, now: datetime):
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "SELECT EXISTS (SELECT FROM support_what_if_ticket WHERE run_id = %s AND state = 'todo')",
                self.id,
            )
        )
        (left,) = self.env.cr.fetchone()
        if self.state == "running" and not left:
            self._end("done", now)
            if self.total:
                self._say_done()

    def _end(self, state: str, now: datetime):
        self.ensure_one()
        self.write({"state": state, "ended": now, "result": self._sum_up()})

    def _say_done(self):
        """Tell whoever asked, wherever in Odoo they are by now."""
        user = self.user_id
        if not user:
            return
        lang = self.with_context(lang=user.lang)
        user._bus_send(
            "simple_notification",
            {
                "type": "success",
                "title": lang.env._("What-if “%s”", self.name),
                "message": lang.env._("The answer is there: Reporting → What-If."),
                "sticky": True,
            },
        )
