from odoo import api, fields, models
from odoo.exceptions import UserError


class Dialog360SplitWizard(models.TransientModel):
    """Which parts of a ticket become tickets of their own (D-14)."""

    _name = "dialog360.split.wizard"
    _description = "Split"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade")
    ticket_name = fields.Char(related="ticket_id.name", string="Goes On Here")
    candidate_ids = fields.Many2many("mail.message", compute="_compute_candidate_ids")
    line_ids = fields.One2many("dialog360.split.line", "wizard_id", string="Become Tickets of Their Own")

    @api.depends("ticket_id")
    def _compute_candidate_ids(self):
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            ticket = wizard.ticket_id._filtered_access("read")
            wizard.candidate_ids = ticket._dialog360_get_heard().message_id if ticket else False

    def action_split(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        if not self.line_ids:
            raise UserError(self.env._("Name at least one issue that becomes a ticket of its own."))
        made = ticket._dialog360_split(
            [
                {"name": line.name.strip(), "text": (line.text or "").strip(), "messages": line.message_ids}
                for line in self.line_ids
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Split From %s", ticket.number),
            "res_model": "helpdesk.ticket",
            "domain": [("id", "in", (ticket | made).ids)],
            "views": [(False, "list"), (False, "form")],
        }
