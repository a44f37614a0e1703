from odoo import http
from odoo.exceptions import ValidationError
from odoo.tests.common import HttpCase, tagged

from .common import PASSWORD, Dialog360Case, Dialog360Mixin

SUMMARY = "The template was paused for its quality. It is back in use after a review."


@tagged("post_install", "-at_install")
class TestClosing(Dialog360Case):
    """The end of a ticket: a summary for the client, feedback, knowledge."""

    def close(self, ticket, moment, summary=SUMMARY, **vals):
        self.wizard("dialog360.close.wizard", ticket, moment, summary=summary, **vals).action_close()
        self.settle()

    def solved(self, ticket):
        return self.written_to(ticket).filtered(lambda message: "Solved" in (message.subject or ""))

    def test_no_way_to_close_without_a_summary(self):
        """D-11: dragged, written, imported or raised as closed: without a summary staff cannot close a ticket"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        closed = self.stages["closed"]
        with self.refused("Summary of the Solution", ValidationError):
            self.at(ticket.with_user(self.agent), "2026-03-02 07:00").write({"stage_id": closed.id})
        with self.refused("Summary of the Solution", ValidationError):
            ticket.with_user(self.manager).write({"stage_id": closed.id, "dialog360_summary": "  "})
        with self.refused("Summary of the Solution", ValidationError):
            self.raise_ticket("2026-03-02 06:00", stage_id=closed.id)
        result = (
            self.env["helpdesk.ticket"]
            .with_user(self.manager)
            .load([".id", "stage_id/.id"], [[str(ticket.id), str(closed.id)]])
        )
        self.assertIn("Summary of the Solution", str(result["messages"]))
        self.assertFalse(ticket.closed)
        with self.refused("what was done"):
            self.close(ticket, "2026-03-02 07:00", " ")

    def test_the_client_gets_the_summary(self):
        """D-11: closing sends the summary to the client, in the agent's name, and asks for feedback"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.close(ticket, "2026-03-02 06:20")
        self.assertTrue(ticket.closed)
        [message] = self.solved(ticket)
        self.assertIn("paused for its quality", message.body)
        self.assertIn(f"/my/ticket/{ticket.id}/rate/5", message.body)
        self.assertEqual(message.author_id, self.agent.partner_id)
        self.assertIn(self.customer, message.notified_partner_ids)
        self.assertEqual(
            str(self.clock(ticket, "first_response").stopped), "2026-03-02 06:20:00", "it says what it was"
        )
        self.assertFalse(self.clock(ticket, "resolution").breached)

    def test_a_summary_that_is_dragged_along(self):
        """D-11: with the summary on the ticket any way of closing sends it, also of several at once"""
        tickets = self.raise_ticket("2026-03-02 06:00") | self.raise_ticket("2026-03-02 06:01")
        tickets.with_user(self.agent).dialog360_summary = SUMMARY
        self.at(tickets.with_user(self.agent), "2026-03-02 07:00").stage_id = self.stages["closed"]
        self.settle()
        for ticket in tickets:
            self.assertEqual(len(self.solved(ticket)), 1)

    def test_closed_it_keeps_its_summary(self):
        """D-11: the summary of a closed ticket cannot be emptied"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.close(ticket, "2026-03-02 07:00")
        with self.refused("Summary of the Solution", ValidationError):
            ticket.with_user(self.agent).dialog360_summary = False

    def test_reopened_it_needs_another_one(self):
        """D-11: when the client says that it is not solved, the next end has its own summary; feedback is asked once"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.close(ticket, "2026-03-02 07:00")
        self.hear(ticket, "2026-03-02 09:00", "It is paused again.")
        self.settle()
        self.assertEqual(ticket.stage_id, self.stages["in_progress"])
        self.assertFalse(ticket.dialog360_summary)
        with self.refused("Summary of the Solution", ValidationError):
            self.at(ticket.with_user(self.agent), "2026-03-02 10:00").stage_id = self.stages["closed"]
        self.close(ticket, "2026-03-02 10:00", "A second template was paused as well.")
        first, second = self.solved(ticket)
        self.assertIn("/rate/", first.body)
        self.assertNotIn("/rate/", second.body)

    def test_cancelled_and_merged_sum_up_nothing(self):
        """D-11: what is cancelled, or merged into another ticket, needs no summary"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.move(ticket, "2026-03-02 07:00", "cancelled")
        source, survivor = self.raise_ticket("2026-03-02 06:00"), self.raise_ticket("2026-03-02 05:00")
        self.at(source.with_user(self.agent), "2026-03-02 07:00")._support_merge_into(survivor.with_user(self.agent))
        self.settle()
        self.assertTrue(source.closed)
        self.assertFalse(self.solved(source))

    def test_a_knowledge_page_in_one_click(self):
        """D-11: the summary becomes the draft of a page for solutions of this provider; clicked twice, of one page"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        with self.refused("summary of the solution first"):
            ticket.with_user(self.agent).action_dialog360_page()
        self.close(ticket, "2026-03-02 07:00", makes_page=True)
        page = ticket.sudo().dialog360_page_id
        self.assertIn("paused for its quality", page.content)
        self.assertEqual(page.name, ticket.name)
        self.assertEqual((page.support_use, page.support_state), ("solution", "draft"))
        self.assertEqual(page.support_provider_ids, self.provider)
        ticket.with_user(self.agent).action_dialog360_page()
        self.assertEqual(ticket.sudo().dialog360_page_id, page)


@tagged("post_install", "-at_install")
class TestFeedback(Dialog360Mixin, HttpCase):
    """Feedback in one click."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def test_a_client_rates(self):
        """D-11: the link leads to the page of the rating; what is sent there is the only one and opens nothing"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.wizard("dialog360.close.wizard", ticket, "2026-03-02 07:00", summary=SUMMARY).action_close()
        self.authenticate(self.customer_user.login, PASSWORD)
        for value in (1, 5):
            page = self.url_open(f"/my/ticket/{ticket.id}/rate/{value}")
            self.assertEqual(page.status_code, 200)
            self.assertIn("/rate/", page.url)
            self.assertFalse(ticket.sudo().rating_ids.filtered("consumed"), "opening a link rates nothing")
        token = ticket.sudo().rating_ids.access_token
        sent = {"rate": "5", "feedback": "Quick and clear", "csrf_token": http.Request.csrf_token(self)}
        self.url_open(f"/rate/{token}/submit_feedback", data=sent)
        self.env.invalidate_all()
        rating = ticket.sudo().rating_ids
        self.assertEqual((len(rating), rating.rating, rating.feedback), (1, 5, "Quick and clear"))
        self.assertTrue(ticket.closed)
        self.assertIn(f"/rate/{token}", self.url_open(f"/my/ticket/{ticket.id}/rate/1").url)

    def test_nobody_else_rates(self):
        """D-11: another client, and whoever has no link, is led away; whoever was not asked has nothing to rate"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.assertNotIn("/rate/", self.url_open(f"/my/ticket/{ticket.id}/rate/5").url)
        self.authenticate(self.stranger_user.login, PASSWORD)
        self.assertNotIn("/rate/", self.url_open(f"/my/ticket/{ticket.id}/rate/5").url)
        self.authenticate(self.customer_user.login, PASSWORD)
        self.assertNotIn("/rate/", self.url_open(f"/my/ticket/{ticket.id}/rate/5").url)
        self.assertFalse(ticket.sudo().rating_ids)
