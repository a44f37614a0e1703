from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..models.support_context import inside
from ..tools import facts


class SupportCallWizard(models.TransientModel):
    """Records a phone call with the customer; it counts as a response (E-1.2)."""

    _name = "support.call.wizard"
    _description = "Log a Call"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    moment = fields.Datetime(string="When", required=True, default=fields.Datetime.now)
    direction = fields.Selection([("out", "We called"), ("in", "The customer called")], required=True, default="out")
    note = fields.Text(string="What Was Said", required=True)

    @api.constrains("moment")
    def _check_moment(self):
        for wizard in self:
            if wizard.moment > fields.Datetime.now():
                raise ValidationError(self.env._("A call cannot have taken place in the future."))
            raised = wizard.ticket_id.support_raised
            if raised and wizard.moment < raised and wizard.direction == "out":
                raise ValidationError(self.env._("The call cannot have answered the ticket before it was raised."))

    def action_log(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        refusal = ticket.sudo()._support_refuse_call()
        if refusal:
            raise UserError(refusal)
        if self.direction == "out":
            body = self.env._("Phone call to the customer: %s", self.note)
        else:
            body = self.env._("Phone call from the customer: %s", self.note)
        message = ticket.with_context(**inside(support_no_sync=True)).message_post(
            body=body, subtype_xmlid="mail.mt_note"
        )
        ticket._support_add_fact(
            facts.CALL,
            {"direction": self.direction, "message": message.id},
            side=facts.STAFF if self.direction == "out" else facts.CUSTOMER,
            moment=self.moment.replace(microsecond=0),
            message_id=message.id,
            key=f"message:{message.id}",
        )
        return {"type": "ir.actions.act_window_close"}
