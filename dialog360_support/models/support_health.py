from odoo import api, models


class SupportHealth(models.AbstractModel):
    """Reviews are opened by a scheduled action: the page of health shows when it is gone."""

    _inherit = "support.health"

    @api.model
    def _get_helpful_crons(self):
        return (
            *super()._get_helpful_crons(),
            "dialog360_support.ir_cron_chat",
            "dialog360_support.ir_cron_review",
        )
