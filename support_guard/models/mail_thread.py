import logging
import re
from email.message import EmailMessage, Message
from xmlrpc.client import Binary

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import email_normalize
from psycopg2 import InterfaceError, OperationalError
from psycopg2.errors import LockNotAvailable

from .guard_context import inside
from .support_guard_upload import UploadedFile

_logger = logging.getLogger(__name__)

FETCH_ATTEMPTS = 3
HELPDESK = "helpdesk.ticket"


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # ------------------------------------------------------------
    # The way of a mail: message_process > message_parse > message_route >
    # _message_route_process > message_new or message_update > message_post
    # ------------------------------------------------------------

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """G-11: a mail to the helpdesk that fails is kept in quarantine.

        The failure is undone and the mail kept in the same transaction, so it makes no
        difference who called: Odoo's fetching of mail, which drops mails that
        fail, or a mail server through RPC.
        """
        self._guard_check_gateway_user()
        if self.env.context.get("guard_gateway"):  # from quarantine, see action_retry
            return super().message_process(
                model,
                message,
                custom_values,
                save_original,
                strip_attachments,
                thread_id,
            )
        if isinstance(message, Binary):
            message = bytes(message.data)
        elif isinstance(message, str):
            message = message.encode("utf-8")
        gateway = self.with_context(guard_gateway=True)
        fetching = self.env.context.get("fetchmail_cron_running")
        attempt = 1
        while True:
            try:
                with self.env.cr.savepoint():
                    return super(MailThread, gateway).message_process(
                        model,
                        message,
                        custom_values,
                        save_original,
                        strip_attachments,
                        thread_id,
                    )
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as caught:
                if not fetching:
                    raise  # Odoo repeats the request
                error = caught
                if attempt < FETCH_ATTEMPTS:
                    # Odoo commits after every mail it fetches: only this one is undone
                    self.env.cr.rollback()
                    attempt += 1
                    continue
            except (OperationalError, InterfaceError):
                raise  # there is no database to keep the mail in
            except Exception as caught:  # noqa: BLE001 whatever it is, the mail is kept
                error = caught
            break
        quarantined = (
            self.env["support.guard.quarantine"]
            .sudo()
            ._guard_keep(
                message,
                error,
                model=model,
                custom_values=custom_values,
                save_original=save_original,
                strip_attachments=strip_attachments,
                thread_id=thread_id,
            )
        )
        if not quarantined:
            raise error
        return False

    @api.model
    def _guard_check_gateway_user(self) -> None:
        """The gateway works in superuser mode and believes what a mail says."""
        if not self.env.su and self.env.user.share:
            raise AccessError(self.env._("Only the mail server may deliver mails."))

    @api.model
    def message_parse(self, message, save_original=False):
        self._guard_check_gateway_user()
        self._guard_repair_charsets(message)
        message_dict = super().message_parse(message, save_original=save_original)
        for name, value in message_dict.items():
            # PostgreSQL takes no NUL in a text (S-3)
            if isinstance(value, str) and "\0" in value:
                message_dict[name] = type(value)(value.replace("\0", ""))
        if self._guard_is_automatic(message):
            message_dict["guard_automatic"] = True
        return message_dict

    @api.model
    def _guard_repair_charsets(self, message: Message) -> None:
        """S-3: a text in a charset that nobody knows is read as well as it can be."""
        for part in message.walk():
            charset = part.get_param("charset")
            if not isinstance(charset, str) or part.get_content_maintype() != "text":
                continue
            try:
                "".encode(charset)
            except (LookupError, ValueError):
                part.set_param("charset", "utf-8")

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        self._guard_check_gateway_user()
        routes = super().message_route(message, message_dict, model, thread_id, custom_values)
        # "no thread" is 0 for an alias and None for a mailbox; Odoo's guard against
        # loops knows only the 0
        routes = [(route[0], route[1] or 0, *route[2:]) if route[0] == HELPDESK else route for route in routes]
        if message_dict.get("guard_automatic"):
            routes = [self._guard_route_automatic(message_dict, route) for route in routes]
        return routes

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        to_helpdesk = any(route[0] == HELPDESK for route in routes or ())
        if to_helpdesk:
            delivery = self.env["support.guard.delivery"].sudo()
            if not delivery._claim(message_dict["message_id"]):
                _logger.info(
                    "Ignored mail with Message-Id %s: another process has delivered it",
                    message_dict["message_id"],
                )
                return False
            self = self.with_context(guard_inbound=True)
            if message_dict.get("guard_automatic"):
                self = self.with_context(**inside(guard_automatic=True))
        dropped = self._guard_drop_attachments(message_dict) if to_helpdesk else []
        thread_id = super()._message_route_process(message, message_dict, routes)
        if dropped and thread_id and routes[-1][0] == HELPDESK:
            self.env[HELPDESK].sudo().browse(thread_id)._message_log(
                body=self.env._(
                    "These files of the mail were over the limits and were not kept: %(files)s",
                    files=", ".join(dropped),
                )
            )
        return thread_id

    @api.model
    def _get_message_create_valid_field_names(self):
        return super()._get_message_create_valid_field_names() | {"guard_automatic"}

    @api.model
    def _routing_create_bounce_email(self, email_from, body_html, message, **mail_values):
        """G-5: an automatic mail is never answered, not even with a refusal."""
        if self._guard_is_automatic(message):
            _logger.info("No answer to the automatic mail of %s", email_from)
            return None
        return super()._routing_create_bounce_email(email_from, body_html, message, **mail_values)

    # ------------------------------------------------------------
    # Automatic mail (G-5)
    # ------------------------------------------------------------

    @api.model
    def _guard_is_automatic(self, message: Message) -> bool:
        """G-5: whether no person has written the mail (RFC 3834 and customs).

        Hook: for other marks of automatic mail.
        """

        def words(name: str) -> list[str]:
            values = message.get_all(name) or []
            return [word.strip().lower() for value in values for word in str(value).split(",")]

        auto_submitted = [word.split(";")[0].strip() for word in words("Auto-Submitted")]
        if any(word and word != "no" for word in auto_submitted):
            return True
        get_param = self.env["ir.config_parameter"].sudo().get_param
        precedence = get_param("support_guard.automatic_precedence") or ""
        marks = {word.strip().lower() for word in precedence.split(",")} - {""}
        if marks.intersection(words("Precedence")):
            return True
        # "DR" and "RN" only ask for no receipts; people's mails have them too
        suppress = words("X-Auto-Response-Suppress")
        if {"all", "oof", "autoreply"}.intersection(suppress):
            return True
        for name in ("X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Autoresponse"):
            if any(word != "no" for word in words(name)):
                return True
        return_path = message.get_all("Return-Path") or []
        return any(not str(value).strip(" \t\r\n<>") for value in return_path)

    @api.model
    def _guard_route_automatic(self, message_dict: dict, route: tuple) -> tuple:
        """G-5: an automatic mail that would make a ticket joins the sender's last one.

        Senders that the administrator allows to send any number of mails (Odoo's
        "Gateway Allowed" addresses) make a ticket each time: monitoring, for example.
        """
        model, thread_id, custom_values, user_id, alias = route
        if model != HELPDESK or thread_id:
            return route
        sender = email_normalize(message_dict["email_from"])
        allowed = self.env["mail.gateway.allowed"].sudo()
        if not sender or allowed.search_count([("email_normalized", "=", sender)]):
            return route
        self.env.cr.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext('support_guard'), hashtext(%s))",
            [sender],
        )
        if not self.env.cr.fetchone()[0]:
            # the other process may be making the ticket that this mail has to join
            raise LockNotAvailable("another automatic mail of the sender is under way")
        ticket = self.env[HELPDESK]._guard_find_ticket_of_sender(sender, custom_values)
        if not ticket:
            return route
        return (model, ticket.id, custom_values, user_id, alias)

    # ------------------------------------------------------------
    # Attachments (G-8)
    # ------------------------------------------------------------

    @api.model
    def _guard_drop_attachments(self, message_dict: dict) -> list[str]:
        """G-8: take the attachments over the limits off a mail, if the administrator
        wants that. The mail itself always arrives. Returns the names.
        """
        attachments = message_dict.get("attachments")
        get_param = self.env["ir.config_parameter"].sudo().get_param
        if not attachments or not get_param("support_guard.upload_check_mail"):
            return []
        upload = self.env["support.guard.upload"]
        limits = upload._get_limits()
        kept, dropped = [], []
        for attachment in attachments:
            name, content = attachment[0], attachment[1]
            if isinstance(content, EmailMessage):
                content = content.as_bytes()
            elif isinstance(content, str):
                content = content.encode(errors="replace")
            content = content or b""
            file = UploadedFile(name or "", len(content), content[:2048])
            full = limits.max_count and len(kept) >= limits.max_count
            if full or upload._get_file_errors(file, limits):
                dropped.append(file.name or self.env._("unnamed file"))
            else:
                kept.append(attachment)
        message_dict["attachments"] = kept
        return dropped

    # ------------------------------------------------------------
    # Whose mail is it (G-11)
    # ------------------------------------------------------------

    @api.model
    def _guard_find_alias(self, message: Message) -> models.BaseModel:
        """The helpdesk alias that the mail was sent to, read from headers that may be
        what is wrong with the mail: no parser, only what looks like an address.
        """
        text = " ".join(
            str(value)
            for name in ("Delivered-To", "To", "Cc", "Resent-To", "Resent-Cc")
            for value in message.get_all(name) or []
        )
        addresses = {found.lower() for found in re.findall(r"[^\s<>,;\"]+@[\w.-]+", text)}
        local_parts = {address.split("@", 1)[0] for address in addresses}
        if not addresses:
            return self.env["mail.alias"]
        return (
            self.env["mail.alias"]
            .sudo()
            .search(
                [
                    ("alias_model_id.model", "=", HELPDESK),
                    "|",
                    ("alias_full_name", "in", list(addresses)),
                    "&",
                    ("alias_name", "in", list(local_parts)),
                    ("alias_incoming_local", "=", True),
                ],
                limit=1,
            )
        )

    @api.model
    def _guard_answers_ticket(self, message: Message) -> bool:
        """Whether the mail answers a message of a ticket."""
        text = " ".join(str(value) for name in ("In-Reply-To", "References") for value in message.get_all(name) or [])
        references = re.findall(r"<[^<>\s]+>", text)[-32:]
        return bool(
            references
            and self.env["mail.message"]
            .sudo()
            .search_count([("message_id", "in", references), ("model", "=", HELPDESK)], limit=1)
        )
