from odoo import http
from odoo.addons.support_sla.controllers.portal import SupportCustomerPortal


class OpenpymeSessionPortal(SupportCustomerPortal):
    """A client says on the page of the own ticket whether to come to a session (O-11)."""

    @http.route(
        "/my/ticket/session/<int:ticket_id>", type="http", auth="user", website=True, methods=["POST"], csrf=True
    )
    def openpyme_portal_session(self, ticket_id, answer="", **kw):
        return self._support_act(
            ticket_id, answer, lambda page_sudo, said: page_sudo._openpyme_answer_invitation(said), "openpyme_session"
        )
