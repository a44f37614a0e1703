from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import facts


class SupportSolvedWizard(models.TransientModel):
    """Closes a ticket that was solved on the phone; at the first contact, that is recorded (J-11)."""

    _name = "support.solved.wizard"
    _description = "Solved on the Phone"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    direction = fields.Selection([("in", "The customer called"), ("out", "We called")], required=True, default="in")
    solution = fields.Text(string="What Solved It", required=True)
    stage_id = fields.Many2one("helpdesk.ticket.stage", compute="_compute_outcome", string="Moves To")
    first_contact = fields.Boolean(compute="_compute_outcome")

    @api.depends("ticket_id")
    def _compute_outcome(self):
        for wizard in self:
            ticket = wizard.ticket_id
            stages = ticket.team_id._get_applicable_stages()
            wizard.stage_id = next(
                (
                    found
                    for phase in (facts.RESOLVED, facts.CLOSED)
                    if (found := stages.filtered(lambda stage, phase=phase: stage.support_phase == phase)[:1])
                ),
                False,
            )
            # sudo: facts count, whoever may read them
            wizard.first_contact = bool(ticket) and ticket.sudo()._support_is_first_contact()

    def action_solved(self):
        """Record the call, which answers the customer, and close the ticket."""
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        if not (self.solution or "").strip():
            raise UserError(self.env._("Say what solved it: whoever reads this ticket next wants to know."))
        if ticket.support_phase in facts.ENDED:
            raise UserError(self.env._("%s is resolved or closed already.", ticket.number))
        if not self.stage_id:
            raise UserError(
                self.env._(
                    "The queue “%s” has no stage that means resolved or closed: give one of its stages that phase.",
                    ticket.team_id.name or "",
                )
            )
        first = self.first_contact
        self.env["support.call.wizard"].create(
            {
                "ticket_id": ticket.id,
                "direction": self.direction,
                "note": self.solution.strip(),
                "moment": self.env["support.event"]._now(),
            }
        ).action_log()
        ticket.stage_id = self.stage_id
        if first:
            # sudo: it follows from the facts, see support_first_contact
            ticket.sudo()._support_set({"support_first_contact": True})
        return {"type": "ir.actions.act_window_close"}
