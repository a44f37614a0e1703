from odoo import api, models


class IrAttachment(models.Model):
    """Files answer the question for files (J-9), whatever way they come: portal, mail, an agent."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._support_get_tickets()._support_form_note_files()
        return attachments

    def write(self, vals):
        if not {"res_model", "res_id"} & vals.keys():
            return super().write(vals)
        before = self._support_get_tickets()
        result = super().write(vals)
        (before | self._support_get_tickets())._support_form_note_files()
        return result

    def unlink(self):
        tickets = self._support_get_tickets()
        result = super().unlink()
        tickets._support_form_note_files()
        return result

    def _support_get_tickets(self):
        """The tickets that these files are on, with sudo."""
        ids = {
            attachment.res_id
            for attachment in self.sudo()
            if attachment.res_model == "helpdesk.ticket" and attachment.res_id and not attachment.res_field
        }
        return self.env["helpdesk.ticket"].sudo().browse(sorted(ids)).exists()
