from odoo.addons.support_sla.tests.common import SupportCase
from odoo.exceptions import UserError, ValidationError


class TestProblem(SupportCase):
    """E-7.1: a ticket can be a problem, and incidents link to it."""

    def setUp(self):
        super().setUp()
        self.ticket = self.raise_ticket("2026-03-02 09:00", name="Invoices are not stamped")
        self.problem = self.raise_ticket(
            "2026-03-02 08:00", name="Stamping service down", partner_id=False, support_is_problem=True
        )

    def link(self, ticket, problem):
        ticket.with_user(self.agent)._support_link_problem(problem.with_user(self.agent))

    def test_made_from_an_incident(self):
        """E-7.1: a problem made from an incident has its title, service and words, and nothing is promised on it"""
        problem = self.at(self.ticket.with_user(self.agent), "2026-03-02 09:30")._support_make_problem()
        self.assertTrue(problem.support_is_problem)
        self.assertEqual(problem.name, "Invoices are not stamped")
        self.assertIn("Nothing happens.", problem.description)
        self.assertFalse(problem.partner_id)
        self.assertEqual(problem.support_provider_id, self.provider)
        self.assertFalse(problem.sudo().support_clock_ids)
        self.assertEqual(self.ticket.support_problem_id, problem)
        self.assertEqual(problem.support_incident_count, 1)
        self.assertTrue(self.ticket.support_clock_ids, "the customer's own promises go on")
        with self.assertRaisesRegex(UserError, "already"):
            self.ticket.with_user(self.agent)._support_make_problem()

    def test_contract(self):
        """E-7.1, E-6.1: a provider that refuses tickets without a contract still works on problems"""
        self.provider.entitlement_mode = "refuse"
        problem = self.raise_ticket("2026-03-02 09:00", partner_id=False, support_is_problem=True)
        self.assertFalse(problem.support_no_entitlement)
        with self.assertRaisesRegex(UserError, "no entitlement"):
            self.raise_ticket("2026-03-02 09:00", partner_id=False)

    def test_promises_by_setting(self):
        """E-7.1: a provider that measures its problems matches policies for them"""
        self.provider.problem_promises = True
        problem = self.raise_ticket("2026-03-02 09:00", partner_id=False, support_is_problem=True)
        self.assertIn("resolution", problem.support_clock_ids.mapped("metric"))

    def test_wrong_links(self):
        """E-7.1: not to itself, an incident, a closed problem, another provider's or company's, by any way in"""
        other_provider = self.env["support.provider"].create(
            {"name": "Beta", "code": "beta_test", "calendar_id": self.calendar.id, "entitlement_mode": "ignore"}
        )
        other_team = self.env["helpdesk.ticket.team"].create(
            {"name": "Beta Desk", "support_provider_id": other_provider.id}
        )
        foreign = self.raise_ticket(
            "2026-03-02 08:00",
            partner_id=False,
            support_is_problem=True,
            team_id=other_team.id,
            support_priority_id=False,
        )
        incident = self.raise_ticket("2026-03-02 08:00")
        closed = self.raise_ticket("2026-03-02 08:00", partner_id=False, support_is_problem=True)
        self.move(closed, "2026-03-02 08:30", "closed")
        company = self.env["res.company"].create({"name": "Second"})
        elsewhere = self.raise_ticket("2026-03-02 08:00", partner_id=False, support_is_problem=True)
        elsewhere.company_id = company
        for wrong, words in (
            (self.ticket, "itself"),
            (incident, "is an incident"),
            (closed, "is closed"),
            (foreign, "belongs to"),
            (elsewhere, "different companies"),
        ):
            with self.subTest(words):
                with self.assertRaisesRegex(UserError, words):
                    self.link(self.ticket, wrong)
                with self.assertRaisesRegex(ValidationError, words), self.cr.savepoint():
                    self.ticket.with_user(self.manager).write({"support_problem_id": wrong.id})
        with self.assertRaisesRegex(ValidationError, "a problem itself"), self.cr.savepoint():
            elsewhere.company_id = self.problem.company_id
            self.problem.write({"support_problem_id": elsewhere.id})

    def test_stays_a_problem(self):
        """E-7.1: a problem with incidents is turned into no incident, an incident of one into no problem"""
        self.link(self.ticket, self.problem)
        with self.assertRaisesRegex(ValidationError, self.ticket.number), self.cr.savepoint():
            self.problem.with_user(self.manager).write({"support_is_problem": False})
        with self.assertRaisesRegex(ValidationError, "unlink it before"), self.cr.savepoint():
            self.ticket.with_user(self.manager).write({"support_is_problem": True})
        self.ticket.with_user(self.agent)._support_unlink_problem()
        self.assertFalse(self.problem.support_incident_ids)
        self.problem.with_user(self.manager).write({"support_is_problem": False})
        self.assertTrue(self.problem.support_clock_ids, "as an incident it is promised something")

    def test_moves_to_another_provider(self):
        """E-7.1: an incident that goes to another provider leaves its problem; a problem with incidents stays"""
        self.link(self.ticket, self.problem)
        other_provider = self.env["support.provider"].create(
            {"name": "Beta", "code": "beta_test", "calendar_id": self.calendar.id, "entitlement_mode": "ignore"}
        )
        other_team = self.env["helpdesk.ticket.team"].create(
            {"name": "Beta Desk", "support_provider_id": other_provider.id}
        )
        with self.assertRaisesRegex(ValidationError, "unlink it first"), self.cr.savepoint():
            self.problem.team_id = other_team
        self.ticket.team_id = other_team
        self.assertFalse(self.ticket.support_problem_id)
