from odoo import models


class HelpdeskTicket(models.Model):
    """Who speaks for the client (B-5)."""

    _inherit = "helpdesk.ticket"

    def _bpmsoft_get_deciders(self):
        """The client's people who accept what is paid: the authorised person of today (B-5, B-6, B-12), and nobody
        where none is named. Whose request was let through, and whom it is for, reads. With sudo."""
        self.ensure_one()
        return self.sudo()._bpmsoft_get_authorised()

    def _bpmsoft_is_decider(self, partner) -> bool:
        """Whether ``partner`` decides for the ticket's client."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        return not ticket_sudo._bpmsoft_is_held() and partner in ticket_sudo._bpmsoft_get_deciders()
