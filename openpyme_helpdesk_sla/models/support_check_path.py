from collections.abc import Iterable
from typing import Any

from odoo import api, models
from odoo.addons.support_sla.models.support_check import WARNING, Configuration

from ..const import PROVIDER


class SupportCheck(models.AbstractModel):
    """What would stop a guided path (O-7)."""

    _inherit = "support.check"

    @api.model
    def _get_checks(self):
        return [*super()._get_checks(), "openpyme_path"]

    @api.model
    def _get_texts(self):
        return {
            **super()._get_texts(),
            "openpyme_no_design_project": (
                self.env._("%(record)s has no project to which the team's tasks for workarounds go."),
                self.env._("Choose one on the provider, under “Project for Workarounds”."),
            ),
        }

    @api.model
    def _support_check_openpyme_path(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        """The template of a scenario can be sent to the team."""
        for provider in configuration.providers.filtered(lambda provider: provider.code == PROVIDER):
            project = provider.openpyme_design_project_id
            if not project or not project.active:
                yield self._found("openpyme_no_design_project", WARNING, provider, provider)
