from odoo import fields, models


class SupportRemapLine(models.Model):
    """One service and its level before and after (E-6.4)."""

    _name = "support.remap.line"
    _description = "Level That Follows an Impact"
    _order = "service_id, id"
    _rec_name = "service_id"

    remap_id = fields.Many2one("support.remap", required=True, ondelete="cascade", readonly=True, index=True)
    service_id = fields.Many2one("support.service", required=True, ondelete="cascade", readonly=True)
    impact_id = fields.Many2one(related="service_id.impact_id")
    before_id = fields.Many2one("support.priority", string="Level Before", ondelete="cascade", readonly=True)
    after_id = fields.Many2one("support.priority", string="Level After", ondelete="cascade", readonly=True)
    current_id = fields.Many2one(related="service_id.default_priority_id", string="Level Now")
