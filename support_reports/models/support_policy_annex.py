from odoo import models


class SupportPolicy(models.Model):
    _inherit = "support.policy"

    def action_support_annex(self):
        """What this policy promises, on paper."""
        self.ensure_one()
        self.check_access("read")
        return self.env["support.annex"]._open(provider_id=self.provider_id.id, policy_id=self.id)
