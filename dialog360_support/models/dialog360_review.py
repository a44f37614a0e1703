from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import PROVIDER

#: how many are opened in one short transaction
BATCH = 50


class Dialog360Review(models.Model):
    """An issue that took longer than promised, looked into with all teams that had it (D-8).

    One a ticket. It is opened by the scheduled action, each team says what the cause was and what is done about it, and
    it closes by itself with the last answer.
    """

    _name = "dialog360.review"
    _description = "Review of an Overrun"
    _inherit = ["support.masked.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "state desc, opened desc, id desc"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="restrict", index=True)
    number = fields.Char(related="ticket_id.number")
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    priority_id = fields.Many2one(related="ticket_id.support_priority_id", string="Severity")
    due = fields.Datetime(string="Was Promised By", readonly=True)
    opened = fields.Datetime(required=True, readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
    )
    closed_at = fields.Datetime(string="Closed", compute="_compute_closed_at", store=True)
    line_ids = fields.One2many("dialog360.review.line", "review_id", string="Teams Involved")
    answered_count = fields.Integer(string="Answered", compute="_compute_counts")
    team_count = fields.Integer(string="Teams", compute="_compute_counts")
    conclusion = fields.Text(help="What follows for the process, beside what each team does.")

    # two runs at once, and a run after a crash, open one review a ticket
    _ticket_unique = models.UniqueIndex("(ticket_id)")

    @api.depends("number")
    def _compute_display_name(self):
        for review in self:
            review.display_name = self.env._("Overrun of %s", review.number or "")

    @api.depends("line_ids.answered")
    def _compute_state(self):
        for review in self:
            lines = review.line_ids
            review.state = "closed" if lines and all(lines.mapped("answered")) else "open"

    @api.depends("state")
    def _compute_closed_at(self):
        for review in self:
            if review.state != "closed":
                review.closed_at = False
            elif not review.closed_at:
                review.closed_at = self.env["support.event"]._now()

    @api.depends("line_ids.answered")
    def _compute_counts(self):
        for review in self:
            review.team_count = len(review.line_ids)
            review.answered_count = len(review.line_ids.filtered("answered"))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        raise UserError(self.env._("Reviews are kept: what was learnt from an overrun is not deleted."))

    def action_open_ticket(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }

    def _message_create(self, values_list):
        # D-16: what is said about a ticket is kept as its own words are
        for values in values_list:
            review_sudo = self.browse(values.get("res_id") or []).sudo()
            for name in ("subject", "body") if review_sudo else ():
                values[name] = review_sudo.ticket_id._support_mask_said(values.get(name) or "", html=name == "body")
        return super()._message_create(values_list)

    # --- opening ----------------------------------------------------------------------------------

    @api.model
    def _cron_open(self):
        """Scheduled action: open what is due, a short transaction each."""
        now = self.env["support.event"].with_context(support_now=False)._now()
        while True:
            opened, left = self._open_batch(now)
            if not self.env["ir.cron"]._commit_progress(opened, remaining=left) or not opened:
                break

    @api.model
    def _get_due_domain(self, now: datetime) -> Domain:
        """Clocks of solutions that are late, on tickets without a review. Late by agreement of another level alone, or
        before a ticket came to us, is none (E-3.3, E-3.10); a breach that nobody has swept yet is one by its deadline.
        """
        known = self.sudo()._search([]).subselect("ticket_id")
        return (
            Domain("metric", "=", "resolution")
            & (Domain("breached", "!=", False) | (Domain("state", "=", "running") & Domain("deadline", "<", now)))
            & Domain("regrade_breach", "=", False)
            & Domain("ticket_id.support_provider_id.code", "=", PROVIDER)
            & Domain("ticket_id.support_history_until", "=", False)
            & Domain("ticket_id.support_merged_into_id", "=", False)
            & Domain("ticket_id", "not in", known)
        )

    @api.model
    def _open_batch(self, now: datetime) -> tuple[int, int]:
        """Open reviews of late tickets.

        :param now: naive UTC
        :return: how many were opened, and how many are left
        """
        Clock = self.env["support.clock"].sudo().with_context(active_test=False)
        domain = self._get_due_domain(now)
        clocks = Clock.search(domain, order="id", limit=BATCH)
        due = {clock.ticket_id: clock.breached or clock.deadline for clock in clocks}
        reviews = self.sudo().create(
            [
                {
                    "ticket_id": ticket.id,
                    "due": moment,
                    "opened": now,
                    "line_ids": [(0, 0, vals) for vals in ticket._dialog360_prepare_lines()],
                }
                for ticket, moment in due.items()
            ]
        )
        reviews.line_ids._ask()
        return len(reviews), Clock.search_count(domain) if reviews else 0
