from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class Dialog360Involvement(models.Model):
    """A team that had a ticket: since when, handed over by whom and why (D-9).

    Written by :meth:`_insert` and by nobody else; nothing that was recorded is ever changed.
    """

    _name = "dialog360.involvement"
    _description = "Team Involved"
    _order = "ticket_id, id"
    _rec_name = "team_id"
    _log_access = False

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    team_id = fields.Many2one("helpdesk.ticket.team", required=True, readonly=True, ondelete="restrict")
    moment = fields.Datetime(string="Since", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True, ondelete="restrict")
    note = fields.Text(string="Why", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Which teams had a ticket is recorded when it is handed over, not typed in."))

    def write(self, vals):
        raise UserError(self.env._("Which teams had a ticket cannot be changed afterwards."))

    def unlink(self):
        raise UserError(self.env._("Which teams had a ticket cannot be deleted."))

    def copy(self, default=None):
        raise UserError(self.env._("Which teams had a ticket cannot be copied."))

    @api.model
    def _insert(self, ticket, team, moment: datetime, note: str) -> None:
        """Record that ``team`` has ``ticket`` from ``moment`` (naive UTC) on, by the user of the environment."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO dialog360_involvement (ticket_id, team_id, moment, user_id, note)
                   VALUES (%s, %s, %s, %s, %s)""",
                ticket.id,
                team.id,
                moment,
                self.env.uid,
                note or None,
            )
        )
        ticket.invalidate_recordset(["dialog360_involvement_ids"], flush=False)
