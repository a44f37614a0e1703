from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import PROVIDER

#: where the engine moves tickets by itself
AUTOMATIC_STAGES = ("answered_stage_id", "escalated_stage_id", "merged_stage_id")


class SupportProvider(models.Model):
    """OpenPyme's own settings (O-4, O-14)."""

    _inherit = "support.provider"

    openpyme_red_hours = fields.Integer(
        string="Red After (Hours)",
        default=24,
        help="A support ticket that nobody has written to the client about, or noted anything on, for more than so "
        "many plain hours turns red.",
    )
    openpyme_red_incoming = fields.Boolean(
        string="Client's Mails Count",
        help="Whether a mail of the client keeps a ticket white. Otherwise only what we send or note does, because a "
        "client who writes is not informed by it.",
    )

    _openpyme_red_hours_check = models.Constraint(
        "CHECK(openpyme_red_hours > 0)", "A ticket turns red after at least one hour."
    )

    @api.constrains(*AUTOMATIC_STAGES)
    def _check_openpyme_stages(self):
        self.filtered(lambda provider: provider.code == PROVIDER)._openpyme_check_stages()

    def _openpyme_check_stages(self) -> None:
        """:raise ValidationError: when a stage that tickets are moved to by themselves is a backlog (O-4)"""
        for provider in self:
            for name in AUTOMATIC_STAGES:
                if provider[name].openpyme_backlog:
                    raise ValidationError(
                        self.env._(
                            "“%(stage)s” is a backlog, where no support ticket can be, so tickets cannot be moved "
                            "there by themselves: change “%(setting)s” of %(provider)s.",
                            stage=provider[name].name,
                            setting=provider._fields[name]._description_string(self.env),
                            provider=provider.name,
                        )
                    )
