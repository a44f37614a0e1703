from odoo.tests import tagged

from .common import SupportCase, utc


@tagged("post_install", "-at_install")
class TestPerformance(SupportCase):
    """Queries, as spec/engine.md E-10 allows them; figures are per ticket and include plain helpdesk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "support_now": utc("2026-03-02 09:00")})
        # four clocks: next reply and status update start later, so give it four that start at once
        cls.policy.write(
            {
                "target_ids": [
                    (0, 0, {"metric": "containment", "amount": 2, "unit": "hours"}),
                    (0, 0, {"metric": "silence", "amount": 1, "unit": "hours"}),
                ]
            }
        )

    def values(self, number: int) -> list[dict]:
        return [
            {
                "name": f"Ticket {index}",
                "description": "<p>x</p>",
                "team_id": self.team.id,
                "partner_id": self.customer.id,
                "support_priority_id": self.urgent.id,
            }
            for index in range(number)
        ]

    def make(self, number: int):
        tickets = self.env["helpdesk.ticket"].create(self.values(number))
        self.env.flush_all()
        return tickets

    def count(self, function) -> int:
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_create_one(self):
        """E-10: create one by one costs at most 14 queries a ticket"""
        self.make(1)
        tickets = self.env["helpdesk.ticket"]

        def create():
            nonlocal tickets
            tickets = tickets.create(self.values(1))

        self.assertLessEqual(self.count(create), 14)
        self.assertEqual(len(tickets.support_clock_ids), 4)

    def test_create_batch(self):
        """E-10: create in batch of 500 costs at most 11 queries a ticket"""
        self.make(1)
        self.assertLessEqual(self.count(lambda: self.make(500)) / 500, 11)

    def test_stage_one(self):
        """E-10: change stage one by one costs at most 4 queries a ticket"""
        warm, ticket = self.make(2)
        warm.stage_id = self.stages["open"]
        self.env.flush_all()

        def change():
            ticket.stage_id = self.stages["open"]

        self.assertLessEqual(self.count(change), 4)

    def test_stage_hundred(self):
        """E-10: change stage of 100 at once costs at most 0.3 queries a ticket"""
        warm = self.make(1)
        warm.stage_id = self.stages["open"]
        tickets = self.make(100)
        self.assertLessEqual(self.count(lambda: tickets.write({"stage_id": self.stages["open"].id})) / 100, 0.3)

    def test_list(self):
        """E-10: read a list of 80 with SLA columns costs at most 2 queries in all"""
        self.make(80)
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        specification = {
            "number": {},
            "name": {},
            "support_next_due": {},
            "support_next_metric": {},
            "support_sla_state": {},
            "support_risk_at": {},
            "support_priority_id": {"fields": {"display_name": {}}},
        }

        def read():
            Ticket.web_search_read([("team_id", "=", self.team.id)], specification, limit=80, count_limit=81)

        read()
        self.env.invalidate_all()
        Ticket.env["res.users"].browse(self.agent.id).helpdesk_team_ids  # noqa: B018  read by the record rules
        before = self.env.cr.sql_log_count
        read()
        ours = self.env.cr.sql_log_count - before
        self.env.invalidate_all()
        Ticket.env["res.users"].browse(self.agent.id).helpdesk_team_ids  # noqa: B018
        plain = {"number": {}, "name": {}}
        before = self.env.cr.sql_log_count
        Ticket.web_search_read([("team_id", "=", self.team.id)], plain, limit=80, count_limit=81)
        self.assertLessEqual(ours - (self.env.cr.sql_log_count - before) + 1, 2)

    def test_sweep_does_not_grow(self):
        """E-10, E-5.1: a sweep of N due tickets and of 2N cost the same number of queries"""
        counts = []
        for number in (20, 40):
            self.make(number)
            self.env["support.sweep"].sudo()._sweep_batch(utc("2026-03-02 09:10"))
            counts.append(self.count(lambda: self.env["support.sweep"].sudo()._sweep_batch(utc("2026-03-02 09:31"))))
            self.env["support.sweep"].sudo()._sweep_batch(utc("2026-03-02 09:31"))
        self.assertLessEqual(counts[1], counts[0] + 2)
