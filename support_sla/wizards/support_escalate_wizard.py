from odoo import fields, models

from ..tools import facts


class SupportEscalateWizard(models.TransientModel):
    """Asks an agent why a ticket is escalated, and shows who will be told (E-5.4)."""

    _name = "support.escalate.wizard"
    _description = "Escalate a Ticket"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    refusal = fields.Char(compute="_compute_next_step")
    step_id = fields.Many2one("support.escalation.step", compute="_compute_next_step")
    role_id = fields.Many2one(related="step_id.role_id")
    partner_ids = fields.Many2many("res.partner", compute="_compute_next_step", string="Will Be Told")
    reason = fields.Text(required=True)

    def _compute_next_step(self):
        for wizard in self:
            ticket = wizard.ticket_id
            wizard.refusal = ticket._support_may_escalate()
            taken = ticket.support_escalation_ids.filtered(lambda row: row.state != "withdrawn").step_id
            steps = ticket._support_get_chain().step_ids.filtered("active")
            step = (steps - taken)[:1] or steps[-1:]
            wizard.step_id = step
            now = self.env["support.event"]._now()
            wizard.partner_ids = (
                step.role_id._get_partners(ticket, now, on_call=step.reach == "on_call") if step else False
            )

    def action_escalate(self):
        self.ensure_one()
        self.ticket_id.check_access("write")
        self.ticket_id._support_escalate(self.reason, facts.STAFF)
        return {"type": "ir.actions.act_window_close"}
