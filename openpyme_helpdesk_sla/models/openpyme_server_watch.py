import logging
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo import api, models
from odoo.addons.support_sla.models.support_sweep import CONFLICTS, RETRIES
from odoo.tools import SQL

from ..tools import address as addresses
from ..tools.probe import BLIND, DOWN, UP, Answer, Target, probe

_logger = logging.getLogger(__name__)

CRON = "openpyme_helpdesk_sla.ir_cron_servers"
#: servers that are asked at a time, unless an administrator says otherwise
THREADS = 16
#: seconds after which a run begins no further batch: with the longest time-out well below Odoo's limit of two minutes
RUN = 50
#: beside its time-out, a server that was taken up is left alone so long: who took it up may have died
LEASE = timedelta(seconds=60)
#: a server whose result cannot be written is left alone so long
ASIDE = timedelta(minutes=5)
#: after a failure it is looked at again so soon
CONFIRM = timedelta(minutes=1)
#: a check that was missed for so many intervals was not made: nobody knows what was meanwhile
MISSED = 3
#: at least so long, because scheduled actions may be late
MISSED_AT_LEAST = timedelta(minutes=10)
#: what the probe says of an address that may not be asked
NOT_ALLOWED = ("not_allowed", "redirect_not_allowed")
#: others that are asked whether our own network is at fault
WITNESSES = 5
#: a click on the button so soon after a check shows its result
JUST_NOW = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Job:
    """A server that was taken up: ``lease`` is what ``next_check`` was set to meanwhile (naive UTC)."""

    server_id: int
    lease: datetime
    target: Target | None


