from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import fields, models

from ..tools import facts


class HelpdeskTicket(models.Model):
    """Tickets that were solved at the first contact, on the phone (J-11)."""

    _inherit = "helpdesk.ticket"

    support_first_contact = fields.Boolean(
        string="Solved at First Contact",
        copy=False,
        readonly=True,
        help="Solved on the phone before anybody had written to the customer or waited for an answer. "
        "Taken back when the ticket is reopened.",
    )

    def action_support_solved(self):
        """Open the wizard that closes a ticket which was solved on the phone."""
        return self._support_open_wizard("support.solved.wizard", self.env._("Solved on the Phone"))

    def _support_is_first_contact(self) -> bool:
        """Whether nothing but calls has passed between staff and the customer so far.

        No message of staff to the customer, never with the customer, never ended before. Called with sudo.
        """
        self.ensure_one()
        for event in self._support_get_events():
            if event.kind == facts.MESSAGE_OUT:
                return False
            if event.kind == facts.PHASE and event.data.get("phase") in facts.ENDED | {facts.WAITING_CUSTOMER}:
                return False
        return True

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        for row in rows:
            if row["kind"] == facts.PHASE and (row.get("data") or {}).get("phase") not in facts.ENDED:
                ticket = self.browse(row["ticket_id"])
                if ticket.support_first_contact:
                    # a solution that did not hold was none
                    ticket._support_set({"support_first_contact": False})
        return result

    def _support_refuse_call(self) -> str:
        """Why no phone call can be logged on this ticket, in words; empty if it can.

        **Hook** for providers whose advice by phone has to be agreed on first (B-15). With sudo; asked whichever way
        the call is logged.
        """
        self.ensure_one()
        return ""
