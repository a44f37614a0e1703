from typing import Any

from odoo import fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """What clients see of a change and decide about it (O-12): plain words, in superuser mode, no internal notes."""

    _inherit = "helpdesk.ticket"

    def _support_portal_get_page(self):
        page = super()._support_portal_get_page()
        return {**page, "openpyme_change": self._openpyme_portal_describe_change(page["now"])}

    def _openpyme_portal_describe_change(self, now: str) -> dict[str, Any] | None:
        """The change as its client reads it; None for what is no change.

        :param now: UTC text
        :return: ``steps`` (``number``, ``name``, ``state``, ``text``), ``headline``, ``text`` (what
            happens in the current step, or ""), ``progress`` (percent), ``tasks`` (sentence or ""), ``demo`` (sentence
            or ""), ``ask`` (``id``, ``name``; or None), ``story`` (see :meth:`_openpyme_portal_describe_story`).
            Whether the reader is one who decides is the controller's to say
        """
        self.ensure_one()
        steps = self.openpyme_ticket_step_ids.sorted(lambda step: (step.sequence, step.id))
        if not steps or self.openpyme_change_state == "halted":
            return None
        words = {
            "done": self.env._("done"),
            "current": self.env._("in progress"),
            "skipped": self.env._("left out"),
            "open": self.env._("to come"),
        }
        current = steps.filtered(lambda step: step.state == "current")
        if current:
            headline = self.env._(
                "Step %(number)s of %(all)s: %(name)s",
                number=list(steps).index(current) + 1,
                all=len(steps),
                name=current.name,
            )
        else:
            headline = self.env._("All %s steps are over", len(steps))
        demo = self._support_portal_describe_moment(fields.Datetime.to_string(current.demo_at or False) or False, now)
        return {
            "steps": [
                {
                    "number": number,
                    "name": step.name,
                    "state": step.state,
                    "text": self._openpyme_portal_say_state(step, words[step.state], now),
                }
                for number, step in enumerate(steps, 1)
            ],
            "headline": headline,
            "text": current.client_text or "",
            "progress": self.openpyme_change_progress,
            "tasks": (self.openpyme_task_text or "") if current.needs == "tasks_done" else "",
            "demo": self.env._("Demo: %(when)s, %(zone)s", when=demo["full"], zone=demo["zone"]) if demo else "",
            "ask": {"id": current.id, "name": current.name} if current.asked else None,
            "story": self._openpyme_portal_describe_story(now),
        }

    def _openpyme_portal_say_state(self, step, word: str, now: str) -> str:
        """“done, 3 Nov 10:00”.

        :param word: for the step's state
        """
        moment = step.ended if step.state in ("done", "skipped") else step.state == "current" and step.started
        described = moment and self._support_portal_describe_moment(fields.Datetime.to_string(moment), now)
        if not described:
            return word
        if step.state == "current":
            return self.env._("%(state)s since %(when)s", state=word, when=described["text"])
        return self.env._("%(state)s, %(when)s", state=word, when=described["text"])

    def _openpyme_portal_describe_story(self, now: str) -> dict[str, Any] | None:
        """The user story in force, once the step in which it is written is over.

        :return: ``id``, ``version``, ``role``, ``want``, ``benefit``, ``out_of_scope`` (words), ``criteria`` (a list),
            ``answer`` (sentence or ""), ``open`` (whether the client may confirm it)
        """
        story = self._openpyme_get_agreed_story()
        if not story:
            return None
        answered = self._support_portal_describe_moment(
            fields.Datetime.to_string(story.answered) if story.answered else False, now
        )
        answer = ""
        if story.answer == "confirmed":
            answer = self.env._("Confirmed by %(who)s, %(when)s", who=story.answered_by_id.name, when=answered["full"])
        elif story.answer == "questioned":
            answer = self.env._(
                "Questioned by %(who)s, %(when)s: we come back to you.",
                who=story.answered_by_id.name,
                when=answered["full"],
            )
        return {
            "id": story.id,
            "version": story.version,
            "role": story.role,
            "want": story.want,
            "benefit": story.benefit,
            "criteria": story._get_criteria(),
            "out_of_scope": story.out_of_scope or "",
            "answer": answer,
            "open": not answer and not self._openpyme_may_not_move(),
        }

    def _openpyme_portal_refuse_others(self) -> None:
        """:raise UserError: when the user is a colleague, who writes down on the ticket what a client told them, or
        reads a ticket that was shared with another company: such a reader reads and no more (S-1)"""
        if not self._openpyme_may_decide(self.env.user):
            raise UserError(
                self.env._("Only the client decides here. Write down on the ticket what the client told you.")
            )

    def _openpyme_may_decide(self, user) -> bool:
        """Whether ``user`` is one of the client's people, logged in. Called with sudo."""
        self.ensure_one()
        return user.share and not user._is_public() and self._support_portal_may_validate(user)

    def _openpyme_portal_answer(self, step_id: int, accepted: bool, comment: str) -> str:
        """The client's answer from the ticket's page; what the page says afterwards.

        :param step_id: of the step that the page asked about
        :raise UserError: when it is not asked (any more), or rejecting has no words
        """
        self.ensure_one()
        self._openpyme_portal_refuse_others()
        step = self.openpyme_ticket_step_ids.filtered(lambda step: step.id == step_id)
        if not step:
            raise UserError(self.env._("This question was answered meanwhile. Please read the page again."))
        step._answer(accepted, comment, facts.CUSTOMER)
        if accepted:
            return self.env._("Thank you: “%s” is accepted.", step.name)
        return self.env._("Thank you: we go back to work on it and come back to you.")

    def _openpyme_portal_decide_story(self, story_id: int, confirmed: bool, comment: str) -> str:
        """The client's word on the user story; what the page says afterwards.

        :raise UserError: when that version does not wait for an answer (any more), or a question has no words
        """
        self.ensure_one()
        self._openpyme_portal_refuse_others()
        refusal = self._openpyme_may_not_move()
        if refusal:
            raise UserError(refusal)
        story = self.openpyme_story_ids.filtered(lambda story: story.id == story_id)
        if not story:
            raise UserError(self.env._("This user story does not wait for an answer. Please read the page again."))
        story._decide(confirmed, comment)
        said = self.env._("The user story is what we need.")
        if not confirmed:
            said = self.env._("Something is missing in the user story or is not right.")
        body = self._openpyme_compose("\n".join(text for text in (said, comment.strip()) if text))
        self.message_post(body=body, message_type="comment", subtype_xmlid="mail.mt_comment")
        if confirmed:
            return self.env._("Thank you: you have confirmed the user story.")
        return self.env._("Thank you: we look at it and come back to you.")
