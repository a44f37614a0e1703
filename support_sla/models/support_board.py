from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytz
from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse, format_date

from ..tools import facts, history

#: How many rows “next due” has at most, and how many weeks the curve goes back.
NEXT_ROWS = 12
WEEKS = 12
#: who may be waited for, by phase
CUSTOMER_PHASES = tuple(phase for phase in facts.PHASES if history.turn_of(phase) == history.CUSTOMER_TURN)
OTHERS_PHASES = tuple(phase for phase in facts.PHASES if history.turn_of(phase) == history.THIRD_PARTY_TURN)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader of the board looks at: tickets, clocks, and the month in his zone. Moments are naive UTC."""

    now: datetime
    zone: Any
    last_month: datetime
    month: datetime
    next_month: datetime
    weeks: datetime
    provider_id: int | bool
    team_id: int | bool
    #: measured tickets that are looked at, open or not
    tickets: Domain
    #: the provider's promises on them
    promises: Domain


class SupportBoard(models.AbstractModel):
    """Figures for who runs the desk (E-8): read as they are stored, with the access of the reader.

    Every figure comes with the domain that it counts, so that opening it shows exactly those records.
    The number of queries depends neither on tickets nor on teams.
    """

    _name = "support.board"
    _description = "Support Board"

    @api.model
    def get_board(self, provider_id: int | bool = False, team_id: int | bool = False) -> dict[str, Any]:
        """All that the board shows, at this moment, for the current user.

        :param provider_id: only this provider's tickets
        :param team_id: only this team's tickets
        :return: see docs/board.md for the shape; moments are UTC, ``YYYY-MM-DD HH:MM:SS``
        :raise AccessError: for whoever may not read clocks (portal and public users, users outside the helpdesk)
        """
        self.env["support.clock"].check_access("read")
        self.env["helpdesk.ticket"].check_access("read")
        scope = self._get_scope(provider_id, team_id)
        return self._prepare_board(scope)

    @api.model
    def _get_scope(self, provider_id: int | bool, team_id: int | bool) -> Scope:
        now = self.env["support.event"]._now()
        zone = self.env.tz
        # dates are those of the reader: a month begins at his midnight
        today = pytz.utc.localize(now).astimezone(zone).date()
        first = today.replace(day=1)
        monday = today - timedelta(days=self._get_weekday(today))

        def midnight(day) -> datetime:
            local = zone.localize(datetime(day.year, day.month, day.day))
            return local.astimezone(pytz.utc).replace(tzinfo=None)

        provider_id = self._read_id(provider_id)
        team_id = self._read_id(team_id)
        tickets = Domain("support_provider_id", "=", provider_id) if provider_id else Domain.TRUE
        promises = Domain("provider_id", "=", provider_id) if provider_id else Domain.TRUE
        if team_id:
            tickets &= Domain("team_id", "=", team_id)
            promises &= Domain("ticket_id.team_id", "=", team_id)
        return Scope(
            now=now,
            zone=zone,
            last_month=midnight(first - relativedelta(months=1)),
            month=midnight(first),
            next_month=midnight(first + relativedelta(months=1)),
            weeks=midnight(monday - timedelta(weeks=WEEKS - 1)),
            provider_id=provider_id,
            team_id=team_id,
            tickets=Domain("support_provider_id", "!=", False) & tickets,
            promises=Domain("side", "=", "provider") & promises,
        )

    @api.model
    def _read_id(self, value: Any) -> int | bool:
        """An id as callers from outside write it: a number, also as text; nothing at all for everything."""
        if not value:
            return False
        if isinstance(value, str) and value.strip().isdecimal():
            value = int(value)
        # as the column holds it
        if isinstance(value, int) and value is not True and 0 <= value < 2**31:
            return value or False
        raise UserError(
            self.env._("“%s” is not the id of a record: give a number, or nothing for all.", str(value)[:80])
        )

    @api.model
    def _get_weekday(self, day) -> int:
        """How many days of its week lie before ``day`` in the reader's locale, as ``_read_group`` counts weeks."""
        first = babel_locale_parse(self.env.lang or "en_US").first_week_day
        return (day.weekday() - first) % 7

    @api.model
    def _prepare_board(self, scope: Scope) -> dict[str, Any]:
        """The board's data. **Hook**: an addon adds its own key here and a card that shows it in the registry
        ``support_board_cards`` of the web client (support_sla/readme/DEVELOP.md)."""
        teams = self._get_teams()
        providers = self.env["support.provider"].search_fetch([], ["name", "tz"])
        kept = self._count_promises(scope)
        return {
            "now": fields.Datetime.to_string(scope.now),
            "period": self._describe_period(scope),
            "filters": {
                "provider_id": scope.provider_id,
                "team_id": scope.team_id,
                "providers": [{"id": provider.id, "name": provider.name} for provider in providers],
                "teams": [
                    {"id": team.id, "name": team.display_name, "provider_id": team.support_provider_id.id}
                    for team in teams
                ],
            },
            "empty": self._explain_emptiness(scope, providers, teams),
            **self._describe_state(scope, teams, kept),
            "kept": self._describe_kept(scope, kept),
            "providers": self._describe_providers(scope, kept),
            "next": self._describe_next(scope),
            "time": self._describe_time(scope),
        }

    # --- what is looked at ------------------------------------------------------------------------

    @api.model
    def _get_teams(self):
        """The queues of providers that the reader has to do with: all, or those he is a member of."""
        domain = Domain("support_provider_id", "!=", False)
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user"):
            domain &= Domain("user_ids", "in", self.env.uid)
        return self.env["helpdesk.ticket.team"].search_fetch(
            domain, ["complete_name", "name", "parent_id", "support_provider_id"]
        )

    @api.model
    def _describe_period(self, scope: Scope) -> dict[str, str]:
        def name(moment: datetime) -> str:
            local = pytz.utc.localize(moment).astimezone(scope.zone)
            return format_date(self.env, local.date(), date_format="LLLL y")

        return {
            "name": name(scope.month),
            "previous": name(scope.last_month),
            "zone": str(scope.zone),
            "start": fields.Datetime.to_string(scope.month),
            "stop": fields.Datetime.to_string(scope.next_month),
        }

    @api.model
    def _explain_emptiness(self, scope: Scope, providers, teams) -> dict[str, Any] | bool:
        """Why there is nothing to see yet and what to do first; False when there is something."""
        manager = self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager")
        ask = self.env._("Ask a helpdesk manager to set it up.")
        if scope.provider_id or scope.team_id:
            return False
        if not providers:
            return {
                "code": "provider",
                "title": self.env._("No support provider yet"),
                "text": self.env._(
                    "A provider is whoever promises the support. Once there is one, the tickets of its queues are "
                    "measured and appear here."
                )
                if manager
                else ask,
                "button": self.env._("Add a Provider") if manager else False,
                "action": "support_sla.support_provider_action",
            }
        if not teams and not manager and not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user"):
            return {
                "code": "membership",
                "title": self.env._("You are in no queue of a support provider"),
                "text": self.env._("Ask a helpdesk manager to add you to the members of a team."),
                "button": False,
                "action": False,
            }
        if not teams:
            return {
                "code": "team",
                "title": self.env._("No queue yet"),
                "text": self.env._(
                    "Tickets are measured when their team belongs to a provider. Choose the provider on a team."
                )
                if manager
                else ask,
                "button": self.env._("Choose a Team") if manager else False,
                "action": "helpdesk_mgmt.helpdesk_ticket_team_action",
            }
        if not self.env["helpdesk.ticket"].with_context(active_test=False).search_count(list(scope.tickets), limit=1):
            return {
                "code": "ticket",
                "title": self.env._("No ticket yet"),
                "text": self.env._(
                    "As soon as a ticket comes into one of the queues, by e-mail, from the portal or by hand, "
                    "what is promised on it appears here."
                ),
                "button": self.env._("See the Tickets"),
                "action": "support_sla.support_ticket_action",
            }
        return False

    # --- open tickets -----------------------------------------------------------------------------

    @api.model
    def _get_ticket_domains(self, scope: Scope) -> dict[str, Domain]:
        """The sets of open tickets that are counted; the same conditions as the filters of the ticket list."""
        running = Domain("support_sla_state", "=", "running")
        opened = scope.tickets & Domain("closed", "=", False)
        return {
            "open": opened,
            "risk": opened
            & running
            & Domain("support_risk_at", "<=", scope.now)
            & Domain("support_next_due", ">=", scope.now),
            "breached": opened
            & (Domain("support_sla_state", "=", "breached") | (running & Domain("support_next_due", "<", scope.now))),
            "soon": opened
            & Domain("support_next_due", ">=", scope.now)
            & Domain("support_next_due", "<=", scope.now + timedelta(hours=1)),
            "customer": opened & Domain("support_phase", "in", CUSTOMER_PHASES),
            "others": opened & Domain("support_phase", "in", OTHERS_PHASES),
        }

    @api.model
    def _describe_state(self, scope: Scope, teams, kept) -> dict[str, Any]:
        """The cards about open tickets, and the table of teams."""
        Ticket = self.env["helpdesk.ticket"]
        domains = self._get_ticket_domains(scope)
        counts: dict[str, dict[int, int]] = {name: defaultdict(int) for name in domains}
        seen = Ticket.browse().team_id
        for team, phase, count in Ticket._read_group(domains["open"], ["team_id", "support_phase"], ["__count"]):
            seen |= team
            counts["open"][team.id] += count
            if phase in CUSTOMER_PHASES:
                counts["customer"][team.id] += count
            elif phase in OTHERS_PHASES:
                counts["others"][team.id] += count
        for name in ("risk", "soon"):
            for team, count in Ticket._read_group(domains[name], ["team_id"], ["__count"]):
                counts[name][team.id] = count
        oldest = None
        for team, count, due in Ticket._read_group(
            domains["breached"], ["team_id"], ["__count", "support_next_due:min"]
        ):
            counts["breached"][team.id] = count
            if due and due < scope.now:
                oldest = min(due, oldest or due)
        # a ticket's next due moment may be ahead although another promise is broken
        late = scope.promises & Domain("state", "in", tuple(facts.LIVE)) & Domain("breached", "!=", False)
        ((first,),) = self.env["support.clock"]._read_group(
            late & Domain("ticket_id", "any", domains["breached"]), [], ["breached:min"]
        )
        oldest = min((moment for moment in (first, oldest) if moment), default=None)
        names = {
            "open": self.env._("Open"),
            "risk": self.env._("At Risk"),
            "breached": self.env._("Breached and Open"),
            "soon": self.env._("Due Within the Hour"),
            "customer": self.env._("Waiting for the Customer"),
            "others": self.env._("Waiting for Others"),
        }

        def ticket_door(name: str, team=None) -> dict[str, Any]:
            domain, title, count = domains[name], names[name], sum(counts[name].values())
            if team is not None:
                domain &= Domain("team_id", "=", team.id)
                title = f"{names[name]}: {team.display_name}"
                count = counts[name][team.id]
            return self._make_door("helpdesk.ticket", title, domain, count)

        shown = (teams | seen).sorted()
        if scope.team_id:
            shown = shown.filtered(lambda team: team.id == scope.team_id)
        if scope.provider_id:
            shown = shown.filtered(lambda team: team.support_provider_id.id == scope.provider_id)
        rows = [
            {
                "id": team.id,
                "name": team.display_name,
                "provider": team.support_provider_id.name or "",
                **{name: ticket_door(name, team) for name in ("open", "risk", "breached")},
                "kept": self._compare(
                    scope,
                    team.display_name,
                    kept["team"],
                    team.id,
                    Domain("ticket_id.team_id", "=", team.id),
                ),
            }
            for team in shown
        ]
        return {
            "cards": {
                **{name: ticket_door(name) for name in ("open", "breached", "soon", "risk", "customer", "others")},
                "oldest": fields.Datetime.to_string(oldest) if oldest else False,
            },
            "teams": rows,
        }

    @api.model
    def _make_door(self, model: str, name: str, domain: Domain, count: int) -> dict[str, Any]:
        """A figure that opens the records it counts."""
        return {"count": count, "name": name, "model": model, "domain": self._to_wire(domain)}

    @api.model
    def _to_wire(self, domain: Domain) -> list:
        """A domain as the client takes it: moments as text, sets as lists."""

        def plain(value: Any) -> Any:
            if isinstance(value, datetime):
                return fields.Datetime.to_string(value)
            return value if isinstance(value, (str, int, float, bool)) else list(value)

        return [item if isinstance(item, str) else [item[0], item[1], plain(item[2])] for item in domain]

    # --- promises kept ----------------------------------------------------------------------------

    @api.model
    def _get_judged(self, scope: Scope, start: datetime, stop: datetime) -> Domain:
        """The promises judged in ``[start, stop)``; what counts of them is ``support.clock``'s to say."""
        return scope.promises & Domain("judged", ">=", start) & Domain("judged", "<", stop)

    @api.model
    def _count_promises(self, scope: Scope) -> dict[str, dict]:
        """Kept and late promises of this and the last month and of the last weeks.

        :return: ``team``, ``provider`` and ``all``: ``(id, "now" | "before") → Counter`` of ``kept``, ``late`` and
            ``late_excused``; ``week``: first day → the same
        """
        Clock = self.env["support.clock"].with_context(tz=str(scope.zone))
        found: dict[str, dict] = {name: defaultdict(Counter) for name in ("team", "provider", "all", "week")}

        def figures(row: dict[str, Any]) -> Counter:
            return Counter({name: row[name] for name in ("kept", "late", "late_excused")})

        for period, start, stop in (
            ("now", scope.month, scope.next_month),
            ("before", scope.last_month, scope.month),
        ):
            judged = self._get_judged(scope, start, stop)
            for row in Clock._get_achievement(judged, ["provider_id", "ticket_id.team_id"]):
                provider, team = row["group"]
                for name, key in (("team", team.id), ("provider", provider), ("all", False)):
                    found[name][key, period].update(figures(row))
        judged = self._get_judged(scope, scope.weeks, scope.next_month)
        for row in Clock._get_achievement(judged, ["judged:week"]):
            found["week"][fields.Date.to_date(row["group"][0])].update(figures(row))
        return found

    @staticmethod
    def _get_percent(figures: Counter) -> float | None:
        """Kept of kept and late, 0 to 100 with one decimal; None when nothing counts."""
        counting = figures["kept"] + figures["late"]
        return round(100 * figures["kept"] / counting, 1) if counting else None

    @api.model
    def _compare(self, scope: Scope, name: str, figures: dict, key: Any, domain: Domain) -> dict[str, Any]:
        """Share of promises kept this month beside last month's, as a door to the clocks that were judged.

        ``percent``, ``previous`` (0 to 100, one decimal) and ``trend`` (points) are None where nothing was judged.

        :param figures: one of :meth:`_count_promises`
        :param domain: which promises these are
        """
        now, before = (figures.get((key, period)) or Counter() for period in ("now", "before"))
        percent, previous = self._get_percent(now), self._get_percent(before)
        judged = self._get_judged(scope, scope.month, scope.next_month) & domain
        counting = judged & self.env["support.clock"]._get_achievement_domain()
        titles = {
            "kept": self.env._("Promises Judged This Month"),
            "late": self.env._("Promises Missed This Month"),
            "late_excused": self.env._("Promises Missed This Month, Excluded by Agreement"),
        }

        def door(outcome: str, outcomes: Domain, count: int) -> dict[str, Any]:
            title = f"{titles[outcome]}: {name}" if name else titles[outcome]
            return self._make_door("support.clock", title, outcomes, count)

        return {
            **door("kept", counting, now["kept"] + now["late"]),
            "kept": now["kept"],
            "late": door("late", judged & Domain("outcome", "=", "late"), now["late"]),
            "excused": door("late_excused", judged & Domain("outcome", "=", "late_excused"), now["late_excused"]),
            "percent": percent,
            "previous": previous,
            "trend": round(percent - previous, 1) if percent is not None and previous is not None else None,
        }

    @api.model
    def _describe_kept(self, scope: Scope, kept) -> dict[str, Any]:
        first = pytz.utc.localize(scope.weeks).astimezone(scope.zone).date()
        weeks = []
        for number in range(WEEKS):
            day = first + timedelta(weeks=number)
            figures = kept["week"].get(day) or Counter()
            weeks.append(
                {
                    "label": format_date(self.env, day, date_format="d MMM"),
                    "kept": figures["kept"],
                    "late": figures["late"],
                    "percent": self._get_percent(figures),
                }
            )
        return {**self._compare(scope, "", kept["all"], False, Domain.TRUE), "weeks": weeks}

    @api.model
    def _describe_providers(self, scope: Scope, kept) -> list[dict[str, Any]]:
        providers = self.env["support.provider"].union(*(provider for provider, _period in kept["provider"]))
        return [
            {
                "id": provider.id,
                "name": provider.name,
                "kept": self._compare(
                    scope,
                    provider.name,
                    kept["provider"],
                    provider,
                    Domain("provider_id", "=", provider.id),
                ),
            }
            for provider in providers.sorted()
        ]

    # --- next due ---------------------------------------------------------------------------------

    @api.model
    def _describe_next(self, scope: Scope) -> list[dict[str, Any]]:
        """The tickets with the least time left, late ones first."""
        tickets = self.env["helpdesk.ticket"].search_fetch(
            scope.tickets & Domain("closed", "=", False) & Domain("support_next_due", "!=", False),
            [
                "number",
                "name",
                "team_id",
                "user_id",
                "support_next_due",
                "support_next_metric",
                "support_risk_at",
                "support_sla_state",
                "support_provider_id",
                "support_priority_id",
            ],
            limit=NEXT_ROWS,
            order="support_next_due, id",
        )
        labels = dict(self.env["support.target"]._selection_metric())
        return [
            {
                "id": ticket.id,
                "number": ticket.number,
                "name": ticket.name,
                "due": fields.Datetime.to_string(ticket.support_next_due),
                "risk": fields.Datetime.to_string(ticket.support_risk_at) if ticket.support_risk_at else False,
                "metric": labels.get(ticket.support_next_metric, ""),
                "provider": ticket.support_provider_id.name,
                "priority": ticket.support_priority_id.code or "",
                "team": ticket.team_id.display_name or "",
                # sudo: the name of a colleague of another company
                "user": ticket.user_id.sudo().name or "",
            }
            for ticket in tickets
        ]

    # --- where time goes --------------------------------------------------------------------------

    @api.model
    def _describe_time(self, scope: Scope) -> dict[str, Any]:
        """Whose turn it was in the life of the tickets closed this month, in seconds of ordinary time.

        The turns are those of the bar on a ticket (``tools.history.turns``): the phases it was in, from one fact
        to the next. One statement, whatever the number of tickets; no working time is reckoned.
        """
        domain = (
            scope.tickets
            & Domain("support_phase", "=", facts.CLOSED)
            & Domain("closed_date", ">=", scope.month)
            & Domain("closed_date", "<", scope.next_month)
        )
        query = self.env["helpdesk.ticket"].with_context(active_test=False)._search(domain)
        seconds = dict.fromkeys((history.PROVIDER_TURN, history.CUSTOMER_TURN, history.THIRD_PARTY_TURN), 0)
        count = 0
        if not query.is_empty():
            self.env["support.event"].flush_model()
            self.env.cr.execute(
                SQL(
                    """SELECT phase, COALESCE(SUM(EXTRACT(EPOCH FROM stop - moment)), 0)::bigint
                       FROM (SELECT CASE kind WHEN 'phase' THEN COALESCE(data->>'phase', 'new')
                                              WHEN 'raised' THEN 'new' ELSE 'closed' END AS phase,
                                    moment,
                                    LEAD(moment) OVER (
                                        PARTITION BY ticket_id
                                        ORDER BY moment,
                                                 CASE kind WHEN 'raised' THEN 0 WHEN 'phase' THEN 30 ELSE 40 END, id
                                    ) AS stop
                             FROM support_event
                             WHERE kind IN ('raised', 'phase', 'merged') AND ticket_id IN %s) AS stretch
                       WHERE stop IS NOT NULL GROUP BY phase""",
                    query.subselect(),
                )
            )
            for phase, length in self.env.cr.fetchall():
                if (turn := history.turn_of(phase)) in seconds:
                    seconds[turn] += length
            count = self.env["helpdesk.ticket"].with_context(active_test=False).search_count(domain)
        return {
            **self._make_door("helpdesk.ticket", self.env._("Closed This Month"), domain, count),
            "seconds": seconds,
        }
