from odoo import fields, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    guard_automatic = fields.Boolean(
        string="Automatic Mail",
        readonly=True,
        help="No person has written this mail: it is an out-of-office notice, a "
        "delivery report or the mail of a machine. It does not count as the word "
        "of the customer.",
    )

    def _get_forbidden_access(self, operation: str) -> "MailMessage":
        """G-4: Odoo lets followers write messages on what they may not read."""
        forbidden = super()._get_forbidden_access(operation)
        if operation != "create" or not self.env.user.share:
            return forbidden
        of_tickets = (self - forbidden).filtered(lambda message: message.model == "helpdesk.ticket")
        if not of_tickets:
            return forbidden
        tickets = self.env["helpdesk.ticket"].browse(of_tickets.mapped("res_id"))
        readable = set(tickets.exists()._filtered_access("read").ids)
        return forbidden | of_tickets.filtered(lambda message: message.res_id not in readable)
