from odoo import fields, models


class SupportProvider(models.Model):
    """How a provider treats problems (E-7.1)."""

    _inherit = "support.provider"

    problem_promises = fields.Boolean(
        string="Problems Have Promises",
        help="Policies are matched for problems as for other tickets. Otherwise nothing is promised for them: "
        "customers are promised something on their own tickets only.",
    )
