from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import models
from odoo.addons.support_sla.models.support_context import given
from odoo.addons.support_sla.tools import facts


class HelpdeskTicket(models.Model):
    """Whatever is resolved is put to the client, who has seven days to accept it (B-13).

    The question, its answers and their page are those of ``support_problem``; how long, and that silence closes, are
    records: the target *acceptance* and the last step of its chain.
    """

    _inherit = "helpdesk.ticket"

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        resolved = {
            row["ticket_id"]
            for row in rows
            if row["kind"] == facts.PHASE and row["data"].get("phase") == facts.RESOLVED
        }
        if resolved and not given(self.env, "support_no_notify") and not given(self.env, "support_validation_asking"):
            for ticket in self.browse(sorted(resolved)).filtered("bpmsoft_ticket"):
                if ticket.support_phase == facts.RESOLVED and not ticket._support_get_validation_obstacle():
                    ticket._support_ask_validation("solution")
        return result
