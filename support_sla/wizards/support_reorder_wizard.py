from odoo import api, fields, models
from odoo.exceptions import UserError


class SupportReorderWizard(models.TransientModel):
    """Asks in which order a customer's waiting tickets are worked on, and who agreed to it (B-11)."""

    _name = "support.reorder.wizard"
    _description = "Change the Order of a Work Queue"

    account_id = fields.Many2one("support.lane.account", required=True, ondelete="cascade")
    line_ids = fields.One2many(
        "support.reorder.wizard.line", "wizard_id", compute="_compute_line_ids", store=True, readonly=False
    )
    agreed_with = fields.Char(required=True, help="Who agreed for the customer.")
    note = fields.Text(help="How and why it was agreed; stays with the tickets.")

    @api.depends("account_id")
    def _compute_line_ids(self):
        for wizard in self:
            # a client may name any line: nothing is told of tickets that the user may not read
            waiting = wizard.account_id._filtered_access("read").waiting_ids
            wizard.line_ids = [fields.Command.clear()] + [
                fields.Command.create({"sequence": place, "ticket_id": ticket.id})
                for place, ticket in enumerate(waiting, start=1)
            ]

    def action_reorder(self):
        self.ensure_one()
        tickets = self.line_ids.sorted("sequence").ticket_id
        if not tickets:
            raise UserError(self.env._("Nobody is in line: there is no order to change."))
        self.account_id.check_access("read")
        tickets.check_access("write")
        if len(tickets) < self.account_id.waiting_count:
            raise UserError(
                self.env._(
                    "You do not see every ticket in this line, or it has changed: somebody who sees them all changes "
                    "the order."
                )
            )
        self.account_id._support_reorder(tickets.ids, self.agreed_with, self.note or "")
        return {"type": "ir.actions.act_window_close"}
