from odoo import api, fields, models


class SupportEscalationStep(models.Model):
    """One step of a chain: how far before or after the deadline, which role, by which channel (E-5.3)."""

    _name = "support.escalation.step"
    _inherit = ["support.used.mixin"]
    _description = "Escalation Step"
    _order = "chain_id, sequence, id"

    chain_id = fields.Many2one("support.escalation.chain", required=True, ondelete="cascade", index=True)
    provider_id = fields.Many2one(related="chain_id.provider_id", store=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char(required=True, translate=True)
    delay = fields.Integer(
        help="Before the deadline: negative. 0: at the deadline. For percent: share of the promised time, "
        "100 is the deadline."
    )
    unit = fields.Selection(
        [
            ("minutes", "Minutes"),
            ("hours", "Hours"),
            ("working_days", "Working days"),
            ("percent", "Percent of the time"),
        ],
        default="minutes",
        required=True,
    )
    role_id = fields.Many2one(
        "support.role", required=True, ondelete="restrict", domain="[('provider_id', '=', provider_id)]"
    )
    reach = fields.Selection(
        [
            ("always", "At once, day or night"),
            ("working_hours", "In working hours"),
            ("on_call", "Whoever is on call"),
        ],
        default="always",
        required=True,
    )
    channel = fields.Selection(
        [("message", "E-mail or inbox"), ("activity", "Activity"), ("both", "Message and activity")],
        default="message",
        required=True,
    )
    wait_acknowledgement = fields.Boolean(
        default=True, help="Skipped when somebody has acknowledged an earlier step of this ticket."
    )
    stage_id = fields.Many2one("helpdesk.ticket.stage", string="Move to Stage")
    priority_id = fields.Many2one(
        "support.priority", string="Set Priority", domain="[('provider_id', '=', provider_id)]"
    )
    note = fields.Char(translate=True, help="What this role is asked to do; part of the message.")

    _delay_check = models.Constraint(
        "CHECK(unit != 'percent' OR delay > 0)", "A share of the time must be more than 0 percent."
    )

    def _get_delay_text(self) -> str:
        """When the step is taken, in the reader's words: “30 min after”."""
        self.ensure_one()
        if self.unit == "percent":
            return self.env._("at %s %%", self.delay)
        if not self.delay:
            return self.env._("at once when missed")
        count = abs(self.delay)
        length = {
            "minutes": self.env._("%s min", count),
            "hours": self.env._("%s h", count),
            "working_days": self.env._("1 working day") if count == 1 else self.env._("%s working days", count),
        }[self.unit]
        return self.env._("%s before", length) if self.delay < 0 else self.env._("%s after", length)

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        self.env.registry.clear_cache()
        steps.chain_id._replan()
        return steps

    def write(self, vals):
        chains = self.chain_id
        result = super().write(vals)
        self.env.registry.clear_cache()
        (chains | self.chain_id)._replan()
        return result

    def unlink(self):
        chains = self.chain_id
        result = super().unlink()
        self.env.registry.clear_cache()
        chains._replan()
        return result
