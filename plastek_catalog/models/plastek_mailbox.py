import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import PROVIDER


class PlastekMailbox(models.Model):
    """A mail address of one customer: what arrives there is a request of that customer, whoever of them wrote (P-9)."""

    _name = "plastek.mailbox"
    _inherit = ["mail.alias.mixin"]
    _description = "Customer's Mailbox"
    _order = "partner_id, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('is_company', '=', True)]",
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Queue",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('support_provider_id.code', '=', 'plastek')]",
        default=lambda self: self.env.ref("plastek_catalog.team_support", raise_if_not_found=False),
    )
    active = fields.Boolean(default=True)
    ticket_count = fields.Integer(compute="_compute_ticket_count", string="Requests")

    def _compute_ticket_count(self):
        counts = dict(
            self.env["helpdesk.ticket"]._read_group(
                [("plastek_mailbox_id", "in", self.ids)], ["plastek_mailbox_id"], ["__count"]
            )
        )
        for mailbox in self:
            mailbox.ticket_count = counts.get(mailbox, 0)

    @api.constrains("team_id")
    def _check_team(self):
        for mailbox in self:
            if mailbox.team_id.support_provider_id.code != PROVIDER:
                raise ValidationError(self.env._("“%s” is no queue of Plas-Tek.", mailbox.team_id.name))

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("helpdesk.ticket")
        if self.id:
            defaults = ast.literal_eval(self.alias_defaults or "{}")
            defaults.update(team_id=self.team_id.id, plastek_mailbox_id=self.id)
            values["alias_defaults"] = defaults
        return values

    def write(self, vals):
        result = super().write(vals)
        if "team_id" in vals:
            for mailbox in self:
                mailbox.alias_defaults = repr({"team_id": mailbox.team_id.id, "plastek_mailbox_id": mailbox.id})
        return result
