from typing import Any

from odoo import models


class HelpdeskTicket(models.Model):
    """What clients read of all this on the page of their request, in plain words.

    Decision: they read their leader's name, what kind of request it was found to be and its impact. Not how to reach
    the leader otherwise: every contact goes through the helpdesk (O-1). Not the review, and not the colour.
    """

    _inherit = "helpdesk.ticket"

    def _support_portal_get_facts(self):
        rows = super()._support_portal_get_facts()
        if not self.openpyme_ticket:
            return rows
        leader = self.openpyme_leader_id
        if leader.active:
            rows.append({"label": self.env._("Your account leader"), "text": leader.name})
        if self.openpyme_impact_id:
            text = "\n".join(part for part in (self.openpyme_impact_id.name, self._openpyme_say_impact_there()) if part)
            rows.append({"label": self.env._("Impact"), "text": text})
        return rows

    def _openpyme_say_impact_there(self) -> str:
        """What the impact means, in the client's words: nothing of a contract without hours."""
        return self.openpyme_impact_id.description or ""

    def _support_portal_get_actions(self):
        actions = super()._support_portal_get_actions()
        thread = self._openpyme_get_thread() if self.openpyme_moved_to_id else self
        if thread != self:
            label = self.env._("Go to %s", thread.number)
            actions.append({"label": label, "url": thread.access_url, "icon": "fa-arrow-right"})
        return actions

    def _support_portal_get_next(self, panel: dict[str, Any]) -> dict[str, Any]:
        """A reply that was moved goes on elsewhere: nothing is to be done here."""
        answer = super()._support_portal_get_next(panel)
        if not self.openpyme_moved_to_id:
            return answer
        thread = self._openpyme_get_thread()
        return answer | {
            "headline": self.env._("This request goes on in %s", thread.number),
            "turn": self.env._("You need to do nothing now."),
            "hint": self.env._("What you write here arrives there as well."),
            "late": [],
            "countdown": False,
            "tone": "info",
            "mine": False,
        }
