from typing import Any

from odoo import models


class MailActivity(models.Model):
    """Activities end rounds (J-16), and what stands in those of tickets is masked as the tickets' own words (D-16)."""

    _name = "mail.activity"
    _inherit = ["mail.activity", "support.masked.mixin"]

    def _support_get_said_about(self, vals: dict[str, Any]):
        return self._support_get_documents(vals)

    def _support_wants_masking(self, vals: dict[str, Any]) -> bool:
        # what is on no ticket is nobody's business here
        return bool(self._support_get_said_about(vals)) and super()._support_wants_masking(vals)

    def _action_done(self, feedback=False, attachment_ids=None):
        """J-16: whoever marks the activity of a morning round done, from wherever, has done the round."""
        ids = self.filtered(lambda activity: activity.res_model == "support.round" and activity.automated).mapped(
            "res_id"
        )
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if ids:
            # sudo: whoever may do the activity need not write rounds, which nobody does
            rounds_sudo = self.env["support.round"].sudo().browse(ids).exists()
            rounds_sudo.filtered(lambda morning: morning.state == "open")._settle()
        return result
