from odoo import api, fields, models


class SupportEntitlement(models.Model):
    """What a contract with OpenPyme says: its leader, and the hours of resolution by impact (O-1, O-5)."""

    _inherit = "support.entitlement"

    openpyme_hours_high = fields.Float(
        string="Hours, High Impact", help="Opening hours until a stopped operation goes on. 0: by agreement."
    )
    openpyme_hours_medium = fields.Float(
        string="Hours, Medium Impact", help="Opening hours until a partial degradation is solved. 0: by agreement."
    )
    openpyme_hours_low = fields.Float(
        string="Hours, Low Impact", help="Opening hours until a correction is made. 0: by agreement."
    )
    openpyme_waiting_count = fields.Integer(
        string="With Another Leader",
        compute="_compute_openpyme_waiting_count",
        help="Open requests of this client that another leader, or nobody, answers for.",
    )

    _openpyme_hours_check = models.Constraint(
        "CHECK(openpyme_hours_high >= 0 AND openpyme_hours_medium >= 0 AND openpyme_hours_low >= 0)",
        "Agreed hours cannot be negative.",
    )

    @api.depends("account_leader_id", "is_in_force")
    def _compute_openpyme_waiting_count(self):
        for entitlement in self:
            entitlement.openpyme_waiting_count = (
                self.env["helpdesk.ticket"].search_count(entitlement._openpyme_get_waiting_domain())
                if entitlement.openpyme_own and entitlement._origin and entitlement.account_leader_id
                else 0
            )

    def _openpyme_get_waiting_domain(self):
        """Open requests of this client that somebody else than its leader answers for."""
        self.ensure_one()
        return [
            ("support_provider_id", "=", self.provider_id.id),
            ("commercial_partner_id", "=", self.commercial_partner_id.id),
            ("openpyme_leader_id", "!=", self.account_leader_id.id),
            ("stage_id.closed", "=", False),
        ]

    def action_openpyme_hand_over(self):
        """Open the wizard that gives the client's open requests to its present leader (O-1)."""
        self.ensure_one()
        self.check_access("write")
        wizard = self.env["openpyme.leader.wizard"].create({"entitlement_id": self.id})
        return {
            "name": self.env._("Hand Over Open Requests"),
            "type": "ir.actions.act_window",
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }
