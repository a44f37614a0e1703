from odoo import api, fields, models
from odoo.exceptions import UserError


class OpenpymeTaskWizard(models.TransientModel):
    """Breaks a ticket down into tasks of the project app, several at once (O-12).

    Whoever may work on the ticket may do so, with rights in the project app or without: the tasks go to the project
    that is set for the account, and nothing else of that project is touched.
    """

    _name = "openpyme.task.wizard"
    _description = "Create Tasks"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    project_name = fields.Char(string="Project", compute="_compute_project_name")
    line_ids = fields.One2many("openpyme.task.wizard.line", "wizard_id", string="Tasks")

    @api.depends("ticket_id")
    def _compute_project_name(self):
        for wizard in self:
            ticket = wizard.ticket_id._filtered_access("read")
            wizard.project_name = ticket.sudo()._openpyme_find_project().name if ticket else False

    def action_create(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        ticket_sudo = ticket.sudo()
        refusal = ticket_sudo._openpyme_may_not_move()
        if refusal:
            raise UserError(refusal)
        project_sudo = ticket_sudo._openpyme_find_project()
        if not project_sudo:
            raise UserError(
                self.env._(
                    "No project is set for the tasks of this account. A manager sets it on the entitlement, or on the "
                    "provider under Configuration."
                )
            )
        lines = self.line_ids.filtered(lambda line: (line.name or "").strip())
        if not lines:
            raise UserError(self.env._("Write at least one task."))
        # sudo: the project was chosen by a manager; the agent needs no rights in the project app
        project_sudo.env["project.task"].create(
            [
                {
                    "name": line.name.strip(),
                    "project_id": project_sudo.id,
                    "openpyme_ticket_id": ticket.id,
                    "user_ids": [fields.Command.set(line.user_id.ids)],
                    "allocated_hours": line.hours,
                    "sequence": 10 * position,
                }
                for position, line in enumerate(lines, 1)
            ]
        )
        return {"type": "ir.actions.act_window_close"}
