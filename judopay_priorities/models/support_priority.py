from odoo import fields, models


class SupportPriority(models.Model):
    """What a level demands beside its promises (J-12, J-14)."""

    _inherit = "support.priority"

    judopay_told_role_id = fields.Many2one(
        "support.role",
        string="Told at Once",
        ondelete="restrict",
        domain="[('provider_id', '=', provider_id)]",
        help="Who is told, day or night, whenever a ticket comes to this level or is confirmed at it.",
    )
    judopay_night_role_id = fields.Many2one(
        "support.role",
        string="Told Out of Hours",
        ondelete="restrict",
        domain="[('provider_id', '=', provider_id)]",
        help="Outside of the working hours, whoever is on call for this role is told at once when a ticket comes to "
        "this level, and merchants are shown which line to call. Empty: it waits until the next working day.",
    )
    judopay_dedicated = fields.Boolean(
        string="Dedicated Resource",
        help="Somebody has to be assigned who stays with the ticket until there is a fix or a workaround.",
    )
