from odoo import fields, models


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "support.used.mixin"]

    support_provider_id = fields.Many2one(
        "support.provider",
        ondelete="restrict",
        index="btree_not_null",
        help="Tickets of this team follow this provider's priorities and policies.",
    )
    support_tier_id = fields.Many2one(
        "support.tier",
        string="Support Level",
        ondelete="restrict",
        domain="[('provider_id', '=', support_provider_id)]",
        help="Of tickets in this queue whose kind of request is not known.",
    )
    support_own_stages = fields.Boolean(
        string="Only Own Stages",
        help="Tickets of this team pass only through the stages that name it, not through those that name no team.",
    )

    def _get_applicable_stages(self):
        stages = super()._get_applicable_stages()
        if self.support_own_stages:
            own = stages.filtered(lambda stage: self in stage.team_ids)
            # a team without a single stage would leave its tickets nowhere
            return own or stages
        return stages
