from odoo import api, fields, models

from ..const import PROVIDER


class HelpdeskTicket(models.Model):
    """What makes a ticket one of BPMSoft's customer care."""

    _inherit = "helpdesk.ticket"

    bpmsoft_ticket = fields.Boolean(string="Of BPMSoft", compute="_compute_bpmsoft_ticket")

    @api.depends("support_provider_id.code")
    def _compute_bpmsoft_ticket(self):
        for ticket in self:
            # sudo: customers may read their ticket but not the provider's record
            ticket.bpmsoft_ticket = ticket.sudo().support_provider_id.code == PROVIDER
