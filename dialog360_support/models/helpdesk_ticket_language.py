from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.tools import html2plaintext

from ..tools import language


class HelpdeskTicket(models.Model):
    """The language of a ticket: what the client is written in, and by which agents are chosen (D-3)."""

    _inherit = "helpdesk.ticket"

    dialog360_lang_id = fields.Many2one(
        "res.lang",
        string="Language",
        copy=False,
        index="btree_not_null",
        context={"active_test": False},
        help="As the request is written, else that of the client. Clients are written to in it, where it is installed.",
    )

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        """D-3: a new ticket gets its language before anybody is written to about it."""
        raised = {row["ticket_id"] for row in rows if row["kind"] == facts.RAISED}
        for ticket in self.browse(sorted(raised)).filtered("dialog360_ticket"):
            if not ticket.dialog360_lang_id:
                ticket._support_set({"dialog360_lang_id": ticket._dialog360_find_lang().id})
        return super()._support_after_facts(rows, now)

    def _dialog360_find_lang(self):
        """The language of this request among those of the provider; with sudo."""
        self.ensure_one()
        text = f"{self.name or ''}\n{html2plaintext(self.description or '')}"
        return self._dialog360_guess_lang(text, self.support_provider_id, self.partner_id.lang)

    @api.model
    def _dialog360_guess_lang(self, text: str, provider, code: str | bool):
        """The language of ``text`` among those of ``provider``; with sudo.

        :param code: of the client's own language, which counts where the text does not tell
        """
        offered = provider._dialog360_get_langs()
        by_code = {lang.code.partition("_")[0]: lang for lang in offered}
        guessed = language.guess(text, by_code)
        if guessed:
            return by_code[guessed]
        exact = offered.filtered(lambda lang: lang.code == code)
        # whoever reads Mexican Spanish is served in Spanish
        return exact or by_code.get((code or "").partition("_")[0]) or offered[:1]

    def _support_get_customer_lang(self) -> str:
        lang_sudo = self.sudo().dialog360_lang_id
        if self.dialog360_ticket and lang_sudo.active:
            return lang_sudo.code
        return super()._support_get_customer_lang()

    @api.model
    def _dialog360_get_speakers(self, users, lang):
        """Those of ``users`` who name ``lang`` among their languages; whoever names none speaks that of the desk."""
        # sudo: colleagues' languages are no secret of their settings
        return users.filtered(lambda user: lang in user.sudo()._dialog360_get_spoken())

    def _support_portal_get_facts(self):
        rows = super()._support_portal_get_facts()
        if self.dialog360_ticket and self.dialog360_lang_id:
            rows.append({"label": self.env._("Language"), "text": self.dialog360_lang_id.name})
        return rows
