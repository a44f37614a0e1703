from odoo import fields, http
from odoo.http import content_disposition, request

from .report_files import TYPES


class SupportHistoryFiles(http.Controller):
    """The call history as a file, for the colleague who asked for it."""

    @http.route(
        "/support/history/<int:history_id>/<any(pdf,xlsx):extension>", type="http", auth="user", methods=["GET"]
    )
    def support_history_file(self, history_id, extension, **kw):
        history = request.env["support.call.history"].browse(history_id)
        mine = request.env.user._is_internal() and history.has_access("read") and history.exists()
        if not mine or history.create_uid != request.env.user:
            raise request.not_found()
        values = history._get_page_values("pdf")
        content = history._to_pdf(values) if extension == "pdf" else history._to_xlsx(values)
        return request.make_response(
            content,
            [
                ("Content-Type", TYPES[extension]),
                ("Content-Disposition", content_disposition(f"call-history-{fields.Date.today()}.{extension}")),
                ("Cache-Control", "no-store"),
            ],
        )
