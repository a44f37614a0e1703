from odoo import api, models
from odoo.addons.support_sla.models.support_masking import HTML, mask_values


class MailMessage(models.Model):
    """Secrets in what is said in a chat are masked whatever way a message comes, edits included (D-16)."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        if self.env["support.provider"]._get_masking():
            vals_list = [dict(vals) for vals in vals_list]
            found = self.env["discuss.channel"]._dialog360_mask_messages(vals_list)
            self.env["discuss.channel"].browse(sorted(found))._dialog360_note_masked()
        return super().create(vals_list)

    def write(self, vals):
        if {"subject", "body"} & vals.keys() and self.env["support.provider"]._get_masking():
            ids = {message.res_id for message in self.sudo() if message.model == "discuss.channel" and message.res_id}
            chats = self.env["discuss.channel"].browse(sorted(ids)).exists()._dialog360_filter_masking()
            if chats:
                vals = dict(vals)
                if mask_values(vals, ("subject", "body"), HTML):
                    chats._dialog360_note_masked()
        return super().write(vals)
