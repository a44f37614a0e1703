from collections.abc import Iterable
from typing import Any

from odoo import api, models
from odoo.addons.support_sla.models.support_check import WARNING, Configuration


class SupportCheck(models.AbstractModel):
    """What of the classifier an administrator still has to decide (E-6.4, P-5)."""

    _inherit = "support.check"

    @api.model
    def _get_checks(self):
        return [*super()._get_checks(), "plastek_entry"]

    @api.model
    def _get_texts(self):
        return {
            **super()._get_texts(),
            "plastek_entry_without_service": (
                self.env._("The classifier's entry “%(record)s” has no service: its requests have no promise."),
                self.env._("Enter its service; open requests that wait for one get it. Or accept that none is agreed."),
            ),
        }

    @api.model
    def _support_check_plastek_entry(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        """P-4, P-5: entries that stand in no row of the catalogue."""
        for entry in (
            self.env["plastek.entry"]
            .sudo()
            .search(
                [("active", "=", True), ("provider_id", "in", configuration.providers.ids), ("service_id", "=", False)]
            )
        ):
            yield self._found("plastek_entry_without_service", WARNING, entry, entry.provider_id)
