from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given
from odoo.addons.support_sla.tools import facts, likeness
from odoo.fields import Domain


class HelpdeskTicket(models.Model):
    """A ticket that a conversation became (D-1), and conversations that look like a ticket (D-14)."""

    _inherit = "helpdesk.ticket"

    dialog360_chat_id = fields.Many2one(
        "discuss.channel",
        string="Conversation",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
    )
    dialog360_chat_number = fields.Char(
        string="Chat", copy=False, readonly=True, index="btree_not_null", help="As the client sees it in the chat."
    )
    dialog360_chat_last_id = fields.Many2one(
        "mail.message",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
        help="The last message that the description repeats.",
    )
    dialog360_double_chat_id = fields.Many2one(
        "discuss.channel",
        string="Looks Like the Chat",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
        help="A conversation with the same client that is going on and is probably about the same issue.",
    )
    dialog360_double_chat_number = fields.Char(related="dialog360_double_chat_id.dialog360_number", compute_sudo=True)

    _dialog360_chat_unique = models.UniqueIndex("(dialog360_chat_id) WHERE dialog360_chat_id IS NOT NULL")

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {
            "dialog360_chat_id",
            "dialog360_chat_number",
            "dialog360_chat_last_id",
            "dialog360_double_chat_id",
        }

    def _support_observe(self, now: datetime) -> list[dict[str, Any]]:
        first = not self.support_phase
        rows = super()._support_observe(now)
        chat_id = given(self.env, "dialog360_chat") if first else None
        if chat_id:
            rows += self.env["discuss.channel"].sudo().browse(chat_id)._dialog360_prepare_facts(self)
        return rows

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        raised = {row["ticket_id"] for row in rows if row["kind"] == facts.RAISED}
        fresh = self.browse(sorted(raised)).filtered("dialog360_ticket")
        chat = self.env["discuss.channel"].browse(given(self.env, "dialog360_chat") or [])
        for ticket in fresh if chat else ():
            # before anybody is told of the new ticket
            ticket._support_set(
                {
                    "dialog360_chat_id": chat.id,
                    "dialog360_chat_number": chat.sudo().dialog360_number,
                    "dialog360_chat_last_id": chat.sudo().message_ids.sorted("id")[-1:].id,
                    "support_secrets_masked": chat.sudo().dialog360_masked,
                }
            )
        result = super()._support_after_facts(rows, now)
        for ticket in fresh if not chat and not given(self.env, "support_no_notify") else ():
            ticket._dialog360_flag_chat(ticket._dialog360_find_double_chats()[:1])
        return result

    # --- about the same (D-14) ----------------------------------------------------------------------

    def _dialog360_find_double_chats(self):
        """Conversations of the same client that are going on and are probably about this one's issue; with sudo."""
        self.ensure_one()
        domain = [("livechat_channel_id.dialog360_team_id.support_provider_id", "=", self.support_provider_id.id)]
        return self.env["discuss.channel"]._dialog360_find_alike(
            likeness.words(self.name or ""), self.commercial_partner_id, Domain(domain)
        )

    def _dialog360_flag_chat(self, chat) -> None:
        """D-14: a ticket was opened while the client chats about the same: agents see it on both sides, and the client
        is asked to go on in one place. With sudo."""
        self.ensure_one()
        if not chat or self.dialog360_split_id or given(self.env, "dialog360_split"):
            return
        self._support_set({"dialog360_double_chat_id": chat.id})
        self._message_log(body=self.env._("This looks like the chat %s, which is going on.", chat.dialog360_number))
        chat._dialog360_tell_double(self)

    def action_dialog360_no_double_chat(self):
        """It is about something else: the flag goes."""
        self.check_access("write")
        for ticket_sudo in self.sudo().filtered("dialog360_double_chat_id"):
            ticket_sudo._message_log(
                body=self.env._("About something else than the chat %s.", ticket_sudo.dialog360_double_chat_number),
                author_id=self.env.user.partner_id.id,
            )
            ticket_sudo._support_set({"dialog360_double_chat_id": False})

    @api.model
    def _support_portal_find_similar(self, typed, user):
        """D-14: conversations that are going on count as open tickets do."""
        found = super()._support_portal_find_similar(typed, user)
        # sudo: of the reader's own company, in words
        chats_sudo = self.env["discuss.channel"]._dialog360_find_alike(typed, user.partner_id.commercial_partner_id)
        # the widget with the conversation is on every page of the client's portal
        return found + [
            {"id": f"chat-{chat.id}", "number": chat.dialog360_number, "name": chat.dialog360_subject, "url": "/my"}
            for chat in chats_sudo
        ]

    # --- buttons ------------------------------------------------------------------------------------

    def action_dialog360_open_chat(self):
        """Open the conversation in a chat window."""
        self.ensure_one()
        self.check_access("read")
        chat = self.dialog360_chat_id or self.dialog360_double_chat_id
        if chat:
            chat.action_dialog360_open()

    def _support_portal_get_facts(self):
        rows = super()._support_portal_get_facts()
        if self.dialog360_chat_number:
            rows.append({"label": self.env._("Chat"), "text": self.dialog360_chat_number})
        return rows
