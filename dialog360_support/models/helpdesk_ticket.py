from odoo import api, fields, models

from ..const import PROVIDER


class HelpdeskTicket(models.Model):
    """What makes a ticket one of 360dialog's."""

    _inherit = "helpdesk.ticket"

    dialog360_ticket = fields.Boolean(string="Of 360dialog", compute="_compute_dialog360_ticket")

    @api.depends("support_provider_id.code")
    def _compute_dialog360_ticket(self):
        for ticket in self:
            # sudo: customers may read their ticket but not the provider's record
            ticket.dialog360_ticket = ticket.sudo().support_provider_id.code == PROVIDER
