from typing import Any

from odoo import api, fields, models
from odoo.tools import plaintext2html

from ..const import PROVIDER


class PlastekTryWizard(models.TransientModel):
    """Shows what classifier and routing rules make of a text, before a customer's request does (P-2)."""

    _name = "plastek.try.wizard"
    _description = "Try the Routing Rules"

    subject = fields.Char()
    text = fields.Text()
    kind_id = fields.Many2one("support.kind", string="Kind of Request", domain="[('provider_id.code', '=', 'plastek')]")
    channel_id = fields.Many2one("helpdesk.ticket.channel")
    entry_id = fields.Many2one("plastek.entry", string="Classifier Entry", compute="_compute_outcome")
    found = fields.Char(string="Recognised By", compute="_compute_outcome")
    service_id = fields.Many2one("support.service", compute="_compute_outcome")
    no_service = fields.Boolean(compute="_compute_outcome")
    level_id = fields.Many2one("support.priority", compute="_compute_outcome")
    role_id = fields.Many2one("support.role", compute="_compute_outcome")
    role_rule = fields.Char(string="Because Of", compute="_compute_outcome")
    filled_by = fields.Char(related="role_id.filled_by")
    team_id = fields.Many2one("helpdesk.ticket.team", string="Queue", compute="_compute_outcome")
    team_rule = fields.Char(compute="_compute_outcome")

    @api.depends("subject", "text", "kind_id", "channel_id")
    def _compute_outcome(self):
        for wizard in self:
            values = wizard._complete()
            outcome = self.env["plastek.route"]._route(values, wizard.subject or "", wizard.text or "")
            entry = wizard.entry_id.browse(values.get("plastek_entry_id") or [])
            wizard.entry_id = entry
            wizard.found = values.get("plastek_guessed")
            wizard.service_id = values.get("support_service_id")
            wizard.no_service = bool(entry) and not wizard.service_id
            wizard.level_id = values.get("support_priority_id")
            wizard.role_id = outcome["role"] if values["name"] or values["description"] or wizard.kind_id else False
            wizard.role_rule = outcome["role_rule"].name or (entry.role_id and entry.name) or ""
            wizard.team_id = outcome["team"]
            wizard.team_rule = outcome["team_rule"].name or ""

    def _complete(self) -> dict[str, Any]:
        """The values of the ticket that a customer would raise with this: nothing is stored."""
        self.ensure_one()
        teams = self.env["helpdesk.ticket.team"].sudo()
        team = self.env.ref("plastek_catalog.team_support", raise_if_not_found=False) or teams.search(
            [("support_provider_id.code", "=", PROVIDER)], limit=1
        )
        values: dict[str, Any] = {
            "name": (self.subject or "").strip(),
            "description": plaintext2html(self.text) if (self.text or "").strip() else "",
            "support_kind_id": self.kind_id.id,
            "channel_id": self.channel_id.id,
            "team_id": team.id,
        }
        self.env["helpdesk.ticket"]._support_complete_vals(values)
        return values
