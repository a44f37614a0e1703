from odoo import models


class SupportEntitlement(models.Model):
    _inherit = "support.entitlement"

    def action_support_annex(self):
        """What this customer is promised, on paper."""
        self.ensure_one()
        self.check_access("read")
        return self.env["support.annex"]._open(provider_id=self.provider_id.id, entitlement_id=self.id)
