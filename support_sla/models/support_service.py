from odoo import fields, models


class SupportService(models.Model):
    """A row of a provider's service catalogue."""

    _name = "support.service"
    _inherit = ["support.used.mixin"]
    _description = "Support Service"
    _order = "provider_id, sequence, id"

    provider_id = fields.Many2one("support.provider", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    code = fields.Char()
    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True, help="What it covers, shown to customers.")
    keywords = fields.Char(
        translate=True,
        help="Other words that customers use for it, found when they search the portal: till, cash desk, receipt.",
    )
    active = fields.Boolean(default=True)
    default_priority_id = fields.Many2one("support.priority", domain="[('provider_id', '=', provider_id)]")
    impact_id = fields.Many2one(
        "support.impact",
        ondelete="restrict",
        domain="[('provider_id', '=', provider_id)]",
        help="How far a failure of it reaches.",
    )
    team_id = fields.Many2one("helpdesk.ticket.team", string="Queue")
    portal_visible = fields.Boolean(default=True)

    _code_unique = models.Constraint(
        "UNIQUE(provider_id, code)", "Two services of a provider cannot have the same code."
    )
