from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    """What the level of a ticket means, beside the place where it is chosen (J-5)."""

    _inherit = "helpdesk.ticket"

    support_priority_words = fields.Text(
        string="That Means",
        compute="_compute_support_priority_words",
        groups="base.group_user",
        help="When this level applies, with an example, as customers read it as well.",
    )

    @api.depends("support_priority_id.definition", "support_priority_id.example")
    def _compute_support_priority_words(self):
        for ticket in self:
            priority = ticket.support_priority_id
            parts = [priority.definition or ""]
            if priority.example:
                parts.append(self.env._("For example: %s", priority.example))
            ticket.support_priority_words = "\n".join(part for part in parts if part)
