from odoo import api, fields, models
from odoo.exceptions import ValidationError


class Dialog360ExpectWizard(models.TransientModel):
    """Tells the client when the solution is to be expected, and why that has changed (D-10)."""

    _name = "dialog360.expect.wizard"
    _description = "Expected Time"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade")
    until = fields.Datetime(string="Expected By", required=True)
    reason = fields.Text(
        string="What the Client Reads", required=True, help="Why, in a sentence or two, in the client's language."
    )

    @api.constrains("until")
    def _check_until(self):
        now = self.env["support.event"]._now()
        for wizard in self:
            if wizard.until <= now:
                raise ValidationError(self.env._("The expected time must lie in the future."))

    def action_tell(self):
        self.ensure_one()
        self.ticket_id.check_access("write")
        self.ticket_id._dialog360_expect(self.until, self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
