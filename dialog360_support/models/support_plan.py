from odoo import fields, models


class SupportPlan(models.Model):
    _inherit = "support.plan"

    dialog360_chat = fields.Boolean(
        string="With Chat",
        help="New entitlements with this plan have the chat on the portal, where the provider has one.",
    )
