import logging
from datetime import timedelta
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_sweep import CONFLICTS, RETRIES
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL
from psycopg2 import OperationalError

from .helpdesk_ticket_validation import SOLUTION, WORKAROUND

_logger = logging.getLogger(__name__)

CRON = "support_problem.ir_cron_broadcast"
#: so many incidents are told at once, while the user waits; the others follow in the background
AT_ONCE = 5
#: incidents a transaction
BATCH = 20
#: what whoever prepares it may write
ENTERED = frozenset({"kind", "resolves", "text", "text_ids", "page_id", "line_ids"})


class SupportBroadcast(models.Model):
    """A workaround or the solution of a problem, told to the customers of its incidents (E-7.1).

    Prepared as a *draft*, then *running* in the background until each incident has its result, which is kept. What was
    told once is not told again: going on, or again, takes only what has no result or failed.
    """

    _name = "support.broadcast"
    _description = "Broadcast to Incidents"
    _order = "id desc"
    _rec_name = "problem_id"
    _allow_sudo_commands = False

    problem_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    provider_id = fields.Many2one(related="problem_id.support_provider_id")
    user_id = fields.Many2one(
        "res.users",
        string="Told By",
        required=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    kind = fields.Selection(
        [(SOLUTION, "The solution"), (WORKAROUND, "A workaround, not permanent")],
        string="It Is",
        required=True,
        default=SOLUTION,
    )
    resolves = fields.Boolean(
        string="Resolve Them",
        default=True,
        help="Each incident is resolved and its customer asked whether it works. Otherwise customers are only told.",
    )
    page_id = fields.Many2one(
        "document.page",
        string="By Page",
        domain="[('support_use', 'in', ('solution', 'workaround')), ('support_state', '=', 'published')]",
        ondelete="restrict",
        help="Its text is part of the message.",
    )
    text = fields.Text(string="For the Customers", help="As they read it. Names no other customer.")
    text_ids = fields.One2many("support.broadcast.text", "broadcast_id", string="In Other Languages")
    line_ids = fields.One2many("support.broadcast.line", "broadcast_id", string="Incidents")
    state = fields.Selection(
        [("draft", "Draft"), ("running", "Running"), ("done", "Done")], required=True, default="draft", readonly=True
    )
    started = fields.Datetime(readonly=True)
    ended = fields.Datetime(readonly=True)
    total = fields.Integer(compute="_compute_counts", string="Incidents Chosen")
    done_count = fields.Integer(compute="_compute_counts", string="Told")
    skipped_count = fields.Integer(compute="_compute_counts", string="Skipped")
    failed_count = fields.Integer(compute="_compute_counts", string="Failed")
    progress = fields.Float(compute="_compute_counts")
    preview = fields.Html(compute="_compute_preview", string="As a Customer Reads It", sanitize=False)

    # the scheduled action's search
    _work_idx = models.Index("(state) WHERE state = 'running'")

    @api.depends("line_ids.state", "line_ids.chosen", "state")
    def _compute_counts(self):
        for broadcast in self:
            lines = broadcast.line_ids.filtered("chosen")
            states = lines.mapped("state")
            broadcast.total = len(lines)
            broadcast.done_count = sum(state in ("told", "resolved") for state in states)
            broadcast.skipped_count = states.count("skipped")
            broadcast.failed_count = states.count("failed")
            worked = len(lines) - states.count("todo")
            broadcast.progress = 0 if broadcast.state == "draft" else 100 * worked / len(lines) if lines else 100

    @api.depends("kind", "text", "resolves", "page_id", "line_ids.chosen")
    def _compute_preview(self):
        for broadcast in self:
            line = broadcast.line_ids.filtered("chosen")[:1]
            ticket = line.ticket_id._origin._filtered_access("read")
            broadcast.preview = broadcast._render_preview(ticket) if ticket else False

    def _render_preview(self, ticket):
        """What the customer of ``ticket`` will read, in that customer's language."""
        ticket = ticket.with_context(lang=ticket.sudo()._support_get_customer_lang())
        # sudo: the names of the customer; who may read the ticket reads the message
        ticket_sudo = ticket.sudo()
        asks = (
            self.resolves
            and bool(ticket_sudo._support_get_phase_stage(facts.RESOLVED))
            and not ticket_sudo._support_get_broadcast_obstacle()
        )
        return ticket_sudo._support_broadcast_render(self._prepare_message(ticket), asks)

    def _prepare_message(self, ticket) -> dict[str, Any]:
        """``kind``, ``note`` and ``page`` of the message about ``ticket``, in its customer's language."""
        return {
            "kind": self.kind,
            "note": self._get_text(ticket),
            "page": self.page_id._origin._filtered_access("read").id,
        }

    def _get_text(self, ticket) -> str:
        """The words for the customer of ``ticket``: in that language if somebody wrote them, else the main ones."""
        lang = ticket.sudo()._support_get_customer_lang()
        own = self.text_ids.filtered(lambda text: text.lang_id.code == lang and (text.text or "").strip())
        if not own:
            spoken = lang.partition("_")[0]
            own = self.text_ids.filtered(
                lambda text: text.lang_id.code.partition("_")[0] == spoken and (text.text or "").strip()
            )
        return (own[:1].text or self.text or "").strip()

    # --- by buttons alone -------------------------------------------------------------------------------

    @api.model
    def _open_for(self, problem):
        """A draft for the open incidents of ``problem``, an action. Access to the problem is checked by the caller."""
        if not problem.support_is_problem:
            raise UserError(self.env._("%s is no problem: it has no incidents to tell.", problem.number))
        drafts_sudo = self.sudo().search(
            [("problem_id", "=", problem.id), ("state", "=", "draft"), ("user_id", "=", self.env.uid)]
        )
        broadcast_sudo = drafts_sudo[:1] or self.sudo().create({"problem_id": problem.id, "user_id": self.env.uid})
        # as the user: whoever sees only some of the incidents tells only those
        incidents = problem.support_incident_ids._filtered_access("write")
        if not incidents:
            raise UserError(self.env._("%s has no incidents yet: link some first.", problem.number))
        known = broadcast_sudo.line_ids.ticket_id
        self.env["support.broadcast.line"].sudo().create(
            [
                {
                    "broadcast_id": broadcast_sudo.id,
                    "ticket_id": ticket.id,
                    "chosen": ticket.support_phase not in facts.ENDED,
                }
                for ticket in incidents - known.with_env(self.env)
            ]
        )
        broadcast_sudo.line_ids.filtered(lambda line: line.ticket_id.id not in incidents.ids).unlink()
        broadcast_sudo._propose_languages()
        return broadcast_sudo._get_form()

    def _get_form(self) -> dict[str, Any]:
        return {
            "name": self.env._("Tell and Resolve Incidents"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _propose_languages(self):
        """A place for words in each language of the customers that is not the user's own. Called with sudo."""
        self.ensure_one()
        codes = {line.ticket_id._support_get_customer_lang() for line in self.line_ids} - {self.env.user.lang}
        missing = codes - set(self.text_ids.lang_id.mapped("code"))
        langs = self.env["res.lang"].search([("code", "in", sorted(missing))])
        self.env["support.broadcast.text"].sudo().create(
            [{"broadcast_id": self.id, "lang_id": lang.id} for lang in langs]
        )

    def write(self, vals):
        if not self.env.su:
            if any(broadcast.state != "draft" for broadcast in self):
                raise UserError(self.env._("What was sent cannot be changed."))
            if not vals.keys() <= ENTERED:
                raise UserError(self.env._("That follows from what happens to it and cannot be entered."))
        return super().write(vals)

    def unlink(self):
        if any(broadcast.state != "draft" for broadcast in self):
            raise UserError(self.env._("What was sent cannot be deleted."))
        return super().unlink()

    def copy(self, default=None):
        raise UserError(self.env._("Start a new one from the problem instead."))

    def _get_own(self):
        """These with sudo, if the user may send them."""
        self.ensure_one()
        self.check_access("write")
        self.problem_id.check_access("write")
        return self.sudo()

    def action_send(self):
        """Tell those who were chosen: a few at once, the others in the background."""
        broadcast_sudo = self._get_own()
        self._lock()
        if broadcast_sudo.state != "draft":
            raise UserError(self.env._("This was sent already."))
        if not broadcast_sudo.line_ids.filtered("chosen"):
            raise UserError(self.env._("Choose at least one incident."))
        if not (broadcast_sudo.text or "").strip() and not broadcast_sudo.page_id:
            raise UserError(self.env._("Say what the customers are to know, or choose a page that says it."))
        if broadcast_sudo.page_id:
            self.page_id.check_access("read")
        broadcast_sudo._start()
        # nothing to open: the form that is open reads itself again

    def action_continue(self):
        """Try again what failed, and go on with what was left."""
        broadcast_sudo = self._get_own()
        self._lock()
        if broadcast_sudo.state == "draft":
            raise UserError(self.env._("Send it first."))
        broadcast_sudo.line_ids.filtered(lambda line: line.chosen and line.state == "failed").write(
            {"state": "todo", "reason": False}
        )
        broadcast_sudo._start()

    def _lock(self):
        self.env.cr.execute(SQL("SELECT id FROM support_broadcast WHERE id = %s FOR UPDATE", self.id))
        self.invalidate_recordset(["state"])

    def _start(self):
        """Called with sudo."""
        self.ensure_one()
        self.write({"state": "running", "started": self.env["support.event"]._now(), "ended": False})
        if len(self.line_ids.filtered(lambda line: line.chosen and line.state == "todo")) <= AT_ONCE:
            self._work_batch(AT_ONCE)
        self._end_if_finished()
        if self.state == "running":
            self.env["support.health"]._wake(CRON)

    # --- the work ---------------------------------------------------------------------------------------

    @api.model
    def _cron_broadcast(self):
        """Scheduled action: tell incidents, a short transaction for some of them, resumed where it ended."""
        cron = self.env["ir.cron"]
        collisions = 0
        while True:
            try:
                worked = 0
                for broadcast in self.sudo().search([("state", "=", "running")], order="id", limit=1):
                    worked = broadcast._work_batch(BATCH)
                    broadcast._end_if_finished()
                left = self._count_left()
                time_left = cron._commit_progress(worked, remaining=left)
                self.env.invalidate_all()
            except CONFLICTS as error:
                # crons get no retry from Odoo: an agent was faster
                self.env.cr.rollback()
                self.env.transaction.reset()
                collisions += 1
                if collisions > RETRIES:
                    _logger.info("A broadcast leaves the rest for its next run: %s", error)
                    self._ask_again()
                    break
                continue
            if not left or not time_left:
                break
            if not worked:
                # somebody writes to those tickets right now
                self._ask_again()
                break
            collisions = 0

    @api.model
    def _ask_again(self):
        self.env["support.health"]._wake(CRON, fields.Datetime.now() + timedelta(seconds=20))

    @api.model
    def _count_left(self) -> int:
        return (
            self.env["support.broadcast.line"]
            .sudo()
            .search_count(
                Domain("broadcast_id.state", "=", "running")
                & Domain("chosen", "=", True)
                & Domain("state", "=", "todo")
            )
        )

    def _work_batch(self, size: int) -> int:
        """Tell some incidents, each locked with its line; one that fails is set aside with its reason.

        :return: how many were worked on
        """
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """SELECT line.id FROM support_broadcast_line AS line
                   JOIN helpdesk_ticket AS ticket ON ticket.id = line.ticket_id
                   WHERE line.broadcast_id = %s AND line.state = 'todo' AND line.chosen
                   ORDER BY line.id LIMIT %s
                   FOR NO KEY UPDATE OF line, ticket SKIP LOCKED""",
                self.id,
                size,
            ),
            log_exceptions=False,
        )
        lines = self.env["support.broadcast.line"].sudo().browse([line_id for (line_id,) in self.env.cr.fetchall()])
        for line in lines:
            try:
                with self.env.cr.savepoint():
                    line._tell()
            except OperationalError:
                raise  # the transaction is lost: the next run starts afresh
            except Exception as error:  # noqa: BLE001  one bad row must not stop the others
                _logger.info("Broadcast %s sets ticket %s aside: %s", self.id, line.ticket_id.id, error)
                self.env.invalidate_all(flush=False)
                line._settle("failed", str(error))
        return len(lines)

    def _end_if_finished(self):
        """Called with sudo."""
        self.ensure_one()
        left = self.line_ids.filtered(lambda line: line.chosen and line.state == "todo")
        if left or self.state != "running":
            return
        self.write({"state": "done", "ended": self.env["support.event"]._now()})
        self.problem_id._message_log(
            body=self.env._(
                "Incidents told: %(told)s. Skipped: %(skipped)s. Failed: %(failed)s.",
                told=self.done_count,
                skipped=self.skipped_count,
                failed=self.failed_count,
            ),
            author_id=self.user_id.partner_id.id,
        )
