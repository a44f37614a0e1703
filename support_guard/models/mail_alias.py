from odoo import models


class MailAlias(models.Model):
    _inherit = "mail.alias"

    def _alias_bounce_incoming_email(self, message, message_dict, set_invalid=True):
        """G-11: a mail that fails goes to quarantine, where it is tried again, so its
        sender is not told that it was refused. The alias is marked as before.
        """
        if set_invalid and self.env.context.get("guard_gateway") and self.alias_model_id.model == "helpdesk.ticket":
            self.alias_status = "invalid"
            return None
        return super()._alias_bounce_incoming_email(message, message_dict, set_invalid=set_invalid)
