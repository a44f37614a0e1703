from odoo import http
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.support_sla.controllers.reader import page_values, ticket_sudo
from odoo.http import request


class OpenpymeServers(CustomerPortal):
    """What monitoring sees of the customer's own servers (O-15)."""

    def _openpyme_get_servers(self) -> list[dict]:
        return ticket_sudo()._support_portal_get_servers(request.env.user.partner_id)

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "openpyme_server_count" in counters:
            values["openpyme_server_count"] = len(self._openpyme_get_servers())
        return values

    @http.route("/my/support/servers", type="http", auth="user", website=True, readonly=True)
    def openpyme_portal_servers(self, **kw):
        """The servers of the customer's company that are shown: state, since when, the last thirty days."""
        values = {
            "servers": self._openpyme_get_servers(),
            "page_name": "openpyme_servers",
            **page_values(request.env._("Servers")),
        }
        return request.render("openpyme_helpdesk_sla.portal_my_servers", values)
