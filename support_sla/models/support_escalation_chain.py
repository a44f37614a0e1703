from odoo import fields, models


class SupportEscalationChain(models.Model):
    """Who is told, when, if a promise is about to be or has been missed."""

    _name = "support.escalation.chain"
    _inherit = ["support.used.mixin"]
    _description = "Escalation Chain"
    _order = "provider_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    provider_id = fields.Many2one("support.provider", required=True, ondelete="cascade", index=True)
    step_ids = fields.One2many("support.escalation.step", "chain_id", string="Steps", copy=True)
    target_ids = fields.One2many("support.target", "chain_id", string="Guards", readonly=True)

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        if "active" in vals:
            self._replan()
        return result

    def _replan(self):
        """Open clocks that these chains guard take the changed steps at once."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT DISTINCT clock.ticket_id FROM support_clock AS clock
               JOIN support_target AS target ON target.id = clock.target_id
               WHERE target.chain_id = ANY(%s) AND clock.state IN ('running', 'paused')""",
            (self.ids,),
        )
        ticket_ids = [ticket_id for (ticket_id,) in self.env.cr.fetchall()]
        self.env["helpdesk.ticket"].sudo().browse(ticket_ids)._support_recompute()
