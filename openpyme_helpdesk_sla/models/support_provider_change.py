from odoo import fields, models


class SupportProvider(models.Model):
    _inherit = "support.provider"

    openpyme_project_id = fields.Many2one(
        "project.project",
        string="Project of Changes",
        ondelete="set null",
        help="Where the tasks of a change are, for accounts without a project of their own.",
    )
