from odoo import fields, models


class BpmsoftRefusalGround(models.Model):
    """On what ground a request is refused (B-14), and how the client is told."""

    _name = "bpmsoft.refusal.ground"
    _inherit = ["support.used.mixin"]
    _description = "Ground of Refusal"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Char(required=True, copy=False, help="Technical name, for reports and other addons.")
    name = fields.Char(string="Ground", required=True, translate=True)
    customer_text = fields.Text(
        string="What the Client Reads",
        required=True,
        translate=True,
        help="In plain words: why the request is refused, and what the client can do.",
    )
    ticket_count = fields.Integer(compute="_compute_ticket_count")

    _code_unique = models.Constraint("UNIQUE(code)", "Two grounds cannot have the same code.")

    def _compute_ticket_count(self):
        counts = dict(
            self.env["helpdesk.ticket"]._read_group(
                [("bpmsoft_ground_id", "in", self.ids)], ["bpmsoft_ground_id"], ["__count"]
            )
        )
        for ground in self:
            ground.ticket_count = counts.get(ground, 0)
