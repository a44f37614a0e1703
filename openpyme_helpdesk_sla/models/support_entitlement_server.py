from odoo import fields, models


class SupportEntitlement(models.Model):
    """The servers of an account (O-15)."""

    _inherit = "support.entitlement"

    openpyme_server_count = fields.Integer(string="Servers", compute="_compute_openpyme_server_count")

    def _compute_openpyme_server_count(self):
        counts = self.env["openpyme.server"]._count_by_account(self.commercial_partner_id)
        for entitlement in self:
            entitlement.openpyme_server_count = counts.get(entitlement.commercial_partner_id.id, 0)

    def action_openpyme_servers(self):
        """The servers of this account."""
        self.ensure_one()
        self.check_access("read")
        return self.env["openpyme.server"]._open_of_account(self.commercial_partner_id)