class OpenpymeServer(models.Model):
    """Asks servers whether they are there (O-15).

    Take up (short transaction) → ask (no transaction, no lock, several at a time) → write what was found (short
    transaction, which looks again whether the server is still the one that was taken up).
    """

    _inherit = "openpyme.server"

    # --- scheduled action -------------------------------------------------------------------------

    @api.model
    def _cron_check(self):
        """Scheduled action, every minute: ask the servers that are due, a share a run."""
        cron = self.env["ir.cron"]
        begun = time.monotonic()
        while time.monotonic() - begun < RUN:
            try:
                jobs = self._claim(self.env["support.event"]._now(), self._get_thread_count())
                rules = self.env["openpyme.allowed.address"]._get_rules()
                time_left = cron._commit_progress(remaining=len(jobs))
            except CONFLICTS as error:
                # somebody else was faster, and crons get no retry from Odoo (F-3)
                self.env.cr.rollback()
                self.env.transaction.reset()
                _logger.info("The servers that are due are left for the next run: %s", type(error).__name__)
                return
            if not jobs:
                break
            # nothing is open here: a server that takes its time holds up nobody
            answers = self._probe_all(jobs, rules)
            for job in self._sort_jobs(jobs, answers):
                self._settle_safely(job, answers[job.server_id])
                time_left = cron._commit_progress(1)
            if not time_left:
                break

    @api.model
    def _get_thread_count(self) -> int:
        """Servers asked at a time, an administrator's knob."""
        asked = self.env["ir.config_parameter"].sudo().get_param("openpyme_helpdesk_sla.server_threads")
        try:
            return min(max(1, int(asked or THREADS)), 64)
        except ValueError:
            return THREADS

    @api.model
    def _claim(self, now: datetime, limit: int) -> list[Job]:
        """Take up servers that are due and that nobody else has taken up; the longest overdue first.

        :param now: naive UTC
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                # materialized: as a plain subquery it may be run more than once, and then the limit does not hold
                """WITH due AS MATERIALIZED (
                       SELECT id FROM openpyme_server WHERE active AND next_check IS NOT NULL AND next_check <= %s
                       ORDER BY next_check, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED)
                   UPDATE openpyme_server AS server SET next_check = %s + make_interval(secs => server.timeout)
                     FROM due WHERE server.id = due.id
                   RETURNING server.id""",
                now,
                limit,
                now + LEASE,
            ),
            log_exceptions=False,
        )
        servers_sudo = self.sudo().browse(sorted(row[0] for row in self.env.cr.fetchall()))
        servers_sudo.invalidate_recordset(["next_check"], flush=False)
        jobs = []
        for server_sudo in servers_sudo:
            if server_sudo.state == "paused":
                server_sudo._end_pause(server_sudo.pause_until or now, taken_up=True)
            try:
                target = server_sudo._get_target()
            except addresses.AddressError:
                target = None
            # read before the probe begins: afterwards there is no transaction
            jobs.append(Job(server_sudo.id, server_sudo.next_check, target))
        return jobs

    @api.model
    def _probe_all(self, jobs: list[Job], rules: tuple[addresses.Rule, ...]) -> dict[int, Answer]:
        """Ask them all at once; touches no record. Each ends by its own time-out."""
        unmade = Answer(BLIND, "error")
        answers = {job.server_id: Answer(BLIND, "not_allowed") if job.target is None else unmade for job in jobs}
        asked = [job for job in jobs if job.target is not None]
        if not asked:
            return answers
        pool = ThreadPoolExecutor(len(asked), thread_name_prefix="openpyme.probe")
        try:
            made = {pool.submit(probe, job.target, rules): job for job in asked}
            done, _late = wait_for(made, timeout=max(job.target.timeout for job in asked) + 5)
            for one in done:
                error = one.exception()
                if error is None:
                    answers[made[one].server_id] = one.result()
                else:
                    # its words might repeat the address: the kind of error is enough
                    _logger.warning("Server %s could not be asked: %s", made[one].server_id, type(error).__name__)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return answers

    @api.model
    def _sort_jobs(self, jobs: list[Job], answers: dict[int, Answer]) -> list[Job]:
        """What is up first: it bears witness for our own network."""
        return sorted(jobs, key=lambda job: answers[job.server_id].outcome != UP)

    @api.model
    def _settle_safely(self, job: Job, answer: Answer) -> None:
        """Write down what was found; what collides is tried again, what fails is put off and the others go on."""
        for _try in range(RETRIES):
            try:
                with self.env.cr.savepoint():
                    self._settle(job, answer, self.env["support.event"]._now())
                return
            except CONFLICTS:
                # nothing of this transaction is kept; it is the only one result in it
                self.env.cr.rollback()
                self.env.transaction.reset()
            except Exception:
                _logger.exception("The result of server %s could not be written", job.server_id)
                self._put_off(job)
                return

    @api.model
    def _put_off(self, job: Job) -> None:
        self.env.cr.execute(
            SQL(
                "UPDATE openpyme_server SET last_code = 'error', next_check = %s WHERE id = %s AND next_check = %s",
                self.env["support.event"]._now() + ASIDE,
                job.server_id,
                job.lease,
            )
        )
        self.browse(job.server_id).invalidate_recordset(["last_code", "next_check"], flush=False)

    @api.model
    def _settle(self, job: Job, answer: Answer, moment: datetime) -> bool:
        """Write down what was found, unless the server was changed, paused, or asked by somebody else meanwhile.

        :param moment: naive UTC
        :return: whether it was
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT 1 FROM openpyme_server WHERE id = %s AND next_check = %s AND active AND state != 'paused'
                   FOR NO KEY UPDATE""",
                job.server_id,
                job.lease,
            ),
            log_exceptions=False,
        )
        if not self.env.cr.fetchone():
            return False
        server_sudo = self.sudo().browse(job.server_id)
        server_sudo.invalidate_recordset(flush=False)
        server_sudo._take_answer(answer, moment)
        return True

    # --- button -----------------------------------------------------------------------------------

    def action_check_now(self):
        """Ask it now, and say what it answered; whoever sees the server may."""
        self.ensure_one()
        self.check_access("read")
        server_sudo = self.sudo()
        now = self.env["support.event"]._now()
        if not server_sudo.last_checked or now - server_sudo.last_checked > JUST_NOW or server_sudo.state == "paused":
            job = Job(self.id, now, server_sudo._get_target_safely())
            rules = self.env["openpyme.allowed.address"]._get_rules()
            answer = self._probe_all([job], rules)[self.id]
            server_sudo.flush_recordset()
            server_sudo.lock_for_update()
            server_sudo.invalidate_recordset(flush=False)
            if server_sudo.active and server_sudo.state != "paused":
                server_sudo._take_answer(answer, now)
            code, status, millis, good = answer.code, answer.status, answer.millis, answer.outcome == UP
        else:
            code, status = server_sudo.last_code, server_sudo.last_status
            millis, good = server_sudo.last_millis, code == "ok"
        found = self._say_code(code, status)
        message = self.env._("%(found)s (%(millis)s ms).", found=found, millis=millis) if millis else f"{found}."
        if not good and server_sudo.state == "up" and server_sudo.failures >= server_sudo.tolerance:
            message += " " + self.env._(
                "It does not count as down yet: it may be our own network, so others are asked first."
            )
        elif not good and server_sudo.state == "up" and server_sudo.failures:
            message += " " + self.env._(
                "Failed checks in a row: %(count)s; from %(tolerance)s on it counts as down.",
                count=server_sudo.failures,
                tolerance=server_sudo.tolerance,
            )
        if server_sudo.state == "paused":
            message += " " + self.env._("Monitoring is paused: this was not recorded.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.name,
                "message": message,
                "type": "success" if good else "danger",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_target_safely(self) -> Target | None:
        try:
            return self._get_target()
        except addresses.AddressError:
            return None

    # --- what an answer means ---------------------------------------------------------------------

    def _ask_again(self) -> None:
        """Something about them changed: what was asked before says nothing any more."""
        now = self.env["support.event"]._now()
        self.write({"next_check": now, "failures": 0, "first_failure": False})
        self.env["support.health"]._wake(CRON)

    def _take_answer(self, answer: Answer, moment: datetime) -> None:
        """What a check found, at ``moment`` (naive UTC). With sudo, its row locked."""
        self.ensure_one()
        self.env["openpyme.server.check"].create(
            {
                "server_id": self.id,
                "moment": moment,
                "outcome": answer.outcome,
                "code": answer.code,
                "status": answer.status,
                "millis": answer.millis,
            }
        )
        self._admit_gap(moment)
        every = timedelta(minutes=self.every)
        values = {
            "last_checked": moment,
            "last_code": answer.code,
            "last_status": answer.status,
            "last_millis": answer.millis,
            "next_check": moment + every,
        }
        if answer.outcome == UP:
            self.write({**values, "last_seen": moment, "failures": 0, "first_failure": False})
            self._see_the_light()
            if self.state != "up":
                self._change_state("up", moment)
            self._end_outage(moment)
        elif answer.outcome == DOWN:
            first = self.first_failure or moment
            if self.state != "down":
                values["next_check"] = moment + min(every, CONFIRM)
            self.write({**values, "failures": self.failures + 1, "first_failure": first})
            if self.state != "down" and self.failures >= self.tolerance and self._is_believed(moment):
                self._change_state("down", first, answer)
                self._begin_outage(first, moment)
                self.next_check = moment + every
            elif self.state == "down":
                self._go_on_with_outage(moment)
        elif answer.code not in NOT_ALLOWED:
            # the fault is ours: nothing is known, and it is tried again soon
            self.write({**values, "next_check": moment + min(every, CONFIRM)})
        else:
            self.write(values)
            if self.state == "up":
                self._change_state("unknown", moment, answer)

    def _admit_gap(self, moment: datetime) -> None:
        """When nobody looked for long, nobody knows whether it was up meanwhile."""
        if self.state != "up" or not self.last_checked:
            return
        every = timedelta(minutes=self.every)
        if moment - self.last_checked > max(MISSED * every, MISSED_AT_LEAST):
            self._change_state("unknown", self.last_checked + every)

    def _is_believed(self, moment: datetime) -> bool:
        """Whether a failure is the server's and not our own network's.

        When servers of several accounts fail and nobody has answered since, it is likely us: the others are asked at
        once, and when they fail as well one alarm says so instead of a ticket each (see CONFIGURE).
        """
        self.ensure_one()
        provider = self._get_provider()
        least = provider.openpyme_server_blind_minimum
        others = self.search(
            [
                ("id", "!=", self.id),
                # one that has been down for long bears no witness
                ("state", "not in", ["paused", "down"]),
                ("next_check", "!=", False),
                ("host", "!=", self.host),
                ("last_checked", "!=", False),
                ("last_code", "not in", NOT_ALLOWED),
            ],
            order="last_checked desc, id",
            limit=1000,
        )
        accounts = others.commercial_partner_id | self.commercial_partner_id
        if not least or len(others) + 1 < least or len(accounts) < 2:
            return True
        if any(other.last_seen and other.last_seen >= self.first_failure for other in others):
            return True
        unasked = others.filtered(lambda other: not other.failures or other.last_checked < self.first_failure)
        if unasked:
            self._ask_witnesses(unasked[:WITNESSES], moment)
        elif not provider.openpyme_server_blind_since:
            provider.openpyme_server_blind_since = min(
                (self | others).filtered("first_failure").mapped("first_failure")
            )
        return False

    def _ask_witnesses(self, witnesses, moment: datetime) -> None:
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE openpyme_server SET next_check = %s WHERE next_check > %s AND id IN (
                       SELECT id FROM openpyme_server WHERE id = ANY(%s) FOR NO KEY UPDATE SKIP LOCKED)""",
                moment,
                moment,
                witnesses.ids,
            )
        )
        witnesses.invalidate_recordset(["next_check"], flush=False)
        self.env["support.health"]._wake(CRON)

    def _see_the_light(self) -> None:
        """One that answers shows that our own network works."""
        provider = self._get_provider()
        if provider.openpyme_server_blind_since:
            provider.openpyme_server_blind_since = False

    # --- history ----------------------------------------------------------------------------------

    def _start_history(self, moment: datetime) -> None:
        self.env["openpyme.server.span"].create(
            [{"server_id": server.id, "state": server.state, "start": moment} for server in self]
        )

    def _change_state(self, state: str, moment: datetime, answer: Answer | None = None) -> None:
        """Another state since ``moment`` (naive UTC): the history's open row ends, the next begins."""
        self.ensure_one()
        running = self.env["openpyme.server.span"].search([("server_id", "=", self.id), ("stop", "=", False)], limit=1)
        values = {
            "state": state,
            "code": answer.code if answer else False,
            "status": answer.status if answer else 0,
        }
        if running and moment <= running.start:
            moment = running.start  # a state that lasted no second was none
            running.write(values)
        else:
            running.write({"stop": moment})
            running.flush_recordset()
            self.env["openpyme.server.span"].create({**values, "server_id": self.id, "start": moment})
        self.write({"state": state, "since": moment})

    def _pause(self, reason: str, until: datetime | None, moment: datetime) -> None:
        """Look no more, until ``until`` (naive UTC) or somebody resumes. With sudo."""
        self.ensure_one()
        if self.state != "paused":
            self._change_state("paused", moment)
        self.write(
            {
                "pause_reason": reason,
                "pause_until": until or False,
                "next_check": until or False,
                "failures": 0,
                "first_failure": False,
            }
        )

    def _stop_watching(self, moment: datetime) -> None:
        """Archived: nothing is known from now on, and its outage is left to whoever has the ticket. With sudo."""
        for server in self:
            if server.state != "unknown":
                server._change_state("unknown", moment)
        self.write(
            {
                "failures": 0,
                "first_failure": False,
                "ticket_id": False,
                "outage_id": False,
                "unnoted": 0,
                "pause_reason": False,
                "pause_until": False,
            }
        )

    def _end_pause(self, moment: datetime, *, taken_up: bool = False) -> None:
        """Look again from ``moment`` (naive UTC) on. With sudo.

        :param taken_up: it is being asked already
        """
        self.ensure_one()
        self._change_state("unknown", moment)
        self.write({"pause_reason": False, "pause_until": False})
        if not taken_up:
            self.next_check = moment
