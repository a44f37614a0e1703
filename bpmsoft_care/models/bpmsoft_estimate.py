from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError


class BpmsoftEstimate(models.Model):
    """By when a ticket was expected to be solved, and every change of that with its reason (B-4). Append-only."""

    _name = "bpmsoft.estimate"
    _description = "Estimate"
    _order = "id desc"
    _rec_name = "until"
    _allow_sudo_commands = False

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    number = fields.Integer(readonly=True, aggregator=None)
    kind = fields.Selection(
        [
            ("given", "Given"),
            ("extended", "Extended"),
            ("shortened", "Shortened"),
            ("ended", "Ended with the request"),
        ],
        string="What",
        required=True,
        readonly=True,
    )
    until = fields.Datetime(string="Estimate", readonly=True)
    before = fields.Datetime(readonly=True)
    reason_id = fields.Many2one("bpmsoft.estimate.reason", readonly=True, ondelete="restrict", index="btree_not_null")
    words = fields.Text(string="In Words", readonly=True, help="As the client reads it.")
    moment = fields.Datetime(string="When", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Who", readonly=True, ondelete="restrict")

    # two who estimate at once: one of them is the first
    _number_unique = models.UniqueIndex("(ticket_id, number)")

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("An estimate is given with its button on the ticket, not typed in."))

    def write(self, vals):
        raise UserError(self.env._("An estimate that was given cannot be changed: extend or shorten it instead."))

    def unlink(self):
        raise UserError(self.env._("An estimate that was given cannot be deleted."))

    @api.model
    def _record(self, vals_list: list[dict[str, Any]]):
        """Add rows by whoever is acting, now; access is checked by the caller.

        :param vals_list: ``ticket_id``, ``number``, ``kind``, ``until``, ``before``, ``reason_id``, ``words``
        """
        common = {"moment": self.env["support.event"]._now(), "user_id": self.env.uid}
        return super(BpmsoftEstimate, self.sudo()).create([{**common, **vals} for vals in vals_list])
