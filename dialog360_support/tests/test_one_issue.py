from odoo.exceptions import AccessError
from odoo.tests.common import HttpCase, tagged

from .common import PASSWORD, Dialog360Case, Dialog360Mixin


@tagged("post_install", "-at_install")
class TestOneIssue(Dialog360Case):
    """One issue, one ticket."""

    def test_two_about_one_are_flagged(self):
        """D-14: a second ticket of the same client about the same, by whichever way, is flagged and merged in one go"""
        first = self.raise_ticket("2026-03-02 06:00", channel_id=self.chat.id)
        second = self.raise_as_client(
            "2026-03-02 07:00", user=self.colleague_user, name="Templates not delivered since noon"
        )
        self.assertEqual(second.dialog360_double_id, first)
        action = second.with_user(self.agent).action_dialog360_merge_double()
        wizard = self.env["support.merge.wizard"].with_user(self.agent).with_context(**action["context"]).create({})
        self.assertEqual(wizard.survivor_id, first)
        wizard.action_merge()
        self.assertEqual(second.support_merged_into_id, first)

    def test_only_of_the_same_client(self):
        """D-14: neither another client's ticket, nor a closed one, nor one with a word in common is the same"""
        first = self.raise_ticket("2026-03-02 06:00")
        other = self.raise_as_client("2026-03-02 07:00", user=self.stranger_user)
        self.assertFalse(other.dialog360_double_id)
        words = self.raise_ticket("2026-03-02 07:00", name="Templates of invoices look odd in the Hub since Monday")
        self.assertFalse(words.dialog360_double_id)
        self.move(first, "2026-03-02 08:00", "cancelled")
        self.assertFalse(self.raise_ticket("2026-03-02 09:00").dialog360_double_id)

    def test_the_agent_knows_better(self):
        """D-14: when it is about something else, the flag goes, and that stays on record"""
        self.raise_ticket("2026-03-02 06:00")
        second = self.raise_ticket("2026-03-02 07:00")
        second.with_user(self.agent).action_dialog360_no_double()
        self.assertFalse(second.dialog360_double_id)
        self.assertTrue(second.message_ids.filtered(lambda message: "something else" in (message.body or "")))
        with self.assertRaises(AccessError):
            second.with_user(self.customer_user).action_dialog360_no_double()

    def split(self, ticket, moment, lines, user=None):
        wizard = self.wizard("dialog360.split.wizard", ticket, moment, user, line_ids=[(0, 0, line) for line in lines])
        wizard.action_split()
        return ticket.sudo().dialog360_part_ids

    def test_split(self):
        """D-14: each issue becomes a ticket of the same client and level, counted from when the client first wrote in;
        what was answered before has answered it; messages go along with their files"""
        ticket = self.raise_ticket("2026-03-02 06:00", "2")
        self.say(ticket, "2026-03-02 06:10")
        heard = self.at(ticket.sudo(), "2026-03-02 06:30").message_post(
            body="And the invoice is wrong.",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.id,
            email_from=self.customer.email,
            attachments=[("invoice.txt", b"12")],
        )
        [part] = self.split(
            ticket,
            "2026-03-02 09:00",
            [{"name": "Wrong invoice", "text": "The sum of February.", "message_ids": [(6, 0, heard.ids)]}],
        )
        self.assertEqual(part.partner_id, self.customer)
        self.assertEqual(part.support_priority_id, self.levels["2"])
        self.assertEqual(str(part.support_raised), "2026-03-02 06:00:00")
        self.assertEqual(str(self.clock(part, "resolution").deadline), "2026-03-04 06:00:00")
        self.assertEqual(str(self.clock(part, "first_response").stopped), "2026-03-02 06:10:00")
        self.assertFalse(self.clock(part, "first_response").breached, "it was answered in time")
        self.assertIn("The sum of February.", part.description)
        self.assertTrue(part.message_ids.filtered(lambda message: "invoice is wrong" in (message.body or "")))
        self.assertEqual(part.message_ids.attachment_ids.mapped("name"), ["invoice.txt"])
        self.assertTrue(heard.attachment_ids, "and stay where they were")
        self.sweep("2026-03-02 09:01")
        self.assertFalse(part.support_breached)

    def test_the_client_is_told(self):
        """D-14: one message names all numbers; no confirmation, no question and no alarm a part"""
        ticket = self.raise_ticket("2026-03-02 06:00", complete=False)
        self.deliver()
        parts = self.split(ticket, "2026-03-02 09:00", [{"name": "Wrong invoice"}, {"name": "A user too many"}])
        self.deliver()
        [message] = self.written_to(ticket).filtered(lambda message: "Several issues" in (message.subject or ""))
        for one in ticket | parts:
            self.assertIn(one.number, message.body)
        self.assertFalse(self.written_to(parts[0]) | self.written_to(parts[1]))

    def test_not_what_others_wrote(self):
        """D-14: a message of staff, or of another ticket, is not taken along; a closed ticket is not split"""
        ticket, other = self.raise_ticket("2026-03-02 06:00"), self.raise_ticket("2026-03-02 06:00")
        said = self.say(ticket, "2026-03-02 06:10")
        foreign = self.hear(other, "2026-03-02 06:20")
        for message in (said, foreign):
            with self.refused("client has written on this ticket"):
                self.split(ticket, "2026-03-02 09:00", [{"name": "X", "message_ids": [(6, 0, message.ids)]}])
        with self.refused("at least one issue"):
            self.split(ticket, "2026-03-02 09:00", [])
        self.move(ticket, "2026-03-02 10:00", "cancelled")
        with self.refused("is closed"):
            self.split(ticket, "2026-03-02 11:00", [{"name": "X"}])


@tagged("post_install", "-at_install")
class TestAsOneTypes(Dialog360Mixin, HttpCase):
    """Before a second ticket is opened."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def test_similar_open_tickets(self):
        """D-14: as a client types, open tickets of the own company about the same appear, and nobody else's"""
        own = self.raise_ticket("2026-03-02 06:00", name="Webhook sends nothing")
        foreign = self.raise_as_client("2026-03-02 06:00", user=self.stranger_user, name="Webhook sends twice")
        self.authenticate(self.customer_user.login, PASSWORD)
        page = self.url_open(f"/new/ticket?support_provider={self.provider.id}&search=webhook").text
        self.assertIn(own.number, page)
        self.assertNotIn(foreign.number, page)
        answer = self.make_jsonrpc_request(
            "/my/support/search", {"text": "the webhook", "support_provider": self.provider.id}
        )
        self.assertEqual(answer["tickets"], 1)
        self.assertIn(own.number, answer["html"])
        self.assertNotIn(foreign.number, answer["html"])

    def test_both_open(self):
        """D-14: a client who has opened two reads on the page of the second that the first is open as well"""
        first = self.raise_ticket("2026-03-02 06:00")
        second = self.raise_as_client("2026-03-02 07:00", user=self.colleague_user)
        self.authenticate(self.colleague_user.login, PASSWORD)
        page = self.url_open(f"/my/ticket/{second.id}").text
        self.assertIn("About the same?", page)
        self.assertIn(first.number, page)
