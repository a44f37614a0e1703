from odoo import fields, models


class SupportReorderWizardLine(models.TransientModel):
    """One waiting ticket, dragged to the place that was agreed on."""

    _name = "support.reorder.wizard.line"
    _description = "Place in a New Order"
    _order = "sequence, id"

    wizard_id = fields.Many2one("support.reorder.wizard", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer()
    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    name = fields.Char(related="ticket_id.name", string="Title", related_sudo=False)
    raised = fields.Datetime(related="ticket_id.support_raised", related_sudo=False)
    priority_id = fields.Many2one(related="ticket_id.support_priority_id", related_sudo=False)
