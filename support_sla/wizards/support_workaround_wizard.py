from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..models.support_time import to_instant


class SupportWorkaroundWizard(models.TransientModel):
    """Records a workaround, or that the one in force failed (E-1.6)."""

    _name = "support.workaround.wizard"
    _description = "Workaround"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    mode = fields.Selection([("record", "Record"), ("failed", "Failed")], required=True, default="record")
    current = fields.Text(compute="_compute_current", string="So Far")
    text = fields.Text(string="Workaround")
    moment = fields.Datetime(string="When", required=True, default=lambda self: self.env["support.event"]._now())
    tell = fields.Boolean(string="Write It to the Customer Now", default=True)

    @api.depends("ticket_id")
    def _compute_current(self):
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            wizard.current = wizard.ticket_id._filtered_access("read").support_workaround

    @api.constrains("moment", "ticket_id", "mode")
    def _check_moment(self):
        for wizard in self:
            ticket = wizard.ticket_id._filtered_access("read")
            if wizard.moment > self.env["support.event"]._now():
                raise ValidationError(self.env._("That has not happened yet: choose a time in the past, or now."))
            if ticket.support_raised and wizard.moment < ticket.support_raised:
                raise ValidationError(
                    self.env._(
                        "The ticket was raised on %s: nothing was worked around before.",
                        ticket._support_when(to_instant(ticket.support_raised)),
                    )
                )
            since = ticket.support_workaround_at
            if wizard.mode == "failed" and since and wizard.moment < since:
                raise ValidationError(
                    self.env._(
                        "The workaround works since %s: it cannot have failed before.",
                        ticket._support_when(to_instant(since)),
                    )
                )

    def action_apply(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        text = (self.text or "").strip()
        if self.mode == "failed":
            if not ticket.support_workaround_at:
                raise UserError(self.env._("This ticket has no workaround that could fail."))
            if not text:
                raise UserError(self.env._("Say what went wrong with the workaround."))
            ticket._support_fail_workaround(text, self.moment, self.tell)
        else:
            if not text:
                raise UserError(self.env._("Say what the customer is to do: the customer reads it."))
            ticket._support_record_workaround(text, self.moment, self.tell)
        return {"type": "ir.actions.act_window_close"}
