from odoo import http
from odoo.addons.support_sla.controllers.portal import SupportCustomerPortal
from odoo.addons.support_sla.controllers.reader import ticket_sudo
from odoo.http import request


class BpmsoftPeoplePortal(SupportCustomerPortal):
    """The authorised person says whether a request that somebody else has sent is their own (B-5)."""

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        page = values.get("support")
        if page:
            user = request.env.user
            page_sudo = ticket_sudo(ticket)
            page_sudo._bpmsoft_portal_fit(page, user)
            if page.get("bpmsoft_own"):
                # who has only the link reads the question: a login answers it (S-5)
                page["bpmsoft_own"]["asked"] = user.share and page_sudo._bpmsoft_asks(user)
        return values

    @http.route("/my/ticket/own/<int:ticket_id>", type="http", auth="user", website=True, methods=["POST"], csrf=True)
    def bpmsoft_portal_own(self, ticket_id, reason="", decision="", **kw):
        """``decision``: own, anything else disowns it; ``reason``: a comment."""

        def answer(page_sudo, text: str) -> str:
            if decision == "own":
                return page_sudo._bpmsoft_confirm(request.env.user)
            return page_sudo._bpmsoft_disown(request.env.user, text)

        return self._support_act(ticket_id, reason, answer, "bpmsoft_own")
