from odoo import fields, models


class BpmsoftEstimateReason(models.Model):
    """An objective reason for which an estimate may be extended (B-4)."""

    _name = "bpmsoft.estimate.reason"
    _inherit = ["support.used.mixin"]
    _description = "Reason to Extend an Estimate"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True, help="The client reads it.")
    active = fields.Boolean(default=True)
