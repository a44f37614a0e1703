from typing import Any

from odoo import models


class RatingRating(models.Model):
    """What clients say with their feedback is kept without secrets, as everything on their ticket (D-16)."""

    _name = "rating.rating"
    _inherit = ["rating.rating", "support.masked.mixin"]

    def _support_get_said_about(self, vals: dict[str, Any]):
        rated = self[:1].sudo()
        model = vals.get("res_model") or rated.res_model
        if vals.get("res_model_id"):
            model = self.env["ir.model"].sudo().browse(vals["res_model_id"]).model
        return self.env["helpdesk.ticket"].browse(
            (vals.get("res_id") or rated.res_id or []) if model == "helpdesk.ticket" else []
        )

    def _support_wants_masking(self, vals: dict[str, Any]) -> bool:
        return bool(self._support_get_said_about(vals)) and super()._support_wants_masking(vals)
