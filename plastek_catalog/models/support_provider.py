from odoo import fields, models


class SupportProvider(models.Model):
    """Who approves corrections (P-10)."""

    _inherit = "support.provider"

    plastek_approver_role_ids = fields.Many2many(
        "support.role",
        "plastek_provider_approver_rel",
        string="Corrections Approved By",
        domain="[('provider_id', '=', id)]",
        help="Users of these roles approve corrections that somebody else asked for. Empty: every other agent.",
    )
