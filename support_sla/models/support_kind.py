from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SupportKind(models.Model):
    """A kind of request that a support level takes (P-3, B-16)."""

    _name = "support.kind"
    _inherit = ["support.used.mixin"]
    _description = "Kind of Request"
    _order = "provider_id, tier_id, sequence, id"

    provider_id = fields.Many2one("support.provider", required=True, ondelete="cascade", index=True)
    tier_id = fields.Many2one(
        "support.tier",
        string="Support Level",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('provider_id', '=', provider_id)]",
    )
    sequence = fields.Integer(default=10)
    code = fields.Char()
    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True, help="What it covers, shown to customers.")
    service_id = fields.Many2one(
        "support.service",
        ondelete="restrict",
        domain="[('provider_id', '=', provider_id)]",
        help="The service of a request of this kind, where nothing else names one.",
    )
    fitting_service_ids = fields.Many2many(
        "support.service",
        "support_kind_service_rel",
        string="Also Offered For",
        domain="[('provider_id', '=', provider_id)]",
        help="Of a kind without a service of its own: the services that customers may ask for it with. Empty: all.",
    )
    counts_hours = fields.Boolean(
        help="Hours recorded on requests of this kind are taken from the month's allowance of the entitlement."
    )
    portal_visible = fields.Boolean(default=True, help="Customers may choose it on the portal.")
    active = fields.Boolean(default=True)

    _code_unique = models.Constraint(
        "UNIQUE(provider_id, code)", "Two kinds of request of a provider cannot have the same code."
    )

    def _get_services(self):
        """The services that a request of this kind may be for; none: whatever service."""
        self.ensure_one()
        return self.service_id or self.fitting_service_ids

    @api.constrains("provider_id", "tier_id", "service_id", "fitting_service_ids")
    def _check_provider(self):
        for kind in self:
            for record in (kind.tier_id, kind.service_id, *kind.fitting_service_ids):
                if record and record.provider_id != kind.provider_id:
                    raise ValidationError(
                        self.env._(
                            "“%(record)s” does not belong to %(provider)s.",
                            record=record.display_name,
                            provider=kind.provider_id.name,
                        )
                    )
