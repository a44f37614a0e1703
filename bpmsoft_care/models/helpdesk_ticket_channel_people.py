from odoo import fields, models


class HelpdeskTicketChannel(models.Model):
    """Which channels are paid extras of BPMSoft (B-15, B-17): e-mail, portal and remote connection are none."""

    _inherit = "helpdesk.ticket.channel"

    bpmsoft_extra = fields.Selection(
        [("phone", "Advice by phone"), ("messenger", "Advice by messenger")],
        string="Paid Extra of BPMSoft",
        help="Requests that come this way need the extra in the contract, or an agreement that is recorded.",
    )
