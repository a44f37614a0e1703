from typing import Any

from odoo import api, models
from odoo.addons.support_sla.tools import facts
from odoo.fields import Domain

from ..const import PROVIDER
from .helpdesk_ticket_authorised import ASKED, HELD


class HelpdeskTicket(models.Model):
    """One page, two readers (B-5): the authorised person is spoken to, a colleague reads who is asked.

    As everything of the portal it runs in superuser mode, in the reader's language and zone.
    """

    _inherit = "helpdesk.ticket"

    def _bpmsoft_looks_on(self, user) -> bool:
        """Whether ``user`` is logged in at the portal and reads what somebody else of the client answers. Who has come
        with a link is not known, and is spoken to as the one whom it was sent to."""
        self.ensure_one()
        return bool(
            self.bpmsoft_standing
            and user.share
            and not user._is_public()
            and self._bpmsoft_is_ours()
            and not self._bpmsoft_is_held()
            and user.partner_id not in self._bpmsoft_get_acting()
        )

    def _bpmsoft_asks(self, user) -> bool:
        """Whether ``user`` is the one who is asked whether this request is theirs."""
        self.ensure_one()
        return (
            self.bpmsoft_standing == ASKED
            and self.support_phase not in facts.ENDED
            and self._bpmsoft_is_held()
            and not user._is_public()
            and user.partner_id == self._bpmsoft_get_authorised()
        )

    def _bpmsoft_name_acting(self) -> str:
        return ", ".join(self._bpmsoft_get_acting().mapped("name"))

    def _bpmsoft_portal_fit(self, page: dict[str, Any], user) -> None:
        """Say the page of this ticket (:meth:`_support_portal_get_page`) to ``user``, who reads it."""
        self.ensure_one()
        if self._bpmsoft_looks_on(user):
            self._bpmsoft_portal_fit_onlooker(page)
        elif self.support_phase not in facts.ENDED and self._bpmsoft_is_held():
            self._bpmsoft_portal_fit_authorised(page["next"], user)

    def _bpmsoft_portal_fit_onlooker(self, page: dict[str, Any]) -> None:
        """Nothing is asked of a colleague, and nothing offered that is refused afterwards."""
        answer = page["next"]
        provider = self.support_provider_id.name
        asked = self._bpmsoft_name_acting()
        page["form"] = {"state": False, "open": False, "fields": [], "files": False}
        page["escalation"] = {**page["escalation"], "offered": False}
        wanted = self._support_form_is_open()
        if not answer["mine"] and not wanted:
            return
        if answer["mine"]:
            moment = answer["moment"] if answer["countdown"] else False
            if self.bpmsoft_offer_state == "open":
                answer["headline"] = self.env._("%s has found the source and has an offer for your company", provider)
            elif self.support_phase == facts.WAITING_CUSTOMER and moment:
                answer["headline"] = self.env._(
                    "%(provider)s is waiting for the answer of %(person)s by %(time)s",
                    provider=provider,
                    person=asked,
                    time=moment["text"],
                )
            elif self.support_phase == facts.WAITING_CUSTOMER:
                answer["headline"] = self.env._(
                    "%(provider)s is waiting for the answer of %(person)s", provider=provider, person=asked
                )
            answer["hint"] = ""
        elif not self._support_form_is_pending():
            if self.support_phase != facts.WAITING_THIRD_PARTY:
                answer["turn"] = self.env._("It is %s's turn. You need to do nothing now.", provider)
            return
        answer["turn"] = self.env._("%s is asked, who acts for your company. You need to do nothing now.", asked)
        answer.pop("link", None)
        answer.update(mine=False, tone="info" if answer["tone"] == "warning" else answer["tone"])

    def _bpmsoft_portal_fit_authorised(self, answer: dict[str, Any], user) -> None:
        """What is held back, in words for the authorised person herself."""
        if user._is_public() or user.partner_id != self._bpmsoft_get_authorised():
            return
        if self._bpmsoft_asks(user):
            answer.update(turn=self.env._("It is your turn: please say whether this request is yours."), mine=True)
        elif self.bpmsoft_standing == HELD and self.bpmsoft_decided_by_id == user:
            answer["turn"] = self.env._("You have told us that it is not yours: nobody works on it in your name.")
        elif self.bpmsoft_standing == HELD and self.bpmsoft_raiser_id != user.partner_id:
            answer["turn"] = self.env._(
                "%s has sent it, and you act for your company. If it is your request, please send it yourself.",
                self.bpmsoft_raiser_id.name or self.bpmsoft_raiser_email or self.env._("Somebody else"),
            )

    # --- the list --------------------------------------------------------------------------------

    def _support_portal_get_rows(self):
        rows = super()._support_portal_get_rows()
        user = self.env.user
        for ticket in self.filtered(lambda ticket: ticket.id in rows and ticket.bpmsoft_standing):
            row = rows[ticket.id]
            if row["mine"] and ticket._bpmsoft_looks_on(user):
                asked = ticket._bpmsoft_name_acting()
                row.update(mine=False, turn=self.env._("%s's turn", asked))
                if ticket.support_phase != facts.RESOLVED:
                    row["next"] = self.env._(
                        "%(provider)s waits for the answer of %(person)s", provider=row["provider"], person=asked
                    )
            elif ticket._bpmsoft_asks(user):
                row.update(mine=True, turn=self.env._("Your turn"), next=self.env._("Is it your request?"))
        return rows

    @api.model
    def _support_portal_get_filter(self, code):
        """*Waiting for me*: what a colleague answers is not found, what one is asked to confirm is."""
        found = super()._support_portal_get_filter(code)
        user = self.env.user
        if code != "mine" or not user.share or user._is_public():
            return found
        # with sudo: who acts is not the reader's to see; whether the ticket may be read is asked by the list itself
        Ticket = self.sudo().with_context(support_portal_filter=None)
        theirs = Ticket.search(
            Domain("support_provider_id.code", "=", PROVIDER)
            & Domain("bpmsoft_standing", "!=", False)
            & Domain("support_phase", "not in", (facts.CLOSED, facts.CANCELLED))
            & Domain("commercial_partner_id", "=", user.commercial_partner_id.id)
        )
        others = theirs.filtered(lambda ticket: ticket._bpmsoft_looks_on(user))
        asked = theirs.filtered(lambda ticket: ticket._bpmsoft_asks(user))
        return (found & Domain("id", "not in", others.ids)) | Domain("id", "in", asked.ids)
