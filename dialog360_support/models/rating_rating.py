from typing import Any

from odoo import models


class RatingRating(models.Model):
    """What clients say with their feedback is kept without secrets, as everything on their ticket or in their chat
    (D-16)."""

    _name = "rating.rating"
    _inherit = ["rating.rating", "support.masked.mixin"]

    def _support_get_said_about(self, vals: dict[str, Any]):
        return self._dialog360_get_rated(vals, "helpdesk.ticket")

    def _support_wants_masking(self, vals: dict[str, Any]) -> bool:
        if self._dialog360_get_rated(vals, "discuss.channel").exists()._dialog360_filter_masking():
            return True
        return bool(self._support_get_said_about(vals)) and super()._support_wants_masking(vals)

    def _dialog360_get_rated(self, vals: dict[str, Any], name: str):
        """What these ratings, or a new one with these values, are about, if it is of the model ``name``."""
        rated = self[:1].sudo()
        model = vals.get("res_model") or rated.res_model
        if vals.get("res_model_id"):
            model = self.env["ir.model"].sudo().browse(vals["res_model_id"]).model
        return self.env[name].browse((vals.get("res_id") or rated.res_id or []) if model == name else [])
