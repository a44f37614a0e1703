from odoo import api, models

from .support_masking import HTML, mask_values


class MailScheduledMessage(models.Model):
    """What is to be posted later waits without its secrets, too (D-16)."""

    _inherit = "mail.scheduled.message"

    @api.model_create_multi
    def create(self, vals_list):
        if self.env["support.provider"]._get_masking():
            vals_list = [dict(vals) for vals in vals_list]
            self.env["helpdesk.ticket"]._support_note_masked(
                self.env["helpdesk.ticket"]._support_mask_messages(vals_list)
            )
        return super().create(vals_list)

    def write(self, vals):
        if {"subject", "body"} & vals.keys() and self.env["support.provider"]._get_masking():
            ids = [message.res_id for message in self.sudo() if message.model == "helpdesk.ticket"]
            if self.env["helpdesk.ticket"].browse(ids)._support_filter_masking():
                vals = dict(vals)
                mask_values(vals, ("subject", "body"), HTML)
        return super().write(vals)
