from typing import Any

from odoo import api, fields, models

from ..tools import path


class HelpdeskTicket(models.Model):
    """The guided path as people see it on the form (O-7)."""

    _inherit = "helpdesk.ticket"

    openpyme_path_question = fields.Text(
        related="openpyme_path_step_id.question", string="What Is Asked", groups="base.group_user"
    )
    openpyme_path_label = fields.Char(
        string="Next Step", compute="_compute_openpyme_path_label", groups="base.group_user"
    )
    openpyme_path_mode = fields.Selection(
        [
            ("none", "None"),
            ("next", "To be done"),
            ("held", "Others come first"),
            ("waiting", "Somebody else has the next word"),
            ("other", "A colleague applies it"),
            ("over", "Over"),
        ],
        string="State of the Path",
        compute="_compute_openpyme_path_label",
        groups="base.group_user",
    )
    openpyme_path_note = fields.Char(
        string="About the Path", compute="_compute_openpyme_path_label", groups="base.group_user"
    )
    openpyme_path_task_id = fields.Many2one(
        "project.task",
        string="Task of the Team",
        compute="_compute_openpyme_path_label",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="For those who may read it.",
    )
    openpyme_path_steps = fields.Json(
        string="Guided Path",
        compute="_compute_openpyme_path_steps",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    openpyme_path_task_count = fields.Integer(
        string="Asked of the Team",
        compute="_compute_openpyme_path_task_count",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    @api.depends(
        "openpyme_path_step_id",
        "support_phase",
        "support_is_problem",
        "support_merged_into_id",
        "support_kind_id",
        "support_lane_held",
        "openpyme_executor_id",
    )
    @api.depends_context("lang", "uid")
    def _compute_openpyme_path_label(self):
        for ticket in self:
            ticket_sudo = ticket.sudo()
            step = ticket_sudo.openpyme_path_step_id
            ticket.openpyme_path_label = step.name and self.env._("Next: %s", step.name)
            ticket.openpyme_path_mode, ticket.openpyme_path_note = ticket._openpyme_path_describe()
            designing = ticket.openpyme_path_mode == "waiting" and step.code == path.DESIGN
            task_sudo = ticket._openpyme_path_get_task() if designing else self.env["project.task"]
            ticket.openpyme_path_task_id = task_sudo.sudo(False)._filtered_access("read")

    def _openpyme_path_describe(self) -> tuple[str, str | bool]:
        """How the path stands, as a value of ``openpyme_path_mode``, and one line about it where that is not plain."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        code = ticket_sudo.openpyme_path_step_id.code
        if not code or not ticket_sudo._origin:
            # reclassified in the middle: what was done stays to be seen
            kept = ticket_sudo._origin and ticket_sudo.openpyme_path_entry_ids
            return ("over", self._openpyme_path_get_obstacle()) if kept else ("none", False)
        if code == path.DONE:
            return "over", self.env._("The path is at its end.")
        obstacle = self._openpyme_path_get_obstacle()
        if obstacle:
            return "over", obstacle
        if code == path.VALIDATION and ticket_sudo.support_validation != "asked":
            return "next", self.env._(
                "The work went on before the client has answered: ask again, or go back to where it does not work."
            )
        if code == path.VALIDATION:
            return "waiting", self.env._("The client has been asked to check it.")
        if code == path.DESIGN:
            task_sudo = ticket_sudo._openpyme_path_get_task()
            if not task_sudo:
                return "next", self.env._("The task of the team is gone: send the template again.")
            return "waiting", ticket_sudo._openpyme_path_say_task(task_sudo)
        executor = ticket_sudo.openpyme_executor_id
        if code == path.EXECUTE and executor and executor != self.env.user:
            if self._openpyme_path_may_apply():
                return "waiting", self.env._("%s applies it.", executor.name)
            return "other", self.env._(
                "It is the turn of %s, who applies it and says whether it works. If need be, name somebody else.",
                executor.name,
            )
        wait = self._openpyme_path_get_wait()
        return ("held", wait) if wait else ("next", False)

    def _openpyme_path_say_task(self, task_sudo) -> str:
        """Who designs it; and where, for those who do not see the task as a link beside."""
        who = ", ".join(task_sudo.user_ids.mapped("name"))
        if not who:
            said = self.env._("The team designs it; nobody has taken the task yet.")
        elif len(task_sudo.user_ids) == 1:
            said = self.env._("%s designs it for the team.", who)
        else:
            said = self.env._("Designed by the team: %s.", who)
        if task_sudo.sudo(False)._filtered_access("read"):
            return said
        return self.env._("%(who)s The task: %(task)s", who=said, task=task_sudo.name)

    @api.depends("openpyme_path_step_id", "openpyme_path_entry_ids")
    @api.depends_context("lang")
    def _compute_openpyme_path_steps(self):
        for ticket in self:
            shown = ticket.openpyme_path_step_id or ticket.openpyme_path_entry_ids
            ticket.openpyme_path_steps = ticket._openpyme_path_get_picture() if shown else False

    def _openpyme_path_get_picture(self) -> list[dict[str, Any]]:
        """The stops of the path for the stepper (``support_stepper_field.js`` of the engine names the shape)."""
        self.ensure_one()
        entries_sudo = self.sudo().openpyme_path_entry_ids
        ended = not self.sudo()._openpyme_path_applies()
        Step = self.env["openpyme.path.step"].sudo()
        picture = []
        for stop in path.outline(self._openpyme_path_get_trail()):
            entry = entries_sudo[stop.last] if stop.last is not None else entries_sudo.browse()
            answer = entry and entry.answer_id.name
            picture.append(
                {
                    "key": stop.code,
                    "label": Step._get(stop.code).name,
                    "state": "open" if ended and stop.state == "current" else stop.state,
                    "word": self.env._("not needed") if stop.state == "skipped" else "",
                    "by": entry.user_id.name or "",
                    "at": fields.Datetime.to_string(entry.moment) if entry else False,
                    "note": f"{answer}: {entry.note}" if entry and entry.note else answer or "",
                    "round": stop.round,
                }
            )
        return picture

    def _compute_openpyme_path_task_count(self):
        # sudo: agents need no rights in projects to know that the team was asked
        groups = (
            self.env["project.task"]
            .sudo()
            ._read_group([("openpyme_path_ticket_id", "in", self.ids)], ["openpyme_path_ticket_id"], ["__count"])
        )
        counts = {ticket.id: count for ticket, count in groups}
        for ticket in self:
            ticket.openpyme_path_task_count = counts.get(ticket.id, 0)

    def action_openpyme_path_tasks(self):
        """Open the tasks in which the team designs workarounds for this ticket."""
        self.ensure_one()
        self.check_access("write")
        tasks = self.env["project.task"].search([("openpyme_path_ticket_id", "=", self.id)])
        return tasks._get_records_action(name=self.env._("Asked of the Team"))
