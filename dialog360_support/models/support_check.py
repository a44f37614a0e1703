from collections.abc import Iterable
from typing import Any

from odoo import api, models
from odoo.addons.support_sla.models.support_check import WARNING, Configuration

from ..const import PROVIDER


class SupportCheck(models.AbstractModel):
    """What an administrator still has to enter for 360dialog's support (E-6.4, D-8, D-18)."""

    _inherit = "support.check"

    @api.model
    def _get_checks(self):
        return [*super()._get_checks(), "dialog360_provider"]

    @api.model
    def _get_texts(self):
        return {
            **super()._get_texts(),
            "dialog360_no_status_page": (
                self.env._("“%(record)s” has no status page: clients write about incidents that are known."),
                self.env._("Enter its address on the page “360dialog”, or accept that there is none."),
            ),
            "dialog360_no_leader": (
                self.env._("The queue “%(record)s” has no leader: nobody answers for it when something took too long."),
                self.env._("Name a leader of the team."),
            ),
        }

    @api.model
    def _support_check_dialog360_provider(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        """D-8, D-18: a status page, and a leader for every team that may be asked for causes."""
        for provider in configuration.providers.filtered(lambda provider: provider.code == PROVIDER):
            if not provider.dialog360_status_url:
                yield self._found("dialog360_no_status_page", WARNING, provider, provider)
            for team in provider.team_ids.filtered(lambda team: team.active and not team.user_id):
                yield self._found("dialog360_no_leader", WARNING, team, provider)
