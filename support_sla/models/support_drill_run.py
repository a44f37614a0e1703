from collections.abc import Callable
from datetime import datetime
from typing import Any

from odoo.exceptions import UserError

from ..tools import facts, history
from ..tools.clock import Reading
from ..tools.rehearsal import Scenario
from .support_context import inside
from .support_time import from_instant, to_instant

#: Enough for any chain that people can read; no loop runs for ever.
MOST_TURNS = 300
#: How many rounds of a status update are shown.
ROUNDS = 3

Key = tuple[int, int, int]


class DrillRun:
    """One rehearsal: a ticket that is never stored, with the recorder, the clock function and the sweep's own
    planning (E-5.5).

    What is not rehearsed: what a provider's addon does in ``_support_after_facts``, because it may write.

    :param ticket: a new ``helpdesk.ticket`` (``env[…].new(…)``) in superuser mode
    :param start: when it is raised, naive UTC
    """

    def __init__(self, ticket, start: datetime, scenario: Scenario) -> None:
        self.env = ticket.env
        self.ticket = ticket
        self.start = to_instant(start)
        self.scenario = scenario
        self.now = self.start
        self.events: list[facts.Event] = []
        self.readings: list[Reading] = []
        self.agendas: dict[Key, list[tuple[int, int | None]]] = {}
        self.refusal = ""
        self.match: dict[str, Any] = {}
        #: what happened, in order; see :meth:`_add`
        self.entries: list[dict[str, Any]] = []
        #: the promises as the scenario leaves them, before steps change the ticket: readings, history, match
        self.promised: tuple[list[Reading], history.History, dict[str, Any]] = ([], self.past, {})
        self.missed: set[Key] = set()
        self._over: set[tuple[Key, int | None, int]] = set()
        self._acknowledged: set[tuple[Key, int]] = set()
        self._told_once: set[str] = set()
        self._taken: list[tuple[Key, int]] = []
        self._steps_told = 0

    @property
    def past(self) -> history.History:
        """The ticket's history as it is known now."""
        return history.History(self.events, self.now)

    def go(self) -> None:
        """From the raising until nothing is left that anybody would be told of."""
        if not self._raise():
            return
        self._keep_promises()
        acts = self._get_acts()
        for _turn in range(MOST_TURNS):
            due = self._get_next_due()
            if acts and (due is None or acts[0][0] <= due):
                moment, act = acts.pop(0)
                self.now = max(self.now, moment)
                act()
                self._evaluate()
                self._keep_promises()
            elif due is not None:
                # the sweep comes one second later: a promise kept in its last second is kept
                self.now = max(self.now, due + 1)
                self._sweep()
            else:
                return

    def _keep_promises(self) -> None:
        self.promised = (self.readings, self.past, self.match)

    # --- what happens to the ticket ----------------------------------------------------------------

    def _raise(self) -> bool:
        ticket = self.ticket
        plan = ticket.support_plan_id
        moment = from_instant(self.start)
        try:
            ticket._support_raise(moment)
        except UserError as error:
            self.refusal = str(error)
            return False
        if plan and not ticket.support_plan_id:
            ticket.support_plan_id = plan
        self._observe()
        self._add("raised", self.start)
        provider = ticket.support_provider_id
        if (
            provider.acknowledgement_template_id
            and (ticket.partner_id or ticket.partner_email)
            and ticket._support_may_acknowledge()
        ):
            self._happen(facts.MESSAGE_AUTO, facts.SYSTEM, {"acknowledgement": True})
            self._add("confirmed", self.start)
        self._evaluate()
        return True

    def _get_acts(self) -> list[tuple[int, Callable[[], None]]]:
        scenario = self.scenario
        acts: list[tuple[int, Callable[[], None]]] = []
        if scenario.response is not None:
            acts.append((scenario.response, self._respond))
        if scenario.wait is not None:
            acts.append((scenario.wait, self._wait))
            if scenario.answer is not None:
                acts.append((scenario.answer, self._answer))
        return sorted(acts, key=lambda act: act[0])

    def _respond(self) -> None:
        self._happen(facts.MESSAGE_OUT, facts.STAFF)
        self._add("response", self.now)

    def _wait(self) -> None:
        stage = self._find_stage(facts.WAITING_CUSTOMER)
        if not stage:
            self._add("no_stage", self.now)
            return
        self.ticket.stage_id = stage
        self._observe()
        self._add("waiting", self.now, stage=stage)

    def _answer(self) -> None:
        self._happen(facts.MESSAGE_IN, facts.CUSTOMER)
        if self.ticket.support_phase == facts.WAITING_CUSTOMER:
            stage = self.ticket.support_provider_id.answered_stage_id or self._find_stage(facts.OPEN)
            if stage:
                self.ticket.stage_id = stage
        self._observe()
        self._add("answer", self.now, stage=self.ticket.stage_id)

    def _find_stage(self, phase: str):
        stages = self.ticket.team_id._get_applicable_stages()
        return stages.filtered(lambda stage: stage.support_phase == phase)[:1]

    def _happen(self, kind: str, side: str, data: dict[str, Any] | None = None) -> None:
        self.events.append(facts.Event(self.now, kind, side, data or {}, len(self.events) + 1))

    def _observe(self) -> None:
        """What the recorder would write down now."""
        Event = self.env["support.event"]
        for row in self.ticket._support_observe(from_instant(self.now)):
            self.events.append(Event._to_fact(row, len(self.events) + 1))
            if row["kind"] == facts.GRADED:
                self.match = row["data"]

    # --- clocks ------------------------------------------------------------------------------------

    def _evaluate(self) -> None:
        """As after every fact: the clocks, and what the sweep has to do for them."""
        Clock = self.env["support.clock"]
        self.events.sort(key=lambda event: event.order)
        self.readings = Clock._read(self.past)
        plan = self.env["support.target"]._get_agenda
        self.agendas = {
            Clock._get_key(reading): Clock._get_moments(reading, plan(reading.clock.target))
            for reading in self.readings
            if reading.clock.state in facts.LIVE
        }

    def _get_ahead(self, key: Key, cycle: int) -> list[tuple[int, int | None]]:
        return [
            (moment, step)
            for moment, step in self.agendas.get(key, ())
            if (key, step, cycle) not in self._over and (step is not None or key not in self.missed)
        ]

    def _get_next_due(self) -> int | None:
        moments = [
            moment
            for reading in self.readings
            for moment, _step in self._get_ahead(self.get_key(reading), reading.clock.cycle)
        ]
        return min(moments, default=None)

    def get_key(self, reading: Reading) -> Key:
        """What names a clock in :attr:`missed`."""
        return self.env["support.clock"]._get_key(reading)

    # --- what the sweep does -----------------------------------------------------------------------

    def _sweep(self) -> None:
        now = from_instant(self.now)
        pairs: list[tuple[int, dict[str, Any]]] = []
        acknowledged = set(self._acknowledged)
        due = [reading for reading in self.readings if reading.clock.state in facts.LIVE]
        for reading in sorted(due, key=lambda reading: (reading.clock.deadline or 0, self.get_key(reading))):
            clock, key = reading.clock, self.get_key(reading)
            ahead = [entry for entry in self._get_ahead(key, clock.cycle) if entry[0] < self.now]
            for moment, step in ahead:
                if step is None:
                    self.missed.add(key)
                    self._add("remind" if clock.hold == facts.TO_AGREE else "missed", moment, reading=reading)
            planned = [(moment, step) for moment, step in ahead if step is not None]
            if not planned:
                continue
            skipped: list[dict[str, Any]] = []
            rows = self.env["support.sweep"]._plan_steps(
                self._prepare_clock(reading),
                planned,
                (key, clock.cycle) in acknowledged,
                now,
                ticket=self.ticket,
                skipped=skipped,
            )
            for skip in skipped:
                self._over.add((key, skip["step_id"], clock.cycle))
                self._add(skip["why"], to_instant(skip["due"]), reading=reading, step_id=skip["step_id"])
            for row in rows:
                if (key, row["step_id"], clock.cycle) in self._over:
                    continue  # taken at once for an empty role before, and planned for now
                self._over.add((key, row["step_id"], clock.cycle))
                self._taken.append((key, clock.cycle))
                pairs.append((len(self.entries), row))
                self._add("step", to_instant(row["due"]), reading=reading, row=row, step_id=row["step_id"])
        if pairs:
            self._tell(pairs, now)
            self._change(pairs, now)

    def _prepare_clock(self, reading: Reading) -> dict[str, Any]:
        """A reading as ``support.sweep._read_due`` gives a clock."""
        clock, key = reading.clock, self.get_key(reading)
        return {
            "id": key,
            "ticket_id": self.ticket.id,
            "target_id": clock.target,
            "metric": clock.metric,
            "grade": clock.grade,
            "round": clock.round,
            "start": from_instant(clock.start),
            "state": clock.state,
            "hold": clock.hold or None,
            "deadline": None if clock.deadline is None else from_instant(clock.deadline),
            "budget": clock.budget,
            "cycle": clock.cycle,
            "breached": None if clock.breached is None else from_instant(clock.breached),
            "regrade_breach": clock.regrade_breach,
        }

    def _tell(self, pairs: list[tuple[int, dict[str, Any]]], now: datetime) -> None:
        """Whom the intents of these steps are for; the number of an entry stands for its escalation."""
        for intent in self.env["support.sweep"]._prepare_intents(self.ticket, pairs, now):
            numbers = intent.get("escalation_ids") or []
            if not numbers:
                if intent["key"] not in self._told_once:
                    self._told_once.add(intent["key"])
                    self._add("administrator", self.now - 1, intent=intent)
                continue
            for number in numbers:
                self.entries[number]["intents"].append(intent)

    def _change(self, pairs: list[tuple[int, dict[str, Any]]], now: datetime) -> None:
        """What the steps change on the ticket, and who takes charge."""
        told = [row for _number, row in pairs if row["state"] == "told"]
        before = self._steps_told
        self._steps_told += len(told)
        changes = {}
        if told:
            steps = self.env["support.escalation.step"].browse([row["step_id"] for row in told])
            self.ticket._support_set(self.ticket._support_escalated_values(steps[-1:], None, now))
            changes = self.env["support.sweep"]._get_changes(self.ticket, steps)
            for row in told:
                self._happen(facts.ESCALATED, facts.SYSTEM, {"step": row["step_id"], "role": row["role_id"]})
        if changes:
            self.ticket.update(changes)
            self._observe()
            self._add("changed", self.now - 1, changes=changes)
            self._evaluate()
        wanted = self.scenario.acknowledge
        if wanted and before < wanted <= self._steps_told:
            self._acknowledged.update(self._taken)
            self._happen(facts.ACKNOWLEDGED, facts.STAFF)
            self._add("taken_charge", self.now - 1)

    def _add(self, kind: str, moment: int, **values: Any) -> None:
        """One line of the time line; ``moment`` is the planned minute, not the sweep's second after it."""
        self.entries.append({"kind": kind, "moment": moment, "intents": [], **values})

    # --- repeating promises ------------------------------------------------------------------------

    def get_rounds(self, target: facts.Target) -> list[int]:
        """When the first status updates are due if each comes at the last moment (E-1.4).

        Without a first response in the scenario, it too comes at the last moment.
        """
        Clock = self.env["support.clock"]
        events = [event for event in self.events if event.kind not in (facts.ESCALATED, facts.ACKNOWLEDGED)]

        def last(metric: str, now: int) -> facts.Clock | None:
            found = [
                reading.clock
                for reading in Clock._read(history.History(events, now))
                if (reading.clock.target == target.id if not metric else reading.clock.metric == metric)
            ]
            return found[-1] if found else None

        moment = max((event.moment for event in events), default=self.start)
        if last("", moment) is None:
            response = last("first_response", moment)
            due = response.deadline if response is not None and response.deadline is not None else self.start
            moment = max(moment, due)
            events = sorted(
                [*events, facts.Event(moment, facts.MESSAGE_OUT, facts.STAFF, {}, 10_000)],
                key=lambda event: event.order,
            )
        rounds: list[int] = []
        while len(rounds) < ROUNDS:
            clock = last("", moment)
            if clock is None or clock.deadline is None or clock.deadline in rounds:
                break
            rounds.append(clock.deadline)
            moment = max(moment, clock.deadline)
            events = [*events, facts.Event(moment, facts.MESSAGE_OUT, facts.STAFF, {}, 10_000 + len(rounds))]
        return rounds


def rehearse(env, values: dict[str, Any], start: datetime, scenario: Scenario) -> DrillRun:
    """Rehearse a ticket with these values; nothing is stored and nothing sent.

    :param values: of ``helpdesk.ticket``
    :param start: naive UTC
    """
    # sudo: the sweep plans with it too, whoever looks on
    Ticket = env["helpdesk.ticket"].sudo().with_context(**inside(support_now=start, support_side=facts.CUSTOMER))
    Ticket._support_complete_vals(values)
    ticket = Ticket.new({"active": True, "company_id": env.company.id, **values})
    run = DrillRun(ticket, start, scenario)
    run.go()
    return run


__all__ = ["DrillRun", "rehearse"]
