from odoo import api, fields, models
from odoo.exceptions import UserError


class SupportMigrateWizard(models.TransientModel):
    """Chooses to which version of a policy its open tickets are taken over; the preview follows (E-3.6)."""

    _name = "support.migrate.wizard"
    _description = "Migrate Open Tickets"

    policy_id = fields.Many2one("support.policy", required=True, readonly=True, ondelete="cascade")
    provider_id = fields.Many2one(related="policy_id.provider_id")
    version_id = fields.Many2one(
        "support.policy.version",
        string="To Version",
        required=True,
        ondelete="cascade",
        domain="[('policy_id', '=', policy_id)]",
        help="The current one, or an earlier one to go back to it.",
    )
    team_ids = fields.Many2many(
        "helpdesk.ticket.team",
        string="Only Queues",
        domain="[('support_provider_id', '=', provider_id)]",
        help="Empty: all. Single tickets are chosen in the preview.",
    )
    ticket_count = fields.Integer(compute="_compute_ticket_count", string="Open Tickets")

    @api.depends("policy_id", "version_id", "team_ids")
    def _compute_ticket_count(self):
        for wizard in self:
            wizard.ticket_count = (
                self.env["helpdesk.ticket"].search_count(
                    wizard._get_domain() & wizard.policy_id._get_migratable_domain(wizard.version_id)
                )
                if wizard.policy_id and wizard.version_id
                else 0
            )

    def _get_domain(self) -> fields.Domain:
        return fields.Domain([("team_id", "in", self.team_ids.ids)] if self.team_ids else [])

    def action_preview(self):
        """Make the draft and show what would change; nothing is changed yet."""
        self.ensure_one()
        self.policy_id.check_access("write")
        if self.version_id.policy_id != self.policy_id:
            raise UserError(self.env._("Choose a version of “%s”.", self.policy_id.name))
        if not self.ticket_count:
            raise UserError(self.env._("All open tickets are on this version already."))
        change = self.env["support.recompute"]._propose_migration(
            self.version_id, self._get_domain(), self.env["support.event"]._now()
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": "support.recompute",
            "res_id": change.id,
            "view_mode": "form",
        }
