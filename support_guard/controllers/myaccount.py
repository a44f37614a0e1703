from odoo import fields, http
from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk
from odoo.exceptions import AccessError, MissingError
from odoo.http import request


class GuardCustomerPortalHelpdesk(CustomerPortalHelpdesk):
    @http.route()
    def portal_my_tickets(
        self,
        page=1,
        date_begin=None,
        date_end=None,
        sortby=None,
        filterby=None,
        search=None,
        search_in=None,
        groupby=None,
        **kw,
    ):
        """G-7: what the page does not know falls back to its defaults."""
        date_begin, date_end = _to_datetime(date_begin), _to_datetime(date_end)
        if not (date_begin and date_end):
            date_begin = date_end = None
        return super().portal_my_tickets(
            page=page,
            date_begin=date_begin,
            date_end=date_end,
            sortby=sortby if sortby in self._ticket_get_searchbar_sortings() else None,
            filterby=filterby,
            search=(search or "").replace("\0", "")[:200] or None,
            search_in=(search_in if search_in in self._ticket_get_searchbar_inputs() else None),
            groupby=(groupby if groupby in self._ticket_get_searchbar_groupby() else None),
            **kw,
        )

    @http.route()
    def portal_my_ticket(self, ticket_id, access_token=None, **kw):
        """G-3: does what helpdesk_mgmt does, less making a permanent token for every
        attachment of the ticket.
        """
        try:
            ticket_sudo = self._document_check_access("helpdesk.ticket", ticket_id, access_token=access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        values = self._ticket_get_page_view_values(ticket_sudo, access_token, **kw)
        return request.render("helpdesk_mgmt.portal_helpdesk_ticket_page", values)

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        own_ticket = request.env["helpdesk.ticket"].browse(ticket.id)
        try:
            own_ticket._guard_check_portal_access()
            # for whoever reads, as the route asks: the page's own ticket is the superuser's
            stages = own_ticket.sudo()._guard_portal_close_stages()
        except AccessError:  # came with a token: the route would refuse (G-1)
            stages = request.env["helpdesk.ticket.stage"]
        values.update(
            closed_stages=stages,
            guard_attachments=ticket._guard_customer_attachments(),
            guard_message=request.session.pop("support_guard_message", None),
        )
        return values


def _to_datetime(value: object) -> str | None:
    """The date or the moment that was sent, as Odoo writes it."""
    try:
        moment = fields.Datetime.to_datetime(value or None)
    except (TypeError, ValueError, OverflowError):
        return None
    return fields.Datetime.to_string(moment) if moment else None
