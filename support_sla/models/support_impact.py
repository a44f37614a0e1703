from odoo import fields, models


class SupportImpact(models.Model):
    """How far a failure reaches, in a provider's own words (P-5, O-5); the first of them reaches farthest."""

    _name = "support.impact"
    _inherit = ["support.used.mixin"]
    _description = "Impact"
    _order = "provider_id, sequence, id"

    provider_id = fields.Many2one("support.provider", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10, help="What reaches farthest comes first.")
    code = fields.Char()
    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True, help="When it applies, shown to agents and customers.")
    priority_id = fields.Many2one(
        "support.priority",
        string="Fitting Priority",
        ondelete="restrict",
        domain="[('provider_id', '=', provider_id)]",
        help="The level that follows from this impact. Services whose level contradicts it are reported by the "
        "configuration check.",
    )
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint(
        "UNIQUE(provider_id, code)", "Two impacts of a provider cannot have the same code."
    )
