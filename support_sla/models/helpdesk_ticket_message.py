from typing import Any

from markupsafe import Markup
from odoo import api, models
from odoo.tools import is_html_empty

from ..tools import facts
from .support_context import given, inside

#: Message-Ids of the mails that raise tickets in this transaction
RAISING = "support_raising_mails"


class HelpdeskTicket(models.Model):
    """What is said on a ticket, as facts; and what an answer of the customer sets in motion."""

    _inherit = "helpdesk.ticket"

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        if not given(self.env, "support_no_sync"):
            self._support_hear(message.sudo())
        return result

    def _message_track_post_template(self, changes):
        # a stage's template: nobody has answered
        automatic = self.with_context(**inside(support_automatic=True))
        return super(HelpdeskTicket, automatic)._message_track_post_template(changes)

    def _message_mail_after_hook(self, mails):
        # written to several tickets at once from the list: these mails are not posted
        result = super()._message_mail_after_hook(mails)
        if not given(self.env, "support_automatic") and not given(self.env, "support_no_sync"):
            for message in mails.sudo().mail_message_id:
                if message.author_id and not message.author_id.partner_share:
                    self.browse(message.res_id)._support_hear(message, facts.MESSAGE_OUT)
        return result

    def _support_hear(self, message, kind: str | None = None):
        """Record a message that was posted on this ticket (E-1.2: who says what counts).

        :param kind: of the fact, when it is known
        """
        self.ensure_one()
        kind = kind or self._support_classify(message)
        if not kind:
            return
        ticket = self.sudo()
        if not ticket.support_raised:
            ticket._support_sync()
        data = {"message": message.id}
        if given(self.env, "support_acknowledgement"):
            data["acknowledgement"] = True
        if kind == facts.MESSAGE_OUT and not ticket._support_is_substantive(message):
            data["substantive"] = False
        side = {
            facts.MESSAGE_IN: facts.CUSTOMER,
            facts.MESSAGE_AUTO: facts.SYSTEM,
        }.get(kind, facts.STAFF)
        # what raised the ticket was said then, and answers nothing that the ticket asked for at once
        raising = message.message_id in self.env.cr.precommit.data.get(RAISING, ())
        moment = ticket.support_raised if raising else None
        ticket._support_add_fact(
            kind, data, side=side, moment=moment, message_id=message.id, key=f"message:{message.id}"
        )
        if ticket.support_merged_into_id:
            ticket._support_pass_on(message, kind)
        elif kind == facts.MESSAGE_IN and not raising:
            ticket._support_customer_wrote(message)

    def _support_classify(self, message) -> str | None:
        """Which kind of fact a message is, or None if it says nothing (tracking values).

        Automatic: written by a machine whatever its author field says. Staff: the author has an
        internal user and is not the customer. A message of staff without a word or a file is none.
        **Hook**: a provider with its own idea of "substantive" extends it.
        """
        if message.message_type in ("notification", "user_notification"):
            return None
        root = self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root")
        automatic = (
            message.message_type in ("auto_comment", "out_of_office")
            or message.author_id.id == root
            or self._support_is_automatic(message)
        )
        internal = message.is_internal or message.subtype_id.internal or not message.subtype_id
        if automatic:
            return None if internal else facts.MESSAGE_AUTO
        staff = bool(message.author_id) and not message.author_id.partner_share
        if internal:
            return facts.NOTE if staff else None
        if not staff or message.author_id == self.sudo().partner_id:
            return facts.MESSAGE_IN
        return None if is_html_empty(message.body) and not message.attachment_ids else facts.MESSAGE_OUT

    def _support_is_substantive(self, message) -> bool:
        """Whether a message of staff to the customer can be the first response (E-1.2, D-5); it counts as an answer and
        as news in any case. **Hook**: a provider that promises more than a word answers False for less. Asked with
        sudo, once, when the message is recorded.
        """
        return True

    def _support_is_automatic(self, message) -> bool:
        """Whether an inbound mail was recognised as written by a machine (support_guard, G-5)."""
        return bool("guard_automatic" in message._fields and message.guard_automatic)

    def _support_customer_wrote(self, message):
        """The customer's message is recorded; the stage follows, or a follow-up ticket is made (E-3.4)."""
        self.ensure_one()
        provider = self.support_provider_id
        if not provider:
            return
        if self.support_phase in (facts.WAITING_CUSTOMER, facts.RESOLVED):
            stage = self._support_get_answered_stage()
            if stage and stage != self.stage_id:
                self.with_context(**inside(support_side=facts.CUSTOMER)).stage_id = stage
        elif self.support_phase in (facts.CLOSED, facts.CANCELLED):
            if provider.closed_reply == "follow_up":
                self._support_make_follow_up(message)
            elif provider.closed_reply == "reopen":
                stage = (
                    provider.answered_stage_id
                    or self.team_id._get_applicable_stages().filtered(
                        lambda stage: stage.support_phase in (facts.NEW, facts.OPEN)
                    )[:1]
                )
                if stage:
                    self.with_context(**inside(support_side=facts.CUSTOMER)).stage_id = stage

    def _support_get_answered_stage(self):
        """Where this ticket, waiting for its customer or resolved, goes when the customer writes; empty: it stays.
        **Hook**: a provider whose requests stand in line may send one there that nobody has begun."""
        self.ensure_one()
        return self.support_provider_id.answered_stage_id

    def _support_make_follow_up(self, message):
        """A closed ticket stays closed: what the customer wrote becomes a ticket linked to it, or goes to
        the one that was made before (E-3.4)."""
        self.ensure_one()
        follow_up = self.support_follow_up_ids.filtered(
            lambda ticket: (
                ticket.support_phase not in (facts.CLOSED, facts.CANCELLED) and ticket.partner_id == self.partner_id
            )
        )[:1]
        if follow_up:
            follow_up._support_repost(message)
            return follow_up
        follow_up = self._support_create_follow_up(message.body, facts.CUSTOMER)
        message.attachment_ids.copy({"res_model": follow_up._name, "res_id": follow_up.id})
        follow_up.message_subscribe(message.author_id.ids)
        self.message_post(
            body=self.env._("The customer wrote after closing: see the follow-up %s.", follow_up._get_html_link()),
            message_type="notification",
        )
        return follow_up

    def _support_create_follow_up(self, description, side: str):
        """A new ticket about the same thing, linked to this one.

        :param side: who raises it
        """
        self.ensure_one()
        # without an entitlement it is kept as a mail is: what was written must not be lost
        raising = self.with_context(**inside(support_side=side, support_by_mail=True), mail_create_nosubscribe=True)
        return raising.create(
            {
                "name": self.name,
                "description": description or Markup("<p></p>"),
                "team_id": self.team_id.id,
                "partner_id": self.partner_id.id,
                "partner_name": self.partner_name,
                "partner_email": self.partner_email,
                "category_id": self.category_id.id,
                "channel_id": self.channel_id.id,
                "company_id": self.company_id.id,
                "support_service_id": self.support_service_id.id,
                "support_origin_id": self.id,
            }
        )

    def _support_route_reply(self, message_dict: dict[str, Any]) -> tuple[int, dict[str, Any]] | None:
        """Where a mail goes that answers this ticket. **Hook**: a provider that takes answers only from some people
        says so here, before anything is stored (D-15). Asked with sudo; not about mails of machines.

        :param message_dict: of the gateway (``email_from``, ``body`` …); ``message_new`` finds what is added to it
        :return: None: here. Else the id of another ticket, or 0 for a new one with these values
        """
        self.ensure_one()
        return None

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        # the gateway works as the author's user if there is one, and the helpdesk assigns tickets to their creator:
        # a customer with a portal user would be the agent of the own ticket
        custom_values = {"user_id": False, **(custom_values or {})}
        if not custom_values.get("channel_id"):
            # the helpdesk knows it only of mails that Odoo fetches itself; promises may depend on it (D-4)
            channel_id = self.env["ir.model.data"]._xmlid_to_res_id("helpdesk_mgmt.helpdesk_ticket_channel_email")
            if channel_id:
                custom_values["channel_id"] = channel_id
        # the mail that raises a ticket is not an answer to it
        raising = self.with_context(**inside(support_side=facts.CUSTOMER, support_by_mail=True))
        self.env.cr.precommit.data.setdefault(RAISING, set()).add(msg_dict.get("message_id"))
        return super(HelpdeskTicket, raising).message_new(msg_dict, custom_values=custom_values)
