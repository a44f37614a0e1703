from odoo import models


class HelpdeskTicket(models.Model):
    """Who speaks for the client (B-5)."""

    _inherit = "helpdesk.ticket"

    def _bpmsoft_get_deciders(self):
        """The client's people who decide for the client, as contacts; everybody of the client where the entitlement
        names nobody. With sudo."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        return ticket_sudo.support_entitlement_id.contact_ids or ticket_sudo.partner_id

    def _bpmsoft_is_decider(self, partner) -> bool:
        """Whether ``partner`` decides for the ticket's client."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        contacts = ticket_sudo.support_entitlement_id.contact_ids
        if contacts:
            return partner in contacts
        client = ticket_sudo.commercial_partner_id
        return bool(client) and partner.sudo().commercial_partner_id == client
