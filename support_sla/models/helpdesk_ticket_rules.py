from collections.abc import Sequence
from datetime import datetime

from odoo import fields, models

from ..tools import clock as clock_function
from ..tools import facts
from .support_time import from_instant, to_instant


class HelpdeskTicket(models.Model):
    """What a change of rules does to tickets that are open (E-3.6)."""

    _inherit = "helpdesk.ticket"

    def _support_prepare_grade(self, events: Sequence[facts.Event], version, now: datetime) -> facts.Event:
        """The fact that a version of this ticket's own policy came into force for it at ``now``.

        Why the policy matched stays what it was; ``migrated`` names the version before.
        """
        graded = [event for event in sorted(events, key=lambda event: event.order) if event.kind == facts.GRADED]
        data = dict(graded[-1].data) if graded else {}
        data.update(version=version.id, policy=version.policy_id.id, migrated=data.get("version"))
        data.pop("agreed", None)
        # sudo: what the contract says, whoever migrates
        agreed = self.sudo()._support_prepare_agreed(version.id, self.sudo().support_priority_id)
        if agreed:
            data["agreed"] = agreed
        return facts.Event(to_instant(now), facts.GRADED, facts.STAFF, data, max((e.id for e in events), default=0) + 1)

    def _support_migrate(self, version, user, key: str, now: datetime):
        """Give these tickets another version of the policy they are under, as a fact like any other.

        Tickets that were closed meanwhile, or came under another policy, are left alone.

        :param user: who decided
        :param key: what makes it one fact, see ``support.event``
        """
        tickets_sudo = self.sudo().filtered(
            lambda ticket: (
                not ticket.stage_id.closed
                and ticket.support_version_id != version
                and ticket.support_version_id.policy_id == version.policy_id
            )
        )
        if not tickets_sudo:
            return
        events = self.env["support.event"].sudo()._read_facts(tickets_sudo.ids)
        rows = []
        for ticket in tickets_sudo:
            grade = ticket._support_prepare_grade(events[ticket.id], version, now)
            rows.append(
                {
                    "ticket_id": ticket.id,
                    "kind": grade.kind,
                    "moment": now,
                    "side": grade.side,
                    "user_id": user.id,
                    "data": dict(grade.data),
                    "fact_key": key,
                }
            )
            ticket._support_set({"support_version_id": version.id, "support_agreed": grade.data.get("agreed", False)})
        tickets_sudo._support_record(rows, tickets_sudo.browse(), now)

    def _support_describe_pending(self, readings: Sequence[clock_function.Reading]) -> str:
        """One line when the due times are not yet those of the calendar as it is now; else empty."""
        self.ensure_one()
        Calendar = self.env["resource.calendar"]
        waiting = set()
        for reading in readings:
            if reading.clock.stopped is None and reading.target.duration is not None and reading.target.calendar:
                waiting.update(
                    since
                    for _id, since, applied in Calendar.browse(reading.target.calendar)._sla_get_timeline()
                    if applied is None and since > reading.clock.start
                )
        if waiting:
            return self.env._(
                "The working hours were changed %s. The due times here are those of before until the change is "
                "applied to open tickets.",
                self._support_when(min(waiting)),
            )
        stored = {(clock.target_id.id, clock.grade, clock.round): clock.deadline for clock in self.support_clock_ids}
        for reading in readings:
            clock = reading.clock
            key = (clock.target, clock.grade, clock.round)
            due = None if clock.deadline is None else from_instant(clock.deadline)
            if (
                clock.state in facts.LIVE
                and key in stored
                and (fields.Datetime.to_datetime(stored[key]) or None) != due
            ):
                return self.env._("The rules have changed; the due times are just being brought up to them.")
        return ""
