from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    """Whoever chooses a queue sees who answers there (J-3)."""

    _inherit = "helpdesk.ticket"

    judopay_answerers = fields.Char(
        string="Answered By",
        compute="_compute_judopay_answerers",
        groups="base.group_user",
        help="The members of the queue: nobody else can be assigned.",
    )

    @api.depends("team_id.user_ids.name")
    def _compute_judopay_answerers(self):
        for ticket in self:
            # sudo: names, also of a queue that the agent hands the ticket to and cannot see
            members_sudo = ticket.team_id.sudo().user_ids if ticket.judopay_ticket else ticket.env["res.users"]
            names = ", ".join(members_sudo.mapped("name"))
            if not names and ticket.judopay_ticket:
                names = self.env._("everybody: the queue has no members")
            ticket.judopay_answerers = names
