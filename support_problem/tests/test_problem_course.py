from odoo.addons.support_sla.tests.common import SupportCase
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form


class TestProblemCourse(SupportCase):
    """E-7.1, E-7.2: finding a problem, waiting for it, merging it, seeing its incidents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.target_ids.pause_reason_ids |= cls.env.ref("support_problem.pause_problem")

    def setUp(self):
        super().setUp()
        self.service = self.env["support.service"].create({"provider_id": self.provider.id, "name": "Stamping"})
        self.ticket = self.raise_ticket(
            "2026-03-02 09:00", name="Invoices are not stamped any more", support_service_id=self.service.id
        )

    def make_problem(self, name, **vals):
        return self.raise_ticket(
            "2026-03-02 08:00", name=name, description="<p>.</p>", partner_id=False, support_is_problem=True, **vals
        )

    def open_wizard(self, tickets=None, user=None):
        action = (tickets or self.ticket).with_user(user or self.agent).action_support_link_problem()
        return self.env[action["res_model"]].with_user(user or self.agent).browse(action["res_id"])

    def test_similar(self):
        """E-7.1: the button shows open problems of the same service first, then the most alike, with the reason"""
        alike = self.make_problem("Invoices not stamped since noon")
        other = self.make_problem("Printer is out of paper")
        same_service = self.make_problem("Certificate ran out", support_service_id=self.service.id)
        closed = self.make_problem("Invoices are not stamped any more")
        self.move(closed, "2026-03-02 08:30", "closed")
        wizard = self.open_wizard()
        self.assertEqual(wizard.line_ids.problem_id, same_service | alike)
        self.assertEqual(wizard.line_ids[0].problem_id, same_service)
        self.assertIn("Stamping", wizard.line_ids[0].reason)
        self.assertIn("alike", wizard.line_ids[1].reason)
        self.assertNotIn(other, wizard.line_ids.problem_id)
        wizard.search_text = "printer without paper"
        wizard.action_search()
        self.assertEqual(wizard.line_ids.problem_id, other)
        wizard.line_ids.action_link()
        self.assertEqual(self.ticket.support_problem_id, other)

    def test_similar_without_trigrams(self):
        """E-7.1: where PostgreSQL knows no trigrams, whole words are compared"""
        alike = self.make_problem("Invoices not stamped since noon")
        self.make_problem("Printer is out of paper")
        registry = self.env.registry
        had = registry.has_trigram
        registry.has_trigram = False
        self.addCleanup(setattr, registry, "has_trigram", had)
        self.assertEqual(self.open_wizard().line_ids.problem_id, alike)

    def test_new_from_wizard(self):
        """E-7.1: where none is like it a new one is offered, filled in from the ticket, and all chosen are linked"""
        second = self.raise_ticket("2026-03-02 09:10", name="No stamp on invoices")
        wizard = self.open_wizard(self.ticket | second)
        self.assertEqual(wizard.mode, "new")
        self.assertEqual((wizard.name, wizard.service_id), (self.ticket.name, self.service))
        self.assertIn("Nothing happens.", wizard.description)
        form = Form(wizard)
        form.name = "Stamping is down"
        action = form.save().action_make()
        problem = self.env["helpdesk.ticket"].browse(action["res_id"])
        self.assertEqual(problem.name, "Stamping is down")
        self.assertEqual(problem.support_incident_ids, self.ticket | second)

    def test_similar_problems(self):
        """E-7.1: from a problem one sees others that may be the same, to merge them"""
        one = self.make_problem("Invoices not stamped since noon")
        other = self.make_problem("Invoices are not stamped any more")
        self.make_problem("Printer is out of paper")
        action = one.with_user(self.agent).action_support_similar()
        self.assertEqual(self.env["helpdesk.ticket"].search(action["domain"]), one | other)
        other.with_user(self.manager)._support_merge_into(one)
        with self.assertRaisesRegex(UserError, "No other open problem"):
            one.with_user(self.agent).action_support_similar()

    def test_access(self):
        """S-1: who may not change the ticket links nothing, and reads no other's ticket through the wizard"""
        narrow = self._make_user("narrow", "helpdesk_mgmt.group_helpdesk_user_own")
        problem = self.make_problem("Invoices not stamped")
        with self.assertRaises(AccessError):
            self.open_wizard(user=narrow)
        with self.assertRaises(AccessError):
            wizard = self.env["support.link.wizard"].with_user(narrow).create({"ticket_ids": [(6, 0, self.ticket.ids)]})
            wizard.problem_id = problem
            wizard.action_link()

    def test_wait_for_the_problem(self):
        """E-7.2: a linked ticket stands still by a button, and goes on when the problem is resolved"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        problem = self.make_problem("Stamping is down")
        as_agent = ticket.with_user(self.agent)
        with self.assertRaisesRegex(UserError, "not linked"):
            as_agent.action_support_wait_for_problem()
        as_agent._support_link_problem(problem)
        self.at(as_agent, "2026-03-02 10:00").action_support_wait_for_problem()
        self.assertEqual(self.clock(ticket, "resolution").state, "paused")
        self.assertTrue(ticket.support_waits_for_problem)
        self.move(problem, "2026-03-02 14:00", "resolved")
        clock = self.clock(ticket, "resolution")
        self.assertEqual(clock.state, "running")
        self.assertFalse(ticket.support_pause_id)
        # four hours from 9: one until 10, then from 14 on until 17
        self.assertEqual(str(clock.deadline), "2026-03-02 17:00:00")
        with self.assertRaisesRegex(UserError, "is resolved"):
            self.at(as_agent, "2026-03-02 14:05").action_support_wait_for_problem()

    def test_unlinked_waits_no_more(self):
        """E-7.2: a ticket that is taken off its problem does not wait for it"""
        ticket = self.raise_ticket("2026-03-02 09:00").with_user(self.agent)
        ticket._support_link_problem(self.make_problem("Stamping is down"))
        self.at(ticket, "2026-03-02 10:00").action_support_wait_for_problem()
        self.at(ticket, "2026-03-02 10:30").action_support_unlink_problem()
        self.assertFalse(ticket.support_pause_id)
        self.assertFalse(ticket.support_problem_id)

    def test_merging(self):
        """E-7.1: two problems become one with the incidents of both; a problem and an incident are not merged"""
        one, other = self.make_problem("Stamping is down"), self.make_problem("No stamps")
        self.ticket._support_link_problem(one)
        with self.assertRaisesRegex(UserError, "link the incident"):
            one.with_user(self.manager)._support_merge_into(self.ticket)
        one.with_user(self.manager)._support_merge_into(other)
        self.assertEqual(self.ticket.support_problem_id, other)
        self.assertEqual(one.support_merged_into_id, other)
        with self.assertRaisesRegex(UserError, "merged into"):
            self.raise_ticket("2026-03-02 09:00")._support_link_problem(one)

    def test_picture(self):
        """E-7.1: the problem's page shows each incident with its customer, clocks and whose turn it is"""
        problem = self.make_problem("Stamping is down")
        second = self.raise_ticket("2026-03-02 09:10", name="No stamp on invoices")
        (self.ticket | second)._support_link_problem(problem)
        self.move(second, "2026-03-02 09:30", "waiting_customer")
        picture = self.at(problem.with_user(self.agent), "2026-03-02 10:00").support_incidents
        rows = {row["number"]: row for row in picture["rows"]}
        first = rows[self.ticket.number]
        self.assertEqual(first["customer"], self.customer.display_name)
        self.assertEqual((first["turn"], first["late"]), (self.provider.name, True))
        self.assertEqual(rows[second.number]["turn"], "customer")
        self.assertEqual([bar["side"] for bar in rows[second.number]["bars"]], ["provider", "customer"])
        for row in picture["rows"]:
            for bar in row["bars"]:
                self.assertGreaterEqual(bar["left"], 0)
                self.assertLessEqual(bar["left"] + bar["width"], 100.01)
        self.assertEqual(problem.support_open_incident_count, 2)

    def test_no_missing_promise(self):
        """E-7.1: a problem does not stand among the tickets for which no promise was found"""
        problem = self.make_problem("Stamping is down")
        self.assertFalse(problem.support_sla_state)
        self.assertIn("has no promise", problem._support_get_panel()["policy"]["why"])
