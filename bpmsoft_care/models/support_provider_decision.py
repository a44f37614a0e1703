from odoo import fields, models


class SupportProvider(models.Model):
    _inherit = "support.provider"

    bpmsoft_offer_days = fields.Integer(
        string="Paid Offers Are Valid For",
        default=14,
        help="Calendar days, unless whoever makes the offer says otherwise.",
    )

    _bpmsoft_offer_days_check = models.Constraint(
        "CHECK(bpmsoft_offer_days > 0)", "A paid offer has to be valid for at least one day."
    )
