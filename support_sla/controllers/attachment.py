from odoo import http
from odoo.addons.mail.controllers.attachment import AttachmentController
from odoo.http import request

from ..models.support_context import inside


class SupportAttachmentController(AttachmentController):
    @http.route()
    def mail_attachment_upload(self, ufile, thread_id, thread_model, is_pending=False, **kwargs):
        """D-16: a file for an answer is stored before the answer is; only here it is known for which ticket."""
        if thread_model == "helpdesk.ticket" and str(thread_id).isdecimal():
            ticket = request.env["helpdesk.ticket"].browse(int(thread_id))
            if ticket._support_filter_masking():
                request.update_context(**inside(support_mask_files=True))
        return super().mail_attachment_upload(ufile, thread_id, thread_model, is_pending=is_pending, **kwargs)
