from odoo import api, fields, models

#: what a client can be offered
KINDS = [
    ("fix", "Fix within the service"),
    ("change", "Paid change"),
    ("advice", "Advice"),
    ("help", "Help in dealing with others"),
]


class BpmsoftOutcomeOption(models.Model):
    """What the client is offered by a row of the decision table (B-12), as the client reads it."""

    _name = "bpmsoft.outcome.option"
    _description = "Offered by the Decision Table"
    _order = "outcome_id, sequence, id"

    outcome_id = fields.Many2one("bpmsoft.outcome", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(KINDS, required=True, default="fix")
    name = fields.Char(string="What", required=True, translate=True)
    doer = fields.Char(string="Who Does It", required=True, translate=True)
    is_paid = fields.Boolean(
        string="Paid",
        compute="_compute_is_paid",
        store=True,
        readonly=False,
        help="The client's authorised contact has to accept it on the portal before work starts.",
    )

    @api.depends("kind")
    def _compute_is_paid(self):
        for option in self:
            option.is_paid = option.kind == "change"

    @api.constrains("is_paid")
    def _check_is_paid(self):
        self.outcome_id._check_payer()
