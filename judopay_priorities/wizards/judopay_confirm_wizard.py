from odoo import api, fields, models


class JudopayConfirmWizard(models.TransientModel):
    """Confirms the priority that the merchant proposed, or changes it, after talking to the merchant (J-7)."""

    _name = "judopay.confirm.wizard"
    _description = "Confirm the Priority"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    provider_id = fields.Many2one(related="ticket_id.support_provider_id", related_sudo=False)
    proposed_priority_id = fields.Many2one(related="ticket_id.judopay_proposed_priority_id", related_sudo=False)
    current_priority_id = fields.Many2one(
        related="ticket_id.support_priority_id", related_sudo=False, string="Current Priority"
    )
    priority_id = fields.Many2one(
        "support.priority",
        string="Agreed Priority",
        required=True,
        compute="_compute_priority_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('provider_id', '=', provider_id)]",
    )
    definition = fields.Text(related="priority_id.definition")
    example = fields.Text(related="priority_id.example")
    promises = fields.Text(compute="_compute_promises", string="What Is Promised Then")
    told_role_id = fields.Many2one(related="priority_id.judopay_told_role_id")
    note = fields.Text(string="Talk with the Merchant", required=True)

    @api.depends("ticket_id")
    def _compute_priority_id(self):
        for wizard in self:
            wizard.priority_id = wizard.ticket_id.support_priority_id

    @api.depends("ticket_id", "priority_id")
    def _compute_promises(self):
        for wizard in self:
            values = {**wizard.ticket_id._get_match_values(), "priority_id": wizard.priority_id.id}
            version = self.env["support.policy.version"].browse(self.env["support.policy"]._match(values)["version"])
            labels = dict(self.env["support.target"]._selection_metric())
            wizard.promises = "\n".join(
                f"{labels.get(target.metric, target.metric)}: {target._get_promise_text()}"
                for target in version.target_ids
            )

    def action_confirm(self):
        self.ensure_one()
        self.ticket_id.check_access("write")
        self.ticket_id._judopay_confirm(self.priority_id, self.note)
        return {"type": "ir.actions.act_window_close"}
