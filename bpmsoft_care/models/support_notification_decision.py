from markupsafe import Markup
from odoo import fields, models


class SupportNotification(models.Model):
    """What clients and colleagues are told of offers and estimates by themselves (B-4, B-12)."""

    _inherit = "support.notification"

    kind = fields.Selection(
        selection_add=[
            ("bpmsoft_where", "Where to accept an offer"),
            ("bpmsoft_expired", "Offer has expired"),
        ],
        ondelete={"bpmsoft_where": "cascade", "bpmsoft_expired": "cascade"},
    )

    def _is_settled(self):
        """A client who has answered meanwhile need not be told where to."""
        self.ensure_one()
        if self.kind == "bpmsoft_where":
            return self.ticket_id.bpmsoft_offer_state != "open"
        return super()._is_settled()

    def _post_bpmsoft_where(self):
        """S-5: a mail accepts nothing; whoever wrote is told where the offer is accepted."""
        ticket = self.ticket_id.with_context(lang=self.ticket_id._support_get_customer_lang())
        say = ticket.env._
        return self._bpmsoft_post(
            ticket,
            say("[%s] The offer is accepted on the portal", ticket.number),
            [
                say(
                    "Thank you for your message; somebody reads it. There is an offer for you on this request. "
                    "Whatever the message says, an offer is accepted or declined on the portal alone, by your "
                    "authorised contact."
                )
            ],
            say("Read the offer and answer it"),
        )

    def _post_bpmsoft_expired(self):
        ticket = self.ticket_id.with_context(lang=self.ticket_id._support_get_customer_lang())
        say = ticket.env._
        return self._bpmsoft_post(
            ticket,
            say("[%s] The offer has expired", ticket.number),
            [
                say(
                    "The offer on this request was not answered in time and cannot be accepted any more. If you still "
                    "want it, tell us: we make a new one."
                )
            ],
            say("Open the request"),
        )

    def _bpmsoft_post(self, ticket, subject: str, paragraphs: list[str], link: str):
        body = Markup().join(Markup("<p>%s</p>") % text for text in paragraphs)
        body += Markup('<p><a href="%s">%s</a></p>') % (ticket._bpmsoft_get_url("bpmsoft_offer"), link)
        return self._post_automatic(ticket, subject, body)

    def _get_text(self):
        """What whoever works on the ticket reads."""
        self.ensure_one()
        data = self.data or {}
        match self.code:
            case "bpmsoft_accepted":
                return self.env._("the client has accepted “%s”: work can start", data.get("option", ""))
            case "bpmsoft_chosen":
                return self.env._("the client has chosen “%s”, which costs nothing", data.get("option", ""))
            case "bpmsoft_declined":
                return self.env._("the client has declined the offer")
            case "bpmsoft_expired":
                return self.env._("the offer has expired without an answer of the client")
            case "bpmsoft_estimate_overdue":
                return self.env._(
                    "its estimate has passed (%s): solve it, or extend the estimate with the reason",
                    self._format_moment(fields.Datetime.to_datetime(data["until"])) if data.get("until") else "",
                )
            case "bpmsoft_estimate_again":
                return self.env._("it was opened again: give the client a new estimate")
        return super()._get_text()

    def _get_details(self):
        details = super()._get_details()
        comment = (self.data or {}).get("comment")
        if self.code in ("bpmsoft_accepted", "bpmsoft_chosen", "bpmsoft_declined") and comment:
            details = [*details, self.env._("The client's words: “%s”", comment)]
        return details
