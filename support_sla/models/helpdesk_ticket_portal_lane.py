from odoo import models

from ..tools import facts, lane


class HelpdeskTicket(models.Model):
    """What customers read of their requests' places in line (O-10, B-11)."""

    _inherit = "helpdesk.ticket"

    def _support_portal_get_facts(self):
        found = super()._support_portal_get_facts()
        text = self._support_portal_say_place()
        return [*found, {"label": self.env._("Place in line"), "text": text}] if text else found

    def _support_portal_say_place(self) -> str:
        """Where the request stands among those of the same customer, in plain words; empty when it does not wait.

        Only how many others are worked on is told: whose they are and what they are about, the list of the customer's
        own tickets says to whoever may read them.
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        if ticket_sudo.support_lane_state != lane.WAITING:
            return ""
        place = ticket_sudo._support_say_place(ticket_sudo._support_read_positions().get(self.id, 0))
        account = ticket_sudo.support_lane_account_id
        busy = account._count_states(account.ids).get((account.id, lane.IN_WORK), 0)
        if not ticket_sudo.support_lane_held:
            return self.env._("%s: work on it can begin.", self.env._("Next in line")) if place else ""
        if busy == 1:
            return self.env._("%s. One request of yours is being worked on.", place)
        if busy:
            return self.env._("%(place)s. %(count)s requests of yours are being worked on.", place=place, count=busy)
        return self.env._("%s. Others of yours come first.", place)

    def _support_portal_say_next(self, panel):
        answer = super()._support_portal_say_next(panel)
        if self.sudo().support_lane_held and self.support_phase not in (facts.WAITING_THIRD_PARTY, facts.ON_HOLD):
            hint = self._support_portal_say_place()
            if not answer.get("countdown"):
                answer["headline"] = self.env._("Your request waits its turn")
            answer["hint"] = answer.get("hint") if answer.get("tone") == "danger" else hint
        return answer
