from odoo import fields, models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """Missed promises of a ticket that are left out of achievement by agreement (E-3.8)."""

    _inherit = "helpdesk.ticket"

    support_exclusion_ids = fields.One2many(
        "support.exclusion",
        "ticket_id",
        string="Exclusions",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    def action_support_ask_exclusion(self):
        """Open the wizard that asks to leave a missed promise out of achievement."""
        self.ensure_one()
        self.check_access("write")
        late = self.support_clock_ids.filtered(lambda clock: clock.breached and not clock.excused)
        if not late:
            raise UserError(self.env._("No promise of this ticket was missed: there is nothing to exclude."))
        return self.env["support.excuse.wizard"]._get_action(self, late[:1])
