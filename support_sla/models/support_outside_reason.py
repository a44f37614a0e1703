from collections.abc import Sequence

from odoo import fields, models

from ..tools import metrics


class SupportOutsideReason(models.Model):
    """Why a ticket is outside of a provider's support, and which promises fall away with it (E-3.5)."""

    _name = "support.outside.reason"
    _inherit = ["support.used.mixin"]
    _description = "Reason Outside of the Support"
    _order = "provider_id, sequence, id"

    provider_id = fields.Many2one("support.provider", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Char(required=True, help="Technical name, for addons and reports.")
    name = fields.Char(string="Reason", required=True, translate=True)
    badge = fields.Char(
        translate=True, help="What the ticket's badge says, for example “Advice only”. Empty: the reason itself."
    )
    customer_text = fields.Text(
        string="What the Customer Reads",
        translate=True,
        required=True,
        help="In plain words: why nothing is promised, and what happens all the same.",
    )
    scope = fields.Selection(
        [("all", "Everything promised to the customer"), ("chosen", "Only the promises below")],
        string="What Falls Away",
        required=True,
        default="all",
    )
    metric_ids = fields.One2many("support.outside.metric", "reason_id", string="Promises", copy=True)
    agents_may = fields.Boolean(
        string="Agents May Mark", default=True, help="Otherwise only managers put a ticket outside, or take it back."
    )

    _code_unique = models.Constraint(
        "UNIQUE(provider_id, code)", "Two reasons of a provider cannot have the same code."
    )

    def _get_badge(self) -> str:
        self.ensure_one()
        return self.badge or self.name

    def _get_excluded(self) -> tuple[Sequence[str], Sequence[str]]:
        """What an ``excluded`` fact says of it: ``metrics`` (empty: all) and ``except`` (what goes on all the same).

        What the customer owes, and what we watch for ourselves, is no promise to the customer and goes on.
        """
        self.ensure_one()
        if self.scope == "chosen" and self.metric_ids:
            return sorted(set(self.metric_ids.mapped("metric"))), []
        known = self.env["support.target"]._get_metrics()
        return [], sorted(code for code, metric in known.items() if metric.side != metrics.PROVIDER)
