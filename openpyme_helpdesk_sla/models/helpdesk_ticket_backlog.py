from odoo import api, models
from odoo.exceptions import ValidationError

from ..const import SUPPORT


class HelpdeskTicket(models.Model):
    """A support ticket is never put off into the backlog (O-4).

    Constraints, because they hold by any way in: form, drag, import, RPC, mail, automatic steps, and a stage that
    follows from another queue. Two methods, because the stage and the kind may be found one after the other.
    """

    _inherit = "helpdesk.ticket"

    @api.constrains("stage_id")
    def _check_openpyme_stage(self):
        for ticket in self:
            if ticket._openpyme_is_put_off():
                raise ValidationError(
                    self.env._(
                        "%(ticket)s is a support ticket and cannot be put into “%(stage)s”: what is in operation is "
                        "attended to, not put off. Choose another stage.",
                        ticket=ticket.number,
                        stage=ticket.stage_id.name,
                    )
                )

    @api.constrains("support_kind_id")
    def _check_openpyme_kind_in_backlog(self):
        for ticket in self:
            if ticket._openpyme_is_put_off():
                raise ValidationError(
                    self.env._(
                        "%(ticket)s stands in “%(stage)s”, where no support ticket can be. Move it to another stage "
                        "first, then classify it.",
                        ticket=ticket.number,
                        stage=ticket.stage_id.name,
                    )
                )

    def _openpyme_is_put_off(self) -> bool:
        self.ensure_one()
        # sudo: stages and kinds are configuration
        ticket_sudo = self.sudo()
        return ticket_sudo.openpyme_kind == SUPPORT and ticket_sudo.stage_id.openpyme_backlog
