from collections.abc import Iterable
from typing import Any

from odoo import api, models

from .support_check import WARNING, Configuration


class SupportCheck(models.AbstractModel):
    """Whether customers who read the portal are told how to reach their provider (E-6.4, P-9, J-1)."""

    _inherit = "support.check"

    @api.model
    def _get_checks(self):
        return [*super()._get_checks(), "contact"]

    @api.model
    def _get_texts(self):
        return {
            **super()._get_texts(),
            "contact_missing": (
                self.env._(
                    "Customers of %(provider)s use the portal, which shows no number, address or person to turn to."
                ),
                self.env._("Enter at least one contact point on the provider that is shown on the portal."),
            ),
        }

    @api.model
    def _support_check_contact(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        """A provider with a contract in force whose customer has somebody on the portal must be reachable."""
        points = (
            self.env["support.contact.point"]
            .sudo()
            .search(
                [
                    ("active", "=", True),
                    ("portal_visible", "=", True),
                    ("provider_id", "in", configuration.providers.ids),
                ]
            )
        )
        # a queue without an address shows nothing; who has a role may depend on the customer
        reachable = points.filtered(lambda point: point.role_id or point._get_value()).provider_id
        silent = configuration.providers - reachable
        if not silent:
            return
        entitlements = (
            self.env["support.entitlement"]
            .sudo()
            .search([("provider_id", "in", silent.ids), ("is_in_force", "=", True)])
        )
        users = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("active", "=", True),
                    ("share", "=", True),
                    ("partner_id.commercial_partner_id", "in", entitlements.commercial_partner_id.ids),
                ]
            )
        )
        served = users.partner_id.commercial_partner_id
        for provider in silent:
            ours = entitlements.filtered(lambda entitlement, provider=provider: entitlement.provider_id == provider)
            if ours.commercial_partner_id & served:
                yield self._found("contact_missing", WARNING, provider, provider)
