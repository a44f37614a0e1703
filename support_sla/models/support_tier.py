from odoo import fields, models


class SupportTier(models.Model):
    """A level of support (first line, second line …) and whether a contract includes it (E-6.2, P-3)."""

    _name = "support.tier"
    _inherit = ["support.used.mixin"]
    _description = "Support Level"
    _order = "provider_id, sequence, id"

    provider_id = fields.Many2one("support.provider", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    code = fields.Char()
    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True)
    coverage = fields.Selection(
        [("standard", "Part of every contract"), ("extra", "Extra service")],
        required=True,
        default="standard",
        help="An extra service is included for customers whose plan or entitlement names it; for others it is charged "
        "apart.",
    )
    kind_ids = fields.One2many("support.kind", "tier_id", string="Kinds of Request")
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint(
        "UNIQUE(provider_id, code)", "Two support levels of a provider cannot have the same code."
    )

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result
