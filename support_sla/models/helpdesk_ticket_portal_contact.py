from typing import Any

from odoo import api, models


class HelpdeskTicket(models.Model):
    """How customers reach the provider, on the pages of the portal (E-9)."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _support_portal_get_contacts(self, partner, company) -> list[dict[str, Any]]:
        """Who can be reached how: ``provider`` (name), ``provider_id`` and ``contacts`` of every provider that
        ``partner`` may raise tickets with; those without contact points are left out."""
        answer = []
        for provider in self._support_portal_get_offers(partner, company):
            contacts = provider._support_get_contact_points(partner=partner)
            if contacts:
                answer.append({"provider_id": provider.id, "provider": provider.name, "contacts": contacts})
        return answer
