from odoo import models


class HelpdeskTicket(models.Model):
    """What an agent has to do for the promise is said with it."""

    _inherit = "helpdesk.ticket"

    def _support_tell_start(self, values, reading, portal):
        sentence = super()._support_tell_start(values, reading, portal)
        if reading.target.metric == "first_call" and not portal:
            sentence += " " + self.env._("A logged phone call keeps it; a mail does not.")
        return sentence
