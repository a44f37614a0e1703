from odoo import fields, models


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    support_provider_id = fields.Many2one(
        "support.provider",
        string="Support Provider",
        ondelete="restrict",
        index="btree_not_null",
        help="Tickets of this team follow this provider's priorities and policies.",
    )
