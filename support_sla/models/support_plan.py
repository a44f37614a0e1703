from odoo import fields, models


class SupportPlan(models.Model):
    """A level of support a customer can buy; policies can depend on it."""

    _name = "support.plan"
    _inherit = ["support.used.mixin"]
    _description = "Support Plan"
    _order = "provider_id, sequence, id"

    provider_id = fields.Many2one("support.provider", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    code = fields.Char()
    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True)
    active = fields.Boolean(default=True)
    monthly_hours = fields.Float(help="Hours included each month; 0: not limited.")

    tier_ids = fields.Many2many(
        "support.tier",
        string="Extra Services",
        domain="[('provider_id', '=', provider_id), ('coverage', '=', 'extra')]",
        help="Support levels that are included for customers with this plan.",
    )

    _monthly_hours_check = models.Constraint("CHECK(monthly_hours >= 0)", "Hours cannot be negative.")
