from odoo import fields, models


class BpmsoftWithdrawWizard(models.TransientModel):
    """Takes an offer back that the client has not answered (B-12)."""

    _name = "bpmsoft.withdraw.wizard"
    _description = "Withdraw an Offer"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    offer_id = fields.Many2one("bpmsoft.offer", string="Offer Seen", ondelete="cascade")
    reason = fields.Text(help="The client reads it.")

    def action_withdraw(self):
        self.ensure_one()
        self.ticket_id._bpmsoft_withdraw(self.reason or "", self.offer_id.id)
        return {"type": "ir.actions.act_window_close"}
