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
    openpyme_designer_id = fields.Many2one(
        "res.users",
        string="Workarounds Designed By",
        domain="[('share', '=', False)]",
        ondelete="set null",
        help="Who gets the task, and is told of it. Empty: whoever manages the project.",
    )

    def _openpyme_get_designer(self, project_sudo):
        """Who gets a task of :attr:`openpyme_design_project_id`, with sudo; empty when nobody can be asked."""
        self.ensure_one()
        for user_sudo in (self.sudo().openpyme_designer_id, project_sudo.user_id):
            if user_sudo.active and not user_sudo.share and not user_sudo._is_superuser():
                return user_sudo
        return user_sudo.browse()
