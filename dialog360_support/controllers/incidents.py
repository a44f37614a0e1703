from odoo import http
from odoo.addons.support_sla.controllers.portal import SupportCustomerPortal
from odoo.addons.support_sla.controllers.reader import ticket_sudo
from odoo.http import request


class Dialog360IncidentPortal(SupportCustomerPortal):
    """Incidents on the first page of the portal and above the list of tickets (D-18)."""

    @http.route()
    def home(self, **kw):
        return self._dialog360_add_banners(super().home(**kw))

    @http.route()
    def portal_my_tickets(self, **kw):
        return self._dialog360_add_banners(super().portal_my_tickets(**kw))

    def _dialog360_add_banners(self, response):
        """Incidents of the providers that this reader may raise a ticket with: nobody hears of those of others."""
        if getattr(response, "is_qweb", False):
            offers = ticket_sudo()._support_portal_get_offers(request.env.user.partner_id, request.env.company)
            providers_sudo = request.env["support.provider"].sudo().union(*offers)
            response.qcontext["dialog360_banners"] = providers_sudo._dialog360_get_banners()
        return response
