from collections.abc import Iterable
from typing import Any

from odoo import api, models
from odoo.addons.support_sla.models.support_check import HINT, WARNING, Configuration

from ..const import AGREED_HOURS, PROVIDER


class SupportCheck(models.AbstractModel):
    """What is amiss with OpenPyme's accounts (O-1, O-5)."""

    _inherit = "support.check"

    @api.model
    def _get_checks(self):
        return [*super()._get_checks(), "openpyme_accounts"]

    @api.model
    def _get_texts(self):
        return {
            **super()._get_texts(),
            "openpyme_leader_missing": (
                self.env._("%(record)s names no account leader: its requests are assigned to nobody."),
                self.env._("Choose the leader on the entitlement."),
            ),
            "openpyme_leader_left": (
                self.env._("The account leader of %(record)s, %(leader)s, has left: its requests go to nobody."),
                self.env._("Choose another leader on the entitlement, and hand the open requests over there."),
            ),
            "openpyme_leader_unreachable": (
                self.env._("The account leader of %(record)s, %(leader)s, has no e-mail address."),
                self.env._("Enter the address on the user."),
            ),
            "openpyme_hours_missing": (
                self.env._("%(count)s contract(s) of %(provider)s name no hours for one of the impacts."),
                self.env._(
                    "Enter the agreed hours on the entitlements; where there are none, each date is agreed on with "
                    "the client."
                ),
            ),
        }

    @api.model
    def _support_check_openpyme_accounts(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        """Each contract in force has a leader who is here, and hours for each impact."""
        entitlements = configuration.get_contracts(PROVIDER)
        provider = entitlements.provider_id
        for entitlement in entitlements:
            leader = entitlement.with_context(active_test=False).account_leader_id
            if not leader:
                yield self._found("openpyme_leader_missing", WARNING, entitlement, provider)
            elif not leader.active:
                yield self._found("openpyme_leader_left", WARNING, entitlement, provider, leader=leader)
            elif not leader.email:
                yield self._found("openpyme_leader_unreachable", WARNING, entitlement, provider, leader=leader)
        without = entitlements.filtered(
            lambda entitlement: not all(entitlement[name] for name in AGREED_HOURS.values())
        )
        if without:
            yield self._found("openpyme_hours_missing", HINT, without, provider, count=len(without))
