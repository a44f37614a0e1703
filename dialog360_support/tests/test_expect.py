from odoo.exceptions import UserError, ValidationError
from odoo.tests.common import tagged

from .common import Dialog360Case


@tagged("post_install", "-at_install")
class TestExpect(Dialog360Case):
    """The client hears of every change of the expected time."""

    def news(self, ticket, moment):
        self.deliver(moment)
        return self.written_to(ticket).filtered(lambda message: "Expected time" in (message.subject or ""))

    def test_an_agent_estimates(self):
        """D-10: a new estimate is sent at once, with the old time and the reason; the promise stays"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        due = self.clock(ticket, "resolution").deadline
        self.wizard(
            "dialog360.expect.wizard", ticket, "2026-03-02 07:00", until="2026-03-05 12:00", reason="A review is on."
        ).action_tell()
        [message] = self.news(ticket, "2026-03-02 07:01")
        self.assertIn("Thu 5 Mar, 01:00 PM (Berlin time)", message.body)
        self.assertIn("before it was Wed 4 Mar", message.body)
        self.assertIn("A review is on.", message.body)
        self.assertEqual(message.author_id, self.agent.partner_id)
        self.assertIn(self.customer, message.notified_partner_ids)
        self.assertEqual(self.clock(ticket, "resolution").deadline, due)
        self.assertEqual(str(self.clock(ticket, "status_update").start), "2026-03-02 07:00:00", "it is news")

    def test_the_promise_moves_by_itself(self):
        """D-10: when time stood still while the client was asked, the new time is told once it goes on"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.say(ticket, "2026-03-02 06:10")
        self.move(ticket, "2026-03-02 07:00", "waiting")
        self.assertFalse(self.news(ticket, "2026-03-02 08:00"), "nothing to say while it waits")
        self.hear(ticket, "2026-03-02 17:00")
        [message] = self.news(ticket, "2026-03-02 17:01")
        self.assertIn("Wed 4 Mar", message.body)
        self.assertIn("05:00 PM", message.body)
        self.assertEqual(message.message_type, "auto_comment")

    def test_what_changes_nothing_is_not_told(self):
        """D-10: messages, notes and levels that leave the time alone are no news; a change taken back is none either"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.say(ticket, "2026-03-02 06:10")
        self.hear(ticket, "2026-03-02 06:20")
        self.at(ticket.with_user(self.agent), "2026-03-02 06:30").support_priority_id = self.levels["2"]
        self.assertFalse(self.news(ticket, "2026-03-02 06:35"))
        meta = self.ref_("outside_meta")
        self.at(ticket.with_user(self.agent), "2026-03-02 06:40")._support_put_outside(meta, "")
        self.at(ticket.with_user(self.agent), "2026-03-02 06:41")._support_take_inside()
        self.assertFalse(self.news(ticket, "2026-03-02 06:45"))

    def test_only_a_time_to_come(self):
        """D-10: a time that has passed, and one for a ticket that is closed, are refused; nobody else writes it"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        with self.refused("in the future", ValidationError):
            self.wizard("dialog360.expect.wizard", ticket, "2026-03-02 07:00", until="2026-03-01", reason="x")
        wizard = self.wizard("dialog360.expect.wizard", ticket, "2026-03-02 07:00", until="2026-03-05", reason="x")
        self.at(ticket.sudo(), "2026-03-02 08:00").stage_id = self.stages["cancelled"]
        with self.refused("nothing left to expect"):
            wizard.action_tell()
        with self.assertRaises(UserError):
            ticket.with_user(self.agent).write({"dialog360_expected": "2026-03-05 12:00"})

    def test_the_page_of_the_ticket_says_it(self):
        """D-10: the estimate stands on the client's page until the ticket is closed or lies with Meta"""
        ticket = self.raise_ticket("2026-03-02 06:00")

        def rows(moment):
            page = self.at(ticket.sudo(), moment).with_context(lang="en_US")._support_portal_get_facts()
            return {row["label"]: row["text"] for row in page}

        self.assertNotIn("Expected solution", rows("2026-03-02 06:30"))
        self.wizard(
            "dialog360.expect.wizard", ticket, "2026-03-02 07:00", until="2026-03-05 12:00", reason="A review is on."
        ).action_tell()
        self.assertIn("Thu 5 Mar", rows("2026-03-02 07:01")["Expected solution"])
        self.at(ticket.with_user(self.agent), "2026-03-02 07:10")._support_put_outside(self.ref_("outside_meta"), "")
        self.assertNotIn("Expected solution", rows("2026-03-02 07:11"))

    def test_opened_again_the_estimate_is_gone(self):
        """D-10: an estimate ends with the ticket; opened again, the client is told what holds now"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.wizard(
            "dialog360.expect.wizard", ticket, "2026-03-02 07:00", until="2026-03-05 12:00", reason="A review is on."
        ).action_tell()
        self.wizard("dialog360.close.wizard", ticket, "2026-03-02 08:00", summary="It is back in use.").action_close()
        self.settle()
        self.assertFalse(ticket.dialog360_expected)
        self.hear(ticket, "2026-03-02 10:00", "It is paused again.")
        self.settle()
        message = self.news(ticket, "2026-03-02 10:01")[-1:]
        self.assertEqual(message.message_type, "auto_comment")
        self.assertIn("before it was Thu 5 Mar", message.body)
        self.assertIn("by Wed 4 Mar", message.body)
