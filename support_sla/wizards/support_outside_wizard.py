from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.support_time import to_instant
from ..tools import facts, history


class SupportOutsideWizard(models.TransientModel):
    """Puts a ticket outside of the support with a reason, or takes it back (E-3.5)."""

    _name = "support.outside.wizard"
    _description = "Outside of the Support"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    mode = fields.Selection([("outside", "Outside"), ("back", "Back")], required=True, default="outside")
    provider_id = fields.Many2one("support.provider", compute="_compute_effect")
    reason_id = fields.Many2one(
        "support.outside.reason", domain="[('provider_id', '=', provider_id)]", ondelete="cascade"
    )
    customer_text = fields.Text(related="reason_id.customer_text")
    effect = fields.Char(compute="_compute_effect", string="No Longer Promised")
    late = fields.Char(compute="_compute_effect", string="Late at Once")
    note = fields.Text(help="For colleagues; customers read the words of the reason.")

    @api.depends("ticket_id", "reason_id", "mode")
    def _compute_effect(self):
        labels = dict(self.env["support.target"]._selection_metric())
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            ticket_sudo = wizard.ticket_id._filtered_access("read").sudo()
            wizard.provider_id = ticket_sudo.support_provider_id.id
            wizard.effect = wizard.late = False
            if not ticket_sudo:
                continue
            if wizard.mode == "back":
                wizard.late = ", ".join(labels.get(metric, metric) for metric in self._find_late(ticket_sudo))
            elif wizard.reason_id:
                metrics, others = wizard.reason_id._get_excluded()
                promised = ticket_sudo.support_version_id.target_ids.mapped("metric")
                wizard.effect = ", ".join(
                    labels.get(metric, metric)
                    for metric in dict.fromkeys(promised)
                    if metric in metrics or (not metrics and metric not in others)
                )

    @api.model
    def _find_late(self, ticket_sudo) -> list[str]:
        """The promises whose time has passed while the ticket was outside: taken back, it is late with them."""
        Clock = self.env["support.clock"].sudo()
        now = to_instant(self.env["support.event"]._now())
        past = history.History(ticket_sudo._support_get_events(), now)
        return [
            reading.clock.metric
            for reading in Clock._read(past)
            if reading.clock.state in facts.LIVE
            and reading.clock.hold == facts.NO_SLA
            and reading.clock.breached is None
            and reading.due is not None
            and reading.due <= now
        ]

    def action_apply(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        note = (self.note or "").strip()
        if self.mode == "back":
            ticket._support_take_inside(note)
        elif not self.reason_id:
            raise UserError(self.env._("Choose why this ticket is outside of the support."))
        else:
            ticket._support_put_outside(self.reason_id, note)
        return {"type": "ir.actions.act_window_close"}
