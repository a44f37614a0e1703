from typing import Any

from odoo import api, models
from odoo.tools.mail import html_sanitize


class DocumentPageHistory(models.Model):
    """What is written on a page for support is sanitized (E-7.2): the base addon keeps whatever it is given."""

    _inherit = "document.page.history"

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._support_clean(vals, vals.get("page_id")) for vals in vals_list])

    def write(self, vals):
        if vals.get("page_id"):
            # whoever may write this version need not be one who may write that page
            self.env["document.page"].browse(vals["page_id"]).check_access("write")
        if vals.get("content"):
            for version in self:
                page_id = vals.get("page_id") or version.sudo().page_id.id
                super(DocumentPageHistory, version).write(self._support_clean(vals, page_id))
            return True
        return super().write(vals)

    @api.model
    def _support_clean(self, vals: dict[str, Any], page_id: int | None) -> dict[str, Any]:
        page_sudo = self.env["document.page"].sudo().browse(page_id or [])
        if vals.get("content") and page_sudo.support_use not in (False, "none"):
            return {**vals, "content": html_sanitize(vals["content"])}
        return vals
