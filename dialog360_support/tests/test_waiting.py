from odoo.tests.common import tagged

from .common import Dialog360Case


@tagged("post_install", "-at_install")
class TestWaiting(Dialog360Case):
    """A client who does not answer."""

    def setUp(self):
        super().setUp()
        self.ticket = self.raise_ticket("2026-03-02 06:00")
        self.say(self.ticket, "2026-03-02 06:10")
        self.move(self.ticket, "2026-03-02 07:00", "waiting")

    def heard(self, words, moment):
        self.deliver(moment)
        return self.written_to(self.ticket).filtered(lambda message: words in message.body)

    def test_warned_and_closed(self):
        """D-12: a warning twelve hours before; after 48 hours it is closed with a notice, without a summary"""
        self.sweep("2026-03-03 18:59")
        self.assertFalse(self.heard("waits for an answer", "2026-03-03 18:59"))
        self.sweep("2026-03-03 19:01")
        [warning] = self.heard("waits for an answer", "2026-03-03 19:01")
        self.assertIn("Wed 4 Mar", warning.body)
        self.assertIn("the request is closed", warning.body)
        self.assertFalse(self.ticket.closed)
        self.sweep("2026-03-04 06:59")
        self.assertFalse(self.ticket.closed)
        self.sweep("2026-03-04 07:01")
        self.assertEqual(self.ticket.stage_id, self.stages["closed"])
        [notice] = self.heard("so this request was closed", "2026-03-04 07:01")
        self.assertIn("answer this message", notice.body)
        self.assertEqual(len(self.heard("waits for an answer", "2026-03-04 07:02")), 1)

    def test_an_answer_keeps_it_open(self):
        """D-12: an answer, even a minute before, keeps it open; the 48 hours begin anew only when it waits again"""
        self.hear(self.ticket, "2026-03-04 06:59")
        self.sweep("2026-03-04 07:01")
        self.assertEqual(self.ticket.stage_id, self.stages["in_progress"])
        self.move(self.ticket, "2026-03-04 08:00", "waiting")
        self.sweep("2026-03-06 07:59")
        self.assertFalse(self.ticket.closed)
        self.sweep("2026-03-06 08:01")
        self.assertTrue(self.ticket.closed)

    def test_the_desks_own_messages_do_not_extend_it(self):
        """D-12: what staff write while it waits, and absence notes of the client, are no answers"""
        self.say(self.ticket, "2026-03-03 12:00", "Could you have a look at our question, please?")
        self.mail_in(
            "I am away.",
            "2026-03-03 13:00",
            f"Alder <{self.customer.email}>",
            self.address,
            headers=f"In-Reply-To: {self.ticket.message_ids.sorted('id')[0].message_id}\nAuto-Submitted: auto-reply\n",
        )
        self.sweep("2026-03-04 07:01")
        self.assertTrue(self.ticket.closed)

    def test_an_answer_opens_it_again(self):
        """D-12: answered by mail after it was closed, the same ticket goes on, and nobody counts the time between"""
        self.sweep("2026-03-04 07:01")
        self.heard("closed", "2026-03-04 07:01")
        sent = self.ticket.message_ids.sorted("id")[0].message_id
        ticket = self.mail_in(
            "Sorry, here it is.",
            "2026-03-05 07:00",
            f"Alder <{self.customer.email}>",
            self.address,
            subject=f"Re: {self.ticket.name}",
            headers=f"In-Reply-To: {sent}\n",
        )
        self.assertEqual(ticket, self.ticket)
        self.assertEqual(ticket.stage_id, self.stages["in_progress"])
        self.assertEqual(str(self.clock(ticket, "resolution").deadline), "2026-03-07 06:00:00")

    def test_whoever_is_closed_is_not_escalated(self):
        """D-12: a client's silence is no breach of ours: nobody of the desk is told"""
        self.sweep("2026-03-04 07:01")
        self.assertFalse(self.ticket.support_escalated)
        self.assertFalse(self.ticket.support_breached)
