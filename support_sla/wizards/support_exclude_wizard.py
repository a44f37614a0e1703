from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import facts


class SupportExcludeWizard(models.TransientModel):
    """Takes promises off a ticket with a reason, or gives them back (E-3.5)."""

    _name = "support.exclude.wizard"
    _description = "No SLA For…"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    mode = fields.Selection(
        [("exclude", "No SLA for these"), ("include", "The SLA applies again")], required=True, default="exclude"
    )
    excluded = fields.Char(compute="_compute_excluded", string="No SLA Now")
    allowed_ids = fields.Many2many("support.target", compute="_compute_excluded")
    target_ids = fields.Many2many("support.target", string="Promises", domain="[('id', 'in', allowed_ids)]")
    reason = fields.Text()

    @api.depends("ticket_id", "mode")
    def _compute_excluded(self):
        labels = dict(self.env["support.target"]._selection_metric())
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            ticket = wizard.ticket_id._filtered_access("read")
            off = ticket._support_get_excluded() if ticket else []
            wizard.excluded = ", ".join(labels.get(metric, metric) for metric in off)
            targets = ticket.sudo().support_version_id.target_ids
            wizard.allowed_ids = targets.filtered(
                lambda target, wizard=wizard, off=off: (target.metric in off) == (wizard.mode == "include")
            )

    @api.onchange("mode")
    def _onchange_mode(self):
        self.target_ids = self.allowed_ids if self.mode == "include" else False

    def action_apply(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        ticket._support_check_may_exclude()
        metrics = sorted(set((self.target_ids & self.allowed_ids).mapped("metric")))
        if not metrics:
            raise UserError(self.env._("Choose the promises that this is about."))
        reason = (self.reason or "").strip()
        if self.mode == "exclude" and not reason:
            raise UserError(self.env._("Say why no SLA is given: the customer reads it."))
        kind = facts.EXCLUDED if self.mode == "exclude" else facts.INCLUDED
        ticket._support_add_fact(kind, {"metrics": metrics, "reason": reason}, side=facts.STAFF)
        labels = dict(self.env["support.target"]._selection_metric())
        names = ", ".join(labels.get(metric, metric) for metric in metrics)
        if self.mode == "exclude":
            body = self.env._("No SLA is given for %(promises)s: %(reason)s", promises=names, reason=reason)
        else:
            body = self.env._("The SLA applies again for %s.", names)
        ticket._message_log(body=body)
        return {"type": "ir.actions.act_window_close"}
