from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    """The stages a ticket may pass through are those of its queue (``support_own_stages`` of the team)."""

    _inherit = "helpdesk.ticket"

    stage_id = fields.Many2one(domain="[('id', 'in', support_stage_ids)]")
    support_stage_ids = fields.Many2many(
        "helpdesk.ticket.stage", compute="_compute_support_stage_ids", string="Stages of the Queue"
    )

    @api.depends("team_id")
    def _compute_support_stage_ids(self):
        for team, tickets in self.grouped("team_id").items():
            tickets.support_stage_ids = team._get_applicable_stages()

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """The board of a queue with its own stages has their columns and no others."""
        team = self.env["helpdesk.ticket.team"].browse(self.env.context.get("default_team_id") or [])
        if team.support_own_stages:
            return (team._get_applicable_stages() | stages).sorted()
        return super()._read_group_stage_ids(stages, domain)
