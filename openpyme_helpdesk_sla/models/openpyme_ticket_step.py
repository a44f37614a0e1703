from typing import Any

from odoo import fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError
from odoo.tools import SQL

from .openpyme_change_step import NEEDS

#: what a step is over with
OVER = ("done", "skipped")
#: what may be missing when a step is finished all the same, with a reason; for the rest there is skipping
TOLERANT = ("tasks_done",)


class OpenpymeTicketStep(models.Model):
    """A step of one change, as it was in the template when the ticket became a change (O-12).

    Steps are taken one after another: one is current, those before are done or skipped, those after are open. Nobody
    writes them; the verbs below do, with the ticket's row locked, so that of two people only one is heard.
    """

    _name = "openpyme.ticket.step"
    _description = "Step of a Ticket's Change"
    _order = "ticket_id, sequence, id"
    _allow_sudo_commands = False

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    template_id = fields.Many2one("openpyme.change.step", required=True, readonly=True, ondelete="restrict", index=True)
    sequence = fields.Integer(readonly=True)
    name = fields.Char(required=True, readonly=True, translate=True)
    description = fields.Text(readonly=True, translate=True)
    client_text = fields.Text(readonly=True, translate=True)
    needs = fields.Selection(NEEDS, required=True, readonly=True)
    skippable = fields.Boolean(readonly=True)
    state = fields.Selection(
        [("open", "Still to come"), ("current", "In progress"), ("done", "Done"), ("skipped", "Skipped")],
        default="open",
        required=True,
        readonly=True,
    )
    round = fields.Integer(readonly=True, aggregator=None, help="How often it was begun.")
    started = fields.Datetime(readonly=True)
    ended = fields.Datetime(readonly=True)
    partner_id = fields.Many2one("res.partner", string="By", readonly=True, ondelete="restrict")
    note = fields.Text(readonly=True, help="Internal: why it was skipped, what came of it.")
    exception = fields.Boolean(readonly=True, help="Finished although something was missing, with a reason.")
    asked = fields.Datetime(string="Client Asked", readonly=True)
    answer = fields.Selection(
        [("accepted", "Accepted"), ("rejected", "Rejected")], string="Client's Answer", readonly=True
    )
    answered = fields.Datetime(string="Client Answered", readonly=True)
    answer_note = fields.Text(string="Client's Comment", readonly=True)
    demo_at = fields.Datetime(string="Demo", readonly=True)
    demo_event_id = fields.Many2one("calendar.event", string="Meeting", readonly=True, ondelete="set null")

    # two steps of a ticket are never worked on at once, whoever presses what
    _current_unique = models.UniqueIndex("(ticket_id) WHERE state = 'current'")

    # --- verbs: access is checked, the order is kept ---------------------------------------------

    def _finish(self, note: str = "", reason: str = "") -> None:
        """The step is done and the next one begins.

        :param note: internal, what came of it
        :param reason: why it is finished although its tasks are not done
        :raise UserError: when it is not the current step, what it needs is missing, or other requests of the client
            come first (O-10)
        """
        step = self._claim()
        missing = step._get_missing()
        exception = bool(missing and step.needs in TOLERANT and step.skippable and reason.strip())
        if missing and not exception:
            raise UserError(missing)
        self.ticket_id._openpyme_start_work()
        if step.needs == "story":
            step.ticket_id._openpyme_agree_story()
        said = "\n".join(text for text in (reason.strip(), note.strip()) if text)
        step._leave("done", said, kind="exception" if exception else "finish", exception=exception)

    def _skip(self, reason: str) -> None:
        """The step is left out, for a reason.

        :raise UserError: when it is not the current step, may not be skipped, or no reason is given
        """
        step = self._claim()
        if not step.skippable:
            raise UserError(self.env._("“%s” cannot be skipped.", step.name))
        if not reason.strip():
            raise UserError(self.env._("Say why “%s” is skipped: the reason is kept.", step.name))
        self.ticket_id._openpyme_start_work()
        step._leave("skipped", reason.strip(), kind="skip")

    def _go_back(self, reason: str) -> None:
        """Work goes back to this step, which is over; it and all after it are taken once more.

        :raise UserError: when it is not over, or no reason is given
        """
        step = self._claim(states=OVER)
        if not reason.strip():
            raise UserError(self.env._("Say why work goes back to “%s”: the reason is kept.", step.name))
        step._return(reason.strip())

    def _ask(self, text: str) -> None:
        """Ask the client to look at what was done and to accept it on the portal: a message on the ticket, which waits
        for the client from then on.

        :raise UserError: when it is not the current step, asks nobody, was asked already, or there is no client
        """
        step = self._claim()
        ticket = self.ticket_id
        if step.needs != "client":
            raise UserError(self.env._("“%s” does not need the client's acceptance.", step.name))
        if step.asked:
            raise UserError(self.env._("The client was asked already and has not answered yet."))
        if not ticket.partner_id.email:
            raise UserError(self.env._("%s has no client with an e-mail address who could be asked.", ticket.number))
        if not text.strip():
            raise UserError(self.env._("Say to the client what there is to look at."))
        now = self.env["support.event"]._now()
        step.write({"asked": now, "answer": False, "answered": False, "answer_note": False})
        step._log("ask", text.strip())
        ticket.message_post(
            body=ticket._openpyme_compose(text.strip(), link=True),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=ticket.partner_id.ids,
        )
        ticket._openpyme_enter_phase(facts.WAITING_CUSTOMER)

    def _answer(self, accepted: bool, comment: str, side: str) -> None:
        """What the client says: accepted, the step is done; rejected, work goes back to where it was done.

        :param comment: the client's words; needed when rejecting
        :param side: ``facts.CUSTOMER`` from the portal; ``facts.STAFF`` when somebody writes down what the client said
        :raise UserError: when the client is not asked (any more), or no comment is given
        """
        step = self._claim()
        comment = comment.strip()
        if step.needs != "client" or (side == facts.CUSTOMER and not step.asked):
            raise UserError(self.env._("“%s” does not wait for an answer. Please read the page again.", step.name))
        if not accepted and not comment:
            raise UserError(self.env._("Please say what is not right."))
        ticket = self.ticket_id
        now = self.env["support.event"]._now()
        step.write(
            {
                "answer": "accepted" if accepted else "rejected",
                "answered": now,
                "answer_note": comment or False,
                "asked": False,
            }
        )
        step._log("accept" if accepted else "reject", comment)
        ticket._openpyme_say_answer(step.name, accepted, comment, side)
        last = not step._get_next()
        if accepted:
            step._leave("done", comment, kind="finish")
        else:
            step._get_return()._return(comment)
        ticket.sudo()._openpyme_after_answer(accepted, last)

    def _plan_demo(self, moment, event=None) -> None:
        """When the demo takes place or took place.

        :param datetime moment: naive UTC
        :param event: the meeting in the calendar, if one was made
        """
        step = self._claim()
        if step.needs != "demo":
            raise UserError(self.env._("“%s” has no demo.", step.name))
        step.write({"demo_at": moment, "demo_event_id": event.id if event else step.demo_event_id.id})
        step._log("demo", "")

    # --- the order --------------------------------------------------------------------------------

    def _claim(self, states: tuple[str, ...] = ("current",)):
        """This step in superuser mode, its ticket's row locked, if the user may move it and it is in one of ``states``.

        :raise UserError: when somebody else was first, or the ticket's change stands still
        """
        self.ensure_one()
        ticket = self.ticket_id
        if not ticket.env.su:
            ticket.check_access("write")
        self.env.cr.execute(SQL("SELECT id FROM helpdesk_ticket WHERE id = %s FOR UPDATE", ticket.id))
        step = self.sudo()
        step.invalidate_recordset()
        refusal = ticket.sudo()._openpyme_may_not_move()
        if refusal:
            raise UserError(refusal)
        if step.state not in states:
            raise UserError(step._say_state())
        return step

    def _say_state(self) -> str:
        """Why a step cannot be moved: where it stands, and who brought it there."""
        current = self.ticket_id.openpyme_ticket_step_ids.filtered(lambda step: step.state == "current")
        values = {"step": self.name, "who": self.partner_id.name or "", "current": current.name or ""}
        if self.state in OVER and current:
            return self.env._("“%(step)s” is over already (%(who)s). The current step is “%(current)s”.", **values)
        if self.state in OVER:
            return self.env._("“%(step)s” is over already (%(who)s).", **values)
        if self.state == "current":
            return self.env._("“%(step)s” is the current step already.", **values)
        return self.env._("Steps are taken in order: “%(step)s” comes after “%(current)s”.", **values)

    def _get_siblings(self):
        return self.ticket_id.openpyme_ticket_step_ids.sorted(lambda step: (step.sequence, step.id))

    def _get_next(self):
        steps = self._get_siblings()
        return steps.filtered(lambda step: step.state == "open")[:1]

    def _get_return(self):
        """Where work goes back to when the client rejects: to where it is carried out, else one step."""
        steps = list(self._get_siblings())
        before = steps[: steps.index(self)]
        carried_out = [step for step in before if step.needs == "tasks_done"]
        return (carried_out or before or [self])[-1]

    def _get_missing(self) -> str:
        """What this step still needs, in words; empty when it can be finished."""
        self.ensure_one()
        ticket = self.ticket_id
        if self.needs == "story" and not ticket.openpyme_story_id:
            return self.env._("The user story is not written yet: who wants what, what for, and when it is fulfilled.")
        if self.needs == "story" and not ticket.openpyme_story_id._is_complete():
            return self.env._(
                "The user story is not complete. Still missing: %s.", ticket.openpyme_story_id._say_missing()
            )
        if self.needs == "tasks" and not ticket.openpyme_task_count:
            return self.env._("There are no tasks yet. Break the change down into tasks first.")
        if self.needs == "tasks_done":
            if not ticket.openpyme_task_count:
                return self.env._("There are no tasks, so nothing is known to be done.")
            if ticket.openpyme_task_done < ticket.openpyme_task_count:
                return self.env._(
                    "%(done)s of %(all)s tasks are done. Finish the others first, or say why the step is finished.",
                    done=ticket.openpyme_task_done,
                    all=ticket.openpyme_task_count,
                )
        if self.needs == "demo":
            now = self.env["support.event"]._now()
            if not self.demo_at:
                return self.env._("No demo is recorded yet.")
            if self.demo_at > now:
                return self.env._("The demo is still to come.")
        if self.needs == "client" and self.answer != "accepted":
            if self.asked:
                return self.env._("The client was asked and has not answered yet.")
            return self.env._("The client has not accepted it yet. Ask the client, or record what the client said.")
        return ""

    def _enter(self) -> None:
        """The step becomes the current one."""
        now = self.env["support.event"]._now()
        self.write({"state": "current", "round": self.round + 1, "started": now, **self._get_blank()})
        self._log("start", "")

    def _leave(self, state: str, note: str, kind: str, exception: bool = False) -> None:
        """The step is over and the next one begins; with sudo."""
        now = self.env["support.event"]._now()
        self.write(
            {
                "state": state,
                "ended": now,
                "partner_id": self.env.user.partner_id.id,
                "note": note or False,
                "exception": exception,
                "asked": False,
            }
        )
        if kind != "finish" or self.answer != "accepted":  # what the client accepted is in the log already
            self._log(kind, note)
        following = self._get_next()
        if following:
            self.flush_recordset()  # one current step at a time, in the database as well
            following._enter()
        self.ticket_id._openpyme_settle_steps()

    def _return(self, reason: str) -> None:
        """Back to this step, or once more from it; with sudo."""
        steps = list(self._get_siblings())
        later = self.browse([step.id for step in steps[steps.index(self) :] if step.state != "open"])
        later.write({"state": "open", **self._get_blank()})
        later.flush_recordset()
        self._log("back", reason)
        self._enter()
        self.ticket_id._openpyme_settle_steps()

    def _get_blank(self) -> dict[str, Any]:
        """What a step has before it is over; the log keeps what was."""
        return {
            "ended": False,
            "partner_id": False,
            "note": False,
            "exception": False,
            "asked": False,
            "answer": False,
            "answered": False,
            "answer_note": False,
            "demo_at": False,
            "demo_event_id": False,
        }

    def _log(self, kind: str, note: str) -> None:
        self.env["openpyme.step.move"]._record(
            [
                {
                    "ticket_id": self.ticket_id.id,
                    "step_id": self.id,
                    "kind": kind,
                    "round": self.round,
                    "note": note or False,
                }
            ]
        )

    def _describe(self) -> dict[str, Any]:
        """The step as the picture shows it (see ``support_stepper``)."""
        self.ensure_one()
        moment = self.ended or (self.started if self.state == "current" else False)
        return {
            "key": str(self.id),
            "label": self.name,
            "state": self.state,
            "by": self.partner_id.name or "",
            "at": fields.Datetime.to_string(moment) if moment else False,
            "note": self.note or "",
            "round": self.round,
        }
