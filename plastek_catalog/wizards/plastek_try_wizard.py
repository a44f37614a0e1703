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
    not_recognised = fields.Char(string="Recognised", compute="_compute_outcome")
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
            wizard.role_rule = wizard._say_why(outcome, entry)
            # without a rule it stays where it arrived
            wizard.team_id = outcome["team"] or (self._get_usual_team() if wizard.role_id else False)
            rule = outcome["team_rule"].name
            wizard.team_rule = self.env._("The routing rule “%s”", rule) if rule else ""
            said = (wizard.subject or "").strip() or (wizard.text or "").strip()
            wizard.not_recognised = (
                self.env._("Not recognised: none of the classifier's words is in it.") if said and not entry else ""
            )

    def _say_why(self, outcome, entry) -> str:
        """What decided about the role: a routing rule, the classifier, or that nothing else did."""
        role = outcome["role"]
        if outcome["role_rule"]:
            return self.env._("The routing rule “%s”", outcome["role_rule"].name)
        if role and role == entry.sudo().role_id:
            return self.env._("The classifier's entry “%s”", entry.name)
        return self.env._("The intake: nothing else decides") if role else ""

    def _get_usual_team(self):
        """The queue that requests arrive in."""
        teams = self.env["helpdesk.ticket.team"].sudo()
        return self.env.ref("plastek_catalog.team_support", raise_if_not_found=False) or teams.search(
            [("support_provider_id.code", "=", PROVIDER)], limit=1
        )

    def _complete(self) -> dict[str, Any]:
        """The values of the ticket that a customer would raise with this: nothing is stored."""
        self.ensure_one()
        team = self._get_usual_team()
        values: dict[str, Any] = {
            "name": (self.subject or "").strip(),
            "description": plaintext2html(self.text) if (self.text or "").strip() else "",
            "support_kind_id": self.kind_id.id,
            "channel_id": self.channel_id.id,
            "team_id": team.id,
        }
        self.env["helpdesk.ticket"]._support_complete_vals(values)
        return values
