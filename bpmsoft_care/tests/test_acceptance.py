from lxml import html
from odoo import http
from odoo.addons.mail.tests.common import MockEmail
from odoo.tests import HttpCase, tagged

from .common import PASSWORD, BpmsoftCase, BpmsoftMixin


@tagged("post_install", "-at_install")
class TestAcceptance(BpmsoftCase):
    """Seven calendar days to accept and test what was done (B-13)."""

    def resolve(self, moment="2026-03-02 10:00", **vals):
        ticket = self.raise_ticket("2026-03-02 06:00", user_id=self.agent.id, **vals)
        self.move(ticket, "2026-03-02 07:00", "in_work")
        self.say(ticket, "2026-03-02 07:05", "Found it.")
        self.move(ticket, moment, "resolved")
        return ticket

    def said(self, ticket):
        self.deliver()
        return self.automatic(ticket)

    def answer(self, ticket, moment, answer, comment="", user=None):
        """As the page does for ``user``."""
        user = user or self.customer_user
        page = self.at(ticket.with_user(user).sudo(), moment)
        return page._support_portal_validate(user, answer, comment)

    def test_asked(self):
        """B-13: whoever resolves a request asks its client, who reads until when"""
        ticket = self.resolve()
        self.assertEqual(ticket.support_validation, "asked")
        clock = self.clock(ticket, "acceptance")
        self.assertEqual(str(clock.deadline), "2026-03-09 10:00:00", "seven days of the calendar")
        [mail] = self.said(ticket)
        self.assertIn("9 Mar", mail.body)
        self.assertIn("13:00", mail.body)
        self.assertIn("the request is closed", mail.body)

    def test_asked_once(self):
        """B-13: asked with the button, which says what was done, the client gets one message"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.move(ticket, "2026-03-02 07:00", "in_work")
        self.at(ticket.with_user(self.agent), "2026-03-02 10:00")._support_ask_validation("solution", "A new version.")
        [mail] = self.said(ticket)
        self.assertIn("A new version.", mail.body)
        self.assertEqual(ticket.stage_id, self.stages["resolved"])

    def test_accepted(self):
        """B-13: accepting closes"""
        ticket = self.resolve()
        self.answer(ticket, "2026-03-03 10:00", "accept")
        self.assertEqual((ticket.support_validation, ticket.stage_id), ("accepted", self.stages["closed"]))
        self.assertIn("accepted", ticket.support_event_ids.mapped("kind"))
        self.sweep("2026-03-10 10:00:01")
        self.assertFalse(self.said(ticket), "nobody is asked or reminded any more")

    def test_rejected(self):
        """B-13: rejecting needs a comment, reopens with it, and the seven days begin anew at the next resolution"""
        ticket = self.resolve()
        with self.refused("what does not work"):
            self.answer(ticket, "2026-03-03 10:00", "reject")
        self.answer(ticket, "2026-03-03 10:00", "reject", "The tax is missing.")
        self.assertEqual((ticket.support_validation, ticket.stage_id), ("rejected", self.stages["in_work"]))
        self.assertTrue(ticket.message_ids.filtered(lambda message: "The tax is missing." in (message.body or "")))
        self.sweep("2026-03-09 10:00:01")
        self.assertEqual(ticket.stage_id, self.stages["in_work"])
        self.move(ticket, "2026-03-12 10:00", "resolved")
        self.assertEqual(ticket.support_validation, "asked")
        self.assertEqual(str(self.clock(ticket, "acceptance").deadline), "2026-03-19 10:00:00")

    def test_silence_closes(self):
        """B-13: a day before the end the client is reminded; after seven days, and not a second before, silence closes
        and the client is told; nothing is escalated"""
        ticket = self.resolve()
        self.sweep("2026-03-08 10:00:01")
        self.assertEqual(ticket.stage_id, self.stages["resolved"])
        self.assertIn("by Mon 9 Mar", self.said(ticket)[-1].body)
        self.sweep("2026-03-09 10:00:00")
        self.assertEqual(ticket.stage_id, self.stages["resolved"])
        self.sweep("2026-03-09 10:00:01")
        self.assertEqual((ticket.support_validation, ticket.stage_id), ("unanswered", self.stages["closed"]))
        self.assertIn("this request was closed", self.said(ticket)[-1].body)
        self.assertEqual(len(self.said(ticket)), 3)
        self.assertFalse(ticket.support_escalated)

    def test_after_the_seven_days(self):
        """B-13: whoever accepts or rejects afterwards reads that the time is over, and what to do"""
        ticket = self.resolve()
        self.sweep("2026-03-09 10:00:01")
        for answer in ("accept", "reject"):
            with self.refused("time to answer was over on .*9 Mar"):
                self.answer(ticket, "2026-03-09 10:01", answer, "Too late?")
        self.assertEqual(ticket.stage_id, self.stages["closed"])

    def test_a_mail_accepts_nothing(self):
        """B-13, S-5: an answer by mail, whatever it says, reopens the request and accepts nothing"""
        ticket = self.resolve()
        self.at(ticket.sudo(), "2026-03-03 10:00").message_post(
            body="I accept.", message_type="email", subtype_xmlid="mail.mt_comment", author_id=self.customer.id
        )
        self.assertEqual(ticket.stage_id, self.stages["in_work"])
        self.assertNotIn("accepted", ticket.support_event_ids.mapped("kind"))

    def test_next_one_begins(self):
        """B-11, B-13: what is resolved gives its place back while the client tests"""
        ticket = self.resolve()
        following = self.raise_ticket("2026-03-02 11:00", name="The next one")
        self.move(following, "2026-03-02 11:10", "in_work")
        self.assertEqual(following.stage_id, self.stages["in_work"])
        self.answer(ticket, "2026-03-03 10:00", "reject", "The tax is missing.")
        self.assertEqual(ticket.stage_id, self.stages["new"], "it waits until the next one is resolved")
        self.assertEqual(ticket.support_lane_state, "waiting")

    def test_setting(self):
        """B-13: without a stage on the last step silence closes nothing, and nobody is told that it would"""
        self.ref_("chain_acceptance_step_close").stage_id = False
        ticket = self.resolve()
        self.assertNotIn("the request is closed", self.said(ticket)[-1].body)
        self.sweep("2026-03-20 10:00:01")
        self.assertEqual(ticket.stage_id, self.stages["resolved"])
        self.answer(ticket, "2026-03-21 10:00", "accept")
        self.assertEqual(ticket.stage_id, self.stages["closed"])


@tagged("post_install", "-at_install")
class TestAcceptancePortal(BpmsoftMixin, MockEmail, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def test_on_the_page(self):
        """B-13: the page of a resolved request asks, says until when, and takes the answer of its client"""
        now = self.env["support.event"]._now()
        ticket = self.raise_ticket(now)
        self.move(ticket, now, "in_work")
        self.move(ticket, now, "resolved")
        self.authenticate(self.customer_user.login, PASSWORD)
        page = html.fromstring(self.url_open(f"/my/ticket/{ticket.id}").text)
        box = page.get_element_by_id("support_validation")
        self.assertIn("the request is closed", box.text_content())
        data = {"csrf_token": http.Request.csrf_token(self), "answer": "accept"}
        self.url_open(f"/my/ticket/{ticket.id}/validate", data=data, allow_redirects=False)
        self.env.invalidate_all()
        self.assertEqual((ticket.support_validation, ticket.stage_id), ("accepted", self.stages["closed"]))
        late = self.url_open(f"/my/ticket/{ticket.id}/validate", data=data, allow_redirects=False)
        self.assertEqual(late.status_code, 400)
        self.assertIn("accepted already", late.text)
