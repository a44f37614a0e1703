from odoo import api, models


class SupportHealth(models.AbstractModel):
    _inherit = "support.health"

    @api.model
    def _get_helpful_crons(self):
        return (*super()._get_helpful_crons(), "support_reports.ir_cron_what_if")
