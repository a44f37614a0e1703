from odoo import http
from odoo.addons.support_sla.controllers.portal import SupportCustomerPortal
from odoo.addons.support_sla.controllers.reader import ticket_sudo
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request


class PlastekCustomerPortal(SupportCustomerPortal):
    """A customer raises the level of an own request where the catalogue allows it (P-8)."""

    @http.route("/my/ticket/raise/<int:ticket_id>", type="http", auth="user", website=True, methods=["POST"], csrf=True)
    def plastek_portal_raise(self, ticket_id, reason="", **kw):
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
            ticket_sudo(ticket)._plastek_raise_level(reason[:20000], facts.CUSTOMER)
        except UserError as error:
            response = self.portal_my_ticket(ticket_id)
            if getattr(response, "is_qweb", False):
                # what was typed stays in the form (S-7)
                response.qcontext.update(plastek_error=str(error), plastek_reason=reason)
                response.status_code = 400
            return response
        request.session["support_sla_message"] = request.env._("The level of your request was raised.")
        return request.redirect(f"/my/ticket/{ticket_id}#support_next", code=302)
