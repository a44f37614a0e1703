from odoo import http
from odoo.addons.support_guard.controllers.main import upload_ceiling, upload_hint, uploaded_errors
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from .portal import SupportCustomerPortal
from .reader import page_values, ticket_sudo


class SupportRequestFormPortal(SupportCustomerPortal):
    """The form of a ticket that a customer completes, on a page of its own (J-9, J-15)."""

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        form = (values.get("support") or {}).get("form")
        if form:
            form["url"] = self._get_form_url(ticket, access_token)
            form["open"] = form["open"] and ticket_sudo(ticket)._support_portal_may_complete(request.env.user)
        return values

    def _get_form_url(self, ticket, access_token, page: str = "/form") -> str:
        """Of the form, or with ``page=""`` of the ticket, for a reader who came with a token or without."""
        token = f"?access_token={access_token}" if access_token else ""
        return f"/my/ticket/{ticket.id}{page}{token}"

    @http.route(
        "/my/ticket/<int:ticket_id>/form",
        type="http",
        auth="public",
        website=True,
        methods=["GET", "POST"],
        csrf=True,
        max_content_length=lambda _controller: upload_ceiling(),
    )
    def support_portal_request_form(self, ticket_id, access_token=None, **post):
        """Show the form, or take what was answered. Who may open the ticket's page may open this one."""
        try:
            # sudo: given by the portal's own check, by login or by token
            page_sudo = ticket_sudo(
                self._document_check_access("helpdesk.ticket", ticket_id, access_token=access_token)
            )
        except (AccessError, MissingError):
            return request.redirect("/my", code=302)
        page_sudo = page_sudo._support_portal_in_zone(page_sudo.support_provider_id)
        form = page_sudo._support_portal_describe_request_form()
        if not form["fields"] and not form["files"]:
            return request.redirect(self._get_form_url(page_sudo, access_token, ""), code=302)
        # staff fill the form in on the ticket, in their own name
        form["open"] = (
            form["open"]
            and (not request.env.user._is_internal() or request.env.user.partner_id == page_sudo.partner_id)
            and page_sudo._support_portal_may_complete(request.env.user)
        )
        values = {"form": form, "typed": {}, "typed_back": False, "guard_errors": [], "guard_files": []}
        if request.httprequest.method == "POST" and form["open"]:
            post = {name: value.replace("\0", "") for name, value in post.items() if isinstance(value, str)}
            files = [file for file in request.httprequest.files.getlist("attachment") if file.filename]
            answers, errors = page_sudo._support_form_read(post, len(files))
            errors = uploaded_errors() + errors
            if not errors:
                return self._save(page_sudo, access_token, answers, files)
            values.update(
                guard_errors=errors,
                guard_files=[file.filename for file in files],
                typed=post,
                typed_back=True,
            )
        response = self._render_form(page_sudo, access_token, values)
        response.status_code = 400 if values["guard_errors"] else 200
        return response

    def _save(self, page_sudo, access_token, answers: dict, files: list):
        """Store answers and files in the customer's name, and go on where something is left to do."""
        if not answers and not files:
            request.session["support_sla_message"] = request.env._("Nothing was changed.")
            return request.redirect(self._get_form_url(page_sudo, access_token), code=302)
        user = request.env.user
        # who has only the link speaks as the customer, as when answering on the ticket's page
        author = page_sudo.partner_id if user._is_public() else user.partner_id
        page_sudo._support_form_answer(
            answers, [(file.filename, file.read()) for file in files], author, page_sudo.partner_email or ""
        )
        complete = page_sudo.support_form_state != "incomplete"
        request.session["support_sla_message"] = (
            request.env._("Thank you: the form is complete.")
            if complete
            else request.env._("Saved. You can go on here whenever you like.")
        )
        return request.redirect(self._get_form_url(page_sudo, access_token, "" if complete else "/form"), code=302)

    def _render_form(self, page_sudo, access_token, values: dict):
        values.update(
            about={"name": page_sudo.name, "number": page_sudo.number},
            ticket_url=self._get_form_url(page_sudo, access_token, ""),
            form_url=self._get_form_url(page_sudo, access_token),
            guard_upload_hint=upload_hint(),
            support_message=request.session.pop("support_sla_message", None),
            page_name="support_request_form",
            **page_values(f"{values['form']['title']} · {page_sudo.number}"),
        )
        return request.render("support_sla.portal_request_form", values)
