from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from odoo import fields, models
from odoo.addons.support_sla.models.support_context import given, inside
from odoo.addons.support_sla.tools import facts, lane

from ..tools.steps import split_steps

#: why a request goes back to the client: codes of ``_support_form_say_reason``
INCOMPLETE, STILL = "bpmsoft_incomplete", "bpmsoft_still"


class HelpdeskTicket(models.Model):
    """What a request must contain, and how it goes back to the client while something is missing (B-8).

    Which answers are asked for, and how, are records (data/support_form_field_data.xml). The account's password is kept
    elsewhere (B-9).
    """

    _inherit = "helpdesk.ticket"

    bpmsoft_questions = fields.Text(string="Questions", copy=False)
    bpmsoft_address = fields.Char(string="System's Address", copy=False)
    bpmsoft_account = fields.Char(string="Account", copy=False, help="The name to log in with.")
    bpmsoft_steps = fields.Text(string="Steps", copy=False, help="One a line.")
    bpmsoft_databases = fields.Text(string="Database Servers", copy=False)
    bpmsoft_nodes = fields.Integer(string="Nodes", copy=False)
    bpmsoft_adjacent = fields.Text(string="Adjacent Software", copy=False)
    bpmsoft_customisations = fields.Text(
        string="Customisations", copy=False, help="Also those of other partners and of the client's own people."
    )

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        raised = {row["ticket_id"] for row in rows if row["kind"] == facts.RAISED and row["side"] == facts.CUSTOMER}
        for ticket in self.browse(sorted(raised)).filtered("bpmsoft_ticket"):
            ticket._bpmsoft_return(INCOMPLETE)
        return result

    def _bpmsoft_may_return(self) -> bool:
        """Whether a request with something missing goes back to its client by itself. **Hook**: one that nobody works
        on for another reason says so instead, and calls :meth:`_bpmsoft_return` once it does."""
        self.ensure_one()
        return bool(self.bpmsoft_ticket and self.partner_id) and not given(self.env, "support_no_notify")

    def _bpmsoft_return(self, reason: str) -> bool:
        """B-8: what is missing is listed in a message, and the request waits for its client (B-10). With sudo.

        :param reason: why the client is asked, a code of :meth:`_support_form_say_reason`
        :return: whether it went back
        """
        self.ensure_one()
        if not self._support_form_is_open() or not self._bpmsoft_may_return() or self.support_phase in facts.ENDED:
            return False
        self._support_set({"support_form_requested": False})  # it may go back more than once
        if not self._support_request_form(reason):
            return False
        stage = self._support_get_phase_stage(facts.WAITING_CUSTOMER)
        if stage and self.support_phase != facts.WAITING_CUSTOMER:
            moved = self.with_context(**inside(support_side=facts.SYSTEM, support_no_template=True))
            moved.stage_id = stage
        return True

    def _support_form_say_reason(self, reason: str) -> str:
        if reason == INCOMPLETE:
            return self.env._(
                "Your request has arrived, but something that our experts need is missing. It comes back to you for "
                "that, and goes on as soon as you have told us."
            )
        if reason == STILL:
            return self.env._("Thank you. Something is still missing, so your request comes back to you once more.")
        return super()._support_form_say_reason(reason)

    def _support_form_answer(self, values: Mapping[str, Any], files, author, email: str):
        """B-8: whoever has saved only a part is asked for the rest; a mail is read by a person instead."""
        asked = bool(self.bpmsoft_ticket and self.support_form_requested)
        message = super()._support_form_answer(values, files, author, email)
        if asked and message:
            self.sudo()._bpmsoft_return(STILL)
        return message

    def _support_get_answered_stage(self):
        """B-11: a request that came back before anybody has worked on it stands in line again, and does not begin."""
        stage = super()._support_get_answered_stage()
        if (
            self.bpmsoft_ticket
            and self.support_phase == facts.WAITING_CUSTOMER
            and self.support_lane_state != lane.IN_WORK
        ):
            return self._support_get_phase_stage(facts.NEW) or stage
        return stage

    def _support_form_say(self, spec: Mapping[str, Any]) -> str:
        """B-8: the steps are a list."""
        if spec["name"] == "bpmsoft_steps" and self.bpmsoft_steps:
            return "\n".join(f"{number}. {step}" for number, step in enumerate(self._bpmsoft_get_steps(), 1))
        return super()._support_form_say(spec)

    def _bpmsoft_get_steps(self) -> list[str]:
        """The steps, one by one, without the marks and numbers that the client may have put before them."""
        self.ensure_one()
        return split_steps(self.bpmsoft_steps or "")
