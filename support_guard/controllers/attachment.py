from odoo import http
from odoo.addons.mail.controllers.attachment import AttachmentController
from odoo.http import request

from .main import _uploaded_file


class GuardAttachmentController(AttachmentController):
    @http.route()
    def mail_attachment_upload(self, ufile, thread_id, thread_model, is_pending=False, **kwargs):
        """G-8: a file that a customer adds to an answer in the portal."""
        if thread_model == "helpdesk.ticket" and request.env.user.share:
            errors = request.env["support.guard.upload"]._get_errors([_uploaded_file(ufile)])
            if errors:
                # the web client shows the message of such an error to the customer
                return request.make_json_response({"error": {"message": " ".join(errors)}})
        return super().mail_attachment_upload(ufile, thread_id, thread_model, is_pending=is_pending, **kwargs)
