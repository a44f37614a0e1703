from odoo import api, models


class SupportHealth(models.AbstractModel):
    _inherit = "support.health"

    @api.model
    def _get_helpful_crons(self):
        return (*super()._get_helpful_crons(), "openpyme_helpdesk_sla.ir_cron_daily_list")
