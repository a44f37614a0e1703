from collections.abc import Iterable
from typing import Any

from odoo import api, models
from odoo.addons.support_sla.models.support_check import WARNING, Configuration

from ..const import PROVIDER


class SupportCheck(models.AbstractModel):
    """What is amiss with the authorised persons of clients (B-5)."""

    _inherit = "support.check"

    @api.model
    def _get_checks(self):
        return [*super()._get_checks(), "bpmsoft_people"]

    @api.model
    def _get_texts(self):
        return {
            **super()._get_texts(),
            "bpmsoft_nobody": (
                self.env._("%(record)s names no authorised person: whatever this client sends is held back."),
                self.env._("Record who is authorised, on the entitlement."),
            ),
            "bpmsoft_unreachable": (
                self.env._("The authorised person of %(record)s, %(person)s, has no e-mail address."),
                self.env._("Enter the address on the contact: mails are recognised by it."),
            ),
        }

    @api.model
    def _support_check_bpmsoft_people(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        """Each contract in force names one person, who can be recognised by an address."""
        for entitlement in configuration.get_contracts(PROVIDER):
            person = entitlement._bpmsoft_get_contact()
            if not person:
                yield self._found("bpmsoft_nobody", WARNING, entitlement, entitlement.provider_id)
            elif not person.email_normalized:
                yield self._found("bpmsoft_unreachable", WARNING, entitlement, entitlement.provider_id, person=person)
