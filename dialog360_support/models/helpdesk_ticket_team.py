from odoo import fields, models


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    dialog360_technical = fields.Boolean(
        string="Technical Team",
        help="Takes over what the first line cannot solve at once; offered first when a ticket is triaged.",
    )
