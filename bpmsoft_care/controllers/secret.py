from odoo import http
from odoo.addons.support_guard.controllers.main import _to_id
from odoo.addons.support_sla.controllers.portal import SupportCustomerPortal
from odoo.addons.support_sla.controllers.reader import ticket_sudo
from odoo.exceptions import AccessError
from odoo.http import request


class BpmsoftSecretPortal(SupportCustomerPortal):
    """Clients see what is kept of their passwords on the page of their request, and take one back (B-9)."""

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        secrets = (values.get("support") or {}).get("bpmsoft_secrets")
        if secrets:
            try:
                request.env["helpdesk.ticket"].browse(ticket.id)._guard_check_portal_access()
                may = True
            except AccessError:  # came with a token: reads and answers, no more
                may = False
            page_sudo = ticket_sudo(request.env["helpdesk.ticket"].browse(ticket.id))
            for secret in secrets:
                secret["may_withdraw"] = may and secret["kept"] and page_sudo._bpmsoft_may_withdraw(secret["id"])
        return values

    @http.route(
        "/my/ticket/secret/<int:ticket_id>", type="http", auth="user", website=True, methods=["POST"], csrf=True
    )
    def bpmsoft_portal_withdraw(self, ticket_id, secret="", **kw):
        """``secret``: id of the password that is taken back."""

        def withdraw(page_sudo, _reason: str) -> str:
            return page_sudo._bpmsoft_portal_withdraw(_to_id(secret))

        return self._support_act(ticket_id, "", withdraw, "bpmsoft_secrets")
