from odoo import api, fields, models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """Hours of the customer's allowance that went into a ticket (E-6.2)."""

    _inherit = "helpdesk.ticket"

    support_hours = fields.Float(
        string="Hours Used",
        compute="_compute_support_hours",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Of the hours that the customer's entitlement includes.",
    )

    support_hours_over = fields.Char(
        string="Beyond the Month's Hours",
        compute="_compute_support_hours_over",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="By how much more than the customer's hours of this month were used, for whatever request.",
    )

    @api.depends("support_entitlement_id")
    def _compute_support_hours_over(self):
        for ticket in self:
            # sudo: the sum of the month, other tickets' hours among them
            entitlement_sudo = ticket.sudo().support_entitlement_id
            over = 0.0
            if entitlement_sudo.monthly_hours:
                used = entitlement_sudo._get_hours_used(entitlement_sudo._get_today())
                over = used.get(entitlement_sudo.id, 0.0) - entitlement_sudo.monthly_hours
            text = False
            if round(over * 60) > 0:
                text = self.env._(
                    "%(over)s beyond the %(included)s of this month",
                    over=self._support_length(round(over * 60) * 60),
                    included=self._support_length(round(entitlement_sudo.monthly_hours * 60) * 60),
                )
            ticket.support_hours_over = text

    def _compute_support_hours(self):
        groups = self.env["support.entitlement.usage"]._read_group(
            [("ticket_id", "in", self.ids)], ["ticket_id"], ["hours:sum"]
        )
        hours = {ticket.id: total for ticket, total in groups}
        for ticket in self:
            ticket.support_hours = hours.get(ticket.id, 0.0)

    def action_support_record_hours(self):
        """Open the wizard that books hours on the entitlement."""
        self.ensure_one()
        self.check_access("write")
        if not self.support_entitlement_id:
            raise UserError(self.env._("This ticket has no entitlement whose hours could be used."))
        return {
            "name": self.env._("Record Hours"),
            "type": "ir.actions.act_window",
            "res_model": "support.hours.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }
