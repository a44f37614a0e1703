from typing import Any

from odoo import models


class MailActivitySchedule(models.TransientModel):
    """What is to be done waits in a row of the window, before it is an activity (D-16)."""

    _name = "mail.activity.schedule"
    _inherit = ["mail.activity.schedule", "support.masked.mixin"]

    def _support_get_said_about(self, vals: dict[str, Any]):
        return self._support_get_named(vals, "res_model") or self.env["helpdesk.ticket"]

    def _support_wants_masking(self, vals: dict[str, Any]) -> bool:
        return self._support_get_named(vals, "res_model") is not None and super()._support_wants_masking(vals)
