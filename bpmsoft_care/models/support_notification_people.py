from odoo import fields, models
from odoo.tools import plaintext2html


class SupportNotification(models.Model):
    """What clients are told about who may send requests, and about refusals (B-5, B-14)."""

    _inherit = "support.notification"

    kind = fields.Selection(
        selection_add=[("bpmsoft_people", "BPMSoft: about the request")], ondelete={"bpmsoft_people": "cascade"}
    )

    def _is_settled(self):
        if self.kind == "bpmsoft_people":
            ticket = self.ticket_id
            match self.code:
                case "held":
                    # the sender, and nobody who has come in the sender's place
                    return ticket.bpmsoft_standing != "held" or ticket.partner_id != self.partner_id
                case "own":
                    return ticket.bpmsoft_standing != "asked" or ticket.partner_id != self.partner_id
                case "refused":
                    return ticket.bpmsoft_ground_id.id != (self.data or {}).get("ground")
        return super()._is_settled()

    def _post_bpmsoft_people(self):
        """Post the message, in the customer's language, on the ticket."""
        ticket = self.ticket_id.with_context(lang=self.ticket_id._support_get_customer_lang())
        env = ticket.env
        match self.code:
            case "held":
                subject = env._("[%s] We have not taken your request on yet", ticket.number)
            case "own":
                subject = env._("[%(number)s] Is this your request? %(name)s", number=ticket.number, name=ticket.name)
            case _:
                subject = env._("[%s] We cannot take your request on", ticket.number)
        values = {
            "ticket": ticket,
            "code": self.code,
            "reason": ticket.bpmsoft_hold_reason,
            "authorised": ticket._bpmsoft_get_authorised(),
            "sender": ticket.bpmsoft_raiser_id.name or ticket.bpmsoft_raiser_email or "",
            "ground": plaintext2html(ticket.bpmsoft_ground_id.customer_text or ""),
            "url": f"{ticket.get_base_url()}/my/ticket/{ticket.id}",
        }
        body = env["ir.qweb"]._render("bpmsoft_care.people_message", values, lang=env.lang)
        return self._post_automatic(ticket, subject, body)

    def _get_text(self):
        self.ensure_one()
        if self.code == "bpmsoft_disowned":
            return self.env._("the authorised person says that this is no request of theirs: decide what becomes of it")
        return super()._get_text()
