from odoo.tests.common import tagged

from .common import BpmsoftCase


@tagged("post_install", "-at_install")
class TestAnswer(BpmsoftCase):
    """Two working days for the client's answer (B-10)."""

    def ask(self, moment="2026-03-04 09:00"):
        """On Wed 4 March, noon in Moscow, an expert asks something."""
        ticket = self.raise_ticket("2026-03-04 06:00", user_id=self.agent.id)
        self.move(ticket, "2026-03-04 08:00", "in_work")
        self.say(ticket, moment, "Which contract is it?")
        self.move(ticket, moment, "waiting")
        return ticket

    def reminders(self, ticket):
        self.deliver()
        return self.automatic(ticket)

    def overdue(self):
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        return Ticket.search([("support_answer_overdue", "=", True), ("team_id", "=", self.team.id)])

    def test_two_working_days(self):
        """B-10: the clock is the client's, and ends at the same time two working days later, over the weekend"""
        for moment, due in (
            ("2026-03-04 09:00", "2026-03-06 09:00"),
            ("2026-03-05 09:00", "2026-03-09 09:00"),
            ("2026-03-06 09:00", "2026-03-10 09:00"),
        ):
            with self.subTest(moment):
                clock = self.clock(self.ask(moment), "customer_answer")
                self.assertEqual(str(clock.deadline), f"{due}:00")
                self.assertEqual(clock.side, "customer")

    def test_reminded_before_the_end(self):
        """B-10: a working day before the end the client is reminded, in a message of the desk that says until when; the
        ticket is not escalated"""
        ticket = self.ask()
        self.sweep("2026-03-05 09:00:00")
        self.assertFalse(self.reminders(ticket))
        self.sweep("2026-03-05 09:00:01")
        [reminder] = self.reminders(ticket)
        self.assertIn("waits for an answer of yours", reminder.body)
        self.assertIn("6 Mar", reminder.body)
        self.assertIn("12:00", reminder.body)
        self.assertIn(self.customer, reminder.notified_partner_ids | ticket.message_partner_ids | ticket.partner_id)
        self.assertFalse(ticket.support_escalated)
        self.assertEqual(self.clock(ticket, "customer_answer").state, "running", "our reminder restarts nothing")
        self.sweep("2026-03-05 12:00:01")
        self.assertEqual(len(self.reminders(ticket)), 1)

    def test_client_overdue(self):
        """B-10: after two days it says “client overdue”, client and expert are told once, and it is never closed by
        itself"""
        ticket = self.ask()
        looked = self.at(ticket.with_user(self.agent), "2026-03-06 08:59")
        self.assertFalse(looked.support_answer_overdue)
        for moment in ("2026-03-05 09:01", "2026-03-06 09:01", "2026-03-06 09:05", "2026-06-30 10:00"):
            self.sweep(moment)
        self.env.invalidate_all()
        self.assertTrue(self.at(ticket.with_user(self.agent), "2026-03-06 09:01").support_answer_overdue)
        self.assertEqual(self.overdue(), ticket)
        said = self.reminders(ticket)
        self.assertEqual(len(said), 2)
        self.assertIn("was due", said[-1].body)
        self.assertIn("stays open", said[-1].body)
        self.assertIn(self.agent, self.told(ticket))
        self.assertEqual(ticket.stage_id, self.stages["waiting"])
        self.assertFalse(
            ticket.support_clock_ids.filtered(lambda clock: clock.side == "provider" and clock.breached),
            "what the client owes is not our breach",
        )

    def test_answered(self):
        """B-10: an answer ends it, and the request goes on where it was"""
        ticket = self.ask()
        self.at(ticket.with_user(self.customer_user).sudo(), "2026-03-05 08:00").message_post(
            body="The new one.", message_type="comment", subtype_xmlid="mail.mt_comment", author_id=self.customer.id
        )
        self.assertEqual(ticket.stage_id, self.stages["in_work"])
        self.assertEqual(str(self.clock(ticket, "customer_answer").stopped), "2026-03-05 08:00:00")
        self.sweep("2026-03-20 10:00:01")
        self.assertFalse(self.reminders(ticket))
        self.assertFalse(self.overdue())

    def test_answered_while_the_mail_waited(self):
        """B-10: a reminder that was not sent before the answer came is not sent any more"""
        ticket = self.ask()
        self.sweep("2026-03-05 09:00:01")
        self.at(ticket.with_user(self.customer_user).sudo(), "2026-03-05 09:01").message_post(
            body="The new one.", message_type="comment", subtype_xmlid="mail.mt_comment", author_id=self.customer.id
        )
        self.assertFalse(self.reminders(ticket))

    def test_setting(self):
        """B-10: an administrator who wants it closed gives the step a stage; the client is told that it was"""
        self.ref_("chain_answer_step_overdue").stage_id = self.stages["cancelled"]
        ticket = self.ask()
        self.sweep("2026-03-06 09:00:01")
        self.assertEqual(ticket.stage_id, self.stages["cancelled"])
        self.assertIn("this request was closed", self.reminders(ticket)[-1].body)
