from odoo import fields, models

#: what an entitlement takes from its agreement
TAKEN = {"partner_id", "company_id", "start_date", "end_date", "active"}


class Agreement(models.Model):
    """A contract that entitles a customer to support (E-6.1)."""

    _inherit = "agreement"

    support_entitlement_ids = fields.One2many(
        "support.entitlement",
        "agreement_id",
        string="Support Entitlements",
        groups="helpdesk_mgmt.group_helpdesk_manager",
    )
    support_entitlement_count = fields.Integer(
        compute="_compute_support_entitlement_count", groups="helpdesk_mgmt.group_helpdesk_manager"
    )

    def _compute_support_entitlement_count(self):
        counts = dict(
            self.env["support.entitlement"]
            .with_context(active_test=False)
            ._read_group([("agreement_id", "in", self.ids)], ["agreement_id"], ["__count"])
        )
        for agreement in self:
            agreement.support_entitlement_count = counts.get(agreement, 0)

    def write(self, vals):
        result = super().write(vals)
        if not TAKEN.isdisjoint(vals):
            # who is entitled from when to when is cached in all workers; what is archived ends now, not whenever
            # somebody looks
            self.env["support.entitlement"].flush_model()
            self.env.registry.clear_cache()
        return result

    def action_support_entitlements(self):
        """The entitlements that hang on this agreement; a new one is filled in from it."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_entitlement_action")
        action["domain"] = [("agreement_id", "=", self.id)]
        action["context"] = {"default_agreement_id": self.id, "active_test": False}
        return action
