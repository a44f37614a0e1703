from odoo import http
from odoo.addons.mail.controllers.attachment import AttachmentController
from odoo.addons.support_sla.models.support_context import inside
from odoo.http import request


class Dialog360AttachmentController(AttachmentController):
    @http.route()
    def mail_attachment_upload(self, ufile, thread_id, thread_model, is_pending=False, **kwargs):
        """D-16: a file for a message is stored before the message is; only here it is known for which chat."""
        if thread_model == "discuss.channel" and str(thread_id).isdecimal():
            chat = request.env["discuss.channel"].browse(int(thread_id)).exists()
            if chat._dialog360_filter_masking():
                request.update_context(**inside(support_mask_files=True))
        return super().mail_attachment_upload(ufile, thread_id, thread_model, is_pending=is_pending, **kwargs)
