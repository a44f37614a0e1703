from odoo import fields, models


class OpenpymeReviewLine(models.TransientModel):
    """Another ticket of the client, beside the checks that it may decide (O-2)."""

    _name = "openpyme.review.line"
    _description = "Other Ticket of the Client"

    wizard_id = fields.Many2one("openpyme.review.wizard", required=True, ondelete="cascade", index=True)
    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade")
    number = fields.Char(related="ticket_id.number", related_sudo=False)
    name = fields.Char(related="ticket_id.name", related_sudo=False)
    stage_id = fields.Many2one(related="ticket_id.stage_id", related_sudo=False)
    raised = fields.Datetime(related="ticket_id.support_raised", related_sudo=False)
    reason = fields.Char(string="Why It Is Here", readonly=True)

    def action_merge(self):
        """A duplicate: open the engine's wizard, which asks which of the two remains (E-3.7)."""
        self.ensure_one()
        return (self.wizard_id.ticket_id | self.ticket_id).action_support_merge()

    def action_reply(self):
        """A reply to this one: show what will happen."""
        self.ensure_one()
        ticket = self.wizard_id.ticket_id
        return ticket.with_context(openpyme_target_id=self.ticket_id.id).action_openpyme_reply()
