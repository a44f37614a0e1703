from odoo import http
from odoo.addons.support_sla.controllers.portal import SupportCustomerPortal
from odoo.addons.support_sla.tools import facts
from odoo.http import request


class PlastekCustomerPortal(SupportCustomerPortal):
    """A customer raises the level of an own request where the catalogue allows it (P-8)."""

    @http.route("/my/ticket/raise/<int:ticket_id>", type="http", auth="user", website=True, methods=["POST"], csrf=True)
    def plastek_portal_raise(self, ticket_id, reason="", **kw):
        def raise_level(page_sudo, text: str) -> str:
            page_sudo._plastek_raise_level(text[:20000], facts.CUSTOMER)
            return request.env._("The level of your request was raised.")

        return self._support_act(ticket_id, reason, raise_level, "plastek")
