from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models, tools

from ..tools import facts
from .support_check import ERROR, HINT, WARNING, Configuration
from .support_time import to_instant

#: how far ahead a rota has to be filled, and entitlements are looked at
ROTA_DAYS = 14
ENTITLEMENT_DAYS = 30


class SupportCheck(models.AbstractModel):
    """Checks of who works where and when: roles, rotas, queues, stages, calendars, entitlements, mail."""

    _inherit = "support.check"

    @api.model
    def _get_checks(self):
        return [*super()._get_checks(), "role", "rota", "queue", "stage", "calendar", "entitlement", "mail"]

    @api.model
    def _get_texts(self):
        return {
            **super()._get_texts(),
            "administrator_missing": (
                self.env._("%(provider)s has no administrator: what is amiss is told to the system's administrator."),
                self.env._("Choose on the provider who is told about empty roles and tickets that were set aside."),
            ),
            "administrator_unreachable": (
                self.env._("The administrator of %(provider)s, %(user)s, has left or has no e-mail address."),
                self.env._("Choose another administrator on the provider."),
            ),
            "role_empty": (
                self.env._("Nobody fills the role “%(record)s”, which is told by: %(chains)s."),
                self.env._("Name at least one user on the role, or a role that stands in for it."),
            ),
            "role_left": (
                self.env._("Everybody who fills the role “%(record)s” has left. It is told by: %(chains)s."),
                self.env._("Name at least one active user on the role."),
            ),
            "role_fallback": (
                self.env._("Nobody fills the role “%(record)s”; “%(fallback)s” stands in for it."),
                self.env._("Name a user on the role, if that is not how it is meant to be."),
            ),
            "role_unreachable": (
                self.env._("The role “%(record)s” is filled by somebody without an e-mail address: %(users)s."),
                self.env._("Enter the address on the user, or name somebody else."),
            ),
            "rota_gap": (
                self.env._(
                    "Nobody is on call for “%(record)s” from %(start)s to %(stop)s (%(zone)s), and in %(count)s gap(s) "
                    "in all within two weeks. The users named on the role are told instead."
                ),
                self.env._("Fill the rota on the role."),
            ),
            "rota_gap_fallback": (
                self.env._(
                    "Nobody is on call for “%(record)s” from %(start)s to %(stop)s (%(zone)s), and in %(count)s gap(s) "
                    "in all within two weeks. “%(fallback)s” stands in."
                ),
                self.env._("Fill the rota, if that is not how it is meant to be."),
            ),
            "rota_gap_empty": (
                self.env._(
                    "Nobody is on call for “%(record)s” from %(start)s to %(stop)s (%(zone)s), and in %(count)s gap(s) "
                    "in all within two weeks. Nobody else is named on the role: nobody is told."
                ),
                self.env._("Fill the rota on the role, or name a user who is told when nobody is on call."),
            ),
            "queue_missing": (
                self.env._("%(provider)s has no queue: no ticket comes to it."),
                self.env._("Choose its queues on the provider, or the provider on a team."),
            ),
            "queue_without_member": (
                self.env._("The queue “%(record)s” has no members."),
                self.env._("Add those who work on its tickets to the team."),
            ),
            "queue_without_end": (
                self.env._("Tickets of the queue “%(record)s” cannot be resolved: no stage means resolved or closed."),
                self.env._("Add such a stage for this team, or set the phase of one it has."),
            ),
            "queue_foreign_stage": (
                self.env._("Tickets of “%(record)s” would be moved to “%(stage)s”, which is no stage of this queue."),
                self.env._("Add the team to the stage, or choose another stage on the provider under Behaviour."),
            ),
            "stage_without_phase": (
                self.env._("The stage “%(record)s” has no phase: clocks do not know what it means."),
                self.env._("Choose its phase on the stage."),
            ),
            "stage_contradiction": (
                self.env._("The stage “%(record)s” is closed to the helpdesk and not to the clocks, or the reverse."),
                self.env._("Make its phase and its “closed” mark say the same."),
            ),
            "calendar_without_hours": (
                self.env._("The working hours “%(record)s” have no hour in which anybody works: nothing is ever due."),
                self.env._("Add the hours, or use other working hours for: %(users)s."),
            ),
            "calendar_holidays": (
                self.env._("“%(record)s” has no holiday at all in %(year)s."),
                self.env._("Fill in the public holidays with the button on the working hours."),
            ),
            "entitlement_expiring": (
                self.env._("%(count)s entitlement(s) of %(provider)s end within 30 days and nothing follows them."),
                self.env._("Renew them, or talk to the customers."),
            ),
            "entitlement_plan_archived": (
                self.env._("%(count)s entitlement(s) of %(provider)s in force have an archived plan."),
                self.env._("Choose a plan that is still offered, or restore it."),
            ),
            "mail_server": (
                self.env._("No mail server is set up: mail is handed to this very machine."),
                self.env._(
                    "Have an administrator add an outgoing mail server, or accept this if the machine relays mail."
                ),
            ),
        }

    # --- checks -----------------------------------------------------------------------------------

    @api.model
    def _support_check_role(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        """Whoever a chain tells must be there and reachable."""
        for provider in configuration.providers:
            administrator = provider.administrator_id
            if not administrator:
                yield self._found("administrator_missing", HINT, provider, provider)
            elif not administrator.active or not administrator.email:
                yield self._found("administrator_unreachable", WARNING, provider, provider, user=administrator)
        chains = defaultdict(configuration.chains.browse)
        for step in configuration.steps:
            chains[step.role_id] |= step.chain_id
        for role, used_by in chains.items():
            provider = role.provider_id
            people = role.user_ids | role.duty_ids.filtered(lambda duty: duty.stop > configuration.now).user_id
            if not self._is_filled(role, configuration):
                fallback, seen = role.fallback_role_id, role
                while fallback and fallback not in seen and not self._is_filled(fallback, configuration):
                    seen |= fallback
                    fallback = fallback.fallback_role_id
                if fallback and fallback not in seen:
                    yield self._found("role_fallback", HINT, role, provider, fallback=fallback)
                else:
                    code = "role_left" if role.with_context(active_test=False).user_ids else "role_empty"
                    yield self._found(code, ERROR, role, provider, chains=used_by)
            unreachable = people.filtered(lambda user: user.active and not user.email)
            if unreachable:
                yield self._found(
                    "role_unreachable",
                    WARNING,
                    role,
                    provider,
                    part="-".join(map(str, sorted(unreachable.ids))),
                    users=unreachable,
                )

    @api.model
    def _is_filled(self, role, configuration: Configuration) -> bool:
        """Whether somebody active is told; one whose people depend on the ticket counts as filled."""
        if role.source != "users" or any(user.active for user in role.user_ids):
            return True
        return any(duty.stop > configuration.now and duty.user_id.active for duty in role.duty_ids)

    @api.model
    def _support_check_rota(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        """Gaps of a rota in the next two weeks, of the hours that it has to cover. A role that says nothing and has
        no duty has no rota, and none is missed."""
        start, stop = configuration.now, configuration.now + timedelta(days=ROTA_DAYS)
        roles = configuration.steps.filtered(lambda step: step.reach == "on_call").role_id
        # what a manager said must be covered is looked at, whoever it is that tells the role
        roles |= roles.search([("provider_id", "in", configuration.providers.ids), ("rota_hours", "!=", False)])
        for role in roles:
            gaps = role._get_rota_gaps(start, stop)
            named = any(user.active for user in role.user_ids) or role.source != "users"
            if not gaps or (named and not role.duty_ids):
                continue  # without any turn, those who are named are always on call
            zone = role.provider_id.tz or "UTC"
            fallback = role.fallback_role_id
            if named:
                code = "rota_gap"
            elif fallback and self._is_filled(fallback, configuration):
                code = "rota_gap_fallback"
            else:
                code = "rota_gap_empty"
            yield self._found(
                code,
                WARNING if code == "rota_gap_empty" else HINT,
                role,
                role.provider_id,
                start=self._format_local(gaps[0][0], zone),
                stop=self._format_local(gaps[0][1], zone),
                zone=zone,
                count=len(gaps),
                **({"fallback": fallback} if code == "rota_gap_fallback" else {}),
            )

    @api.model
    def _format_local(self, moment, zone: str) -> str:
        """A moment for every reader of a finding: the same in all languages, in the provider's zone."""
        local = fields.Datetime.context_timestamp(self.with_context(tz=zone), moment)
        return local.strftime("%Y-%m-%d %H:%M")

    @api.model
    def _support_check_queue(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        teams = configuration.of("teams")
        stages = self._get_stages(configuration)
        for provider in configuration.providers:
            if not teams[provider]:
                yield self._found("queue_missing", ERROR, provider, provider)
            for team in teams[provider]:
                own = stages[team]
                if not team.user_ids:
                    yield self._found("queue_without_member", HINT, team, provider)
                if not {facts.RESOLVED, facts.CLOSED} & set(own.mapped("support_phase")):
                    yield self._found("queue_without_end", ERROR, team, provider)
                for stage in (provider.answered_stage_id | provider.escalated_stage_id) - own:
                    yield self._found("queue_foreign_stage", WARNING, team, provider, part=stage.id, stage=stage)

    @api.model
    def _get_stages(self, configuration: Configuration) -> dict:
        """Team → the stages its tickets pass through: ``_get_applicable_stages`` of all teams in one query."""
        every = configuration.teams.env["helpdesk.ticket.stage"].search(
            ["|", ("team_ids", "=", False), ("team_ids", "in", configuration.teams.ids)]
        )
        found = {}
        for team in configuration.teams:
            stages = every.filtered(
                lambda stage, team=team: (
                    (not stage.company_id or stage.company_id == team.company_id)
                    and (not stage.team_ids or team in stage.team_ids)
                )
            )
            own = stages.filtered(lambda stage, team=team: team in stage.team_ids)
            found[team] = own if team.support_own_stages and own else stages
        return found

    @api.model
    def _support_check_stage(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        """Stages of provider queues that say nothing, or two things at once."""
        owners: dict[Any, Any] = {}
        for team, stages in self._get_stages(configuration).items():
            for stage in stages:
                owners.setdefault(stage, team.support_provider_id)
        for stage, provider in owners.items():
            if not stage.support_phase:
                yield self._found("stage_without_phase", ERROR, stage, provider)
            elif stage.closed != (stage.support_phase in (facts.CLOSED, facts.CANCELLED)):
                yield self._found("stage_contradiction", WARNING, stage, provider)

    @api.model
    def _support_check_calendar(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        users: dict[Any, Any] = {}
        for provider in configuration.providers:
            users[provider.calendar_id] = users.get(provider.calendar_id, provider.browse()) | provider
        for target in configuration.targets.filtered(lambda target: target.basis == "calendar"):
            provider = target.provider_id
            users[target.calendar_id] = users.get(target.calendar_id, provider.browse()) | provider
        calendars = self.env["resource.calendar"].sudo().union(*users)
        missing = calendars._sla_missing_holiday_years(configuration.now)
        today = to_instant(configuration.now)
        for calendar, providers in users.items():
            if calendar._sla_hours().next_open(today) is None:
                yield self._found("calendar_without_hours", ERROR, calendar, providers[:1], users=providers)
            for year in missing.get(calendar.id, ()):
                yield self._found("calendar_holidays", WARNING, calendar, providers[:1], part=year, year=year)

    @api.model
    def _support_check_entitlement(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        today = fields.Date.to_date(configuration.now)
        in_force = configuration.providers.env["support.entitlement"].search(
            [
                ("provider_id", "in", configuration.providers.ids),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", today),
            ]
        )
        last: dict[tuple, Any] = {}
        for entitlement in in_force:
            key = (entitlement.provider_id.id, entitlement.commercial_partner_id.id)
            if key not in last or (last[key] and (not entitlement.date_end or entitlement.date_end > last[key])):
                last[key] = entitlement.date_end
        soon = today + relativedelta(days=ENTITLEMENT_DAYS)
        by_provider: dict[tuple, Any] = defaultdict(in_force.browse)
        for entitlement in in_force:
            end = last[entitlement.provider_id.id, entitlement.commercial_partner_id.id]
            if end and end <= soon and entitlement.date_end == end:
                by_provider[entitlement.provider_id, "entitlement_expiring"] |= entitlement
            if entitlement.plan_id and not entitlement.plan_id.active and entitlement.date_start <= today:
                by_provider[entitlement.provider_id, "entitlement_plan_archived"] |= entitlement
        for (provider, code), entitlements in by_provider.items():
            finding = self._found(code, HINT, entitlements, provider, count=len(entitlements))
            # one finding a provider, however many there are and whoever comes first
            finding["key"] = f"{code}:support.provider:{provider.id}:"
            yield finding

    @api.model
    def _support_check_mail(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        servers = self.env["ir.mail_server"].sudo().search_count([], limit=1)
        if configuration.providers and not servers and tools.config["smtp_server"] in (False, "", "localhost"):
            yield self._found("mail_server", HINT, self.env["ir.mail_server"])
