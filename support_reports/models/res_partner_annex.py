from odoo import models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_support_annex(self):
        """What this customer is promised, on paper: of the entitlement in force, else of the last one."""
        self.ensure_one()
        self.check_access("read")
        entitlements = self.env["support.entitlement"].search(
            [("commercial_partner_id", "=", self.commercial_partner_id.id)]
        )
        if not entitlements:
            raise UserError(
                self.env._("%s has no entitlement yet: make one first.", self.commercial_partner_id.display_name)
            )
        current = entitlements.filtered("is_in_force") or entitlements
        if len(current) > 1:
            action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_entitlement_action")
            action["domain"] = [("id", "in", current.ids)]
            return action
        return current.action_support_annex()
