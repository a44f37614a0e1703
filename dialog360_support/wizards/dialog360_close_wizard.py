from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError


class Dialog360CloseWizard(models.TransientModel):
    """Closes a ticket with a summary that the client gets (D-11)."""

    _name = "dialog360.close.wizard"
    _description = "Close"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade")
    summary = fields.Text(
        string="Summary of the Solution",
        required=True,
        compute="_compute_summary",
        precompute=True,
        store=True,
        readonly=False,
        help="What was the matter and what was done, as the client reads it.",
    )
    makes_page = fields.Boolean(
        string="Draft a Knowledge Page", help="So that colleagues find the solution again: a draft with the summary."
    )

    @api.depends("ticket_id")
    def _compute_summary(self):
        for wizard in self:
            wizard.summary = wizard.ticket_id._filtered_access("read").dialog360_summary

    def action_close(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        if not (self.summary or "").strip():
            raise UserError(self.env._("Say in a sentence or two what was done: the client gets it."))
        stage = ticket._support_get_phase_stage(facts.CLOSED)
        if not stage:
            raise UserError(self.env._("The queue has no stage that means closed: an administrator adds one."))
        ticket.write({"dialog360_summary": self.summary.strip(), "stage_id": stage.id})
        if self.makes_page:
            ticket._dialog360_make_page()
        return {"type": "ir.actions.act_window_close"}
