import ast
import base64
import datetime
import email
import email.policy
import json
import logging
import traceback
from email.header import decode_header, make_header
from email.message import Message

from odoo import api, fields, models
from odoo.exceptions import AccessError

_logger = logging.getLogger(__name__)

KEEP_DAYS = 90
PREVIEW_BYTES = 20_000


class SupportGuardQuarantine(models.Model):
    """A mail to the helpdesk that could not be processed (G-11).

    The gateway of Odoo drops such a mail. Here the original is kept until somebody has
    it processed again or decides that it is not worth it.
    """

    _name = "support.guard.quarantine"
    _description = "Quarantined Mail"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "subject"

    subject = fields.Char(readonly=True)
    email_from = fields.Char(string="From", readonly=True)
    email_to = fields.Char(string="To", readonly=True)
    message_id = fields.Char(string="Message-Id", readonly=True, index=True)
    state = fields.Selection(
        selection=[
            ("waiting", "Waiting"),
            ("done", "Processed"),
            ("discarded", "Discarded"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    error = fields.Char(string="Reason", readonly=True)
    error_detail = fields.Text(string="Technical Details", readonly=True)
    attempts = fields.Integer(readonly=True, default=1)
    last_attempt = fields.Datetime(readonly=True, default=fields.Datetime.now)
    original = fields.Binary(attachment=True, readonly=True)
    original_name = fields.Char(compute="_compute_original_name")
    original_preview = fields.Text(string="Original Mail", compute="_compute_original_preview")
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    ticket_id = fields.Many2one(comodel_name="helpdesk.ticket", readonly=True)
    # how to call the gateway again
    gateway_values = fields.Json(readonly=True, groups="base.group_system")

    def _compute_original_name(self) -> None:
        for mail in self:
            mail.original_name = f"mail-{mail.id}.eml"

    @api.depends("original")
    def _compute_original_preview(self) -> None:
        for mail in self.with_context(bin_size=False):
            raw = mail._get_raw()
            text = raw[:PREVIEW_BYTES].decode(errors="replace").replace("\0", "")
            mail.original_preview = text + ("\n…" if len(raw) > PREVIEW_BYTES else "")

    # ------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------

    def action_retry(self) -> dict:
        """Process the mails again, each by itself."""
        self._check_manager()
        waiting_sudo = self.sudo().filtered(lambda mail: mail.state == "waiting")
        for mail_sudo in waiting_sudo:
            mail_sudo._retry()
        done = len(waiting_sudo.filtered(lambda mail: mail.state == "done"))
        failed = len(waiting_sudo) - done
        if failed:
            message = self.env._(
                "%(done)s processed, %(failed)s failed again. The reason is on the mail.",
                done=done,
                failed=failed,
            )
        else:
            message = self.env._("%(done)s processed.", done=done)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning" if failed else "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_discard(self) -> None:
        self._check_manager()
        self.sudo().filtered(lambda mail: mail.state == "waiting")._close("discarded")

    def action_restore(self) -> None:
        """Take a discarded mail back."""
        self._check_manager()
        discarded_sudo = self.sudo().filtered(lambda mail: mail.state == "discarded")
        discarded_sudo.write({"state": "waiting"})

    def action_open_ticket(self) -> dict:
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "view_mode": "form",
        }

    def _check_manager(self) -> None:
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager"):
            raise AccessError(self.env._("Only helpdesk managers may work on quarantined mails."))

    # ------------------------------------------------------------
    # Business
    # ------------------------------------------------------------

    @api.model
    def _guard_keep(
        self, raw: bytes, error: Exception, *, model: str | None, **gateway_values
    ) -> "SupportGuardQuarantine":
        """Keep the mail if the helpdesk was to get it; otherwise nothing is kept.

        Called in superuser mode by the gateway, after what the mail had done was undone.
        """
        # compat32 reads what the gateway's own policy may have stumbled over
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
        thread = self.env["mail.thread"]
        alias = thread._guard_find_alias(message)
        if model != "helpdesk.ticket" and not alias and not thread._guard_answers_ticket(message):
            return self.browse()
        _logger.warning("A mail to the helpdesk goes to quarantine", exc_info=error)
        message_id = _header(message, "Message-Id")
        values = {
            "error": f"{type(error).__name__}: {error}".replace("\0", "")[:500],
            "error_detail": "".join(traceback.format_exception(error)).replace("\0", ""),
            "last_attempt": fields.Datetime.now(),
        }
        mail = self.search([("message_id", "=", message_id), ("state", "=", "waiting")], limit=1)
        if message_id and mail:  # the mail server has sent it again
            mail.write({**values, "attempts": mail.attempts + 1})
            return mail
        server_id = self.env.context.get("default_fetchmail_server_id")
        # values of the mail's own record must not be taken from the gateway's context
        mail = self.with_context(default_fetchmail_server_id=False, mail_create_nosubscribe=True).create(
            {
                **values,
                "subject": _header(message, "Subject") or self.env._("(no subject)"),
                "email_from": _header(message, "From"),
                "email_to": _header(message, "To"),
                "message_id": message_id,
                "original": base64.b64encode(raw),
                "company_id": self._find_company(alias).id,
                "gateway_values": json.loads(
                    json.dumps(
                        {
                            **gateway_values,
                            "model": model or None,
                            "fetchmail_server_id": server_id or None,
                        },
                        default=str,
                    )
                ),
            }
        )
        mail._alert()
        return mail

    @api.model
    def _find_company(self, alias: models.BaseModel) -> models.BaseModel:
        try:
            defaults = ast.literal_eval(alias.alias_defaults or "{}")
            team = self.env["helpdesk.ticket.team"].browse(defaults.get("team_id"))
            return team.exists().company_id
        except (AttributeError, SyntaxError, TypeError, ValueError):
            return self.env["res.company"]

    def _get_raw(self) -> bytes:
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).original or b"")

    def _retry(self) -> None:
        self.ensure_one()
        values = dict(self.gateway_values or {})
        server_id = values.pop("fetchmail_server_id", None)
        context = {"guard_gateway": True, "mail_create_nosubscribe": False}
        if server_id:
            context["fetchmail_cron_running"] = True
            context["default_fetchmail_server_id"] = server_id
        gateway = self.env["mail.thread"].with_user(self.env.ref("base.user_root")).with_context(**context)
        try:
            raw = self._get_raw()
            if not raw:
                # of an empty mail the gateway would make an empty ticket, and this one would count as processed
                raise FileNotFoundError(self.env._("The original of this mail is missing in the file store."))
            with self.env.cr.savepoint():
                gateway.message_process(message=raw, **values)
        except Exception as error:
            _logger.info("Quarantined mail %s failed again", self.id, exc_info=True)
            self.write(
                {
                    "error": f"{type(error).__name__}: {error}".replace("\0", "")[:500],
                    "error_detail": "".join(traceback.format_exception(error)).replace("\0", ""),
                    "attempts": self.attempts + 1,
                    "last_attempt": fields.Datetime.now(),
                }
            )
            return
        message = self.env["mail.message"].search(
            [
                ("message_id", "=", self.message_id),
                ("model", "=", "helpdesk.ticket"),
            ],
            limit=1,
        )
        self.ticket_id = message.res_id if self.message_id else False
        self._close("done")

    def _close(self, state: str) -> None:
        self.write({"state": state, "last_attempt": fields.Datetime.now()})
        self.activity_unlink(["mail.mail_activity_data_todo"])
        # who has dealt with this one is told of the next
        self.search([("state", "=", "waiting")], order="id", limit=1)._alert()

    def _alert(self) -> None:
        """Tell the helpdesk managers, once, however many mails fail: nobody who has an
        activity for a quarantined mail gets another.
        """
        if not self:
            return
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                for user in self._get_users_to_alert():
                    self.activity_schedule(
                        "mail.mail_activity_data_todo",
                        user_id=user.id,
                        summary=self.env._("Mail in quarantine"),
                        note=self.env._(
                            "A mail to the helpdesk could not be processed. Look at the "
                            "reason, then have it processed again or discard it. There "
                            "may be more of them under Helpdesk → Configuration → "
                            "Quarantine."
                        ),
                    )
        except Exception:
            # the mail is safe; that nobody was told must not lose it
            _logger.exception("The alert for quarantined mail %s failed", self.id)

    def _get_users_to_alert(self) -> models.BaseModel:
        """Hook: who is told of a mail in quarantine."""
        group = self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        users = group.all_user_ids.filtered(
            lambda user: user.active and not user.share and (not self.company_id or self.company_id in user.company_ids)
        )
        told = self.env["mail.activity"].search([("res_model", "=", self._name)])
        return users - told.user_id

    @api.autovacuum
    def _gc_quarantine(self) -> None:
        """What is dealt with is not kept for ever: mails are personal data."""
        limit = fields.Datetime.now() - datetime.timedelta(days=KEEP_DAYS)
        self.search([("state", "!=", "waiting"), ("last_attempt", "<", limit)], limit=1000).unlink()


def _header(message: Message, name: str) -> str:
    """The header for people to read, whatever is wrong with it."""
    value = message.get(name)
    if value is None:
        return ""
    try:
        text = str(make_header(decode_header(str(value))))
    except (LookupError, ValueError):  # unknown charset, broken encoding
        text = str(value)
    text = text.encode("utf-8", errors="replace").decode()
    return " ".join(text.replace("\0", "").split())[:1000]
