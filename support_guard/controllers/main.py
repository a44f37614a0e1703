from odoo import http
from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import plaintext2html

from ..models.support_guard_upload import UploadedFile

HEAD_BYTES = 2048
#: what a form may have beside its files
FORM_BYTES = 2 * 1024 * 1024


class GuardHelpdeskTicketController(HelpdeskTicketController):
    # ------------------------------------------------------------
    # Closing (G-1)
    # ------------------------------------------------------------

    @http.route(methods=["POST"], csrf=True)
    def support_ticket_close(self, **kw):
        """G-1: POST with a token, on a ticket that the user may read, to a stage that the
        page offers. Anything else changes nothing.
        """
        ticket = request.env["helpdesk.ticket"].browse(_to_id(kw.get("ticket_id")))
        try:
            if not ticket.exists():
                return request.redirect("/my", code=302)
            ticket._guard_check_portal_access()
        except AccessError:
            # the same answer as for a ticket that does not exist
            return request.redirect("/my", code=302)
        ticket_sudo = ticket.sudo()
        stage_id = _to_id(kw.get("stage_id"))
        if stage_id in ticket_sudo._guard_portal_close_stages().ids:
            ticket_sudo.stage_id = stage_id
        elif not ticket_sudo.closed:  # a second click on a closed ticket is no error
            request.session["support_guard_message"] = request.env._(
                "The ticket could not be moved to this stage any more. Please choose one of those offered here."
            )
        return request.redirect(f"/my/ticket/{ticket.id}", code=302)

    # ------------------------------------------------------------
    # New tickets (G-2, G-8)
    # ------------------------------------------------------------

    def _get_teams(self):
        """G-2: of the customer's company only, as the ticket becomes one of the team's
        company.
        """
        teams = super()._get_teams()
        return teams.filtered_domain(_company_domain()) if teams else teams

    def _get_categories(self, **kw):
        categories = super()._get_categories(**kw).filtered_domain(_company_domain())
        # the name shown contains the parents', which may be hidden themselves
        return categories.sudo()

    def _get_create_new_ticket_values(self, **kw):
        values = super()._get_create_new_ticket_values(**kw)
        limits = request.env["support.guard.upload"]._get_limits()
        if limits.max_bytes:
            values["max_upload_size"] = min(values.get("max_upload_size") or limits.max_bytes, limits.max_bytes)
        values["guard_limits"] = _describe_limits(limits)
        values["guard_upload_hint"] = _upload_hint(values["guard_limits"])
        return values

    @http.route(methods=["POST"], max_content_length=lambda _controller: upload_ceiling())
    def submit_ticket(self, **kw):
        """G-2: a ticket is made from what the form offered, or the form comes back with
        what was typed and says what is wrong.
        """
        # PostgreSQL takes no NUL in a text
        kw = {name: value.replace("\0", "") if isinstance(value, str) else value for name, value in kw.items()}
        errors = self._guard_get_submit_errors(kw)
        if errors:
            response = self.create_new_ticket()
            response.qcontext.update(
                guard_errors=errors,
                guard_values={name: value for name, value in kw.items() if isinstance(value, str)},
                # a browser gives no file back: at least their names are told
                guard_files=[
                    file.filename for file in request.httprequest.files.getlist("attachment") if file.filename
                ],
            )
            response.status_code = 400
            return response
        return super().submit_ticket(**kw)

    def _guard_get_submit_errors(self, kw: dict) -> list[str]:
        """What is wrong with the form, in sentences. Fields that the form did not show
        are taken out of ``kw``.

        Hook: other addons check their own fields and add to what this returns.
        """
        errors = []
        if not _is_filled(kw.get("subject")):
            errors.append(request.env._("Please enter a subject."))
        if not _is_filled(kw.get("description")):
            errors.append(request.env._("Please describe what happened."))
        company = request.env.company
        errors += self._guard_check_choice(
            kw,
            "team",
            self._get_teams(),
            company.helpdesk_mgmt_portal_team_id_required,
            request.env._("Please choose one of the teams offered."),
        )
        errors += self._guard_check_choice(
            kw,
            "category",
            self._get_categories(),
            company.helpdesk_mgmt_portal_category_id_required,
            request.env._("Please choose one of the categories offered."),
        )
        return errors + uploaded_errors()

    def _guard_check_choice(self, kw, name, offered, required, message) -> list[str]:
        value = (kw.get(name) or "") if isinstance(kw.get(name), str) else ""
        value = value.strip()
        if offered:
            if not value:
                kw.pop(name, None)
                return [message] if required else []
            if _to_id(value) not in offered.ids:
                return [message]
            kw[name] = str(_to_id(value))
            return []
        kw.pop(name, None)
        if not value:
            return []
        # The form has shown no such field. A choice that could have been made before the
        # administrator took the field away is left out; any other was made up.
        model = request.env[f"helpdesk.ticket.{name}"]
        domain = Domain("show_in_portal", "=", True) & _company_domain()
        harmless = model.search_count(domain & Domain("id", "=", _to_id(value)))
        return [] if harmless else [message]

    def _prepare_submit_ticket_vals(self, **kw):
        channel = request.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_web", raise_if_not_found=False)
        if channel:
            vals = super()._prepare_submit_ticket_vals(**kw)
        else:
            vals = self._guard_prepare_vals_without_channel(**kw)
        if not vals.get("team_id"):
            # The customer reads the stages of its own tickets only (G-6).
            vals["stage_id"] = (
                request.env["helpdesk.ticket.team"]
                .sudo()
                .with_company(vals["company_id"])
                ._get_applicable_stages()[:1]
                .id
            )
        return vals

    def _guard_prepare_vals_without_channel(self, **kw) -> dict:
        """G-2: helpdesk_mgmt fails without its channel "Web", which is a record that
        anybody may delete. This is what it does otherwise.
        """
        env = request.env
        partner = env.user.partner_id
        category = env["helpdesk.ticket.category"].sudo().browse(_to_id(kw.get("category")))
        company = category.company_id or env.company
        team = env["helpdesk.ticket.team"].sudo().browse(_to_id(kw.get("team")))
        vals = {
            "company_id": company.id,
            "category_id": category.id,
            "description": plaintext2html(kw.get("description")),
            "name": kw.get("subject"),
            "attachment_ids": False,
            "channel_id": False,
            "partner_id": partner.id,
            "partner_name": partner.name,
            "partner_email": partner.email,
            "user_id": False,
        }
        if team:
            vals["team_id"] = team.id
            vals["stage_id"] = team._get_applicable_stages()[:1].id
        return vals


