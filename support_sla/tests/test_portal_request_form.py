import io

from lxml import html
from odoo.tests import tagged

from ..models.request_form import FILES
from .portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestPortalRequestForm(PortalCase):
    """The form of a ticket in the portal. "email_cc" and "support_test_…" stand for fields that a provider brings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.write({"form_title": "Acme form", "answered_stage_id": cls.stages["open"].id})
        cls.question, cls.files = cls.env["support.form.field"].create(
            [
                {"provider_id": cls.provider.id, "question": "email_cc", "label": "Addresses", "sequence": 1},
                {"provider_id": cls.provider.id, "question": FILES, "label": "Logs", "hint": "As text", "sequence": 2},
            ]
        )
        cls.moment = cls.env["ir.model.fields"].create(
            {
                "name": "x_since",
                "model_id": cls.env["ir.model"]._get_id("helpdesk.ticket"),
                "ttype": "datetime",
                "field_description": "Since",
            }
        )
        cls.since = cls.env["support.form.field"].create(
            {"provider_id": cls.provider.id, "question": "x_since", "label": "Since", "sequence": 3}
        )

    def setUp(self):
        super().setUp()
        self.ticket = self.raise_for(self.user_a, "2026-03-02 09:00")
        self.env["ir.config_parameter"].set_param("support_guard.upload_max_mb", "0.01")

    def url(self, ticket=None):
        return f"/my/ticket/{(ticket or self.ticket).id}/form"

    def send(self, files=(), token="", **answers):
        # as a browser does: fields that the page has, empty ones too
        data = {"support_form": "1", "email_cc": "", "x_since": "", **answers}
        return self.post(
            self.url() + token, data, files=[("attachment", (name, io.BytesIO(raw))) for name, raw in files] or None
        )

    def customer_messages(self):
        self.env.invalidate_all()
        return self.ticket.message_ids.filtered(
            lambda row: row.message_type == "comment" and row.author_id.partner_share
        )

    def test_box_and_page(self):
        """J-9: the ticket's page says what is missing and leads to the form, which asks it"""
        self.log_in(self.user_a)
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertIn("You help by completing the form below.", self.text(page))
        box = page.get_element_by_id("support_request_form")
        self.assertIn("Acme form: 0 of 3 answered", self.text(box))
        self.assertIn("Missing: Addresses, Logs, Since", self.text(box))
        [link] = box.xpath(".//a/@href")
        form = self.page(link)
        self.assertIn("0 of 3 answered", self.text(form))
        for name in ("email_cc", "x_since", "attachment"):
            self.assertTrue(form.xpath(f"//form//*[@name='{name}'][@id]"), name)
        self.assertIn("London time", self.text(form))

    def test_completing(self):
        """J-9, J-15: answers and files are saved bit by bit; each save is the customer's message and brings a waiting
        ticket back; complete is complete"""
        self.at(self.ticket, "2026-03-02 09:05")._support_request_form()
        self.log_in(self.user_a)
        asked = self.text(self.page(f"/my/ticket/{self.ticket.id}").get_element_by_id("support_next"))
        self.assertIn("Acme Care needs something from you: please complete the form below.", asked)
        self.move(self.ticket, "2026-03-02 09:10", "waiting_customer")
        self.log_in(self.user_a)
        response = self.send(email_cc="a@b.example")
        self.assertEqual(response.status_code, 302)
        [message] = self.customer_messages()
        self.assertEqual(message.author_id, self.partner_a)
        self.assertIn("Addresses", message.body)
        self.assertIn("a@b.example", message.body)
        self.assertEqual(self.ticket.email_cc, "a@b.example")
        self.assertEqual(self.ticket.support_phase, "open")
        self.assertIn("1 of 3 answered", self.text(self.page(self.url())))
        # nothing new: no message
        self.assertEqual(self.send(email_cc="a@b.example").status_code, 302)
        self.assertEqual(len(self.customer_messages()), 1)
        self.assertIn("Nothing was changed.", self.text(self.page(self.url())))
        response = self.send([("log.txt", b"x")], email_cc="a@b.example", x_since="2026-03-02T08:15")
        self.assertTrue(response.headers["Location"].endswith(f"/my/ticket/{self.ticket.id}"))
        self.assertEqual(len(self.customer_messages()), 2)
        self.assertEqual(str(self.ticket.x_since), "2026-03-02 08:15:00")
        self.assertEqual(self.ticket.support_form_state, "complete")
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertIn("Thank you: the form is complete.", self.text(page))
        self.assertFalse(page.xpath("//*[@id='support_request_form']"))
        self.assertIn("log.txt", self.text(page))
        self.assertEqual(
            {event.side for event in self.ticket.support_event_ids if event.kind == "message_in"}, {"customer"}
        )

    def test_zone(self):
        """J-9: a moment is read and shown in the customer's zone"""
        self.log_in(self.user_a, tz="Asia/Tokyo")
        self.send(x_since="2026-03-02T17:15")
        self.env.invalidate_all()
        self.assertEqual(str(self.ticket.x_since), "2026-03-02 08:15:00")
        page = self.page(self.url())
        self.assertEqual(page.get_element_by_id("support_x_since").get("value"), "2026-03-02T17:15")
        self.assertIn("Tokyo time", self.text(page))

    def test_wrong_input(self):
        """J-9, G-8, S-7: too large a file, files too large together, a moment to come, junk: a clear message with the
        limit, everything typed still there, nothing stored"""
        self.log_in(self.user_a)
        set_param = self.env["ir.config_parameter"].set_param
        set_param("support_guard.upload_max_total_mb", "0.015")
        answers = {"email_cc": "typed@b.example", "x_since": "2026-03-02T08:15"}
        for files, changed, words in (
            ([("huge.log", b"x" * 20_000)], {}, "“huge.log” is larger than 0.01 MB"),
            ([("a.log", b"x" * 9_000), ("b.log", b"x" * 9_000)], {}, "at most 0.015 MB are accepted at a time"),
            ([("setup.exe", b"x")], {}, "are not accepted"),
            ([], {"x_since": "2026-03-02T23:15"}, "This moment has not come yet: Since"),
            ([], {"x_since": "tomorrow"}, "This answer is not understood: Since"),
            ([], {"x_since": "9999-12-31T23:59"}, "Since"),
            ([], {"email_cc": "x" * 30_000}, "Please shorten this answer: Addresses"),
        ):
            with self.subTest(words=words):
                response = self.send(files, **{**answers, **changed})
                self.assertEqual(response.status_code, 400)
                page = html.fromstring(response.text)
                self.assertIn(words, self.text(page.get_element_by_id("support_guard_errors")))
                for name, value in {**answers, **changed}.items():
                    [field] = page.xpath(f"//*[@id='support_{name}']")
                    self.assertEqual(field.get("value"), value)
                for name, _raw in files:
                    self.assertIn(name, response.text)
        self.env.invalidate_all()
        self.assertFalse(self.ticket.email_cc or self.ticket.x_since or self.ticket.attachment_ids)
        self.assertFalse(self.customer_messages())

    def test_junk(self):
        """S-3, J-9: what the form does not ask is not taken; hostile text stays text"""
        self.log_in(self.user_a)
        self.assertEqual(
            self.send(stage_id=str(self.stages["closed"].id), name="Owned", active="", partner_id="1").status_code, 302
        )
        self.env.invalidate_all()
        self.assertEqual((self.ticket.name, self.ticket.support_phase), ("It does not work", "new"))
        self.assertFalse(self.customer_messages())
        self.send(email_cc="<script>alert(1)</script>\0{{ 7*7 }}")
        [message] = self.customer_messages()
        self.assertNotIn("<script>", message.body)
        self.assertIn("&lt;script&gt;", message.body)
        self.assertNotIn("<script>alert", self.url_open(self.url()).text)

    def test_answered_meanwhile(self):
        """J-9: a page that was open while an agent answered takes nothing of that back"""
        self.log_in(self.user_a)
        self.ticket.email_cc = "agent@acme.example"
        self.send(was_email_cc="", was_x_since="", x_since="2026-03-02T08:15")
        self.env.invalidate_all()
        self.assertEqual(self.ticket.email_cc, "agent@acme.example")
        self.assertTrue(self.ticket.x_since)

    def test_required_from_the_start(self):
        """J-9: what must be there sends the new-ticket form back, files too; what may follow does not"""
        self.question.need = "refuse"
        self.files.need = "refuse"
        self.log_in(self.user_a)
        data = {
            "support_provider": self.provider.id,
            "team": self.team.id,
            "support_priority_id": self.urgent.id,
            "subject": "Typed subject",
            "description": "Typed description",
        }
        response = self.post("/submitted/ticket", data)
        self.assertEqual(response.status_code, 400)
        self.assertIn("Please answer: Addresses", response.text)
        self.assertIn("Please add at least one file: Logs", response.text)
        data["email_cc"] = "a@b.example"
        response = self.post("/submitted/ticket", data, files=[("attachment", ("huge.log", io.BytesIO(b"x" * 20_000)))])
        self.assertEqual(response.status_code, 400)
        self.assertIn("“huge.log” is larger than 0.01 MB", response.text)
        self.assertIn("a@b.example", response.text)
        response = self.post("/submitted/ticket", data, files=[("attachment", ("a.log", io.BytesIO(b"x")))])
        self.assertEqual(response.status_code, 302)
        ticket = self.env["helpdesk.ticket"].search([("name", "=", "Typed subject")])
        self.assertEqual((ticket.email_cc, ticket.support_form_missing), ("a@b.example", "Since"))
        # at levels of which no form is needed nothing has to be there
        self.provider.form_priority_ids = self.normal
        response = self.post("/submitted/ticket", {**data, "email_cc": ""})
        self.assertEqual(response.status_code, 302)

    def test_asked_later(self):
        """J-9: what is asked later only is not on the new-ticket form"""
        self.log_in(self.user_a)
        page = self.text(self.page("/new/ticket"))
        self.assertIn("Addresses", page)
        self.assertIn("What you leave open can follow later", page)
        self.question.on_new = False
        page = self.text(self.page("/new/ticket"))
        self.assertNotIn("Addresses", page)
        self.assertIn("Addresses", self.text(self.page(self.url())))

    def test_closed(self):
        """J-9: the form of a closed ticket is read, not answered"""
        self.ticket.email_cc = "a@b.example"
        self.move(self.ticket, "2026-03-02 09:20", "closed")
        self.log_in(self.user_a)
        page = self.page(self.url())
        self.assertFalse(page.xpath("//form[contains(@class, 'o_support_form')]"))
        self.assertIn("a@b.example", self.text(page))
        self.send(email_cc="other@b.example")
        self.env.invalidate_all()
        self.assertEqual(self.ticket.email_cc, "a@b.example")
        self.assertFalse(self.customer_messages())

    def test_strangers(self):
        """S-1: another customer, nobody, and a wrong token are sent away; nothing is read or stored"""
        for user in (self.user_b, None):
            self.authenticate(None, None)
            if user:
                self.log_in(user)
            for token in ("", "?access_token=junk", "?access_token="):
                with self.subTest(user=user, token=token):
                    response = self.url_open(self.url() + token, allow_redirects=False)
                    self.assertEqual(response.status_code, 302)
                    self.assertNotIn("Addresses", response.text)
                    self.assertIn(self.send(token=token, email_cc="x@b.example").status_code, (302, 400))
        self.log_in(self.user_b)
        self.assertEqual(self.url_open("/my/ticket/999999999/form", allow_redirects=False).status_code, 302)
        self.env.invalidate_all()
        self.assertFalse(self.ticket.email_cc)

    def test_no_csrf(self):
        """S-2: without the token of the session nothing is stored"""
        self.log_in(self.user_a)
        response = self.post(self.url(), {"support_form": "1", "email_cc": "x@b.example"}, csrf=False)
        self.assertEqual(response.status_code, 400)
        self.env.invalidate_all()
        self.assertFalse(self.ticket.email_cc)

    def test_link_of_a_mail(self):
        """J-15, G-9: the link in the customer's mail opens the form without a login and speaks as the customer; a
        revoked one does not"""
        token = self.ticket.sudo()._portal_ensure_token()
        self.authenticate(None, None)
        query = f"?access_token={token}"
        page = self.page(f"/my/ticket/{self.ticket.id}{query}")
        [link] = page.get_element_by_id("support_request_form").xpath(".//a/@href")
        self.assertIn(query, link)
        self.assertIn("Addresses", self.text(self.page(link)))
        response = self.send(token=query, email_cc="a@b.example")
        self.assertEqual(response.status_code, 302)
        self.assertIn(query, response.headers["Location"])
        [message] = self.customer_messages()
        self.assertEqual(message.author_id, self.partner_a)
        self.ticket.action_guard_revoke_token()
        self.assertEqual(self.url_open(link, allow_redirects=False).status_code, 302)

    def test_staff(self):
        """J-9: staff read the page; they answer on the ticket, in their own name"""
        self.agent.password = "agent-portal-test"
        self.authenticate(self.agent.login, "agent-portal-test")
        self.assertFalse(self.page(self.url()).xpath("//form[contains(@class, 'o_support_form')]"))
        self.send(email_cc="x@b.example")
        self.env.invalidate_all()
        self.assertFalse(self.ticket.email_cc)
