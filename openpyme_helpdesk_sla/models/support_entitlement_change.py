from odoo import fields, models


class SupportEntitlement(models.Model):
    _inherit = "support.entitlement"

    openpyme_project_id = fields.Many2one(
        "project.project",
        string="Project of Changes",
        ondelete="set null",
        help="Where the tasks of this account's changes are. Empty: in the project of the provider.",
    )
