from odoo import fields, models
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
