from odoo import http
from odoo.addons.support_guard.controllers.main import _to_id
from odoo.addons.support_sla.controllers.portal import SupportCustomerPortal
from odoo.addons.support_sla.controllers.reader import ticket_sudo
from odoo.exceptions import AccessError
from odoo.http import request


class BpmsoftOfferPortal(SupportCustomerPortal):
    """The client's authorised contact accepts or declines an offer, on the page of the ticket (B-12)."""

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        offer = (values.get("support") or {}).get("bpmsoft_offer")
        if offer:
            offer["mine"] = offer["open"] and self._bpmsoft_may_answer(ticket.id)
        return values

    def _bpmsoft_may_answer(self, ticket_id: int) -> bool:
        """Whether the reader is asked. Who came with a link, a colleague and an agent read and no more."""
        ticket = request.env["helpdesk.ticket"].browse(ticket_id)
        try:
            ticket._guard_check_portal_access()
        except AccessError:
            return False
        return ticket_sudo(ticket)._bpmsoft_may_answer(request.env.user)

    @http.route("/my/ticket/offer/<int:ticket_id>", type="http", auth="user", website=True, methods=["POST"], csrf=True)
    def bpmsoft_portal_offer(self, ticket_id, reason="", offer="", option="", decision="", **kw):
        """``offer`` and ``option``: ids of what was read and chosen; ``decision``: accept or decline."""

        def answer(page_sudo, text: str) -> str:
            return page_sudo._bpmsoft_portal_answer(_to_id(offer), _to_id(option), decision, text)

        response = self._support_act(ticket_id, reason, answer, "bpmsoft_offer")
        if getattr(response, "is_qweb", False):
            response.qcontext["bpmsoft_offer_option"] = _to_id(option)  # what was chosen stays chosen (S-7)
        return response
