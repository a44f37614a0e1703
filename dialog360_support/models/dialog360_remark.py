from typing import Any

from odoo import api, fields, models


class Dialog360Remark(models.Model):
    """What a colleague has noticed about the way we work, for the regular review of the process (D-19)."""

    _name = "dialog360.remark"
    _description = "Remark on the Process"
    _inherit = ["support.masked.mixin"]
    _order = "moment desc, id desc"
    _rec_name = "text"

    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        ondelete="set null",
        index="btree_not_null",
        domain="[('support_provider_id.code', '=', 'dialog360')]",
        help="Where it was noticed, if on a ticket.",
    )
    team_id = fields.Many2one("helpdesk.ticket.team", compute="_compute_team_id", store=True, readonly=False)
    user_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True, default=lambda self: self.env.user
    )
    moment = fields.Datetime(
        string="When", required=True, readonly=True, default=lambda self: self.env["support.event"]._now()
    )
    text = fields.Text(string="Remark", required=True, help="What went well or badly, and what would be better.")

    @api.depends("ticket_id")
    def _compute_team_id(self):
        for remark in self:
            remark.team_id = remark.ticket_id.team_id or remark.team_id or self.env.user.helpdesk_team_ids[:1]

    @api.model_create_multi
    def create(self, vals_list):
        by_now = {"user_id": self.env.uid, "moment": self.env["support.event"]._now()}
        return super().create([{**vals, **by_now} for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean(vals))

    @api.model
    def _clean(self, vals: dict[str, Any]) -> dict[str, Any]:
        """Nobody speaks for somebody else, or in the past."""
        return {name: value for name, value in vals.items() if name not in ("user_id", "moment")}
