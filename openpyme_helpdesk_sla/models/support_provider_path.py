from odoo import fields, models


class SupportProvider(models.Model):
    """How the guided path goes with this provider (O-7)."""

    _inherit = "support.provider"

    openpyme_path_required = fields.Boolean(
        string="Support Ends Only on Its Path",
        default=True,
        help="Staff cannot resolve or close a support request before the end of its path. Cancelling, merging and what "
        "the client does stay possible.",
    )
    openpyme_design_project_id = fields.Many2one(
        "project.project",
        string="Project for Workarounds",
        ondelete="set null",
        help="Where the team gets a task when nobody knows a workaround. The team's answer there takes the ticket on.",
    )
