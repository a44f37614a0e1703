from markupsafe import Markup
from odoo.exceptions import AccessError
from odoo.tests.common import tagged

from .common import FOUND, Dialog360Case


@tagged("post_install", "-at_install")
class TestResponse(Dialog360Case):
    """What ends the wait for the first response."""

    def stopped(self, ticket):
        stopped = self.clock(ticket, "first_response").stopped
        return str(stopped) if stopped else ""

    def test_what_says_nothing_does_not_count(self):
        """D-5: a word or two is no first response, however much is quoted; what was found is, when it is said"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.say(ticket, "2026-03-02 06:05", "On it!")
        quote = Markup("<p>Thank you.</p><blockquote data-o-mail-quote='1'>%s</blockquote>") % ("Nothing arrives. " * 9)
        self.say(ticket, "2026-03-02 06:10", quote)
        self.assertFalse(self.stopped(ticket))
        self.say(ticket, "2026-03-02 06:20")
        self.assertEqual(self.stopped(ticket), "2026-03-02 06:20:00")

    def test_a_file_may_say_it(self):
        """D-5: a short message with a file counts"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.say(ticket, "2026-03-02 06:05", "See here.", attachments=[("log.txt", b"400: paused")])
        self.assertEqual(self.stopped(ticket), "2026-03-02 06:05:00")

    def test_a_machine_never_counts(self):
        """D-5: neither the confirmation of receipt nor the question for what is missing nor a note is a response"""
        ticket = self.mail_in("It stands still.", "2026-03-02 06:00", f"Alder <{self.customer.email}>", self.address)
        self.deliver()
        self.assertGreaterEqual(len(self.written_to(ticket)), 2)
        self.at(ticket.with_user(self.agent), "2026-03-02 06:10").message_post(body=FOUND, subtype_xmlid="mail.mt_note")
        self.assertFalse(self.stopped(ticket))

    def test_how_much_is_a_setting(self):
        """D-5: how many words a message has at least is the desk's own measure; 0 takes every message"""
        self.provider.dialog360_response_words = 0
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.say(ticket, "2026-03-02 06:05", "On it!")
        self.assertEqual(self.stopped(ticket), "2026-03-02 06:05:00")

    def test_marked_by_the_agent(self):
        """D-5: where agents mark it, no message counts by itself; the marked one counts from when it was written"""
        self.provider.dialog360_first_response = "mark"
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.say(ticket, "2026-03-02 06:05")
        said = self.say(ticket, "2026-03-02 06:10", "The template was paused: we have asked for a new review of it.")
        self.assertFalse(self.stopped(ticket))
        self.assertTrue(ticket.dialog360_awaits_response)
        wizard = self.wizard("dialog360.response.wizard", ticket, "2026-03-02 06:20")
        self.assertEqual(wizard.message_id, said, "the last one is proposed")
        self.assertIn("asked for a new review", wizard.said)
        wizard.action_mark()
        self.assertEqual(self.stopped(ticket), "2026-03-02 06:10:00")
        ticket.invalidate_recordset()
        self.assertFalse(ticket.dialog360_awaits_response)
        self.assertFalse(self.clock(ticket, "first_response").breached)

    def test_only_what_the_client_was_told_can_be_marked(self):
        """D-5: neither the client's own message nor a note can be marked; nor by whoever may not write the ticket"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        heard = self.hear(ticket, "2026-03-02 06:05", "Nothing is delivered since noon, please look.")
        wizard = self.wizard("dialog360.response.wizard", ticket, "2026-03-02 06:20")
        self.assertFalse(wizard.message_id)
        with self.refused("answer first"):
            wizard.action_mark()
        wizard.message_id = heard
        with self.refused("colleague has written"):
            wizard.action_mark()
        with self.assertRaises(AccessError):
            self.env["dialog360.response.wizard"].with_user(self.customer_user).create({"ticket_id": ticket.id})
