from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """Remote connections on a request (B-17): an offline channel like e-mail and portal."""

    _inherit = "helpdesk.ticket"

    bpmsoft_session_ids = fields.One2many(
        "bpmsoft.remote.session",
        "ticket_id",
        string="Remote Sessions",
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    bpmsoft_session_running = fields.Boolean(
        string="Remote Session Goes On",
        compute="_compute_bpmsoft_sessions",
        compute_sudo=True,
        groups="base.group_user",
    )
    bpmsoft_session_hours = fields.Float(
        string="Remote Hours", compute="_compute_bpmsoft_sessions", compute_sudo=True, groups="base.group_user"
    )

    @api.depends("bpmsoft_session_ids.stop", "bpmsoft_session_ids.hours")
    def _compute_bpmsoft_sessions(self):
        for ticket in self:
            ticket.bpmsoft_session_running = any(not session.stop for session in ticket.bpmsoft_session_ids)
            ticket.bpmsoft_session_hours = sum(ticket.bpmsoft_session_ids.mapped("hours"))

    def action_bpmsoft_start_session(self):
        """A remote session begins now, by the user."""
        self.ensure_one()
        self.check_access("write")
        if self.support_phase in facts.ENDED:
            raise UserError(self.env._("%s is resolved or closed: open it again first.", self.number))
        running = self.sudo().bpmsoft_session_ids.filtered(lambda session: not session.stop)
        if running:
            raise UserError(
                self.env._(
                    "A remote session of %s goes on on this request already: end it first.", running.user_id.name
                )
            )
        self.env["bpmsoft.remote.session"].create({"ticket_id": self.id})
        return True

    def action_bpmsoft_end_session(self):
        """The remote session that goes on ends now."""
        self.ensure_one()
        self.check_access("write")
        running = self.bpmsoft_session_ids.filtered(lambda session: not session.stop)
        if not running:
            raise UserError(self.env._("No remote session goes on on %s.", self.number))
        return running.action_end()

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        """Nobody stays connected to a client's system over a request that has ended."""
        result = super()._support_after_facts(rows, now)
        ended = [
            row["ticket_id"]
            for row in rows
            if row["kind"] == facts.PHASE and (row.get("data") or {}).get("phase") in (facts.CLOSED, facts.CANCELLED)
        ]
        if ended:
            tickets = self.browse(ended).filtered("bpmsoft_ticket")
            tickets.bpmsoft_session_ids.filtered(lambda session: not session.stop).action_end()
        return result
