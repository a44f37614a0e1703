from odoo import api, fields, models


class PlastekHandOverWizard(models.TransientModel):
    """Hands what the first line cannot answer over to technical support (P-12)."""

    _name = "plastek.hand.over.wizard"
    _description = "Hand Over to Technical Support"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    refusal = fields.Char(compute="_compute_refusal")
    kind_id = fields.Many2one(
        "support.kind",
        string="Kind of Request",
        domain="[('provider_id.code', '=', 'plastek'), ('tier_id.code', '=', 'second')]",
        ondelete="cascade",
    )
    entry_id = fields.Many2one(
        "plastek.entry",
        string="Classifier Entry",
        compute="_compute_entry_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        ondelete="cascade",
    )
    note = fields.Text(string="What the First Line Knows")
    service_id = fields.Many2one("support.service", compute="_compute_outcome")
    level_id = fields.Many2one("support.priority", compute="_compute_outcome")
    team_id = fields.Many2one("helpdesk.ticket.team", string="To the Queue", compute="_compute_outcome")
    role_id = fields.Many2one("support.role", string="To the Role", compute="_compute_outcome")
    no_service = fields.Boolean(compute="_compute_outcome")

    @api.depends("ticket_id")
    def _compute_refusal(self):
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            ticket = wizard.ticket_id._filtered_access("read")
            wizard.refusal = ticket._plastek_may_not_hand_over() if ticket else ""

    @api.depends("ticket_id", "kind_id")
    def _compute_entry_id(self):
        Entry = self.env["plastek.entry"]
        for wizard in self:
            ticket = wizard.ticket_id._filtered_access("read")
            entry, _words = self.env["plastek.route"]._classify(*ticket._plastek_get_words()) if ticket else (Entry, [])
            service = wizard.kind_id.service_id
            if service and entry.service_id != service:
                # the kind that the agent chose says more than the customer's words
                entry = Entry.search([("service_id", "=", service.id)], limit=1)
            wizard.entry_id = entry.id

    @api.depends("ticket_id", "kind_id", "entry_id")
    def _compute_outcome(self):
        for wizard in self:
            ticket = wizard.ticket_id._filtered_access("read")
            team, role = (
                ticket._plastek_get_second_line(wizard.kind_id, wizard.entry_id)
                if ticket and wizard.kind_id
                else (self.env["helpdesk.ticket.team"], self.env["support.role"])
            )
            service = wizard.entry_id.service_id if wizard.entry_id else wizard.kind_id.service_id
            wizard.service_id = service
            wizard.no_service = bool(wizard.kind_id) and not service
            wizard.level_id = service.default_priority_id
            wizard.team_id = team.id
            wizard.role_id = role.id

    def action_hand_over(self):
        self.ensure_one()
        self.ticket_id.check_access("write")
        self.ticket_id._plastek_hand_over(self.kind_id, self.entry_id, self.note or "")
        return {"type": "ir.actions.act_window_close"}
