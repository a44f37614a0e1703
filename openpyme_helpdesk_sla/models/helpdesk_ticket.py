from odoo import api, fields, models

from ..const import PROVIDER


class HelpdeskTicket(models.Model):
    """What makes a ticket one of OpenPyme's, and which of the three kinds it is (O-3)."""

    _inherit = "helpdesk.ticket"

    openpyme_ticket = fields.Boolean(string="Of OpenPyme", compute="_compute_openpyme_ticket")
    openpyme_kind = fields.Char(
        string="OpenPyme Kind",
        compute="_compute_openpyme_kind",
        groups="base.group_user",
        help="support, change, consultancy; empty: not classified, or not of OpenPyme.",
    )

    @api.depends("support_provider_id.code")
    def _compute_openpyme_ticket(self):
        for ticket in self:
            # sudo: customers may read their ticket but not the provider's record
            ticket.openpyme_ticket = ticket.sudo().support_provider_id.code == PROVIDER

    @api.depends("support_provider_id.code", "support_kind_id.code")
    def _compute_openpyme_kind(self):
        for ticket in self:
            ticket_sudo = ticket.sudo()
            own = ticket_sudo.support_provider_id.code == PROVIDER
            ticket.openpyme_kind = ticket_sudo.support_kind_id.code if own else False
