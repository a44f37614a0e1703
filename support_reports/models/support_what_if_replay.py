from collections.abc import Sequence
from typing import Any

from odoo import api, models
from odoo.addons.support_sla.models.support_time import from_instant, to_instant
from odoo.addons.support_sla.tools import clock as clock_function
from odoo.addons.support_sla.tools import explain, facts, history, metrics

from ..tools import what_if


class SupportWhatIfReplay(models.AbstractModel):
    """Tickets before and after a run's changed rules: an evaluation on copies, which writes nothing (R-10)."""

    _name = "support.what.if.replay"
    _description = "Replay of a What-If"

    @api.model
    def _prepare(self, run, ticket_ids: Sequence[int]) -> "Replay":
        """What is needed to replay these tickets of a run, in a number of queries that does not grow with them."""
        return Replay(self.sudo().env, run.sudo(), list(ticket_ids))

    @api.model
    def _to_changes(self, run) -> list[what_if.Change]:
        """The frozen rules of a run as the replay takes them.

        :raises ValueError: when something that they name was deleted since
        """
        result = []
        for rule in run.rules or []:
            values: dict[str, Any] = {"kind": rule["kind"], "metric": rule["metric"], "level": rule["level"]}
            match rule["kind"]:
                case what_if.LENGTH:
                    target = self.env["support.target"].new({"unit": rule["unit"], "amount": rule["amount"]})
                    values["duration"] = target._get_duration()
                case what_if.HOURS:
                    values["zone"] = run.provider_id.tz or ""
                    if rule["basis"] == "calendar":
                        calendar = self.env["resource.calendar"].browse(rule["calendar"] or []).exists()
                        if not calendar:
                            raise ValueError(self.env._("The hours of this run were deleted."))
                        # hours of today throughout: below 0, see Replay._get_stints
                        values["calendar"] = -calendar.id
                case what_if.LEVEL:
                    values["to"] = rule["to_level"]
                case what_if.VERSION:
                    version = self.env["support.policy.version"].browse(rule["version"] or []).exists()
                    if not version:
                        raise ValueError(self.env._("The policy version of this run was deleted."))
                    values["to"] = version.id
                    values["versions"] = frozenset(version.policy_id.version_ids.ids)
                case what_if.PAUSE | what_if.NO_PAUSE:
                    values["reason"] = rule["reason"]
            result.append(what_if.Change(**values))
        return result

    @api.model
    def _say_target(self, target: facts.Target) -> str:
        """A promise as the clock function takes it, in the reader's words: “4 h, London working hours”."""
        duration = target.duration
        if duration is None:
            return self.env._("by agreement")
        if duration.unit == facts.SECONDS:
            length = self.env["helpdesk.ticket"]._support_length(duration.amount)
        else:
            values = {"unit": duration.unit, "amount": duration.amount}
            length = self.env["support.target"].new(values)._get_length_text()
        calendar = self.env["resource.calendar"].browse(abs(target.calendar) if target.calendar else [])
        return f"{length}, {calendar.name if calendar else self.env._('around the clock')}"


