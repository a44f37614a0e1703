from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from odoo import api, models
from odoo.addons.support_sla.models.support_time import from_instant, to_instant
from odoo.addons.support_sla.tools import facts, history, spans
from odoo.fields import Domain

from ..tools import forecast

#: How many open tickets are laid, the next due first, and how many finished promises tell the usual pace. Both bound
#: the answer of a board that is read again every minute.
OPEN_LIMIT = 3000
FINISHED_LIMIT = 3000
#: Hours are known so much longer than the forecast looks ahead, to say when something late would be done.
BEYOND = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Outlooks:
    """The forecast of all open work that the reader may see. Workers are ids of users, or ``forecast.NOBODY``."""

    tickets: Any
    #: ticket id → its outlook; only work that waits for us
    found: dict[int, forecast.Outlook]
    #: ticket id → the suggested move
    moves: dict[int, forecast.Move]
    #: queue id → its members
    members: dict[int, set[int]]
    #: more tickets are open than were laid
    cut: bool


class SupportBoard(models.AbstractModel):
    """The forecast of breaches (R-7): reads, and writes nothing. How it reckons: ``tools/forecast.py``."""

    _inherit = "support.board"

    @api.model
    def _get_finishing_metrics(self) -> set[str]:
        """The promises that the end of the work keeps; every other one is kept by beginning on a ticket.

        **Hook**: an addon adds the code of its own metric.
        """
        return {"resolution", "containment", "recovery"}

    @api.model
    def _get_pace_metric(self) -> str:
        """The promise whose clocks tell how long the work on a ticket takes. **Hook**."""
        return "resolution"

    @api.model
    def _forecast(self, now: datetime, teams) -> Outlooks:
        """Lay the open work that the reader may see on the hours of whoever has it, at ``now`` (naive UTC).

        The work of an agent is all of it, whatever the board is narrowed to: he does not do less because it is
        looked at by queue.

        :param teams: queues whose members may be given work although nothing is open there
        """
        Ticket = self.env["helpdesk.ticket"]
        opened = Domain("support_provider_id", "!=", False) & Domain("closed", "=", False)
        tickets = Ticket.search_fetch(
            opened,
            [
                "number",
                "name",
                "team_id",
                "user_id",
                "support_phase",
                "support_provider_id",
                "support_priority_id",
            ],
            limit=OPEN_LIMIT + 1,
            order="support_next_due, id",
        )
        cut = len(tickets) > OPEN_LIMIT
        tickets = tickets[:OPEN_LIMIT]
        work = self._get_open_work(now, tickets)
        members = self._get_queue_members(tickets.team_id | teams)
        finished = self._get_finished(now)
        workers = {*work, *(item.worker for item in finished)}.union(*members.values()) - {forecast.NOBODY}
        calendars = self._get_calendars(workers, tickets, members)
        finished_in = self.env["helpdesk.ticket.team"].browse({item.queue for item in finished} - {0})
        # sudo: the hours of a queue, whoever asks
        queue_hours = {
            team.id: team.support_provider_id.calendar_id._sla_hours()
            for team in (tickets.team_id | teams | finished_in).sudo()
        }

        def elapsed(item: forecast.Finished, start: int, stop: int) -> int:
            opening = calendars.get(item.worker) or queue_hours.get(item.queue)
            return opening.elapsed(start, stop) if opening else stop - start

        paces = forecast.Paces(finished, elapsed)
        default = {
            ticket.id: int(ticket.support_provider_id.forecast_pace_hours * 3600)
            for ticket in tickets
            if ticket.support_provider_id
        }

        def need(worker: int, task: forecast.Task) -> int:
            return paces.get(worker, task, default[task.id]).seconds

        hours = self._get_hours_ahead(now, calendars, tickets.support_provider_id)
        found = {
            outlook.task.id: outlook
            for worker, tasks in work.items()
            for outlook in forecast.lay(worker, hours.get(worker, forecast.Hours()), tasks, need)
        }
        moves = []
        # who sees only a part of the work would send tickets to those who only seem to have nothing to do
        if self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user"):
            moves = forecast.suggest(work, hours, members, need)
        return Outlooks(tickets, found, {move.task.id: move for move in moves}, members, cut)

    # --- what is open -----------------------------------------------------------------------------

    @api.model
    def _get_open_work(self, now: datetime, tickets) -> dict[int, list[forecast.Task]]:
        """Tickets that somebody has to work on now, by who has them. What is paused, or waits for others, waits."""
        ending = self._get_finishing_metrics()
        due: dict[tuple[int, bool], list[datetime]] = defaultdict(list)
        paused: set[int] = set()
        for ticket, metric, state, deadline in self.env["support.clock"]._read_group(
            Domain("ticket_id", "in", tickets.ids)
            & Domain("side", "=", "provider")
            & Domain("state", "in", tuple(facts.LIVE)),
            ["ticket_id", "metric", "state"],
            ["deadline:min"],
        ):
            if state == facts.RUNNING:
                due[ticket.id, metric in ending] += [deadline] if deadline else []
            elif metric in ending:
                paused.add(ticket.id)
        work: dict[int, list[forecast.Task]] = defaultdict(list)
        for ticket in tickets:
            at_start = (ticket.id, True) not in due
            if at_start and (
                ticket.id in paused
                or ((ticket.id, False) not in due and history.turn_of(ticket.support_phase) != history.PROVIDER_TURN)
            ):
                continue
            moments = due.get((ticket.id, not at_start), [])
            # what is missed is no forecast any more, what is still ahead is
            moment = min((moment for moment in moments if moment > now), default=min(moments, default=None))
            horizon = now + timedelta(days=ticket.support_provider_id.forecast_days)
            work[ticket.user_id.id or forecast.NOBODY].append(
                forecast.Task(
                    id=ticket.id,
                    queue=ticket.team_id.id or 0,
                    group=ticket.support_priority_id.id or 0,
                    due=to_instant(moment) if moment else None,
                    at_start=at_start,
                    judged=bool(moment) and now < moment <= horizon,
                )
            )
        return work

    @api.model
    def _get_queue_members(self, teams) -> dict[int, set[int]]:
        # sudo: who works in a queue, also colleagues of another company
        return {team.id: set(team.sudo().user_ids.filtered("active").ids) for team in teams}

    # --- hours ------------------------------------------------------------------------------------

    @api.model
    def _get_calendars(self, workers: set[int], tickets, members: dict[int, set[int]]) -> dict[int, Any]:
        """The opening hours of each worker: his own working hours, else those of the queue that he mostly works in,
        by what is open, then by membership."""
        # sudo: everybody who plans gets the same hours, whatever he may read of a colleague
        resources_sudo = self.env["resource.resource"].sudo()
        own = {}
        for resource in resources_sudo.search_fetch(
            [("user_id", "in", list(workers)), ("resource_type", "=", "user")], ["user_id", "calendar_id"], order="id"
        ):
            opening = resource.calendar_id._sla_hours() if resource.calendar_id else None
            if opening is not None and opening.has_hours:
                own.setdefault(resource.user_id.id, opening)
        queues: dict[int, Counter] = defaultdict(Counter)
        for ticket in tickets:
            queues[ticket.user_id.id][ticket.support_provider_id.id] += 1
        Team = self.env["helpdesk.ticket.team"]
        for team_id, users in sorted(members.items()):
            provider = Team.browse(team_id).support_provider_id.id
            for user_id in users:
                if provider:
                    queues[user_id].setdefault(provider, 0)
        calendars = {}
        for worker in workers:
            if worker in own:
                calendars[worker] = own[worker]
            elif queues[worker]:
                provider = min(queues[worker], key=lambda found, worker=worker: (-queues[worker][found], found))
                calendars[worker] = self.env["support.provider"].browse(provider).calendar_id._sla_hours()
        return calendars

    @api.model
    def _get_hours_ahead(self, now: datetime, calendars: dict[int, Any], providers) -> dict[int, forecast.Hours]:
        """The hours of each worker from ``now`` on, without his own time off."""
        away: dict[int, list[spans.Span]] = defaultdict(list)
        # sudo: that a colleague is away decides when his tickets are done; why he is, is not looked at
        for leave in (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search_fetch(
                [
                    ("resource_id.user_id", "in", list(calendars)),
                    ("date_to", ">", now),
                    ("time_type", "=", "leave"),
                ],
                ["resource_id", "date_from", "date_to"],
            )
        ):
            away[leave.resource_id.user_id.id].append((to_instant(leave.date_from), to_instant(leave.date_to)))
        start = to_instant(now)
        stop = to_instant(now + timedelta(days=max(providers.mapped("forecast_days"), default=0)) + BEYOND)
        opening: dict[Any, list[spans.Span]] = {}
        hours = {}
        for worker, calendar in calendars.items():
            if calendar not in opening:
                opening[calendar] = calendar.open_spans(start, stop)
            hours[worker] = forecast.Hours(
                spans.difference(opening[calendar], away[worker]) if worker in away else opening[calendar]
            )
        return hours

    # --- pace -------------------------------------------------------------------------------------

    @api.model
    def _get_finished(self, now: datetime) -> list[forecast.Finished]:
        """The promises of resolving that were brought to their end lately: the newest, at most so many."""
        providers = self.env["support.provider"].search_fetch([], ["forecast_pace_days"])
        since = Domain.OR(
            Domain("provider_id", "=", provider.id)
            & Domain("judged", ">=", now - timedelta(days=provider.forecast_pace_days))
            for provider in providers
        )
        longest = max(providers.mapped("forecast_pace_days"), default=0)
        clocks = self.env["support.clock"].search_fetch(
            Domain("side", "=", "provider")
            & Domain("judged", ">=", now - timedelta(days=longest))
            & Domain("judged", "<=", now)
            & since
            & Domain("metric", "=", self._get_pace_metric())
            & Domain("state", "=", "done")
            & Domain("ticket_id.user_id", "!=", False),
            ["ticket_id", "start", "stopped", "counted", "priority_id"],
            order="judged desc, id desc",
            limit=FINISHED_LIMIT,
        )
        # archived ones as well: they are read by their id
        clocks.ticket_id.fetch(["user_id", "team_id"])
        return [
            forecast.Finished(
                worker=clock.ticket_id.user_id.id,
                queue=clock.ticket_id.team_id.id or 0,
                group=clock.priority_id.id or 0,
                start=to_instant(clock.start),
                stop=to_instant(clock.stopped),
                counted=clock.counted,
            )
            for clock in clocks
            if clock.start and clock.stopped
        ]

    @api.model
    def _to_moment(self, instant: int | None) -> datetime | None:
        return None if instant is None else from_instant(instant)
