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
