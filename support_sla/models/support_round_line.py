from odoo import api, fields, models


class SupportRoundLine(models.Model):
    """A ticket that was raised while the desk was shut, and what is still open about it (J-16)."""

    _name = "support.round.line"
    _description = "Ticket of a Morning Round"
    _order = "raised, id"
    _rec_name = "ticket_id"

    round_id = fields.Many2one("support.round", required=True, readonly=True, ondelete="cascade", index=True)
    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    raised = fields.Datetime(readonly=True)
    partner_id = fields.Many2one(related="ticket_id.partner_id", string="Customer")
    priority_id = fields.Many2one(related="ticket_id.support_priority_id")
    priority_color = fields.Integer(related="ticket_id.support_priority_id.color")
    stage_id = fields.Many2one(related="ticket_id.stage_id")
    user_id = fields.Many2one(related="ticket_id.user_id", string="Assigned To")
    open_points = fields.Char(string="Still Open", compute="_compute_open_points")
    settled = fields.Boolean(compute="_compute_open_points")

    @api.depends("ticket_id")
    @api.depends_context("lang")
    def _compute_open_points(self):
        points = self.ticket_id._support_get_open_points()
        for line in self:
            found = points.get(line.ticket_id.id, [])
            line.open_points = ", ".join(found)
            line.settled = not found

    def action_open_ticket(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }
