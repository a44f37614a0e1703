from odoo import fields, models


class HelpdeskTicketStage(models.Model):
    """Which stages are analysis: it goes on while a paid offer waits for the client (B-12)."""

    _inherit = "helpdesk.ticket.stage"

    bpmsoft_analysis = fields.Boolean(
        string="Analysis",
        help="The source of the problem is looked for here; nothing is worked on that a client could have to pay for. "
        "Stages that are open and no analysis are closed to a request of BPMSoft while a paid offer is not accepted.",
    )
