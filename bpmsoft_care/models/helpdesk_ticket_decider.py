from odoo import models


class HelpdeskTicket(models.Model):
    """Who speaks for the client (B-5)."""

    _inherit = "helpdesk.ticket"

    def _bpmsoft_get_deciders(self):
        """The client's people who decide for the client now (B-6), as contacts. With sudo."""
        self.ensure_one()
        return self.sudo()._bpmsoft_get_acting()

    def _bpmsoft_is_decider(self, partner) -> bool:
        """Whether ``partner`` decides for the ticket's client; everybody of a client that has named nobody."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        if ticket_sudo._bpmsoft_is_held():
            return False
        if ticket_sudo._bpmsoft_get_authorised():
            return partner in ticket_sudo._bpmsoft_get_acting()
        client = ticket_sudo.commercial_partner_id
        return bool(client) and partner.sudo().commercial_partner_id == client
