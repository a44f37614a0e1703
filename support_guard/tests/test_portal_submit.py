from odoo.tests import tagged

from .common import GuardHttpCase


@tagged("post_install", "-at_install")
class TestPortalSubmit(GuardHttpCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.env.company.write(
            {
                "helpdesk_mgmt_portal_select_team": True,
                "helpdesk_mgmt_portal_select_category": True,
                "helpdesk_mgmt_portal_team_id_required": False,
                "helpdesk_mgmt_portal_category_id_required": False,
            }
        )
        cls.other_company = cls.env["res.company"].create({"name": "Cedar desk"})
        Category = cls.env["helpdesk.ticket.category"]
        cls.category, cls.hidden, cls.foreign = Category.create(
            [
                {"name": "Guard shown"},
                {"name": "Guard hidden", "show_in_portal": False},
                {"name": "Guard foreign", "company_id": cls.other_company.id},
            ]
        )

    def submit(self, **values):
        data = {"subject": "It squeaks", "description": "Since\nMonday", **values}
        return self.post("/submitted/ticket", {k: v for k, v in data.items() if v is not None})

    def assert_refused(self, response, words: str) -> None:
        self.assertEqual(response.status_code, 400)
        self.assertIn("support_guard_errors", response.text)
        self.assertIn(words, response.text)

    def test_get_makes_no_ticket(self):
        """G-2: a link cannot make a ticket."""
        self.log_in(self.alder_user)
        count = self.tickets()
        response = self.url_open("/submitted/ticket?subject=a&description=b")
        self.assertEqual(response.status_code, 405)
        self.assertEqual(self.tickets(), count)

    def test_what_the_form_offers(self):
        """Still so: team and category of the form make a ticket of that team."""
        self.log_in(self.alder_user)
        form = self.url_open("/new/ticket?general=1").text
        self.assertIn("Guard shown", form)
        self.assertNotIn("Guard hidden", form)
        self.assertNotIn("Guard foreign", form)
        response = self.submit(team=self.team.id, category=self.category.id)
        self.assertEqual(response.status_code, 302)
        ticket = self.env["helpdesk.ticket"].search([("name", "=", "It squeaks")])
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.category_id, self.category)
        self.assertEqual(ticket.stage_id, self.stage_open)
        self.assertEqual(ticket.partner_id, self.alder_user.partner_id)
        self.assertIn("Since<br>Monday", ticket.description)

    def test_what_the_form_does_not_offer(self):
        """G-2: hidden records, those of other companies and junk are refused with a
        message, and nothing is made.
        """
        hidden_team = self.team.copy({"name": "Hid", "show_in_portal": False})
        foreign_team = self.team.copy({"name": "For", "company_id": self.other_company.id})
        archived = self.category.copy({"active": False})
        self.log_in(self.alder_user)
        count = self.tickets()
        for values in (
            {"category": self.hidden.id},
            {"category": self.foreign.id},
            {"category": archived.id},
            {"category": "x"},
            {"category": "9" * 30},
            {"category": "-1"},
            {"category": "१"},
            {"team": hidden_team.id},
            {"team": foreign_team.id},
            {"team": "junk"},
            {"team": "1.5"},
        ):
            with self.subTest(values=values):
                self.assert_refused(self.submit(**values), "Please choose one of the")
                self.assertEqual(self.tickets(), count)

    def test_choice_that_the_form_does_not_show(self):
        """G-2: with the field taken off the form, hidden and foreign ids are refused and
        none is taken.
        """
        self.env.company.helpdesk_mgmt_portal_select_category = False
        self.env.company.helpdesk_mgmt_portal_select_team = False
        self.log_in(self.alder_user)
        for values in ({"category": self.foreign.id}, {"category": self.hidden.id}):
            with self.subTest(values=values):
                self.assert_refused(self.submit(**values), "Please choose one of the")
        self.assertEqual(self.submit(category=self.category.id).status_code, 302)
        ticket = self.env["helpdesk.ticket"].search([("name", "=", "It squeaks")])
        self.assertFalse(ticket.category_id)

    def test_missing_fields(self):
        """G-2: a missing subject or description is said, and what was typed is kept."""
        self.log_in(self.alder_user)
        count = self.tickets()
        response = self.submit(description=None, subject="Typed <b>", category=self.category.id)
        self.assert_refused(response, "Please describe what happened.")
        self.assertIn('value="Typed &lt;b&gt;"', response.text)
        self.assertRegex(
            response.text,
            rf'<option (?=[^>]*selected)(?=[^>]*value="{self.category.id}")',
        )
        response = self.submit(subject="  ", description="Long </textarea> story")
        self.assert_refused(response, "Please enter a subject.")
        self.assertIn("Long &lt;/textarea&gt; story", response.text)
        self.assert_refused(self.submit(subject=None, description=" "), "subject")
        self.assertEqual(self.tickets(), count)

    def test_required_choice(self):
        """G-2: what the form marks as required is required by the server."""
        self.env.company.helpdesk_mgmt_portal_team_id_required = True
        self.log_in(self.alder_user)
        self.assert_refused(self.submit(), "Please choose one of the teams offered.")

    def test_missing_web_channel(self):
        """G-2: without the channel "Web" tickets are made all the same."""
        self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_web").unlink()
        self.log_in(self.alder_user)
        response = self.submit(category=self.category.id, team=self.team.id)
        self.assertEqual(response.status_code, 302)
        ticket = self.env["helpdesk.ticket"].search([("name", "=", "It squeaks")])
        self.assertEqual(ticket.category_id, self.category)
        self.assertEqual(ticket.stage_id, self.stage_open)
        self.assertFalse(ticket.channel_id)
        self.assertEqual(self.submit().status_code, 302)

    def test_no_team(self):
        """Still so: the first stage is found although the customer may not read stages."""
        first = self.env["helpdesk.ticket.stage"].create({"name": "Very first", "sequence": -99})
        self.log_in(self.alder_user)
        self.submit()
        ticket = self.env["helpdesk.ticket"].search([("name", "=", "It squeaks")])
        self.assertEqual(ticket.stage_id, first)

    def test_nul(self):
        """G-2: a NUL, which PostgreSQL does not take, is no server error."""
        self.log_in(self.alder_user)
        self.assertEqual(self.submit(subject="It\0 squeaks").status_code, 302)
        self.assertTrue(self.env["helpdesk.ticket"].search_count([("name", "=", "It squeaks")]))

    def test_hidden_parent_category(self):
        """Still so: the form shows a category whose parent is hidden."""
        self.category.parent_id = self.hidden
        self.log_in(self.alder_user)
        response = self.url_open("/new/ticket?general=1")
        self.assertEqual(response.status_code, 200)
        self.assertIn("Guard hidden / Guard shown", response.text)
