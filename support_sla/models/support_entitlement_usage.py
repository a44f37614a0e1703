from odoo import api, fields, models


class SupportEntitlementUsage(models.Model):
    """Hours of an entitlement's monthly allowance used for a ticket (E-6.2)."""

    _name = "support.entitlement.usage"
    _description = "Support Hours Used"
    _order = "date desc, id desc"

    entitlement_id = fields.Many2one("support.entitlement", required=True, ondelete="cascade", index=True)
    ticket_id = fields.Many2one("helpdesk.ticket", ondelete="set null", index="btree_not_null")
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user, required=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    hours = fields.Float(required=True)
    description = fields.Char()

    _hours_check = models.Constraint("CHECK(hours > 0)", "Hours must be more than nothing.")

    @api.model_create_multi
    def create(self, vals_list):
        usages = super().create(vals_list)
        usages.ticket_id._support_judge_coverage()
        return usages
