from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import inside
from odoo.addons.support_sla.tools import facts
from odoo.addons.support_sla.tools.masking import Finding
from odoo.exceptions import UserError

from ..const import PROVIDER
from ..tools.keyring import KeyringError

#: The question of the request form, and the field by which a password comes in.
PASSWORD = "bpmsoft_password"  # noqa: S105
#: A text that is full of passwords is no request: so many are kept on a ticket, the rest is only masked.
MOST_FOUND = 5
DERIVED = frozenset({"bpmsoft_password_state"})


class HelpdeskTicket(models.Model):
    """The account's password of a request (B-9): comes in by a field that keeps nothing, goes when the ticket ends."""

    _inherit = "helpdesk.ticket"

    bpmsoft_password = fields.Char(
        string="Password of the account",
        compute="_compute_bpmsoft_password",
        inverse="_inverse_bpmsoft_password",
        exportable=False,
        copy=False,
        support_secret=True,
        help="Kept encrypted, seen by nobody but the people who work on your request, and removed when it is closed.",
    )
    bpmsoft_password_state = fields.Selection(
        [("kept", "Kept"), ("withdrawn", "Withdrawn"), ("wiped", "Removed")],
        string="Password",
        copy=False,
        readonly=True,
    )
    bpmsoft_secret_ids = fields.One2many(
        "bpmsoft.secret",
        "ticket_id",
        string="Passwords",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    bpmsoft_secret_log_ids = fields.One2many(
        "bpmsoft.secret.log",
        "ticket_id",
        string="What Happened to Passwords",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_manager",
    )

    # --- the way in --------------------------------------------------------------------------------

    def _compute_bpmsoft_password(self):
        self.bpmsoft_password = False

    def _inverse_bpmsoft_password(self):
        """Whoever writes the field (portal, import, RPC) hands a password over; nothing of it stays here."""
        given = {ticket: ticket.bpmsoft_password for ticket in self}
        # what is still in memory would be answered to whoever reads the ticket after writing it
        self.invalidate_recordset([PASSWORD], flush=False)
        side = self._support_get_side()
        for ticket, text in given.items():
            if not text or not text.strip():
                continue
            source = "form" if side == facts.CUSTOMER else "agent" if self.env.user._is_internal() else "call"
            # sudo: customers and agents have no access to what is sealed
            ticket.sudo()._bpmsoft_keep_secret(text, source, main=True)

    def _bpmsoft_keep_secret(self, text: str, source: str, **values: Any):
        """Keep a password of this ticket; see ``bpmsoft.secret._keep``. Used with sudo.

        :raise UserError: where none is kept: another provider, a ticket that has ended; or without a key
        """
        self.ensure_one()
        self._bpmsoft_check_takes_secrets()
        values.setdefault("partner", self._bpmsoft_get_giver(source))
        return self.env["bpmsoft.secret"]._keep(self, text, source, **values)

    def _bpmsoft_get_main_secret(self):
        """The password that answers the form's question, if one is kept."""
        self.ensure_one()
        return self.bpmsoft_secret_ids.filtered(lambda secret: secret.main and secret.state == "kept")

    def _bpmsoft_check_takes_secrets(self):
        """:raise UserError: where no password is kept"""
        self.ensure_one()
        if self.support_provider_id.code != PROVIDER:
            raise UserError(self.env._("Passwords are kept on requests of BPMSoft only."))
        if self._bpmsoft_get_wipe_reason():
            raise UserError(
                self.env._("%s has ended: a password is kept while it is worked on. Reopen it first.", self.number)
            )

    def _bpmsoft_get_giver(self, source: str):
        self.ensure_one()
        user = self.env.user
        if source == "agent" or (user and not user._is_public() and not user._is_superuser()):
            return user.partner_id
        return self.partner_id

    # --- the request form --------------------------------------------------------------------------

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | DERIVED

    @api.model
    def _support_form_get_dependencies(self):
        return [*super()._support_form_get_dependencies(), "bpmsoft_password_state"]

    def _support_form_has(self, question):
        if question.name == PASSWORD:
            # wiped is answered for as long as the ticket stays ended: reopened, it is asked for again
            return self.bpmsoft_password_state in ("kept", "wiped")
        return super()._support_form_has(question)

    def _support_form_say(self, spec):
        if spec["name"] == PASSWORD and self.bpmsoft_password_state != "kept":  # noqa: S105
            return self.env._("(removed when the request was closed)")
        return super()._support_form_say(spec)

    def _support_form_say_reason(self, reason):
        if reason == "bpmsoft_password_wiped":
            return self.env._(
                "Your request is being worked on again. The password of the account was removed when it ended, so we "
                "ask you for it again."
            )
        return super()._support_form_say_reason(reason)

    @api.model
    def _support_portal_check(self, provider, post):
        errors = super()._support_portal_check(provider, post)
        if provider.code == PROVIDER and post.get(PASSWORD):
            try:
                self.env["bpmsoft.secret"]._get_keyring(make=True)
            except KeyringError:
                errors.append(
                    self.env._(
                        "The password cannot be kept safely at the moment. Please leave it empty: you can add it "
                        "later, on the page of your request."
                    )
                )
        return errors

    def _support_form_read(self, post, files):
        values, errors = super()._support_form_read(post, files)
        if values.get(PASSWORD):
            try:
                self.env["bpmsoft.secret"]._get_keyring(make=True)
            except KeyringError:
                errors.append(
                    self.env._(
                        "The password cannot be kept safely at the moment. Please leave it empty and add it later."
                    )
                )
        return values, errors

    # --- who sees it -------------------------------------------------------------------------------

    def _bpmsoft_may_see_secrets(self) -> bool:
        """Whether the user is one of the agents of this ticket's queue, or a manager where the provider allows it."""
        self.ensure_one()
        user = self.env.user
        if not user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
            return False
        ticket_sudo = self.sudo()  # who is in which queue need not be readable
        if user in ticket_sudo.team_id.user_ids:
            return True
        return bool(
            ticket_sudo.support_provider_id.bpmsoft_secret_managers
            and user.has_group("helpdesk_mgmt.group_helpdesk_manager")
        )

    def action_bpmsoft_secret(self):
        """Enter a password that the client told on the phone."""
        self.ensure_one()
        self.check_access("write")
        self.sudo()._bpmsoft_check_takes_secrets()
        return self._bpmsoft_open_secret_wizard()

    def _bpmsoft_open_secret_wizard(self, secret=None):
        self.ensure_one()
        return {
            "name": self.env._("Replace a Password") if secret else self.env._("Keep a Password"),
            "type": "ir.actions.act_window",
            "res_model": "bpmsoft.secret.wizard",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_ticket_id": self.id,
                "default_secret_id": secret.id if secret else False,
                "default_login": secret.login if secret else False,
                "default_system": secret.system if secret else False,
            },
        }

    # --- the end -----------------------------------------------------------------------------------

    def _bpmsoft_get_wipe_reason(self) -> str:
        """Why this ticket keeps no password; empty while it does."""
        self.ensure_one()
        if self.support_provider_id.code != PROVIDER:
            return "moved"
        if self.support_merged_into_id:
            return "merged"
        if self.support_phase in (facts.CLOSED, facts.CANCELLED):
            return self.support_phase
        if self.stage_id.closed and self.stage_id.support_phase != facts.RESOLVED:
            return "closed"
        return "" if self.active else "archived"

    def _bpmsoft_wipe_secrets(self, reason: str):
        """Remove the passwords of these tickets. Used with sudo."""
        self.env["bpmsoft.secret"].search([("ticket_id", "in", self.ids), ("state", "=", "kept")])._end("wiped", reason)

    def _support_after_look(self, now: datetime) -> None:
        super()._support_after_look(now)
        for ticket in self:
            if ticket.bpmsoft_password_state == "kept":  # noqa: S105
                reason = ticket._bpmsoft_get_wipe_reason()
                if reason:
                    ticket._bpmsoft_wipe_secrets(reason)
            elif ticket.bpmsoft_password_state == "wiped" and not ticket._bpmsoft_get_wipe_reason():  # noqa: S105
                # worked on again: the client is asked again
                ticket._support_set({"bpmsoft_password_state": False, "support_form_requested": False})
                ticket._support_request_form("bpmsoft_password_wiped")

    @api.ondelete(at_uninstall=False)
    def _bpmsoft_unlink_secrets(self):
        self.sudo()._bpmsoft_wipe_secrets("deleted")

    # --- the portal --------------------------------------------------------------------------------

    def _support_portal_get_page(self):
        page = super()._support_portal_get_page()
        return {**page, "bpmsoft_secrets": self._bpmsoft_portal_describe_secrets(page["now"])}

    def _bpmsoft_portal_describe_secrets(self, now: str) -> list[dict[str, Any]]:
        """What the client reads of the passwords given: never one of them.

        :param now: UTC text
        :return: ``id``, ``name`` (of the account), ``main`` (the form replaces it), ``kept``, ``text`` (since when it
            is kept, or gone), ``looks`` (a sentence for each time that the team looked at it, newest first)
        """
        self.ensure_one()
        rows = []
        for secret in self.bpmsoft_secret_ids:
            if secret.state == "kept":
                text = self.env._("Kept encrypted since %s.", self._bpmsoft_portal_say_moment(secret.given_at, now))
            elif secret.state == "withdrawn":
                text = self.env._("Withdrawn on %s.", self._bpmsoft_portal_say_moment(secret.ended_at, now))
            else:
                text = self.env._("Removed on %s.", self._bpmsoft_portal_say_moment(secret.ended_at, now))
            looks = secret.log_ids.filtered(lambda entry: entry.kind == "looked")
            rows.append(
                {
                    "id": secret.id,
                    "name": secret.display_name,
                    "main": secret.main,
                    "kept": secret.state == "kept",
                    "text": text,
                    "looks": [
                        self.env._("Looked at by the team on %s.", self._bpmsoft_portal_say_moment(look.moment, now))
                        for look in looks
                    ],
                }
            )
        return rows

    def _bpmsoft_portal_say_moment(self, moment: datetime, now: str) -> str:
        described = self._support_portal_describe_moment(fields.Datetime.to_string(moment), now)
        return self.env._("%(when)s, %(zone)s", when=described["full"], zone=described["zone"])

    def _bpmsoft_may_withdraw(self, secret_id: int) -> bool:
        """Whether the user takes this password back: who gave it, and who acts for the client (B-5); colleagues read.
        Used with sudo."""
        self.ensure_one()
        user = self.env.user
        if user._is_superuser() or not user.share:
            return True
        secret = self.bpmsoft_secret_ids.filtered(lambda row: row.id == secret_id)
        return user.partner_id in secret.given_by_id | self._bpmsoft_get_authorised() or self._bpmsoft_may_act(user)

    def _bpmsoft_portal_withdraw(self, secret_id: int) -> str:
        """The client takes a password back. Used with sudo; access is checked by the controller.

        :return: what the page says
        :raise UserError: when it is not there any more
        """
        self.ensure_one()
        secret = self.bpmsoft_secret_ids.filtered(lambda row: row.id == secret_id and row.state == "kept")
        if not secret:
            raise UserError(self.env._("This password is not kept any more."))
        if not self._bpmsoft_may_withdraw(secret_id):
            raise UserError(self.env._("Only who gave it, or the authorised person of your company, takes it back."))
        secret._end("withdrawn", "client")
        self.with_context(**inside(support_side=facts.CUSTOMER))._message_log(
            # not "password: …": what follows would be taken for one, and masked
            body=self.env._("The client has withdrawn what was kept of “%s”.", secret.display_name)
        )
        return self.env._("The password was removed. Please change it on your system if others may have seen it.")

    # --- what was written where it does not belong ---------------------------------------------------

    @api.model
    def _support_get_unmasked(self):
        # sealed as it is; nothing of it is stored
        return super()._support_get_unmasked() | {PASSWORD}

    def _support_masked(self, findings: Sequence[Finding]) -> None:
        result = super()._support_masked(findings)
        # dict: each once, in order
        passwords = list(dict.fromkeys(finding.value for finding in findings if finding.kind == "password"))
        if passwords and self.bpmsoft_ticket and self._bpmsoft_move_to_secret(passwords):
            self._message_log(
                body=self.env._(
                    "A password that stood in a text was moved to the passwords of this request, where members of the "
                    "queue look at it: see the page “Request Form”."
                )
            )
        return result

    def _bpmsoft_has_found_secret(self) -> bool:
        """Whether a password that stood in a text is kept."""
        return self.bpmsoft_ticket and bool(
            self.bpmsoft_secret_ids.filtered(lambda secret: secret.state == "kept" and secret.source == "message")
        )

    def _support_note_kept(self):
        if self._bpmsoft_has_found_secret():
            return self.env._(
                "A password or a key stood in what was written here. It was masked; the password is kept encrypted on "
                "the page “Request Form”."
            )
        return super()._support_note_kept()

    def _support_say_masked(self):
        if self._bpmsoft_has_found_secret():
            return self.env._(
                "So that nobody has to ask you for it, the password is kept encrypted with your request until that is "
                "closed, and only the team that works on it can look at it. If you change it, please give us the new "
                "one on the page of your request."
            )
        return super()._support_say_masked()

    def _bpmsoft_move_to_secret(self, found: Sequence[str]) -> int:
        """Passwords that were taken out of a text (S-6) are kept, so that the client need not be asked for them. Used
        with sudo.

        :param found: the passwords
        :return: how many of them are kept now; without a key, or on a ticket that has ended, none
        """
        self.ensure_one()
        kept = self.bpmsoft_secret_ids.filtered(lambda secret: secret.state == "kept")
        known = kept._open_all()
        count = 0
        for text in found:
            if text in known:
                continue
            if len(kept) + count >= MOST_FOUND:
                break
            main = not self._bpmsoft_get_main_secret()
            try:
                self._bpmsoft_keep_secret(text, "message", main=main, partner=self.partner_id)
            except UserError:
                break
            count += 1
        return count
