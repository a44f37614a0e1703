from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import fields, models

from ..tools import clock as clock_function
from ..tools import explain, facts, history
from .support_time import from_instant, to_instant


class HelpdeskTicket(models.Model):
    """What agents and customers see of a ticket's clocks: one structure, made when it is read (E-4, E-8).

    The structure holds moments (UTC, ``YYYY-MM-DD HH:MM:SS``) and words in the reader's language; the
    countdown itself ticks in the browser.
    """

    _inherit = "helpdesk.ticket"

    support_panel = fields.Json(compute="_compute_support_panel", groups="helpdesk_mgmt.group_helpdesk_user_own")

    def _compute_support_panel(self):
        for ticket in self:
            ticket.support_panel = ticket._support_get_panel() if ticket.id and ticket.support_provider_id else False

    def _support_get_panel(self, portal: bool = False) -> dict[str, Any]:
        """The clocks of a ticket with their explanations, the whose-turn bar and the escalation.

        :param portal: for the customer: only promises they may see, nothing about the inside
        :return: see docs/panel.md for the shape
        """
        self.ensure_one()
        ticket = self.sudo()
        now = self.env["support.event"]._now()
        events = ticket._support_get_events()
        instant = self.env["support.clock"]._get_instant(events, now)
        past = history.History(events, instant)
        readings = self.env["support.clock"]._read(past)
        stored = {(clock.target_id.id, clock.grade, clock.round): clock for clock in ticket.support_clock_ids}
        clocks = []
        for reading in ticket._support_choose(readings, portal):
            record = stored.get((reading.clock.target, reading.clock.grade, reading.clock.round))
            clocks.append(ticket._support_describe(reading, record, past, instant, portal))
        next_clock = next(
            (
                clock
                for clock in clocks
                if clock["due"]
                and clock["due"] == fields.Datetime.to_string(ticket.support_next_due or False)
                and clock["state"] == "running"
            ),
            None,
        )
        panel = {
            "now": fields.Datetime.to_string(now),
            "provider": {"name": ticket.support_provider_id.name, "tz": ticket.support_provider_id.tz},
            "clocks": clocks,
            "next": next_clock["key"] if next_clock else False,
            "turn": ticket._support_describe_turns(events, instant),
            "notice": ticket._support_get_notice(portal),
        }
        if not portal:
            panel["pause"] = ticket._support_describe_pause(events)
            panel["policy"] = ticket._support_describe_match(events)
            panel["pending"] = ticket._support_describe_pending(readings)
            panel["escalation"] = ticket._support_describe_escalation(now)
        return panel

    def _support_choose(self, readings: Sequence[clock_function.Reading], portal: bool):
        """Which clocks are worth showing: of a repeating promise the last round (and the breached ones before
        it for agents), of a superseded one none unless it was breached."""
        visible = []
        latest: dict[int, clock_function.Reading] = {}
        for reading in readings:
            if portal and not self.env["support.target"]._get_agenda(reading.clock.target)["portal"]:
                continue
            latest[reading.clock.target] = reading
        for reading in readings:
            clock = reading.clock
            last = latest.get(clock.target)
            if last is None:
                continue
            superseded = clock.ending == facts.SUPERSEDED_END
            if (reading is last and not superseded) or (clock.breached and not portal):
                visible.append(reading)
        order = {"acknowledged": 0, "first_response": 1, "next_reply": 2, "status_update": 3, "resolution": 4}
        return sorted(
            visible, key=lambda reading: (order.get(reading.clock.metric, 9), reading.clock.grade, reading.clock.round)
        )

    def _support_describe(
        self, reading: clock_function.Reading, record, past: history.History, now: int, portal: bool
    ) -> dict[str, Any]:
        """One clock for the panel."""
        clock = reading.clock
        target = self.env["support.target"].browse(clock.target)
        agenda = target._get_agenda(clock.target)
        labels = dict(target._selection_metric())
        pieces = explain.stretches(reading, past)
        reasons = self.env["support.pause.reason"]._get_labels()
        warn = self.env["support.clock"]._get_warn_instant(reading, agenda)
        badge, tone = self._support_badge(clock, now, warn)
        excused = bool(record and record.excused)
        if excused and not portal and tone == "danger":
            badge, tone = self.env._("%s, excluded by agreement", badge), "warning"

        def text(value: int | None) -> str | bool:
            return fields.Datetime.to_string(from_instant(value)) if value is not None else False

        return {
            "key": f"{clock.target}-{clock.grade}-{clock.round}",
            "id": record.id if record else False,
            "metric": clock.metric,
            "label": labels.get(clock.metric, clock.metric),
            "promise": target._get_promise_text(reading.target.duration)
            if reading.target.duration or not reading.target.contract
            else self.env._("by agreement"),
            "side": agenda["side"],
            "state": clock.state,
            "hold": clock.hold or False,
            "breached": text(clock.breached),
            "regrade_breach": clock.regrade_breach,
            "excused": excused,
            "badge": badge,
            "tone": tone,
            "start": text(clock.start),
            "due": text(clock.deadline),
            "warn": text(warn),
            "stopped": text(clock.stopped),
            "remaining": clock.remaining,
            "counted": clock.counted,
            "budget": clock.budget,
            "overrun": clock.overrun,
            "reasons": [reasons.get(code, code) for code in clock.pause_reasons],
            "segments": [
                {
                    "start": text(piece.start),
                    "stop": text(piece.stop),
                    "kind": piece.kind,
                    "label": piece.label or reasons.get(piece.reason) or self._support_shut_label(piece.reason),
                }
                for piece in pieces
            ],
            "explain": self._support_explain(reading, past, portal),
        }

    def _support_badge(self, clock: facts.Clock, now: int, warn: int | None) -> tuple[str, str]:
        """State in a word and a tone (success, info, warning, danger, muted): never colour alone (E-8)."""
        if clock.hold == facts.NO_SLA:
            return self.env._("no SLA"), "muted"
        if clock.state == facts.DONE:
            if clock.breached is not None:
                return self.env._("late"), "danger"
            return self.env._("kept"), "success"
        if clock.state == facts.STOPPED:
            if clock.breached is not None:
                return self.env._("late"), "danger"
            return self.env._("no longer applies"), "muted"
        if clock.breached is not None:
            return self.env._("overdue"), "danger"
        if clock.hold == facts.TO_AGREE:
            return self.env._("to be agreed"), "warning"
        if clock.hold == facts.NO_TIME:
            return self.env._("no working time"), "warning"
        if clock.state == facts.PAUSED:
            return self.env._("paused"), "muted"
        if warn is not None and warn <= now:
            return self.env._("due soon"), "warning"
        return self.env._("running"), "info"

    def _support_describe_pause(self, events: Sequence[facts.Event]) -> str:
        """The pause by hand that holds, in words; "" when there is none."""
        reason = self.support_pause_id
        made = next(
            (event for event in reversed(events) if event.kind == facts.PAUSE and event.data.get("by_hand")), None
        )
        if not reason or made is None:
            return ""
        values = {"reason": reason.name, "since": self._support_when(made.moment), "note": made.data.get("note") or ""}
        if self.support_resume_at:
            text = self.env._(
                "Paused by hand since %(since)s: %(reason)s. The time goes on at %(until)s.",
                until=self._support_when(to_instant(self.support_resume_at)),
                **values,
            )
        else:
            text = self.env._("Paused by hand since %(since)s: %(reason)s.", **values)
        return " ".join(part for part in (text, values["note"]) if part)

    def _support_describe_match(self, events: Sequence[facts.Event]) -> dict[str, Any]:
        """Which policy applies and why, why the next best does not; what to do when none does."""
        graded = [event for event in events if event.kind == facts.GRADED]
        if not graded:
            return {"name": False, "why": self.env._("This ticket is from before the SLA engine and is not measured.")}
        data = graded[-1].data
        Policy = self.env["support.policy"].sudo().with_context(active_test=False)
        if not data.get("policy"):
            return {
                "name": False,
                "why": self._support_say_unpromised()
                or self.env._(
                    "No policy of %s matches this ticket, so nothing is promised.", self.support_provider_id.name
                ),
                # held back on purpose: another policy would change nothing
                "held": not self.sudo()._support_starts_clocks(),
            }
        names = {
            "priority_id": self.env._("priority"),
            "service_id": self.env._("service"),
            "tier_id": self.env._("support level"),
            "plan_id": self.env._("plan"),
            "entitlement_id": self.env._("entitlement"),
            "team_id": self.env._("queue"),
            "category_id": self.env._("category"),
            "channel_id": self.env._("channel"),
        }
        matched = [self.env._("provider")] + [names.get(name, name) for name in data.get("on") or []]
        why = self.env._("%s match.", ", ".join(matched))
        why = why[:1].upper() + why[1:]
        if data.get("next_policy"):
            other = Policy.browse(data["next_policy"]).exists()
            if other and data["next_reason"] == "less_specific":
                why += " " + self.env._("“%s” matches as well, but on less.", other.name)
            elif other:
                why += " " + self.env._(
                    "“%(policy)s” does not: another %(condition)s.",
                    policy=other.name,
                    condition=names.get(data["next_reason"], data["next_reason"]),
                )
        version = self.env["support.policy.version"].sudo().browse(data["version"]).exists()
        earlier = self.env["support.policy.version"].sudo().browse(data.get("migrated") or []).exists()
        if earlier:
            why += " " + self.env._("An administrator took it over from version %s.", earlier.number)
        return {"name": version.display_name or False, "why": why}

    def _support_say_unpromised(self) -> str:
        """Why nothing is promised, where the provider knows better than “no policy matches”; else "".

        **Hook**. It stands in place of that sentence, for agents: do not say the same in :meth:`_support_get_notice`.
        """
        return ""

    def _support_describe_turns(self, events: Sequence[facts.Event], now: int) -> dict[str, Any]:
        """Whose turn it is and was (E-4)."""
        turns = history.turns(events, now)
        labels = {
            "provider": self.support_provider_id.name,
            "customer": self.env._("customer"),
            "third_party": self.env._("third party"),
            "none": self.env._("nobody"),
        }
        spans = [
            {
                "side": turn.side,
                "label": labels.get(turn.side, turn.side),
                "start": fields.Datetime.to_string(from_instant(turn.start)),
                "stop": fields.Datetime.to_string(from_instant(turn.stop)) if turn.stop is not None else False,
                "seconds": (turn.stop if turn.stop is not None else now) - turn.start,
            }
            for turn in turns
        ]
        current = spans[-1] if spans else None
        return {
            "whose": current["side"] if current else False,
            "label": current["label"] if current else "",
            "since": current["start"] if current else False,
            "spans": spans,
        }

    def _support_describe_escalation(self, now: datetime) -> dict[str, Any]:
        """Where the escalation stands and who is told next if nothing happens."""
        chain = self._support_get_chain()
        taken = {row.step_id.id: row for row in self.support_escalation_ids}
        steps = []
        for step in chain.step_ids.filtered("active"):
            row = taken.get(step.id)
            partners = step.role_id._get_partners(self, now, on_call=step.reach == "on_call")
            steps.append(
                {
                    "name": step.name,
                    "role": step.role_id.name,
                    "when": step._get_delay_text(),
                    "people": partners.mapped("name"),
                    "empty": not partners,
                    "fired": fields.Datetime.to_string(row.fired) if row else False,
                    "state": row.state if row else False,
                }
            )
        return {
            "chain": chain.name or False,
            "steps": steps,
            "quiet": False,
            "escalated": self.support_escalated,
            "by": self.support_escalated_by_id.name or False,
            "at": fields.Datetime.to_string(self.support_escalated_at) if self.support_escalated_at else False,
            "acknowledged_by": self.support_acknowledged_by_id.name or False,
            "acknowledged_at": fields.Datetime.to_string(self.support_acknowledged_at)
            if self.support_acknowledged_at
            else False,
            "refusal": self._support_may_escalate(),
        }

    def _support_get_notice(self, portal: bool) -> str:
        """One line above the promises when something is amiss. **Hook** for providers."""
        if not portal and self.support_no_entitlement:
            return self.env._("This customer has no entitlement in force.")
        return ""
