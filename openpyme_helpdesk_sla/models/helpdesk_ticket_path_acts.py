from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from odoo import Command, models
from odoo.addons.support_sla.models.request_form import FILES
from odoo.addons.support_sla.models.support_context import inside
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError
from odoo.tools import html2plaintext, plaintext2html

from ..tools import path
from .project_task import DESIGN_ACTIVITY

#: answers whose notes tell the team what was tried already
TRIED = frozenset(
    {
        (path.SOLUTION, "none"),
        (path.WORKAROUND, "unknown"),
        (path.APPLY, "failed"),
        (path.DESIGN, "answered"),
        (path.EXECUTE, "fails"),
        (path.VALIDATION, "rejected"),
    }
)
#: answers with which it is chosen what is applied
CHOSEN = frozenset(
    {
        (path.SOLUTION, "documented"),
        (path.SOLUTION, "known"),
        (path.WORKAROUND, "documented"),
        (path.WORKAROUND, "known"),
        (path.DESIGN, "answered"),
    }
)
#: how an executor finds what is to be applied
APPLY_ACTIVITY = "openpyme_helpdesk_sla.activity_apply"
#: what of a ticket's subject stands in the title of a task
TITLE_LENGTH = 120


class HelpdeskTicket(models.Model):
    """What the steps of the path do (O-7).

    ``_openpyme_path_before_<step>_<answer>(values, place)`` refuses what cannot be and prepares what is kept with the
    entry (it answers with columns of it); ``_openpyme_path_after_<step>_<answer>(values, place)`` does what follows.
    ``values`` are those of :meth:`_openpyme_path_take`.
    """

    _inherit = "helpdesk.ticket"

    # --- the scenario (O-6) --------------------------------------------------------------------------

    def _openpyme_path_before_scenario_understood(self, values: Mapping[str, Any], place: path.Place) -> dict:
        if self.support_form_state == "incomplete":
            raise UserError(
                self.env._(
                    "The template of the scenario is not complete: %s. Fill it in or ask the client for it; "
                    "if the rest cannot be had, say why it is enough.",
                    self.support_form_missing,
                )
            )
        return {}

    # --- documented or known ---------------------------------------------------------------------------

    def _openpyme_path_before_solution_documented(self, values, place):
        self._openpyme_path_check_page(values["page"], path.KIND_SOLUTION)
        return {}

    def _openpyme_path_before_workaround_documented(self, values, place):
        self._openpyme_path_check_page(values["page"], path.KIND_WORKAROUND)
        return {}

    def _openpyme_path_find_pages(self, kind: str, text: str = ""):
        """Published pages of this kind that are about the ticket or ``text``, the closest first."""
        self.ensure_one()
        Page = self.env["document.page"]
        domain = Page._support_get_domain((kind,), self.support_provider_id, None, self.company_id or self.env.company)
        return Page._support_find(text.strip() or self._openpyme_path_get_words(), domain, 20, self.support_kind_id)

    def _openpyme_path_get_words(self) -> str:
        """What the ticket is about: its subject, and the scenario in the client's words."""
        self.ensure_one()
        answers = [answer for _label, answer in self._openpyme_get_scenario()]
        return "\n".join([self.name or "", html2plaintext(self.description or ""), *answers])

    def _openpyme_path_check_page(self, page, kind: str) -> None:
        """:raise UserError: when ``page`` cannot be applied to this ticket: a draft, archived, of another kind or
        provider"""
        page.check_access("read")
        domain = page._support_get_domain((kind,), self.support_provider_id, None, self.company_id or self.env.company)
        if not page.sudo().filtered_domain(domain):
            raise UserError(
                self.env._(
                    "“%s” is no published page of that kind for this ticket (any more): choose another one.", page.name
                )
            )

    def _openpyme_path_get_choice(self):
        """The entry with which what is being applied was chosen: the documented or known thing, or the team's
        answer. With sudo."""
        self.ensure_one()
        return self.sudo().openpyme_path_entry_ids.filtered(
            lambda entry: (entry.step_id.code, entry.answer_id.code) in CHOSEN
        )[-1:]

    def _openpyme_path_before_apply_applied(self, values, place):
        page_sudo = self._openpyme_path_get_choice().page_id
        if place.kind == path.KIND_WORKAROUND:
            self._openpyme_path_contain(values["note"], tell=False)
        return {"page_id": page_sudo.id} if page_sudo else {}

    def _openpyme_path_before_apply_failed(self, values, place):
        page_sudo = self._openpyme_path_get_choice().page_id
        if page_sudo:
            self.env["support.page.use"]._record(page_sudo, "not_enough", self)
        return {"page_id": page_sudo.id} if page_sudo else {}

    def _openpyme_path_contain(self, text: str, tell: bool) -> None:
        """A workaround works now: the promise to contain the trouble is kept (E-1.6)."""
        self._support_record_workaround(text, self.env["support.event"]._now(), tell)

    # --- designed by the team --------------------------------------------------------------------------

    def _openpyme_path_before_send_sent(self, values, place):
        task_sudo = self._openpyme_path_send_task(values["note"], place.round + 1)
        return {"task_id": task_sudo.id}

    def _openpyme_path_send_task(self, note: str, round_: int):
        """Send the template of the scenario to the team as a task; with sudo: agents need no rights in projects."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        project_sudo = ticket_sudo.support_provider_id.openpyme_design_project_id
        if not project_sudo or not project_sudo.active:
            raise UserError(
                self.env._(
                    "There is no project that such tasks go to. A helpdesk manager chooses one under Helpdesk → "
                    "Configuration → Providers: “Project for Workarounds”."
                )
            )
        company = project_sudo.company_id
        if company and company != ticket_sudo.company_id:
            raise UserError(
                self.env._("The project “%s” belongs to another company than this ticket.", project_sudo.name)
            )
        designer_sudo = ticket_sudo.support_provider_id._openpyme_get_designer(project_sudo)
        task_sudo = (
            self.env["project.task"]
            .sudo()
            .with_context(mail_create_nosubscribe=True, mail_auto_subscribe_no_notify=True)
            .create(
                {
                    "name": self.env._(
                        "%(number)s: workaround wanted for “%(name)s” (round %(round)s)",
                        number=ticket_sudo.number,
                        name=(ticket_sudo.name or "")[:TITLE_LENGTH],
                        round=round_,
                    ),
                    "project_id": project_sudo.id,
                    "description": ticket_sudo._openpyme_path_describe_task(note),
                    "openpyme_path_ticket_id": self.id,
                    "openpyme_path_round": round_,
                    "user_ids": [Command.set(designer_sudo.ids)],
                }
            )
        )
        if designer_sudo:
            # the activity is how it is told, once, by mail as well
            said = task_sudo.with_context(lang=designer_sudo.lang or self.env.lang)
            said.activity_schedule(
                DESIGN_ACTIVITY,
                user_id=designer_sudo.id,
                summary=said.env._("Design a workaround, and write it under “Answer”"),
            )
        return task_sudo

    def _openpyme_path_describe_task(self, note: str) -> Markup:
        """The template of the scenario with its answers, and what was tried already, as HTML for the team."""
        self.ensure_one()
        parts = [
            Markup("<p>%s</p>")
            % self.env._(
                "Please design a workaround that contains the trouble until there is a solution. Write it under "
                "“Answer” and mark the task as done: the ticket then goes on by itself."
            )
        ]
        rows = self._openpyme_get_scenario()
        if rows:
            parts.append(Markup("<h3>%s</h3>") % self.env._("Scenario"))
            parts += [
                Markup("<p><strong>%s</strong><br/>%s</p>") % (label, plaintext2html(answer, container_tag=False))
                for label, answer in rows
            ]
        parts.append(Markup("<h3>%s</h3>%s") % (self.env._("The request"), self.description or ""))
        tried = self.openpyme_path_entry_ids.filtered(
            lambda entry: entry.note and (entry.step_id.code, entry.answer_id.code) in TRIED
        )
        if tried or note:
            items = Markup("").join(
                Markup("<li>%s: %s</li>") % (entry.answer_id.name, plaintext2html(entry.note, container_tag=False))
                for entry in tried
            )
            parts.append(Markup("<h3>%s</h3>") % self.env._("What was found out so far"))
            parts.append(Markup("<ul>%s</ul>") % items if items else Markup())
            parts.append(plaintext2html(note) if note else Markup())
        return Markup("").join(parts)

    def _openpyme_get_scenario(self) -> list[tuple[str, str]]:
        """The questions of the provider's template that are answered on this ticket, with the answers in words."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        if not ticket_sudo.support_provider_id:
            return []
        questions = [
            question for question in ticket_sudo._support_form_get_definition().questions if question.name != FILES
        ]
        return [
            (spec["label"], ticket_sudo._support_form_say(spec))
            for spec in ticket_sudo._support_form_describe(questions)
            if ticket_sudo[spec["name"]]
        ]

    def _openpyme_path_hear_team(self, task_sudo, answer: str, note: str) -> None:
        """The team has answered, or will not: the path goes on, unless it went on without this task.

        Called by the task with sudo, in the name of whoever did it.

        :param answer: of the step :data:`path.DESIGN`
        """
        self.ensure_one()
        place = self._openpyme_path_get_place()
        waits = place.step == path.DESIGN and self._openpyme_path_get_task() == task_sudo
        if not waits or self._openpyme_path_get_obstacle():
            if answer == "answered":
                self._message_log(
                    body=self.env._(
                        "The team has answered the task “%(task)s”, but the ticket does not wait for it: %(note)s",
                        task=task_sudo.name,
                        note=note,
                    )
                )
            return
        self._openpyme_path_take(path.DESIGN, answer, None, {"note": note, "task": task_sudo})
        if answer == "answered":
            self._openpyme_path_tell(self._openpyme_get_leader(), "openpyme_answered")

    def _openpyme_path_get_task(self):
        """The task that the team was asked with last; empty when it was deleted. With sudo."""
        self.ensure_one()
        sent = self.sudo().openpyme_path_entry_ids.filtered(lambda entry: entry.step_id.code == path.SEND)
        return sent[-1:].task_id

    def _openpyme_path_after_design_answered(self, values, place):
        task_sudo = self._openpyme_path_get_task()
        if task_sudo and not values.get("task"):
            # somebody was told the answer: it stands where the team looks as well
            task_sudo.with_context(**inside(openpyme_path_heard=True)).write(
                {"openpyme_path_answer": values["note"], "state": "1_done"}
            )

    def _openpyme_path_after_design_withdrawn(self, values, place):
        task_sudo = self._openpyme_path_get_task()
        if task_sudo and not values.get("task"):
            task_sudo.with_context(**inside(openpyme_path_heard=True)).write({"state": "1_canceled"})

    # --- applied by an executor -------------------------------------------------------------------------

    def _openpyme_path_before_executor_assigned(self, values, place):
        person = values["person"]
        # sudo: whom agents may see as users is not whom they may ask
        person_sudo = person.sudo()
        if not person_sudo.active or person_sudo.share or not self.with_user(person).has_access("write"):
            raise UserError(self.env._("%s may not work on this ticket: choose somebody who may.", person_sudo.name))
        designer = self._openpyme_path_get_designer()
        if designer == person_sudo and not designer._is_superuser():
            raise UserError(
                self.env._("%s has designed it: somebody else applies it and sees whether it works.", designer.name)
            )
        return {}

    def _openpyme_path_get_designer(self):
        """Who has designed what is to be applied, with sudo; empty when nobody has said so: whoever wrote down what the
        team answered has not designed it thereby."""
        self.ensure_one()
        choice_sudo = self._openpyme_path_get_choice()
        if choice_sudo.designer_id:
            return choice_sudo.designer_id
        # answered in the task itself, by who did it
        return choice_sudo.user_id if choice_sudo.task_id else choice_sudo.user_id.browse()

    def _openpyme_path_after_executor_assigned(self, values, place):
        person_sudo = values["person"].sudo()
        ticket_sudo = self.sudo().with_context(lang=person_sudo.lang or self.env.lang)
        ticket_sudo._support_set({"openpyme_executor_id": person_sudo.id})
        ticket_sudo.activity_schedule(
            APPLY_ACTIVITY,
            user_id=person_sudo.id,
            summary=ticket_sudo.env._("Apply the workaround of the team, and say whether it works"),
            note=plaintext2html(self._openpyme_path_get_choice().note or ""),
        )

    def _openpyme_path_may_apply(self) -> bool:
        """Whether the user says whether it works: who was asked to apply it, and managers."""
        executor_sudo = self.sudo().openpyme_executor_id
        manager = self.env.su or self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager")
        return not executor_sudo or executor_sudo == self.env.user or manager

    def _openpyme_path_check_executor(self) -> None:
        executor_sudo = self.sudo().openpyme_executor_id
        if not self._openpyme_path_may_apply():
            raise UserError(
                self.env._(
                    "%s applies it and says whether it works. Hand it back to name somebody else.", executor_sudo.name
                )
            )

    def _openpyme_path_before_execute_works(self, values, place):
        self._openpyme_path_check_executor()
        return {"executor_id": self.sudo().openpyme_executor_id.id}

    def _openpyme_path_before_execute_fails(self, values, place):
        self._openpyme_path_check_executor()
        return {"executor_id": self.sudo().openpyme_executor_id.id}

    def _openpyme_path_after_execute_works(self, values, place):
        self._openpyme_path_tell(self._openpyme_get_leader(), "openpyme_works")
        self._openpyme_path_over_executor()

    def _openpyme_path_after_execute_fails(self, values, place):
        self._openpyme_path_over_executor()

    def _openpyme_path_after_execute_handed_back(self, values, place):
        self._openpyme_path_over_executor()

    def _openpyme_path_over_executor(self) -> None:
        """Whoever was asked to apply it is not asked any more."""
        ticket_sudo = self.sudo()
        executor = ticket_sudo.openpyme_executor_id
        if executor:
            ticket_sudo.activity_unlink([APPLY_ACTIVITY], user_id=executor.id)
        ticket_sudo._support_set({"openpyme_executor_id": False})

    def _openpyme_path_before_tell_told(self, values, place):
        # E-1.6: it tells the client that it is temporary
        self._openpyme_path_contain(values["note"], tell=True)
        return {}

    # --- the page that was missing, the client's validation ----------------------------------------------

    def _openpyme_path_before_page_assigned(self, values, place):
        wizard = self.env["support.missing.wizard"].create(
            {
                "ticket_id": self.id,
                "name": values["title"],
                "use": place.kind,
                "user_id": values["writer"].id,
                "note": values["note"],
                **({"date_deadline": values["deadline"]} if values.get("deadline") else {}),
            }
        )
        return {"page_id": wizard._ask().id}

    def _openpyme_path_before_ask_asked(self, values, place):
        obstacle = self._support_get_validation_obstacle()
        if obstacle:
            raise UserError(obstacle)
        page_sudo = self._openpyme_path_get_choice().page_id
        return {"page_id": page_sudo.id} if page_sudo and place.source == path.DOCUMENTED else {}

    def _openpyme_path_after_ask_asked(self, values, place):
        page_sudo = self._openpyme_path_get_choice().page_id if place.source == path.DOCUMENTED else None
        self._support_ask_validation(place.kind, values["note"], page_sudo or None)

    def _support_after_validation(self, accepted, comment):
        result = super()._support_after_validation(accepted, comment)
        if self._openpyme_path_applies() and self._openpyme_path_get_place().step == path.VALIDATION:
            self._openpyme_path_take(
                path.VALIDATION,
                "accepted" if accepted else "rejected",
                None,
                {"note": comment or self.env._("It does not help.")},
            )
        return result

    def _openpyme_path_answer_validation(self, answer: str, number: int, note: str) -> None:
        """Somebody was told what the client says: record it where the client's own answer would go (E-7.3).

        :raise UserError: when the client is not asked any more
        """
        self.ensure_one()
        place = self._openpyme_path_get_place()
        taken = place.step != path.VALIDATION or number != len(self.sudo().openpyme_path_entry_ids) + 1
        if taken:
            raise UserError(self._openpyme_path_say_taken(place))
        if answer == "rejected" and not note.strip():
            raise UserError(self.env._("Write down what whoever comes next has to know."))
        asked = self.sudo().support_validation == "asked"
        if answer == "again" and asked:
            raise UserError(self.env._("The client has been asked and has not answered yet: nothing is asked twice."))
        if asked:
            self._support_validate(answer == "accepted", note, facts.STAFF)
        elif answer == "accepted":
            raise UserError(
                self.env._("The question to the client was withdrawn when the work went on: ask the client again.")
            )
        else:
            self._openpyme_path_take(path.VALIDATION, answer, number, {"note": note})

    # --- telling -----------------------------------------------------------------------------------------

    def _openpyme_get_leader(self):
        """Whoever leads the client's account, or else looks after the ticket; with sudo, maybe nobody."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        leader = ticket_sudo._support_filter_reachable(ticket_sudo.openpyme_leader_id)
        return leader or ticket_sudo._support_get_recipient()

    def _openpyme_path_tell(self, users, code: str, **data: Any) -> None:
        """Put into the outbox that ``users`` are to be told of the path; once a step."""
        self.ensure_one()
        number = len(self.sudo().openpyme_path_entry_ids)
        self.env["support.notification"]._enqueue(
            [
                {
                    "ticket_id": self.id,
                    "kind": "role",
                    "partner_id": user.partner_id.id,
                    "code": code,
                    "data": data or False,
                    "key": f"{code}:{number}:{user.id}",
                }
                for user in users
            ]
        )
