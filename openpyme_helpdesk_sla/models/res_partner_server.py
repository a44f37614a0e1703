from odoo import fields, models


class ResPartner(models.Model):
    """The servers that are monitored for a client (O-15)."""

    _inherit = "res.partner"

    openpyme_server_count = fields.Integer(
        string="Servers",
        compute="_compute_openpyme_server_count",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    def _compute_openpyme_server_count(self):
        counts = self.env["openpyme.server"]._count_by_account(self.commercial_partner_id)
        for partner in self:
            partner.openpyme_server_count = counts.get(partner.commercial_partner_id.id, 0)

    def action_openpyme_servers(self):
        """The servers of this client."""
        self.ensure_one()
        self.check_access("read")
        return self.env["openpyme.server"]._open_of_account(self.commercial_partner_id)
