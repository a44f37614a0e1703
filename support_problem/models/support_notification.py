from odoo import fields, models


class SupportNotification(models.Model):
    """The question whether what was done helps, for the customer (E-7.3)."""

    _inherit = "support.notification"

    kind = fields.Selection(
        selection_add=[("validation", "Question whether it works")], ondelete={"validation": "cascade"}
    )

    def _is_settled(self):
        if self.kind == "validation":
            # asked about what was tried: when that is over, or another thing was tried since, there is nothing to ask
            ticket = self.ticket_id
            asked = fields.Datetime.to_string(ticket.support_validation_asked)
            return ticket.support_validation != "asked" or (self.data or {}).get("asked") != asked
        return super()._is_settled()

    def _post_validation(self):
        """Ask the customer, in the customer's language and the agent's name."""
        ticket = self.ticket_id.with_context(lang=self.ticket_id._support_get_customer_lang())
        data = self.data or {}
        author = self.env["res.partner"].browse(data.get("author") or []).exists()
        return self._post_automatic(
            ticket, ticket._support_validation_get_subject(), ticket._support_validation_render(data), author
        )
