from odoo import api, fields, models


class SupportEntitlement(models.Model):
    """Which clients have the chat (D-1)."""

    _inherit = "support.entitlement"

    dialog360_chat = fields.Boolean(
        string="Chat",
        compute="_compute_dialog360_chat",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="This client writes to us in the chat on the portal. Filled in from the plan when that is chosen.",
    )

    @api.depends("plan_id")
    def _compute_dialog360_chat(self):
        for entitlement in self:
            # a later edit of the plan takes the chat from nobody, and gives it to nobody
            entitlement.dialog360_chat = entitlement.plan_id.dialog360_chat or (
                not entitlement.plan_id and entitlement.dialog360_chat
            )
