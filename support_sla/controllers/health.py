import json

from odoo import fields, http
from odoo.http import request


class SupportHealthController(http.Controller):
    """Whether the desk runs, for machines that watch it and for the people who run it (F-8)."""

    @http.route("/support/health", type="http", auth="public", methods=["GET"], save_session=False, sitemap=False)
    def health(self, **_kwargs):
        """200 or 503 with ``{"status": "ok" | "trouble", "areas": […]}``; for helpdesk managers in a browser a page
        that says what and what to do. No name, number or text for anybody else."""
        Health = request.env["support.health"]
        manager = request.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager")
        if manager and "text/html" in request.httprequest.headers.get("Accept", ""):
            now = fields.Datetime.now()
            findings = Health._check_for_manager(now)
            troubled = any(finding["level"] == "trouble" for finding in findings)
            page = request.env["ir.qweb"]._render(
                "support_sla.health_page",
                {"findings": Health._describe(findings), "troubled": troubled, "now": now},
            )
            return request.make_response(
                page, self._get_headers("text/html; charset=utf-8"), status=self._code(troubled)
            )
        status, areas = Health._answer()
        answer = json.dumps({"status": status, "areas": areas})
        return request.make_response(answer, self._get_headers("application/json"), status=self._code(status != "ok"))

    def _code(self, troubled: bool) -> int:
        return 503 if troubled else 200

    def _get_headers(self, content_type: str) -> list[tuple[str, str]]:
        return [("Content-Type", content_type), ("Cache-Control", "no-store"), ("X-Robots-Tag", "noindex")]
