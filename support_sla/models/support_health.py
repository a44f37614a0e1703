import logging
import threading
import time
from datetime import datetime, timedelta
from typing import Any

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.modules import module as odoo_module
from odoo.modules.registry import Registry
from odoo.tools import SQL, config, format_datetime
from psycopg2 import OperationalError

from .support_sweep import CONFLICTS

_logger = logging.getLogger(__name__)

#: how long the sweep may be silent
SILENCE = timedelta(minutes=10)
#: a run that holds its lock is a long run, not a dead one; longer than this it hangs
LONGEST_RUN = timedelta(hours=1)
#: an installation under way is none that is stuck
INSTALLING = timedelta(minutes=5)
#: intents that wait longer than this mean that mails do not leave
WAITING = timedelta(hours=1)
#: from then on a scheduled action is failing; the fifth failure switches it off
FAILURES = 2
#: seconds between two looks of a server process, and between two answers of the health page
LOOK_EVERY, ANSWER_EVERY = 60, 15

TROUBLE, WARNING = "trouble", "warning"
Finding = dict[str, Any]

#: When this process last looked, and the answer it last gave, by database.
_looked: dict[str, float] = {}
_answers: dict[str, tuple[float, str, list[str]]] = {}


class SupportHealth(models.AbstractModel):
    """Whether the engine runs: looked at by a scheduled action of its own, by every server process that serves
    somebody, and by whoever asks for ``/support/health`` (F-8).

    A scheduled action that is off cannot tell so itself; neither can any while a module waits to be installed.
    """

    _name = "support.health"
    _description = "Health of the Support Desk"

    # --- looking -----------------------------------------------------------------------------------

    @api.model
    def _check_for_manager(self, now: datetime) -> list[Finding]:
        """What :meth:`_check` finds, for a helpdesk manager; nothing for anybody else."""
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager"):
            return []
        # sudo: a manager need not be able to read scheduled actions
        return self.sudo()._check(now)

    @api.model
    def _check(self, now: datetime) -> list[Finding]:
        """What is wrong. **Hook**: an addon adds findings, and their words in :meth:`_get_text`.

        :param now: naive UTC
        :return: dicts with ``code``, ``subject`` (what it is about, in words that need no translation), ``level``
            ("trouble" answers 503 and sends a mail; "warning" is shown), ``since`` (naive UTC or None), ``area`` (what
            the public page says: scheduled_actions, modules, outbox, tickets, mail_server) and ``data``
        """
        self.env.flush_all()
        return [
            *self._check_crons(now),
            *self._check_modules(now),
            *self._check_outbox(now),
            *self._check_set_aside(now),
            *self._check_mail_server(),
        ]

    @api.model
    def _finding(self, area: str, code: str, level: str, subject: str = "", since=None, **data: Any) -> Finding:
        return {"area": area, "code": code, "level": level, "subject": subject, "since": since, "data": data}

    @api.model
    def _get_vital_crons(self) -> tuple[str, ...]:
        """External ids of the scheduled actions without which no promise is watched. **Hook** for addons."""
        return ("support_sla.ir_cron_sweep", "support_sla.ir_cron_outbox")

    @api.model
    def _get_helpful_crons(self) -> tuple[str, ...]:
        """External ids of the scheduled actions that other work is handed to. **Hook** for addons."""
        return (
            "support_sla.ir_cron_recompute",
            "support_sla.ir_cron_history",
            "support_sla.ir_cron_remind_of_end",
            "support_sla.ir_cron_check",
            "support_sla.ir_cron_fill_holidays",
        )

    @api.model
    def _wake(self, xmlid: str, *moments: datetime) -> bool:
        """Ask for a run of a scheduled action, when this transaction is committed or at ``moments`` (naive UTC).

        :return: whether there is one. Whoever works on a ticket or on working hours is not stopped where an
            administrator has deleted it: what he does is stored, the page of health and a mail say what is missing, and
            the addon's upgrade brings it back.
        """
        cron = self.env.ref(xmlid, raise_if_not_found=False)
        if not cron:
            _logger.warning("The scheduled action %s is gone: upgrade its addon", xmlid)
            return False
        # sudo: whoever causes work need not be able to read scheduled actions
        cron.sudo()._trigger(list(moments) or None)
        return True

    @api.model
    @tools.ormcache()
    def _get_modules(self) -> tuple[str, ...]:
        """The engine, what it stands on and every addon on it: their scheduled actions are watched."""
        modules = self.env["ir.module.module"].sudo().search([("name", "in", ("support_guard", "support_sla"))])
        return tuple(sorted((modules | modules.downstream_dependencies()).mapped("name")))

    @api.model
    def _check_crons(self, now: datetime) -> list[Finding]:
        self.env.cr.execute(
            SQL(
                """SELECT cron.id, data.module || '.' || data.name AS xmlid, cron.cron_name AS name, cron.active,
                          cron.nextcall, cron.failure_count, cron.first_failure_date, cron.write_date,
                          cron.interval_number, cron.interval_type, cron.user_id, usr.active AS user_active, usr.login,
                          greatest(cron.lastcall, cron.create_date, cron.write_date, (
                              SELECT max(progress.write_date) FROM ir_cron_progress AS progress
                              WHERE progress.cron_id = cron.id
                          )) AS sign
                   FROM ir_model_data AS data
                   LEFT JOIN ir_cron AS cron ON cron.id = data.res_id
                   LEFT JOIN res_users AS usr ON usr.id = cron.user_id
                   WHERE data.model = 'ir.cron' AND data.module = ANY(%s) ORDER BY cron.priority, cron.id""",
                list(self._get_modules()),
            )
        )
        rows = self.env.cr.dictfetchall()
        vital = self._get_vital_crons()
        there = {row["xmlid"] for row in rows if row["id"]}
        findings = [
            self._finding("scheduled_actions", code, level, xmlid)
            for xmlids, code, level in (
                (vital, "cron_missing", TROUBLE),
                (self._get_helpful_crons(), "helper_missing", WARNING),
            )
            for xmlid in xmlids
            if xmlid not in there
        ]
        for row in rows:
            if row["id"]:
                findings += self._check_cron(row, TROUBLE if row["xmlid"] in vital else WARNING, now)
        return findings

    @api.model
    def _check_cron(self, row: dict[str, Any], level: str, now: datetime) -> list[Finding]:
        """One scheduled action: off, of somebody who has left, failing, or silent. The first that explains it."""
        area = "scheduled_actions"
        if not row["active"]:
            return [self._finding(area, "cron_off", level, row["name"], row["write_date"])]
        if not row["user_active"] and row["user_id"] != SUPERUSER_ID:
            # Odoo refuses to run it, and calls that a failure
            return [self._finding(area, "cron_user", level, row["name"], None, login=row["login"])]
        if row["failure_count"] >= FAILURES:
            since = row["first_failure_date"]
            return [self._finding(area, "cron_failing", level, row["name"], since, count=row["failure_count"])]
        due = self._get_latest_sign(row)
        if due is not None and due < now and not self._is_running(row, now):
            return [self._finding(area, "cron_late", level, row["name"], row["sign"])]
        return []

    @api.model
    def _get_latest_sign(self, row: dict[str, Any]) -> datetime | None:
        """Until when a scheduled action must have shown that it lives."""
        number, unit = row["interval_number"], row["interval_type"]
        if unit == "minutes":
            return row["sign"] + timedelta(minutes=number) + SILENCE
        if unit in ("hours", "days", "weeks"):
            return max(row["sign"] + timedelta(**{unit: number}), row["nextcall"]) + LONGEST_RUN
        return max(row["sign"], row["nextcall"]) + LONGEST_RUN

    @api.model
    def _is_running(self, row: dict[str, Any], now: datetime) -> bool:
        """Whether a process works on it at this moment: Odoo keeps its row locked meanwhile."""
        if row["sign"] < now - LONGEST_RUN:
            return False
        look = self.env.cr.savepoint(flush=False)
        try:
            self.env.cr.execute(
                SQL("SELECT 1 FROM ir_cron WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED", row["id"]),
                log_exceptions=False,
            )
            return not self.env.cr.fetchone()
        except OperationalError:
            return True  # it was written to this very moment
        finally:
            look.close(rollback=True)  # or Odoo would pass it over as one that runs

    @api.model
    def _check_modules(self, now: datetime) -> list[Finding]:
        """While one waits, Odoo runs no scheduled action of the database at all."""
        self.env.cr.execute(
            """SELECT name, state, write_date FROM ir_module_module
               WHERE state LIKE 'to %%' AND write_date < %s ORDER BY name""",
            (now - INSTALLING,),
        )
        return [
            self._finding("modules", "module_stuck", TROUBLE, name, since, state=state)
            for name, state, since in self.env.cr.fetchall()
        ]

    @api.model
    def _check_outbox(self, now: datetime) -> list[Finding]:
        self.env.cr.execute(
            """SELECT count(*), min(created), (array_agg(error ORDER BY id DESC) FILTER (WHERE error != ''))[1]
               FROM support_notification WHERE state IN ('pending', 'handed') AND created < %s""",
            (now - WAITING,),
        )
        count, since, error = self.env.cr.fetchone()
        findings = []
        if count:
            findings.append(self._finding("outbox", "outbox_stuck", TROUBLE, "", since, count=count, error=error or ""))
        self.env.cr.execute(
            "SELECT count(*), min(created) FROM support_notification WHERE state = 'failed' AND created > %s",
            (now - timedelta(days=14),),
        )
        count, since = self.env.cr.fetchone()
        if count:
            findings.append(self._finding("outbox", "outbox_failed", WARNING, "", since, count=count))
        return findings

    @api.model
    def _check_set_aside(self, now: datetime) -> list[Finding]:
        """Whoever runs the desk was told of each at once; what is still open after an hour mends itself no more."""
        self.env.cr.execute(
            """SELECT count(*), min(first), bool_or(first < %s) FROM support_trouble WHERE solved IS NULL""",
            (now - WAITING,),
        )
        count, since, old = self.env.cr.fetchone()
        level = TROUBLE if old else WARNING
        return [self._finding("tickets", "set_aside", level, "", since, count=count)] if count else []

    @api.model
    def _check_mail_server(self) -> list[Finding]:
        if self._has_mail_server():
            return []
        return [self._finding("mail_server", "no_mail_server", WARNING)]

    @api.model
    def _has_mail_server(self) -> bool:
        """Whether anybody has said where mails go: a record, or the server's configuration."""
        if self.env["ir.mail_server"].sudo().search_count([], limit=1):
            return True
        return bool(config["smtp_server"]) and (config["smtp_server"], config["smtp_port"]) != ("localhost", 25)

    # --- in words ----------------------------------------------------------------------------------

    @api.model
    def _get_text(self, finding: Finding) -> tuple[str, str]:
        """What is wrong and what to do, in the reader's language."""
        name, data = finding["subject"], finding["data"]
        match finding["code"]:
            case "cron_missing":
                return (
                    self.env._("The scheduled action %s is gone: no promise is watched.", name),
                    self.env._("Upgrade the addon that brings it."),
                )
            case "helper_missing":
                return (
                    self.env._("The scheduled action %s is gone: what it does is not done.", name),
                    self.env._("Upgrade the addon that brings it."),
                )
            case "cron_off":
                return (
                    self.env._("The scheduled action “%s” is switched off.", name),
                    self.env._("Switch it on under Settings › Technical › Scheduled Actions."),
                )
            case "cron_user":
                return (
                    self.env._(
                        "The scheduled action “%(name)s” belongs to %(user)s, who is archived: Odoo does not run it.",
                        name=name,
                        user=data.get("login"),
                    ),
                    self.env._("Give it to OdooBot."),
                )
            case "cron_failing":
                return (
                    self.env._("The scheduled action “%(name)s” fails (%(count)s times).", name=name, **data),
                    self.env._("Read the server's log; the fifth failure may switch it off."),
                )
            case "cron_late":
                return (
                    self.env._("The scheduled action “%s” has not run when it should have.", name),
                    self.env._("See whether the server runs scheduled actions (max_cron_threads, workers, log)."),
                )
            case "module_stuck":
                return (
                    self.env._(
                        "The addon %(name)s waits (%(state)s): meanwhile Odoo runs no scheduled action.",
                        name=name,
                        state=data.get("state"),
                    ),
                    self.env._("Finish or cancel it under Apps, then restart the server."),
                )
            case "outbox_stuck":
                return (
                    self.env._("Messages wait in the outbox for more than an hour: %(count)s. %(error)s", **data),
                    self.env._("See whether the mail server takes mails, then try again in the outbox."),
                )
            case "outbox_failed":
                return (
                    self.env._("Messages that could not be delivered: %(count)s.", **data),
                    self.env._("The outbox tells why."),
                )
            case "set_aside":
                return (
                    self.env._("Tickets that the sweep had to set aside: %(count)s.", **data),
                    self.env._("Helpdesk › Configuration › Operation › Tickets Set Aside tells the error."),
                )
            case "no_mail_server":
                return (
                    self.env._("No outgoing mail server is set up: mails go to this machine's own, if it has one."),
                    self.env._("Add one under Settings › Technical › Outgoing Mail Servers."),
                )
        return finding["code"], ""

    @api.model
    def _describe(self, findings: list[Finding]) -> list[dict[str, Any]]:
        """Findings for people: ``level``, ``word``, ``text``, ``fix``, ``since`` in the reader's zone."""
        words = {TROUBLE: self.env._("trouble"), WARNING: self.env._("warning")}
        described = []
        for finding in sorted(findings, key=lambda finding: finding["level"] != TROUBLE):
            text, fix = self._get_text(finding)
            since = format_datetime(self.env, finding["since"], dt_format="medium") if finding["since"] else ""
            described.append(
                {
                    "code": finding["code"],
                    "level": finding["level"],
                    "word": words[finding["level"]],
                    "text": text,
                    "fix": fix,
                    "since": since,
                }
            )
        return described

    # --- answering ---------------------------------------------------------------------------------

    @api.model
    def _answer(self) -> tuple[str, list[str]]:
        """“ok” or “trouble”, and the areas that are in trouble; nothing else, for anybody. Looked up at most
        every few seconds in a process, however often it is asked for."""
        kept = _answers.get(self.env.cr.dbname)
        if kept and time.monotonic() - kept[0] < ANSWER_EVERY:
            return kept[1], kept[2]
        findings = self.sudo()._check(fields.Datetime.now())
        areas = sorted({finding["area"] for finding in findings if finding["level"] == TROUBLE})
        status = "trouble" if areas else "ok"
        if kept and kept[1] != status:
            _looked.pop(self.env.cr.dbname, None)  # this process tells of it at once
        _answers[self.env.cr.dbname] = (time.monotonic(), status, areas)
        return status, areas

    @api.model
    def get_state(self) -> dict[str, Any]:
        """For the sign in the manager's web client.

        :return: ``status`` and, when something is in trouble, ``text``: the first of it in words
        """
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager"):
            raise AccessError(self.env._("Only helpdesk managers see how the desk runs."))
        findings = self.sudo()._check(fields.Datetime.now())
        trouble = [finding for finding in self._describe(findings) if finding["level"] == TROUBLE]
        return {"status": "trouble" if trouble else "ok", "text": trouble[0]["text"] if trouble else ""}

    # --- watching ----------------------------------------------------------------------------------

    @api.model
    def _cron_watch(self):
        """Scheduled action beside the sweep's own."""
        try:
            self._watch(fields.Datetime.now())
        except CONFLICTS as error:
            # a server process looked at the same moment and tells of it; crons get no retry from Odoo (F-3)
            self.env.cr.rollback()
            self.env.transaction.reset()
            _logger.info("The watch is left to the next look: %s", error)

    @api.model
    def _watch(self, now: datetime):
        """Look, and tell the administrators what is new and what is over. Commits."""
        Alarm = self.env["support.alarm"].sudo()
        mails = Alarm._update(self.sudo()._check(now), now)
        self.env.cr.commit()  # pylint: disable=invalid-commit
        if mails:
            # not the outbox and not Odoo's queue: both need scheduled actions
            Alarm._send(mails, now)
            self.env.cr.commit()  # pylint: disable=invalid-commit

    @api.model
    def _watch_now_and_then(self):
        """Called for every request: has this process look once a minute, beside the request and not in it."""
        dbname = self.env.cr.dbname
        now = time.monotonic()
        if now - _looked.get(dbname, -LOOK_EVERY) < LOOK_EVERY or odoo_module.current_test or config["test_enable"]:
            return
        _looked[dbname] = now
        threading.Thread(target=_look, args=(dbname,), name="support_sla.watch", daemon=True).start()


def _look(dbname: str) -> None:
    try:
        with Registry(dbname).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["support.health"]._watch(fields.Datetime.now())
    except Exception as error:  # noqa: BLE001  whoever is being served must not notice
        _logger.info("The watch of %s is left to the next look: %s", dbname, error)
