from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.decision import ANY, NO, YES

FIXERS = [
    ("us", "We"),
    ("client", "The client"),
    ("contractor", "The other contractor"),
    ("vendor", "The vendor"),
    ("partner", "The partner"),
    ("responsible", "Whoever is responsible for it"),
]
PAYERS = [
    ("service", "Nobody: part of the service"),
    ("client", "The client"),
    ("other", "Nobody pays us"),
]


class BpmsoftOutcome(models.Model):
    """A row of the decision table (B-12): for these answers, who fixes, who pays and what the client is offered."""

    _name = "bpmsoft.outcome"
    _inherit = ["support.used.mixin"]
    _description = "Row of the Decision Table"
    _order = "source_id, sequence, id"

    source_id = fields.Many2one("bpmsoft.source", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    described = fields.Selection(
        [(ANY, "Does not matter"), (YES, "Described"), (NO, "Not described")],
        string="In the Technical Design",
        required=True,
        default=ANY,
    )
    defect = fields.Selection(
        [(ANY, "Does not matter"), (YES, "A defect"), (NO, "No defect")],
        required=True,
        default=ANY,
        help="A defect deviates from the documented behaviour, is repeatable, and its cause can be found.",
    )
    fixer = fields.Selection(FIXERS, string="Who Fixes", required=True, default="us")
    payer = fields.Selection(PAYERS, string="Who Pays", required=True, default="service")
    text = fields.Text(
        string="Told to the Client", required=True, translate=True, help="What was found and what follows from it."
    )
    option_ids = fields.One2many("bpmsoft.outcome.option", "outcome_id", string="Offered", copy=True)
    active = fields.Boolean(default=True)

    # what a source answers to the same answers, it answers once
    _case_unique = models.UniqueIndex(
        "(source_id, described, defect) WHERE active", "This source has a row for these answers already."
    )

    @api.depends("source_id.name", "described", "defect")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for outcome in self:
            case = outcome.source_id._say_case(
                outcome.described if outcome.described != ANY else None,
                outcome.defect if outcome.defect != ANY else None,
            )
            name = outcome.source_id.name or ""
            outcome.display_name = f"{name} ({case})" if case else name

    @api.constrains("payer", "option_ids")
    def _check_payer(self):
        for outcome in self:
            if outcome.payer == "service" and any(outcome.option_ids.mapped("is_paid")):
                raise ValidationError(
                    self.env._(
                        "“%s” is part of the service, so nothing in it can be paid. Say that the client pays, or offer "
                        "it free of charge.",
                        outcome.display_name,
                    )
                )
