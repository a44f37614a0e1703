from odoo import models

from ..const import PROVIDER
from .support_entitlement import SPECIAL


class SupportLane(models.Model):
    _inherit = "support.lane"

    def _get_limit(self, entitlement):
        """What was agreed for an account counts while it is a special one (O-10)."""
        if self.provider_id.code == PROVIDER and entitlement.openpyme_account_kind != SPECIAL:
            return self.at_once
        return super()._get_limit(entitlement)
