from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError


class OpenpymeStepMove(models.Model):
    """The log of a change: who did what to which step, when and why (O-12). Nobody edits it; `_record` adds to it."""

    _name = "openpyme.step.move"
    _description = "Move of a Change"
    _order = "id desc"
    _rec_name = "kind"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    step_id = fields.Many2one("openpyme.ticket.step", readonly=True, ondelete="cascade")
    kind = fields.Selection(
        [
            ("start", "Started"),
            ("finish", "Finished"),
            ("exception", "Finished all the same"),
            ("skip", "Skipped"),
            ("back", "Gone back to"),
            ("ask", "Client asked"),
            ("accept", "Accepted by the client"),
            ("reject", "Rejected by the client"),
            ("demo", "Demo planned"),
            ("story", "User story in force"),
            ("confirm", "User story confirmed by the client"),
            ("question", "User story questioned by the client"),
            ("halt", "No longer a change"),
            ("resume", "A change again"),
        ],
        string="What",
        required=True,
        readonly=True,
    )
    round = fields.Integer(readonly=True, aggregator=None)
    partner_id = fields.Many2one("res.partner", string="Who", readonly=True, ondelete="restrict")
    moment = fields.Datetime(string="When", required=True, readonly=True)
    note = fields.Text(string="Why", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("What happened to a change is written down by its buttons alone."))

    def write(self, vals):
        raise UserError(self.env._("What happened to a change cannot be edited."))

    def unlink(self):
        raise UserError(self.env._("What happened to a change cannot be deleted."))

    @api.model
    def _record(self, vals_list: list[dict[str, Any]]):
        """Add moves, by whoever is acting, now; access is checked by the caller.

        :param vals_list: ``ticket_id``, ``kind``; ``step_id``, ``round``, ``note``, ``partner_id`` where they apply
        """
        now = self.env["support.event"]._now()
        defaults = {"moment": now, "partner_id": self.env.user.partner_id.id}
        return super(OpenpymeStepMove, self.sudo()).create([{**defaults, **vals} for vals in vals_list])
