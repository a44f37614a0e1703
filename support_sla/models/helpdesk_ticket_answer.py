from typing import Any

from odoo import api, fields, models

from ..tools import facts
from .support_time import to_instant


class HelpdeskTicket(models.Model):
    """What the customer owes: the state of the answer that a ticket waits for, and reminders of it (E-1.7, E-1.8)."""

    _inherit = "helpdesk.ticket"

    support_answer_overdue = fields.Boolean(
        string="Client Overdue",
        compute="_compute_support_answer_overdue",
        search="_search_support_answer_overdue",
        groups="base.group_user",
        help="The customer has not answered in the time that was promised to us.",
    )

    def _compute_support_answer_overdue(self):
        # sudo: that somebody waits in vain is no secret of the clocks
        clocks = (
            self.env["support.clock"].sudo().search([("ticket_id", "in", self.ids), *self._support_get_unanswered()])
        )
        for ticket in self:
            ticket.support_answer_overdue = ticket in clocks.ticket_id

    @api.model
    def _search_support_answer_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        tickets = self.env["support.clock"].sudo()._search(self._support_get_unanswered()).subselect("ticket_id")
        return [("id", "in" if True in value else "not in", tickets)]

    @api.model
    def _support_get_unanswered(self) -> list[tuple[str, str, Any]]:
        """Clocks of answers that customers owe and whose time is over, as the clocks say it now."""
        return [
            ("metric", "=", "customer_answer"),
            ("state", "in", list(facts.LIVE)),
            ("deadline", "<", self.env["support.event"]._now()),
        ]

    def _support_get_page_url(self) -> str:
        """The ticket's page for its customer; the link in the customer's own mail opens it without a login."""
        self.ensure_one()
        return f"{self.get_base_url()}/my/ticket/{self.id}"

    def _support_get_customer_urls(self):
        return [*super()._support_get_customer_urls(), self._support_get_page_url()]

    def _support_say_customer_step(self, escalation) -> dict[str, Any]:
        """What a chain's step tells the customer, in the language and zone of the environment. **Hook** for metrics of
        an addon's own, or a provider's own words.

        :param escalation: the ``support.escalation`` that was written down; in superuser mode
        :return: ``subject`` and ``sentences``, a paragraph each
        """
        self.ensure_one()
        clock, step = escalation.clock_id, escalation.step_id
        ended = self._support_form_is_closed()
        moment = self._support_when(to_instant(clock.deadline or escalation.due))
        ahead = not clock.breached and not ended
        values = {"number": self.number, "name": self.name}
        if ended:
            subject = self.env._("[%(number)s] Closed: %(name)s", **values)
            sentences = [
                self.env._("Nobody has told us that it does not work, so this request was closed."),
                self.env._("If something is not as it should be, answer this message: we take it up again."),
            ]
            if clock.metric == "customer_answer":
                sentences[0] = self.env._("We have had no answer from you, so this request was closed.")
        elif clock.metric == "acceptance":
            subject = self.env._("[%(number)s] Please check: %(name)s", **values)
            sentences = [self.env._("Please tell us whether it works: by %s.", moment)]
            if step.chain_id.step_ids.filtered("active").stage_id.filtered("closed"):
                sentences.append(self.env._("If we hear nothing until then, the request is closed."))
        elif ahead:
            subject = self.env._("[%(number)s] We are waiting for your answer: %(name)s", **values)
            sentences = [
                self.env._("Your request waits for an answer of yours: please give it by %s.", moment),
                self.env._("Until we have it, the work stands still."),
            ]
            if step.chain_id.step_ids.filtered("active").stage_id.filtered("closed"):
                sentences.append(self.env._("If we hear nothing until then, the request is closed."))
        else:
            subject = self.env._("[%(number)s] Your answer is overdue: %(name)s", **values)
            sentences = [
                self.env._("Your request waits for an answer of yours, which was due by %s.", moment),
                self.env._("It stays open, and goes on as soon as we have your answer."),
            ]
        if step.note:
            sentences.append(step.note)
        missing = self._support_form_get_missing() if clock.metric == "customer_answer" and not ended else []
        if missing:
            sentences.append(self.env._("Still missing: %s.", ", ".join(question.short for question in missing)))
        return {"subject": subject, "sentences": sentences}
