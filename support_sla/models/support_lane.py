from typing import Any, NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools import facts
from .support_context import inside

#: a change of one of these may give open tickets another place
JUDGED = frozenset(
    {
        "active",
        "provider_id",
        "kind_ids",
        "sequence",
        "at_once",
        "by_entitlement",
        "hold_customer",
        "hold_third_party",
        "hold_on_hold",
        "pauses",
    }
)


class LaneRule(NamedTuple):
    """What the recorder has to know of a queue, without a query."""

    id: int
    kind_ids: frozenset[int]
    holding: frozenset[str]


class SupportLane(models.Model):
    """Says which tickets of one customer are worked one after another, or so many at once (O-10, B-11).

    A provider without such a record works on everything as it comes, and pays nothing for this.
    """

    _name = "support.lane"
    _inherit = ["support.used.mixin"]
    _description = "Work Queue"
    _order = "provider_id, sequence, id"

    name = fields.Char(required=True, translate=True, help="Customers read it on the page of their ticket.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    provider_id = fields.Many2one("support.provider", required=True, ondelete="cascade", index=True)
    kind_ids = fields.Many2many(
        "support.kind",
        string="Kinds of Request",
        domain="[('provider_id', '=', provider_id)]",
        help="Empty: every kind that no other queue of the provider takes.",
    )
    at_once = fields.Integer(default=1, required=True, help="Tickets of one customer worked on at once.")
    by_entitlement = fields.Boolean(
        string="Entitlement Decides",
        help="The number that the customer's entitlement names counts instead, where it names one.",
    )
    excess = fields.Selection(
        [("refuse", "Refuse, and say what is in work"), ("queue", "Put it in the queue")],
        string="One More",
        default="refuse",
        required=True,
        help="What happens when somebody starts one more than may be worked on. What customers and machines set in "
        "motion is never refused: it is put in the queue.",
    )
    in_order = fields.Boolean(
        string="Strictly in Order",
        help="Nobody starts a ticket while another one is before it in line; the order is changed by agreement only.",
    )
    hold_customer = fields.Boolean(
        string="Waiting for the Customer", default=True, help="A ticket in work keeps its place meanwhile."
    )
    hold_third_party = fields.Boolean(
        string="Waiting for a Third Party", default=True, help="A ticket in work keeps its place meanwhile."
    )
    hold_on_hold = fields.Boolean(string="On Hold", help="A ticket in work keeps its place meanwhile.")
    pauses = fields.Boolean(
        string="Time Stands Still in Line",
        default=True,
        help="Of the promises that name “In the queue” among what pauses them; the others run on.",
    )
    offer = fields.Selection(
        [
            ("message", "Tell whoever works on it"),
            ("activity", "Give them an activity"),
            ("start", "Start it"),
        ],
        string="When It Is Its Turn",
        default="message",
        required=True,
        help="Once, when a ticket that had to wait can begin.",
    )
    waiting_stage_id = fields.Many2one(
        "helpdesk.ticket.stage",
        string="Stage in Line",
        domain="[('support_phase', '=', 'new')]",
        ondelete="restrict",
        help="Where a ticket goes that is put in the queue. Empty: to its team's first stage of the phase “New”.",
    )
    account_ids = fields.One2many("support.lane.account", "lane_id", string="Customers")

    _at_once_check = models.Constraint("CHECK(at_once >= 1)", "At least one ticket must be worked on at once.")

    @api.constrains("kind_ids", "provider_id", "active")
    def _check_kinds(self):
        for lane in self.filtered("active"):
            foreign = lane.kind_ids.filtered(lambda kind, lane=lane: kind.provider_id != lane.provider_id)
            if foreign:
                raise ValidationError(
                    self.env._(
                        "“%(kind)s” does not belong to %(provider)s.",
                        kind=foreign[0].display_name,
                        provider=lane.provider_id.name,
                    )
                )
            others = self.search([("provider_id", "=", lane.provider_id.id), ("id", "!=", lane.id)])
            for other in others:
                if lane.kind_ids & other.kind_ids or not (lane.kind_ids or other.kind_ids):
                    raise ValidationError(
                        self.env._(
                            "“%(lane)s” and “%(other)s” take the same kind of request: a ticket can stand in one queue "
                            "only.",
                            lane=lane.name,
                            other=other.name,
                        )
                    )

    # --- what the recorder asks ------------------------------------------------------------------

    @api.model
    @tools.ormcache("provider_id")
    def _get_rules(self, provider_id: int) -> tuple[LaneRule, ...]:
        """The queues of a provider, those for a kind of request first."""
        lanes = self.sudo().with_context(active_test=True).search([("provider_id", "=", provider_id)])
        return tuple(
            LaneRule(lane.id, frozenset(lane.kind_ids.ids), lane._get_holding())
            for lane in lanes.sorted(lambda lane: not lane.kind_ids)
        )

    def _get_holding(self) -> frozenset[str]:
        self.ensure_one()
        chosen = {
            facts.WAITING_CUSTOMER: self.hold_customer,
            facts.WAITING_THIRD_PARTY: self.hold_third_party,
            facts.ON_HOLD: self.hold_on_hold,
        }
        return frozenset(phase for phase, holds in chosen.items() if holds)

    @api.model
    def _find_rule(self, provider_id: int, kind_id: int) -> LaneRule | None:
        """The queue that takes a kind of request of a provider."""
        if not provider_id:
            return None
        for rule in self._get_rules(provider_id):
            if not rule.kind_ids or kind_id in rule.kind_ids:
                return rule
        return None

    def _get_limit(self, entitlement) -> int:
        """How many tickets of a customer are worked on at once. **Hook**: a provider may judge otherwise.

        :param entitlement: in force today, or empty; in superuser mode
        """
        self.ensure_one()
        if self.by_entitlement and entitlement.work_limit:
            return entitlement.work_limit
        return self.at_once

    # --- CRUD ------------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lanes = super().create(vals_list)
        self.env.registry.clear_cache()
        self._adopt(lanes.provider_id)
        return lanes

    def write(self, vals):
        providers = self.provider_id
        result = super().write(vals)
        self.env.registry.clear_cache()
        if not JUDGED.isdisjoint(vals):
            self._adopt(providers | self.provider_id)
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    def _adopt(self, providers):
        """The queues of providers have changed: open tickets find their place, and nothing that is in work stops."""
        # sudo: the tickets of all queues follow, whoever edits them
        Ticket = self.env["helpdesk.ticket"].sudo()
        domain: list[Any] = [
            ("support_provider_id", "in", providers.ids),
            ("support_phase", "not in", list(facts.ENDED)),
            ("support_raised", "!=", False),
        ]
        tickets = Ticket.search(domain, order="id")
        for start in range(0, len(tickets), 500):
            batch = Ticket.browse(tickets.ids[start : start + 500])
            batch.with_context(**inside(support_lane_adopt=True))._support_sync()
        accounts = self.env["support.lane.account"].sudo().search([("lane_id.provider_id", "in", providers.ids)])
        accounts._settle()
