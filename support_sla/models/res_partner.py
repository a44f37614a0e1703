from odoo import fields, models


class ResPartner(models.Model):
    """A customer's lines in the work queues, reached from the customer (O-10)."""

    _inherit = "res.partner"

    support_lane_count = fields.Integer(compute="_compute_support_lane", groups="helpdesk_mgmt.group_helpdesk_user_own")
    support_lane_text = fields.Char(
        string="In the Work Queues",
        compute="_compute_support_lane",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    def _compute_support_lane(self):
        accounts = self.env["support.lane.account"].search([("partner_id", "in", self.commercial_partner_id.ids)])
        for partner in self:
            own = accounts.filtered(
                lambda account, customer=partner.commercial_partner_id: account.partner_id == customer
            )
            partner.support_lane_count = len(own)
            partner.support_lane_text = self.env._(
                "%(busy)s in work, %(waiting)s in line",
                busy=sum(own.mapped("in_work_count")),
                waiting=sum(own.mapped("waiting_count")),
            )

    def action_support_open_lanes(self):
        """What is in work of this customer and what waits."""
        self.ensure_one()
        self.check_access("read")
        self.env["support.lane.account"].check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_lane_account_action")
        action["domain"] = [("partner_id", "=", self.commercial_partner_id.id)]
        action["context"] = {}
        return action
