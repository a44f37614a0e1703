from odoo.tests import tagged

from .common import GuardHttpCase


@tagged("post_install", "-at_install")
class TestPortalClose(GuardHttpCase):
    def close(self, ticket, stage, **kwargs):
        return self.post("/ticket/close", {"ticket_id": ticket.id, "stage_id": stage.id}, **kwargs)

    def test_get_changes_nothing(self):
        """G-1: a link cannot close a ticket."""
        self.log_in(self.alder_user)
        response = self.url_open(
            f"/ticket/close?ticket_id={self.alder_ticket.id}&stage_id={self.stage_done.id}",
            allow_redirects=False,
        )
        self.assertEqual(response.status_code, 405)
        self.assertEqual(self.alder_ticket.stage_id, self.stage_open)

    def test_post_needs_the_csrf_token(self):
        """Still so: another site cannot close a ticket."""
        self.log_in(self.alder_user)
        response = self.close(self.alder_ticket, self.stage_done, csrf=False)
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.alder_ticket.stage_id, self.stage_open)

    def test_ticket_of_another_customer(self):
        """G-1: a customer cannot close another customer's ticket."""
        self.log_in(self.alder_user)
        response = self.close(self.birch_ticket, self.stage_done)
        self.assertEqual(self.birch_ticket.stage_id, self.stage_open)
        self.assertTrue(response.headers["Location"].endswith("/my"))
        missing = self.env["helpdesk.ticket"].browse(999_999_999)
        self.assertEqual(
            self.close(missing, self.stage_done).headers["Location"],
            response.headers["Location"],
            "the answer must not tell which tickets exist",
        )

    def test_own_ticket(self):
        """G-1: the button on the page closes the ticket, as its customer."""
        self.log_in(self.alder_user)
        page = self.url_open(f"/my/ticket/{self.alder_ticket.id}").text
        self.assertIn("Guard done", page)
        self.assertNotIn("Guard secret", page)
        self.assertIn('action="/ticket/close"', page)
        response = self.close(self.alder_ticket, self.stage_done)
        self.assertTrue(response.headers["Location"].endswith(f"/my/ticket/{self.alder_ticket.id}"))
        self.assertEqual(self.alder_ticket.stage_id, self.stage_done)
        page = self.url_open(f"/my/ticket/{self.alder_ticket.id}").text
        self.assertNotIn('action="/ticket/close"', page)

    def test_stage_of_another_team(self):
        """G-1: only a stage that the page of this ticket offers."""
        other_team = self.env["helpdesk.ticket.team"].create({"name": "Other team"})
        foreign = self.stage_done.copy({"team_ids": other_team.ids})
        self.log_in(self.alder_user)
        for stage in (foreign, self.stage_secret):
            with self.subTest(stage=stage.name):
                self.close(self.alder_ticket, stage)
                self.assertEqual(self.alder_ticket.stage_id, self.stage_open)
        page = self.url_open(f"/my/ticket/{self.alder_ticket.id}").text
        self.assertIn("could not be moved to this stage", page)
        page = self.url_open(f"/my/ticket/{self.alder_ticket.id}").text
        self.assertNotIn("could not be moved to this stage", page, "said once")

    def test_closed_ticket_stays_where_it_is(self):
        """G-1: a closed ticket offers no stage, so none is taken."""
        other_done = self.stage_done.copy({"name": "Guard cancelled"})
        self.alder_ticket.stage_id = self.stage_done
        self.log_in(self.alder_user)
        self.close(self.alder_ticket, other_done)
        self.assertEqual(self.alder_ticket.stage_id, self.stage_done)

    def test_junk(self):
        """G-1: junk in the fields is no server error."""
        self.log_in(self.alder_user)
        for ticket, stage in (
            ("", ""),
            ("x", "y"),
            ("9" * 40, "1"),
            (self.alder_ticket.id, "-1"),
            (self.alder_ticket.id, "²"),
        ):
            with self.subTest(ticket=ticket, stage=stage):
                response = self.post("/ticket/close", {"ticket_id": ticket, "stage_id": stage})
                self.assertEqual(response.status_code, 302)
        self.assertEqual(self.post("/ticket/close").status_code, 302)
        self.assertEqual(self.alder_ticket.stage_id, self.stage_open)

    def test_visitor_with_a_token(self):
        """Still so: who came with a token sees the ticket but cannot close it."""
        token = self.birch_ticket._portal_ensure_token()
        self.log_in(self.alder_user)
        page = self.url_open(f"/my/ticket/{self.birch_ticket.id}?access_token={token}").text
        self.assertIn("Birch asks", page)
        self.assertNotIn('action="/ticket/close"', page)
