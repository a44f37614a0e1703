from odoo import http
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.http import request

from .reader import page_values, ticket_sudo


class SupportContacts(CustomerPortal):
    """How customers reach those who help them (E-9)."""

    def _support_get_contacts(self) -> list[dict]:
        return ticket_sudo()._support_portal_get_contacts(request.env.user.partner_id, request.env.company)

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "support_contact_count" in counters:
            values["support_contact_count"] = sum(len(entry["contacts"]) for entry in self._support_get_contacts())
        return values

    @http.route("/my/support/contacts", type="http", auth="user", website=True, readonly=True)
    def support_portal_contacts(self, **kw):
        """The contact points of each provider that the customer may raise tickets with."""
        values = {
            "providers": self._support_get_contacts(),
            "page_name": "support_contacts",
            **page_values(request.env._("Contacts")),
        }
        return request.render("support_sla.portal_my_contacts", values)
