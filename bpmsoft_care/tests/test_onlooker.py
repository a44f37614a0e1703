from lxml import html
from odoo import http
from odoo.addons.mail.tests.common import MockEmail
from odoo.tests.common import HttpCase, tagged

from .common import PASSWORD, BpmsoftMixin
from .people_common import PeopleMixin


@tagged("post_install", "-at_install")
class TestOnlooker(PeopleMixin, BpmsoftMixin, MockEmail, HttpCase):
    """The authorised person is spoken to; a colleague who reads the same page is asked nothing (B-5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def log_in(self, user):
        self.authenticate(user.login, PASSWORD)

    def page(self, url):
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200, url)
        return response.text

    def next_of(self, ticket):
        page = html.fromstring(self.page(f"/my/ticket/{ticket.id}"))
        return " ".join(page.get_element_by_id("support_next").text_content().split())

    def row_of(self, ticket, filterby="all"):
        """The row of the list; None where it is not found."""
        page = html.fromstring(self.page(f"/my/tickets?filterby={filterby}"))
        rows = page.xpath(f"//tbody//tr[.//a[contains(@href, '/my/ticket/{ticket.id}')]]")
        return " ".join(rows[0].text_content().split()) if rows else None

    def test_a_colleague_is_asked_nothing(self):
        """B-5, B-10: a request that waits for the authorised person asks a colleague nothing and offers nothing"""
        ticket = self.raise_as_client("2026-03-02 06:00", complete=False)
        self.env.flush_all()
        self.assertEqual(ticket.support_phase, "waiting_customer")
        self.log_in(self.customer_user)
        page = self.page(f"/my/ticket/{ticket.id}")
        self.assertIn("It is your turn", page)
        self.assertIn("Complete the form", page)
        self.assertIn("Close this ticket", page)
        self.assertIn("Your turn", self.row_of(ticket, "mine"))
        self.log_in(self.colleague_user)
        page = self.page(f"/my/ticket/{ticket.id}")
        for words in ("It is your turn", "Complete the form", "Close this ticket", "/my/ticket/escalate/"):
            self.assertNotIn(words, page)
        words = self.next_of(ticket)
        self.assertIn(f"waiting for the answer of {self.customer.name}", words)
        self.assertIn(f"{self.customer.name} is asked, who acts for your company", words)
        self.assertNotIn("Your turn", self.row_of(ticket))
        self.assertIn(f"{self.customer.name}'s turn", self.row_of(ticket))
        self.assertIsNone(self.row_of(ticket, "mine"))

    def test_a_colleague_reads_that_it_is_solved(self):
        """B-5, B-13: what is solved the authorised person accepts; a colleague is not asked"""
        ticket = self.raise_as_client("2026-03-02 06:00", user_id=self.agent.id)
        self.move(ticket, "2026-03-02 07:00", "in_work")
        self.move(ticket, "2026-03-02 08:00", "resolved")
        self.log_in(self.customer_user)
        self.assertIn("It is your turn", self.next_of(ticket))
        self.log_in(self.colleague_user)
        self.assertNotIn("It is your turn", self.next_of(ticket))
        self.assertIn(self.customer.name, self.next_of(ticket))
        self.assertNotIn("Your turn", self.row_of(ticket))
        self.assertIsNone(self.row_of(ticket, "mine"))

    def test_the_authorised_person_is_asked(self):
        """B-5: who is asked whether a request is hers reads it in the second person, and finds it under her turn; what
        she disowns is its sender's again"""
        ticket = self.mail_from("plant@irtysh.example", "2026-03-02 06:00")
        sender = self.colleague_user.partner_id
        self.decide(ticket, "2026-03-02 07:00", "hand")
        self.log_in(self.colleague_user)
        self.assertIn(f"It is the turn of {self.customer.name}", self.next_of(ticket))
        self.assertIsNone(self.row_of(ticket, "mine"))
        self.log_in(self.customer_user)
        self.assertIn("please say whether this request is yours", self.next_of(ticket))
        self.assertNotIn("It is the turn of", self.next_of(ticket))
        self.assertIn("Is it your request?", self.row_of(ticket, "mine"))
        data = {"decision": "other", "reason": "Not us", "csrf_token": http.Request.csrf_token(self)}
        self.url_open(f"/my/ticket/own/{ticket.id}", data=data, allow_redirects=False)
        self.assertEqual((ticket.bpmsoft_standing, ticket.partner_id), ("held", sender))
        self.assertEqual(ticket.partner_email, sender.email)
        self.assertIn("You have told us that it is not yours", self.next_of(ticket))
        self.assertNotIn("Please ask them", self.next_of(ticket))
        self.assertIsNone(self.row_of(ticket, "mine"))
        self.log_in(self.colleague_user)
        self.assertIn("Please ask them to send it", self.next_of(ticket))

    def test_the_authorised_person_reads_of_a_held_request(self):
        """B-5: a colleague's request that is held is not said to the authorised person as if she were somebody else;
        nobody has had a turn in it"""
        ticket = self.mail_from("plant@irtysh.example", "2026-03-02 06:00")
        self.log_in(self.customer_user)
        words = self.next_of(ticket)
        self.assertIn("Irtysh Plant has sent it, and you act for your company", words)
        self.assertNotIn("Please ask them", words)
        self.assertNotIn("Whose turn it has been", self.page(f"/my/ticket/{ticket.id}"))
        self.decide(ticket, "2026-03-02 07:00", "pass", reason="It is urgent.")
        self.assertIn("Whose turn it has been", self.page(f"/my/ticket/{ticket.id}"))
