from odoo import api, fields, models
from odoo.exceptions import ValidationError


class JudopayDedicateWizard(models.TransientModel):
    """Assigns the person who stays with a critical ticket until there is a fix or a workaround (J-12)."""

    _name = "judopay.dedicate.wizard"
    _description = "Assign a Dedicated Resource"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users",
        string="Dedicated Resource",
        required=True,
        domain=[("share", "=", False)],
        compute="_compute_user_id",
        compute_sudo=False,
        store=True,
        readonly=False,
    )

    @api.depends("ticket_id")
    def _compute_user_id(self):
        for wizard in self:
            ticket = wizard.ticket_id
            wizard.user_id = ticket.judopay_dedicated_user_id or ticket.user_id or wizard.user_id

    @api.constrains("user_id")
    def _check_user(self):
        for wizard in self:
            if wizard.user_id.share or not wizard.user_id.active:
                raise ValidationError(self.env._("Only a member of staff can be dedicated to a ticket."))

    def action_dedicate(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        if ticket.judopay_dedicated_user_id != self.user_id:
            ticket.judopay_dedicated_user_id = self.user_id
            self.env["support.notification"]._enqueue(
                [
                    {
                        "ticket_id": ticket.id,
                        "kind": "role",
                        "partner_id": self.user_id.partner_id.id,
                        "code": "judopay_dedicated",
                        "summary": ticket.support_priority_id.display_name,
                    }
                ]
            )
        if not ticket.user_id and self.user_id in ticket.team_id.user_ids:
            ticket.user_id = self.user_id
        return {"type": "ir.actions.act_window_close"}
