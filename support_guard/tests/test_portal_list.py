from odoo.tests import tagged

from .common import GuardHttpCase


@tagged("post_install", "-at_install")
class TestPortalList(GuardHttpCase):
    def test_junk_parameters(self):
        """G-7: junk in the address falls back to the defaults."""
        self.log_in(self.alder_user)
        for query in (
            "sortby=junk",
            "groupby=junk",
            "filterby=junk",
            "search=Alder&search_in=junk",
            "date_begin=junk&date_end=junk",
            "date_begin=2026-99-01&date_end=2026-01-01",
            "date_begin=2020-01-01&date_end=99999-01-01",
            "date_begin=2020-01-01",
            "search=Al%00der",
            "sortby=name;drop&groupby=1&date_begin=%00&date_end='",
        ):
            with self.subTest(query=query):
                response = self.url_open(f"/my/tickets?{query}")
                self.assertEqual(response.status_code, 200)
                self.assertIn("Alder asks", response.text)

    def test_dates(self):
        """Still so: dates that make sense still count."""
        self.log_in(self.alder_user)
        old = "date_begin=2001-01-01&date_end=2001-12-31"
        self.assertNotIn("Alder asks", self.url_open(f"/my/tickets?{old}").text)
        new = "date_begin=2001-01-01&date_end=2999-12-31"
        self.assertIn("Alder asks", self.url_open(f"/my/tickets?{new}").text)

    def test_known_parameters(self):
        """Still so: what the page offers still works."""
        self.log_in(self.alder_user)
        for sortby in ("date", "name", "stage", "update"):
            for groupby in ("none", "category", "stage"):
                with self.subTest(sortby=sortby, groupby=groupby):
                    response = self.url_open(
                        f"/my/tickets?sortby={sortby}&groupby={groupby}&search=Alder&search_in=name"
                    )
                    self.assertEqual(response.status_code, 200)
                    self.assertIn("Alder asks", response.text)

    def test_follower_of_another_company(self):
        """G-4: a follower of another company reads nothing and has a working list."""
        self.birch_ticket.message_subscribe(self.alder_user.partner_id.ids)
        self.log_in(self.alder_user)
        response = self.url_open("/my/tickets")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Alder asks", response.text)
        self.assertNotIn("Birch asks", response.text)
        response = self.url_open(f"/my/ticket/{self.birch_ticket.id}", allow_redirects=False)
        self.assertTrue(response.headers["Location"].endswith("/my"))

    def test_shared_ticket(self):
        """G-4: a ticket shared with one person is in that person's list only."""
        colleague = self.make_portal_user("alder-two", self.alder)
        self.birch_ticket.guard_share_partner_ids = self.alder_user.partner_id
        self.birch_ticket.category_id = self.env["helpdesk.ticket.category"].create(
            {"name": "Guard hidden", "show_in_portal": False}
        )
        self.log_in(self.alder_user)
        response = self.url_open("/my/tickets?groupby=category")
        self.assertIn("Birch asks", response.text)
        response = self.url_open("/my/tickets")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Birch asks", response.text)
        self.assertIn("Guard hidden", response.text)
        response = self.url_open(f"/my/ticket/{self.birch_ticket.id}")
        self.assertIn("Birch asks", response.text)
        self.log_in(colleague)
        self.assertNotIn("Birch asks", self.url_open("/my/tickets").text)
        self.birch_ticket.guard_share_partner_ids = self.alder  # the whole company
        self.assertIn("Birch asks", self.url_open("/my/tickets").text)

    def test_only_the_stages_of_own_tickets(self):
        """G-6: the filter offers no stages that the customer has no ticket in."""
        self.log_in(self.alder_user)
        page = self.url_open("/my/tickets").text
        self.assertIn("Guard open", page)
        self.assertNotIn("Guard secret", page)
