from odoo import fields, http
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.support_sla.controllers.reader import page_values
from odoo.http import content_disposition, request

from .report_files import TYPES, make_file


class SupportReportsPortal(CustomerPortal):
    """Monthly reports for the customer's own authorised contacts (R-9), and the call history of one's tickets (R-4)."""

    def _support_find_reports(self):
        return request.env["support.report"]._support_portal_find(request.env.user.partner_id)

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "support_report_count" in counters:
            values["support_report_count"] = len(self._support_find_reports())
        return values

    def _support_get_report(self, report_id: int):
        """One of the reader's reports in superuser mode; 404 for every other, as for one that does not exist."""
        report_sudo = self._support_find_reports().filtered(lambda report: report.id == report_id)
        if not report_sudo:
            raise request.not_found()
        return report_sudo

    @http.route("/my/support/reports", type="http", auth="user", website=True, methods=["GET"], sitemap=False)
    def support_portal_reports(self, **kw):
        rows = [
            {
                "url": f"/my/support/reports/{report_sudo.id}",
                "month": (report_sudo.figures or {}).get("month", ""),
                "provider": report_sudo.provider_id.name,
                "raised": report_sudo.raised_count,
                "resolved": report_sudo.resolved_count,
                "open": report_sudo.open_count,
                "kept": report_sudo.kept_text,
            }
            for report_sudo in self._support_find_reports()
        ]
        values = {
            "rows": rows,
            "page_name": "support_reports",
            **page_values(request.env._("Support reports")),
        }
        return request.render("support_reports.portal_reports", values)

    @http.route(
        "/my/support/reports/<int:report_id>", type="http", auth="user", website=True, methods=["GET"], sitemap=False
    )
    def support_portal_report(self, report_id, **kw):
        report_sudo = self._support_get_report(report_id)
        title = report_sudo.with_context(lang=request.env.lang).display_name
        values = {
            "content": report_sudo._render_page("portal"),
            "heading": title,
            "report_lang": report_sudo.lang.partition("@")[0].replace("_", "-"),
            "url": f"/my/support/reports/{report_id}",
            "page_name": "support_report",
            **page_values(title),
        }
        return request.render("support_reports.portal_report", values)

    @http.route(
        "/my/support/reports/<int:report_id>/<any(pdf,xlsx):extension>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    def support_portal_report_file(self, report_id, extension, **kw):
        return make_file(self._support_get_report(report_id), extension)

    @http.route("/my/support/history", type="http", auth="user", website=True, methods=["GET"], sitemap=False)
    def support_portal_history(self, date_from="", date_to="", provider="", download="", **kw):
        """The reader's own tickets raised in a period: as far as the portal shows them, and no others."""
        History = request.env["support.call.history"]
        asked = History._support_portal_read(date_from, date_to, provider)
        if download in TYPES and not asked["error"] and asked["rows"]:
            content = History._support_portal_make(asked, download)
            return request.make_response(
                content,
                [
                    ("Content-Type", TYPES[download]),
                    ("Content-Disposition", content_disposition(f"history-{fields.Date.today()}.{download}")),
                    ("Cache-Control", "no-store"),
                ],
            )
        values = {
            **asked,
            "mode": "portal",
            "page_name": "support_history",
            **page_values(request.env._("Call history")),
        }
        response = request.render("support_reports.portal_history", values)
        if asked["error"]:
            response.status_code = 400
        return response
