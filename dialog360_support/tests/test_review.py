from odoo.exceptions import AccessError, UserError
from odoo.tests.common import tagged

from .common import Dialog360Case, utc


@tagged("post_install", "-at_install")
class TestReview(Dialog360Case):
    """What took longer than 48 hours."""

    def look(self, moment):
        """What the scheduled action does."""
        return self.env["dialog360.review"]._open_batch(utc(moment))

    def make(self, handed=True):
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.say(ticket, "2026-03-02 06:10")
        if handed:
            self.at(ticket.with_user(self.agent), "2026-03-02 07:00").team_id = self.team_messaging
            self.settle()
        self.sweep("2026-03-04 06:01")
        self.look("2026-03-04 06:02")
        return ticket, self.env["dialog360.review"].search([("ticket_id", "=", ticket.id)])

    def test_one_review_with_all_teams(self):
        """D-8: after 48 hours there is one review, with every team that had the ticket, an activity for each leader"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.at(ticket.with_user(self.agent), "2026-03-02 07:00").team_id = self.team_messaging
        self.settle()
        self.look("2026-03-04 06:00")
        self.assertFalse(ticket.sudo().dialog360_review_ids, "not late yet")
        self.sweep("2026-03-04 06:01")
        self.look("2026-03-04 06:02")
        review = ticket.sudo().dialog360_review_ids
        self.assertEqual(str(review.due), "2026-03-04 06:00:00")
        self.assertEqual(review.line_ids.team_id, self.team | self.team_messaging)
        self.assertEqual(review.line_ids.user_id, self.lead | self.engineer)
        self.assertEqual(review.activity_ids.user_id, self.lead | self.engineer)
        self.assertEqual(review.state, "open")

    def test_once_a_ticket(self):
        """D-8: however often it is looked, and also after it was closed and opened again, there is one review"""
        ticket, _review = self.make()
        self.look("2026-03-04 07:00")
        self.at(ticket.sudo(), "2026-03-04 08:00").stage_id = self.stages["cancelled"]
        self.at(ticket.sudo(), "2026-03-04 09:00").stage_id = self.stages["in_progress"]
        self.sweep("2026-03-08 09:00")
        self.look("2026-03-08 09:01")
        self.assertEqual(self.env["dialog360.review"].search_count([("ticket_id", "=", ticket.id)]), 1)

    def test_what_is_in_time_is_not_reviewed(self):
        """D-8: neither what was solved in time nor what Meta causes is reviewed; what was closed late is"""
        solved = self.raise_ticket("2026-03-02 06:00")
        late = self.raise_ticket("2026-03-02 06:00")
        meta = self.raise_ticket("2026-03-02 06:00")
        self.at(meta.with_user(self.agent), "2026-03-02 07:00")._support_put_outside(self.ref_("outside_meta"), "")
        for ticket, moment in ((solved, "2026-03-03 06:00"), (late, "2026-03-05 06:00")):
            self.wizard("dialog360.close.wizard", ticket, moment, summary="Done.").action_close()
            self.settle()
        self.sweep("2026-03-06 06:00")
        self.look("2026-03-06 06:00")
        self.assertFalse((solved | meta).sudo().dialog360_review_ids)
        self.assertTrue(late.sudo().dialog360_review_ids)

    def test_it_closes_with_the_last_answer(self):
        """D-8: each team's cause and action; answered, its activity is done; with the last one the review closes"""
        _ticket, review = self.make()
        first, second = review.line_ids
        first.with_user(self.lead).write({"cause": "Nobody looked at night.", "action": "The rota has a second name."})
        self.assertEqual(review.state, "open")
        self.assertEqual(review.activity_ids.user_id, self.engineer)
        second.with_user(self.engineer).cause = "The queue was not watched."
        self.assertEqual(review.state, "open", "a cause alone changes nothing")
        second.with_user(self.engineer).action = "It is watched."
        self.assertEqual(review.state, "closed")
        self.assertTrue(review.closed_at)
        self.assertFalse(review.activity_ids)

    def test_who_answers(self):
        """D-8: a team's leader writes its own line only, and reads the whole review; a manager names somebody else"""
        _ticket, review = self.make()
        first, second = review.line_ids
        with self.assertRaises(AccessError):
            second.with_user(self.lead).cause = "They were asleep."
        with self.assertRaises(AccessError):
            first.with_user(self.lead).user_id = self.engineer
        self.assertEqual(second.with_user(self.lead).team_id, self.team_messaging)
        first.with_user(self.manager).user_id = self.head
        self.assertEqual(review.activity_ids.user_id, self.head | self.engineer)
        with self.assertRaises(UserError):
            first.with_user(self.manager).team_id = self.team_hub
        with self.assertRaises(AccessError):
            review.with_user(self.customer_user).read(["state"])
        with self.assertRaises(AccessError):
            review.with_user(self.manager).unlink()
        with self.assertRaises(UserError):
            review.unlink()

    def test_a_team_that_comes_later(self):
        """D-8: a team that gets the ticket while the review is open is asked as well"""
        ticket, review = self.make(handed=False)
        self.assertEqual(review.line_ids.team_id, self.team)
        self.at(ticket.with_user(self.agent), "2026-03-04 08:00").team_id = self.team_hub
        self.settle()
        self.assertEqual(review.line_ids.team_id, self.team | self.team_hub)
        self.assertIn(self.hub_lead, review.activity_ids.user_id)

    def test_a_team_without_a_leader(self):
        """D-8: where a team has no leader, the administrator is asked to find somebody"""
        self.team.user_id = False
        _ticket, review = self.make(handed=False)
        self.assertFalse(review.line_ids.user_id)
        self.assertEqual(review.activity_ids.user_id, self.manager)
