from odoo import fields, models


class SupportProvider(models.Model):
    """How a provider's customers get their monthly reports (R-3)."""

    _inherit = "support.provider"

    report_monthly = fields.Boolean(
        string="Monthly Reports",
        default=True,
        help="On the first working day of a month every customer with an entitlement or with tickets in the month "
        "before gets a report.",
    )
    report_release = fields.Selection(
        [("role", "By whoever answers for reports"), ("automatic", "By itself")],
        string="Reports Are Released",
        default="role",
        required=True,
        help="A report that is released never changes any more and is sent to the customer's report contacts.",
    )
    report_since = fields.Date(
        string="Reports From",
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="The first month that reports are made about by themselves.",
    )
    report_reminder_days = fields.Integer(
        string="Remind of Reports After (Days)",
        default=3,
        help="Of reports that wait for their release or could not be delivered, again after as many days. 0: never.",
    )

    _report_reminder_days_check = models.Constraint(
        "CHECK(report_reminder_days >= 0)", "Nobody can be reminded before the beginning: days must not be negative."
    )
