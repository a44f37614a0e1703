from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import facts


class SupportPauseWizard(models.TransientModel):
    """Asks why the time of a ticket is to stand still, and until when (E-3.2)."""

    _name = "support.pause.wizard"
    _description = "Pause a Ticket"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    allowed_ids = fields.Many2many("support.pause.reason", compute="_compute_allowed_ids")
    reason_id = fields.Many2one(
        "support.pause.reason", required=True, domain="[('id', 'in', allowed_ids)]", ondelete="cascade"
    )
    note = fields.Text(help="For colleagues; customers see the reason only.")
    until = fields.Datetime(help="The time goes on by itself then. Empty: until somebody resumes it.")
    effect = fields.Char(compute="_compute_effect")
    obstacle = fields.Char(compute="_compute_effect")

    @api.depends("ticket_id")
    def _compute_allowed_ids(self):
        """What pauses a promise of this ticket and does not follow from its stage."""
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            reasons = wizard.ticket_id._filtered_access("read").sudo().support_version_id.target_ids.pause_reason_ids
            wizard.allowed_ids = reasons.filtered(lambda reason: reason.code not in facts.PHASE_REASON.values())

    @api.depends("ticket_id", "reason_id")
    def _compute_effect(self):
        for wizard in self:
            ticket = wizard.ticket_id._filtered_access("read")
            wizard.obstacle = ticket._support_get_pause_obstacle(wizard.reason_id) if ticket else False
            if not wizard.obstacle and not wizard.allowed_ids:
                wizard.obstacle = self.env._(
                    "The policy of this ticket names no reason that could be chosen here. Stages that wait for the "
                    "customer or a third party pause it; a manager can add reasons to the promises of the policy."
                )
            targets = ticket.sudo().support_version_id.target_ids
            paused = targets.filtered(lambda target, wizard=wizard: wizard.reason_id in target.pause_reason_ids)
            labels = dict(targets._selection_metric())
            wizard.effect = ", ".join(labels.get(target.metric, target.metric) for target in paused)

    @api.constrains("until")
    def _check_until(self):
        for wizard in self:
            if wizard.until and wizard.until <= self.env["support.event"]._now():
                raise ValidationError(self.env._("The pause must end in the future."))

    def action_pause(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        ticket._support_pause(self.reason_id, self.note or "", self.until)
        ticket._message_log(
            body=self.env._("Paused: %(reason)s. %(note)s", reason=self.reason_id.name, note=self.note or "")
        )
        return {"type": "ir.actions.act_window_close"}