class Replay:
    """Some tickets of one run.

    :param env: with sudo: the run knows only tickets that whoever started it may see
    """

    def __init__(self, env, run, ticket_ids: list[int]) -> None:
        self.env = env
        self.run = run
        self.ticket_ids = ticket_ids
        self.Clock = env["support.clock"]
        self.metrics = env["support.target"]._get_metrics()
        self.rules = what_if.Rules(
            env["support.what.if.replay"]._to_changes(run), env["support.policy.version"]._get_compiled
        )
        self.events = env["support.event"]._read_facts(ticket_ids)
        self.tickets = env["helpdesk.ticket"].with_context(active_test=False).browse(ticket_ids)
        self._stored: dict[int, dict[tuple[int, int, int], tuple[what_if.Verdict, int | None]]] = {}
        #: level and contract times by (ticket, level): asked once
        self._matched: dict[tuple[int, int], tuple[int | None, int | None]] = {}

    # --- before ---------------------------------------------------------------------------------------

    def get_stored(self) -> dict[int, dict[tuple[int, int, int], tuple[what_if.Verdict, int | None]]]:
        """What the provider's promises stand for in the figures, with the level of each; one query."""
        if not self._stored:
            self._stored = {ticket_id: {} for ticket_id in self.ticket_ids}
            self.env.cr.execute(
                """SELECT ticket_id, target_id, grade, round, metric, outcome, judged, COALESCE(deadline, breached),
                          priority_id
                   FROM support_clock WHERE ticket_id = ANY(%s) AND side = 'provider'""",
                (self.ticket_ids,),
            )
            for ticket_id, target, grade, number, metric, outcome, judged, due, level in self.env.cr.fetchall():
                verdict = what_if.Verdict(
                    target,
                    metric,
                    grade,
                    number,
                    outcome,
                    to_instant(judged) if judged else None,
                    to_instant(due) if due else None,
                )
                self._stored[ticket_id][verdict.key] = (verdict, level)
        return self._stored

    # --- both replays ---------------------------------------------------------------------------------

    def get_past(self, ticket_id: int) -> history.History:
        events = self.events[ticket_id]
        return history.History(events, self.Clock._get_instant(events, self.run.moment))

    def read_before(self, past: history.History) -> list[clock_function.Reading]:
        """The promises under the rules as they were."""
        return self.Clock._read(past)

    def rewrite(self, ticket) -> list[facts.Event] | None:
        """The ticket's facts under the changed rules; None: no change concerns it."""
        events = self.events[ticket.id]
        first = what_if.first_level(events, ticket.support_priority_id.id or None)
        rewritten = self.rules.rewrite(
            events, first, lambda level, moment, _version: self._match(ticket, level, moment)
        )
        return rewritten if self.rules.touches(events, rewritten) else None

    def read_after(self, past: history.History) -> list[clock_function.Reading]:
        """The promises of rewritten facts."""
        versions = {grade.version: self.rules.get(grade.version) for grade in past.grades if grade.version is not None}
        if not versions:
            return []
        return clock_function.read(past, versions, self._get_hours, self.metrics, self._get_stints)

    def _get_hours(self, calendar_id: int | None):
        return self.Clock._get_hours(abs(calendar_id) if calendar_id else None)

    def _get_stints(self, calendar_id, start, stop, now):
        """The hours that held; of a calendar that a change brings in (below 0) those of today throughout."""
        if calendar_id is not None and calendar_id < 0:
            return (clock_function.Stint(self._get_hours(calendar_id)),)
        return self.Clock._get_stints(calendar_id, start, stop, now)

    def _match(self, ticket, level: int, moment: int) -> tuple[int | None, dict[str, int]]:
        key = (ticket.id, level)
        if key not in self._matched:
            found = self.env["support.policy"]._match({**ticket._get_match_values(), "priority_id": level})
            self._matched[key] = (found["policy"], found["version"])
        policy, current = self._matched[key]
        if policy is None:
            return None, {}
        version = self.env["support.policy.version"]._get_version_at(policy, from_instant(moment)) or current
        return version, ticket._support_prepare_agreed(version, self.env["support.priority"].browse(level))

    # --- both together --------------------------------------------------------------------------------

    def _is_ours(self, metric: str) -> bool:
        known = self.metrics.get(metric)
        return known is not None and known.side == metrics.PROVIDER

    def _to_verdicts(self, readings, excused, merged: bool) -> list[what_if.Verdict]:
        return what_if.verdicts(
            [reading.clock for reading in readings if self._is_ours(reading.clock.metric)], excused, merged
        )

    def get_pairs(self, ticket) -> list[what_if.Pair]:
        """Every promise of one ticket, before and after."""
        events = self.events[ticket.id]
        past = self.get_past(ticket.id)
        merged = any(event.kind == facts.MERGED for event in events)
        excused = history.excused(events)
        readings = self.read_before(past)
        replayed = self._to_verdicts(readings, excused, merged)
        rewritten = self.rewrite(ticket)
        changed = replayed
        if rewritten is not None:
            rounds = frozenset((verdict.metric, verdict.round) for verdict in replayed if verdict.key in excused)
            changed = self._to_verdicts(self.read_after(history.History(rewritten, past.now)), rounds, merged)
        stored = [verdict for verdict, _level in self.get_stored()[ticket.id].values()]
        return what_if.compare(stored, replayed, changed, past.now)

    def is_asked(self, pair: what_if.Pair) -> bool:
        """Whether a promise belongs to the run: judged in its period, or open if those are wanted."""
        judged = pair.judged
        if pair.before is not None and pair.before.outcome == what_if.OPEN:
            return self.run.include_open
        if judged is None:
            return self.run.include_open
        return to_instant(self.run.start) <= judged < to_instant(self.run.stop)

    def get_lines(self) -> list[tuple]:
        """Rows for ``support.what.if.line._insert``."""
        rows = []
        stored = self.get_stored()
        for ticket in self.tickets:
            levels = stored[ticket.id]
            partner = ticket.partner_id.commercial_partner_id.id or None
            for pair in self.get_pairs(ticket):
                if not self.is_asked(pair):
                    continue
                level = ticket.support_priority_id.id or None
                if pair.before is not None and pair.before.key in levels:
                    level = levels[pair.before.key][1]
                before, after = pair.outcomes
                rows.append(
                    (
                        ticket.id,
                        pair.metric,
                        pair.round,
                        level,
                        partner,
                        before,
                        after,
                        pair.before and pair.before.due and from_instant(pair.before.due),
                        pair.after and pair.after.due and from_instant(pair.after.due),
                        pair.differs,
                    )
                )
        return rows

    # --- explained ------------------------------------------------------------------------------------

    def explain(self, line) -> tuple[list[str], list[str], bool]:
        """How one promise came about before and after, sentence by sentence, and whether that is still what the run
        counted: facts may have come in since that took effect before it."""
        ticket = self.tickets[:1]
        past = self.get_past(ticket.id)
        pairs = [
            pair
            for pair in self.get_pairs(ticket)
            if (pair.metric, pair.round, *pair.outcomes) == (line.metric, line.round, line.before, line.after)
        ]
        rewritten = self.rewrite(ticket)
        after_past = past if rewritten is None else history.History(rewritten, past.now)
        readings = self.read_before(past)
        after_readings = readings if rewritten is None else self.read_after(after_past)
        pair = pairs[0] if pairs else None
        return (
            self._tell(ticket, line, readings, past, pair and pair.before),
            self._tell(ticket, line, after_readings, after_past, pair and pair.after),
            bool(pairs),
        )

    def _tell(self, ticket, line, readings, past, verdict) -> list[str]:
        found = [
            reading
            for reading in readings
            if (reading.clock.metric, reading.clock.round) == (line.metric, line.round)
            and (verdict is None or verdict.key == self.Clock._get_key(reading))
        ]
        if not found or verdict is None:
            return [self.env._("Nothing is promised here.")]
        reading = found[-1]
        sentences = []
        for fact in explain.tell(reading, past):
            values = dict(fact.values)
            if fact.code == "promise":
                sentences.append(self._tell_promise(reading))
                continue
            if fact.code == "regrade":
                values["before"] = self.rules.origin(values["before"])
                values["after"] = self.rules.origin(values["after"])
            tell = getattr(ticket, f"_support_tell_{fact.code}", None)
            sentences.append(tell(values, reading, False) if tell else "")
        return [sentence for sentence in sentences if sentence]

    def _tell_promise(self, reading: clock_function.Reading) -> str:
        """The promise as it was reckoned with, which is not the one that is stored."""
        return self.env._("The promise is %s.", self.env["support.what.if.replay"]._say_target(reading.target))


__all__ = ["Replay"]
