from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import AccessError


class SupportReportWizard(models.TransientModel):
    """Ask for the report of a customer about a month (R-1)."""

    _name = "support.report.wizard"
    _description = "Ask for a Monthly Report"

    provider_id = fields.Many2one("support.provider", required=True)
    customer_id = fields.Many2one("res.partner", required=True)
    month = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1) - relativedelta(months=1),
        help="Any day of the month. One that is still running is told until now.",
    )
    is_known = fields.Boolean(compute="_compute_is_known")
    has_entitlement = fields.Boolean(compute="_compute_is_known")

    @api.depends("provider_id", "customer_id", "month")
    def _compute_is_known(self):
        for wizard in self:
            customer = wizard.customer_id.commercial_partner_id
            wizard.is_known = bool(
                wizard.month
                and self.env["support.report"].search_count(
                    [
                        ("provider_id", "=", wizard.provider_id.id),
                        ("customer_id", "=", customer.id),
                        ("month", "=", wizard.month.replace(day=1)),
                    ],
                    limit=1,
                )
            )
            wizard.has_entitlement = bool(
                self.env["support.entitlement"].search_count(
                    [("provider_id", "=", wizard.provider_id.id), ("commercial_partner_id", "=", customer.id)], limit=1
                )
            )

    def action_make(self):
        """Open the report, made if there is none yet."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager"):
            raise AccessError(self.env._("Helpdesk managers ask for reports."))
        self.provider_id.check_access("read")
        self.customer_id.check_access("read")
        report = self.env["support.report"]._get_or_make(
            self.provider_id, self.customer_id, self.month, self.env["support.event"]._now()
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "support.report",
            "res_id": report.id,
            "view_mode": "form",
            "name": self.env._("Monthly Reports"),
        }
