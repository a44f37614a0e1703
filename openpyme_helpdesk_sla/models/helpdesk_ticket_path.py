from collections.abc import Mapping
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..const import SUPPORT
from ..tools import path

#: steps that may be taken while the ticket waits its turn: nobody works on it with them
UNHURRIED = frozenset({path.SCENARIO, path.VALIDATION, path.PROBLEM})


class HelpdeskTicket(models.Model):
    """The guided path of a support ticket (O-7): where it stands, and the only way on.

    The entries are the truth (:mod:`..tools.path` tells from them where the path stands); the column holds the current
    step for lists and filters. What the steps *do* is in :mod:`.helpdesk_ticket_path_acts`.
    """

    _inherit = "helpdesk.ticket"

    openpyme_path_entry_ids = fields.One2many(
        "openpyme.path.entry",
        "ticket_id",
        string="Path",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    openpyme_path_step_id = fields.Many2one(
        "openpyme.path.step",
        string="Step of the Path",
        compute="_compute_openpyme_path_step_id",
        store=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
        help="Where the guided path of a support ticket stands. Empty: the ticket has none.",
    )
    openpyme_executor_id = fields.Many2one(
        "res.users",
        string="Applied By",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
        help="Who was asked to apply what the team has designed.",
    )

    @api.depends("support_provider_id", "support_kind_id", "support_is_problem")
    def _compute_openpyme_path_step_id(self):
        Step = self.env["openpyme.path.step"]
        for ticket in self:
            ticket.openpyme_path_step_id = (
                Step._get_id(ticket._openpyme_path_get_place().step) if ticket._openpyme_path_applies() else False
            )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {"openpyme_path_step_id", "openpyme_executor_id"}

    # --- no way past it ----------------------------------------------------------------------------

    # apart: what is computed and kept is looked at while other fields are still being found
    @api.constrains("stage_id")
    def _check_openpyme_path_stage(self):
        self._openpyme_path_refuse_end()

    @api.constrains("support_kind_id")
    def _check_openpyme_path_kind(self):
        self._openpyme_path_refuse_end()

    def _openpyme_path_refuse_end(self) -> None:
        """:raise ValidationError: when staff end a support ticket beside its path, on whichever way (O-7)"""
        if given(self.env, "support_no_notify"):
            return  # history: it went another way
        if self._support_get_side() != facts.STAFF:
            return
        for ticket_sudo in self.sudo():
            phase = ticket_sudo.stage_id.support_phase
            if phase not in (facts.RESOLVED, facts.CLOSED) or not ticket_sudo._openpyme_path_is_open(phase):
                continue
            raise ValidationError(
                self.env._(
                    "%(ticket)s is a support request: it ends after the client's validation, at the end of its path. "
                    "Its next step: %(step)s. What the client withdraws is cancelled instead.",
                    ticket=ticket_sudo.number or ticket_sudo.name,
                    step=ticket_sudo._openpyme_path_get_step_name(),
                )
            )

    def _openpyme_path_is_open(self, phase: str) -> bool:
        """Whether its path stands between this ticket and an end in ``phase`` (O-7). Called with sudo."""
        self.ensure_one()
        if (
            not self._openpyme_path_applies()
            or not self.support_provider_id.openpyme_path_required
            or self.support_merged_into_id
        ):
            return False
        step = self._openpyme_path_get_place().step
        validated = step in (path.PROBLEM, path.DONE) or self.support_validation == "accepted"
        return not validated and not (step == path.VALIDATION and phase == facts.RESOLVED)

    def _openpyme_path_get_step_name(self) -> str:
        return self.env["openpyme.path.step"].sudo()._get(self._openpyme_path_get_place().step).name

    def _support_get_broadcast_obstacle(self):
        obstacle = super()._support_get_broadcast_obstacle()
        if not obstacle and self._openpyme_path_is_open(facts.RESOLVED):
            return self.env._(
                "Not resolved: it ends at the end of its path. Its next step: %s.", self._openpyme_path_get_step_name()
            )
        return obstacle

    # --- where it stands ---------------------------------------------------------------------------

    def _openpyme_path_applies(self) -> bool:
        """Whether this ticket has a path: a support request of OpenPyme. A problem has none: it is solved for good,
        and its incidents have theirs."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        return ticket_sudo.openpyme_kind == SUPPORT and not ticket_sudo.support_is_problem

    def _openpyme_path_get_trail(self) -> list[tuple[str, str]]:
        """The answers that were given, for :mod:`..tools.path`."""
        self.ensure_one()
        return [(entry.step_id.code, entry.answer_id.code) for entry in self.sudo().openpyme_path_entry_ids]

    def _openpyme_path_get_place(self) -> path.Place:
        return path.follow(self._openpyme_path_get_trail())

    def _openpyme_path_get_obstacle(self) -> str:
        """Why no step can be taken on this ticket, in words; empty if one can."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        if ticket_sudo.support_is_problem:
            return self.env._("%s is a problem: its incidents have a path, it has none.", self.number)
        if not ticket_sudo._openpyme_path_applies():
            if ticket_sudo.openpyme_path_entry_ids:
                return self.env._(
                    "%s is no support request any more: its path ended, and what was done is kept.", self.number
                )
            return self.env._("%s is not classified as support: only support requests have a path.", self.number)
        if ticket_sudo.support_merged_into_id:
            return self.env._(
                "This ticket was merged: its path goes on at %s.", ticket_sudo._support_get_survivor().number
            )
        if not ticket_sudo.active:
            return self.env._("%s is archived: restore it first.", self.number)
        place = ticket_sudo._openpyme_path_get_place()
        if place.step == path.DONE:
            return self.env._("The path of %s is at its end.", self.number)
        over = {facts.CLOSED, facts.CANCELLED}
        if place.step not in (path.VALIDATION, path.PROBLEM) and ticket_sudo.support_phase in (over | {facts.RESOLVED}):
            return self.env._("%s is resolved or closed: open it again first.", self.number)
        answered = ticket_sudo.support_validation in ("accepted", "rejected")
        if place.step == path.VALIDATION and ticket_sudo.support_phase in over and not answered:
            return self.env._("%s was closed without an answer of the client: open it again first.", self.number)
        return ""

    def _openpyme_path_get_wait(self) -> str:
        """Why the next step is not to be taken now although there is one, in words; empty if it is: what the request is
        was not looked at yet, or others of the same client come first (O-10)."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        if ticket_sudo.openpyme_path_step_id.code in UNHURRIED or ticket_sudo.support_phase != facts.NEW:
            return ""
        if ticket_sudo.support_lane_account_id and ticket_sudo.support_lane_held:
            return ticket_sudo.support_lane_account_id.with_env(self.env)._say_full(self)
        return ""

    # --- the only way on ---------------------------------------------------------------------------

    def _openpyme_path_take(
        self, step: str, answer: str, number: int | None = None, given_values: Mapping[str, Any] | None = None
    ):
        """Take one step of the path: check, do what belongs to it, record it, all or nothing (O-7).

        Access to the ticket is checked by the caller.

        :param step: the step that is answered, of :mod:`..tools.path`
        :param number: which step of this ticket the answer is meant for, as whoever answers has seen it (the first is
            1); None: whatever the number
        :param given_values: ``note`` (text), ``page`` (``document.page``), ``person`` (``res.users``), ``writer``
            (``res.users``), ``title``, ``deadline`` (date), ``task`` (``project.task``), ``designer`` (``res.users``),
            ``problem`` (``helpdesk.ticket``)
        :return: the ``openpyme.path.entry``
        :raise UserError: when it cannot be taken, in words
        """
        self.ensure_one()
        values = dict(given_values or {})
        # two who answer at once: the second one waits here, fails on the changed row, is repeated and sees the answer
        self.env.cr.execute(SQL("UPDATE helpdesk_ticket SET support_raised = support_raised WHERE id = %s", self.id))
        self.invalidate_recordset(["openpyme_path_entry_ids"])
        obstacle = self._openpyme_path_get_obstacle()
        if obstacle:
            raise UserError(obstacle)
        entries_sudo = self.sudo().openpyme_path_entry_ids
        place = self._openpyme_path_get_place()
        if place.step != step or (number is not None and number != len(entries_sudo) + 1):
            raise UserError(self._openpyme_path_say_taken(place))
        try:
            following = path.advance(place, answer)
        except path.Strayed:
            raise UserError(self._openpyme_path_say_taken(place)) from None
        values["note"] = (values.get("note") or "").strip()
        self._openpyme_path_check_needs(step, answer, values)
        if step not in UNHURRIED:
            self._openpyme_start_work()
        prepare = getattr(self, f"_openpyme_path_before_{step}_{answer}", None)
        kept = prepare(values, place) if prepare else {}
        step_record = self.env["openpyme.path.step"]._get(step)
        answer_sudo = step_record.sudo().answer_ids.filtered(lambda known: known.code == answer)
        if not answer_sudo:
            raise UserError(self.env._("The answer “%s” of the path is missing: update the addon of OpenPyme.", answer))
        page, person, task = values.get("page"), values.get("person"), values.get("task")
        designer = values.get("designer")
        entry = self.env["openpyme.path.entry"]._insert(
            self,
            len(entries_sudo) + 1,
            step_record,
            answer_sudo,
            self.env["support.event"]._now(),
            **{
                "round": following.round,
                "note": values["note"],
                "page_id": page and page.id,
                "task_id": task and task.id,
                "executor_id": person and person.id,
                "designer_id": designer and designer.id,
                **kept,
            },
        )
        if not entry:
            raise UserError(self._openpyme_path_say_taken(place))
        self.sudo()._openpyme_path_settle()
        act = getattr(self, f"_openpyme_path_after_{step}_{answer}", None)
        if act:
            act(values, following)
        return entry

    def _openpyme_start_work(self) -> None:
        """Looking for a solution, or taking a step of a change, is work: a new ticket is started with it, when it is
        its turn (O-10).

        :raise UserError: when others of the same client come first
        """
        if self.stage_id.support_phase != facts.NEW:
            return
        stage = self._support_get_phase_stage(facts.OPEN)
        if not stage:
            return
        self.stage_id = stage
        ticket_sudo = self.sudo()
        if ticket_sudo.support_lane_account_id and ticket_sudo.stage_id.support_phase != facts.OPEN:
            # the queue has put it back in line: the step waits as well
            raise UserError(ticket_sudo.support_lane_account_id._say_full(ticket_sudo))

    def _openpyme_path_settle(self) -> None:
        """Bring the column up to the entries. Used with sudo."""
        for ticket in self:
            place = ticket._openpyme_path_get_place()
            ticket._support_set(
                {
                    "openpyme_path_step_id": self.env["openpyme.path.step"]._get_id(place.step)
                    if ticket._openpyme_path_applies()
                    else False
                }
            )

    def _openpyme_path_check_needs(self, step: str, answer: str, values: Mapping[str, Any]) -> None:
        """:raise UserError: when something is missing without which this answer says nothing"""
        needs = path.NEEDS.get((step, answer), frozenset())
        if path.PAGE_CHOSEN in needs and not values.get("page"):
            raise UserError(self.env._("Choose the page on which it is documented."))
        if path.NOTE in needs and not values["note"]:
            raise UserError(self.env._("Write down what whoever comes next has to know."))
        if path.PERSON in needs and not values.get("person"):
            raise UserError(self.env._("Choose who applies it."))
        if path.WRITER in needs and not (values.get("writer") and values.get("title")):
            raise UserError(self.env._("Say what the page is to be called and who writes it."))

    def _openpyme_path_say_taken(self, place: path.Place) -> str:
        """Why an answer comes too late or too early: where the path stands now, and who brought it there."""
        step = self.env["openpyme.path.step"].sudo()._get(place.step).name
        last_sudo = self.sudo().openpyme_path_entry_ids[-1:]
        if not last_sudo:
            return self.env._("No step of the path can be skipped. The first one: %s.", step)
        return self.env._(
            "No step of the path can be skipped or answered twice. %(who)s has answered “%(before)s: %(answer)s” "
            "last; now it stands at: %(step)s.",
            who=last_sudo.user_id.name,
            before=last_sudo.step_id.name,
            answer=last_sudo.answer_id.name,
            step=step,
        )

    # --- buttons -----------------------------------------------------------------------------------

    def action_openpyme_path_next(self):
        """Open the next step of the path."""
        self.ensure_one()
        self.check_access("write")
        obstacle = self._openpyme_path_get_obstacle() or self._openpyme_path_get_wait()
        if obstacle:
            raise UserError(obstacle)
        action = self._support_open_wizard("openpyme.path.wizard", self.sudo().openpyme_path_step_id.name)
        return {**action, "context": {**action["context"], "dialog_size": "large"}}
