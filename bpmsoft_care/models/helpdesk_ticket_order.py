from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import fields, models
from odoo.addons.support_sla.tools import facts


class HelpdeskTicket(models.Model):
    """What a ticket knows of the order that its client proposes (B-11)."""

    _inherit = "helpdesk.ticket"

    bpmsoft_proposal_id = fields.Many2one(
        related="support_lane_account_id.bpmsoft_proposal_id",
        string="Order Proposed by the Client",
        groups="base.group_user",
    )

    def action_bpmsoft_open_proposal(self):
        """The order that the client proposes for this request and the others in line."""
        self.ensure_one()
        self.check_access("read")
        return self.support_lane_account_id.action_bpmsoft_open_proposal()

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        moved = {row["ticket_id"] for row in rows if row["kind"] in (facts.LANE, facts.REORDERED)}
        if moved:
            own = self.browse(sorted(moved)).filtered("bpmsoft_ticket")
            left = {
                row["data"].get("account") for row in rows if row["kind"] == facts.LANE and row["ticket_id"] in own._ids
            }
            accounts = own.support_lane_account_id | self.env["support.lane.account"].browse(
                account_id for account_id in left if account_id
            )
            if accounts:
                self.env["bpmsoft.order.proposal"]._settle(accounts.exists())
        return result
