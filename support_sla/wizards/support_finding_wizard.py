from odoo import fields, models
from odoo.exceptions import UserError


class SupportFindingWizard(models.TransientModel):
    """Asks why a finding of the configuration check is as it is meant to be (E-6.4)."""

    _name = "support.finding.wizard"
    _description = "Accept a Finding"

    finding_ids = fields.Many2many("support.finding", string="Findings")
    reason = fields.Char(required=True)

    def action_accept(self):
        """Accept the findings; they stay visible and are no longer counted or told."""
        self.ensure_one()
        self.finding_ids._refuse_others()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: whoever looks at it next wants to know."))
        self.finding_ids._accept(reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
