from odoo import fields, models


class SupportProvider(models.Model):
    """How servers are monitored (O-15)."""

    _inherit = "support.provider"

    openpyme_server_team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Queue of Outages",
        domain="[('support_provider_id', '=', id)]",
        help="Where the tickets of servers that are down come in. Empty: the first queue.",
    )
    openpyme_server_failures = fields.Integer(
        string="Failures in a Row", default=2, help="Of new servers: so many checks fail before one counts as down."
    )
    openpyme_server_keep_days = fields.Integer(
        string="Keep Measurements (Days)", default=7, help="The history of outages is kept for good."
    )
    openpyme_server_quiet_minutes = fields.Integer(
        string="Between Two Notes (Minutes)",
        default=30,
        help="A server that comes and goes is written about on its ticket no more often.",
    )
    openpyme_server_blind_minimum = fields.Integer(
        string="Our Own Network From (Servers)",
        default=3,
        help="When all of at least so many servers, of two accounts or more, fail at once, our own connection is "
        "likely at fault: one alarm is raised and no ticket. 0: never.",
    )
    openpyme_server_blind_since = fields.Datetime(string="No Server Answers Since", readonly=True, copy=False)

    _openpyme_server_numbers_check = models.Constraint(
        "CHECK(openpyme_server_failures BETWEEN 1 AND 10 AND openpyme_server_keep_days BETWEEN 1 AND 365"
        " AND openpyme_server_quiet_minutes BETWEEN 0 AND 1440 AND openpyme_server_blind_minimum BETWEEN 0 AND 1000)",
        "Monitoring: failures in a row 1 to 10, measurements for 1 to 365 days, 0 to 1440 minutes between two notes, "
        "own network from 0 to 1000 servers.",
    )
