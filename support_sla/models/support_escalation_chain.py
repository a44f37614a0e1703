from odoo import fields, models


class SupportEscalationChain(models.Model):
    """Who is told, when, if a promise is about to be or has been missed."""

    _name = "support.escalation.chain"
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
        return result
