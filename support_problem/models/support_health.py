from odoo import api, models


class SupportHealth(models.AbstractModel):
    """Broadcasts are handed to a scheduled action: the page of health shows when it is gone."""

    _inherit = "support.health"

    @api.model
    def _get_helpful_crons(self):
        return (*super()._get_helpful_crons(), "support_problem.ir_cron_broadcast")
