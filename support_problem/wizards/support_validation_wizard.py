from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError


class SupportValidationWizard(models.TransientModel):
    """An agent puts what was done to the customer, or records what the customer answered (E-7.3)."""

    _name = "support.validation.wizard"
    _description = "Validation by the Customer"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    mode = fields.Selection([("ask", "Ask"), ("answer", "Answer")], required=True, default="ask")
    kind = fields.Selection(
        [("solution", "Solution"), ("workaround", "Workaround, not permanent")],
        string="What Was Done Is A",
        required=True,
        default="solution",
    )
    note = fields.Text(string="For the Customer")
    provider_id = fields.Many2one("support.provider", compute="_compute_about")
    page_id = fields.Many2one(
        "document.page",
        string="By Page",
        domain="[('support_use', '!=', 'none'), '|', ('support_provider_ids', '=', False), "
        "('support_provider_ids', 'in', [provider_id])]",
        ondelete="cascade",
        help="A published page is part of the mail; what the customer answers rates it.",
    )
    obstacle = fields.Char(compute="_compute_about")
    answer = fields.Selection([("accepted", "It works"), ("rejected", "It does not work")], string="The Customer Says")
    comment = fields.Text()

    @api.depends("ticket_id", "mode")
    def _compute_about(self):
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            ticket = wizard.ticket_id._filtered_access("read")
            wizard.provider_id = ticket.support_provider_id
            wizard.obstacle = ticket._support_get_validation_obstacle() if ticket and wizard.mode == "ask" else False

    @api.onchange("page_id")
    def _onchange_page_id(self):
        if self.page_id.support_use in ("solution", "workaround"):
            self.kind = self.page_id.support_use

    def action_ask(self):
        self.ensure_one()
        self.ticket_id.check_access("write")
        if self.page_id:
            self.page_id.check_access("read")
        self.ticket_id._support_ask_validation(self.kind, self.note or "", self.page_id)
        return {"type": "ir.actions.act_window_close"}

    def action_answer(self):
        """Record what the customer said, on the phone for example."""
        self.ensure_one()
        self.ticket_id.check_access("write")
        if not self.answer:
            raise UserError(self.env._("Say what the customer answered."))
        self.ticket_id._support_validate(self.answer == "accepted", self.comment or "", facts.STAFF)
        return {"type": "ir.actions.act_window_close"}
