from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts


class PlastekRaiseWizard(models.TransientModel):
    """Raises a ticket one level, with a reason (P-8)."""

    _name = "plastek.raise.wizard"
    _description = "Raise the Level"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    refusal = fields.Char(compute="_compute_level")
    current_id = fields.Many2one("support.priority", compute="_compute_level", string="Level Now")
    level_id = fields.Many2one("support.priority", compute="_compute_level", string="Level Then")
    promises = fields.Text(compute="_compute_level", string="What Is Promised Then")
    reason = fields.Text(required=True)

    @api.depends("ticket_id")
    def _compute_level(self):
        labels = dict(self.env["support.target"]._selection_metric())
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            ticket = wizard.ticket_id._filtered_access("read")
            level = ticket._plastek_get_next_level() if ticket else self.env["support.priority"]
            wizard.refusal = ticket._plastek_may_not_raise() if ticket else ""
            wizard.current_id = ticket.support_priority_id
            wizard.level_id = level
            values = {**ticket._get_match_values(), "priority_id": level.id} if level else {}
            version = self.env["support.policy.version"].browse(
                self.env["support.policy"]._match(values)["version"] if values else []
            )
            wizard.promises = "\n".join(
                f"{labels.get(target.metric, target.metric)}: {target._get_promise_text()}"
                for target in version.target_ids
            )

    def action_raise(self):
        self.ensure_one()
        self.ticket_id.check_access("write")
        self.ticket_id._plastek_raise_level(self.reason, facts.STAFF)
        return {"type": "ir.actions.act_window_close"}
