from typing import Any

from odoo import api, fields, models

from ..models.support_exclusion import MANAGERS


class SupportExcuseWizard(models.TransientModel):
    """Asks to leave a missed promise out of achievement, or does it where a manager may (E-3.8)."""

    _name = "support.excuse.wizard"
    _description = "Exclude a Breach"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    clock_id = fields.Many2one(
        "support.clock",
        string="Missed Promise",
        required=True,
        ondelete="cascade",
        domain="[('ticket_id', '=', ticket_id), ('breached', '!=', False), ('excused', '=', False)]",
    )
    breached = fields.Datetime(related="clock_id.breached", related_sudo=False, string="Missed")
    reason_id = fields.Many2one("support.exclusion.reason", required=True, ondelete="cascade")
    note_required = fields.Boolean(related="reason_id.note_required")
    note = fields.Text(string="Explanation")
    obstacle = fields.Char(compute="_compute_obstacle")
    may_approve = fields.Boolean(compute="_compute_may_approve")

    @api.depends("clock_id")
    def _compute_obstacle(self):
        for wizard in self:
            # a client may name any clock: nothing is told of one that the user may not read
            clock = wizard.clock_id._filtered_access("read")
            waiting = clock.sudo().exclusion_ids.filtered(lambda row: row.state in ("asked", "approved"))[:1]
            wizard.obstacle = bool(waiting) and self.env._(
                "%(who)s has asked for it on %(date)s: %(reason)s.",
                who=waiting.asked_by_id.name,
                date=fields.Date.to_string(waiting.asked.date()),
                reason=waiting.reason_id.name,
            )

    @api.depends_context("uid")
    @api.depends("clock_id")
    def _compute_may_approve(self):
        is_manager = self.env.user.has_group(MANAGERS)
        for wizard in self:
            wizard.may_approve = is_manager and wizard.clock_id.sudo().provider_id.exclusion_own

    @api.model
    def _get_action(self, ticket, clock) -> dict[str, Any]:
        return {
            "name": self.env._("Exclude From Achievement"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": ticket.id, "default_clock_id": clock.id},
        }

    def _ask(self):
        self.ensure_one()
        ticket = self.clock_id.ticket_id  # never that of the form: it could be another one's
        ticket.check_access("write")
        return self.env["support.exclusion"]._ask(self.clock_id, self.reason_id, self.note or "")

    def action_ask(self):
        self._ask()
        return {"type": "ir.actions.act_window_close"}

    def action_approve(self):
        self._ask().action_approve()
        return {"type": "ir.actions.act_window_close"}
