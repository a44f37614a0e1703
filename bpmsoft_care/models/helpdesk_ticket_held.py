from typing import Any

from odoo import models
from odoo.addons.support_sla.models.support_context import given, inside
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError

from .helpdesk_ticket_authorised import ASKED, AUTHORISED, CONFIRMED, HELD, PASSED, REGISTERED
from .helpdesk_ticket_form import INCOMPLETE


class HelpdeskTicket(models.Model):
    """What becomes of a request that the authorised person has not sent (B-5). Access is checked by the callers."""

    _inherit = "helpdesk.ticket"

    def action_bpmsoft_decide(self):
        """Open the wizard that decides about a request that is held back."""
        action = self._support_open_wizard("bpmsoft.held.wizard", self.env._("Decide About a Held Request"))
        self._bpmsoft_check_held(HELD, ASKED)
        return action

    def _bpmsoft_may_return(self):
        """B-8: nobody is asked to complete what is not taken on."""
        return super()._bpmsoft_may_return() and not self.sudo()._bpmsoft_is_held()

    def _bpmsoft_check_held(self, *standings: str) -> None:
        """:raise UserError: when somebody else has decided meanwhile"""
        self.ensure_one()
        # two who decide at once: the second waits here and then sees what the first decided
        self.env.cr.execute("SELECT id FROM helpdesk_ticket WHERE id = %s FOR UPDATE", [self.id])
        self.sudo().invalidate_recordset(["bpmsoft_standing"])
        if self.sudo().bpmsoft_standing not in standings:
            raise UserError(self.env._("%s is not held back any more: it was decided meanwhile.", self.number))

    def _bpmsoft_decide(self, standing: str, note: str, side: str) -> None:
        note = self._support_mask_said(note)
        self.sudo()._support_set(
            {
                "bpmsoft_standing": standing,
                "bpmsoft_decided_by_id": self.env.uid,
                "bpmsoft_decided_at": self.env["support.event"]._now(),
                "bpmsoft_decision_note": note,
            }
        )
        if standing in (PASSED, CONFIRMED, AUTHORISED, REGISTERED):
            self.sudo()._support_take_on(side)
            if standing != REGISTERED:
                self.sudo()._bpmsoft_return(INCOMPLETE)

    def _bpmsoft_pass(self, reason: str) -> None:
        """Let it through although somebody else has sent it; clocks start now.

        :param reason: kept, for colleagues
        :raise UserError: without a reason, or while it is of no client with a contract
        """
        self._bpmsoft_check_held(HELD, ASKED)
        if not reason:
            raise UserError(self.env._("Say why this request is let through: it is kept on the ticket."))
        if not self.sudo()._bpmsoft_get_entitlement():
            raise UserError(
                self.env._(
                    "%s belongs to no client with a contract yet, so nothing could be promised. Choose a contact of "
                    "the client as its customer first, or ask the client's authorised person whether it is theirs.",
                    self.number,
                )
            )
        self._bpmsoft_decide(PASSED, reason, facts.STAFF)
        self._message_log(
            body=self.env._("Let through although not from the authorised person: %s", reason),
            author_id=self.env.user.partner_id.id,
        )

    def _bpmsoft_hand_over(self, entitlement=None, note: str = "") -> None:
        """Ask the authorised person, on the portal, whether it is a request of theirs.

        :param entitlement: of the client that it belongs to, where the sender is of no client
        :raise UserError: when nobody can be asked
        """
        self._bpmsoft_check_held(HELD)
        ticket_sudo = self.sudo()
        person = entitlement.sudo()._bpmsoft_get_contact() if entitlement else ticket_sudo._bpmsoft_get_authorised()
        if not person:
            raise UserError(
                self.env._(
                    "The client has no authorised person who could be asked: record one on its entitlement first."
                )
            )
        if not person.email_normalized:
            raise UserError(self.env._("%s has no e-mail address to be asked at.", person.display_name))
        self._bpmsoft_decide(ASKED, note, facts.STAFF)
        ticket_sudo._bpmsoft_give_to(person)
        ticket_sudo._bpmsoft_enqueue("own", key=f"bpmsoft_own:{ticket_sudo.bpmsoft_decided_at}")
        self._message_log(
            body=self.env._("%s is asked on the portal whether this is a request of theirs.", person.display_name),
            author_id=self.env.user.partner_id.id,
        )

    def _bpmsoft_give_to(self, person) -> None:
        """``person`` is whom these tickets are for; links in earlier mails open them no longer."""
        for ticket in self:
            former = ticket.partner_id
            ticket.write({"partner_id": person.id, "partner_name": person.name, "partner_email": person.email})
            if former != person:
                ticket._guard_reset_token()
                ticket.message_unsubscribe(former.ids)
            ticket.message_subscribe(person.ids)

    def _bpmsoft_confirm(self, user) -> str:
        """The authorised person makes the request their own, on the portal; it counts from now on.

        :return: what the page says afterwards
        """
        self._bpmsoft_check_asked(user)
        self._bpmsoft_decide(CONFIRMED, "", facts.CUSTOMER)
        self._message_log(body=self.env._("Confirmed as their own request."), author_id=user.partner_id.id)
        return self.env._("Thank you: this is your request now, and it counts from this moment.")

    def _bpmsoft_disown(self, user, comment: str) -> str:
        """The authorised person says that it is no request of theirs: colleagues decide again."""
        self._bpmsoft_check_asked(user)
        comment = self._support_mask_said(comment.strip()[:20000])
        self._bpmsoft_decide(HELD, comment, facts.CUSTOMER)
        ticket_sudo = self.sudo()
        if ticket_sudo.bpmsoft_raiser_id:
            ticket_sudo._bpmsoft_give_to(ticket_sudo.bpmsoft_raiser_id)
        self._message_log(body=self.env._("Not a request of theirs. %s", comment), author_id=user.partner_id.id)
        intent = self.sudo()._support_tell_administrator("bpmsoft_disowned", comment=comment)
        recipient = self.sudo()._support_get_recipient()
        if recipient:
            intent["partner_id"] = recipient.partner_id.id
        self.env["support.notification"]._enqueue([{**intent, "kind": "role"}])
        return self.env._("Thank you for telling us: nobody works on it in your name.")

    def _bpmsoft_check_asked(self, user) -> None:
        if not user.share or user._is_public() or user.partner_id != self.sudo()._bpmsoft_get_authorised():
            raise UserError(self.env._("Only the authorised person of your company can answer that."))
        self._bpmsoft_check_held(ASKED)

    def _bpmsoft_let_in(self, person) -> None:
        """These held requests were sent by ``person``, who has become the authorised one (B-6)."""
        for ticket in self:
            if ticket.partner_id != person:
                ticket.sudo()._bpmsoft_give_to(person)
            ticket._bpmsoft_decide(AUTHORISED, self.env._("Has become the authorised person."), facts.STAFF)

    # --- a closed ticket is answered by somebody else -------------------------------------------------------

    def _support_make_follow_up(self, message):
        """What somebody else writes after the end is a request of its own, held back like any other of theirs."""
        if not self.bpmsoft_standing or not self._bpmsoft_is_ours() or self._bpmsoft_is_from_acting(message):
            return super()._support_make_follow_up(message)
        raiser = {"partner_id": message.author_id.id, "email": message.email_from or ""}
        ticket = self.with_context(**inside(bpmsoft_raiser=raiser))
        follow_up = ticket._support_create_follow_up(message.body, facts.CUSTOMER)
        follow_up.write(
            {
                "partner_id": message.author_id.id,
                "partner_name": message.author_id.name or message.email_from,
                "partner_email": message.author_id.email or message.email_from,
            }
        )
        self._message_log(
            body=self.env._(
                "Somebody else wrote after closing: see %s, which is held back.", follow_up._get_html_link()
            )
        )
        return follow_up

    # --- telling ------------------------------------------------------------------------------------------

    def _bpmsoft_enqueue(self, code: str, key: str, **data: Any) -> None:
        """Tell the one whom the ticket is for, in their language, once for each ``key``."""
        self.ensure_one()
        if not self.partner_id and not self.partner_email:
            return
        self.env["support.notification"]._enqueue(
            [
                {
                    "ticket_id": self.id,
                    "kind": "bpmsoft_people",
                    "code": code,
                    "partner_id": self.partner_id.id,
                    "data": data or False,
                    "key": key,
                }
            ]
        )

    def _bpmsoft_tell_held(self) -> None:
        """B-5: the sender is told how to proceed; machines are told nothing, or two of them would write for ever."""
        if not given(self.env, "guard_automatic") and not given(self.env, "support_no_notify"):
            self._bpmsoft_enqueue("held", key="bpmsoft_held")

    def _bpmsoft_describe_sender(self) -> str:
        """Who has sent a held request and why it is held, for agents. With sudo."""
        self.ensure_one()
        sender = self.bpmsoft_raiser_id.display_name or self.env._("somebody unknown")
        if self.bpmsoft_raiser_email:
            sender = f"{sender} <{self.bpmsoft_raiser_email}>"
        match self.bpmsoft_hold_reason:
            case "colleague":
                text = self.env._("Sent by %s, somebody else of the client than the authorised person.", sender)
            case "former":
                text = self.env._("Sent by %s, the former authorised person of the client.", sender)
            case "nobody":
                text = self.env._("Sent by %s. The client has no authorised person.", sender)
            case "no_contract":
                text = self.env._("Sent by %s. The client has no contract in force.", sender)
            case "outsider":
                text = self.env._("Sent by %s, whom we know as nobody of a client.", sender)
            case _:
                text = self.env._("Sent by %s.", sender)
        if self.bpmsoft_standing == ASKED:
            person = self._bpmsoft_get_authorised()
            text += "\n" + self.env._("%s was asked and has not answered yet.", person.name or "?")
        elif self.bpmsoft_decision_note:
            text += "\n" + self.env._("Said about it: %s", self.bpmsoft_decision_note)
        return text
