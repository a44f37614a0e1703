from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytz
from odoo import api, fields, models
from odoo.addons.support_sla.models.support_time import from_instant, to_instant
from odoo.addons.support_sla.tools import facts, history, metrics
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..tools import figures

#: in this order promises are told of
METRIC_ORDER = (
    "acknowledged",
    "first_response",
    "next_reply",
    "status_update",
    "containment",
    "resolution",
    "recovery",
)
#: what a provider's own section may have in a cell
CELLS = (str, int, float, bool, datetime, type(None))


@dataclass(frozen=True, slots=True)
class Period:
    """What a report is about. Moments are naive UTC, half open; ``zone`` is the customer's, months are its months."""

    provider: Any
    customer: Any
    start: datetime
    stop: datetime
    zone: str
    lang: str

    @property
    def first(self) -> date:
        """The first day, in the customer's zone."""
        return self.local(self.start).date()

    @property
    def last(self) -> date:
        """The last day that has begun, in the customer's zone."""
        return self.local(self.stop - timedelta(seconds=1)).date()

    def local(self, moment: datetime) -> datetime:
        """``moment`` (naive UTC) as the customer's clocks show it, naive."""
        return pytz.utc.localize(moment).astimezone(pytz.timezone(self.zone)).replace(tzinfo=None)


def midnight(day: date, zone: str) -> datetime:
    """When ``day`` begins in ``zone``, naive UTC."""
    local = pytz.timezone(zone).localize(datetime(day.year, day.month, day.day))
    return local.astimezone(pytz.utc).replace(tzinfo=None)


