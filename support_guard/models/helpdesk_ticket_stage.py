from odoo import fields, models


class HelpdeskTicketStage(models.Model):
    _inherit = "helpdesk.ticket.stage"

    # Serves the record rule: a customer reads the stages of its own tickets (G-6).
    guard_ticket_ids = fields.One2many(
        comodel_name="helpdesk.ticket",
        inverse_name="stage_id",
        string="Tickets in this Stage",
        groups="helpdesk_mgmt.group_helpdesk_user",
    )
