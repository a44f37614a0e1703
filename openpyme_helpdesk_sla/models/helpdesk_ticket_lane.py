from odoo import models

from ..const import HIGH


class HelpdeskTicket(models.Model):
    """What stops an operation is attended at once (O-5): it goes to the head of its account's line (O-10)."""

    _inherit = "helpdesk.ticket"

    def _support_get_lane_rank(self):
        return -1 if self.openpyme_impact_id.code == HIGH else super()._support_get_lane_rank()
