from collections.abc import Mapping
from typing import Any

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ..tools import facts, metrics

UNITS = [
    ("minutes", "Minutes"),
    ("hours", "Hours"),
    ("working_days", "Working days"),
    ("working_day_end", "End of the working day"),
    ("calendar_days", "Calendar days"),
    ("agreement", "By agreement"),
    ("contract", "As in the customer's contract"),
]
#: what has no number of its own
UNCOUNTED = frozenset({"agreement", "contract"})
PROMISE_FIELDS = {
    "metric",
    "amount",
    "unit",
    "basis",
    "calendar_id",
    "pause_reason_ids",
    "notes_count",
}


class SupportTarget(models.Model):
    """One promise: a metric and how long it may take, in which hours, and what pauses it."""

    _name = "support.target"
    _description = "Support Target"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    policy_id = fields.Many2one("support.policy", required=True, ondelete="cascade", index=True)
    version_id = fields.Many2one("support.policy.version", required=True, ondelete="cascade", index=True)
    provider_id = fields.Many2one(related="policy_id.provider_id", store=True)
    current = fields.Boolean(compute="_compute_current", store=True)
    metric = fields.Selection(selection="_selection_metric", required=True)
    amount = fields.Integer(default=1, help="How many of the unit.")
    unit = fields.Selection(UNITS, required=True, default="hours")
    basis = fields.Selection(
        [
            ("provider", "The provider's working hours"),
            ("always", "Around the clock"),
            ("calendar", "Other working hours"),
        ],
        required=True,
        default="provider",
    )
    calendar_id = fields.Many2one("resource.calendar", string="Other Hours", ondelete="restrict")
    pause_reason_ids = fields.Many2many("support.pause.reason", string="Paused By")
    notes_count = fields.Boolean(
        string="Internal Notes Count",
        help="For status updates and silence: an internal note also counts as a sign of life.",
    )
    chain_id = fields.Many2one(
        "support.escalation.chain",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('provider_id', '=', provider_id)]",
    )
    portal_visible = fields.Boolean(default=True, help="Customers see this promise.")

    _amount_check = models.Constraint("CHECK(amount > 0)", "A promise must be longer than nothing.")

    @api.model
    def _get_metrics(self) -> Mapping[str, metrics.Metric]:
        """What can be measured, by code. **Hook**: an addon adds its own metric here and its label in
        :meth:`_selection_metric` (E-1, "Addons add metrics through one documented hook")."""
        return metrics.METRICS

    @api.model
    def _selection_metric(self):
        return [
            ("acknowledged", self.env._("Acknowledgement")),
            ("first_response", self.env._("First response")),
            ("next_reply", self.env._("Next reply")),
            ("status_update", self.env._("Status update")),
            ("resolution", self.env._("Resolution")),
            ("containment", self.env._("Workaround")),
            ("customer_answer", self.env._("Customer's answer")),
            ("acceptance", self.env._("Customer's acceptance")),
            ("recovery", self.env._("Recovery")),
            ("silence", self.env._("Silence")),
        ]

    @api.depends("version_id", "policy_id.current_version_id")
    def _compute_current(self):
        for target in self:
            target.current = target.version_id == target.policy_id.current_version_id

    @api.depends("metric", "policy_id.name")
    def _compute_display_name(self):
        labels = dict(self._selection_metric())
        for target in self:
            target.display_name = f"{target.policy_id.name}: {labels.get(target.metric, target.metric)}"

    @api.constrains("basis", "calendar_id")
    def _check_calendar(self):
        for target in self:
            if target.basis == "calendar" and not target.calendar_id:
                raise ValidationError(self.env._("Choose the working hours this promise runs on."))

    @api.constrains("version_id", "metric")
    def _check_one_per_metric(self):
        for version in self.version_id:
            codes = version.target_ids.mapped("metric")
            if len(codes) != len(set(codes)):
                raise ValidationError(
                    self.env._(
                        "“%s” promises the same thing twice: keep one target per metric.", version.policy_id.name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("version_id") and vals.get("policy_id"):
                policy = self.env["support.policy"].browse(vals["policy_id"])
                if policy.current_version_id._is_in_use():
                    policy._move_to_new_version([])
                vals["version_id"] = policy.current_version_id.id
        self._refuse_when_in_use(self.env["support.policy.version"].browse(vals["version_id"] for vals in vals_list))
        targets = super().create(vals_list)
        self.env.registry.clear_cache()
        if targets.calendar_id:
            self.env["resource.calendar"]._sla_watch()
        return targets

    def write(self, vals):
        if (PROMISE_FIELDS | {"version_id", "policy_id"}) & vals.keys():
            self._refuse_when_in_use(
                self.version_id | self.env["support.policy.version"].browse(vals.get("version_id") or [])
            )
        chains = self.chain_id
        result = super().write(vals)
        self.env.registry.clear_cache()
        if vals.get("calendar_id"):
            self.env["resource.calendar"]._sla_watch()
        if "chain_id" in vals:
            # who is told is a matter of today, not of the version
            (chains | self.chain_id)._replan()
        return result

    def unlink(self):
        self._refuse_when_in_use(self.version_id)
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    def _refuse_when_in_use(self, versions):
        """A promise that tickets run on changes through its policy, which makes a new version (E-3.6)."""
        for version in versions:
            if version._is_in_use():
                raise UserError(
                    self.env._(
                        "Tickets run on “%s”. Change its promises on the policy: that makes a new version "
                        "and leaves those tickets theirs.",
                        version.display_name,
                    )
                )

    def _pin_calendar(self, calendar):
        """These promises stay on ``calendar`` when the provider takes other hours; nothing changes for them."""
        super().write({"basis": "calendar", "calendar_id": calendar.id})
        self.env.registry.clear_cache()

    def _get_calendar(self):
        """The ``resource.calendar`` it runs on, empty for around the clock."""
        self.ensure_one()
        if self.basis == "always":
            return self.env["resource.calendar"]
        return self.calendar_id if self.basis == "calendar" else self.provider_id.calendar_id

    def _get_duration(self) -> facts.Duration | None:
        self.ensure_one()
        match self.unit:
            case "agreement" | "contract":
                return None
            case "minutes":
                return facts.Duration(self.amount * 60)
            case "hours":
                return facts.Duration(self.amount * 3600)
            case unit:
                return facts.Duration(self.amount, unit)

    def _to_fact(self) -> facts.Target:
        self.ensure_one()
        return facts.Target(
            id=self.id,
            metric=self.metric,
            duration=self._get_duration(),
            calendar=self._get_calendar().id or None,
            # E-2.1: on 24×7 a day later is the same clock time where the provider is, also when the clocks change
            zone=self.provider_id.tz or "",
            pauses=frozenset(self.pause_reason_ids.mapped("code")),
            options={"notes_count": self.notes_count},
            contract=self.unit == "contract",
        )

    @api.model
    @tools.ormcache("target_id")
    def _get_agenda(self, target_id: int) -> dict[str, Any]:
        """What the sweep has to do for clocks of this target, without a query when warm.

        :return: ``steps``: ``((step id, delay, unit, reach), …)`` in order; ``office``: the
            provider's own calendar; ``remind_days``: working days until a reminder to agree; ``warn``: share of
            the budget (0–1) from which it is at risk; ``calendar``: id or None; ``side``: who owes it
        """
        target = self.sudo().browse(target_id)
        metric = self._get_metrics().get(target.metric)
        side = metric.side if metric else metrics.INTERNAL  # its addon was removed
        return {
            "steps": tuple(
                (step.id, step.delay, step.unit, step.reach)
                for step in target.chain_id.filtered("active").step_ids
                if step.active
            ),
            "remind_days": target.provider_id.agreement_reminder_days,
            "office": target.provider_id.calendar_id.id,
            "warn": target.provider_id.at_risk_percent / 100,
            "calendar": target._get_calendar().id or None,
            "side": side,
            # what is owed to nobody but ourselves is never a promise to the customer (E-1.10)
            "portal": target.portal_visible and side != metrics.INTERNAL,
            "policy": target.policy_id.id,
            "version": target.version_id.id,
            "provider": target.provider_id.id,
        }

    def _get_promise_text(self, agreed: facts.Duration | None = None) -> str:
        """The promise in the reader's words, for example “4 hours, London working hours”.

        :param agreed: what a ticket's contract says, for a promise *as in the contract*; None: nothing
        """
        self.ensure_one()
        length = self._get_length_text(agreed)
        if self.unit == "agreement" or (self.unit == "contract" and agreed is None):
            return length
        calendar = self._get_calendar()
        hours = calendar.name if calendar else self.env._("around the clock")
        return f"{length}, {hours}"

    def _get_length_text(self, agreed: facts.Duration | None = None) -> str:
        """How long the promise is, without the hours that it counts in: “4 h”. ``agreed``: see above."""
        self.ensure_one()
        if self.unit == "agreement":
            return self.env._("by agreement")
        if self.unit == "contract":
            if agreed is None:
                return self.env._("as agreed in the contract")
            return self.env._("%s by the contract", self.env["helpdesk.ticket"]._support_length(agreed.amount))
        count = self.amount
        return {
            "minutes": self.env._("%s min", count),
            "hours": self.env._("%s h", count),
            "working_days": self.env._("1 working day") if count == 1 else self.env._("%s working days", count),
            "working_day_end": self.env._("end of the working day")
            if count == 1
            else self.env._("end of working day %s", count),
            "calendar_days": self.env._("1 day") if count == 1 else self.env._("%s days", count),
        }[self.unit]
