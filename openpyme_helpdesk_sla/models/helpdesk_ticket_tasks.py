from odoo import api, fields, models

#: states of project.task in which nothing is left to do; those that were given up do not count at all
DONE, GIVEN_UP = "1_done", "1_canceled"


class HelpdeskTicket(models.Model):
    """The tasks that a ticket is broken down into, in the project app (O-12).

    The project is the ticket's ``project_id`` of *helpdesk_mgmt_project*. Its ``task_id`` is another thing: one task
    that several tickets wait for. A change has several tasks, so a task names its ticket.
    """

    _inherit = "helpdesk.ticket"

    openpyme_task_ids = fields.One2many(
        "project.task", "openpyme_ticket_id", string="Tasks", groups="project.group_project_user"
    )
    openpyme_task_count = fields.Integer(
        string="Tasks to Count",
        compute="_compute_openpyme_tasks",
        compute_sudo=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Without those that were given up.",
    )
    openpyme_task_done = fields.Integer(
        string="Tasks Done",
        compute="_compute_openpyme_tasks",
        compute_sudo=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    openpyme_task_progress = fields.Integer(
        string="Progress of the Tasks",
        compute="_compute_openpyme_tasks",
        compute_sudo=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Percent: by the hours allocated where every task has some, else by their number.",
    )
    openpyme_task_text = fields.Char(
        string="Tasks in Words",
        compute="_compute_openpyme_tasks",
        compute_sudo=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    @api.depends(
        "openpyme_task_ids.state",
        "openpyme_task_ids.allocated_hours",
        "openpyme_task_ids.active",
        "openpyme_task_ids.openpyme_ticket_id",
    )
    def _compute_openpyme_tasks(self):
        rows = self.env["project.task"]._read_group(
            [("openpyme_ticket_id", "in", self.ids), ("state", "!=", GIVEN_UP)],
            ["openpyme_ticket_id", "state"],
            ["__count", "allocated_hours:sum"],
        )
        tasks: dict[int, list[tuple[str, int, float]]] = {}
        for ticket, state, count, hours in rows:
            tasks.setdefault(ticket.id, []).append((state, count, hours))
        for ticket in self:
            own = tasks.get(ticket.id, [])
            done = [row for row in own if row[0] == DONE]
            ticket.openpyme_task_count = sum(count for _state, count, _hours in own)
            ticket.openpyme_task_done = sum(count for _state, count, _hours in done)
            hours, hours_done = sum(row[2] for row in own), sum(row[2] for row in done)
            share = (hours_done, hours) if hours else (ticket.openpyme_task_done, ticket.openpyme_task_count)
            ticket.openpyme_task_progress = int(100 * share[0] / share[1]) if share[1] else 0
            ticket.openpyme_task_text = ticket._openpyme_say_tasks(hours_done, hours)

    def _openpyme_say_tasks(self, hours_done: float, hours: float) -> str | bool:
        values = {
            "done": self.openpyme_task_done,
            "all": self.openpyme_task_count,
            "hours_done": f"{hours_done:g}",
            "hours": f"{hours:g}",
        }
        if not self.openpyme_task_count:
            return False
        if not hours:
            return self.env._("Tasks done: %(done)s of %(all)s", **values)
        return self.env._("Tasks done: %(done)s of %(all)s, hours %(hours_done)s of %(hours)s", **values)

    def _openpyme_find_project(self):
        """The project in which this ticket's tasks are: its own, else its account's, else the provider's; with sudo."""
        self.ensure_one()
        candidates = (
            self.project_id,
            self.support_entitlement_id.openpyme_project_id,
            self.support_provider_id.openpyme_project_id,
        )
        for project in candidates:
            company = project.company_id
            if project.active and (not company or company == self.company_id):
                return project
        return self.env["project.project"]

    @api.constrains("project_id")
    def _check_openpyme_project(self):
        for ticket in self.sudo():
            if not ticket.openpyme_ticket:
                continue
            ticket.env["project.task"].search([("openpyme_ticket_id", "=", ticket.id)])._openpyme_refuse_foreign()

    @api.constrains("company_id")
    def _check_openpyme_company(self):
        self._check_openpyme_project()

    def action_openpyme_tasks(self):
        """The tasks of this ticket."""
        self.ensure_one()
        self.check_access("read")
        return {
            "name": self.env._("Tasks of %s", self.number),
            "type": "ir.actions.act_window",
            "res_model": "project.task",
            "view_mode": "list,kanban,form",
            "domain": [("openpyme_ticket_id", "=", self.id)],
            "context": {
                "default_openpyme_ticket_id": self.id,
                "default_project_id": self.project_id.id,
                "default_user_ids": [],
            },
        }

    def action_openpyme_create_tasks(self):
        """Break the ticket down into tasks, several at once."""
        self.ensure_one()
        self.check_access("write")
        return {
            "name": self.env._("Create Tasks"),
            "type": "ir.actions.act_window",
            "res_model": "openpyme.task.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }
