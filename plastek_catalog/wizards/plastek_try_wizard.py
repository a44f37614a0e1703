from odoo import api, fields, models


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
        Route = self.env["plastek.route"]
        for wizard in self:
            subject, text = wizard.subject or "", wizard.text or ""
            said = bool(subject.strip() or text.strip() or wizard.kind_id)
            entry, words = Route._classify(subject, text)
            if wizard.kind_id.service_id:
                entry = entry.search([("service_id", "=", wizard.kind_id.service_id.id)], limit=1)
                words = []
            values = {
                "plastek_entry_id": entry.id,
                "support_kind_id": wizard.kind_id.id,
                "channel_id": wizard.channel_id.id,
            }
            outcome = Route._route(values, subject, text)
            wizard.entry_id = entry
            wizard.found = ", ".join(words)
            wizard.service_id = wizard.kind_id.service_id or entry.service_id
            wizard.no_service = bool(entry) and not wizard.service_id
            provider = self.env.ref("plastek_catalog.provider", raise_if_not_found=False)
            wizard.level_id = wizard.service_id.default_priority_id or (provider and provider.default_priority_id)
            wizard.role_id = outcome["role"] if said else False
            wizard.role_rule = outcome["role_rule"].name or (entry.role_id and entry.name) or ""
            wizard.team_id = outcome["team"]
            wizard.team_rule = outcome["team_rule"].name or ""
