from odoo import api, fields, models
from odoo.exceptions import UserError


class OpenpymeReviewWizard(models.TransientModel):
    """The checklist of the initial review, with what there is to look at beside each check (O-2)."""

    _name = "openpyme.review.wizard"
    _description = "Initial Review"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade")
    contract_words = fields.Char(string="Contract", readonly=True)
    has_contract = fields.Boolean(readonly=True)
    contract_done = fields.Boolean(string="Contract in force")
    contract_note = fields.Char(string="Attended all the same, because")
    duplicate_done = fields.Boolean(string="Not a duplicate")
    reply_done = fields.Boolean(string="Not a reply to another ticket")
    line_ids = fields.One2many("openpyme.review.line", "wizard_id", string="Other Tickets of the Client")
    line_count = fields.Integer(compute="_compute_line_count")

    @api.depends("line_ids")
    def _compute_line_count(self):
        for wizard in self:
            wizard.line_count = len(wizard.line_ids)

    @api.model
    def _make(self, ticket):
        """The checklist of a ticket: what was checked is ticked, and so is a contract that is in force."""
        made = set(ticket.sudo().openpyme_check_ids.mapped("check"))
        contract = ticket._openpyme_has_contract()
        return self.create(
            {
                "ticket_id": ticket.id,
                "contract_words": ticket._openpyme_say_contract(ticket._openpyme_find_contract()),
                "has_contract": contract,
                "contract_done": contract or "contract" in made,
                "duplicate_done": "duplicate" in made,
                "reply_done": "reply" in made,
                "line_ids": [
                    (0, 0, {"ticket_id": other.id, "reason": reason})
                    for other, reason, _found in ticket._openpyme_find_others()
                ],
            }
        )

    def action_save(self):
        """Record what is ticked; a review that is not finished may be gone on with later, by somebody else too."""
        self.ensure_one()
        self.ticket_id.check_access("write")
        checks = {}
        if self.contract_done or (self.contract_note or "").strip():
            checks["contract"] = self.contract_note or ""
        if self.duplicate_done:
            checks["duplicate"] = ""
        if self.reply_done:
            checks["reply"] = ""
        if not checks:
            raise UserError(self.env._("Tick what you have checked: there is nothing to record yet."))
        self.ticket_id._openpyme_record_checks(checks)
        return {"type": "ir.actions.act_window_close"}

    def action_reply(self):
        """It is a reply: find the ticket to which."""
        self.ensure_one()
        return self.ticket_id.action_openpyme_reply()
