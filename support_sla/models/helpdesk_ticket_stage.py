from odoo import api, fields, models

from ..tools import facts


class HelpdeskTicketStage(models.Model):
    _inherit = "helpdesk.ticket.stage"

    support_phase = fields.Selection(
        selection="_selection_support_phase",
        string="Phase",
        compute="_compute_support_phase",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="What this stage means to the clocks. The name of a stage means nothing.",
    )

    @api.model
    def _selection_support_phase(self):
        return [
            (facts.NEW, self.env._("New")),
            (facts.OPEN, self.env._("Open")),
            (facts.WAITING_CUSTOMER, self.env._("Waiting for the customer")),
            (facts.WAITING_THIRD_PARTY, self.env._("Waiting for a third party")),
            (facts.ON_HOLD, self.env._("On hold")),
            (facts.RESOLVED, self.env._("Resolved")),
            (facts.CLOSED, self.env._("Closed")),
            (facts.CANCELLED, self.env._("Cancelled")),
        ]

    def write(self, vals):
        before = {stage: stage.support_phase for stage in self}
        result = super().write(vals)
        changed = self.filtered(lambda stage: stage.support_phase != before[stage])
        if changed:
            # what a stage means has changed for those who stand in it, from now on
            tickets = (
                self.env["helpdesk.ticket"]
                .sudo()
                .with_context(active_test=False)
                .search([("stage_id", "in", changed.ids), ("support_raised", "!=", False)])
            )
            for start in range(0, len(tickets), 500):
                # not sudo: the side of the fact is that of who changed it
                self.env["helpdesk.ticket"].browse(tickets.ids[start : start + 500])._support_sync()
        return result

    @api.depends("closed", "unattended")
    def _compute_support_phase(self):
        for stage in self:
            if stage.closed:
                if stage.support_phase not in (facts.CLOSED, facts.CANCELLED):
                    stage.support_phase = facts.CLOSED
            elif stage.support_phase in (False, facts.CLOSED, facts.CANCELLED):
                stage.support_phase = facts.NEW if stage.unattended else facts.OPEN
