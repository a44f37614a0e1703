from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import facts


class HelpdeskTicket(models.Model):
    """Escalating by hand, acknowledging, agreeing on a date, logging a call, pausing by hand."""

    _inherit = "helpdesk.ticket"

    support_escalated = fields.Boolean(string="Escalated", copy=False, readonly=True, tracking=True)
    support_escalation_step_id = fields.Many2one(
        "support.escalation.step",
        string="Escalation Step",
        copy=False,
        readonly=True,
        ondelete="set null",
        groups="base.group_user",
    )
    support_escalated_by_id = fields.Many2one(
        "res.users", string="Escalated By", copy=False, readonly=True, groups="base.group_user"
    )
    support_escalated_at = fields.Datetime(copy=False, readonly=True, groups="base.group_user")
    support_acknowledged_by_id = fields.Many2one(
        "res.users", string="Acknowledged By", copy=False, readonly=True, groups="base.group_user"
    )
    support_acknowledged_at = fields.Datetime(
        string="Acknowledged", copy=False, readonly=True, groups="base.group_user"
    )

    support_agreement = fields.Selection(
        [("to_agree", "To be agreed"), ("agreed", "Agreed")],
        compute="_compute_support_agreement",
        groups="base.group_user",
        help="Whether this ticket has a promise by agreement, and whether its date still has to be found.",
    )

    def _compute_support_agreement(self):
        for ticket in self:
            # sudo: a clock's targets are configuration
            clocks_sudo = ticket.sudo().support_clock_ids.filtered(
                lambda clock: clock.state in facts.LIVE and clock._is_by_agreement()
            )
            if any(clock.hold == facts.TO_AGREE for clock in clocks_sudo):
                ticket.support_agreement = "to_agree"
            else:
                ticket.support_agreement = "agreed" if clocks_sudo else False

    def action_support_acknowledge(self):
        """Take charge of an escalated ticket: the chain stops here (E-5.4)."""
        self.check_access("write")
        waiting = self.filtered(lambda ticket: ticket.support_escalated and not ticket.support_acknowledged_at)
        if not waiting:
            return
        now = self.env["support.event"]._now()
        self.env["support.clock"].flush_model()
        self.env.cr.execute(
            """UPDATE support_escalation SET acknowledged = %s, acknowledged_by_id = %s,
                      state = CASE WHEN state = 'told' THEN 'acknowledged' ELSE state END
               WHERE ticket_id = ANY(%s) AND acknowledged IS NULL""",
            (now, self.env.uid, waiting.ids),
        )
        self.env["support.escalation"].invalidate_model()
        for ticket in waiting:
            ticket.sudo()._support_set({"support_acknowledged_by_id": self.env.uid, "support_acknowledged_at": now})
            ticket.sudo().message_post(
                body=self.env._("%s has taken charge of the escalation.", self.env.user.name),
                author_id=self.env.user.partner_id.id,
                message_type="notification",
            )
        waiting._support_add_fact(facts.ACKNOWLEDGED, side=facts.STAFF)

    def action_support_escalate(self):
        """Open the wizard that asks for the reason."""
        self.ensure_one()
        self.check_access("write")
        return {
            "name": self.env._("Escalate"),
            "type": "ir.actions.act_window",
            "res_model": "support.escalate.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def action_support_log_call(self):
        """Open the wizard that records a phone call."""
        self.ensure_one()
        self.check_access("write")
        return {
            "name": self.env._("Log a Call"),
            "type": "ir.actions.act_window",
            "res_model": "support.call.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def action_support_agree(self):
        """Open the wizard for a date that both sides agreed on."""
        self.ensure_one()
        self.check_access("write")
        return {
            "name": self.env._("Agree on a Date"),
            "type": "ir.actions.act_window",
            "res_model": "support.agree.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def _support_may_escalate(self) -> str:
        """Why this ticket cannot be escalated by hand, in the reader's words; empty if it can.
        **Hook**: a provider's catalogue may forbid it."""
        self.ensure_one()
        if not self.support_provider_id:
            return self.env._("This ticket belongs to no support provider.")
        if self.support_phase in facts.ENDED:
            return self.env._("This ticket is closed: reopen it before you escalate it.")
        if not self._support_get_chain():
            return self.env._("No escalation chain is set up for this ticket.")
        return ""

    def _support_allows_step(self, step, clock: dict) -> bool:
        """Whether the sweep may take ``step`` for ``clock`` (a row of ``support.clock`` as a dict).
        **Hook**: a provider's catalogue may forbid automatic escalation; the breach stays."""
        return True

    def _support_get_chain(self):
        """The chain a hand escalation follows: that of the resolution, else the first one there is."""
        self.ensure_one()
        targets = self.sudo().support_version_id.target_ids.filtered("chain_id")
        return (targets.filtered(lambda target: target.metric == "resolution") or targets)[:1].chain_id

    def _support_escalate(self, reason: str, side: str):
        """Take the next step of the chain by hand; access is checked by the caller.

        :raise UserError: when it is not possible, with the reason
        :return: the step that was taken
        """
        self.ensure_one()
        refusal = self._support_may_escalate()
        if refusal:
            raise UserError(refusal)
        if not (reason or "").strip():
            raise UserError(self.env._("Say why you escalate: it is the first thing the others read."))
        ticket = self.sudo()
        taken = ticket.support_escalation_ids.filtered(lambda row: row.state != "withdrawn").step_id
        steps = ticket._support_get_chain().step_ids.filtered("active")
        step = (steps - taken)[:1] or steps[-1:]
        said = self._support_mask_said(reason.strip())
        self.env["support.sweep"].sudo()._take_by_hand(ticket, step, said, self.env.user, side)
        return step

    @api.model
    def _support_escalated_values(self, step, user, now) -> dict:
        return {
            "support_escalated": True,
            "support_escalation_step_id": step.id,
            "support_escalated_by_id": user.id if user else False,
            "support_escalated_at": now,
            "support_acknowledged_by_id": False,
            "support_acknowledged_at": False,
        }
