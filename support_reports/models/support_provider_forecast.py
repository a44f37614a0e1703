from odoo import fields, models


class SupportProvider(models.Model):
    _inherit = "support.provider"

    forecast_days = fields.Integer(
        string="Forecast Looks Ahead (Days)",
        default=7,
        help="The board forecasts breaches of promises that are due within so many days. What is due later has time.",
    )
    forecast_pace_days = fields.Integer(
        string="Usual Pace from the Last (Days)",
        default=90,
        help="How long a ticket usually takes is learnt from the promises of resolving judged in these days.",
    )
    forecast_pace_hours = fields.Float(
        string="Work on a Ticket (Hours)",
        default=2.0,
        help="Working time for a ticket while too few of its priority were resolved to learn it from.",
    )

    _forecast_days_check = models.Constraint(
        "CHECK(forecast_days BETWEEN 1 AND 60)", "“Forecast looks ahead” must be between 1 and 60 days."
    )
    _forecast_pace_days_check = models.Constraint(
        "CHECK(forecast_pace_days BETWEEN 1 AND 730)", "“Usual pace from the last” must be between 1 and 730 days."
    )
    _forecast_pace_hours_check = models.Constraint(
        "CHECK(forecast_pace_hours > 0)", "“Work on a ticket” must be more than nothing."
    )
