import logging
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from odoo import api, fields, models
from odoo.tools import SQL
from psycopg2 import OperationalError, errors

from ..tools import facts
from .support_context import inside
from .support_time import from_instant, to_instant

_logger = logging.getLogger(__name__)

#: Crons get no retry from Odoo: what another transaction got in the way of is tried again here (F-3).
RETRIES = 5
CONFLICTS = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)


class SupportSweep(models.AbstractModel):
    """Finds what is due and hands it on: breaches are marked, steps of chains taken, each exactly once.

    It decides nothing: a clock's deadline was decided when its facts were recorded. Batches are
    short transactions; a ticket that fails is set aside and the others go on (E-5.1, E-5.2).
    """

    _name = "support.sweep"
    _description = "Support Sweep"

    @api.model
    def _get_batch_size(self) -> int:
        """Due promises a transaction, an administrator's knob."""
        return max(1, int(self.env["ir.config_parameter"].sudo().get_param("support_sla.sweep_batch") or 200))

    @api.model
    def _cron_sweep(self):
        """Scheduled action, every minute and at the minutes asked for by :meth:`_ask_to_wake`."""
        cron = self.env["ir.cron"]
        self._resume_safely()
        size = self._get_batch_size()
        left_alone: set[int] = set()
        collisions = 0
        while True:
            now = self.env["support.event"]._now()
            ticket_ids: list[int] = []
            try:
                ticket_ids = self._claim(now, size, left_alone)
                self._sweep_tickets(ticket_ids, now)
                time_left = cron._commit_progress(len(ticket_ids), remaining=1 if ticket_ids else 0)
            except CONFLICTS as error:
                # Crons get no retry from Odoo. An agent or another sweep was faster: nothing of this batch is kept.
                # Look again in smaller batches, so that one ticket that many write to holds up no other (F-3).
                self.env.cr.rollback()
                self.env.transaction.reset()
                collisions += 1
                if len(ticket_ids) == 1:
                    left_alone.update(ticket_ids)
                elif collisions > RETRIES:
                    _logger.info("The sweep leaves the rest for its next run: %s", error)
                    break
                size = max(1, size // 4)
                continue
            if not ticket_ids or not time_left:
                break
            collisions = 0
            size = min(size * 4, self._get_batch_size())
        self._ask_to_wake()

    @api.model
    def _ask_to_wake(self):
        """Ask for a run at the exact moment when something is due before the next minute's run; that asks again."""
        self.env.cr.execute(
            """SELECT least((SELECT min(sweep_at) FROM support_clock WHERE sweep_at IS NOT NULL),
                            (SELECT min(support_resume_at) FROM helpdesk_ticket WHERE support_resume_at IS NOT NULL))"""
        )
        (upcoming,) = self.env.cr.fetchone()
        now = fields.Datetime.now()
        if upcoming and upcoming <= now + timedelta(minutes=2):
            # one second later: a promise kept in its last second is kept
            self.env["support.health"]._wake("support_sla.ir_cron_sweep", max(upcoming, now) + timedelta(seconds=1))

    @api.model
    def _sweep_batch(self, now: datetime) -> int:
        """One transaction's worth: take tickets nobody else sweeps, and do what is due on them.

        :param now: naive UTC; a deadline is missed when it lies before this moment
        :return: number of tickets handled; 0 when nothing is due
        """
        self._resume_due(now)
        ticket_ids = self._claim(now, self._get_batch_size())
        self._sweep_tickets(ticket_ids, now)
        return len(ticket_ids)

    @api.model
    def _resume_safely(self):
        """End the pauses that were to end by now, in a transaction of their own; what collides is left for the next
        run, a minute later: a pause ends at its own moment however late that is noticed (F-3)."""
        try:
            self._resume_due(self.env["support.event"]._now())
            self.env["ir.cron"]._commit_progress()
        except CONFLICTS as error:
            self.env.cr.rollback()
            self.env.transaction.reset()
            _logger.info("The sweep leaves pauses that end for its next run: %s", error)

    @api.model
    def _resume_due(self, now: datetime):
        """End pauses by hand that were to end by themselves (E-3.2)."""
        self.env["helpdesk.ticket"].flush_model(["support_resume_at"])
        self.env.cr.execute(
            SQL(
                """SELECT id, support_resume_at FROM helpdesk_ticket
                   WHERE support_resume_at IS NOT NULL AND support_resume_at <= %s
                   ORDER BY support_resume_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED""",
                now,
                self._get_batch_size(),
            ),
            log_exceptions=False,
        )
        for ticket_id, moment in self.env.cr.fetchall():
            ticket_sudo = self.env["helpdesk.ticket"].sudo().browse(ticket_id)
            try:
                with self.env.cr.savepoint():
                    ticket_sudo._support_resume(moment, facts.SYSTEM)
            except OperationalError:
                raise
            except Exception as error:  # noqa: BLE001  one bad ticket must not stop the others
                _logger.warning("The pause of ticket %s could not be ended: %s", ticket_id, error)
                self.env.invalidate_all()
                self._set_aside(ticket_id, error, now)
                ticket_sudo._support_set({"support_resume_at": now + timedelta(minutes=10)})

    @api.model
    def _claim(self, now: datetime, limit: int, left_alone: Collection[int] = ()) -> list[int]:
        """Ids of tickets with something due, each locked until the transaction ends; the most overdue first.

        Tickets that another sweep has, or that somebody is writing to, are passed over: nobody waits, and sweeps
        share the work (F-1, F-2). Whoever writes to a claimed one waits for the end of the batch.
        """
        self.env["support.clock"].flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT clock.ticket_id FROM support_clock AS clock
                   JOIN helpdesk_ticket AS ticket ON ticket.id = clock.ticket_id
                   WHERE clock.sweep_at IS NOT NULL AND clock.sweep_at < %(now)s
                     AND NOT clock.ticket_id = ANY(%(left_alone)s)
                   ORDER BY clock.sweep_at LIMIT %(limit)s
                   FOR NO KEY UPDATE OF ticket SKIP LOCKED""",
                now=now,
                limit=limit,
                left_alone=list(left_alone),
            ),
            # a row that another sweep has changed since the snapshot is a collision, tried again by the caller
            log_exceptions=False,
        )
        return list(dict.fromkeys(ticket_id for (ticket_id,) in self.env.cr.fetchall()))

    @api.model
    def _sweep_tickets(self, ticket_ids: list[int], now: datetime):
        """Do what is due on claimed tickets; one that fails is set aside and the others go on."""
        if not ticket_ids:
            return
        try:
            with self.env.cr.savepoint():
                self._handle(ticket_ids, now)
        except CONFLICTS:
            raise
        except Exception:  # noqa: BLE001  one bad row must not stop the others
            _logger.info("A ticket of a batch of %s failed: taking them one by one", len(ticket_ids))
            self.env.invalidate_all()
            self._handle_one_by_one(ticket_ids, now)

    @api.model
    def _handle_one_by_one(self, ticket_ids: list[int], now: datetime):
        """A batch failed: isolate the ticket that is to blame (F-4)."""
        for ticket_id in ticket_ids:
            try:
                with self.env.cr.savepoint():
                    self._handle([ticket_id], now)
            except OperationalError:
                raise
            except Exception as error:  # noqa: BLE001  one bad row must not stop the others
                _logger.warning("Support sweep sets ticket %s aside: %s", ticket_id, error)
                self.env.invalidate_all()
                self._set_aside(ticket_id, error, now)

    @api.model
    def _set_aside(self, ticket_id: int, error: Exception, now: datetime):
        ticket = self.env["helpdesk.ticket"].sudo().browse(ticket_id)
        if self.env["support.trouble"]._set_aside(ticket, error, now):
            self.env["support.notification"]._enqueue(
                [ticket._support_tell_administrator("trouble", key=f"trouble:{now}", error=str(error)[:200])]
            )

    @api.model
    def _handle(self, ticket_ids: list[int], now: datetime):
        """Do everything that is due on these tickets."""
        due = self._mark_breaches(ticket_ids, now)
        fired = self._fire(due, now)
        moved = {row["ticket_id"] for row in fired}
        self._set_next_moment([clock for clock in due if clock["ticket_id"] in moved], now)
        self._tell_regrades([clock for clock in due if clock["regrade_breach"]])
        self._remind_of_agreements([clock for clock in due if clock["hold"] == facts.TO_AGREE])
        self._refresh_tickets(ticket_ids)
        if any(clock["aside"] for clock in due):
            self._take_back(ticket_ids, now)

    @api.model
    def _mark_breaches(self, ticket_ids: list[int], now: datetime) -> list[dict[str, Any]]:
        """Mark what was missed and put each clock that is due off until its next moment, or for good; one statement.

        The deadline itself is the moment of the breach, however late this is noticed (E-3.1). What nobody measures
        any more, because the addon of its metric was removed, is let rest: it is not missed, and nobody is told.

        :return: the clocks that were due, by ticket and deadline
        """
        known = list(self.env["support.target"]._get_metrics())
        self.env.cr.execute(
            SQL(
                """UPDATE support_clock SET
                       breached = CASE WHEN state = 'running' AND deadline < %(now)s AND metric = ANY(%(known)s)
                                       THEN COALESCE(breached, deadline) ELSE breached END,
                       sweep_at = CASE WHEN metric = ANY(%(known)s) THEN %(next_moment)s END
                   WHERE ticket_id = ANY(%(ticket_ids)s) AND sweep_at < %(now)s
                   RETURNING id, ticket_id, target_id, metric, grade, round, start, state, hold, deadline, budget,
                             cycle, breached, regrade_breach, aside, agenda""",
                now=now,
                known=known,
                next_moment=self._get_next_moment(now),
                ticket_ids=ticket_ids,
            )
        )
        due = [clock for clock in self.env.cr.dictfetchall() if clock["metric"] in known]
        self.env["support.clock"].invalidate_model(["breached", "sweep_at"], flush=False)
        return sorted(due, key=lambda clock: (clock["ticket_id"], clock["deadline"] or datetime.max, clock["id"]))

    @api.model
    def _get_next_moment(self, now: datetime) -> SQL:
        """The first moment of a clock's agenda that is not over, as an expression on its row."""
        return SQL(
            """(SELECT to_timestamp(min((item->>0)::bigint)) AT TIME ZONE 'UTC'
                FROM jsonb_array_elements(agenda) AS item WHERE (item->>0)::bigint >= %s)""",
            to_instant(now),
        )

    @api.model
    def _set_next_moment(self, due: list[dict[str, Any]], now: datetime):
        """Put clocks off once more: a step that was taken may have moved the stage or the priority, and with it
        what is ahead."""
        if due:
            self.env.cr.execute(
                SQL(
                    "UPDATE support_clock SET sweep_at = %s WHERE id = ANY(%s) AND sweep_at < %s",
                    self._get_next_moment(now),
                    [clock["id"] for clock in due],
                    now,
                )
            )
            self.env["support.clock"].invalidate_model(["sweep_at"], flush=False)

    @api.model
    def _take_back(self, ticket_ids: list[int], now: datetime):
        """Tickets that had been set aside were swept without error."""
        self.env.cr.execute(
            SQL("UPDATE support_clock SET aside = NULL WHERE ticket_id = ANY(%s) AND aside", ticket_ids)
        )
        self.env["support.clock"].invalidate_model(["aside"], flush=False)
        self.env["support.trouble"]._settle(ticket_ids, now)

    # --- escalation ------------------------------------------------------------------------------

    @api.model
    def _fire(self, due: list[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
        """Take the steps that are due; rows that were taken by this transaction."""
        instant = to_instant(now)
        with_steps = [clock for clock in due if self.env["support.target"]._get_agenda(clock["target_id"])["steps"]]
        if not with_steps:
            return []
        # what the steps look at on their tickets, read at once and not ticket by ticket
        tickets = self.env["helpdesk.ticket"].sudo().browse(dict.fromkeys(clock["ticket_id"] for clock in with_steps))
        tickets.mapped("support_provider_id")
        done, acknowledged = self._read_taken([clock["id"] for clock in with_steps])
        rows: list[dict[str, Any]] = []
        for clock in with_steps:
            planned = [
                (moment, step_id)
                for moment, step_id in clock["agenda"] or ()
                if step_id is not None and moment < instant and (clock["id"], step_id, clock["cycle"]) not in done
            ]
            rows += self._plan_steps(clock, planned, (clock["id"], clock["cycle"]) in acknowledged, now)
        taken = self.env["support.escalation"]._insert(rows)
        self._follow_up(taken, now)
        return [row for _id, row in taken]

    @api.model
    def _read_taken(self, clock_ids: list[int]) -> tuple[set[tuple], set[tuple]]:
        self.env.cr.execute(
            """SELECT clock_id, step_id, cycle, acknowledged IS NOT NULL FROM support_escalation
               WHERE clock_id = ANY(%s)""",
            (clock_ids,),
        )
        rows = self.env.cr.fetchall()
        return {row[:3] for row in rows}, {(row[0], row[2]) for row in rows if row[3]}

    @api.model
    def _plan_steps(
        self,
        clock: dict[str, Any],
        planned: list[tuple[int, int]],
        acknowledged: bool,
        now: datetime,
        ticket=None,
        skipped: list[dict[str, Any]] | None = None,
    ) -> list[dict[str, Any]]:
        """Rows for the steps of a clock that are due, with whom they reach.

        An empty role is written down as such and the step after it is taken at once (E-5.3).

        :param ticket: the clock's ticket, if it is not in the database (drill, E-5.5)
        :param skipped: filled with the steps that are not taken: ``step_id``, ``due`` and ``why``
            ("acknowledged" or "forbidden")
        """
        Step = self.env["support.escalation.step"].sudo()
        if ticket is None:
            ticket = self.env["helpdesk.ticket"].sudo().browse(clock["ticket_id"])
        rows: list[dict[str, Any]] = []
        chain = [step_id for step_id, *_rest in self.env["support.target"]._get_agenda(clock["target_id"])["steps"]]
        queue = [(from_instant(moment), step_id) for moment, step_id in planned]
        queued = {step_id for _moment, step_id in queue}
        while queue:
            moment, step_id = queue.pop(0)
            step = Step.browse(step_id)
            why = ""
            if acknowledged and step.wait_acknowledgement:
                why = "acknowledged"
            elif not ticket._support_allows_step(step, clock):
                why = "forbidden"
            if why:
                if skipped is not None:
                    skipped.append({"step_id": step_id, "due": moment, "why": why})
                continue
            partners = step.role_id._get_partners(ticket, now, on_call=step.reach == "on_call")
            rows.append(
                {
                    "ticket_id": ticket.id,
                    "clock_id": clock["id"],
                    "step_id": step_id,
                    "cycle": clock["cycle"],
                    "role_id": step.role_id.id,
                    "due": moment,
                    "fired": now,
                    "state": "told" if partners else "empty",
                    "partners": partners,
                }
            )
            if not partners:
                following = chain[chain.index(step_id) + 1 :][:1]
                if following and following[0] not in queued:
                    queued.add(following[0])
                    queue.insert(0, (moment, following[0]))
        return rows

    @api.model
    def _follow_up(self, taken: list[tuple[int, dict[str, Any]]], now: datetime):
        """Tell whom the steps name, move stages and priorities, note it on the tickets."""
        by_ticket: dict[int, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
        for escalation_id, row in taken:
            by_ticket[row["ticket_id"]].append((escalation_id, row))
        intents: list[dict[str, Any]] = []
        event_rows: list[dict[str, Any]] = []
        for ticket_id, pairs in by_ticket.items():
            ticket = self.env["helpdesk.ticket"].sudo().browse(ticket_id)
            intents += self._prepare_intents(ticket, pairs, now)
            told = [(escalation_id, row) for escalation_id, row in pairs if row["state"] == "told"]
            for escalation_id, row in told:
                if self._is_reminder(row["step_id"]):
                    continue
                event_rows.append(
                    {
                        "ticket_id": ticket_id,
                        "kind": facts.ESCALATED,
                        "moment": now,
                        "side": facts.SYSTEM,
                        "data": {"step": row["step_id"], "role": row["role_id"], "due": str(row["due"])},
                        "fact_key": f"escalation:{escalation_id}",
                    }
                )
            if told:
                self._apply_steps(ticket, [row for _id, row in told], None, now)
        self.env["support.event"].sudo()._record(event_rows)
        self.env["support.notification"]._enqueue(intents)

    @api.model
    def _prepare_intents(self, ticket, pairs: list[tuple[int, dict[str, Any]]], now: datetime) -> list[dict[str, Any]]:
        """One intent for each person and channel, however many steps are told of: a digest when they
        come late (E-5.2)."""
        Step = self.env["support.escalation.step"].sudo()
        groups: dict[tuple[int, str], list[int]] = defaultdict(list)
        intents: list[dict[str, Any]] = []
        latest = timedelta()
        for escalation_id, row in pairs:
            step = Step.browse(row["step_id"])
            latest = max(latest, now - row["due"])
            if row["state"] == "empty":
                intents.append(
                    ticket._support_tell_administrator(
                        "role_empty", key=f"role_empty:{row['role_id']}", role=step.role_id.name
                    )
                )
            channels = ("message", "activity") if step.channel == "both" else (step.channel,)
            for partner in row["partners"]:
                for channel in channels:
                    groups[(partner.id, channel)].append(escalation_id)
        late = latest > timedelta(minutes=ticket.support_provider_id.digest_minutes or 15)
        for (partner_id, channel), escalation_ids in groups.items():
            intents.append(
                {
                    "ticket_id": ticket.id,
                    "kind": "digest" if late and len(escalation_ids) > 1 else "escalation",
                    "partner_id": partner_id,
                    "channel": channel,
                    "escalation_ids": escalation_ids,
                    "data": {"late": int(latest.total_seconds())} if late else False,
                }
            )
        return intents

    @api.model
    def _apply_steps(self, ticket, rows: list[dict[str, Any]], user, now: datetime):
        """What steps change on the ticket itself: it is escalated, its stage and priority may follow."""
        steps = self.env["support.escalation.step"].sudo().browse([row["step_id"] for row in rows])
        escalating = steps.filtered(lambda step: not self._is_reminder(step.id))
        if escalating:
            ticket._support_set(ticket._support_escalated_values(escalating[-1:], user, now))
        changes = self._get_changes(ticket, steps)
        if changes:
            ticket.with_context(**inside(support_now=now, support_side=facts.SYSTEM)).write(changes)

    @api.model
    def _is_reminder(self, step_id: int) -> bool:
        """Whether a step tells the customer: that reminds of what the customer owes, and escalates nothing (B-10)."""
        return self.env["support.escalation.step"].sudo().browse(step_id).role_id.source == "customer"

    @api.model
    def _get_changes(self, ticket, steps) -> dict[str, Any]:
        """What taking ``steps`` changes on the ticket: values of its stage and priority, where they differ."""
        changes: dict[str, Any] = {}
        stage = steps.stage_id[-1:]
        if not stage and not all(self._is_reminder(step.id) for step in steps):
            stage = ticket.support_provider_id.escalated_stage_id
        if stage and stage != ticket.stage_id:
            changes["stage_id"] = stage.id
        priority = steps.priority_id[-1:]
        if priority and priority != ticket.support_priority_id and ticket._support_allows_priority(priority):
            changes["support_priority_id"] = priority.id
        return changes

    @api.model
    def _take_by_hand(self, ticket, step, reason: str, user, side: str):
        """Take ``step`` now because somebody asked for it (E-5.4). Called with sudo, access checked before."""
        now = self.env["support.event"]._now()
        partners = step.role_id._get_partners(ticket, now, on_call=step.reach == "on_call")
        clock = ticket.support_clock_ids.filtered(
            lambda clock: clock.target_id.chain_id == step.chain_id and clock.state in facts.LIVE
        )[:1]
        row = {
            "ticket_id": ticket.id,
            "clock_id": clock.id,
            "step_id": step.id,
            "cycle": clock.cycle,
            "role_id": step.role_id.id,
            "due": now,
            "fired": now,
            "manual": True,
            "user_id": user.id,
            "reason": reason,
            "state": "told" if partners else "empty",
            "partners": partners,
        }
        taken = self.env["support.escalation"]._insert([row])
        intents = self._prepare_intents(ticket, taken, now)
        self._apply_steps(ticket, [row], user, now)
        ticket._support_add_fact(
            facts.ESCALATED,
            {"step": step.id, "role": step.role_id.id, "reason": reason},
            side=side,
            key=f"escalation:{taken[0][0]}",
        )
        ticket.message_post(
            body=self.env._("Escalated to %(role)s: %(reason)s", role=step.role_id.name, reason=reason),
            author_id=user.partner_id.id,
            message_type="notification",
        )
        self.env["support.notification"]._enqueue(intents)

    @api.model
    def _tell_regrades(self, clocks: list[dict[str, Any]]):
        """One notice a ticket that a changed promise is already late (E-3.3)."""
        intents = []
        for clock in clocks:
            ticket = self.env["helpdesk.ticket"].sudo().browse(clock["ticket_id"])
            imported = ticket.support_history_until
            if imported and clock["breached"] and clock["breached"] <= imported:
                continue  # late long before it came to us (E-3.10)
            recipient = ticket._support_get_recipient()
            intent = ticket._support_tell_administrator("regrade_breach", key=f"regrade:{clock['grade']}")
            if recipient:
                intent["partner_id"] = recipient.partner_id.id
            intents.append(intent)
        # two promises of one regrade make one notice
        unique = {(intent["ticket_id"], intent["key"]): intent for intent in intents}
        self.env["support.notification"]._enqueue(list(unique.values()))

    @api.model
    def _remind_of_agreements(self, clocks: list[dict[str, Any]]):
        """A date that nobody agreed on in time: remind whoever works on the ticket, once (E-3.5)."""
        intents = []
        for clock in clocks:
            ticket = self.env["helpdesk.ticket"].sudo().browse(clock["ticket_id"])
            intent = ticket._support_tell_administrator(
                "to_agree", key=f"to_agree:{clock['id']}", metric=clock["metric"]
            )
            recipient = ticket._support_get_recipient()
            if recipient:
                intent["partner_id"] = recipient.partner_id.id
            intents.append(intent)
        self.env["support.notification"]._enqueue(intents)

    @api.model
    def _refresh_tickets(self, ticket_ids: list[int]):
        """Bring the tickets' own columns up to their clocks."""
        summaries = self.env["support.clock"]._read_summaries(ticket_ids)
        tickets = self.env["helpdesk.ticket"].sudo().with_context(active_test=False).browse(ticket_ids)
        tickets._support_set_all([ticket._support_summarise(summaries[ticket.id]) for ticket in tickets])
