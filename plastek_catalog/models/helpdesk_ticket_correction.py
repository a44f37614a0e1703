from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import ValidationError


class HelpdeskTicket(models.Model):
    """The corrections that a request asks for (P-10)."""

    _inherit = "helpdesk.ticket"

    plastek_correction_ids = fields.One2many(
        "plastek.correction", "ticket_id", string="Corrections", groups="helpdesk_mgmt.group_helpdesk_user_own"
    )
    plastek_correction_count = fields.Integer(
        compute="_compute_plastek_correction_count", groups="helpdesk_mgmt.group_helpdesk_user_own"
    )

    plastek_correction_waiting = fields.Integer(
        compute="_compute_plastek_correction_count",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Corrections that a second person has to approve.",
    )

    def _compute_plastek_correction_count(self):
        rows = self.env["plastek.correction"]._read_group(
            [("ticket_id", "in", self.ids)], ["ticket_id", "state"], ["__count"]
        )
        for ticket in self:
            counts = {state: count for owner, state, count in rows if owner == ticket}
            ticket.plastek_correction_count = sum(counts.values())
            ticket.plastek_correction_waiting = counts.get("asked", 0)

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        """What is to be corrected is not lost when its ticket is merged into another."""
        result = super()._support_after_facts(rows, now)
        for row in rows:
            if row["kind"] == facts.MERGED and (row["data"] or {}).get("into"):
                corrections_sudo = self.sudo().browse(row["ticket_id"]).plastek_correction_ids
                survivor_sudo = self.sudo().browse(row["data"]["into"])
                if corrections_sudo and survivor_sudo.plastek_ticket:
                    corrections_sudo._follow(survivor_sudo)
        return result

    @api.constrains("stage_id")
    def _check_plastek_corrections(self):
        """P-10: a request is not solved while one of its corrections waits."""
        if self._support_get_side() != facts.STAFF:
            return  # a customer may close an own request at any time
        for ticket in self.filtered(lambda ticket: ticket.stage_id.support_phase in (facts.RESOLVED, facts.CLOSED)):
            if not ticket.plastek_ticket:
                continue
            # sudo: whoever closes, what waits counts
            waiting = ticket.sudo().plastek_correction_ids.filtered(
                lambda correction: correction.state in ("draft", "asked", "approved")
            )
            if waiting:
                raise ValidationError(
                    self.env._(
                        "%(ticket)s has a correction that is not done: %(number)s. Carry it out, have it refused, or "
                        "delete the draft.",
                        ticket=ticket.number,
                        number=waiting[0].object_ref,
                    )
                )

    def action_plastek_corrections(self):
        """The corrections of this request."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("plastek_catalog.plastek_correction_action")
        action["domain"] = [("ticket_id", "=", self.id)]
        action["context"] = {"default_ticket_id": self.id}
        return action
