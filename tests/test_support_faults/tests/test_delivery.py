from datetime import timedelta

from .common import DELIVER, SWEEP, FaultCase


class TestDelivery(FaultCase):
    """A mail server that is down, scheduled actions that were off."""

    tickets = 8
    batch = 100
    ago = timedelta(days=4)

    def states(self) -> dict[str, int]:
        return dict(self.database.sql("SELECT state, count(*) FROM support_notification GROUP BY state"))

    def try_again(self) -> None:
        """The time of the next try has come; a schedule, no fact."""
        self.database.sql("UPDATE support_notification SET next_try = now() AT TIME ZONE 'UTC' WHERE state != 'sent'")
        self.shop.run(DELIVER)

    def test_mail_server_down_and_up(self):
        """F-10: while the mail server is down breaches and steps happen as ever and every intent is kept; when it is
        back each mail is sent once, and nobody was escalated to because of it."""
        self.addCleanup(lambda: self.mail.running or self.mail.start())
        self.mail.stop()
        self.shop.run(SWEEP)
        self.shop.run(DELIVER)
        swept = self.end_state()
        self.assertEqual(len(swept["escalations"]), self.tickets * 3)
        self.assertEqual(self.states(), {"handed": self.tickets * 2})
        self.assertTrue(
            self.database.value(
                "SELECT bool_and(tries = 1 AND error != '' AND next_try > created) FROM support_notification"
            )
        )
        for attempt in (2, 3):
            self.try_again()
            self.assertEqual(
                self.database.sql("SELECT DISTINCT tries, state FROM support_notification"), [(attempt, "handed")]
            )
        self.assertFalse(self.mail.mails)
        self.mail.start()
        self.try_again()
        self.assertEqual(self.states(), {"sent": self.tickets * 2})
        copies = self.mail.copies()
        self.assertEqual((len(copies), set(copies.values())), (self.tickets * 2, {1}))
        self.shop.run(SWEEP)
        self.assertSameState(self.end_state(), swept)
        self.assertFalse(self.database.sql("SELECT 1 FROM support_trouble"))

    def test_odoo_own_mail_queue_beside_the_outbox(self):
        """F-10, E-5.2: Odoo's own mail queue runs at the same time as the outbox: each mail goes out once."""
        self.shop.run(SWEEP)
        queue = self.shop.work(
            """
            import time
            for _number in range(40):
                env["mail.mail"].process_email_queue()
                env.cr.commit()
                time.sleep(0.02)
            """
        )
        self.shop.run(DELIVER)
        queue.wait()
        copies = self.mail.copies()
        self.assertEqual((len(copies), set(copies.values())), (self.tickets * 2, {1}))
        self.assertEqual(self.states(), {"sent": self.tickets * 2})

    def test_off_for_three_days(self):
        """F-7, E-5.2, E-3.1: scheduled actions that were off for three days catch up at once: steps in their order
        and marked late, figures as if swept in time, one digest a person and ticket that says how late."""
        punctual = """
            from datetime import timedelta
            raised = odoo.fields.Datetime.to_datetime(given["raised"])
            for minute in (0, 5, 10, 20, 60, 90, 120, 24 * 60, 3 * 24 * 60):
                moment = raised + timedelta(minutes=minute, seconds=1)
                env["support.sweep"].with_context(support_now=moment)._cron_sweep()
        """
        late = """
            from datetime import timedelta
            moment = odoo.fields.Datetime.to_datetime(given["raised"]) + timedelta(days=3, seconds=1)
            env["support.sweep"].with_context(support_now=moment)._cron_sweep()
        """
        self.shop.run(punctual, raised=self.raised)
        in_time = self.end_state()
        self.assertEqual(
            self.database.sql("SELECT DISTINCT fired - due FROM support_escalation")[0][0].total_seconds(), 1
        )
        self.assertEqual(self.database.sql("SELECT DISTINCT kind FROM support_notification"), [("escalation",)])
        self.assertEqual(sum(self.states().values()), self.tickets * 3, "in time each step is told by itself")

        self.database.copy_from(self.seed.name)
        self.shop.run(late, raised=self.raised)
        caught_up = self.end_state()
        for name in ("clocks", "escalations", "events", "tickets", "troubles"):
            self.assertSameState({name: caught_up[name]}, {name: in_time[name]})
        self.assertTrue(self.database.value("SELECT bool_and(fired - due > interval '2 days') FROM support_escalation"))
        order = self.database.sql(
            """SELECT ticket_id, array_agg(s.sequence ORDER BY e.id) FROM support_escalation e
               JOIN support_escalation_step s ON s.id = e.step_id GROUP BY ticket_id"""
        )
        self.assertEqual({tuple(steps) for _ticket, steps in order}, {(1, 2, 3)})
        told = self.database.sql(
            "SELECT ticket_id, partner_id, count(*), min((data->>'late')::int) FROM support_notification GROUP BY 1, 2"
        )
        self.assertEqual(len(told), self.tickets * 2)
        self.assertEqual({row[2] for row in told}, {1}, "one message a person and ticket, not a storm")
        self.assertGreater(min(row[3] for row in told), 2 * 24 * 3600, "it says how late")
        self.shop.run(DELIVER)
        self.assertEqual(len(self.mail.mails), self.tickets * 2)
        self.assertIn("late", self.mail.mails[0].text)
