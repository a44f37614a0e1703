from urllib.parse import urlencode

from odoo import http
from odoo.addons.support_sla.controllers.reader import page_values, ticket_sudo
from odoo.addons.support_sla.models.helpdesk_ticket_portal_search import SEARCH_LENGTH
from odoo.http import request


class SupportAnswersController(http.Controller):
    """An answer that a customer reads instead of writing a ticket, or before (P-12)."""

    def _support_read(self, page_id: int, support_provider="", search="", **kw) -> dict | None:
        """What the page says and where one came from; None if the reader may not see it or it does not exist."""
        Ticket = ticket_sudo()
        offers = Ticket._support_portal_get_offers(request.env.user.partner_id, request.env.company)
        page_sudo = Ticket._support_portal_get_answer(page_id, offers)
        if not page_sudo:
            return None
        search = search.replace("\0", "")[:SEARCH_LENGTH] if isinstance(search, str) else ""
        answer = Ticket._support_portal_describe_answer(page_sudo, offers, str(support_provider))
        query = {name: value for name, value in (("support_provider", answer["provider"]), ("search", search)) if value}
        return {
            "page_sudo": page_sudo,
            "answer": answer,
            "search_text": search,
            "form_url": f"/new/ticket?{urlencode(query)}",
            "page_url": f"/my/support/answers/{page_id}?{urlencode(query)}",
        }

    @http.route(
        "/my/support/answers/<int:page_id>", type="http", auth="user", website=True, methods=["GET"], sitemap=False
    )
    def support_portal_answer(self, page_id, **kw):
        found = self._support_read(page_id, **kw)
        if not found:
            # the same answer whether it does not exist or is not for this reader
            raise request.not_found()
        values = {
            "answer": found["answer"],
            "search_text": found["search_text"],
            "thanks": request.session.pop("support_problem_thanks", None) == page_id,
            "page_name": "support_answer",
            **page_values(found["answer"]["name"]),
        }
        return request.render("support_problem.portal_answer", values)

    @http.route(
        "/my/support/answers/<int:page_id>/<any(helped,more):outcome>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        csrf=True,
        sitemap=False,
    )
    def support_portal_say(self, page_id, outcome, **kw):
        """The reader says whether it answers the question: counted, and whoever needs more goes on to the form."""
        found = self._support_read(page_id, **kw)
        if not found:
            raise request.not_found()
        request.env["support.page.use"]._record(found["page_sudo"], outcome)
        if outcome == "more":
            return request.redirect(found["form_url"], code=303)
        request.session["support_problem_thanks"] = page_id
        return request.redirect(found["page_url"], code=303)
