from odoo.tests.common import tagged

from .common import BpmsoftCase


@tagged("post_install", "-at_install")
class TestPromises(BpmsoftCase):
    """Levels, reaction, hours, kinds: every figure of B-1 to B-4 and B-16."""

    def due(self, ticket, metric="first_response"):
        return self.clock(ticket, metric).deadline.strftime("%Y-%m-%d %H:%M")

    def test_levels(self):
        """B-1: four levels in order, each with a definition and an example, offered to clients; the first is the most
        urgent"""
        levels = self.provider.priority_ids.sorted("sequence")
        self.assertEqual(levels.mapped("name"), ["Critical", "High", "Medium", "Low"])
        self.assertEqual([int(level.stars) for level in levels], [3, 2, 1, 0])
        for level in levels:
            self.assertGreater(len(level.definition), 40)
            self.assertGreater(len(level.example), 40)
            self.assertTrue(level.portal_visible)
        self.assertIn("login page", levels[0].example)
        self.assertIn("law", levels[1].example)

    def test_reaction(self):
        """B-2, B-3: 30 minutes, 2 hours, 4 hours, 4 hours; 08:30 to 17:30 in Moscow, Monday to Friday"""
        for moment, level, due in (
            ("2026-03-02 06:00", "critical", "2026-03-02 06:30"),
            ("2026-03-02 06:00", "high", "2026-03-02 08:00"),
            ("2026-03-02 06:00", "medium", "2026-03-02 10:00"),
            ("2026-03-02 06:00", "low", "2026-03-02 10:00"),
            # before opening, at the last moment, over the night, over the weekend
            ("2026-03-02 02:00", "critical", "2026-03-02 06:00"),
            ("2026-03-02 14:00", "critical", "2026-03-02 14:30"),
            ("2026-03-02 14:30", "critical", "2026-03-03 06:00"),
            ("2026-03-02 14:15", "critical", "2026-03-03 05:45"),
            ("2026-03-06 14:00", "high", "2026-03-09 07:00"),
            ("2026-03-07 10:00", "medium", "2026-03-09 09:30"),
        ):
            with self.subTest(moment=moment, level=level):
                self.assertEqual(self.due(self.raise_ticket(moment, level)), due)

    def test_no_public_holidays(self):
        """B-3: the calendar comes without holidays, so the first of May is a working day; the wizard adds them"""
        ticket = self.raise_ticket("2026-05-01 06:00", "high")  # a Friday
        self.assertEqual(self.due(ticket), "2026-05-01 08:00")
        self.assertFalse(self.provider.calendar_id.leave_ids)
        self.assertFalse(self.provider.calendar_id.global_leave_ids)

    def test_without_a_level(self):
        """B-2, B-7: a mail names no level: it has four hours until whoever reads it first gives it one"""
        ticket = self.mail_in("Nothing works.", "2026-03-02 06:00", self.customer.email_formatted, self.address)
        self.assertEqual(ticket.support_provider_id, self.provider)
        self.assertFalse(ticket.support_priority_id)
        policy = ticket.sudo().support_version_id.policy_id
        self.assertEqual(policy, self.ref_("policy_all"))

    def test_no_time_to_resolve(self):
        """B-4: no level has a fixed time to resolve: weeks later nothing of it is missed"""
        for level in self.levels:
            ticket = self.raise_ticket("2026-03-02 06:00", level)
            self.say(ticket, "2026-03-02 06:10")
            self.move(ticket, "2026-03-02 06:15", "in_work")
            self.move(ticket, "2026-03-02 06:20", "waiting_other")
            self.sweep("2026-04-20 10:00:01")
            clock = self.clock(ticket, "resolution")
            self.assertFalse(clock.deadline)
            self.assertFalse(clock.breached)
            self.move(ticket, "2026-04-20 11:00", "resolved")
            self.assertFalse(
                ticket.support_clock_ids.filtered(lambda clock: clock.side == "provider").filtered("breached")
            )
            self.move(ticket, "2026-04-20 11:05", "closed")

    def test_kinds(self):
        """B-16: three kinds of request, offered on the portal, none of which changes what is promised"""
        kinds = self.provider.kind_ids.sorted("sequence")
        self.assertEqual(kinds.mapped("code"), ["advice", "error", "source"])
        self.assertTrue(all(kind.portal_visible and kind.description for kind in kinds))
        for kind in kinds:
            ticket = self.raise_ticket("2026-03-02 06:00", "high", support_kind_id=kind.id)
            self.assertEqual(self.due(ticket), "2026-03-02 08:00")

    def test_nobody_reacts(self):
        """B-2: the coordinator hears of it while there is time, the head when it is over; the client's reminders are no
        escalation"""
        ticket = self.raise_ticket("2026-03-02 06:00", "critical")
        self.sweep("2026-03-02 06:18:01")
        self.assertEqual(self.told_staff(ticket), [self.coordinator])
        self.sweep("2026-03-02 06:30:01")
        self.assertEqual(self.told_staff(ticket), [self.coordinator, self.head])
        self.assertTrue(self.clock(ticket, "first_response").breached)
        self.assertTrue(ticket.support_escalated)

    def test_unlimited(self):
        """B-7: thirty requests in a day are thirty requests, each with its promise"""
        tickets = [
            self.raise_as_client(f"2026-03-02 06:{minute:02}", "low", name=f"Question {minute}") for minute in range(30)
        ]
        self.assertEqual(len({ticket.number for ticket in tickets}), 30)
        self.assertTrue(all(self.clock(ticket, "first_response").deadline for ticket in tickets))
