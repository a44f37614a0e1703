from odoo.tests.common import tagged

from .common import BpmsoftCase


@tagged("post_install", "-at_install")
class TestQueue(BpmsoftCase):
    """Requests of one client are worked one after another (B-11)."""

    def three(self, **vals):
        return [
            self.raise_as_client(f"2026-03-02 06:0{minute}", name=f"Request {minute}", **vals) for minute in range(3)
        ]

    def states(self, *tickets):
        return [ticket.support_lane_state for ticket in tickets]

    def places(self, *tickets):
        self.env.invalidate_all()
        return [ticket.sudo().support_lane_position for ticket in tickets]

    def start(self, ticket, moment="2026-03-02 07:00"):
        self.move(ticket, moment, "in_work")

    def test_one_at_once(self):
        """B-11: analysis of the next begins after the former is resolved; started before, it stays in line"""
        first, second, third = self.three()
        self.start(first)
        self.start(second, "2026-03-02 07:10")
        self.assertEqual(self.states(first, second, third), ["in_work", "waiting", "waiting"])
        self.assertEqual(second.stage_id, self.stages["new"])
        self.assertEqual(self.places(first, second, third), [0, 1, 2])
        self.move(first, "2026-03-02 08:00", "waiting")
        self.start(second, "2026-03-02 08:10")
        self.assertEqual(second.stage_id, self.stages["new"], "what waits for its client is not resolved")
        self.move(first, "2026-03-02 09:00", "resolved")
        self.start(second, "2026-03-02 09:10")
        self.assertEqual(self.states(second, third), ["in_work", "waiting"])

    def test_in_order(self):
        """B-11: nobody begins with the second while the first is still in line, whatever its level"""
        first, second, _third = self.three()
        critical = self.raise_as_client("2026-03-02 06:30", "critical", name="Nobody can log in")
        for ticket in (second, critical):
            self.start(ticket)
            self.assertEqual(ticket.stage_id, self.stages["new"])
        self.start(first)
        self.assertEqual(first.stage_id, self.stages["in_work"])

    def test_both_started_at_once(self):
        """B-11: of two that are started in one go, from the list, the first in line begins"""
        first, second, third = self.three()
        (third | second | first).with_user(self.agent).write({"stage_id": self.stages["in_work"].id})
        self.settle()
        self.assertEqual(self.states(first, second, third), ["in_work", "waiting", "waiting"])

    def test_reaction_runs_in_line(self):
        """B-11, B-2: the time to react runs while a request stands in line, and is missed there"""
        first, second, _third = self.three()
        self.start(first)
        self.assertTrue(second.support_lane_held)
        clock = self.clock(second, "first_response")
        self.assertEqual(clock.state, "running")
        self.assertEqual(str(clock.deadline), "2026-03-02 10:01:00")
        self.sweep("2026-03-02 10:02")
        self.assertTrue(clock.breached)
        for target in self.provider.policy_ids.target_ids:
            self.assertNotIn("queue", target.pause_reason_ids.mapped("code"))

    def test_an_expert_may_react_in_line(self):
        """B-11, B-2: an answer to a request in line is a reaction and leaves it where it is"""
        first, second, _third = self.three()
        self.start(first)
        self.say(second, "2026-03-02 08:00", "We have seen it; it is the next one.")
        self.assertEqual(str(self.clock(second, "first_response").stopped), "2026-03-02 08:00:00")
        self.assertEqual(self.states(first, second), ["in_work", "waiting"])

    def test_each_client_has_its_own(self):
        """B-11: another client's request is not held up"""
        first, *_others = self.three()
        self.start(first)
        other = self.raise_as_client("2026-03-02 06:30", user=self.stranger_user)
        self.start(other)
        self.assertEqual(other.stage_id, self.stages["in_work"])

    def test_shown(self):
        """B-11: agents and client read the place"""
        first, second, third = self.three()
        self.start(first)
        self.env.invalidate_all()
        self.assertEqual(second.with_user(self.agent).support_lane_text, "Next in line")
        self.assertEqual(third.with_user(self.agent).support_lane_text, "Second in line")
        self.assertIn("One request of yours is being worked on", second.sudo()._support_portal_say_place())

    def test_offered(self):
        """B-11: when the former is resolved, whoever works on the next one is told, once"""
        first, second, _third = self.three(user_id=self.agent.id)
        self.start(first)
        self.move(first, "2026-03-02 09:00", "resolved")
        self.assertEqual(self.told(second, "lane_offer"), [self.agent])
        self.sweep("2026-03-02 09:30")
        self.assertEqual(len(self.told(second, "lane_offer")), 1)

    def test_reordered_by_an_agent(self):
        """B-11: an agent changes the order by agreement; each request whose place changes has it as a fact"""
        first, second, third = self.three()
        account = first.sudo().support_lane_account_id
        account.with_user(self.agent)._support_reorder([third.id, first.id], "Project Office, by mail", "Law")
        self.assertEqual(self.places(third, first, second), [1, 2, 3])
        for ticket in (first, second, third):
            event = ticket.support_event_ids.filtered(lambda event: event.kind == "reordered")
            self.assertEqual(event.data["agreed_with"], "Project Office, by mail")
        self.start(first)
        self.assertEqual(first.stage_id, self.stages["new"])
        self.start(third)
        self.assertEqual(third.stage_id, self.stages["in_work"])

    def test_setting(self):
        """B-11: how many at once is a setting"""
        self.ref_("lane_care").at_once = 2
        first, second, third = self.three()
        for ticket in (first, second, third):
            self.start(ticket)
        self.assertEqual(self.states(first, second, third), ["in_work", "in_work", "waiting"])
