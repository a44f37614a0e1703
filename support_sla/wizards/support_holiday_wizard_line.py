from odoo import fields, models


class SupportHolidayWizardLine(models.TransientModel):
    """One date of the preview."""

    _name = "support.holiday.wizard.line"
    _description = "Public Holiday Preview"
    _order = "date, id"

    wizard_id = fields.Many2one("support.holiday.wizard", required=True, ondelete="cascade")
    calendar_id = fields.Many2one("resource.calendar", readonly=True)
    date = fields.Date(readonly=True)
    name = fields.Char(readonly=True)
    kind = fields.Selection([("closed", "Closed"), ("extra", "Open in addition")], readonly=True)
    change = fields.Selection(
        [("add", "Will be added"), ("done", "Filled in before"), ("covered", "Already so")], readonly=True
    )
