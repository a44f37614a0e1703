from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given
from odoo.exceptions import UserError, ValidationError

#: how whoever designs for the team finds what is asked
DESIGN_ACTIVITY = "openpyme_helpdesk_sla.activity_design"
DONE, CANCELLED = "1_done", "1_canceled"
#: written by the ticket's path alone
OWN = frozenset({"openpyme_path_ticket_id", "openpyme_path_round"})


class ProjectTask(models.Model):
    """A task in which the team designs a workaround (O-7): its answer takes the ticket on."""

    _inherit = "project.task"

    openpyme_path_ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Support Ticket",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="Whose workaround is designed here.",
    )
    openpyme_path_round = fields.Integer(
        string="Round", readonly=True, copy=False, help="How often the team was asked for this ticket."
    )
    openpyme_path_answer = fields.Text(
        string="Answer", copy=False, help="The workaround, for whoever applies it. The ticket goes on with it."
    )

    @api.constrains("state", "openpyme_path_answer")
    def _check_openpyme_path_answer(self):
        for task in self:
            if task.openpyme_path_ticket_id and task.state == DONE and not (task.openpyme_path_answer or "").strip():
                raise ValidationError(
                    self.env._(
                        "A support ticket waits for “%s”: write the workaround under “Answer” before the task is done, "
                        "or cancel the task when there is none.",
                        task.name,
                    )
                )

    @api.model
    def default_get(self, fields):
        # a default, of the context or of a user, would be a way round the check in create()
        return super().default_get([name for name in fields if name not in OWN])

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(OWN & vals.keys() for vals in vals_list):
            raise UserError(self.env._("Tasks for a support ticket are made by the ticket's path."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and OWN & vals.keys():
            raise UserError(self.env._("Tasks for a support ticket are made by the ticket's path."))
        before = {task.id: task.state for task in self}
        result = super().write(vals)
        if "state" in vals and not given(self.env, "openpyme_path_heard"):
            for task in self:
                if task.openpyme_path_ticket_id and task.state != before[task.id]:
                    task._openpyme_path_answer()
        if vals.get("state") in (DONE, CANCELLED):
            asked = self.filtered("openpyme_path_ticket_id")
            if asked:
                # whoever was asked is not asked any more, whoever has answered
                asked.sudo().activity_unlink([DESIGN_ACTIVITY])
        return result

    def unlink(self):
        # what was designed here is not coming any more: the path must not wait for it
        waiting = [
            (task.sudo().openpyme_path_ticket_id, task.sudo())
            for task in self
            if task.openpyme_path_ticket_id and task.state not in (DONE, CANCELLED)
        ]
        self.check_access("unlink")
        for ticket_sudo, task_sudo in waiting:
            ticket_sudo._openpyme_path_hear_team(
                task_sudo, "withdrawn", self.env._("The task “%s” was deleted.", task_sudo.name)
            )
        return super().unlink()

    def _openpyme_path_answer(self) -> None:
        """The team is done with this task, or gives it up: tell the ticket.

        The team need not be able to work on tickets: what it answers is what stands in the task.
        """
        self.ensure_one()
        task_sudo = self.sudo()
        ticket_sudo = task_sudo.openpyme_path_ticket_id
        if self.state == DONE:
            ticket_sudo._openpyme_path_hear_team(task_sudo, "answered", task_sudo.openpyme_path_answer)
        elif self.state == CANCELLED:
            note = task_sudo.openpyme_path_answer or self.env._("The task “%s” was cancelled.", task_sudo.name)
            ticket_sudo._openpyme_path_hear_team(task_sudo, "withdrawn", note)

    def action_openpyme_ticket(self):
        """Open the ticket whose workaround is designed here."""
        self.ensure_one()
        ticket = self.openpyme_path_ticket_id
        ticket.check_access("read")
        return ticket._get_records_action()
