import base64
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError

TEMPLATE = "support_reports.annex"
BODY = "support_reports.annex_body"


class SupportAnnex(models.TransientModel):
    """The customer annex: looked at on the screen, printed as PDF, in the customer's language (R-10)."""

    _name = "support.annex"
    _description = "Customer Annex"

    entitlement_id = fields.Many2one("support.entitlement", ondelete="cascade")
    provider_id = fields.Many2one("support.provider", required=True, ondelete="cascade")
    policy_id = fields.Many2one(
        "support.policy",
        ondelete="cascade",
        domain="[('provider_id', '=', provider_id)]",
        help="Only this policy. Empty: all that apply.",
    )
    lang = fields.Selection(
        selection="_selection_lang", string="Language", required=True, default=lambda self: self.env.lang or "en_US"
    )
    moment = fields.Datetime(
        string="As Of", required=True, default=lambda self: self.env["support.event"]._now(), readonly=True
    )
    html = fields.Html(compute="_compute_html", sanitize=False, string="Preview")
    file = fields.Binary(attachment=False, readonly=True)

    @api.model
    def _selection_lang(self):
        return self.env["res.lang"].get_installed()

    @api.depends("entitlement_id", "provider_id", "policy_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for annex in self:
            names = (annex.provider_id.name, annex.entitlement_id.partner_id.name)
            annex.display_name = " · ".join(name for name in names if name) or self.env._("Customer Annex")

    @api.onchange("entitlement_id")
    def _onchange_entitlement_id(self):
        if self.entitlement_id:
            self.provider_id = self.entitlement_id.provider_id
            self.lang = self.entitlement_id.partner_id.lang or self.lang

    @api.depends("entitlement_id", "provider_id", "policy_id", "lang", "moment")
    def _compute_html(self):
        for annex in self:
            if not annex.provider_id:
                annex.html = False
                continue
            page = self.env["support.pdf"].with_context(lang=annex.lang)
            body = page.env["ir.qweb"]._render(BODY, annex._get_values(), lang=annex.lang, minimal_qcontext=True)
            annex.html = Markup('<div class="o_support_annex">%s</div>') % body

    def _get_values(self) -> dict[str, Any]:
        """What the templates show, in the annex's language; see ``support.annex.writer``."""
        self.ensure_one()
        # whoever may read neither policies nor the entitlement learns nothing here
        self.provider_id.check_access("read")
        self.policy_id.check_access("read")
        self.entitlement_id.check_access("read")
        writer = self.env["support.annex.writer"].with_context(lang=self.lang)
        moment = self.moment
        end = self.entitlement_id.date_end
        if end and self.entitlement_id.standing == "over":
            moment = min(moment, fields.Datetime.to_datetime(end))
        return {"annex": writer._describe(self.provider_id, self.entitlement_id, self.policy_id, moment)}

    def _render_pdf(self) -> bytes:
        """The annex as PDF."""
        self.ensure_one()
        values = self._get_values()
        return self.env["support.pdf"]._render(
            TEMPLATE,
            {**values, "title": values["annex"]["title"], "subtitle": values["annex"]["subtitle"]},
            self.lang,
        )

    def action_print(self):
        """Download the PDF."""
        self.ensure_one()
        self.check_access("write")
        if self.entitlement_id and self.entitlement_id.provider_id != self.provider_id:
            raise UserError(self.env._("This contract is one of %s.", self.entitlement_id.provider_id.name))
        self.file = base64.b64encode(self._render_pdf())
        name = self.env._("Support promises %s", self.display_name)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/support.annex/{self.id}/file?download=true&filename={quote(name)}.pdf",
            "target": "self",
        }

    @api.model
    def _open(self, **values: Any) -> dict[str, Any]:
        """The action that shows an annex with these values."""
        partner = self.env["support.entitlement"].browse(values.get("entitlement_id") or []).partner_id
        installed = dict(self._selection_lang())
        lang = partner.lang if partner.lang in installed else self.env.lang or "en_US"
        annex = self.create({"lang": lang, **values})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer Annex"),
            "res_model": self._name,
            "res_id": annex.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
