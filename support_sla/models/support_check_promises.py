from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from odoo import api, models

from ..tools import facts
from .support_check import ERROR, HINT, WARNING, Configuration
from .support_target import UNCOUNTED
from .support_time import to_instant

#: a step this far behind the deadline is more likely a slip of the pen
PERCENT_LIMIT = 200
#: at how many openings ahead the length of a promise is looked at where it depends on the day
SAMPLES = 10


class SupportCheck(models.AbstractModel):
    """Checks of what is promised: services, levels, policies, targets and the chains that guard them."""

    _inherit = "support.check"

    @api.model
    def _get_checks(self):
        return [*super()._get_checks(), "provider", "service", "impact", "priority", "order", "policy", "chain"]

    @api.model
    def _get_texts(self):
        return {
            **super()._get_texts(),
            "provider_without_policy": (
                self.env._("%(provider)s has no policy: nothing is promised on its tickets."),
                self.env._("Add a policy, with or without conditions, and the promises it makes."),
            ),
            "provider_without_default": (
                self.env._("%(provider)s has priorities, but none for tickets that name none, such as e-mails."),
                self.env._("Choose the default priority on the provider."),
            ),
            "default_archived": (
                self.env._("The default priority “%(priority)s” is archived."),
                self.env._("Choose another default priority, or restore this one."),
            ),
            "service_without_level": (
                self.env._("Tickets for the service “%(record)s” get no priority."),
                self.env._("Choose a default priority on the service, or on the provider for all its services."),
            ),
            "service_without_policy": (
                self.env._("No policy promises anything for the service “%(record)s” at its usual priority."),
                self.env._("Add a policy for this service, or one without a service for all of them."),
            ),
            "impact_opposite": (
                self.env._(
                    "“%(record)s” has the impact “%(impact)s”, to which “%(fitting)s” would fit, but its level is "
                    "“%(level)s”."
                ),
                self.env._("Give the service the level that fits its impact, or accept it as it was agreed."),
            ),
            "priority_without_target": (
                self.env._("Nothing is promised for the priority “%(record)s”: no policy with a target reaches it."),
                self.env._("Add a policy with this priority, or archive the priority if it is not used."),
            ),
            "stars_opposite": (
                self.env._("“%(record)s” comes before “%(other)s” and has fewer stars."),
                self.env._("Put the more urgent level first, or give it at least as many stars."),
            ),
            "promise_opposite": (
                self.env._(
                    "“%(priority)s” is more urgent than “%(other)s”, yet its promise “%(metric)s” is longer: "
                    "%(length)s against %(other_length)s."
                ),
                self.env._("Correct one of the two promises, or the order of the priorities."),
            ),
            "policies_equal": (
                self.env._(
                    "“%(record)s” and “%(other)s” may match one ticket, are equally specific and at the same place."
                ),
                self.env._("Put the one that is to win higher in the list of policies, or add a condition to it."),
            ),
            "policy_never": (
                self.env._("“%(record)s” never applies: “%(other)s” has the same conditions and comes first."),
                self.env._("Archive one of them, or change its conditions."),
            ),
            "policy_without_target": (
                self.env._("The policy “%(record)s” wins tickets and promises nothing on them."),
                self.env._("Add its promises, or archive it."),
            ),
            "policy_archived_condition": (
                self.env._("The policy “%(record)s” depends on something archived: %(condition)s."),
                self.env._("Archive the policy as well, or change its condition."),
            ),
            "chain_longer": (
                self.env._(
                    "The step “%(step)s” is to be taken %(when)s, but “%(record)s” is over sooner than that: it would "
                    "be due before the ticket is raised."
                ),
                self.env._("Bring the step closer to the deadline, or guard this promise with another chain."),
            ),
            "chain_percent": (
                self.env._("The step “%(step)s” is taken at %(percent)s %% of the time, long after the deadline."),
                self.env._("100 %% is the deadline; write a smaller share, or a time after it."),
            ),
            "chain_without_step": (
                self.env._("The chain “%(record)s” guards promises and has no step: nobody is told."),
                self.env._("Add steps, or take the chain off its promises."),
            ),
            "chain_archived": (
                self.env._("“%(record)s” is guarded by the chain “%(chain)s”, which is archived: nobody is told."),
                self.env._("Restore the chain, or choose another one for this promise."),
            ),
            "agreement_without_reminder": (
                self.env._("%(provider)s promises dates by agreement, and nobody is reminded to agree on them."),
                self.env._("Enter after how many working days to remind, on the provider under Behaviour."),
            ),
        }

    @api.model
    def _get_remedies(self):
        return {**super()._get_remedies(), "impact_opposite": "_remedy_impact"}

    # --- checks -----------------------------------------------------------------------------------

    @api.model
    def _support_check_provider(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        policies, targets = configuration.of("policies"), configuration.of("targets")
        priorities = configuration.of("priorities")
        for provider in configuration.providers:
            if not policies[provider]:
                yield self._found("provider_without_policy", ERROR, provider, provider)
            if priorities[provider] and not provider.default_priority_id:
                yield self._found("provider_without_default", WARNING, provider, provider)
            if provider.default_priority_id and not provider.default_priority_id.active:
                yield self._found(
                    "default_archived", WARNING, provider, provider, priority=provider.default_priority_id
                )
            if not provider.agreement_reminder_days and "agreement" in targets[provider].mapped("unit"):
                yield self._found("agreement_without_reminder", HINT, provider, provider)

    @api.model
    def _support_check_service(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        """A service whose provider has levels, and no level is given; or no promise reaches its usual level."""
        promising = self._get_promising(configuration)
        priorities = configuration.of("priorities")
        for service in configuration.services:
            provider = service.provider_id
            level = service.default_priority_id or provider.default_priority_id
            if priorities[provider] and not level:
                yield self._found("service_without_level", ERROR, service, provider)
            elif promising[provider] and not any(
                policy.service_id.id in (False, service.id) and policy.priority_id.id in (False, level.id)
                for policy in promising[provider]
            ):
                yield self._found("service_without_policy", ERROR, service, provider)

    @api.model
    def _support_check_impact(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        """A service whose level is not the one that its impact names (E-6.4, P-5)."""
        for service in configuration.services.filtered("impact_id.priority_id"):
            fitting = service.impact_id.priority_id
            level = service.default_priority_id
            if level and level != fitting and level.sequence != fitting.sequence:
                yield self._found(
                    "impact_opposite",
                    WARNING,
                    service,
                    service.provider_id,
                    part=f"{level.id}-{fitting.id}",
                    impact=service.impact_id,
                    fitting=fitting,
                    level=level,
                )

    @api.model
    def _support_check_priority(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        """A level that no policy with a promise reaches. Where there is no policy at all, that is said once."""
        promising = self._get_promising(configuration)
        policies = configuration.of("policies")
        for priority in configuration.priorities:
            provider = priority.provider_id
            if policies[provider] and not any(
                policy.priority_id.id in (False, priority.id) for policy in promising[provider]
            ):
                yield self._found("priority_without_target", ERROR, priority, provider)

    @api.model
    def _get_promising(self, configuration: Configuration) -> dict:
        """Provider → its policies that promise something."""
        found = defaultdict(configuration.policies.browse)
        for policy in configuration.targets.policy_id:
            found[policy.provider_id] |= policy
        return found

    @api.model
    def _support_check_order(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        """Levels whose order, stars and promises contradict each other.

        The order of a provider's priorities is how urgent they are. Compared are each level and the next less urgent
        one: its stars; and, between policies that differ in nothing but the priority, the length of each promise
        where both are written in the same kind of time: hours and minutes on the same hours, or the same kind of
        days on the same hours. What is by agreement, or hours against days, is not compared. Equal is not opposite.
        """
        for priorities in configuration.of("priorities").values():
            ranked = priorities.sorted(lambda priority: (priority.sequence, priority.id))
            for first, second in pairwise(ranked):
                if first.sequence != second.sequence and first.stars < second.stars:
                    yield self._found("stars_opposite", WARNING, first, first.provider_id, part=second.id, other=second)
        labels = dict(self.env["support.target"]._selection_metric())
        others = [name for name in self.env["support.policy"]._get_match_fields() if name != "priority_id"]
        comparable: dict[tuple, list] = defaultdict(list)
        for target in configuration.targets:
            policy = target.policy_id
            if not policy.priority_id.active or target.unit in UNCOUNTED:
                continue
            kind = "time" if target.unit in ("minutes", "hours") else target.unit
            length = target.amount * {"minutes": 60, "hours": 3600}.get(target.unit, 1)
            conditions = tuple(policy[name].id for name in others)
            key = (policy.provider_id, conditions, target.metric, kind, target._get_calendar().id)
            comparable[key].append((policy.priority_id, length, target))
        for rows in comparable.values():
            rows.sort(key=lambda row: (row[0].sequence, row[0].id, row[1]))
            for (first, length, target), (second, other_length, other) in pairwise(rows):
                if first.sequence < second.sequence and length > other_length:
                    yield self._found(
                        "promise_opposite",
                        ERROR,
                        target.policy_id,
                        first.provider_id,
                        part=f"{target.metric}-{second.id}",
                        priority=first,
                        other=second,
                        metric=labels.get(target.metric, target.metric),
                        length=target._get_promise_text(),
                        other_length=other._get_promise_text(),
                    )

    @api.model
    def _support_check_policy(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        names = self.env["support.policy"]._get_match_fields()
        promising = configuration.targets.policy_id
        for policies in configuration.of("policies").values():
            conditions = {policy: {name: policy[name] for name in names if policy[name]} for policy in policies}
            for policy in policies:
                if policy not in promising:
                    yield self._found("policy_without_target", ERROR, policy, policy.provider_id)
                gone = [
                    record for record in conditions[policy].values() if "active" in record._fields and not record.active
                ]
                for record in gone:
                    yield self._found(
                        "policy_archived_condition",
                        HINT,
                        policy,
                        policy.provider_id,
                        part=f"{record._name}-{record.id}",
                        condition=record,
                    )
            ranked = policies.sorted(lambda policy: (policy.sequence, policy.id))
            for number, first in enumerate(ranked):
                for second in ranked[number + 1 :]:
                    one, two = conditions[first], conditions[second]
                    if one == two and first.sequence != second.sequence:
                        yield self._found(
                            "policy_never", WARNING, second, second.provider_id, part=first.id, other=first
                        )
                    elif (
                        len(one) == len(two)
                        and first.sequence == second.sequence
                        and all(one[name] == two[name] for name in one.keys() & two.keys())
                    ):
                        yield self._found(
                            "policies_equal", WARNING, first, first.provider_id, part=second.id, other=second
                        )

    @api.model
    def _support_check_chain(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        """Chains that guard nothing in time: steps earlier than the promise is long, archived or empty chains."""
        steps = defaultdict(configuration.steps.browse)
        for step in configuration.steps:
            steps[step.chain_id] |= step
        for target in configuration.targets.filtered("chain_id"):
            provider, chain = target.provider_id, target.chain_id
            if not chain.active:
                yield self._found("chain_archived", ERROR, target.policy_id, provider, part=target.id, chain=chain)
                continue
            if not steps[chain]:
                yield self._found("chain_without_step", WARNING, chain, provider)
            for step in steps[chain]:
                if step.unit != "percent" and step.delay < 0 and self._is_longer(step, target, configuration):
                    yield self._found(
                        "chain_longer",
                        WARNING,
                        target.policy_id,
                        provider,
                        part=f"{target.metric}-{step.id}",
                        step=step,
                        when=step._get_delay_text(),
                    )
        for step in configuration.steps:
            if step.unit == "percent" and step.delay > PERCENT_LIMIT:
                yield self._found(
                    "chain_percent", HINT, step.chain_id, step.provider_id, part=step.id, step=step, percent=step.delay
                )

    @api.model
    def _is_longer(self, step, target, configuration: Configuration) -> bool:
        """Whether a step before the deadline is at least as long as the promise, whenever a ticket is raised."""
        duration = target._get_duration()
        if duration is None:
            return False
        if duration.unit == step.unit:
            return -step.delay >= duration.amount
        hours = target._get_calendar()._sla_hours()
        if not hours.has_hours:
            return False
        moment = to_instant(configuration.now)
        promised, ahead = [], []
        for _sample in range(SAMPLES):
            start = hours.next_open(moment)
            if start is None:
                break
            budget = hours.budget(start, duration)
            if budget is not None:
                promised.append(budget.seconds)
            if step.unit == "working_days":
                days = hours.budget(start, facts.Duration(-step.delay, facts.WORKING_DAYS))
                if days is not None:
                    ahead.append(days.seconds)
            else:
                ahead.append(-step.delay * {"minutes": 60, "hours": 3600}[step.unit])
            moment = start + 86400
        return bool(promised and ahead) and min(ahead) >= max(promised)
