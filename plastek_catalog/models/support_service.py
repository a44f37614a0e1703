from odoo import api, fields, models

from ..const import PROVIDER


class SupportService(models.Model):
    """What the catalogue allows for a service (P-5, P-7)."""

    _inherit = "support.service"

    plastek_escalation = fields.Boolean(
        string="Escalation",
        default=True,
        help="Without it a request for this service is never escalated, neither by hand nor when it is late; "
        "that it is "
        "late still counts and shows.",
    )
    plastek_raise = fields.Boolean(
        string="Raise Priority",
        default=True,
        help="Without it nobody can raise the level of a request for this service, nor its stars; lowering is allowed.",
    )
    plastek_provider = fields.Boolean(compute="_compute_plastek_provider")

    @api.depends("provider_id.code")
    def _compute_plastek_provider(self):
        for service in self:
            service.plastek_provider = service.provider_id.code == PROVIDER
