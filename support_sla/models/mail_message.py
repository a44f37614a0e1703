from odoo import api, models

from .support_masking import HTML, mask_values


class MailMessage(models.Model):
    """Secrets in messages of tickets are masked whatever way a message comes, edits included (D-16)."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env["support.provider"]._get_masking():
            return super().create(vals_list)
        vals_list = [dict(vals) for vals in vals_list]
        found = self.env["helpdesk.ticket"]._support_mask_messages(vals_list)
        messages = super().create(vals_list)
        self.env["helpdesk.ticket"]._support_note_masked(found)
        return messages

    def write(self, vals):
        if not {"subject", "body"} & vals.keys() or not self.env["support.provider"]._get_masking():
            return super().write(vals)
        ids = {message.res_id for message in self.sudo() if message.model == "helpdesk.ticket" and message.res_id}
        tickets = self.env["helpdesk.ticket"].browse(sorted(ids))._support_filter_masking()
        if not tickets:
            return super().write(vals)
        vals = dict(vals)
        findings = mask_values(vals, ("subject", "body"), HTML)
        result = super().write(vals)
        self.env["helpdesk.ticket"]._support_note_masked(dict.fromkeys(tickets._ids, findings))
        return result
