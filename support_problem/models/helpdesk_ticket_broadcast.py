from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from odoo import fields, models
from odoo.tools import plaintext2html

from .helpdesk_ticket_validation import WORKAROUND


class HelpdeskTicket(models.Model):
    """Telling the incidents of a problem (E-7.1)."""

    _inherit = "helpdesk.ticket"

    support_broadcast_ids = fields.One2many(
        "support.broadcast", "problem_id", string="Told to Incidents", groups="helpdesk_mgmt.group_helpdesk_user_own"
    )

    def action_support_broadcast(self):
        """Prepare what the customers of this problem's incidents are told."""
        self.ensure_one()
        self.check_access("write")
        return self.env["support.broadcast"]._open_for(self)

    def _support_get_broadcast_obstacle(self) -> str:
        """Hook: why a broadcast must not resolve this incident, in words; empty if it may (E-7.1). Called with sudo.

        Its customer is told all the same, and the words are the result's reason. A provider whose tickets end in one
        way alone says so here; a refusal that comes later would leave the customer without the message.
        """
        self.ensure_one()
        return ""

    def _support_broadcast_render(self, data: Mapping[str, Any], asks: bool) -> Markup:
        """What the customer of this incident is told, in the language of the environment. Called with sudo.

        :param data: ``kind``, ``note``, ``page`` (an id)
        :param asks: whether it comes with the question whether it works
        """
        self.ensure_one()
        if asks:
            return self._support_validation_render(data)
        page = self.env["document.page"].browse(data.get("page") or []).exists()
        return self.env["ir.qweb"]._render(
            "support_problem.broadcast_message",
            {
                "ticket": self,
                "temporary": data.get("kind") == WORKAROUND,
                "note": plaintext2html(data["note"]) if data.get("note") else "",
                "page": page.content if page.support_state == "published" else "",
            },
            lang=self.env.lang,
        )
