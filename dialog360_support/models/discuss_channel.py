from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape
from odoo import api, fields, models
from odoo.addons.mail.tools.discuss import Store
from odoo.addons.support_sla.models.helpdesk_ticket_portal_search import SEARCH_LENGTH
from odoo.addons.support_sla.models.support_masking import HTML, mask_values
from odoo.addons.support_sla.tools import facts, likeness
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import html2plaintext

#: what follows from what was said, and is entered by nobody
DERIVED = frozenset(
    {
        "dialog360_number",
        "dialog360_subject",
        "dialog360_began",
        "dialog360_waiting_since",
        "dialog360_masked",
        "dialog360_next_try",
        "dialog360_page_ids",
        "dialog360_last_side",
        "dialog360_last_at",
        "dialog360_reminded",
    }
)
#: texts of a conversation beside its messages
WORDS = ("name", "description", "livechat_note")
SUBJECT_LENGTH = 100
#: so many conversations of a client are compared, and so many are shown
COMPARED = 100
SHOWN = 3


class DiscussChannel(models.Model):
    """A conversation with a client of a provider (D-1): it has a number, answers from knowledge pages come at once, and
    nothing that looks like a password is ever stored (D-16)."""

    _inherit = "discuss.channel"

    dialog360_number = fields.Char(string="Chat", copy=False, readonly=True, index="btree_not_null")
    dialog360_subject = fields.Char(
        string="First Words", copy=False, readonly=True, help="What the client wrote first, shortened."
    )
    dialog360_began = fields.Datetime(
        string="Client Wrote First", copy=False, readonly=True, help="Promises count from here."
    )
    dialog360_waiting_since = fields.Datetime(
        string="Waits for an Answer Since", copy=False, readonly=True, index="btree_not_null"
    )
    dialog360_last_side = fields.Selection(
        [(facts.CUSTOMER, "Client"), (facts.STAFF, "Support")], string="Wrote Last", copy=False, readonly=True
    )
    dialog360_last_at = fields.Datetime(string="Last Message", copy=False, readonly=True)
    dialog360_reminded = fields.Boolean(
        copy=False, readonly=True, help="The client was told that we wait for an answer."
    )
    dialog360_masked = fields.Boolean(string="Secret Masked", copy=False, readonly=True)
    dialog360_page_ids = fields.Many2many(
        "document.page",
        "discuss_channel_dialog360_page_rel",
        string="Instant Answers",
        copy=False,
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Knowledge pages that were offered before anybody had answered.",
    )

    def _dialog360_filter(self):
        """Those of these conversations that are requests for support, with sudo."""
        return self.sudo().filtered(
            lambda channel: channel.channel_type == "livechat" and channel.livechat_channel_id.dialog360_team_id
        )

    def _dialog360_get_provider(self):
        """With sudo."""
        return self.livechat_channel_id.dialog360_team_id.support_provider_id

    def _dialog360_get_client(self):
        """The client who opened this conversation; with sudo."""
        self.ensure_one()
        return self.livechat_customer_partner_ids.filtered("partner_share").sorted("id")[:1]

    # --- what nobody enters, what nobody stores ---------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(DERIVED & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("What is known of a chat follows from what was said in it."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and DERIVED & vals.keys():
            raise AccessError(self.env._("What is known of a chat follows from what was said in it."))
        names = [name for name in WORDS if vals.get(name)]
        if names and self._dialog360_filter_masking():
            vals = dict(vals)
            mask_values(vals, names, {"livechat_note"})
        return super().write(vals)

    def _dialog360_filter_masking(self):
        """Those whose provider has secrets masked, with sudo (D-16)."""
        masking = self.env["support.provider"]._get_masking()
        if not masking:
            return self.sudo().browse()
        return self._dialog360_filter().filtered(lambda chat: chat._dialog360_get_provider().id in masking)

    @api.model
    def _dialog360_mask_messages(self, values_list: Sequence[dict[str, Any]]) -> set[int]:
        """Mask subject and body in values of messages, in place (D-16).

        :return: ids of the conversations in which something was masked
        """
        found: set[int] = set()
        if not self.env["support.provider"]._get_masking():
            return found
        for values in values_list:
            if values.get("model") != self._name or not values.get("res_id"):
                continue
            chat_id = int(values["res_id"])
            chat = self.browse(chat_id)._dialog360_filter_masking()
            if chat and mask_values(values, ("subject", "body", "record_name"), HTML):
                found.add(chat_id)
        return found

    def _message_create(self, values_list):
        # in place: the browser, the bus and a push notification get these values, not the stored ones
        found = self._dialog360_mask_messages(values_list)
        messages = super()._message_create(values_list)
        self.browse(sorted(found))._dialog360_note_masked()
        return messages

    def _dialog360_note_masked(self) -> None:
        """Something was masked in these conversations: who wrote it is told once each (D-16)."""
        for chat_sudo in self.sudo().filtered(lambda chat: not chat.dialog360_masked):
            chat_sudo.dialog360_masked = True
            # said after the message that it is about, see message_post
            self.env.cr.precommit.data.setdefault("dialog360.masked", set()).add(chat_sudo.id)
        for ticket_sudo in self.sudo().dialog360_ticket_ids.filtered(lambda ticket: not ticket.support_secrets_masked):
            ticket_sudo._support_set({"support_secrets_masked": True})

    # --- what is said -----------------------------------------------------------------------------

    def message_post(self, **kwargs):
        message = super().message_post(**kwargs)
        chat_sudo = self._dialog360_filter()
        if len(chat_sudo) == 1:
            chat_sudo._dialog360_hear(message.sudo())
        return message

    def _dialog360_get_speaker(self, message) -> str | None:
        """Who said something in this conversation: a side of ``tools.facts``, None for a machine and for notices."""
        self.ensure_one()
        author = message.author_id
        root = self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root")
        machine = author.id in (root, self.livechat_channel_id.dialog360_partner_id.id)
        if message.message_type != "comment" or not author or machine or author in self.livechat_bot_partner_ids:
            return None
        return facts.CUSTOMER if author.partner_share else facts.STAFF

    def _dialog360_hear(self, message) -> None:
        """Somebody has said something: clocks and tickets follow. With sudo, after everybody in the chat was told."""
        self.ensure_one()
        now = self.env["support.event"]._now()
        speaker = self._dialog360_get_speaker(message)
        ticket = self._dialog360_get_ticket()
        if speaker:
            self.write({"dialog360_last_side": speaker, "dialog360_last_at": now, "dialog360_reminded": False})
        if speaker == facts.CUSTOMER and not self.dialog360_began:
            words = " ".join(html2plaintext(message.body or "").split())
            self.write(
                {
                    "dialog360_began": now,
                    "dialog360_waiting_since": now,
                    "dialog360_subject": words[:SUBJECT_LENGTH],
                }
            )
            self._dialog360_greet(words)
            self._dialog360_plan_ticket(now)
        elif speaker == facts.STAFF and self.dialog360_waiting_since and self._dialog360_is_substantive(message):
            self.dialog360_waiting_since = False
        if ticket and speaker:
            ticket._support_hear(message)
        self._dialog360_tell_masked(speaker)

    def _dialog360_is_substantive(self, message) -> bool:
        """D-5: whether this message of staff can be the first response."""
        team = self.livechat_channel_id.dialog360_team_id
        ticket = self._dialog360_get_ticket() or self.env["helpdesk.ticket"].sudo().new({"team_id": team.id})
        return ticket._support_is_substantive(message)

    def _dialog360_say(self, body: Markup, **kwargs) -> None:
        """The desk itself says something to everybody in the conversation; no response ever (D-5). With sudo."""
        self.ensure_one()
        author = self.livechat_channel_id.dialog360_partner_id or self.env.ref("base.partner_root")
        self.message_post(
            author_id=author.id,
            body=body,
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            **kwargs,
        )

    def _dialog360_for_client(self):
        """This conversation in its client's language, with sudo."""
        self.ensure_one()
        client = self.sudo()._dialog360_get_client()
        lang = self.livechat_lang_id.code if self.livechat_lang_id.active else client.lang
        return self.sudo().with_context(lang=lang or self.env.lang)

    def _dialog360_greet(self, words: str) -> None:
        """D-1: the number of the chat, and answers from knowledge pages before somebody takes over; D-14: what is open
        about the same. With sudo.

        :param words: what the client wrote first, plain
        """
        self.ensure_one()
        chat = self._dialog360_for_client()
        parts = [
            Markup("<p>%s</p>")
            % chat.env._(
                "Your chat has the number %s. Keep it for questions about this conversation.", self.dialog360_number
            )
        ]
        answers = chat._dialog360_find_answers(words)
        if answers:
            self.dialog360_page_ids = [fields.Command.set([answer["id"] for answer in answers])]
            parts.append(
                Markup("<p>%s</p><ul>%s</ul>")
                % (
                    chat.env._("Until somebody takes over, perhaps this answers it already:"),
                    Markup().join(
                        Markup('<li><a href="%s" target="_blank" rel="noopener">%s</a></li>')
                        % (answer["url"], answer["name"])
                        for answer in answers
                    ),
                )
            )
        double = chat._dialog360_find_double_tickets()[:1]
        if double:
            parts.append(
                Markup('<p>%s <a href="/my/ticket/%s" target="_blank" rel="noopener">%s</a></p>')
                % (
                    chat.env._("You have an open ticket that looks like the same. If it is, we go on there:"),
                    double.id,
                    f"{double.number} {double.name}",
                )
            )
            double._message_log(
                body=self.env._(
                    "The chat %(number)s of the same client looks like the same: “%(words)s”.",
                    number=self.dialog360_number,
                    words=self.dialog360_subject,
                )
            )
        chat._dialog360_say(Markup().join(parts))

    def _dialog360_find_answers(self, words: str) -> list[dict[str, Any]]:
        """Published answers that this client may read about ``words``: ``id``, ``name`` and ``url``. With sudo."""
        self.ensure_one()
        team = self.livechat_channel_id.dialog360_team_id
        offers = {self._dialog360_get_provider(): team}
        # the words stand in the address of the page as well
        return self.env["helpdesk.ticket"].sudo()._support_portal_find_answers(words[:SEARCH_LENGTH], offers)

    def _dialog360_tell_masked(self, speaker: str | None) -> None:
        masked = self.env.cr.precommit.data.get("dialog360.masked") or set()
        if self.id not in masked or not speaker:
            return
        masked.discard(self.id)
        if speaker == facts.CUSTOMER:
            chat = self._dialog360_for_client()
            chat._dialog360_say(
                Markup("<p>%s</p>")
                % chat.env._(
                    "A password or a key stood in your message. It was masked and is not stored: please change it, and "
                    "never write one to us."
                )
            )

    # --- about the same (D-14) ----------------------------------------------------------------------

    def _dialog360_find_double_tickets(self):
        """Open tickets of this client that are probably about the same, the closest first; with sudo."""
        self.ensure_one()
        return (
            self.env["helpdesk.ticket"]
            .sudo()
            ._dialog360_find_alike(
                self.dialog360_subject or "",
                self._dialog360_get_client().commercial_partner_id,
                self._dialog360_get_provider(),
            )
        )

    def _dialog360_tell_double(self, ticket) -> None:
        """The client has opened ``ticket`` about the same: read by the client and by whoever answers the chat."""
        self.ensure_one()
        chat = self._dialog360_for_client()
        chat._dialog360_say(
            Markup('<p>%s <a href="/my/ticket/%s" target="_blank" rel="noopener">%s</a></p>')
            % (
                chat.env._("A ticket was opened that looks like the same. If it is, we go on in one of them:"),
                ticket.id,
                f"{ticket.number} {ticket.name}",
            )
        )

    @api.model
    def _dialog360_find_open(self, customer, domain=Domain.TRUE):
        """Conversations of a client's company that are going on and have no ticket, the latest first; with sudo.

        :param customer: a commercial partner
        """
        return self.sudo().search(
            Domain("channel_type", "=", "livechat")
            & Domain("livechat_end_dt", "=", False)
            & Domain("dialog360_began", "!=", False)
            & Domain("dialog360_ticket_ids", "=", False)
            & Domain("livechat_customer_partner_ids.commercial_partner_id", "=", customer.id)
            & domain,
            order="id desc",
            limit=COMPARED,
        )

    @api.model
    def _dialog360_find_alike(self, typed: Sequence[str], customer, domain=Domain.TRUE):
        """Those of :meth:`_dialog360_find_open` that are about the words ``typed``, the closest first."""
        found = []
        for chat in self._dialog360_find_open(customer, domain) if typed and customer else ():
            count, _worth = likeness.score(typed, ((chat.dialog360_subject or "", 1),))
            # half of what was typed: one word in common does not make a duplicate of a sentence
            if count and count * 2 >= len(typed):
                found.append((count, chat.id))
        return self.sudo().browse(chat_id for _count, chat_id in sorted(found, reverse=True)[:SHOWN])

    # --- what the browser gets --------------------------------------------------------------------

    def _to_store_defaults(self, target: Store.Target):
        return [
            *super()._to_store_defaults(target),
            Store.Attr("dialog360_number", predicate=lambda channel: channel.channel_type == "livechat"),
        ]

    def _update_forwarded_channel_data(self, /, **kwargs):
        result = super()._update_forwarded_channel_data(**kwargs)
        if self.dialog360_number:
            self.name = f"{self.dialog360_number} {self.name}"
        return result

    def _dialog360_get_transcript(self, after=None) -> Markup:
        """What client and staff have said, in order, as safe HTML; notices and what the chat itself said are left out.
        With sudo.

        :param after: a ``mail.message``: only what came later
        """
        self.ensure_one()
        parts = []
        for message in self.message_ids.sorted("id"):
            if not self._dialog360_get_speaker(message) or (after and message.id <= after.id):
                continue
            lines = [line for line in html2plaintext(message.body or "").splitlines() if line.strip()]
            lines += [self.env._("[File: %s]", name) for name in message.attachment_ids.mapped("name")]
            parts.append(
                Markup("<p><strong>%s</strong> <small>%s</small><br/>%s</p>")
                % (
                    message.author_id.name,
                    fields.Datetime.to_string(message.date) + " UTC",
                    Markup("<br/>").join(escape(line) for line in lines),
                )
            )
        return Markup().join(parts)
