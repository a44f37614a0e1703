from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class OpenpymePathEntry(models.Model):
    """A step that was taken on the path of a ticket: who, when, which answer, with what (O-7).

    Written by :meth:`_insert` and by nobody else; nothing that was recorded is ever changed.
    """

    _name = "openpyme.path.entry"
    _description = "Step Taken on the Path"
    _order = "ticket_id, number"
    _rec_name = "step_id"
    _log_access = False

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    number = fields.Integer(string="No.", required=True, readonly=True, help="Counts the steps of one ticket.")
    step_id = fields.Many2one("openpyme.path.step", required=True, readonly=True, ondelete="restrict")
    answer_id = fields.Many2one("openpyme.path.answer", required=True, readonly=True, ondelete="restrict")
    round = fields.Integer(readonly=True, help="How often the template had gone to the team.")
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, ondelete="restrict")
    moment = fields.Datetime(string="When", required=True, readonly=True)
    note = fields.Text(readonly=True)
    page_id = fields.Many2one("document.page", readonly=True, ondelete="set null")
    task_id = fields.Many2one("project.task", readonly=True, ondelete="set null", index="btree_not_null")
    executor_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    designer_id = fields.Many2one(
        "res.users", string="Designed By", readonly=True, ondelete="set null", help="Whose idea the workaround is."
    )
    problem_id = fields.Many2one("helpdesk.ticket", readonly=True, ondelete="set null")

    # two who answer the same step at once: one of them is the first
    _number_unique = models.UniqueIndex("(ticket_id, number)")

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Steps of a path are recorded by answering them, not typed in."))

    def write(self, vals):
        raise UserError(self.env._("A step that was taken cannot be changed: take the next one instead."))

    def unlink(self):
        raise UserError(self.env._("A step that was taken cannot be deleted."))

    def copy(self, default=None):
        raise UserError(self.env._("A step that was taken cannot be copied."))

    @api.model
    def _insert(self, ticket, number: int, step, answer, moment: datetime, **values: Any):
        """Record a step as taken by the user of the environment; access is checked by the caller.

        :param values: of ``round``, ``note``, ``page_id``, ``task_id``, ``executor_id``, ``designer_id``,
            ``problem_id`` (ids)
        :return: the entry; empty when somebody took the step of this number before
        """
        names = ("round", "note", "page_id", "task_id", "executor_id", "designer_id", "problem_id")
        extra = [values.get(name) or None for name in names]
        row = (ticket.id, number, step.id, answer.id, self.env.uid, moment, *extra)
        self.env.cr.execute(
            SQL(
                """INSERT INTO openpyme_path_entry
                        (ticket_id, number, step_id, answer_id, user_id, moment,
                         round, note, page_id, task_id, executor_id, designer_id, problem_id)
                   VALUES %s ON CONFLICT DO NOTHING RETURNING id""",
                row,
            )
        )
        found = self.env.cr.fetchone()
        ticket.invalidate_recordset(["openpyme_path_entry_ids"], flush=False)
        return self.browse(found and found[0])
