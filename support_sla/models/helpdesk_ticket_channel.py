from odoo import models


class HelpdeskTicketChannel(models.Model):
    _inherit = "helpdesk.ticket.channel"

    def unlink(self):
        """A policy for a channel that is deleted is archived with it (E-3.3): no request comes that way any more, and
        without its channel it would hold for requests of every channel."""
        # sudo: whoever may delete channels need not be able to read the rules
        policies = (
            self.env["support.policy"].sudo().with_context(active_test=False).search([("channel_id", "in", self.ids)])
        )
        policies.write({"active": False, "channel_id": False})
        return super().unlink()
