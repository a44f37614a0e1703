import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ..models import support_health
from .common import SupportCase

#: what the watch answers to anybody, and nothing else
PUBLIC = {"status", "areas"}


@tagged("post_install", "-at_install")
class TestHealth(SupportCase, HttpCase):
    """A desk of which one thing after the other stands still."""

    def setUp(self):
        super().setUp()
        self.now = fields.Datetime.now()
        # a desk that runs: its scheduled actions have just been through
        self.env.cr.execute(
            "UPDATE ir_cron SET lastcall = %s, nextcall = %s, failure_count = 0, first_failure_date = NULL",
            (self.now, self.now + timedelta(minutes=1)),
        )
        self.env.cr.execute("UPDATE ir_module_module SET state = 'installed' WHERE state LIKE 'to %'")
        self.env["ir.mail_server"].create({"name": "Sink", "smtp_host": "mail.acme.example"})
        self.env.cr.execute("DELETE FROM support_trouble")
        self.env.cr.execute("DELETE FROM support_notification")
        self.provider.administrator_id = self.manager
        self.env["support.provider"].search([("id", "!=", self.provider.id)]).administrator_id = False
        self.sweep_cron = self.env.ref("support_sla.ir_cron_sweep")
        self.Health = self.env["support.health"]
        self.addCleanup(support_health._answers.clear)

    def silence(self, minutes: int):
        """Nothing swept for so long."""
        past = self.now - timedelta(minutes=minutes)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_cron SET lastcall = %s, create_date = %s, write_date = %s, nextcall = %s WHERE id = %s",
            (past, past, past, past, self.sweep_cron.id),
        )

    def codes(self, level=None) -> list[str]:
        findings = self.Health._check(self.now)
        return [finding["code"] for finding in findings if not level or finding["level"] == level]

    def page(self):
        support_health._answers.clear()
        return self.url_open("/support/health")

    def texts(self) -> str:
        return " ".join(one["text"] for one in self.Health._describe(self.Health._check(self.now)))

    def test_a_desk_that_runs(self):
        """F-8: the health page of a desk that runs answers 200, to anybody, without a session"""
        self.assertFalse(self.codes())
        reply = self.page()
        self.assertEqual((reply.status_code, reply.json()), (200, {"status": "ok", "areas": []}))
        self.assertNotIn("session_id", reply.cookies)
        self.assertEqual(reply.headers["Cache-Control"], "no-store")

    def test_switched_off(self):
        """F-8: the sweep is switched off: 503, and no word about what or whom"""
        self.sweep_cron.active = False
        self.assertEqual(self.codes(), ["cron_off"])
        reply = self.page()
        self.assertEqual(reply.status_code, 503)
        self.assertEqual(reply.json(), {"status": "trouble", "areas": ["scheduled_actions"]})
        self.assertEqual(set(json.loads(reply.text)), PUBLIC)

    def test_user_archived(self):
        """F-8: the user whom the sweep belongs to has left"""
        self.sweep_cron.user_id = self.boss
        self.boss.active = False
        self.assertEqual(self.codes(), ["cron_user"])
        self.assertIn(self.boss.login, self.texts())

    def test_nothing_swept(self):
        """F-8: nothing swept for ten minutes; a run that goes on for long is none that is dead"""
        self.silence(9)
        self.assertFalse(self.codes())
        self.silence(12)
        self.assertEqual(self.codes(), ["cron_late"])
        self.env["ir.cron.progress"].create({"cron_id": self.sweep_cron.id, "done": 200, "remaining": 1})
        self.env.flush_all()
        self.assertFalse(self.codes(), "it has just committed a batch")

    def test_failing(self):
        """F-8: scheduled actions that fail are in trouble before Odoo switches them off"""
        self.env.cr.execute(
            "UPDATE ir_cron SET failure_count = 2, first_failure_date = %s WHERE id = %s",
            (self.now, self.sweep_cron.id),
        )
        self.assertEqual(self.codes(), ["cron_failing"])

    def test_deleted(self):
        """F-8: a scheduled action that somebody deleted is missed"""
        self.sweep_cron.unlink()
        self.assertEqual(self.codes(), ["cron_missing"])

    def test_work_goes_on_without_a_scheduled_action(self):
        """F-8, E-3.6: the scheduled action that applies changed hours was deleted: working hours under open
        promises are saved all the same, and what is missing is shown"""
        self.at(self.env["helpdesk.ticket"], "2026-03-02 09:00").create(
            {"name": "x", "description": "x", "team_id": self.team.id, "support_priority_id": self.urgent.id}
        )
        self.env.cr.flush()
        self.env.ref("support_sla.ir_cron_recompute").unlink()
        with self.assertLogs("odoo.addons.support_sla.models.support_health", "WARNING"):
            self.at(self.env["support.calendar.exception"].with_user(self.manager), "2026-03-02 09:05").create(
                {"calendar_id": self.calendar.id, "date": "2026-03-02", "kind": "closed", "name": "Stock-taking"}
            )
            self.env.cr.flush()
        change = self.env["support.recompute"].search([("calendar_id", "=", self.calendar.id)], limit=1)
        self.assertEqual(change.state, "draft")
        self.assertEqual(self.codes("warning"), ["helper_missing"])
        self.assertIn("support_sla.ir_cron_recompute", self.texts())

    def test_tickets_come_without_the_outbox(self):
        """F-8: tickets come and escalate while the outbox's scheduled action is gone: it is missed, its mails wait"""
        self.env.ref("support_sla.ir_cron_outbox").unlink()
        with self.assertLogs("odoo.addons.support_sla.models.support_health", "WARNING"):
            ticket = self.raise_ticket("2026-03-02 09:00")
            self.sweep("2026-03-03 12:00")
        self.assertTrue(self.env["support.notification"].search([("ticket_id", "=", ticket.id)]))
        self.assertEqual(self.codes("trouble"), ["cron_missing", "outbox_stuck"])

    def test_others_are_only_shown(self):
        """F-8: a scheduled action that no promise depends on may be switched off: it is shown, without an alarm"""
        self.env.ref("support_sla.ir_cron_fill_holidays").active = False
        self.assertEqual(self.codes("warning"), ["cron_off"])
        self.assertEqual(self.page().status_code, 200)

    def test_module_stuck(self):
        """F-8: an addon that waits to be upgraded stops all scheduled actions; one that has just begun does not"""
        self.env.cr.execute(
            "UPDATE ir_module_module SET state = 'to upgrade', write_date = %s WHERE name = 'helpdesk_mgmt'",
            (self.now - timedelta(minutes=1),),
        )
        self.assertFalse(self.codes())
        self.env.cr.execute(
            "UPDATE ir_module_module SET write_date = %s WHERE name = 'helpdesk_mgmt'",
            (self.now - timedelta(minutes=6),),
        )
        self.assertEqual(self.codes(), ["module_stuck"])
        self.assertEqual(self.page().json()["areas"], ["modules"])

    def test_messages_wait(self):
        """F-8, F-10: messages that wait for more than an hour, and tickets set aside"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        intent = self.env["support.notification"]._enqueue(
            [{"ticket_id": ticket.id, "kind": "administrator", "partner_id": self.manager.partner_id.id}]
        )
        intent.write({"created": self.now - timedelta(minutes=50), "error": "no route to host"})
        self.assertFalse(self.codes())
        intent.created = self.now - timedelta(minutes=70)
        self.assertEqual(self.codes("trouble"), ["outbox_stuck"])
        self.assertIn("no route to host", self.texts())
        intent.state = "failed"
        self.assertEqual((self.codes("trouble"), self.codes("warning")), ([], ["outbox_failed"]))
        self.env["support.trouble"]._set_aside(ticket, ValueError("poison"), self.now)
        self.assertEqual(self.codes("warning"), ["outbox_failed", "set_aside"])
        self.env.cr.execute("UPDATE support_trouble SET first = %s", (self.now - timedelta(hours=2),))
        self.assertEqual(self.codes("trouble"), ["set_aside"])

    def test_page_for_managers(self):
        """F-8: managers read what it is, since when, and what to do; agents only what everybody does"""
        self.sweep_cron.active = False
        self.manager.password = "manager-support-test"
        self.authenticate(self.manager.login, "manager-support-test")
        reply = self.url_open("/support/health", headers={"Accept": "text/html"})
        self.assertEqual(reply.status_code, 503)
        self.assertIn("Support: sweep what is due", reply.text)
        self.assertIn("Switch it on under", reply.text)
        self.assertIn("Since", reply.text)
        self.agent.password = "agent-support-test"
        self.authenticate(self.agent.login, "agent-support-test")
        support_health._answers.clear()
        reply = self.url_open("/support/health", headers={"Accept": "text/html"})
        self.assertEqual(set(reply.json()), PUBLIC)

    def test_sign_in_the_web_client(self):
        """F-8, S-1: the sign in the web client is for managers"""
        self.assertEqual(self.Health.with_user(self.manager).get_state(), {"status": "ok", "text": ""})
        self.sweep_cron.active = False
        state = self.Health.with_user(self.manager).get_state()
        self.assertEqual(state["status"], "trouble")
        self.assertIn("switched off", state["text"])
        with self.assertRaises(AccessError):
            self.Health.with_user(self.agent).get_state()

    def test_told_once(self):
        """F-8: the administrator is told at once and not again within the hour, once more a day later, and when it
        is over"""
        Alarm = self.env["support.alarm"]

        def look(**later):
            moment = self.now + timedelta(**later)
            mails = Alarm._update(self.Health._check(self.now), moment)
            return [(mail.email_to, mail.subject) for mail in mails]

        address = self.manager.email_formatted
        self.assertFalse(look())
        self.sweep_cron.active = False
        self.assertEqual(look(minutes=1), [(address, "Support desk: something is wrong")])
        self.assertFalse(look(minutes=2))
        self.assertFalse(look(minutes=61))
        self.assertEqual(len(look(minutes=1, days=1)), 1)
        self.sweep_cron.active = True
        self.assertEqual(look(days=2), [(address, "Support desk: in order again")])
        self.assertFalse(look(days=2))
        self.assertEqual(len(Alarm.search([])), 1)
        self.sweep_cron.active = False
        self.assertEqual(len(look(days=3)), 1, "a new trouble")

    def test_asked_often(self):
        """F-8: asked again and again, a process looks it up every few seconds only"""
        self.Health._answer()
        start = self.env.cr.sql_log_count
        for _number in range(50):
            self.Health._answer()
        self.assertEqual(self.env.cr.sql_log_count, start)
