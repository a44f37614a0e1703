from lxml import html
from odoo.tests import HttpCase, tagged

from .change_common import ChangeMixin
from .common import PASSWORD
from .test_sessions import SessionMixin


@tagged("post_install", "-at_install")
class TestPortalTurn(ChangeMixin, SessionMixin, HttpCase):
    """O-11, O-12: whoever is asked something reads that it is their turn, with the way to the question."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def panel(self, ticket):
        self.authenticate(self.customer_user.login, PASSWORD)
        page = html.fromstring(self.url_open(f"/my/ticket/{ticket.id}").text)
        return page, page.get_element_by_id("support_next")

    def test_invited(self):
        """O-11: an invitation without an answer is the client's turn; answered it is not any more"""
        session = self.plan("2030-02-18 16:00")
        ticket = self.ask()
        self.invite(ticket, session_id=session.id)
        page, panel = self.panel(ticket)
        said = panel.text_content()
        self.assertIn("You are invited: Stock from scratch", said)
        self.assertIn("It is your turn", said)
        self.assertNotIn("You need to do nothing", said)
        [link] = panel.xpath(".//a")
        self.assertTrue(page.xpath(f"//*[@id='{link.get('href')[1:]}']//button"), "the link leads to the answer")
        ticket.with_user(self.customer_user).sudo()._openpyme_answer_invitation("yes")
        self.assertNotIn("It is your turn", self.panel(ticket)[1].text_content())

    def test_story_and_validation(self):
        """O-12: the user story to confirm and the step to accept are the client's turn, each with its link"""
        ticket = self.make_change()
        self.reach(ticket, "Clarification")
        _page, panel = self.panel(ticket)
        self.assertIn("is this what you need?", panel.text_content())
        self.assertEqual(panel.xpath(".//a/@href"), ["#openpyme_story"])
        ticket.with_user(self.customer_user).sudo()._openpyme_portal_decide_story(
            ticket.sudo().openpyme_story_id.id, True, ""
        )
        self.assertFalse(self.panel(ticket)[1].xpath(".//a"))
        self.reach(ticket, "Validation in test")
        self.move(ticket, "ask", text="Please print one.")
        page, panel = self.panel(ticket)
        self.assertIn("does it do what you need?", panel.text_content())
        self.assertEqual(panel.xpath(".//a/@href"), ["#openpyme_change"])
        self.assertTrue(page.xpath("//*[@id='openpyme_change']//button"))

    def test_no_date_was_agreed(self):
        """O-5, E-3.5: what ends without an agreed date is not said to have a date that is still to be agreed"""
        ticket = self.raise_ticket("2026-03-02 16:00", "support", impact="low")
        self.assertIn("The date is agreed on with you", self.panel(ticket)[0].text_content())
        self.at(ticket.with_user(self.agent), "2026-03-02 17:00").stage_id = self.stages["in_work"]
        self.at(ticket.with_user(self.agent), "2026-03-02 18:00").stage_id = self.stages["validation"]
        said = self.panel(ticket)[0].text_content()
        self.assertIn("no date had been agreed on", said)
        self.assertNotIn("The date is agreed on with you", said)
