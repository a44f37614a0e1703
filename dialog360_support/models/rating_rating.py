from typing import Any

from odoo import models


class RatingRating(models.Model):
    """What clients say with their feedback is kept without secrets, as everything on their ticket or in their chat
    (D-16)."""

    _name = "rating.rating"
    _inherit = ["rating.rating", "support.masked.mixin"]

    def _support_get_said_about(self, vals: dict[str, Any]):
        return self._support_get_documents(vals)

    def _support_wants_masking(self, vals: dict[str, Any]) -> bool:
        if self._support_get_documents(vals, "discuss.channel").exists()._dialog360_filter_masking():
            return True
        return bool(self._support_get_said_about(vals)) and super()._support_wants_masking(vals)
