from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare


class SupportHoursWizard(models.TransientModel):
    """Books hours on the entitlement of a ticket and says what is left of the month's (E-6.2)."""

    _name = "support.hours.wizard"
    _description = "Record Hours"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    entitlement_id = fields.Many2one(related="ticket_id.support_entitlement_id", related_sudo=False)
    monthly_hours = fields.Float(related="entitlement_id.monthly_hours", related_sudo=False)
    date = fields.Date(required=True, default=fields.Date.context_today)
    hours = fields.Float(required=True)
    description = fields.Char(string="What Was Done")
    hours_left = fields.Float(
        string="Left Afterwards", compute="_compute_hours_left", help="Of the month's hours. Below 0: over."
    )
    is_over = fields.Boolean(compute="_compute_hours_left")

    @api.depends("ticket_id", "date", "hours")
    def _compute_hours_left(self):
        for wizard in self:
            entitlement = wizard.entitlement_id
            used = entitlement._get_hours_used(wizard.date).get(entitlement.id, 0.0) if wizard.date else 0.0
            wizard.hours_left = entitlement.monthly_hours - used - wizard.hours
            over = float_compare(wizard.hours_left, 0.0, precision_digits=4) < 0
            wizard.is_over = bool(entitlement.monthly_hours) and over

    @api.constrains("hours", "date")
    def _check_hours(self):
        for wizard in self:
            if wizard.hours <= 0:
                raise ValidationError(self.env._("Hours must be more than nothing."))
            if wizard.date > fields.Date.context_today(wizard):
                raise ValidationError(self.env._("Hours cannot be recorded for a day to come."))

    def action_record(self):
        """Book them; more than the month's hours are booked too, the agent has been told."""
        self.ensure_one()
        self.ticket_id.check_access("write")
        self.env["support.entitlement.usage"].create(
            {
                "entitlement_id": self.entitlement_id.id,
                "ticket_id": self.ticket_id.id,
                "date": self.date,
                "hours": self.hours,
                "description": self.description,
            }
        )
        return {"type": "ir.actions.act_window_close"}
