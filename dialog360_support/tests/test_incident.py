from odoo.exceptions import AccessError, ValidationError
from odoo.tests.common import HttpCase, tagged

from .common import PASSWORD, Dialog360Mixin


@tagged("post_install", "-at_install")
class TestIncident(Dialog360Mixin, HttpCase):
    """Clients look before they write."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def setUp(self):
        super().setUp()
        self.incident = (
            self.env["dialog360.incident"]
            .with_user(self.agent)
            .create(
                {
                    "provider_id": self.provider.id,
                    "name": "Messages are delivered late",
                    "text": "Up to ten minutes. Nothing is lost.",
                    "priority_id": self.levels["2"].id,
                    "date_start": "2020-01-01 08:00",
                }
            )
        )
        self.authenticate(self.customer_user.login, PASSWORD)

    def pages(self):
        ticket = self.raise_ticket("2026-03-02 06:00")
        urls = (f"/new/ticket?support_provider={self.provider.id}", "/my", "/my/tickets", f"/my/ticket/{ticket.id}")
        return {url: self.url_open(url).text for url in urls}

    def test_the_banner_is_everywhere(self):
        """D-18: while an incident goes on, the form for a new ticket and the portal's pages say so, with its level"""
        for url, page in self.pages().items():
            with self.subTest(page=url):
                self.assertIn("Messages are delivered late", page)
                self.assertIn("Nothing is lost.", page)
                self.assertIn("Major", page)

    def test_over_and_to_come(self):
        """D-18: one that is over, or begins later, is not shown; ending it takes one click"""
        self.incident.with_user(self.agent).action_end()
        self.assertFalse(self.incident.is_ongoing)
        self.incident.copy({"name": "Maintenance to come", "date_start": "2190-01-01", "date_end": False})
        for url, page in self.pages().items():
            with self.subTest(page=url):
                self.assertNotIn("Messages are delivered late", page)
                self.assertNotIn("Maintenance to come", page)

    def test_the_status_page_is_linked(self):
        """D-18: the status page is linked where clients write and look; without an address there is no link"""
        self.provider.dialog360_status_url = "https://status.alder.example/now"
        pages = self.pages()
        for url in (f"/new/ticket?support_provider={self.provider.id}", "/my", "/my/tickets"):
            with self.subTest(page=url):
                self.assertIn("https://status.alder.example/now", pages[url])
        self.provider.dialog360_status_url = False
        self.incident.active = False
        self.assertNotIn("Status page of", self.url_open("/my/tickets").text)
        with self.assertRaises(ValidationError):
            self.provider.dialog360_status_url = "javascript:alert(1)"

    def test_nobody_elses_business(self):
        """D-18: on the form of another provider nothing of it stands; clients read no record of it"""
        other = self.env["support.provider"].create(
            {"name": "Somebody Else", "code": "d360_other", "calendar_id": self.provider.calendar_id.id}
        )
        self.env["helpdesk.ticket.team"].create(
            {"name": "Else", "support_provider_id": other.id, "show_in_portal": True}
        )
        page = self.url_open(f"/new/ticket?support_provider={other.id}").text
        self.assertNotIn("Messages are delivered late", page)
        with self.assertRaises(AccessError):
            self.incident.with_user(self.customer_user).read(["name"])

    def test_what_makes_no_sense_is_refused(self):
        """D-18: a link that is none and a level of another provider are refused"""
        other = self.env["support.provider"].create(
            {"name": "Somebody Else", "code": "d360_other", "calendar_id": self.provider.calendar_id.id}
        )
        level = self.env["support.priority"].create({"provider_id": other.id, "code": "X", "name": "Else"})
        for vals in ({"url": "status"}, {"priority_id": level.id}):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self.incident.write(vals)
