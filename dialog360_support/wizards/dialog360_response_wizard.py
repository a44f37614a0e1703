from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

#: so much of the message is shown, for telling it from others
EXCERPT = 600


class Dialog360ResponseWizard(models.TransientModel):
    """Marks the message that told the client what the first investigation has found (D-5)."""

    _name = "dialog360.response.wizard"
    _description = "Meaningful First Response"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade")
    candidate_ids = fields.Many2many("mail.message", compute="_compute_candidate_ids")
    message_id = fields.Many2one(
        "mail.message",
        compute="_compute_message_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', candidate_ids)]",
        ondelete="cascade",
    )
    said = fields.Text(string="It Says", compute="_compute_said")

    @api.depends("ticket_id")
    def _compute_candidate_ids(self):
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            ticket = wizard.ticket_id._filtered_access("read")
            wizard.candidate_ids = ticket._dialog360_get_answers().message_id if ticket else False

    @api.depends("candidate_ids")
    def _compute_message_id(self):
        for wizard in self:
            wizard.message_id = wizard.candidate_ids.sorted("id", reverse=True)[:1]

    @api.depends("message_id", "candidate_ids")
    def _compute_said(self):
        for wizard in self:
            # sudo: of a message on a ticket that the user reads, see candidate_ids
            message_sudo = (wizard.message_id & wizard.candidate_ids).sudo()
            wizard.said = html2plaintext(message_sudo.body or "").strip()[:EXCERPT] if message_sudo else False

    def action_mark(self):
        self.ensure_one()
        self.ticket_id.check_access("write")
        if not self.message_id:
            raise UserError(self.env._("Nobody has written to the client yet: answer first, then mark the answer."))
        self.ticket_id._dialog360_mark_response(self.message_id)
        return {"type": "ir.actions.act_window_close"}
