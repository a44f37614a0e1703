from time import monotonic

from odoo import http
from odoo.http import request

from ..models.helpdesk_ticket_portal_search import SEARCH_LENGTH
from ..tools.limiter import Limiter
from .reader import ticket_sudo

#: A fast typist makes four pauses in a second; more is a machine.
LIMITER = Limiter(count=40, seconds=10)


class SupportSearchController(http.Controller):
    """Search as one types, in the portal (E-9)."""

    @http.route("/my/support/search", type="jsonrpc", auth="user", website=True, readonly=True)
    def support_portal_search(self, text="", support_provider=None, **kw):
        """Services on offer and the customer's own open tickets about ``text``.

        :param support_provider: id of the provider whose form is open; services of others are left out
        :return: ``html`` (the results), ``said`` (a sentence), ``tickets`` (how many); or ``wait`` when
            there were too many requests (S-2)
        """
        if not LIMITER.allow((request.db, request.env.uid), monotonic()):
            return {"wait": True}
        text = text[:SEARCH_LENGTH] if isinstance(text, str) else ""
        found = support_search(text, support_provider)
        values = {"found": found, "on_form": bool(support_provider)}
        html = request.env["ir.ui.view"]._render_template("support_sla.portal_search_results", values)
        return {"html": html, "said": found["said"], "tickets": len(found["tickets"])}


def support_search(text: str, support_provider=None) -> dict:
    """What the reader finds; ``support_provider`` is an id or what somebody sent as one."""
    user = request.env.user
    Ticket = ticket_sudo()
    offers = Ticket._support_portal_get_offers(user.partner_id, request.env.company)
    if support_provider:
        offers = {
            provider_sudo: teams_sudo
            for provider_sudo, teams_sudo in offers.items()
            if str(provider_sudo.id) == str(support_provider)
        }
    return Ticket._support_portal_search(text, offers, user)
