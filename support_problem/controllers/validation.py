from odoo import http
from odoo.addons.support_sla.controllers.reader import ticket_sudo
from odoo.addons.support_sla.controllers.request_form import SupportRequestFormPortal
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request


class SupportValidationPortal(SupportRequestFormPortal):
    """On the ticket's page the customer says whether what was done works (E-7.3)."""

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        support = values.get("support")
        if support:
            page_sudo = ticket_sudo(ticket)._support_portal_in_zone(ticket.support_provider_id)
            support["validation"] = page_sudo._support_portal_describe_validation(request.env.user)
            token = f"?access_token={access_token}" if access_token else ""
            support["validation"]["url"] = f"/my/ticket/{ticket.id}/validate{token}"
            if support["validation"]["asked"]:
                # closing it would be to accept it: one question, one answer
                values["closed_stages"] = request.env["helpdesk.ticket.stage"]
        return values

    @http.route(
        "/my/ticket/<int:ticket_id>/validate", type="http", auth="public", website=True, methods=["POST"], csrf=True
    )
    def support_portal_validate(self, ticket_id, access_token=None, answer="", comment="", **kw):
        """Take the answer of the ticket's own customer, by login or by the link of the customer's own mail."""
        try:
            self._document_check_access("helpdesk.ticket", ticket_id, access_token=access_token)
        except (AccessError, MissingError):
            # the same answer as for a ticket that does not exist
            return request.redirect("/my", code=302)
        # sudo: allowed by the portal's own check, by login or by token; the user stays who it is, for the record
        page_sudo = ticket_sudo(request.env["helpdesk.ticket"].browse(ticket_id))
        comment = comment.replace("\0", "").strip() if isinstance(comment, str) else ""
        try:
            said = page_sudo._support_portal_validate(request.env.user, str(answer), comment)
        except UserError as error:
            response = self.portal_my_ticket(ticket_id, access_token=access_token)
            if getattr(response, "is_qweb", False):
                # what was typed stays in the form (S-7)
                response.qcontext.update(validation_error=str(error), validation_comment=comment)
                response.status_code = 400
            return response
        request.session["support_sla_message"] = said
        return request.redirect(self._get_form_url(page_sudo, access_token, "") + "#support_next", code=302)
