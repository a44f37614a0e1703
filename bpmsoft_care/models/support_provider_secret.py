from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SupportProvider(models.Model):
    """How passwords of clients are shown (B-9)."""

    _inherit = "support.provider"

    bpmsoft_secret_seconds = fields.Integer(
        string="Show Passwords For",
        default=30,
        help="Seconds after which a password that was looked at is hidden again.",
    )
    bpmsoft_secret_managers = fields.Boolean(
        string="Managers See Passwords",
        help="Helpdesk managers see passwords of requests without being members of the queue. Each look is recorded.",
    )

    @api.constrains("bpmsoft_secret_seconds")
    def _check_bpmsoft_secret_seconds(self):
        for provider in self:
            if not 5 <= provider.bpmsoft_secret_seconds <= 600:
                raise ValidationError(self.env._("Passwords are shown for 5 to 600 seconds."))

    def _bpmsoft_get_secret_seconds(self) -> int:
        self.ensure_one()
        return self.bpmsoft_secret_seconds or 30
