from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import PROVIDER

GENERAL = "general"
SPECIAL = "special"


class SupportEntitlement(models.Model):
    """General and special accounts (O-10): how many changes of a customer are worked on at once."""

    _inherit = "support.entitlement"

    openpyme_own = fields.Boolean(compute="_compute_openpyme_own")
    openpyme_account_kind = fields.Selection(
        [(GENERAL, "General"), (SPECIAL, "Special")],
        string="Account",
        default=GENERAL,
        tracking=True,
        help="General: changes one by one. Special: as many at once as agreed. Support is attended one by one in both.",
    )

    @api.depends("provider_id.code")
    def _compute_openpyme_own(self):
        for entitlement in self:
            entitlement.openpyme_own = entitlement.provider_id.code == PROVIDER

    # of a special account only: what is stored for a general one is left over from before and counts for nothing
    @api.constrains("openpyme_account_kind")
    def _check_openpyme_account_kind(self):
        self._openpyme_check_agreed()

    @api.constrains("work_limit")
    def _check_openpyme_work_limit(self):
        self._openpyme_check_agreed()

    def _openpyme_check_agreed(self):
        for entitlement in self.filtered("openpyme_own"):
            if entitlement.openpyme_account_kind == SPECIAL and not entitlement.work_limit:
                raise ValidationError(
                    self.env._(
                        "%s: a special account needs the number of changes that are worked on at once.",
                        entitlement.partner_id.display_name,
                    )
                )

    @api.model
    def _get_lane_fields(self):
        return super()._get_lane_fields() | {"openpyme_account_kind"}
