from odoo import api, models


class MailMail(models.Model):
    """A mail has its own copy of the words: what is sent from the list of tickets never was a message before (D-16)."""

    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        if self.env["support.provider"]._get_masking():
            vals_list = [dict(vals) for vals in vals_list]
            self.env["helpdesk.ticket"]._support_mask_messages(vals_list)
        return super().create(vals_list)
