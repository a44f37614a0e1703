from typing import Any

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import facts, history
from .support_time import to_instant

MANAGERS = "helpdesk_mgmt.group_helpdesk_manager"


class HelpdeskTicket(models.Model):
    """Decisions of people about a ticket's time: pausing it with a reason (E-3.2), giving no SLA (E-3.5)."""

    _inherit = "helpdesk.ticket"

    support_pause_id = fields.Many2one(
        "support.pause.reason",
        string="Paused By Hand",
        copy=False,
        readonly=True,
        ondelete="restrict",
        groups="base.group_user",
    )
    support_resume_at = fields.Datetime(
        string="Goes On At",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="When a pause by hand ends by itself.",
    )

    # the sweep's search for pauses that end
    _support_resume_idx = models.Index("(support_resume_at) WHERE support_resume_at IS NOT NULL")

    def _support_open_wizard(self, model: str, name: str) -> dict[str, Any]:
        self.ensure_one()
        self.check_access("write")
        return {
            "name": name,
            "type": "ir.actions.act_window",
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    # --- pausing by hand -------------------------------------------------------------------------

    def action_support_pause(self):
        """Open the wizard that asks why the time is to stand still."""
        return self._support_open_wizard("support.pause.wizard", self.env._("Pause"))

    def action_support_resume(self):
        """The time goes on."""
        self.check_access("write")
        paused = self.filtered("support_pause_id")
        for ticket in paused:
            ticket.sudo()._support_resume()
            ticket._message_log(body=self.env._("The time goes on."))

    def _support_pause(self, reason, note: str = "", until=None):
        """Let the time stand still for a reason, until a moment or until somebody resumes it (E-3.2).

        Access is checked by the caller.

        :param until: naive UTC; None: until somebody resumes it
        :raise UserError: when it cannot be paused so
        """
        self.ensure_one()
        obstacle = self._support_get_pause_obstacle(reason)
        if obstacle:
            raise UserError(obstacle)
        ticket_sudo = self.sudo()
        data = {"reason": reason.code, "note": (note or "").strip(), "by_hand": True}
        if until:
            data["until"] = to_instant(until)
        ticket_sudo._support_set({"support_pause_id": reason.id, "support_resume_at": until or False})
        ticket_sudo._support_add_fact(facts.PAUSE, data, side=facts.STAFF)
        if until:
            # the sweep asks for the exact minute when it runs next; it may be sooner than that
            self.env["support.health"]._wake("support_sla.ir_cron_sweep", until)

    def _support_get_pause_obstacle(self, reason) -> str:
        """Why the ticket cannot be paused for a reason, in words; empty if it can."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        if not ticket_sudo.support_provider_id:
            return self.env._("This ticket belongs to no support provider: nothing is promised that could be paused.")
        if ticket_sudo.support_phase in facts.ENDED:
            return self.env._("This ticket is resolved or closed: there is no time to pause.")
        if ticket_sudo.support_pause_id:
            return self.env._("It is paused already (%s): resume it first.", ticket_sudo.support_pause_id.name)
        if not reason:
            return ""
        if reason.code in facts.PHASE_REASON.values():
            return self.env._("“%s” follows from the stage: move the ticket to such a stage instead.", reason.name)
        if reason.code == "queue" and ticket_sudo.support_lane_account_id:
            return self.env._("“%s” follows from the ticket's place in its customer's work queue.", reason.name)
        if reason not in ticket_sudo.support_version_id.target_ids.pause_reason_ids:
            return self.env._(
                "No promise of this ticket is paused by “%s”: choose another reason, or have the policy changed.",
                reason.name,
            )
        return ""

    def _support_resume(self, moment=None, side: str = facts.STAFF):
        """End a pause by hand, at ``moment`` (naive UTC; now if not given). Called with sudo."""
        self.ensure_one()
        reason = self.support_pause_id
        self._support_set({"support_pause_id": False, "support_resume_at": False})
        self._support_add_fact(facts.RESUME, {"reason": reason.code, "by_hand": True}, side=side, moment=moment)

    # --- no SLA ----------------------------------------------------------------------------------

    def action_support_exclude(self):
        """Open the wizard that takes promises off this ticket, or gives them back (E-3.5)."""
        ticket_action = self._support_open_wizard("support.exclude.wizard", self.env._("No SLA For…"))
        self._support_check_may_exclude()
        return ticket_action

    def _support_check_may_exclude(self):
        """Managers may say that no SLA is given; agents where the provider lets them.

        :raise AccessError: for everybody else
        """
        self.ensure_one()
        if self.env.user.has_group(MANAGERS):
            return
        if not self.sudo().support_provider_id.agents_exclude:
            raise AccessError(self.env._("Only a helpdesk manager decides that no SLA is given."))

    def _support_get_excluded(self) -> list[str]:
        """The metrics of this ticket's policy which a person took off, promise by promise, at the moment."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        now = to_instant(self.env["support.event"]._now())
        past = history.History(ticket_sudo._support_get_events(), now)
        return [
            metric
            for metric in dict.fromkeys(ticket_sudo.support_version_id.target_ids.mapped("metric"))
            if any(since <= now < until for since, until in past.exclusions(metric, source=""))
        ]
