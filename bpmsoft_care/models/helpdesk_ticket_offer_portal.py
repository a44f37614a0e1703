from typing import Any

from markupsafe import Markup
from odoo import fields, models
from odoo.addons.support_sla.models.helpdesk_ticket_portal import TEXT_LENGTH
from odoo.exceptions import UserError
from odoo.tools import SQL


class HelpdeskTicket(models.Model):
    """What the client reads of offers and answers on the portal, the only place where one is accepted (B-12, S-5).

    Runs in superuser mode as the engine's portal does, in the reader's language and zone; plain words, no records.
    """

    _inherit = "helpdesk.ticket"

    def _support_portal_get_page(self):
        page = super()._support_portal_get_page()
        return {
            **page,
            "bpmsoft_offer": self._bpmsoft_portal_describe_offer(page["now"]),
            "bpmsoft_estimate": self._bpmsoft_portal_describe_estimate(page["now"]),
        }

    def _bpmsoft_portal_describe_offer(self, now: str) -> dict[str, Any] | None:
        """What was found and what the client is offered; None before anything was decided.

        :param now: UTC text
        :return: ``id``, ``state``, ``source``, ``text``, ``words``, ``options`` (``id``, ``name``, ``doer``,
            ``description``, ``price``, ``paid``, ``chosen``), ``open`` (whether it waits for an answer), ``until`` (see
            :meth:`_support_portal_describe_moment`, or False), ``said`` (what became of it, a sentence or ""),
            ``note`` (words to that, or ""), ``deciders`` (names of who decides for the client), ``past`` (earlier
            offers: ``text``, ``note``)
        """
        self.ensure_one()
        offer = self.bpmsoft_offer_id
        if not offer:
            return None
        decision = offer.decision_id
        moment = fields.Datetime.to_string(offer.valid_until) if offer.valid_until else False
        is_open = offer.state == "open" and fields.Datetime.to_string(offer.valid_until) > now
        return {
            "id": offer.id,
            "state": offer.state,
            "source": decision.source_name,
            "text": decision.text or "",
            "words": offer.words or "",
            "options": [
                {
                    "id": option.id,
                    "name": option.name,
                    "doer": option.doer or "",
                    "description": option.description or "",
                    "price": option._say_price(),
                    "paid": option.is_paid,
                    "chosen": option == offer.choice_id,
                }
                for option in offer.option_ids
            ],
            "open": is_open,
            "until": self._support_portal_describe_moment(moment, now) if is_open else False,
            "said": self._bpmsoft_portal_say_offer(offer, now),
            "note": (offer.comment or "") if offer.answered else (offer.end_note or ""),
            "deciders": self._bpmsoft_get_deciders().mapped("name"),
            "past": [
                {
                    "text": self._bpmsoft_portal_say_past(former, now),
                    "note": former.end_note or "",
                }
                for former in self.bpmsoft_offer_ids.sorted("number", reverse=True)
                if former != offer
            ],
        }

    def _bpmsoft_portal_say_offer(self, offer, now: str) -> str:
        """What became of an offer; "" while it waits."""

        def when(moment) -> str:
            return self._support_portal_describe_moment(fields.Datetime.to_string(moment), now)["full"]

        values = {"who": offer.partner_id.name or "", "option": offer.choice_id.name or ""}
        match offer.state:
            case "accepted":
                return self.env._("%(who)s has accepted “%(option)s” (%(when)s).", when=when(offer.answered), **values)
            case "free" if offer.answered:
                return self.env._("%(who)s has chosen “%(option)s” (%(when)s).", when=when(offer.answered), **values)
            case "declined":
                return self.env._("%(who)s has declined the offer (%(when)s).", when=when(offer.answered), **values)
            case "withdrawn":
                return self.env._("This offer was withdrawn (%s). Nothing can be accepted.", when(offer.ended))
            case "expired":
                return self.env._(
                    "This offer expired (%s). If you still want it, write to us: we make a new one.", when(offer.ended)
                )
            case "open" if fields.Datetime.to_string(offer.valid_until) <= now:
                return self.env._(
                    "This offer expired (%s). If you still want it, write to us: we make a new one.",
                    when(offer.valid_until),
                )
        return ""

    def _bpmsoft_portal_say_past(self, offer, now: str) -> str:
        """An earlier offer in one line."""
        when = self._support_portal_describe_moment(fields.Datetime.to_string(offer.offered), now)["full"]
        prices = [option._say_price() for option in offer.option_ids if option.is_paid]
        values = {
            "where": offer.decision_id.source_name,
            "when": when,
            "price": "; ".join(prices) or self.env._("free of charge"),
        }
        if offer.answered and offer.choice_id:
            return self.env._(
                "%(when)s: %(where)s, %(price)s. Chosen: %(option)s", option=offer.choice_id.name, **values
            )
        return self.env._("%(when)s: %(where)s, %(price)s", **values)

    def _bpmsoft_may_answer(self, user) -> bool:
        """Whether ``user`` is logged in and decides for the client. Called with sudo."""
        self.ensure_one()
        return user.share and not user._is_public() and self._bpmsoft_is_decider(user.partner_id)

    def _bpmsoft_portal_answer(self, offer_id: int, option_id: int, decision: str, comment: str) -> str:
        """The client's answer from the ticket's page; what the page says afterwards.

        :param offer_id: of the offer that the page showed; ``option_id`` of what was chosen
        :param decision: ``accept`` or ``decline``
        :raise UserError: in words for the client, when it cannot be
        """
        self.ensure_one()
        if not self._bpmsoft_may_answer(self.env.user):
            raise UserError(
                self.env._(
                    "Only the authorised contact of the client can answer this offer: %s.",
                    ", ".join(self._bpmsoft_get_deciders().mapped("name")),
                )
            )
        if len(comment) > TEXT_LENGTH:
            raise UserError(self.env._("Please say it in fewer words."))
        # of two clicks at once the second waits here, and then finds that it has been done
        self.env.cr.execute(SQL("SELECT id FROM helpdesk_ticket WHERE id = %s FOR UPDATE", self.id))
        self.invalidate_recordset()
        offer = self.bpmsoft_offer_id
        now = self.env["support.event"]._now()
        if offer.id != offer_id:
            raise UserError(self.env._("There is another offer by now. Please read it before you answer."))
        if offer.state == "open" and offer.valid_until <= now:
            raise UserError(self.env._("This offer has expired. If you still want it, write to us: we make a new one."))
        if offer.state != "open" or self._bpmsoft_may_not_decide():
            raise UserError(self.env._("This offer does not wait for an answer any more. Please read the page again."))
        comment = self._support_mask_said(comment)
        answered = {"answered": now, "partner_id": self.env.user.partner_id.id, "comment": comment or False}
        if decision == "decline":
            if not comment:
                raise UserError(self.env._("Please say why you decline, so that we can make you a better offer."))
            offer._turn("declined", **answered)
            return self._bpmsoft_after_answer(offer, self.env._("I decline the offer."), comment, "bpmsoft_declined")
        option = offer.option_ids.filtered(lambda option: option.id == option_id)
        if decision != "accept" or not option:
            raise UserError(self.env._("Please choose one of the options."))
        answered.update(choice_id=option.id, amount=option.amount, currency_id=option.currency_id.id)
        offer._turn("accepted" if option.is_paid else "free", **answered)
        if option.is_paid:
            said = self.env._("I accept: %(option)s, %(price)s.", option=option.name, price=option._say_price())
            return self._bpmsoft_after_answer(offer, said, comment, "bpmsoft_accepted")
        said = self.env._("I choose: %s.", option.name)
        return self._bpmsoft_after_answer(offer, said, comment, "bpmsoft_chosen")

    def _bpmsoft_after_answer(self, offer, said: str, comment: str, code: str) -> str:
        """The answer is recorded: it is the client's message, and whoever works on the ticket is told."""
        self._bpmsoft_settle_offer(offer)
        self.env["support.notification"]._enqueue(
            [
                self._bpmsoft_tell_responsible(
                    code, f"{code}:{offer.id}", option=offer.choice_id.name or "", comment=comment
                )
            ]
        )
        lines = [said, *comment.splitlines()]
        self.message_post(
            body=Markup("<p>%s</p>") % Markup("<br/>").join(lines),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        if code == "bpmsoft_declined":
            return self.env._("Thank you: you have declined. We come back to you.")
        return self.env._("Thank you: “%s” it is. We go on with it.", offer.choice_id.name)

    def _support_portal_get_next(self, panel):
        answer = super()._support_portal_get_next(panel)
        offer = self.bpmsoft_offer_id
        if offer.state != "open" or self._bpmsoft_may_not_decide():
            return self._bpmsoft_portal_add_estimate(answer, panel)
        until = self._support_portal_describe_moment(fields.Datetime.to_string(offer.valid_until), panel["now"])
        answer["headline"] = self.env._(
            "%s has found the source and has an offer for you", self.support_provider_id.name
        )
        answer["turn"] = self.env._("It is your turn: choose below.")
        answer["hint"] = self.env._("Paid work starts once you have accepted it.")
        return {**answer, "moment": until, "countdown": True, "tone": "warning", "mine": True}
