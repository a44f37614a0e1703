from typing import Any

from odoo import fields, models
from odoo.addons.support_sla.models.helpdesk_ticket_portal import TEXT_LENGTH
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError

from .helpdesk_ticket_validation import WORKAROUND


class HelpdeskTicket(models.Model):
    """What the customer reads about the validation, and answers (E-7.3). Runs in superuser mode as the engine's portal
    does, in the reader's language and zone, and gives plain words."""

    _inherit = "helpdesk.ticket"

    def _support_portal_may_validate(self, user) -> bool:
        """Whether ``user`` may answer for the ticket's customer: somebody of the customer, or who has only the link of
        the customer's own mail. Staff record an answer on the ticket, in their own name; a follower of another company
        reads and no more."""
        self.ensure_one()
        if user._is_public():
            return True
        if self.partner_id and user.partner_id == self.partner_id:
            return True
        return user.share and bool(
            self.commercial_partner_id and user.commercial_partner_id == self.commercial_partner_id
        )

    def _support_portal_describe_validation(self, user) -> dict[str, Any]:
        """For the ticket's page: ``asked``, ``open`` (whether the reader may answer), ``temporary``, ``text`` (a
        sentence), ``note`` (what was done), ``moment`` (see :meth:`_support_portal_describe_moment`) and ``said`` (the
        answer that was given, or "")."""
        self.ensure_one()
        asked = self.support_validation == "asked"
        temporary = self.support_validation_kind == WORKAROUND
        name = self.support_provider_id.name
        text = ""
        if asked:
            text = (
                self.env._(
                    "%s has applied a workaround. It is not permanent: it helps until the lasting solution comes.", name
                )
                if temporary
                else self.env._("%s believes that this is solved.", name)
            )
            until = self._support_validation_get_until()
            if until:
                text += " " + self.env._("If we hear nothing until %s, the request is closed.", until)
        now = fields.Datetime.to_string(self.env["support.event"]._now())
        moment = fields.Datetime.to_string(self.support_validation_asked) if asked else False
        return {
            "asked": asked,
            "open": asked and self._support_portal_may_validate(user),
            "temporary": temporary,
            "text": text,
            "note": (self.support_validation_note or "") if asked else "",
            "moment": self._support_portal_describe_moment(moment, now),
        }

    def _support_portal_validate(self, user, answer: str, comment: str) -> str:
        """Take the answer of ``user``, who may open the ticket's page.

        :param answer: ``accept`` or ``reject``
        :return: what the page says afterwards
        :raise UserError: in words for the customer
        """
        self.ensure_one()
        if not self._support_portal_may_validate(user):
            raise UserError(self.env._("Only the customer of this ticket can answer that."))
        if answer not in ("accept", "reject"):
            raise UserError(self.env._("Please choose one of the two answers."))
        if len(comment) > TEXT_LENGTH:
            raise UserError(self.env._("Please say it in fewer words."))
        self._support_validate(answer == "accept", comment, facts.CUSTOMER)
        if answer == "accept":
            return self.env._("Thank you: you have accepted it.")
        return self.env._("Thank you for telling us: the work goes on.")

    def _support_portal_get_next(self, panel):
        answer = super()._support_portal_get_next(panel)
        if self.support_validation != "asked" or self.support_phase != facts.RESOLVED:
            return answer
        provider = self.support_provider_id.name
        if self.support_validation_kind == WORKAROUND:
            answer["headline"] = self.env._("%s has applied a workaround", provider)
        answer["turn"] = self.env._("It is your turn: does it work?")
        answer["hint"] = self.env._("Accept it or reject it below.")
        return answer

    def _support_portal_get_facts(self):
        answer = super()._support_portal_get_facts()
        if self.support_validation in ("accepted", "rejected") and self.support_validation_at:
            now = fields.Datetime.to_string(self.env["support.event"]._now())
            moment = self._support_portal_describe_moment(
                fields.Datetime.to_string(self.support_validation_at), now, self.support_provider_id.tz
            )
            said = (
                self.env._("Accepted: %s", moment["full"])
                if self.support_validation == "accepted"
                else self.env._("Rejected: %s", moment["full"])
            )
            answer.append({"label": self.env._("Your validation"), "text": said})
        return answer
