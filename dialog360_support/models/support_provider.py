from odoo import fields, models


class SupportProvider(models.Model):
    _inherit = "support.provider"

    dialog360_first_response = fields.Selection(
        [
            ("message", "The first substantive message to the client"),
            ("mark", "The message that an agent marks"),
        ],
        string="First Response Is",
        default="message",
        required=True,
        help="What ends the wait for the first investigation. An automatic message never does.",
    )
    dialog360_response_words = fields.Integer(
        string="Words It Has at Least",
        default=5,
        help="A shorter message without a file says nothing about the issue. 0: every message counts.",
    )
    dialog360_asks_form = fields.Boolean(
        string="Ask for What Is Missing",
        default=True,
        help="Whoever writes in without what the request form asks for is written to at once.",
    )
    dialog360_emergency_role_id = fields.Many2one(
        "support.role",
        string="Emergencies Go To",
        domain="[('provider_id', '=', id)]",
        help="Told at once, day and night, when a ticket has one of the levels below; who is on duty comes first.",
    )
    dialog360_emergency_priority_ids = fields.Many2many(
        "support.priority",
        "support_provider_dialog360_emergency_rel",
        string="Emergencies",
        domain="[('provider_id', '=', id)]",
    )
    dialog360_same_address = fields.Boolean(
        string="Answers From the Same Address Only",
        default=True,
        help="A mail that answers a ticket from another address than it was opened with becomes a ticket of its own.",
    )
    dialog360_status_url = fields.Char(
        string="Status Page", help="Where clients see whether an incident is going on. Empty: no link is shown."
    )

    _dialog360_response_words_check = models.Constraint(
        "CHECK(dialog360_response_words >= 0)", "A message cannot have less than no words."
    )
