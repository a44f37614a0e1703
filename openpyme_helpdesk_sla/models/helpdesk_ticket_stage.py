from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import PROVIDER, SUPPORT


class HelpdeskTicketStage(models.Model):
    """Which stages count as the backlog (O-4)."""

    _inherit = "helpdesk.ticket.stage"

    openpyme_backlog = fields.Boolean(
        string="Backlog", help="No support ticket of OpenPyme can stand here: what is in operation is not put off."
    )

    @api.constrains("openpyme_backlog")
    def _check_openpyme_backlog(self):
        marked = self.filtered("openpyme_backlog")
        if not marked:
            return
        # sudo: a ticket of another queue counts as well
        standing = (
            self.env["helpdesk.ticket"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("stage_id", "in", marked.ids),
                    ("support_provider_id.code", "=", PROVIDER),
                    ("support_kind_id.code", "=", SUPPORT),
                ],
                limit=1,
            )
        )
        if standing:
            raise ValidationError(
                self.env._(
                    "“%(stage)s” cannot be a backlog: the support ticket %(ticket)s stands in it. Move it first.",
                    stage=standing.stage_id.name,
                    ticket=standing.number,
                )
            )
        self.env["support.provider"].sudo().search([("code", "=", PROVIDER)])._openpyme_check_stages()
        steps = self.env["support.escalation.step"].sudo().search([("stage_id", "in", marked.ids)])
        steps._check_openpyme_backlog()