def _to_id(value: object) -> int:
    """The database id that a form sends, 0 for anything else."""
    text = str(value or "").strip()
    # isdecimal() alone would take the digits of every script, and any number of them
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _is_filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _upload_hint(limits: dict) -> str:
    """The limits in words; ``limits`` as the template gets them."""
    if limits["count"] and limits["size"]:
        hint = request.env._("At most %(count)s files of %(size)s MB each.", **limits)
    elif limits["count"]:
        hint = request.env._("At most %(count)s files.", count=limits["count"])
    elif limits["size"]:
        hint = request.env._("Files of at most %(size)s MB each.", size=limits["size"])
    else:
        hint = ""
    if limits["total"]:
        total = request.env._("At most %s MB together.", limits["total"])
        hint = f"{hint} {total}".strip()
    return hint


def upload_hint() -> str:
    """What may be uploaded with a form, in words; "" when there is no limit."""
    return _upload_hint(_describe_limits(request.env["support.guard.upload"]._get_limits()))


def _describe_limits(limits) -> dict:
    return {
        "count": limits.max_count,
        "size": f"{limits.max_mb:g}" if limits.max_mb else "",
        "total": f"{limits.max_total_mb:g}" if limits.binds_total else "",
    }


def upload_ceiling() -> int | None:
    """Bytes of a posted form beyond which it is not even read.

    Well above what is allowed: whoever is a little over the limits gets the form back with a message and everything
    that was typed, not an error of the web server. None: no limit.
    """
    limits = request.env["support.guard.upload"]._get_limits()
    if not limits.max_total_bytes:
        return None
    return max(2 * limits.max_total_bytes, limits.max_count * limits.max_bytes) + FORM_BYTES


def uploaded_errors(name: str = "attachment") -> list[str]:
    """G-8: what is wrong with the files of the posted form, in sentences."""
    files = request.httprequest.files.getlist(name)
    return request.env["support.guard.upload"]._get_errors([_uploaded_file(file) for file in files if file.filename])


def _company_domain() -> Domain:
    return Domain("company_id", "in", [False, request.env.company.id])


def _uploaded_file(file) -> UploadedFile:
    stream = file.stream
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    return UploadedFile(file.filename or "", size, head)
