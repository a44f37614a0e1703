from odoo import fields, models


class SupportExclusionReason(models.Model):
    """Why a missed promise may be left out of achievement by agreement (E-3.8)."""

    _name = "support.exclusion.reason"
    _description = "Exclusion Reason"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Char(required=True, help="Stands in the facts for good, whatever the name becomes.")
    name = fields.Char(required=True, translate=True)
    note_required = fields.Boolean(
        string="Explanation Required", default=True, help="Whoever asks has to say what happened."
    )

    _code_unique = models.Constraint("UNIQUE(code)", "Two exclusion reasons cannot have the same code.")
