from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from odoo import api, models
from odoo.addons.support_sla.models.support_time import from_instant, to_instant
from odoo.addons.support_sla.tools import facts, history, metrics
from odoo.tools import format_date, format_list

DAY = 24 * 3600
#: how far ahead a holiday is looked for, in days
AHEAD = 370
#: most public holidays that the annex names
HOLIDAYS = 40


class SupportAnnexWriter(models.AbstractModel):
    """The promise of a policy in words, tables and examples, for a customer's contract.

    Lengths, hours and pauses are read from the policy versions; every moment in an example is an answer of the engine's
    clock function to the facts of the example, so paper and clocks agree. Roles are named, people never are.
    """

    _name = "support.annex.writer"
    _description = "Writer of the Customer Annex"

    @api.model
    def _describe(self, provider, entitlement, policy, moment: datetime) -> dict[str, Any]:
        """All that the annex says, as plain words in the language of the context.

        :param provider: ``support.provider``
        :param entitlement: whose customer it is for; empty: for any customer of the provider
        :param policy: only this one; empty: every policy that can win for the customer
        :param moment: the policy versions in force then; naive UTC
        :return: ``title``, ``subtitle``, ``facts`` (label, text), ``notes``, ``levels``, ``hours``, ``pauses`` and
            ``outside``, see the methods that make them
        """
        # sudo: it tells what customers are promised, to whoever may read the policy
        provider, entitlement = provider.sudo(), entitlement.sudo()
        zone = provider.tz or "UTC"
        page = self.with_context(tz=zone)
        levels = page._get_levels(provider.with_env(page.env), entitlement.with_env(page.env), policy, moment)
        targets = self.env["support.target"].sudo().with_env(page.env(su=True))
        for level in levels:
            targets |= level["targets"]
        return {
            "title": page.env._("Support Promises"),
            "subtitle": " · ".join(name for name in (provider.name, entitlement.partner_id.name) if name),
            "facts": page._get_facts(provider, entitlement, levels, moment, zone),
            "notes": page._get_notes(entitlement, levels, moment),
            "levels": [page._describe_level(provider, entitlement, level, moment) for level in levels],
            "hours": page._describe_hours(targets, moment),
            "pauses": page._describe_pauses(targets),
            "outside": [
                {"name": reason.name, "text": reason.customer_text or ""}
                for reason in provider.with_env(page.env(su=True)).outside_reason_ids
            ],
        }

    # --- which promises --------------------------------------------------------------------------------

    @api.model
    def _get_levels(self, provider, entitlement, policy, moment: datetime) -> list[dict[str, Any]]:
        """The policies that win for this customer under conditions of their own, most urgent level first.

        :return: ``policy``, ``version``, ``conditions`` (name → record), ``targets`` (those that customers see)
        """
        Policy = self.env["support.policy"].sudo()
        scope = {}
        if entitlement:
            scope = {"entitlement_id": entitlement.id, "plan_id": entitlement.plan_id.id}
        found: dict[int, dict[str, Any]] = {}
        for policy_id, current, conditions in Policy._get_rules(provider.id):
            wanted = dict(conditions)
            if policy and policy_id != policy.id:
                continue
            if entitlement and any(wanted.get(name, value) != value for name, value in scope.items()):
                continue
            if not entitlement and "entitlement_id" in wanted and not policy:
                continue
            asked = {"provider_id": provider.id, **scope, **wanted}
            answer = Policy._match(asked)
            if not policy and answer["policy"] != policy_id:
                continue  # another one is always nearer
            record = Policy.browse(policy_id)
            version_id = self.env["support.policy.version"]._get_version_at(policy_id, moment) or current
            version = self.env["support.policy.version"].sudo().browse(version_id)
            found[policy_id] = {
                "policy": record,
                "version": version,
                "conditions": {name: record[name] for name in wanted if name not in scope},
                "targets": version.target_ids.filtered(
                    lambda target: target.portal_visible and self._get_side(target.metric) != metrics.INTERNAL
                ),
            }
        return sorted(
            found.values(),
            key=lambda level: (level["policy"].priority_id.sequence, level["policy"].sequence, level["policy"].id),
        )

    @api.model
    def _get_side(self, metric: str) -> str:
        known = self.env["support.target"]._get_metrics().get(metric)
        return known.side if known else metrics.INTERNAL

    @api.model
    def _get_since(self, version) -> date:
        """The day from which a version was in force."""
        earlier = version.policy_id.version_ids.filtered(lambda other: other.number < version.number)
        before = earlier.sorted("number")[-1:]
        return (before.retired or version.create_date).date()

    # --- words -------------------------------------------------------------------------------------------

    def _get_facts(self, provider, entitlement, levels, moment: datetime, zone: str) -> list[dict[str, str]]:
        result = [{"label": self.env._("Provider"), "text": provider.name}]
        if entitlement:
            until = (
                format_date(self.env, entitlement.date_end)
                if entitlement.date_end
                else self.env._("until further notice")
            )
            result += [
                {"label": self.env._("Customer"), "text": entitlement.partner_id.name or ""},
                {
                    "label": self.env._("In force"),
                    "text": f"{format_date(self.env, entitlement.date_start)} – {until}",
                },
            ]
            if entitlement.plan_id:
                result.append({"label": self.env._("Plan"), "text": entitlement.plan_id.name})
        since = [self._get_since(level["version"]) for level in levels]
        if since:
            result.append({"label": self.env._("Rules valid from"), "text": format_date(self.env, max(since))})
        result.append({"label": self.env._("As of"), "text": format_date(self.env, moment.date())})
        result.append({"label": self.env._("Times"), "text": self.env._("All times are those of %s.", zone)})
        return result

    def _get_notes(self, entitlement, levels, moment: datetime) -> list[str]:
        notes = []
        if entitlement and entitlement.standing == "over":
            end = entitlement.date_end
            notes.append(
                self.env._(
                    "This contract ended on %s: these are the rules of its last day.", format_date(self.env, end)
                )
                if end
                else self.env._("This contract is not in force.")
            )
        if not levels:
            notes.append(self.env._("Nothing is promised: no policy applies to this customer."))
        return notes

    def _describe_level(self, provider, entitlement, level: dict[str, Any], moment: datetime) -> dict[str, Any]:
        """One table: ``label``, ``definition``, ``policy``, ``rules``, ``promises``, ``asked`` (what is asked of the
        customer), ``chain`` and ``examples``."""
        policy, version = level["policy"], level["version"]
        priority = policy.priority_id
        agreed = self._get_agreed(provider, entitlement, version, priority)
        labels = dict(self.env["support.target"]._selection_metric())
        names = [record.display_name for name, record in level["conditions"].items() if name != "priority_id"]
        head = priority.display_name if priority else self.env._("Every level")
        return {
            "label": " · ".join([head, *names]),
            "definition": priority.definition or "",
            "policy": policy.name,
            "rules": self.env._(
                "%(policy)s, version %(number)s, valid from %(date)s",
                policy=policy.name,
                number=version.number,
                date=format_date(self.env, self._get_since(version)),
            ),
            "promises": [
                self._describe_target(target, labels, agreed)
                for target in level["targets"]
                if self._get_side(target.metric) == metrics.PROVIDER
            ],
            "asked": [
                self._describe_target(target, labels, agreed)
                for target in level["targets"]
                if self._get_side(target.metric) == metrics.CUSTOMER_SIDE
            ],
            "chain": self._describe_chain(level["targets"], labels),
            "examples": self._get_examples(provider, level, agreed, moment),
        }

    def _describe_target(self, target, labels: Mapping[str, str], agreed: Mapping[str, int]) -> dict[str, str]:
        """A promise: ``metric``, and in words ``label``, ``length``, ``hours`` and ``pauses``."""
        seconds = agreed.get(target.metric)
        length = target._get_length_text(facts.Duration(seconds) if seconds else None)
        if target.metric == "status_update" and target.unit not in ("agreement", "contract"):
            length = self.env._("every %s", length)
        return {
            "metric": target.metric,
            "label": labels.get(target.metric, target.metric),
            "length": length,
            "hours": "" if target.unit == "agreement" else target._get_calendar()._sla_describe_week(),
            "pauses": format_list(self.env, target.pause_reason_ids.mapped("name")) if target.pause_reason_ids else "",
        }

    def _describe_chain(self, targets, labels: Mapping[str, str]) -> list[dict[str, str]]:
        """Who is told when: ``promise``, ``when``, ``role``, ``how``; roles, never names."""
        reach = dict(self.env["support.escalation.step"]._fields["reach"]._description_selection(self.env))
        return [
            {
                "promise": labels.get(target.metric, target.metric),
                "when": step._get_delay_text(),
                "role": self.env._("You are reminded") if step.role_id.source == "customer" else step.role_id.name,
                "how": reach[step.reach],
            }
            for target in targets
            for step in target.chain_id.filtered("active").step_ids
            if step.active
        ]

    def _describe_hours(self, targets, moment: datetime) -> list[dict[str, Any]]:
        """Each calendar of a promise: ``name``, ``week`` (words), ``closed`` (what shuts it in the year ahead)."""
        result = []
        for calendar in targets.filtered(lambda target: target.unit != "agreement").mapped(
            lambda target: target._get_calendar()
        ):
            hours = calendar._sla_hours()
            start = to_instant(moment)
            closed: dict[date, str] = {}
            for gap in hours.gaps(start, start + AHEAD * DAY):
                if gap.reason not in ("night", "weekend", "break"):
                    closed.setdefault(hours.local(gap.start)[0], gap.label)
            days = [
                {"day": format_date(self.env, day, date_format="EEE d MMM y"), "label": label}
                for day, label in closed.items()
            ]
            result.append(
                {
                    "name": calendar.name,
                    "week": calendar._sla_describe_week(),
                    "closed": days[:HOLIDAYS],
                    "left": max(0, len(days) - HOLIDAYS),
                }
            )
        return result

    def _describe_pauses(self, targets) -> list[str]:
        return targets.pause_reason_ids.mapped("name")

    # --- worked examples -----------------------------------------------------------------------------------

    def _get_agreed(self, provider, entitlement, version, priority) -> dict[str, int]:
        """What the contract says of promises *as in the contract*."""
        ticket = self._get_ticket(provider, entitlement, priority)
        return ticket._support_prepare_agreed(version.id, priority)

    def _get_ticket(self, provider, entitlement=None, priority=None):
        """A ticket that is never stored, for the engine's own sentences."""
        values: dict[str, Any] = {"support_provider_id": provider.id}
        if entitlement:
            values.update(partner_id=entitlement.partner_id.id, support_entitlement_id=entitlement.id)
        if priority:
            values["support_priority_id"] = priority.id
        return self.env["helpdesk.ticket"].sudo().new(values)

    def _get_examples(self, provider, level, agreed: Mapping[str, int], moment: datetime) -> list[dict[str, Any]]:
        """Requests at telling moments with the answers of the clock function: ``title``, ``raised`` (words and
        ``raised_at``, UTC text), ``rows`` (``metric``, ``label``, ``due`` in words, ``due_at``, ``why``)."""
        timed = level["targets"].filtered(
            lambda target: (
                self._get_side(target.metric) == metrics.PROVIDER
                and (target._get_duration() is not None or agreed.get(target.metric))
            )
        )
        if not timed:
            return []
        lead = timed.filtered(lambda target: target.metric == "first_response")[:1] or timed[:1]
        hours = lead._get_calendar()._sla_hours()
        ticket = self._get_ticket(provider)
        result = []
        for title, raised in self._get_moments(hours, to_instant(moment)):
            events = self._begin(level["version"], agreed, raised)
            result.append(self._tell_example(ticket, title, raised, events, raised, level))
        paused = self._get_paused(hours, timed, level["version"], agreed, to_instant(moment))
        if paused:
            raised, events, now, story = paused
            example = self._tell_example(
                ticket, self.env._("With a pause"), raised, events, now, level, ("resolution", "containment")
            )
            example["story"] = story
            if example["rows"]:
                result.append(example)
        return result

    def _begin(self, version, agreed: Mapping[str, int], raised: int) -> list[facts.Event]:
        """The facts of a request that was raised."""
        graded: dict[str, Any] = {"version": version.id, "policy": version.policy_id.id}
        if agreed:
            graded["agreed"] = dict(agreed)
        return [
            facts.Event(raised, facts.RAISED, facts.CUSTOMER, {}, 1),
            facts.Event(raised, facts.GRADED, facts.SYSTEM, graded, 2),
        ]

    def _get_moments(self, hours, now: int) -> list[tuple[str, int]]:
        """Telling moments ahead on these hours: an ordinary one, before the weekend, in it, on a holiday."""
        monday = hours.local(now)[0]
        monday += timedelta(days=7 - monday.weekday())
        begin = hours.instant(monday)
        first = hours.next_open(begin)
        if first is None:
            return []
        result = [(self.env._("In working hours"), first + 3600)]
        friday = [span for span in hours.open_spans(begin, begin + 7 * DAY) if span[1] < begin + 7 * DAY]
        if friday and hours.next_open(friday[-1][1]) != friday[-1][1]:
            result.append((self.env._("Shortly before the weekend"), friday[-1][1] - 1800))
        saturday = hours.instant(monday + timedelta(days=5), 10 * 3600)
        result.append((self.env._("On a Saturday"), saturday))
        for gap in hours.gaps(begin, begin + AHEAD * DAY):
            if gap.reason not in ("night", "weekend", "break") and gap.stop - gap.start >= 4 * 3600:
                day = hours.local(gap.start)[0]
                at = hours.instant(day, 10 * 3600)
                name = gap.label or self.env._("a holiday")
                result.append((self.env._("On a holiday (%s)", name), at if gap.start <= at < gap.stop else gap.start))
                break
        return result

    def _get_paused(self, hours, timed, version, agreed: Mapping[str, int], now: int):
        """A request that waits for the customer for a working day: raised, facts, now, story; None: nothing pauses."""
        target = timed.filtered(
            lambda target: (
                target.metric in ("resolution", "containment") and "customer" in target.pause_reason_ids.mapped("code")
            )
        )[:1]
        moments = self._get_moments(hours, now)
        if not target or not moments:
            return None
        raised = moments[0][1]
        asked = raised + 1800
        answered = hours.add(asked, 8 * 3600) or asked + DAY
        waiting = {"phase": facts.WAITING_CUSTOMER}
        events = [
            *self._begin(version, agreed, raised),
            facts.Event(asked, facts.MESSAGE_OUT, facts.STAFF, {}, 3),
            facts.Event(asked, facts.PHASE, facts.STAFF, waiting, 4),
            facts.Event(answered, facts.MESSAGE_IN, facts.CUSTOMER, {}, 5),
            facts.Event(answered, facts.PHASE, facts.CUSTOMER, {"phase": facts.OPEN}, 6),
        ]
        when = self._get_ticket(version.provider_id)._support_when
        story = self.env._(
            "We answer with a question at %(asked)s; you reply at %(answered)s.",
            asked=when(asked),
            answered=when(answered),
        )
        return raised, events, answered, story

    def _tell_example(
        self,
        ticket,
        title: str,
        raised: int,
        events: list[facts.Event],
        now: int,
        level: dict[str, Any],
        wanted: Iterable[str] = (),
    ) -> dict[str, Any]:
        past = history.History(events, now)
        labels = dict(self.env["support.target"]._selection_metric())
        shown = set(level["targets"].ids)
        rows = []
        for reading in self.env["support.clock"].sudo()._read(past):
            clock = reading.clock
            if clock.target not in shown or self._get_side(clock.metric) != metrics.PROVIDER:
                continue
            if (wanted and clock.metric not in wanted) or clock.deadline is None or clock.stopped is not None:
                continue
            rows.append(
                {
                    "metric": clock.metric,
                    "label": labels.get(clock.metric, clock.metric),
                    "due": ticket._support_when(clock.deadline),
                    "due_at": str(from_instant(clock.deadline)),
                    "why": ticket._support_explain(reading, past, portal=True)[2:],
                }
            )
        return {
            "title": title,
            "raised": ticket._support_when(raised),
            "raised_at": str(from_instant(raised)),
            "story": "",
            "rows": rows,
        }
