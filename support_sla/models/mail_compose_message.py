from typing import Any

from odoo import models


class MailComposeMessage(models.TransientModel):
    """What is being written in the composer of mails waits in a row of its own (D-16)."""

    _name = "mail.compose.message"
    _inherit = ["mail.compose.message", "support.masked.mixin"]

    def _support_get_said_about(self, vals: dict[str, Any]):
        return self._support_get_named(vals, "model") or self.env["helpdesk.ticket"]

    def _support_wants_masking(self, vals: dict[str, Any]) -> bool:
        return self._support_get_named(vals, "model") is not None and super()._support_wants_masking(vals)
