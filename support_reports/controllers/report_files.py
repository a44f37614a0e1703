from odoo import http
from odoo.http import content_disposition, request

#: what a report comes as
TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def make_file(report_sudo, extension: str):
    """The report as a file for download.

    :param report_sudo: one ``support.report`` that the reader may see, in superuser mode
    :param extension: ``pdf`` or ``xlsx``
    """
    content = report_sudo._get_pdf() if extension == "pdf" else report_sudo._get_xlsx()
    return request.make_response(
        content,
        [
            ("Content-Type", TYPES[extension]),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(report_sudo._get_filename(extension))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ],
    )


class SupportReportFiles(http.Controller):
    """Reports as files, for colleagues."""

    @http.route("/support/reports/<int:report_id>/<any(pdf,xlsx):extension>", type="http", auth="user", methods=["GET"])
    def support_report_file(self, report_id, extension, **kw):
        report = request.env["support.report"].browse(report_id)
        if not request.env.user._is_internal() or not report.has_access("read") or not report.exists():
            # the same answer whether it does not exist or is not for this reader
            raise request.not_found()
        report_sudo = report.sudo()
        if not report_sudo.figures:
            raise request.not_found()
        return make_file(report_sudo, extension)
