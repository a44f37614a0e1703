from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_time import from_instant, to_instant
from odoo.addons.support_sla.tools import facts, history
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """What happens between a problem and its incidents: waiting for it, merging it, seeing all of them at once."""

    _inherit = "helpdesk.ticket"

    support_waits_for_problem = fields.Boolean(
        compute="_compute_support_waits_for_problem",
        groups="base.group_user",
        help="It is paused until the problem is.",
    )
    support_open_incident_count = fields.Integer(
        string="Open Incidents", compute="_compute_support_open_incident_count", groups="base.group_user"
    )
    support_incidents = fields.Json(
        string="Incidents with Their Clocks", compute="_compute_support_incidents", groups="base.group_user"
    )

    # --- waiting for the problem ------------------------------------------------------------------------

    def _compute_support_waits_for_problem(self):
        reason = self._support_get_problem_reason()
        for ticket in self:
            ticket.support_waits_for_problem = bool(reason) and ticket.support_pause_id == reason

    def _support_get_problem_reason(self):
        """The pause reason *Waiting for the problem*; none where an administrator has deleted it."""
        # sudo: agents pause with it, whatever they may read of the configuration
        reason = self.env.ref("support_problem.pause_problem", raise_if_not_found=False)
        return reason.sudo() if reason else self.env["support.pause.reason"].sudo()

    def action_support_wait_for_problem(self):
        """These incidents stand still until their problem is resolved (E-7.2)."""
        self.check_access("write")
        reason = self._support_get_problem_reason()
        if not reason:
            raise UserError(self.env._("The pause reason for this was deleted: ask a helpdesk manager."))
        for ticket in self:
            problem_sudo = ticket.sudo().support_problem_id
            if not problem_sudo:
                raise UserError(self.env._("%s is not linked to a problem it could wait for.", ticket.number))
            if problem_sudo.support_phase in facts.ENDED:
                raise UserError(
                    self.env._("The problem %s is resolved: there is nothing to wait for.", problem_sudo.number)
                )
            ticket._support_pause(reason, problem_sudo.number)
            ticket._message_log(
                body=self.env._("Waits for the problem %s: the time stands still.", problem_sudo.number)
            )

    def _support_stop_waiting(self):
        """The problem is resolved, or is not theirs any more: the time of these incidents goes on. Called with sudo."""
        for ticket in self.filtered("support_waits_for_problem"):
            ticket._support_resume(side=facts.SYSTEM)
            ticket._message_log(body=self.env._("The problem is not waited for any more: the time goes on."))

    def _support_unlink_problem(self):
        self.sudo()._support_stop_waiting()
        return super()._support_unlink_problem()

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        ended = {
            row["ticket_id"]
            for row in rows
            if row["kind"] == facts.PHASE and (row["data"] or {}).get("phase") in facts.ENDED
        } & set(self._ids)
        problems = self.browse(sorted(ended)).filtered("support_is_problem")
        if problems:
            problems.support_incident_ids._support_stop_waiting()
        return result

    # --- no promise, in words ---------------------------------------------------------------------------

    def _support_summarise(self, clocks):
        values = super()._support_summarise(clocks)
        if self.support_is_problem and not clocks:
            # nothing is missing: nothing was to be promised
            values["support_sla_state"] = False
        return values

    def _support_describe_match(self, events):
        answer = super()._support_describe_match(events)
        if self.support_is_problem and not self.support_version_id:
            answer["why"] = self.env._("A problem has no promise: its incidents have theirs.")
        return answer

    # --- merging ----------------------------------------------------------------------------------------

    def _support_is_same_customer(self, other):
        both_sudo = (self | other).sudo()
        if all(both_sudo.mapped("support_is_problem")) and not any(
            ticket.partner_id or ticket.partner_email for ticket in both_sudo
        ):
            return True  # nobody's: there is no customer who would read another's
        return super()._support_is_same_customer(other)

    def _support_get_merge_obstacles(self, survivor):
        obstacles = super()._support_get_merge_obstacles(survivor)
        for ticket_sudo in (self - survivor).sudo() if survivor else self.browse():
            if ticket_sudo.support_is_problem != survivor.sudo().support_is_problem:
                problem, incident = (
                    (ticket_sudo, survivor) if ticket_sudo.support_is_problem else (survivor, ticket_sudo)
                )
                obstacles.append(
                    self.env._(
                        "%(problem)s is a problem and %(incident)s is not: link the incident to the problem instead.",
                        problem=problem.number,
                        incident=incident.number,
                    )
                )
        return obstacles

    def _support_merge_into(self, survivor, tell_customer: bool = True):
        sources_sudo = (self - survivor).sudo().with_context(active_test=False)
        survivor_sudo = survivor.sudo()
        if not self._support_get_merge_obstacles(survivor):
            if survivor_sudo.support_is_problem:
                # before the merged problem is closed: its incidents go on waiting for the one that remains
                sources_sudo.support_incident_ids.support_problem_id = survivor_sudo
            elif not survivor_sudo.support_problem_id:
                problem_sudo = sources_sudo.support_problem_id[:1]
                if problem_sudo and not survivor_sudo._support_get_link_obstacle(problem_sudo):
                    survivor_sudo.support_problem_id = problem_sudo
        return super()._support_merge_into(survivor, tell_customer=tell_customer)

    # --- all incidents at once --------------------------------------------------------------------------

    @api.depends("support_incident_ids.support_phase")
    def _compute_support_open_incident_count(self):
        counts = dict(
            self._read_group(
                [("support_problem_id", "in", self.ids), ("support_phase", "not in", list(facts.ENDED))],
                ["support_problem_id"],
                ["__count"],
            )
        )
        for ticket in self:
            ticket.support_open_incident_count = counts.get(ticket._origin, 0)

    def _compute_support_incidents(self):
        for ticket in self:
            shown = ticket.id and ticket.support_is_problem
            ticket.support_incidents = ticket._support_get_incidents() if shown else False

    def _support_get_incidents(self) -> dict[str, Any]:
        """The incidents of this problem that the reader may see, on one axis of time.

        :return: ``now`` (UTC text), ``at`` (where now is, percent), ``rows``: ``id``, ``number``, ``name``,
            ``customer``, ``stage``, ``turn`` (words), ``waits`` (for the problem), ``open``, ``state`` and ``badge`` of
            its promises, ``metric`` (label of the next promise, or ""), ``due`` (UTC text or False), ``late``,
            ``bars`` (``side``, ``left``, ``width`` in percent), ``mark`` (where it is due, percent or False),
            ``text`` (the bar in words)
        """
        self.ensure_one()
        incidents = self.support_incident_ids.sorted(
            lambda ticket: (ticket.support_phase in facts.ENDED, ticket.support_next_due or datetime.max, ticket.id)
        )
        now = self.env["support.event"]._now()
        instant = to_instant(now)
        events = self.env["support.event"].sudo()._read_facts(incidents.ids)
        turns = {ticket: history.turns(events[ticket.id], instant) for ticket in incidents}
        starts = [found[0].start for found in turns.values() if found]
        dues = [to_instant(ticket.support_next_due) for ticket in incidents if ticket.support_next_due]
        first = min(starts, default=instant)
        # a promise far off would leave no room for what has happened
        last = max(instant, min(max(dues, default=instant), instant + max(instant - first, 3600)))
        length = max(last - first, 1)

        def place(moment: int) -> float:
            return round(100 * (min(max(moment, first), last) - first) / length, 2)

        labels = {
            history.PROVIDER_TURN: self.support_provider_id.name,
            history.CUSTOMER_TURN: self.env._("customer"),
            history.THIRD_PARTY_TURN: self.env._("third party"),
            history.NO_TURN: self.env._("nobody"),
        }
        states = dict(self._fields["support_sla_state"]._description_selection(self.env))
        metrics = dict(self.env["support.target"]._selection_metric())
        rows = []
        for ticket in incidents:
            found = turns[ticket]
            due = ticket.support_next_due
            late = bool(due) and (ticket.support_sla_state == "breached" or due < now)
            shown = [turn for turn in found if turn.side != history.NO_TURN]
            side = found[-1].side if found else history.PROVIDER_TURN
            rows.append(
                {
                    "id": ticket.id,
                    "number": ticket.number,
                    "name": ticket.name,
                    "customer": ticket.sudo().partner_id.display_name or ticket.partner_name or "",
                    "stage": ticket.stage_id.name,
                    "turn": labels[side],
                    "side": side,
                    "waits": ticket.support_waits_for_problem,
                    "open": ticket.support_phase not in facts.ENDED,
                    "state": ticket.support_sla_state or "",
                    "badge": states.get(ticket.support_sla_state, ""),
                    "metric": metrics.get(ticket.support_next_metric, ""),
                    "due": fields.Datetime.to_string(due) if due else False,
                    "late": late,
                    "bars": [
                        {
                            "side": turn.side,
                            "left": place(turn.start),
                            "width": round(place(turn.stop or instant) - place(turn.start), 2),
                        }
                        for turn in shown
                    ],
                    "mark": place(to_instant(due)) if due else False,
                    "text": self._support_say_life(shown, labels, instant),
                }
            )
        return {
            "now": fields.Datetime.to_string(now),
            "at": place(instant),
            "first": fields.Datetime.to_string(from_instant(first)),
            "last": fields.Datetime.to_string(from_instant(last)),
            "rows": rows,
        }

    def _support_say_life(self, turns, labels: dict[str, str], now: int) -> str:
        """How long a ticket was with whom, in words: what a bar shows."""
        lengths: dict[str, int] = {}
        for turn in turns:
            lengths[turn.side] = lengths.get(turn.side, 0) + (turn.stop or now) - turn.start
        return ", ".join(
            self.env._("%(side)s: %(length)s", side=labels[side], length=self._support_portal_get_length(seconds))
            for side, seconds in lengths.items()
        )
