from odoo import fields, models

from .bpmsoft_order_proposal import ACCEPTED, DECLINED


class SupportNotification(models.Model):
    _inherit = "support.notification"

    kind = fields.Selection(
        selection_add=[("bpmsoft_order", "Decision about an order")], ondelete={"bpmsoft_order": "cascade"}
    )

    def _post_bpmsoft_order(self):
        """B-11: the client reads what became of the order that it proposed, on the request that was to come first."""
        proposal = self.env["bpmsoft.order.proposal"].sudo().browse((self.data or {}).get("proposal") or []).exists()
        ticket = self.ticket_id.with_context(lang=self.partner_id.lang or self.ticket_id._support_get_customer_lang())
        env = ticket.env
        if proposal.state == ACCEPTED:
            said = env._("The order you proposed for your requests is agreed: they are worked on in it from now on.")
        elif proposal.state == DECLINED:
            said = env._("We cannot take over the order you proposed for your requests.")
        else:
            said = env._(
                "Your requests in line have changed before we could decide about the order you proposed, so it was set "
                "aside. You can propose another one."
            )
        tickets = env["helpdesk.ticket"].browse(proposal._get_line() if proposal else []).exists()
        body = env["ir.qweb"]._render(
            "bpmsoft_care.order_message",
            {
                "name": self.partner_id.name,
                "said": said,
                "answer": proposal.answer or "",
                "tickets": tickets.sudo(),
                "url": f"{ticket.get_base_url()}/my/support/order",
            },
            lang=env.lang,
        )
        subject = env._("[%s] The order of your requests", ticket.number)
        return self._post_automatic(ticket, subject, body)
