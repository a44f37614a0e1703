import base64

from odoo.exceptions import AccessError
from odoo.tests.common import tagged
from odoo.tools import html2plaintext

from .common import OpenpymeCase, utc


@tagged("post_install", "-at_install")
class TestReply(OpenpymeCase):
    """A request that is a reply to another ticket goes to that ticket's thread, in one action (O-2)."""

    def setUp(self):
        super().setUp()
        self.target = self.raise_ticket("2026-03-02 15:00", "support", name="Stamps fail")
        self.say(self.target, "2026-03-02 15:30", "Which store is it?")
        self.at(self.target.with_user(self.agent), "2026-03-02 15:31").stage_id = self.stages["waiting"]

    def wizard(self, ticket, target=None, user=None):
        env = self.env(user=user or self.agent)
        values = {"ticket_id": ticket.id, "target_id": target.id if target else False}
        return env["openpyme.reply.wizard"].create(values)

    def move(self, ticket, target, moment="2026-03-02 17:00"):
        return self.at(self.wizard(ticket, target), moment).action_move()

    def stray(self, moment="2026-03-02 16:00", **vals):
        values = {"name": "Re: the store", "description": "<p>It is store 3.</p>", **vals}
        return self.raise_ticket(moment, user=None, **values)

    def test_moved_told_and_cancelled(self):
        """O-2: the client's words are in the right thread, the client knows the number, the new one is cancelled."""
        ticket = self.stray()
        with self.mock_mail_gateway():
            self.move(ticket, self.target)
        moved = self.target.message_ids.filtered(lambda message: "store 3" in (message.body or ""))
        self.assertEqual(moved.author_id, self.customer)
        self.assertFalse(moved.is_internal)
        self.assertEqual(ticket.stage_id, self.stages["cancelled"])
        self.assertEqual(ticket.sudo().openpyme_moved_to_id, self.target)
        told = ticket.message_ids.filtered(lambda message: message.message_type == "auto_comment")
        self.assertIn(self.target.number, html2plaintext(told.body))
        self.assertIn(self.customer, told.notified_partner_ids | told.partner_ids)

    def test_it_is_the_customers_turn_no_more(self):
        """O-2: the target's stage and clocks take it as the client's message, from when the client wrote it."""
        ticket = self.stray("2026-03-02 16:00")
        self.move(ticket, self.target, "2026-03-02 17:00")
        self.assertEqual(self.target.stage_id, self.stages["in_work"])
        clock = self.clock(self.target, "next_reply")
        self.assertEqual(clock.start, utc("2026-03-02 16:00"))
        self.assertEqual(clock.deadline, utc("2026-03-02 20:00"))
        self.assertFalse(self.clock(ticket, "next_reply"))

    def test_files_come_along(self):
        """O-2: attachments are on the right ticket, and still on the one that was cancelled."""
        ticket = self.stray()
        self.env["ir.attachment"].create(
            {"name": "till.png", "datas": base64.b64encode(b"x"), "res_model": ticket._name, "res_id": ticket.id}
        )
        self.move(ticket, self.target)
        moved = self.target.message_ids.filtered(lambda message: "store 3" in (message.body or ""))
        self.assertEqual(moved.attachment_ids.mapped("name"), ["till.png"])
        self.assertEqual(moved.attachment_ids.res_id, self.target.id)

    def test_a_mail_is_moved_once(self):
        """O-2: the mail that raised the request is its text as well, and is said once; later mails follow it."""
        ticket = self.mail_in("It is store 3.", "2026-03-02 16:00", "till@mesa.example", self.address, subject="store")
        self.at(ticket.with_user(self.customer_user), "2026-03-02 16:10").message_post(
            body="And store 4.", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.move(ticket, self.target)
        words = [html2plaintext(message.body) for message in self.target.message_ids.sorted("id")]
        self.assertEqual(sum("store 3" in text for text in words), 1)
        self.assertEqual(sum("store 4" in text for text in words), 1)

    def test_later_mails_follow(self):
        """O-2: what the client answers on the cancelled number arrives in the right thread, and makes no new ticket."""
        ticket = self.stray()
        self.move(ticket, self.target)
        before = self.env["helpdesk.ticket"].search_count([])
        self.at(ticket.with_user(self.customer_user), "2026-03-02 18:00").message_post(
            body="Thank you.", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)
        self.assertTrue(self.target.message_ids.filtered(lambda message: "Thank you" in (message.body or "")))

    def test_wrong_targets(self):
        """O-2: not to itself, to another client's ticket, nor twice; nothing is half done."""
        ticket = self.stray()
        foreign = self.raise_ticket("2026-03-02 15:00", partner_id=self.stranger_user.partner_id.id)
        for target, words in ((ticket, "itself"), (foreign, "another client")):
            wizard = self.wizard(ticket, target)
            self.assertIn(words, wizard.problem)
            with self.refused(words):
                wizard.action_move()
        with self.refused("Choose"):
            self.wizard(ticket).action_move()
        self.assertEqual(ticket.stage_id, self.stages["new"])
        self.move(ticket, self.target)
        with self.refused("already"):
            self.move(ticket, self.raise_ticket("2026-03-02 16:30"))

    def test_no_loop(self):
        """O-2: A was moved to B, so B is not moved to A, nor to what A stands for; a chain ends in one thread."""
        first, second = self.stray(), self.stray("2026-03-02 16:20")
        self.move(first, second)
        with self.refused("each would be a reply"):
            self.move(second, first)
        self.move(second, self.target)
        third = self.stray("2026-03-02 16:40")
        with self.refused(self.target.number):
            self.move(third, first)
        self.assertEqual(first._openpyme_get_thread(), self.target)

    def test_a_closed_target_is_continued(self):
        """O-2: the desk does not reopen what is closed, so what came as a new request is its follow-up."""
        self.target.with_user(self.agent).stage_id = self.stages["closed"]
        ticket = self.stray()
        wizard = self.wizard(ticket, self.target)
        self.assertTrue(wizard.continues)
        self.assertIn("follow-up", wizard.effect)
        wizard.action_move()
        self.assertEqual(ticket.support_origin_id, self.target)
        self.assertEqual(ticket.stage_id, self.stages["new"])
        self.assertEqual(self.target.stage_id, self.stages["closed"])

    def test_a_closed_target_is_reopened_where_that_is_set(self):
        """O-2: with the setting to reopen, the reply reopens the closed ticket."""
        self.provider.closed_reply = "reopen"
        self.target.with_user(self.agent).stage_id = self.stages["closed"]
        ticket = self.stray()
        self.move(ticket, self.target)
        self.assertEqual(self.target.stage_id, self.stages["in_work"])
        self.assertEqual(ticket.stage_id, self.stages["cancelled"])

    def test_the_named_ticket_is_proposed(self):
        """O-2: a number in the text is found; words find the rest; other clients' tickets never."""
        ticket = self.stray(description=f"<p>About {self.target.number}: store 3.</p>")
        context = ticket.with_user(self.agent).action_openpyme_reply()["context"]
        self.assertEqual(context["default_target_id"], self.target.id)
        foreign = self.raise_ticket("2026-03-02 15:00", partner_id=self.stranger_user.partner_id.id, name="Stamps")
        wizard = self.wizard(ticket)
        wizard.search_words = "stamps"
        self.assertEqual(wizard.likely_ids, self.target)
        self.assertNotIn(foreign, wizard.candidate_ids)

    def test_who_may_not_write_the_target(self):
        """O-2: somebody with personal tickets only moves nothing into a colleague's ticket."""
        own = self.make_agent("own", "helpdesk_mgmt.group_helpdesk_user_own")
        ticket = self.stray(user_id=own.id)
        with self.assertRaises(AccessError):
            self.at(self.wizard(ticket, self.target, own), "2026-03-02 17:00").action_move()
        self.assertFalse(ticket.sudo().openpyme_moved_to_id)
