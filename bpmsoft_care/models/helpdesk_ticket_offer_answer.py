from odoo import api, models


class HelpdeskTicket(models.Model):
    """While a paid offer is open its validity is the deadline of the client's answer, and no other (B-10, B-12)."""

    _inherit = "helpdesk.ticket"

    def _support_allows_step(self, step, clock):
        """B-12: nobody is reminded of an answer, or called overdue, as long as the offer is valid."""
        if clock["metric"] == "customer_answer" and self.sudo().bpmsoft_offer_state == "open":
            return False
        return super()._support_allows_step(step, clock)

    @api.model
    def _support_get_unanswered(self):
        return [*super()._support_get_unanswered(), ("ticket_id.bpmsoft_offer_state", "!=", "open")]

    def _support_portal_describe_promise(self, clock, panel):
        row = super()._support_portal_describe_promise(clock, panel)
        if clock["metric"] == "customer_answer" and self.bpmsoft_offer_state == "open" and not clock["stopped"]:
            row.update(badge="", tone="info", text=self.env._("as long as the offer is valid"), explain=[])
        return row
