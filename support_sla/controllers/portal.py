from collections.abc import Callable

from odoo import fields, http
from odoo.addons.support_guard.controllers.myaccount import GuardCustomerPortalHelpdesk
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from ..models.support_context import inside
from .reader import page_values, ticket_sudo


class SupportCustomerPortal(GuardCustomerPortalHelpdesk):
    """The list and the page of tickets: what is promised, what happens next, whose turn it is (E-9)."""

    def _ticket_get_searchbar_sortings(self):
        return {
            **super()._ticket_get_searchbar_sortings(),
            "due": {"label": request.env._("Next due"), "order": "support_next_due, id desc", "sequence": 5},
        }

    @http.route()
    def home(self, **kw):
        response = super().home(**kw)
        if getattr(response, "is_qweb", False):
            offers = ticket_sudo()._support_portal_get_offers(request.env.user.partner_id, request.env.company)
            response.qcontext["support_services"] = bool(offers)
        return response

    @http.route()
    def portal_my_tickets(self, **kw):
        filters = ticket_sudo()._support_portal_get_filters(request.env.user)
        chosen = kw.get("filterby")
        if chosen in filters:
            # the stock list shows all of what it does not know, and keeps its name in the links
            request.update_context(**inside(support_portal_filter=chosen))
        response = super().portal_my_tickets(**kw)
        if chosen in filters:
            request.update_context(support_portal_filter=None)
        if getattr(response, "is_qweb", False):
            groups = response.qcontext.get("grouped_tickets") or []
            Ticket = request.env["helpdesk.ticket"]
            shown = Ticket.browse([ticket.id for group in groups for ticket in group])
            values = response.qcontext
            # read by the page later: not as part of the filtered search
            values["grouped_tickets"] = [Ticket.browse(group.ids).with_prefetch(shown.ids) for group in groups]
            stock = values.get("searchbar_filters") or {}
            values["searchbar_filters"] = {
                **{code: entry for code, entry in stock.items() if code == "all"},
                **{code: {"label": label, "domain": []} for code, label in filters.items()},
                **{code: entry for code, entry in stock.items() if code != "all"},
            }
            values["support_rows"] = ticket_sudo(shown)._support_portal_get_rows()
            values["support_filters"] = {"all": request.env._("All"), **filters}
            values.update(page_values(request.env._("Tickets")))
            values["support_now"] = fields.Datetime.to_string(request.env["support.event"]._now())
            values["support_filtered"] = bool(
                values.get("search") or values.get("filterby") != "all" or values.get("date")
            )
        return response

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        values.update(page_values(ticket.display_name))
        if not ticket.support_provider_id:
            return values
        page_sudo = ticket_sudo(ticket)
        if not page_sudo.env.context.get("tz"):
            page_sudo = page_sudo.with_context(tz=ticket.support_provider_id.tz)
        page = page_sudo._support_portal_get_page()
        page["related"] = page_sudo._support_portal_get_related(request.env.user)
        try:
            request.env["helpdesk.ticket"].browse(ticket.id)._guard_check_portal_access()
        except AccessError:  # came with a token: reads and answers, no more
            page["escalation"]["offered"] = False
        values.update(
            support=page,
            support_message=request.session.pop("support_sla_message", None),
        )
        return values

    @http.route(
        "/my/ticket/escalate/<int:ticket_id>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        csrf=True,
    )
    def support_portal_escalate(self, ticket_id, reason="", **kw):
        """E-5.4: a customer escalates, with a reason, where the provider allows it."""

        def escalate(page_sudo, text: str) -> str:
            page_sudo._support_portal_escalate(text)
            return request.env._("Your ticket was escalated: %s has been told.", page_sudo.support_provider_id.name)

        return self._support_act(ticket_id, reason, escalate, "support")

    def _support_act(self, ticket_id: int, reason: str, act: Callable[..., str], prefix: str):
        """Something that a customer does on the page of an own ticket, with a reason.

        :param act: given the ticket in superuser mode and the reason; answers with what the page says afterwards
        :param prefix: of what the page is given when ``act`` refuses: ``<prefix>_error`` and ``<prefix>_reason``
        """
        ticket = request.env["helpdesk.ticket"].browse(ticket_id)
        try:
            if not ticket.exists():
                raise MissingError(request.env._("This ticket does not exist."))
            ticket._guard_check_portal_access()
        except (AccessError, MissingError):
            # the same answer as for a ticket that does not exist
            return request.redirect("/my", code=302)
        reason = reason.replace("\0", "").strip()
        try:
            said = act(ticket_sudo(ticket), reason)
        except UserError as error:
            response = self.portal_my_ticket(ticket_id)
            if getattr(response, "is_qweb", False):
                # what was typed stays in the form (S-7)
                response.qcontext.update({f"{prefix}_error": str(error), f"{prefix}_reason": reason})
                response.status_code = 400
            return response
        request.session["support_sla_message"] = said
        return request.redirect(f"/my/ticket/{ticket_id}#support_next", code=302)
