from odoo import fields, models
from odoo.exceptions import UserError


class BpmsoftRefusalWizard(models.TransientModel):
    """Refuses a request with a ground that the client reads (B-14)."""

    _name = "bpmsoft.refusal.wizard"
    _description = "Refuse a Request"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    ground_id = fields.Many2one("bpmsoft.refusal.ground", ondelete="cascade")
    customer_text = fields.Text(related="ground_id.customer_text")
    note = fields.Text(help="For colleagues: what was tried, what was asked for and when.")

    def action_refuse(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        if not self.ground_id:
            raise UserError(self.env._("Choose the ground: the client is told it."))
        note = (self.note or "").strip()
        if not note:
            raise UserError(self.env._("Say for colleagues what led to it."))
        ticket._bpmsoft_refuse(self.ground_id, note)
        return {"type": "ir.actions.act_window_close"}
