from odoo.exceptions import ValidationError

from .common import JudopayCase, utc


class TestCritical(JudopayCase):
    def test_raised_as_critical(self):
        """J-12: the IT operations manager is told at once of a PS1 that a merchant raises"""
        ticket = self.propose("2026-02-10 10:00", "PS1")
        self.assertEqual(self.told(ticket, "judopay_"), [self.roles["it"]])
        intent = self.env["support.notification"].search([("ticket_id", "=", ticket.id), ("kind", "=", "role")])
        self.assertEqual(intent.next_try, utc("2026-02-10 10:00"), "at once, not at the next look")
        self.assertIn("PS1 Critical", intent._get_subject())

    def test_message_arrives(self):
        """J-12: the message goes to the manager by mail with number and priority, and to no merchant"""
        ticket = self.propose("2026-02-10 03:00", "PS1")
        with self.mock_mail_gateway():
            self.deliver()
        to_manager = [mail for mail in self._mails if any("role-it@judopay.example" in to for to in mail["email_to"])]
        self.assertEqual(len(to_manager), 1)
        self.assertIn(ticket.number, to_manager[0]["subject"])
        self.assertIn("PS1", to_manager[0]["subject"])
        self.assertIn("dedicated", to_manager[0]["body"])

    def test_each_becoming_is_told_once(self):
        """J-12: changed to PS1 is told, confirmed as PS1 is told, and each of them once"""
        ticket = self.propose("2026-02-10 10:00", "PS3")
        self.assertEqual(self.told(ticket, "judopay_"), [])
        self.confirm(ticket, "2026-02-10 10:10", "PS1")
        self.assertEqual(len(self.told(ticket, "judopay_")), 1, "changed and confirmed in one go")
        self.confirm(ticket, "2026-02-10 10:20", "PS2")
        self.assertEqual(len(self.told(ticket, "judopay_")), 1)
        self.at(ticket.with_user(self.agent), "2026-02-10 10:30").support_priority_id = self.priorities["PS1"]
        self.assertEqual(len(self.told(ticket, "judopay_")), 2)
        codes = (
            self.env["support.notification"]
            .search([("ticket_id", "=", ticket.id), ("kind", "=", "role")], order="id")
            .mapped("code")
        )
        self.assertEqual(codes, ["judopay_confirmed", "judopay_confirmed"])

    def test_confirming_a_proposed_critical(self):
        """J-12: a PS1 that was proposed and is now confirmed is told of both times"""
        ticket = self.propose("2026-02-10 10:00", "PS1")
        self.confirm(ticket, "2026-02-10 10:04", "PS1")
        codes = (
            self.env["support.notification"]
            .search([("ticket_id", "=", ticket.id), ("kind", "=", "role")], order="id")
            .mapped("code")
        )
        self.assertEqual(codes, ["judopay_raised", "judopay_confirmed"])

    def test_nothing_else_tells_again(self):
        """J-12: messages, stages and the sweep do not tell the manager anew"""
        ticket = self.propose("2026-02-10 10:00", "PS1")
        self.say(ticket, "2026-02-10 10:05")
        self.move(ticket, "2026-02-10 10:06", "with_customer")
        self.move(ticket, "2026-02-10 10:07", "active")
        ticket._support_sync()
        self.assertEqual(len(self.told(ticket, "judopay_")), 1)

    def test_several_tickets_at_once(self):
        """J-12: ten tickets that an agent makes critical in the list are ten messages"""
        tickets = self.env["helpdesk.ticket"]
        for _number in range(10):
            tickets |= self.raise_ticket("2026-02-10 10:00", "PS3")
        self.at(tickets.with_user(self.agent), "2026-02-10 10:05").write(
            {"support_priority_id": self.priorities["PS1"].id}
        )
        for ticket in tickets:
            self.assertEqual(self.told(ticket, "judopay_"), [self.roles["it"]])

    def test_empty_role_is_said_to_the_administrator(self):
        """J-12: when nobody is IT operations manager the provider's administrator learns of it"""
        self.env.ref("judopay_priorities.role_it_operations_manager").user_ids = False
        ticket = self.propose("2026-02-10 10:00", "PS1")
        self.assertEqual(self.told(ticket, "role_empty"), [self.manager])

    def test_shown_until_somebody_is_dedicated(self):
        """J-12: the ticket shows that it lacks a dedicated resource until one is assigned"""
        ticket = self.propose("2026-02-10 10:00", "PS1").with_user(self.roles["it"])
        search = ticket.search([("judopay_lacks_dedicated", "=", True)])
        self.assertTrue(ticket.judopay_lacks_dedicated)
        self.assertIn(ticket, search)
        self.dedicate(ticket, self.agent)
        self.assertFalse(ticket.judopay_lacks_dedicated)
        self.assertNotIn(ticket, ticket.search([("judopay_lacks_dedicated", "=", True)]))
        self.assertIn(ticket, ticket.search([("judopay_lacks_dedicated", "=", False)]))
        self.assertIn(self.agent, self.told(ticket, "judopay_dedicated"))

    def dedicate(self, ticket, user):
        action = ticket.action_judopay_dedicate()
        ticket.env[action["res_model"]].with_context(**action["context"]).create({"user_id": user.id}).action_dedicate()

    def test_dedicated_stays_until_a_workaround(self):
        """J-12: the dedicated resource can be handed over but not taken away before a fix or a workaround"""
        ticket = self.propose("2026-02-10 10:00", "PS1").with_user(self.roles["it"])
        self.dedicate(ticket, self.agent)
        self.dedicate(ticket, self.roles["it"])
        self.assertEqual(ticket.judopay_dedicated_user_id, self.roles["it"])
        with self.assertRaisesRegex(ValidationError, "stays until"), self.env.cr.savepoint():
            ticket.judopay_dedicated_user_id = False
        ticket.invalidate_recordset()
        ticket._support_add_fact("workaround", side="staff")
        ticket.judopay_dedicated_user_id = False
        self.assertFalse(ticket.judopay_dedicated_user_id)

    def test_no_closing_without_dedicated(self):
        """J-12: an agent cannot close a PS1 that nobody was dedicated to, and reads why"""
        ticket = self.propose("2026-02-10 10:00", "PS1")
        with self.assertRaisesRegex(ValidationError, "dedicated"), self.env.cr.savepoint():
            self.move(ticket, "2026-02-10 10:30", "closed")
        ticket.invalidate_recordset()
        self.dedicate(ticket.with_user(self.roles["it"]), self.agent)
        self.move(ticket, "2026-02-10 10:31", "closed")
        self.assertTrue(ticket.closed)

    def test_lower_priorities_close_freely(self):
        """J-12: nobody has to be dedicated to a PS2, nor to a PS1 that turned out to be none"""
        ticket = self.propose("2026-02-10 10:00", "PS1")
        self.confirm(ticket, "2026-02-10 10:05", "PS2")
        self.move(ticket, "2026-02-10 10:30", "closed")
        self.assertTrue(ticket.closed)

    def test_merchant_may_close_a_critical(self):
        """J-12: a merchant whose problem is gone closes the ticket, dedicated resource or not"""
        ticket = self.propose("2026-02-10 10:00", "PS1")
        ticket.with_user(self.merchant_user).sudo().stage_id = self.stages["closed"]
        self.assertTrue(ticket.closed)

    def test_level_is_a_setting(self):
        """J-12: an administrator may have other levels told of too"""
        self.priorities["PS2"].with_user(self.manager).judopay_told_role_id = self.env.ref(
            "judopay_priorities.role_cto"
        )
        ticket = self.propose("2026-02-10 10:00", "PS2")
        self.assertEqual(self.told(ticket, "judopay_"), [self.roles["cto"]])
