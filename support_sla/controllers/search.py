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
    def support_portal_search(self, text="", support_provider=None, page="", **kw):
        """Services on offer and the customer's own open tickets about ``text``.

        :param support_provider: id of the provider whose form or catalogue is open; services of others are left out
        :param page: ``catalogue`` there, where what is found is said in a line
        :return: ``html`` (the results), ``said`` (a sentence), ``tickets`` (how many); or ``wait`` when
            there were too many requests (S-2)
        """
        if not LIMITER.allow((request.db, request.env.uid), monotonic()):
            return {"wait": True}
        text = text[:SEARCH_LENGTH] if isinstance(text, str) else ""
        found = support_search(text, support_provider)
        values = {"found": found, "on_form": bool(support_provider)}
        name = "portal_search_line" if page == "catalogue" else "portal_search_results"
        html = request.env["ir.ui.view"]._render_template(f"support_sla.{name}", values)
        return {"html": html, "said": found["said"], "tickets": len(found["tickets"])}


def get_search(support_provider=None) -> dict:
    """Search without scripts: what was asked for in the address and what it finds, for ``portal_search``."""
    text = request.params.get("search")
    text = text.replace("\0", "")[:SEARCH_LENGTH] if isinstance(text, str) else ""
    return {"search_text": text, "found": support_search(text, support_provider)}


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
