from odoo import fields, models


class BpmsoftPriorityWizard(models.TransientModel):
    """Asks which priority was agreed on, and with whom (B-11)."""

    _name = "bpmsoft.priority.wizard"
    _description = "Change of the Priority by Agreement"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    provider_id = fields.Many2one(related="ticket_id.support_provider_id", related_sudo=False)
    current_id = fields.Many2one(related="ticket_id.support_priority_id", string="Now", related_sudo=False)
    priority_id = fields.Many2one(
        "support.priority",
        string="Agreed Priority",
        required=True,
        domain="[('provider_id', '=', provider_id), ('id', '!=', current_id)]",
    )
    definition = fields.Text(related="priority_id.definition")
    agreed_with = fields.Char(required=True, help="Who agreed on the client's side.")
    note = fields.Text(help="How and why it was agreed; stays with the request.")

    def action_change(self):
        self.ensure_one()
        self.ticket_id.check_access("write")
        self.ticket_id._bpmsoft_agree_priority(self.priority_id, self.agreed_with, self.note or "")
        return {"type": "ir.actions.act_window_close"}
