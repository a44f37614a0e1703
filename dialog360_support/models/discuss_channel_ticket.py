import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from markupsafe import Markup
from odoo import api, fields, models
from odoo.addons.mail.tools.discuss import Store
from odoo.addons.support_sla.models.support_context import inside
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext
from psycopg2 import OperationalError

CRON = "dialog360_support.ir_cron_chat"
#: how many conversations become tickets in one short transaction
BATCH = 20
#: when one that failed is tried again
LATER = timedelta(hours=1)

_logger = logging.getLogger(__name__)


class DiscussChannel(models.Model):
    """The ticket of a conversation: made by an agent, or by the desk when a promise is at stake (D-1, D-17)."""

    _inherit = "discuss.channel"

    dialog360_ticket_ids = fields.One2many(
        "helpdesk.ticket",
        "dialog360_chat_id",
        string="Tickets",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    dialog360_next_try = fields.Datetime(
        copy=False, readonly=True, help="Not before then: the last attempt to make a ticket of it has failed."
    )

    def _dialog360_get_ticket(self):
        """The ticket of this conversation, or the one that it was merged into; with sudo."""
        self.ensure_one()
        ticket_sudo = self.sudo().with_context(active_test=False).dialog360_ticket_ids.sorted("id")[:1]
        return ticket_sudo._support_get_survivor() if ticket_sudo else ticket_sudo

    # --- by hand ------------------------------------------------------------------------------------

    def execute_command_ticket(self, **kwargs):
        """``/ticket`` and the button of the conversation: make a ticket of it, or say which one it has.

        :param body: the command, with a title behind it if the agent has given one
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user_own"):
            raise AccessError(self.env._("Only agents of the helpdesk make tickets of chats."))
        title = html2plaintext(str(kwargs.get("body") or "")).strip().removeprefix("/ticket").strip()
        try:
            ticket, made = self._dialog360_make_ticket(title)
        except UserError as error:
            self.env.user._bus_send_transient_message(self, str(error))
            return
        link = ticket.with_env(self.env)._get_html_link()
        self.env.user._bus_send_transient_message(
            self,
            self.env._("Ticket made: %s", link) if made else self.env._("This chat has a ticket already: %s", link),
        )

    def _dialog360_make_ticket(self, title: str = ""):
        """The ticket of this conversation, made now if it has none; promises count from the client's first message, and
        what staff has said since then has answered. Access is checked by the caller.

        :return: the ticket (or the one it was merged into), in superuser mode, and whether it was made now
        :raise UserError: when this is no conversation with a client
        """
        self.ensure_one()
        chat_sudo = self._dialog360_filter()
        if not chat_sudo:
            raise UserError(self.env._("This is no chat with a client of a support desk."))
        if not chat_sudo.dialog360_began:
            raise UserError(self.env._("The client has not written anything yet, so there is nothing to do."))
        # two agents at once: the second transaction fails, is repeated by the server and finds the ticket
        self.env.cr.execute("UPDATE discuss_channel SET dialog360_began = dialog360_began WHERE id = %s", [self.id])
        ticket_sudo = chat_sudo._dialog360_get_ticket()
        if ticket_sudo:
            return ticket_sudo, False
        raising = (
            self.env["helpdesk.ticket"]
            .sudo()
            .with_context(
                **inside(support_side=facts.CUSTOMER, support_raised=chat_sudo.dialog360_began, dialog360_chat=self.id),
                mail_create_nosubscribe=True,
            )
        )
        ticket_sudo = raising.create(chat_sudo._dialog360_prepare_ticket(title))
        ticket_sudo = ticket_sudo.with_env(self.env(su=True))
        chat_sudo._dialog360_tell_ticket(ticket_sudo)
        return ticket_sudo, True

    def _dialog360_prepare_ticket(self, title: str) -> dict:
        """Values of the ticket of this conversation; with sudo."""
        self.ensure_one()
        team, client = self.livechat_channel_id.dialog360_team_id, self._dialog360_get_client()
        operators = self.livechat_operator_id.user_ids & team.user_ids
        channel = self.env.ref("dialog360_support.channel_chat", raise_if_not_found=False)
        return {
            "name": title or self.dialog360_subject or self.env._("Chat %s", self.dialog360_number),
            "description": self._dialog360_get_transcript(),
            "team_id": team.id,
            "partner_id": client.id,
            "partner_name": client.name,
            "partner_email": client.email,
            "channel_id": channel.id if channel else False,
            "dialog360_lang_id": self._dialog360_find_lang().id,
            "company_id": team.company_id.id or self.env.company.id,
            "user_id": (self.env.user & team.user_ids or operators)[:1].id,
        }

    def _dialog360_find_lang(self):
        """The language in which the client writes here, whatever agents write; with sudo."""
        self.ensure_one()
        said = [
            html2plaintext(message.body or "")
            for message in self.message_ids.sorted("id")
            if self._dialog360_get_speaker(message) == facts.CUSTOMER
        ]
        return self.env["helpdesk.ticket"]._dialog360_guess_lang(
            "\n".join(said),
            self._dialog360_get_provider(),
            self.livechat_lang_id.code or self._dialog360_get_client().lang,
        )

    def _dialog360_prepare_facts(self, ticket) -> list[dict]:
        """What was said so far as facts of ``ticket``, each at its own moment: rows as given to
        ``support.event._record``. They are recorded with the raising: what was answered in time is late at no moment.
        With sudo."""
        self.ensure_one()
        rows = []
        heard = False
        for message in self.message_ids.sorted("id"):
            speaker = self._dialog360_get_speaker(message)
            if speaker == facts.STAFF:
                rows.append(self._dialog360_prepare_row(ticket, message, facts.MESSAGE_OUT, speaker))
            elif speaker == facts.CUSTOMER and heard:
                rows.append(self._dialog360_prepare_row(ticket, message, facts.MESSAGE_IN, speaker))
            elif speaker == facts.CUSTOMER:
                heard = True  # has raised it
            elif message.message_type == "auto_comment":
                # D-5: an instant answer is no response, and the explanation of the promise says so
                rows.append(self._dialog360_prepare_row(ticket, message, facts.MESSAGE_AUTO, facts.SYSTEM))
        return rows

    def _dialog360_prepare_row(self, ticket, message, kind: str, side: str) -> dict:
        """A message of this conversation as a fact of ``ticket``: see ``support.event._record``."""
        data = {"message": message.id}
        if kind == facts.MESSAGE_OUT and not ticket._support_is_substantive(message):
            data["substantive"] = False
        return {
            "ticket_id": ticket.id,
            "kind": kind,
            "moment": max(message.date, self.dialog360_began),
            "side": side,
            "data": data,
            "message_id": message.id,
            "fact_key": f"message:{message.id}",
        }

    def _dialog360_tell_ticket(self, ticket) -> None:
        """D-1: the client reads in the chat under which number it goes on. With sudo."""
        self.ensure_one()
        if self.livechat_end_dt:
            return  # the confirmation of receipt says it
        chat = self._dialog360_for_client()
        chat._dialog360_say(
            Markup('<p>%s <a href="/my/ticket/%s" target="_blank" rel="noopener">%s</a></p>')
            % (chat.env._("This conversation has become a ticket:"), ticket.id, f"{ticket.number} {ticket.name}")
        )

    # --- by itself ------------------------------------------------------------------------------------

    def _dialog360_plan_ticket(self, now: datetime) -> None:
        """The client has written for the first time: a ticket now, or when nobody has answered in time. With sudo."""
        self.ensure_one()
        provider = self._dialog360_get_provider()
        if not provider.dialog360_chat_minutes:
            self._dialog360_make_ticket()
            return
        moments = [now + timedelta(minutes=provider.dialog360_chat_minutes)]
        if provider.dialog360_chat_hours:
            moments.append(now + timedelta(hours=provider.dialog360_chat_hours))
        self.env["support.health"]._wake(CRON, *moments)

    @api.model
    def _cron_dialog360_tickets(self):
        """Scheduled action: a ticket for every conversation whose promises would otherwise be watched by nobody, and
        an end to those in which the client is silent."""
        now = self.env["support.event"].with_context(support_now=False)._now()
        for batch in (self._dialog360_ticket_batch, self._dialog360_silence_batch):
            while True:
                done, left = batch(now)
                if not self.env["ir.cron"]._commit_progress(done, remaining=left) or not done:
                    break

    @api.model
    def _dialog360_silence_batch(self, now: datetime) -> tuple[int, int]:
        """D-12: in a conversation that waits for its client, the client is reminded after half of the provider's time,
        and it is closed after all of it.

        :param now: naive UTC
        :return: how many were told, and how many are left
        """
        silent = (
            Domain("dialog360_began", "!=", False)
            & Domain("livechat_end_dt", "=", False)
            & Domain("dialog360_last_side", "=", facts.STAFF)
            & self._dialog360_get_try_domain(now)
        )
        due = self.sudo().browse()
        for channel in self.env["im_livechat.channel"].sudo().search([("dialog360_team_id", "!=", False)], limit=100):
            hours = channel.dialog360_team_id.support_provider_id.dialog360_chat_close_hours
            if not hours:
                continue
            waits = silent & Domain("livechat_channel_id", "=", channel.id)
            over = waits & Domain("dialog360_last_at", "<=", now - timedelta(hours=hours))
            half = (
                waits
                & Domain("dialog360_last_at", "<=", now - timedelta(hours=hours / 2))
                & Domain("dialog360_reminded", "=", False)
            )
            due |= self.sudo().search(over | half, order="dialog360_last_at, id", limit=BATCH)
        for chat in due:
            chat._dialog360_try(partial(chat._dialog360_remind_or_close, now), now)
        return len(due), 0

    @api.model
    def _dialog360_get_try_domain(self, now: datetime) -> Domain:
        return Domain("dialog360_next_try", "=", False) | Domain("dialog360_next_try", "<=", now)

    def _dialog360_try(self, act: Callable[[], Any], now: datetime) -> None:
        """Do something with this conversation; if it fails it is put off, and the others do not wait for it."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                act()
        except OperationalError:
            raise  # somebody is writing there: the action comes again
        except Exception:
            _logger.exception("The chat %s is put off", self.id)
            self.env.invalidate_all()
            self.dialog360_next_try = now + LATER

    def _dialog360_remind_or_close(self, now: datetime) -> None:
        """With sudo."""
        self.ensure_one()
        chat = self._dialog360_for_client()
        close_at = self.dialog360_last_at + timedelta(hours=self._dialog360_get_provider().dialog360_chat_close_hours)
        if now < close_at:
            self.dialog360_reminded = True
            chat._dialog360_say(
                Markup("<p>%s</p>")
                % chat.env._(
                    "We wait for your answer. Without one this chat is closed; you can open another at any time."
                )
            )
            return
        chat._dialog360_say(
            Markup("<p>%s</p>")
            % chat.env._("We have not heard from you, so this chat is closed. Write to us in a new one at any time.")
        )
        self.livechat_end_dt = now
        Store(bus_channel=self).add(self, "livechat_end_dt").bus_send()
        self._dialog360_hand_in_rest()

    @api.model
    def _dialog360_get_due_domain(self, now: datetime) -> Domain:
        """Conversations without a ticket that wait for a first answer, or go on, for longer than their provider
        allows (D-17)."""
        due = Domain.FALSE
        channels = self.env["im_livechat.channel"].sudo().search([("dialog360_team_id", "!=", False)], limit=100)
        for channel in channels:
            provider = channel.dialog360_team_id.support_provider_id
            late = Domain("dialog360_waiting_since", "<=", now - timedelta(minutes=provider.dialog360_chat_minutes))
            if provider.dialog360_chat_hours:
                # most clients never close the window: one that owes us an answer is closed instead
                late |= (
                    Domain("livechat_end_dt", "=", False)
                    & Domain("dialog360_last_side", "=", facts.CUSTOMER)
                    & Domain("dialog360_began", "<=", now - timedelta(hours=provider.dialog360_chat_hours))
                )
            due |= Domain("livechat_channel_id", "=", channel.id) & late
        return (
            due
            & Domain("dialog360_began", "!=", False)
            & Domain("dialog360_ticket_ids", "=", False)
            & self._dialog360_get_try_domain(now)
        )

    @api.model
    def _dialog360_ticket_batch(self, now: datetime) -> tuple[int, int]:
        """:param now: naive UTC
        :return: how many tickets were made, and how many conversations are left
        """
        chats = self.sudo().with_context(active_test=False)
        domain = self._dialog360_get_due_domain(now)
        due = chats.search(domain, order="id", limit=BATCH)
        for chat in due:
            chat._dialog360_try(chat._dialog360_make_ticket, now)
        return len(due), chats.search_count(domain) if due else 0

    @api.model
    def _dialog360_settle(self, partner, page_id: int) -> None:
        """``partner`` says that an instant answer was enough: nobody has to answer in that conversation. With sudo."""
        self.search(
            [
                ("dialog360_waiting_since", "!=", False),
                ("dialog360_page_ids", "in", [page_id]),
                ("livechat_customer_partner_ids", "in", partner.ids),
            ],
            limit=10,
        ).dialog360_waiting_since = False

    def _close_livechat_session(self, **kwargs):
        result = super()._close_livechat_session(**kwargs)
        for chat_sudo in self._dialog360_filter():
            chat_sudo._dialog360_hand_in_rest()
        return result

    def _dialog360_hand_in_rest(self) -> None:
        """What was said after the ticket was made goes to it when the conversation is over. With sudo."""
        self.ensure_one()
        ticket = self._dialog360_get_ticket()
        rest = self._dialog360_get_transcript(ticket.dialog360_chat_last_id) if ticket else Markup()
        if rest:
            ticket._message_log(
                body=Markup("<p>%s</p>%s")
                % (
                    self.env._("The chat %s is over. What was said after the ticket was made:", self.dialog360_number),
                    rest,
                )
            )

    # --- what the browser gets --------------------------------------------------------------------

    def _to_store_defaults(self, target: Store.Target):
        fields_ = super()._to_store_defaults(target)
        if target.is_internal(self.env):
            fields_.append(
                Store.Attr(
                    "dialog360_is_chat",
                    lambda channel: bool(channel._dialog360_filter()),
                    predicate=lambda channel: channel.channel_type == "livechat",
                )
            )
        return fields_

    def action_dialog360_open(self):
        """Open this conversation in a chat window."""
        self.ensure_one()
        self.check_access("read")
        Store(bus_channel=self.env.user).add(self, extra_fields={"open_chat_window": True}).bus_send()
