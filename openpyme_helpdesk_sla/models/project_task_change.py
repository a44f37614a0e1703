from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ProjectTask(models.Model):
    """A task that a ticket was broken down into (O-12)."""

    _inherit = "project.task"

    openpyme_ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Change",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="The request that this task is a part of.",
    )

    @api.constrains("openpyme_ticket_id")
    def _check_openpyme_ticket(self):
        # Odoo checks constraints in superuser mode: whoever links a task must be able to work on the ticket, because
        # its progress is made of its tasks
        self.openpyme_ticket_id.sudo(False).check_access("write")
        self._openpyme_refuse_foreign()

    def write(self, vals):
        if "openpyme_ticket_id" in vals:
            # taking a task off a change alters that change as well
            left = self.openpyme_ticket_id.filtered(lambda ticket: ticket.id != vals["openpyme_ticket_id"])
            left.check_access("write")
        return super().write(vals)

    @api.constrains("project_id")
    def _check_openpyme_ticket_project(self):
        self._openpyme_refuse_foreign()

    @api.constrains("company_id")
    def _check_openpyme_ticket_company(self):
        self._openpyme_refuse_foreign()

    def _openpyme_refuse_foreign(self) -> None:
        """:raise ValidationError: when a task and the ticket that it is a part of do not belong together"""
        for task in self.sudo().filtered("openpyme_ticket_id"):
            ticket = task.openpyme_ticket_id
            if not ticket.openpyme_ticket:
                raise ValidationError(
                    self.env._("%s is no request of OpenPyme: it is not broken down into tasks.", ticket.number)
                )
            if not task.project_id:
                raise ValidationError(
                    self.env._("“%s” is in no project, so nobody else sees it. Choose a project first.", task.name)
                )
            if task.company_id and task.company_id != ticket.company_id:
                raise ValidationError(
                    self.env._(
                        "“%(task)s” belongs to %(company)s, %(ticket)s to %(other)s.",
                        task=task.name,
                        company=task.company_id.name,
                        ticket=ticket.number,
                        other=ticket.company_id.name,
                    )
                )
            if ticket.project_id and task.project_id != ticket.project_id:
                raise ValidationError(
                    self.env._(
                        "“%(task)s” is in the project %(project)s; the tasks of %(ticket)s are in %(other)s.",
                        task=task.name,
                        project=task.project_id.name,
                        ticket=ticket.number,
                        other=ticket.project_id.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_openpyme(self):
        """What a running change is made of is given up, not deleted: its progress would jump and nobody knew why."""
        for task in self.sudo():
            if task.openpyme_ticket_id.openpyme_change_state == "running":
                raise UserError(
                    self.env._(
                        "“%(task)s” is a part of the change %(ticket)s. Cancel the task, or take it off the change "
                        "first.",
                        task=task.name,
                        ticket=task.openpyme_ticket_id.number,
                    )
                )

    def action_openpyme_change(self):
        """The request that this task is a part of."""
        self.ensure_one()
        self.check_access("read")
        return self.openpyme_ticket_id._get_records_action(name=self.openpyme_ticket_id.display_name)
