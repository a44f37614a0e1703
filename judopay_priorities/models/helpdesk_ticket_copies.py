import re
from email.utils import getaddresses

from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize
from odoo.tools.mail import single_email_re


class HelpdeskTicket(models.Model):
    """Copies of answers to further people of the merchant, openly or hidden (J-3).

    Answers go to the open addresses as recipients of their own whom everybody sees, so that "reply to
    all" reaches them. Hidden ones get a mail each that names nobody else, and leave no trace on the
    message that a customer could read.
    """

    _inherit = "helpdesk.ticket"

    judopay_email_bcc = fields.Char(
        string="Email bcc",
        groups="base.group_user",
        help="Get a copy of every answer. Nobody else learns of them.",
    )

    @api.constrains("email_cc", "judopay_email_bcc")
    def _check_judopay_addresses(self):
        if self.env.context.get("guard_inbound"):
            return  # a mail is never lost because of who else it was sent to
        for ticket in self._judopay_filter():
            for field, text in (("Cc", ticket.email_cc), ("Bcc", ticket.judopay_email_bcc)):
                junk = self._judopay_read_addresses(text)[1]
                if junk:
                    raise ValidationError(
                        self.env._(
                            "%(field)s: “%(junk)s” is no e-mail address. Separate several addresses by commas.",
                            field=field,
                            junk=", ".join(junk),
                        )
                    )

    @api.model
    def _judopay_read_addresses(self, text: str | bool) -> tuple[list[str], list[str]]:
        """The addresses of a list as somebody typed it, normalized, each once; and what is none."""
        found: dict[str, None] = {}
        junk = []
        text = re.sub(r"\s*[,;][,;\s]*", ",", (text or "").strip()).strip(", ")
        if "\n" in text or "\r" in text:
            return [], [text]  # nobody types a line break here; in a mail it would begin another header
        for name, address in getaddresses([text]) if text else ():
            if not name and not address:
                junk.append(text)  # Python gives up on the whole list
                break
            normal = email_normalize(address)
            if normal and single_email_re.match(address):
                found[normal] = None
            elif name or address:
                wrong = address or name
                # as it was typed: the parser stops at a space
                junk.append(next((part.strip() for part in text.split(",") if wrong in part), wrong))
        return list(found), junk

    def _judopay_get_copies(self, text: str | bool, message, known: set[str]) -> list[dict]:
        """Recipients for the addresses of ``text`` who do not get the message anyway.

        :param known: normalized addresses that get it
        :return: as ``mail.thread._notify_get_recipients`` has them
        """
        self.ensure_one()
        addresses = self._judopay_read_addresses(text)[0]
        if not addresses or self._support_classify(message.sudo()) != facts.MESSAGE_OUT:
            return []
        # our own addresses would answer ourselves
        aliases = self.env["mail.alias"].sudo().search([("alias_full_name", "in", addresses)])
        left_out = known | set(aliases.mapped("alias_full_name")) | {email_normalize(message.sudo().email_from or "")}
        for sent in (message.sudo().incoming_email_to, message.sudo().incoming_email_cc):
            left_out.update(self._judopay_read_addresses(sent)[0])
        return [
            {
                "active": True,
                "email_normalized": address,
                "id": False,
                "is_follower": False,
                "name": address,
                "lang": False,
                "groups": [],
                "notif": "email",
                "share": True,
                "type": "customer",
                "uid": False,
                "ushare": False,
            }
            for address in addresses
            if address not in left_out
        ]

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if len(self) == 1 and self.email_cc and self.judopay_ticket and not kwargs.get("notify_skip_followers"):
            known = {data["email_normalized"] for data in recipients}
            recipients = recipients + self._judopay_get_copies(self.email_cc, message, known)
        return recipients

    def _notify_thread_by_email(self, message, recipients_data, *, msg_vals=False, **kwargs):
        result = super()._notify_thread_by_email(message, recipients_data, msg_vals=msg_vals, **kwargs)
        # sudo: whoever answers, the hidden addresses get their copy
        hidden = self.sudo().judopay_email_bcc if len(self) == 1 and self.judopay_ticket else False
        if hidden and not kwargs.get("notify_skip_followers"):
            known = {data["email_normalized"] for data in recipients_data}
            for copy in self._judopay_get_copies(hidden, message, known):
                # one by one: they do not learn of each other either
                super()._notify_thread_by_email(message, [copy], msg_vals=msg_vals, **kwargs)
                self.env["mail.notification"].sudo().search(
                    [
                        ("mail_message_id", "=", message.id),
                        ("mail_email_address", "=", copy["email_normalized"]),
                    ]
                ).unlink()
        return result
