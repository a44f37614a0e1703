from odoo import fields, models


class SupportProvider(models.Model):
    """Who takes requests in (P-2) and who approves corrections (P-10)."""

    _inherit = "support.provider"

    plastek_intake_role_id = fields.Many2one(
        "support.role",
        string="Intake",
        ondelete="set null",
        domain="[('provider_id', '=', id)]",
        help="Gets what neither a routing rule nor the classifier sends elsewhere, and what arrives on the first line.",
    )
    plastek_approver_role_ids = fields.Many2many(
        "support.role",
        "plastek_provider_approver_rel",
        string="Corrections Approved By",
        domain="[('provider_id', '=', id)]",
        help="Users of these roles approve corrections that somebody else asked for. Empty: every other agent.",
    )
