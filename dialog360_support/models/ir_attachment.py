from odoo import api, models
from odoo.addons.support_sla.tools.masking import mask_file


class IrAttachment(models.Model):
    """Files of text that come with a chat are masked as those of tickets are (D-16)."""

    _inherit = "ir.attachment"

    def _dialog360_get_chats(self):
        """The conversations that these files are in and whose provider has secrets masked; with sudo."""
        ids = {
            attachment.res_id
            for attachment in self.sudo()
            if attachment.res_model == "discuss.channel" and attachment.res_id and not attachment.res_field
        }
        return self.env["discuss.channel"].browse(sorted(ids)).exists()._dialog360_filter_masking()

    @api.model
    def _support_mask_new(self, vals_list):
        if self.env["support.provider"]._get_masking():
            vals_list = [self._dialog360_mask_vals(vals) for vals in vals_list]
        return super()._support_mask_new(vals_list)

    @api.model
    def _dialog360_mask_vals(self, vals):
        if vals.get("res_model") != "discuss.channel" or not vals.get("res_id") or vals.get("res_field"):
            return vals
        chat = self.env["discuss.channel"].browse(int(vals["res_id"])).exists()._dialog360_filter_masking()
        if not chat:
            return vals
        vals, findings = self._support_mask_content(vals, vals.get("name") or "", vals.get("mimetype") or "")
        if findings:
            chat._dialog360_note_masked()
        return vals

    def _support_mask_changes(self, vals):
        vals, found = super()._support_mask_changes(vals)
        if {"raw", "datas"} & vals.keys() and self._dialog360_get_chats():
            vals, _findings = self._support_mask_content(vals, self[:1].name or "", self[:1].mimetype or "")
        return vals, found

    def _support_mask_linked(self) -> None:
        """Files that were uploaded before anybody knew for which chat."""
        super()._support_mask_linked()
        for attachment in self.sudo().filtered("res_id"):
            chat = attachment._dialog360_get_chats()
            masked = (
                mask_file(attachment.raw or b"", attachment.name or "", attachment.mimetype or "") if chat else None
            )
            if masked:
                attachment.raw = masked.data
                chat._dialog360_note_masked()
