from odoo import fields, models
from odoo.addons.support_sla.tools import facts


class SupportNotification(models.Model):
    _inherit = "support.notification"

    kind = fields.Selection(
        selection_add=[("dialog360_expected", "Change of the expected time")],
        ondelete={"dialog360_expected": "cascade"},
    )

    def _get_text(self):
        """D-2: what whoever is on duty reads; D-9: what the leader of a team reads that gets a ticket."""
        self.ensure_one()
        data = self.data or {}
        if self.code == "dialog360_emergency":
            return self.env._("emergency, %s: look into it at once", data.get("level", ""))
        if self.code == "dialog360_handed":
            return self.env._("handed over to %s: name who works on it", data.get("team", ""))
        return super()._get_text()

    def _get_details(self):
        """D-9: what was found so far."""
        details = super()._get_details()
        note = (self.data or {}).get("note") if self.code == "dialog360_handed" else ""
        return [*details, note] if note else details

    def _is_settled(self):
        """D-10: what has changed again, or is over, is not told any more."""
        if self.kind == "dialog360_expected":
            ticket = self.ticket_id
            return ticket.support_phase in facts.ENDED or ticket.dialog360_told != (self.data or {}).get("after")
        return super()._is_settled()

    def _post_dialog360_expected(self):
        """D-10: tell the client, in the client's language, what is to be expected now."""
        ticket = self.ticket_id._dialog360_for_client()
        body = ticket._dialog360_render(
            ticket._dialog360_say_expected(self.data),
            url=ticket._support_get_page_url() if ticket.partner_id else "",
            automatic=True,
        )
        subject = self.with_context(lang=ticket.env.lang).env._(
            "[%(number)s] Expected time: %(name)s", number=ticket.number, name=ticket.name
        )
        return self._post_automatic(ticket, subject, body)
