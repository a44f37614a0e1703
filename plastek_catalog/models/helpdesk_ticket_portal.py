from collections.abc import Mapping
from typing import Any

from odoo import api, models

from ..const import PROVIDER


class HelpdeskTicket(models.Model):
    """What the catalogue says of its flags on the portal (P-7, P-11)."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _support_portal_describe_service(self, service, teams, match: Mapping[str, Any]) -> dict[str, Any]:
        card = super()._support_portal_describe_service(service, teams, match)
        if service.provider_id.code == PROVIDER:
            card["notes"] += [
                self.env._("Can be escalated") if service.plastek_escalation else self.env._("No escalation"),
                self.env._("Level can be raised") if service.plastek_raise else self.env._("Level stays as it is"),
            ]
        return card
