from odoo import http
from odoo.addons.support_guard.controllers.main import _to_id
from odoo.addons.support_sla.controllers.portal import SupportCustomerPortal
from odoo.addons.support_sla.controllers.reader import ticket_sudo
from odoo.exceptions import AccessError
from odoo.http import request


class OpenpymeChangePortal(SupportCustomerPortal):
    """Clients accept what was done and confirm the user story, on the page of their change (O-12)."""

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        change = (values.get("support") or {}).get("openpyme_change")
        if change and not self._openpyme_may_decide(ticket.id):
            change["ask"] = None
            if change["story"]:
                change["story"]["open"] = False
        return values

    def _openpyme_may_decide(self, ticket_id: int) -> bool:
        """Whether the reader is asked: one of the client's people, logged in. A link and a colleague only read."""
        ticket = request.env["helpdesk.ticket"].browse(ticket_id)
        try:
            ticket._guard_check_portal_access()
        except AccessError:
            return False
        return ticket_sudo(ticket)._openpyme_may_decide(request.env.user)

    @http.route(
        "/my/ticket/change/<int:ticket_id>", type="http", auth="user", website=True, methods=["POST"], csrf=True
    )
    def openpyme_portal_change(self, ticket_id, reason="", step="", decision="", **kw):
        """``step``: id of the step that was asked about; ``decision``: accept, anything else rejects."""

        def answer(page_sudo, text: str) -> str:
            return page_sudo._openpyme_portal_answer(_to_id(step), decision == "accept", text[:20000])

        return self._support_act(ticket_id, reason, answer, "openpyme_change")

    @http.route("/my/ticket/story/<int:ticket_id>", type="http", auth="user", website=True, methods=["POST"], csrf=True)
    def openpyme_portal_story(self, ticket_id, reason="", story="", decision="", **kw):
        """``story``: id of the version that was read; ``decision``: confirm, anything else questions it."""

        def decide(page_sudo, text: str) -> str:
            return page_sudo._openpyme_portal_decide_story(_to_id(story), decision == "confirm", text[:20000])

        return self._support_act(ticket_id, reason, decide, "openpyme_story")
