from typing import Any

from odoo import api, models


class HelpdeskTicket(models.Model):
    """Incidents that are going on, on the pages of clients (D-18)."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _support_portal_describe_form(self, provider, teams, partner) -> dict[str, Any]:
        form = super()._support_portal_describe_form(provider, teams, partner)
        return {**form, "dialog360_banners": provider._dialog360_get_banners()}

    def _support_portal_get_page(self) -> dict[str, Any]:
        page = super()._support_portal_get_page()
        open_ticket = self.dialog360_ticket and not self.closed
        banners = self.support_provider_id._dialog360_get_banners() if open_ticket else {}
        return {**page, "dialog360_banners": banners}
