from odoo import api, models
from odoo.exceptions import ValidationError

from ..const import PROVIDER


class SupportEscalationStep(models.Model):
    """No step of a chain puts a support ticket off (O-4)."""

    _inherit = "support.escalation.step"

    @api.constrains("stage_id", "chain_id")
    def _check_openpyme_backlog(self):
        for step in self:
            if step.provider_id.code == PROVIDER and step.stage_id.openpyme_backlog:
                raise ValidationError(
                    self.env._(
                        "“%(step)s” would move tickets into “%(stage)s”, a backlog, where no support ticket can be.",
                        step=step.name,
                        stage=step.stage_id.name,
                    )
                )
