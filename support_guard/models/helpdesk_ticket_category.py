from odoo import fields, models


class HelpdeskTicketCategory(models.Model):
    _inherit = "helpdesk.ticket.category"

    # Serves the record rule: a customer reads the categories of its own tickets (G-6).
    guard_ticket_ids = fields.One2many(
        comodel_name="helpdesk.ticket",
        inverse_name="category_id",
        string="Tickets in this Category",
        groups="helpdesk_mgmt.group_helpdesk_user",
    )
