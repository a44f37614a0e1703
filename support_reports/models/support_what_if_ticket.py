from odoo import api, fields, models
from odoo.exceptions import UserError


class SupportWhatIfTicket(models.Model):
    """A ticket that a run replays: once, marked in the transaction that writes its lines (R-10)."""

    _name = "support.what.if.ticket"
    _description = "Ticket of a What-If"
    _order = "run_id desc, id"
    _rec_name = "ticket_id"
    _log_access = False
    _allow_sudo_commands = False

    run_id = fields.Many2one("support.what.if.run", required=True, readonly=True, ondelete="cascade")
    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    state = fields.Selection([("todo", "To do"), ("done", "Done"), ("failed", "Set aside")], readonly=True)
    error = fields.Char(readonly=True)

    _ticket_unique = models.UniqueIndex("(run_id, ticket_id)")
    # the order in which they are taken
    _todo_idx = models.Index("(run_id, id) WHERE state = 'todo'")

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("The queue of a run is written by the run only."))

    def write(self, vals):
        raise UserError(self.env._("The queue of a run is written by the run only."))

    def unlink(self):
        raise UserError(self.env._("The queue of a run goes with the run."))