class SupportReportFigures(models.AbstractModel):
    """The figures of a report: read once, in the customer's language, as plain data that can be frozen (R-1).

    Reads what the engine has recorded and writes nothing. The number of queries does not grow with the tickets (R-11).
    Shape of the answer: readme/DEVELOP.md.
    """

    _name = "support.report.figures"
    _description = "Figures of a Support Report"

    @api.model
    def _make(self, period: Period) -> dict[str, Any]:
        """All that a report of ``period`` tells, frozen: text, numbers, moments as UTC text, ids of tickets.

        In superuser mode: a report is about all tickets of a customer, whoever makes it.
        """
        maker = self.sudo().with_context(lang=period.lang, tz=period.zone, active_test=False)
        return maker._collect(period)

    @api.model
    def _collect(self, period: Period) -> dict[str, Any]:
        provider = period.provider.with_env(self.env)
        clocks = self._find_clocks(period)
        tickets = self._find_tickets(period, clocks)
        events = self.env["support.event"]._read_facts(tickets.ids)
        start, stop = to_instant(period.start), to_instant(period.stop)
        told = {ticket_id: history.in_order(rows, stop - 1) for ticket_id, rows in events.items()}
        movement = figures.move(self._read_lives(told), start, stop)
        touched = self._get_touched(tickets, movement, clocks, told, start)
        doors: dict[str, list[int]] = {
            name: list(getattr(movement, name))
            for name in ("open_before", "raised", "reopened", "resolved", "cancelled", "open_after")
        }
        raised = {row_id: moments[0] for row_id, moments in self._read_moments(told).items() if moments}
        answer: dict[str, Any] = {
            "provider": provider.name,
            "customer": period.customer.display_name,
            "month": format_date(self.env, period.first, date_format="LLLL y"),
            "start": fields.Datetime.to_string(period.start),
            "stop": fields.Datetime.to_string(period.stop),
            "zone": period.zone,
            "counts": {name: len(ids) for name, ids in doors.items()},
            "calls": self._count_calls(told, start),
            "days": self._tell_days(period, movement, raised),
            "promises": self._tell_promises(period, clocks, doors),
            "breaches": self._tell_breaches(period, clocks, events),
            "escalations": self._tell_escalations(period, touched, doors),
            "turns": self._tell_turns(told, start, stop),
            "problems": self._tell_problems(period, touched, doors),
            "outages": self._tell_outages(period, tickets, doors),
            "hours": self._tell_hours(period, doors),
            "feedback": self._tell_feedback(period, tickets, doors),
            "sections": self._tell_sections(provider, period, touched, doors),
            "doors": doors,
        }
        answer["total"] = self._sum_up(answer["promises"])
        answer["updates"] = self._sum_up(row for row in answer["promises"] if row["metric"] == "status_update")
        answer["tickets"] = self._tell_tickets(touched, raised, movement, clocks, told)
        answer["entitled"] = bool(answer["hours"])
        answer["empty"] = not answer["tickets"]
        return answer

    # --- what it is about -----------------------------------------------------------------------------

    @api.model
    def _find_clocks(self, period: Period):
        """The provider's promises to the customer that were settled in the period, by the engine's one definition of
        achievement, with those that were excluded by agreement; what customers never see is left out (E-1.10)."""
        Clock = self.env["support.clock"]
        counted = Clock._get_achievement_domain() | (
            Domain("side", "=", "provider") & Domain("outcome", "=", "late_excused")
        )
        found = Clock.search_fetch(
            counted
            & Domain("provider_id", "=", period.provider.id)
            & Domain("judged", ">=", period.start)
            & Domain("judged", "<", period.stop)
            & Domain("ticket_id.commercial_partner_id", "=", period.customer.id),
            ["ticket_id", "target_id", "grade", "round", "metric", "priority_id", "outcome", "regrade_breach", "budget"]
            + ["deadline", "stopped", "state", "overrun"],
            order="judged, id",
        )
        shown = {target.id for target in found.target_id if self.env["support.target"]._get_agenda(target.id)["portal"]}
        return found.filtered(lambda clock: clock.target_id.id in shown)

    @api.model
    def _find_tickets(self, period: Period, clocks):
        """Tickets of the customer with this provider that were open in the period or have something settled in it."""
        ended = list(facts.ENDED)
        self.env["helpdesk.ticket"].flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT ticket.id FROM helpdesk_ticket AS ticket
                   WHERE ticket.commercial_partner_id = %(customer)s
                     AND ticket.support_provider_id = %(provider)s
                     AND ticket.support_raised < %(stop)s
                     AND ticket.support_merged_into_id IS NULL
                     AND ticket.support_is_problem IS NOT TRUE
                     AND (ticket.id = ANY(%(known)s)
                          OR COALESCE(ticket.support_phase, 'new') <> ALL(%(ended)s)
                          OR EXISTS (SELECT FROM support_event AS fact
                                     WHERE fact.ticket_id = ticket.id AND fact.kind = 'phase'
                                       AND fact.moment >= %(start)s))
                   ORDER BY ticket.support_raised, ticket.id""",
                customer=period.customer.id,
                provider=period.provider.id,
                start=period.start,
                stop=period.stop,
                ended=ended,
                known=clocks.ticket_id.ids or [0],
            )
        )
        return self.env["helpdesk.ticket"].browse(row[0] for row in self.env.cr.fetchall())

    @api.model
    def _read_moments(self, told: dict[int, list[facts.Event]]) -> dict[int, list[int]]:
        return {
            ticket_id: [event.moment for event in events if event.kind == facts.RAISED][:1]
            for ticket_id, events in told.items()
        }

    @api.model
    def _read_lives(self, told: dict[int, list[facts.Event]]) -> list[figures.Life]:
        lives = []
        for ticket_id, events in told.items():
            steps = list(history.told(events))
            if not steps:
                continue
            changes = tuple((step.moment, step.after) for step in steps if step.before != step.after)
            # an outage may have begun before anybody told of it
            raised = next((step for step in steps if step.kind == facts.RAISED), steps[0]).moment
            lives.append(figures.Life(ticket_id, raised, changes))
        return lives

    @api.model
    def _get_touched(self, tickets, movement: figures.Movement, clocks, told, start: int):
        """The call history: what was open, raised or ended in the period, or had something settled in it."""
        ids = {*movement.raised, *movement.open_after, *movement.ends, *clocks.ticket_id.ids}
        ids |= {
            ticket_id
            for ticket_id, events in told.items()
            if any(event.moment >= start and event.kind in (facts.CALL, facts.MESSAGE_IN) for event in events)
        }
        return tickets.filtered(lambda ticket: ticket.id in ids)

    # --- sections -------------------------------------------------------------------------------------

    @api.model
    def _count_calls(self, told: dict[int, list[facts.Event]], start: int) -> int:
        return sum(event.kind == facts.CALL and event.moment >= start for rows in told.values() for event in rows)

    @api.model
    def _tell_days(self, period: Period, movement: figures.Movement, raised: dict[int, int]) -> list[dict[str, Any]]:
        days = [period.first + timedelta(days=number) for number in range((period.last - period.first).days + 1)]
        bounds = [to_instant(midnight(day, period.zone)) for day in [*days, period.last + timedelta(days=1)]]
        came = figures.by_day((raised[row_id] for row_id in movement.raised if row_id in raised), bounds)
        done = figures.by_day((movement.ends[row_id] for row_id in movement.resolved), bounds)
        return [
            {"day": day.isoformat(), "raised": came[index], "resolved": done[index]} for index, day in enumerate(days)
        ]

    @api.model
    def _get_priority_label(self, priority) -> str:
        if not priority:
            return ""
        return priority.name if priority.code in (priority.name or "") else f"{priority.code} {priority.name}"

    @api.model
    def _tell_promises(self, period: Period, clocks, doors: dict[str, list[int]]) -> list[dict[str, Any]]:
        """Each target promised against kept: what came due, and what is promised by the rules in force and did not."""
        labels = dict(self.env["support.target"]._selection_metric())
        rows: dict[tuple[str, int, str], dict[str, Any]] = {}
        counted: dict[tuple[str, int, str], figures.Promise] = {}

        def row_of(target, priority, budget: int | None = None) -> tuple[str, int, str]:
            agreed = facts.Duration(budget) if budget and target.unit == "contract" else None
            said = target._get_promise_text(agreed)
            key = (target.metric, priority.id, said)
            if key not in rows:
                rows[key] = {
                    "metric": target.metric,
                    "label": labels.get(target.metric, target.metric),
                    "priority": self._get_priority_label(priority),
                    "sequence": priority.sequence if priority else 1000,
                    "promised": said,
                }
                counted[key] = figures.Promise()
            return key

        for clock in clocks:
            key = row_of(clock.target_id, clock.priority_id, clock.budget)
            counted[key].add(clock.outcome, clock.ticket_id.id, clock.regrade_breach)
        for target in self._find_promised(period):
            row_of(target, target.policy_id.priority_id)
        order = {metric: index for index, metric in enumerate(METRIC_ORDER)}
        answer = []
        ranked = sorted(
            rows.items(),
            key=lambda item: (item[1].pop("sequence"), item[0][1] or 0, order.get(item[0][0], 99), item[0][2]),
        )
        for number, (key, row) in enumerate(ranked):
            promise = counted[key]
            for name in ("kept", "late", "excused"):
                doors[f"promise-{number}-{name}"] = list(dict.fromkeys(getattr(promise, name)))
            answer.append(
                {
                    **row,
                    "key": f"promise-{number}",
                    "kept": len(promise.kept),
                    "late": len(promise.late),
                    "excused": len(promise.excused),
                    "regrade": promise.regrade,
                    "percent": figures.say_percent(promise.percent),
                }
            )
        return answer

    @api.model
    def _find_promised(self, period: Period):
        """Targets of the policies in force that may concern this customer: of its plan and entitlement, or of all."""
        entitlements = self._find_entitlements(period)
        Version = self.env["support.policy.version"]
        chosen = Version.browse()
        for _policy, version_id, conditions in self.env["support.policy"]._get_rules(period.provider.id):
            wanted = dict(conditions)
            if wanted.get("entitlement_id") and wanted["entitlement_id"] not in entitlements.ids:
                continue
            if wanted.get("plan_id") and wanted["plan_id"] not in entitlements.plan_id.ids:
                continue
            chosen |= Version.browse(version_id)
        agendas = self.env["support.target"]._get_agenda
        return chosen.target_ids.filtered(
            lambda target: agendas(target.id)["portal"] and agendas(target.id)["side"] == metrics.PROVIDER
        )

    @api.model
    def _find_entitlements(self, period: Period):
        """What the customer had bought from the provider on some day of the period."""
        return self.env["support.entitlement"].search(
            Domain("provider_id", "=", period.provider.id)
            & Domain("commercial_partner_id", "=", period.customer.id)
            & Domain("is_void", "=", False)
            & Domain("active", "=", True)
            & Domain("date_start", "<=", period.last)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", period.first)),
            order="date_start, id",
        )

    @api.model
    def _sum_up(self, rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
        rows = list(rows)
        total = {name: sum(row[name] for row in rows) for name in ("kept", "late", "excused", "regrade")}
        return {**total, "percent": figures.say_percent(figures.percent(total["kept"], total["late"]))}

    @api.model
    def _tell_breaches(self, period: Period, clocks, events: dict[int, list[facts.Event]]) -> list[dict[str, Any]]:
        """What was late and why, in the engine's own words for the customer (E-4)."""
        late = clocks.filtered(lambda clock: clock.outcome != "kept")
        labels = dict(self.env["support.target"]._selection_metric())
        Clock = self.env["support.clock"]
        now = to_instant(self.env["support.event"]._now())
        readings: dict[int, tuple[history.History, dict]] = {}
        # once for all: the sentences read them one by one
        late.ticket_id.mapped("name")
        late.target_id.mapped("unit")
        answer = []
        for clock in late:
            ticket = clock.ticket_id
            if ticket.id not in readings:
                known = events.get(ticket.id) or []
                past = history.History(known, max([now, *(event.moment for event in known)]))
                readings[ticket.id] = past, {Clock._get_key(reading): reading for reading in Clock._read(past)}
            past, by_key = readings[ticket.id]
            reading = by_key.get((clock.target_id.id, clock.grade, clock.round))
            answer.append(
                {
                    "ticket": ticket.id,
                    "number": ticket.number,
                    "name": ticket.name,
                    "label": labels.get(clock.metric, clock.metric),
                    "priority": self._get_priority_label(clock.priority_id),
                    "due": fields.Datetime.to_string(clock.deadline) or "",
                    "stopped": fields.Datetime.to_string(clock.stopped) or "",
                    "fulfilled": clock.state == facts.DONE,
                    "overrun": reading.clock.overrun or 0 if reading else clock.overrun,
                    "excused": clock.outcome == "late_excused",
                    "regrade": clock.regrade_breach,
                    "causes": ticket._support_explain(reading, past, portal=True) if reading else [],
                }
            )
        return answer

    @api.model
    def _tell_escalations(self, period: Period, tickets, doors: dict[str, list[int]]) -> list[dict[str, Any]]:
        """Steps that were taken, by role and never by name; what warns colleagues ahead of time is none."""
        rows = self.env["support.escalation"].search_fetch(
            [
                ("ticket_id", "in", tickets.ids),
                ("fired", ">=", period.start),
                ("fired", "<", period.stop),
                ("state", "!=", "withdrawn"),
            ],
            ["ticket_id", "step_id", "role_id", "fired", "manual", "user_id", "reason", "acknowledged"],
            order="fired, id",
        )
        rows = rows.filtered(lambda row: row.role_id.source != "customer" and (row.manual or row.step_id.delay >= 0))
        doors["escalated"] = rows.ticket_id.ids
        return [
            {
                "ticket": row.ticket_id.id,
                "number": row.ticket_id.number,
                "name": row.ticket_id.name,
                "at": fields.Datetime.to_string(row.fired),
                "role": row.role_id.name or "",
                # why a colleague did is the business of the house
                "by": "customer" if row.user_id.share else "staff" if row.manual else "desk",
                "reason": (row.reason or "") if row.manual and row.user_id.share else "",
                "acknowledged": fields.Datetime.to_string(row.acknowledged) or "",
            }
            for row in rows
        ]

    @api.model
    def _tell_turns(self, told: dict[int, list[facts.Event]], start: int, stop: int) -> dict[str, int]:
        """Seconds, around the clock, for which open requests waited for each side, all tickets together.

        What is resolved and not yet accepted is nobody's delay and counts for nobody.
        """
        seconds = dict.fromkeys((history.PROVIDER_TURN, history.CUSTOMER_TURN, history.THIRD_PARTY_TURN), 0)
        for events in told.values():
            steps = [step for step in history.told(events) if step.kind == facts.RAISED or step.before != step.after]
            ends = [*(step.moment for step in steps[1:]), None]
            turns = (
                (step.moment, end, history.turn_of(step.after))
                for step, end in zip(steps, ends, strict=True)
                if step.after not in facts.ENDED
            )
            for side, length in figures.time_by_side(turns, start, stop).items():
                if side in seconds:
                    seconds[side] += length
        return seconds

    @api.model
    def _tell_problems(self, period: Period, tickets, doors: dict[str, list[int]]) -> list[dict[str, Any]]:
        """Tickets with a problem behind them or a workaround; of the problem only what its incident may know."""
        rows = tickets.filtered(
            lambda ticket: (
                ticket.support_problem_id
                or (ticket.support_workaround_at and ticket.support_workaround_at < period.stop)
            )
        )
        doors["problems"] = rows.ids
        return [
            {
                "ticket": ticket.id,
                "number": ticket.number,
                "name": ticket.name,
                "problem": ticket.support_problem_id.number or "",
                "solved": ticket.support_problem_id.support_phase in facts.ENDED,
                "workaround": ticket.support_workaround or "",
                "since": fields.Datetime.to_string(ticket.support_workaround_at) or "",
            }
            for ticket in rows
        ]

    @api.model
    def _tell_outages(self, period: Period, tickets, doors: dict[str, list[int]]) -> list[dict[str, Any]]:
        """Outages against what was promised for them: time to restore (RTO), data lost (RPO), as the engine judges."""
        rows = self.env["support.outage"].search(
            [
                ("ticket_id", "in", tickets.ids),
                ("void", "=", False),
                ("began", "<", period.stop),
                "|",
                ("restored", "=", False),
                ("restored", ">=", period.start),
            ],
            order="began, id",
        )
        doors["outages"] = rows.ticket_id.ids
        return [
            {
                "ticket": row.ticket_id.id,
                "number": row.ticket_id.number,
                "began": fields.Datetime.to_string(row.began),
                "restored": fields.Datetime.to_string(row.restored) or "",
                "seconds": row.seconds,
                "recovery": row.recovery_verdict or "",
                "lost": row.lost if row.lost_known else None,
                "allowed": row.allowed if row.data_judged else None,
                "data": row.data_verdict or "",
            }
            for row in rows
        ]

    @api.model
    def _tell_hours(self, period: Period, doors: dict[str, list[int]]) -> list[dict[str, Any]]:
        """Entitlements of the period with the hours used of the month's allowance (E-6.2)."""
        entitlements = self._find_entitlements(period)
        usages = self.env["support.entitlement.usage"].search_fetch(
            [
                ("entitlement_id", "in", entitlements.ids),
                ("date", ">=", period.first),
                ("date", "<=", period.last),
            ],
            ["entitlement_id", "ticket_id", "date", "hours", "description"],
            order="date, id",
        )
        doors["hours"] = usages.ticket_id.ids
        used = usages.grouped("entitlement_id")
        answer = []
        for entitlement in entitlements:
            lines = used.get(entitlement, usages.browse())
            hours = sum(lines.mapped("hours"))
            answer.append(
                {
                    "name": entitlement.plan_id.name or entitlement.provider_id.name,
                    "until": fields.Date.to_string(entitlement.date_end) or "",
                    "included": entitlement.monthly_hours,
                    "used": hours,
                    "left": max(entitlement.monthly_hours - hours, 0) if entitlement.monthly_hours else 0,
                    "lines": [
                        {
                            "date": fields.Date.to_string(line.date),
                            "ticket": line.ticket_id.id,
                            "number": line.ticket_id.number or "",
                            "description": line.description or "",
                            "hours": line.hours,
                        }
                        for line in lines
                    ],
                }
            )
        return answer

    @api.model
    def _tell_feedback(self, period: Period, tickets, doors: dict[str, list[int]]) -> dict[str, Any]:
        """What the customer said about the support, where a provider asks (5 good, 3 middling, 1 bad)."""
        doors["feedback"] = []
        if "rating.rating" not in self.env:
            return {"count": 0, "average": None, "rows": []}
        ratings = self.env["rating.rating"].search_fetch(
            [
                ("res_model", "=", "helpdesk.ticket"),
                ("res_id", "in", tickets.ids),
                ("consumed", "=", True),
                ("rated_on", ">=", period.start),
                ("rated_on", "<", period.stop),
            ],
            ["res_id", "rating", "feedback", "rated_on"],
            order="rated_on, id",
        )
        numbers = {ticket.id: ticket.number for ticket in tickets}
        doors["feedback"] = list(dict.fromkeys(rating.res_id for rating in ratings))
        count = len(ratings)
        return {
            "count": count,
            "average": round(sum(ratings.mapped("rating")) / count, 1) if count else None,
            "rows": [
                {
                    "ticket": rating.res_id,
                    "number": numbers.get(rating.res_id, ""),
                    "at": fields.Datetime.to_string(rating.rated_on),
                    "rating": rating.rating,
                    "text": rating.feedback or "",
                }
                for rating in ratings
            ],
        }

    @api.model
    def _tell_sections(self, provider, period: Period, tickets, doors: dict[str, list[int]]) -> list[dict[str, Any]]:
        """What the provider's own addon tells, brought into a shape that can be frozen."""
        answer = []
        found = provider._support_get_report_sections(period.customer, tickets, period.start, period.stop)
        for section in found:
            key = f"section-{section['key']}"
            doors[key] = list(section.get("tickets") or ())
            answer.append(
                {
                    "key": key,
                    "title": section["title"],
                    "note": section.get("note") or "",
                    "columns": list(section.get("columns") or ()),
                    "rows": [[self._freeze(cell) for cell in row] for row in section.get("rows") or ()],
                }
            )
        return answer

    @api.model
    def _freeze(self, cell: Any) -> Any:
        """:raise TypeError: for what cannot be frozen: a mistake in the provider's addon"""
        if not isinstance(cell, CELLS):
            raise TypeError(f"A cell of a report holds text, a number, a moment or nothing, not {type(cell).__name__}")
        return {"moment": fields.Datetime.to_string(cell)} if isinstance(cell, datetime) else cell

    @api.model
    def _tell_tickets(
        self, tickets, raised: dict[int, int], movement: figures.Movement, clocks, told: dict[int, list[facts.Event]]
    ) -> list[dict[str, Any]]:
        """The call history, a row a ticket (R-4)."""
        promises: dict[int, figures.Promise] = {}
        for clock in clocks:
            promises.setdefault(clock.ticket_id.id, figures.Promise()).add(clock.outcome, clock.ticket_id.id)
        phases = dict(self.env["helpdesk.ticket"]._fields["support_phase"]._description_selection(self.env))
        answer = []
        for ticket in tickets:
            promise = promises.get(ticket.id) or figures.Promise()
            steps = list(history.told(told.get(ticket.id) or ()))
            phase = steps[-1].after if steps else ticket.support_phase or "new"
            ended = movement.ends.get(ticket.id)
            moment = raised.get(ticket.id)
            answer.append(
                {
                    "id": ticket.id,
                    "number": ticket.number,
                    "name": ticket.name,
                    "contact": ticket.partner_id.name or "",
                    "priority": self._get_priority_label(ticket.support_priority_id),
                    "kind": ticket.support_kind_id.name or ticket.support_service_id.name or "",
                    "raised": fields.Datetime.to_string(
                        ticket.support_raised if moment is None else from_instant(moment)
                    ),
                    "ended": fields.Datetime.to_string(from_instant(ended)) if ended is not None else "",
                    "state": phases.get(phase, phase),
                    "open": phase not in facts.ENDED,
                    "calls": sum(step.kind == facts.CALL for step in steps),
                    "kept": len(promise.kept),
                    "late": len(promise.late),
                    "excused": len(promise.excused),
                }
            )
        return answer

    # --- the call history alone -----------------------------------------------------------------------

    @api.model
    def _make_history(self, tickets, zone: str, lang: str, now: datetime) -> list[dict[str, Any]]:
        """The call history of ``tickets`` as it is ``now`` (naive UTC), a dict each as in the report (R-4).

        In superuser mode: the caller has chosen tickets that the reader may see.
        """
        maker = self.sudo().with_context(lang=lang, tz=zone, active_test=False)
        tickets = tickets.with_env(maker.env)
        events = maker.env["support.event"]._read_facts(tickets.ids)
        # what a client's clock says must not hide the last fact
        told = {ticket_id: history.in_order(rows, to_instant(now)) for ticket_id, rows in events.items()}
        lives = maker._read_lives(told)
        movement = figures.move(lives, 0, to_instant(now) + 1)
        raised = {life.id: life.raised for life in lives}
        Clock = maker.env["support.clock"]
        counted = Clock._get_achievement_domain() | (
            Domain("side", "=", "provider") & Domain("outcome", "=", "late_excused")
        )
        clocks = Clock.search_fetch(
            counted & Domain("ticket_id", "in", tickets.ids), ["ticket_id", "target_id", "outcome"]
        )
        agendas = maker.env["support.target"]._get_agenda
        clocks = clocks.filtered(lambda clock: agendas(clock.target_id.id)["portal"])
        return maker._tell_tickets(tickets, raised, movement, clocks, told)

    @api.model
    def _get_history_columns(self) -> Sequence[str]:
        """Headings of the call history, in the reader's language."""
        return (
            self.env._("Number"),
            self.env._("Request"),
            self.env._("Contact"),
            self.env._("Level"),
            self.env._("Kind"),
            self.env._("Raised"),
            self.env._("Ended"),
            self.env._("State"),
            self.env._("Calls"),
            self.env._("Kept"),
            self.env._("Late"),
        )
