from collections.abc import Mapping
from typing import Any

from odoo import api, models
from odoo.addons.support_sla.models.support_time import to_instant

from ..const import PROVIDER


class HelpdeskTicket(models.Model):
    """What the catalogue says of its flags on the portal (P-7, P-11)."""

    _inherit = "helpdesk.ticket"

    def _plastek_say_due(self) -> str:
        """When the next promise is due, in Plas-Tek's own time, which is said: for a mail, whose reader's zone nobody
        knows."""
        self.ensure_one()
        zone = self.support_provider_id.tz or "UTC"
        moment = self.with_context(tz=zone)._support_when(to_instant(self.support_next_due))
        return self.env._("%(moment)s, %(city)s time", moment=moment, city=self._support_portal_get_city(zone))

    @api.model
    def _support_portal_describe_service(self, service, teams, match: Mapping[str, Any]) -> dict[str, Any]:
        card = super()._support_portal_describe_service(service, teams, match)
        if service.provider_id.code == PROVIDER:
            card["notes"] += [
                self.env._("Can be escalated") if service.plastek_escalation else self.env._("No escalation"),
                self.env._("Level can be raised") if service.plastek_raise else self.env._("Level stays as it is"),
            ]
        return card
