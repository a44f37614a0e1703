from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import fields, models
from odoo.addons.support_sla.models.support_form_field import Question
from odoo.addons.support_sla.tools import facts

#: why a client is asked, a code of ``_support_form_say_reason``
INCOMPLETE = "dialog360_incomplete"
#: what nobody has who does not call the API
OF_API = frozenset({"dialog360_request", "dialog360_response"})


class HelpdeskTicket(models.Model):
    """What a good request contains (D-13). Which answers are asked for, and how, are records of the request form."""

    _inherit = "helpdesk.ticket"

    dialog360_consequences = fields.Text(string="Consequences", copy=False)
    dialog360_moment = fields.Datetime(string="Happened At", copy=False, help="Of one case, as exactly as it is known.")
    dialog360_steps = fields.Text(string="Steps", copy=False, help="One a line.")
    dialog360_no_api = fields.Boolean(
        string="No Call of the API", copy=False, help="Neither a request nor a response can be shown."
    )
    dialog360_request = fields.Text(string="API Request", copy=False)
    dialog360_response = fields.Text(string="API Response", copy=False)

    def _support_form_get_dependencies(self):
        return [*super()._support_form_get_dependencies(), "dialog360_no_api"]

    def _support_form_has(self, question: Question) -> bool:
        """D-13: request and response are asked for where there are any."""
        return super()._support_form_has(question) or (question.name in OF_API and self.dialog360_no_api)

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        """D-13: whoever has written in with something missing is asked for it, once."""
        result = super()._support_after_facts(rows, now)
        raised = {row["ticket_id"] for row in rows if row["kind"] == facts.RAISED and row["side"] == facts.CUSTOMER}
        for ticket in self.browse(sorted(raised)).filtered("dialog360_ticket"):
            if ticket.support_provider_id.dialog360_asks_form and ticket._dialog360_may_ask():
                ticket._support_request_form(INCOMPLETE)
        return result

    def _dialog360_may_ask(self) -> bool:
        """Whether the client of a ticket that was just raised may be asked for what is missing. **Hook**."""
        self.ensure_one()
        return True

    def _support_form_say_reason(self, reason: str) -> str:
        if reason == INCOMPLETE:
            return self.env._(
                "We have your request and look into it. The sooner we have the following, the sooner we find the cause."
            )
        return super()._support_form_say_reason(reason)
