from odoo import api, models


class SupportHealth(models.AbstractModel):
    _inherit = "support.health"

    @api.model
    def _get_helpful_crons(self):
        return (*super()._get_helpful_crons(), "bpmsoft_care.ir_cron_watch")
