from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class SupportRecomputeTicket(models.Model):
    """A ticket that a change of rules concerns: worked on once, marked when it is done (E-3.6)."""

    _name = "support.recompute.ticket"
    _description = "Ticket of a Change of Rules"
    _order = "recompute_id desc, late desc, changes desc, due, id"
    _rec_name = "ticket_id"
    _log_access = False
    _allow_sudo_commands = False

    recompute_id = fields.Many2one("support.recompute", required=True, readonly=True, ondelete="cascade")
    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    team_id = fields.Many2one(related="ticket_id.team_id", string="Queue")
    due = fields.Datetime(readonly=True, help="Its nearest due time when the change was made.")
    chosen = fields.Boolean(readonly=True, string="Included")
    previewed = fields.Boolean(readonly=True, string="Looked At")
    state = fields.Selection([("todo", "To do"), ("done", "Done"), ("failed", "Set aside")], readonly=True)
    changes = fields.Integer(readonly=True, string="Promises That Change")
    late = fields.Integer(readonly=True, string="Late By It")
    error = fields.Char(readonly=True)

    # a ticket once; and the order in which they are taken
    _ticket_unique = models.UniqueIndex("(recompute_id, ticket_id)")
    _todo_idx = models.Index("(recompute_id, due, id) WHERE state = 'todo'")

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("The log of changed rules is written by the engine only."))

    def write(self, vals):
        raise UserError(self.env._("The log of changed rules is written by the engine only."))

    def unlink(self):
        raise UserError(self.env._("The log of changed rules cannot be deleted."))

    def action_include(self):
        """Take these tickets over."""
        return self._choose(True)

    def action_exclude(self):
        """Leave these tickets as they are."""
        return self._choose(False)

    def _choose(self, chosen: bool):
        changes = self.recompute_id
        changes._get_decidable("draft")
        if set(changes.mapped("kind")) - {"migration"}:
            raise UserError(self.env._("Changed opening hours are applied to all tickets or to none."))
        self.env.cr.execute(SQL("UPDATE support_recompute_ticket SET chosen = %s WHERE id = ANY(%s)", chosen, self.ids))
        for change in changes:
            self.env.cr.execute(
                SQL(
                    """UPDATE support_recompute SET (total, previewed, changed, moved, late) =
                           (SELECT count(*), count(*) FILTER (WHERE previewed), count(*) FILTER (WHERE changes > 0),
                                   COALESCE(sum(changes), 0), COALESCE(sum(late), 0)
                            FROM support_recompute_ticket WHERE recompute_id = %(id)s AND chosen)
                       WHERE id = %(id)s""",
                    id=change.id,
                )
            )
        self.invalidate_model(flush=False)
        changes.invalidate_recordset(flush=False)
        return True
