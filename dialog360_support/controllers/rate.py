from odoo import http
from odoo.addons.rating.models.rating_data import RATING_HAPPY_VALUE, RATING_NEUTRAL_VALUE, RATING_UNHAPPY_VALUE
from odoo.addons.support_sla.controllers.portal import SupportCustomerPortal
from odoo.addons.support_sla.controllers.reader import ticket_sudo
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

VALUES = (RATING_HAPPY_VALUE, RATING_NEUTRAL_VALUE, RATING_UNHAPPY_VALUE)


class Dialog360RatePortal(SupportCustomerPortal):
    """Feedback in one click, from the message that closes a ticket (D-11)."""

    @http.route("/my/ticket/<int:ticket_id>/rate/<int:value>", type="http", auth="public", website=True)
    def dialog360_rate(self, ticket_id, value, access_token=None, **kw):
        """Lead whoever may open the ticket's page to Odoo's own page for a rating, which stores nothing by itself:
        programs that look into mails open every link."""
        try:
            # sudo: given by the portal's own check, by login or by token
            page_sudo = ticket_sudo(
                self._document_check_access("helpdesk.ticket", ticket_id, access_token=access_token)
            )
        except (AccessError, MissingError):
            return request.redirect("/my", code=302)
        user, client_sudo = request.env.user, page_sudo.partner_id.commercial_partner_id
        theirs = user._is_public() or user.partner_id.commercial_partner_id == client_sudo
        # neither staff nor those with whom it was shared rate for a client
        token = theirs and value in VALUES and page_sudo._dialog360_get_rating_token()
        if not token:
            return request.redirect(self._get_ticket_url(ticket_id, access_token), code=302)
        return request.redirect(f"/rate/{token}/{value}", code=302)

    def _get_ticket_url(self, ticket_id: int, access_token: str | None) -> str:
        return f"/my/ticket/{ticket_id}" + (f"?access_token={access_token}" if access_token else "")
