from typing import Any

from odoo import fields, models
from odoo.addons.support_sla.tools import facts


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
            asked = self._openpyme_portal_get_question()
            if self._openpyme_is_contained_only():
                lasting = self.env._("You have accepted a workaround. We go on looking for the lasting solution.")
                answer["hint"] = " ".join(text for text in (lasting, answer["hint"]) if text)
            return self._openpyme_portal_ask(answer, asked) if asked else answer
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

    def _openpyme_is_contained_only(self) -> bool:
        """Whether this request ended with a workaround while what lies behind it is still worked on (O-8)."""
        self.ensure_one()
        problem_sudo = self.sudo().support_problem_id
        return (
            self.support_phase == facts.CLOSED
            and self.support_validation == "accepted"
            and self.support_validation_kind == "workaround"
            and bool(problem_sudo)
            and problem_sudo.support_phase not in facts.ENDED
        )

    def _openpyme_portal_get_question(self) -> dict[str, Any] | None:
        """What the client of an open request is asked further down on its page: ``headline``, ``turn``, ``hint``,
        ``label`` and ``anchor`` of the answer; None when nothing is."""
        self.ensure_one()
        if self.support_phase in facts.ENDED:
            return None
        session = self._openpyme_portal_describe_session()
        if session and session["open"] and not session["answer"]:
            return {
                "headline": self.env._("You are invited: %s", session["name"]),
                "turn": self.env._("It is your turn: do you come?"),
                "hint": session["when"],
                "label": self.env._("Say whether you come"),
                "anchor": "openpyme_session",
            }
        change = self._openpyme_portal_describe_change(fields.Datetime.to_string(self.env["support.event"]._now()))
        if change and change["ask"]:
            return {
                "headline": self.env._("Ready for you to look at: %s", change["ask"]["name"]),
                "turn": self.env._("It is your turn: does it do what you need?"),
                "hint": "",
                "label": self.env._("Accept it, or say what is not right"),
                "anchor": "openpyme_change",
            }
        if change and change["story"] and change["story"]["open"]:
            return {
                "headline": self.env._("We have written down what you need"),
                "turn": self.env._("It is your turn: is this what you need?"),
                "hint": "",
                "label": self.env._("Confirm it, or say what is missing"),
                "anchor": "openpyme_story",
            }
        return None

    def _openpyme_portal_ask(self, answer: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
        """Whose turn it is when the client is asked something: theirs, with the way to the question. What is late or
        counted down to stays said."""
        counted = answer["countdown"] and not answer["mine"]
        return answer | {
            "headline": answer["headline"] if counted else asked["headline"],
            "moment": answer["moment"] if counted else False,
            "countdown": counted,
            "turn": asked["turn"],
            "hint": asked["hint"] or answer["hint"],
            "link": {"label": asked["label"], "url": f"#{asked['anchor']}"},
            "tone": answer["tone"] if answer["tone"] == "danger" else "warning",
            "mine": True,
        }
