from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import SupportCase, utc


@tagged("post_install", "-at_install")
class TestOutage(SupportCase):
    """Outages as agents record them: an hour to restore the service, day and night; five minutes of data at most."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for policy in cls.policy | cls.policy_normal:
            policy.write(
                {"target_ids": [(0, 0, {"metric": "recovery", "amount": 60, "unit": "minutes", "basis": "always"})]}
            )
        cls.provider.write({"data_loss_judged": True, "data_loss_minutes": 5})

    def wizard(self, ticket, moment, mode="outage", user=None, **values):
        """The wizard behind the button ``mode``, at ``moment``."""
        ticket = self.at(ticket.with_user(user or self.agent), moment)
        action = getattr(ticket, f"action_support_{mode}")()
        values = {name: utc(value) if name in ("began", "restored") else value for name, value in values.items()}
        return ticket.env[action["res_model"]].with_context(**action["context"]).create(values)

    def down(self, ticket, began, moment=None):
        self.wizard(ticket, moment or began, began=began).action_apply()

    def restore(self, ticket, moment, **values):
        self.wizard(ticket, moment, "restored", **{"loss": "none", **values}).action_apply()

    def verdicts(self, ticket):
        self.env.invalidate_all()
        return [
            (outage.recovery_verdict or None, outage.data_verdict or None)
            for outage in ticket.support_outage_ids.filtered(lambda outage: not outage.void).sorted("id")
        ]

    def recovery(self, ticket):
        clocks = ticket.support_clock_ids.filtered(lambda clock: clock.metric == "recovery")
        return [
            (clock.start, clock.deadline, clock.state, clock.breached or None)
            for clock in clocks.sorted(lambda clock: (clock.grade, clock.round))
        ]

    def test_in_time(self):
        """E-1.9: an outage that began before the ticket was raised is due an hour after its begin; restored in time
        and without loss, both are kept"""
        ticket = self.raise_ticket("2026-03-02 09:10")
        self.down(ticket, "2026-03-02 08:50", "2026-03-02 09:15")
        self.assertEqual(self.recovery(ticket), [(utc("2026-03-02 08:50"), utc("2026-03-02 09:50"), "running", None)])
        self.assertEqual(ticket.support_outage_start, utc("2026-03-02 08:50"))
        self.assertIn("08:50", ticket.support_outage_text)
        self.assertIn("09:50", ticket.support_outage_text)
        running = [("support_outage_start", "!=", False), ("support_outage_end", "=", False)]
        self.assertIn(ticket, ticket.search(running))
        self.restore(ticket, "2026-03-02 09:40", restored="2026-03-02 09:33")
        self.assertEqual(self.recovery(ticket)[0][2:], ("done", None))
        self.assertEqual(ticket.support_outage_end, utc("2026-03-02 09:33"))
        self.assertEqual(self.verdicts(ticket), [("kept", "kept")])
        self.assertEqual(ticket.support_outage_ids.seconds, 43 * 60)
        self.assertIn("43 min", ticket.support_outage_text)
        self.assertIn("No data was lost", ticket.support_outage_text)
        self.assertNotIn(ticket, ticket.search(running))

    def test_missed_at_night(self):
        """E-1.9: the hour runs at night and over the weekend; the sweep finds it missed at its deadline"""
        ticket = self.raise_ticket("2026-03-06 23:00")
        self.down(ticket, "2026-03-06 23:30", "2026-03-06 23:35")
        self.sweep("2026-03-07 00:29")
        self.assertEqual(self.recovery(ticket)[0][3], None)
        self.sweep("2026-03-07 00:31")
        self.assertEqual(self.recovery(ticket)[0][3], utc("2026-03-07 00:30"))
        self.assertEqual(self.clock(ticket, "resolution").state, "running", "the rest waits for Monday")
        self.assertIn("should have been restored", ticket.support_outage_text)
        self.restore(ticket, "2026-03-07 01:00", loss="some", lost=6)
        self.assertEqual(self.verdicts(ticket), [("missed", "missed")])
        self.assertIn("over the limit of 5 min", ticket.support_outage_text)

    def test_the_night_that_has_an_hour_twice(self):
        """E-1.9: in the night in which London's clocks go back an hour is an hour"""
        ticket = self.raise_ticket("2026-10-25 00:20")
        self.down(ticket, "2026-10-25 00:30")
        self.assertEqual(self.recovery(ticket)[0][1], utc("2026-10-25 01:30"))
        self.sweep("2026-10-25 01:29")
        self.restore(ticket, "2026-10-25 01:30")
        self.assertEqual(self.verdicts(ticket), [("kept", "kept")])

    def test_loss_is_judged_by_what_held_then(self):
        """E-1.9: lost data is judged by the figure in force when the outage was recorded; unknown until known"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.down(ticket, "2026-03-02 09:00")
        self.provider.data_loss_minutes = 60
        self.restore(ticket, "2026-03-02 09:30", loss="unknown")
        self.assertEqual(self.verdicts(ticket), [("kept", "unknown")])
        self.assertIn("not known yet", ticket.support_outage_text)
        self.wizard(
            ticket, "2026-03-02 10:00", "correct_outage", loss="some", lost=10, note="Counted them"
        ).action_apply()
        self.assertEqual(self.verdicts(ticket), [("kept", "missed")])
        self.assertEqual(ticket.support_data_lost, 10)
        self.assertEqual(ticket.support_outage_ids.allowed, 5)

    def test_loss_at_the_limit(self):
        """E-1.9: as much as is allowed is allowed"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.down(ticket, "2026-03-02 09:00")
        self.restore(ticket, "2026-03-02 09:30", loss="some", lost=5)
        self.assertEqual(self.verdicts(ticket), [("kept", "kept")])

    def test_recorded_when_it_is_over(self):
        """E-1.9: begin and end in one go, both before the ticket was raised"""
        ticket = self.raise_ticket("2026-03-02 11:00")
        self.wizard(
            ticket,
            "2026-03-02 11:05",
            began="2026-03-02 08:00",
            over=True,
            restored="2026-03-02 09:30",
            loss="none",
        ).action_apply()
        self.assertEqual(
            self.recovery(ticket),
            [(utc("2026-03-02 08:00"), utc("2026-03-02 09:00"), "done", utc("2026-03-02 09:00"))],
        )
        self.assertEqual(self.verdicts(ticket), [("missed", "kept")])

    def test_several(self):
        """E-1.9: several outages on one ticket have a row and a verdict each, also one that is told of late"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.down(ticket, "2026-03-02 10:00")
        self.restore(ticket, "2026-03-02 11:30")
        self.assertEqual(self.verdicts(ticket), [("missed", "kept")])
        self.wizard(
            ticket,
            "2026-03-02 12:00",
            began="2026-03-02 09:00",
            over=True,
            restored="2026-03-02 09:20",
            loss="none",
        ).action_apply()
        self.down(ticket, "2026-03-02 13:00")
        self.restore(ticket, "2026-03-02 13:10")
        self.assertEqual(self.verdicts(ticket), [("missed", "kept"), ("kept", "kept"), ("kept", "kept")])
        self.assertEqual([row[0].hour for row in self.recovery(ticket)], [10, 9, 13])
        self.assertEqual(ticket.support_outage_start, utc("2026-03-02 13:00"), "the latest is shown")

    def test_wrong_entries_are_refused_in_words(self):
        """E-1.9: no end before the begin, nothing in the future, no outage within another; and the data must be asked
        about"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        with self.assertRaisesRegex(UserError, "future"), self.cr.savepoint():
            self.down(ticket, "2026-03-02 09:30", "2026-03-02 09:15")
        with self.assertRaisesRegex(UserError, "no such outage"), self.cr.savepoint():
            self.restore(ticket, "2026-03-02 09:30")
        self.down(ticket, "2026-03-02 09:10")
        for values, words in (
            ({"restored": "2026-03-02 09:10"}, "cannot have been restored"),
            ({"restored": "2026-03-02 09:31"}, "future"),
            ({"loss": False}, "whether data was lost"),
            ({"loss": "some"}, "how many minutes"),
            ({"loss": "some", "lost": -1}, "how many minutes"),
            ({"restored": "2026-03-02 09:20", "loss": "some", "lost": 0}, "how many minutes"),
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, words), self.cr.savepoint():
                self.restore(ticket, "2026-03-02 09:30", **values)
        with self.assertRaisesRegex(UserError, "not over"), self.cr.savepoint():
            self.down(ticket, "2026-03-02 09:20", "2026-03-02 09:30")
        self.assertEqual(self.recovery(ticket)[0][2], "running")
        self.restore(ticket, "2026-03-02 09:30")
        with self.assertRaisesRegex(UserError, "correct that one"), self.cr.savepoint():
            self.down(ticket, "2026-03-02 09:20", "2026-03-02 09:40")
        with self.assertRaisesRegex(UserError, "later"), self.cr.savepoint():
            self.down(ticket, "2026-03-02 09:05", "2026-03-02 09:40")

    def test_correcting(self):
        """E-1.9, E-3.9: a wrong begin is corrected by a further fact: the promise is judged on what was the case, what
        was recorded stays among the facts"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.down(ticket, "2026-03-02 09:10")
        self.restore(ticket, "2026-03-02 09:50")
        with self.assertRaisesRegex(UserError, "what was wrong"), self.cr.savepoint():
            self.wizard(ticket, "2026-03-02 10:00", "correct_outage", began="2026-03-02 08:40").action_apply()
        self.wizard(
            ticket, "2026-03-02 10:00", "correct_outage", began="2026-03-02 08:40", note="The till's log says so"
        ).action_apply()
        self.assertEqual(
            self.recovery(ticket),
            [(utc("2026-03-02 08:40"), utc("2026-03-02 09:40"), "done", utc("2026-03-02 09:40"))],
        )
        self.assertEqual(self.verdicts(ticket), [("missed", "kept")])
        begins = ticket.support_event_ids.filtered(lambda event: event.kind == "outage")
        self.assertEqual(sorted(begins.mapped("moment")), [utc("2026-03-02 08:40"), utc("2026-03-02 09:10")])
        self.assertTrue(any("till's log" in str(message.body) for message in ticket.message_ids))

    def test_not_restored_after_all(self):
        """E-1.9: a restoration that was none is taken back, and the time goes on"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.down(ticket, "2026-03-02 09:10")
        self.restore(ticket, "2026-03-02 09:30")
        self.wizard(ticket, "2026-03-02 09:40", "correct_outage", over=False, note="Down again").action_apply()
        self.assertFalse(ticket.support_outage_end)
        self.assertEqual(self.recovery(ticket)[0][1:], (utc("2026-03-02 10:10"), "running", None))
        self.sweep("2026-03-02 10:11")
        self.restore(ticket, "2026-03-02 10:20")
        self.assertEqual(self.verdicts(ticket), [("missed", "kept")])

    def test_recorded_by_mistake(self):
        """E-1.9, E-3.1: an outage recorded by mistake is none; a breach that was found on the way stays, and can be
        excluded"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.down(ticket, "2026-03-02 09:10")
        self.wizard(ticket, "2026-03-02 09:20", "correct_outage", void=True, note="Another customer's").action_apply()
        self.assertEqual(self.recovery(ticket), [])
        self.assertFalse(ticket.support_outage_start)
        self.assertFalse(ticket.support_outage_text)
        self.assertEqual(self.verdicts(ticket), [])
        other = self.raise_ticket("2026-03-02 09:00")
        self.down(other, "2026-03-02 09:10")
        self.sweep("2026-03-02 10:11")
        self.wizard(other, "2026-03-02 10:20", "correct_outage", void=True, note="Another customer's").action_apply()
        self.assertEqual([row[2:] for row in self.recovery(other)], [("cancelled", utc("2026-03-02 10:10"))])

    def test_change_of_priority(self):
        """E-3.3: the hour goes on from the begin of the outage when the ticket's priority changes"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.down(ticket, "2026-03-02 09:10")
        self.at(ticket.with_user(self.agent), "2026-03-02 09:30").support_priority_id = self.normal
        self.restore(ticket, "2026-03-02 10:11")
        self.assertEqual(self.clock(ticket, "recovery").breached, utc("2026-03-02 10:10"))
        self.assertEqual(self.verdicts(ticket), [("missed", "kept")])

    def test_closing(self):
        """E-1.9: an agent does not close a ticket whose service is down, and reads why; resolving restores nothing"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.down(ticket, "2026-03-02 09:10")
        self.move(ticket, "2026-03-02 09:20", "resolved")
        self.assertEqual(self.recovery(ticket)[0][2], "running")
        with self.assertRaisesRegex(ValidationError, "record when"), self.cr.savepoint():
            self.move(ticket, "2026-03-02 09:30", "closed")
        ticket.invalidate_recordset()
        self.restore(ticket, "2026-03-02 09:40")
        self.move(ticket, "2026-03-02 09:45", "closed")
        self.assertEqual(self.verdicts(ticket), [("kept", "kept")])

    def test_merged(self):
        """E-3.7: the outage of a ticket that is merged goes on, and is restored, on the one it was merged into"""
        source = self.raise_ticket("2026-03-02 09:00")
        survivor = self.raise_ticket("2026-03-02 09:05")
        self.down(source, "2026-03-02 09:10")
        self.at(source.with_user(self.agent), "2026-03-02 09:20")._support_merge_into(
            self.at(survivor.with_user(self.agent), "2026-03-02 09:20")
        )
        self.assertEqual(survivor.support_outage_start, utc("2026-03-02 09:10"))
        self.restore(survivor, "2026-03-02 09:40")
        self.assertEqual(self.clock(survivor, "recovery").state, "done")
        self.assertEqual(self.verdicts(source), [("kept", "kept")])

    def test_restored_before_it_was_merged(self):
        """E-3.7: what was judged before its ticket was merged keeps its verdict"""
        source = self.raise_ticket("2026-03-02 09:00")
        survivor = self.raise_ticket("2026-03-02 09:05")
        self.down(source, "2026-03-02 09:10")
        self.restore(source, "2026-03-02 09:30")
        self.at(source.with_user(self.agent), "2026-03-02 09:40")._support_merge_into(
            self.at(survivor.with_user(self.agent), "2026-03-02 09:40")
        )
        self.assertEqual(self.verdicts(source), [("kept", "kept")])

    def test_customers_read_it(self):
        """E-9: the page of the ticket says in plain words that the service is down, and later how long it was"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.down(ticket, "2026-03-02 09:10")
        page = self.at(ticket, "2026-03-02 09:20")._support_portal_get_page()
        self.assertIn("has been down since", page["notice"])
        self.assertIn("Service restored", [promise["label"] for promise in page["promises"]])
        self.restore(ticket, "2026-03-02 09:40", loss="some", lost=3)
        self.assertEqual(self.at(ticket, "2026-03-02 09:50")._support_portal_get_page()["notice"], "")
        text = self.at(ticket, "2026-03-02 09:50")._support_portal_get_page()["facts"][0]["text"]
        self.assertIn("30 min", text)
        self.assertIn("3 min", text)
        self.assertNotIn("RPO", text)

    def test_rows_are_nobodys_to_write(self):
        """E-3.9: outages are recorded through their ticket; neither agents nor managers write the rows"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.down(ticket, "2026-03-02 09:10")
        outage = ticket.support_outage_ids
        for user in (self.agent, self.manager):
            with self.assertRaises(AccessError):
                outage.with_user(user).write({"began": utc("2026-03-02 09:00")})
            with self.assertRaises(AccessError):
                outage.with_user(user).unlink()
            self.assertEqual(outage.with_user(user).recovery_verdict, "running")
        with self.assertRaises(UserError):
            ticket.with_user(self.manager).support_outage_start = utc("2026-03-02 08:00")

    def test_another_tickets_outage_is_not_touched(self):
        """S-1: a client that names the outage of another ticket changes nothing there"""
        ticket, other = self.raise_ticket("2026-03-02 09:00"), self.raise_ticket("2026-03-02 09:00")
        self.down(ticket, "2026-03-02 09:10")
        self.down(other, "2026-03-02 09:20")
        wizard = self.wizard(
            ticket, "2026-03-02 09:30", "correct_outage", outage_id=other.support_outage_ids.id, void=True, note="x"
        )
        with self.assertRaisesRegex(UserError, "no such outage"):
            wizard.action_apply()
        self.assertFalse(other.support_outage_ids.void)
