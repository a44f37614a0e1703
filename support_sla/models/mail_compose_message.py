import ast
from typing import Any

from odoo import models


class MailComposeMessage(models.TransientModel):
    """What is being written in the composer of mails waits in a row of its own (D-16)."""

    _name = "mail.compose.message"
    _inherit = ["mail.compose.message", "support.masked.mixin"]

    def _support_get_said_about(self, vals: dict[str, Any]):
        Ticket = self.env["helpdesk.ticket"]
        context = self.env.context
        ids = vals.get("res_ids") or (self[:1].res_ids if self else context.get("default_res_ids"))
        if isinstance(ids, str):
            try:
                ids = ast.literal_eval(ids)
            except (SyntaxError, ValueError):
                ids = []  # refused by whoever sends it
        return Ticket.browse(ids if isinstance(ids, (list, tuple)) else [])

    def _support_wants_masking(self, vals: dict[str, Any]) -> bool:
        model = vals.get("model") or (self[:1].model if self else self.env.context.get("default_model"))
        return model == "helpdesk.ticket" and super()._support_wants_masking(vals)
