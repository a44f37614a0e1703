from odoo import http
from odoo.addons.mail.tests.common import MockEmail
from odoo.addons.support_sla.tests.provider_common import ProviderPortalMixin
from odoo.tests.common import HttpCase, tagged

from .common import ANSWERS, BpmsoftMixin
from .people_common import PeopleMixin


@tagged("post_install", "-at_install")
class TestPeoplePortal(PeopleMixin, BpmsoftMixin, ProviderPortalMixin, MockEmail, HttpCase):
    """What the people of a client see and do on the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()
        cls.env.company.write(
            {"helpdesk_mgmt_portal_team_id_required": False, "helpdesk_mgmt_portal_category_id_required": False}
        )
        cls.offer_own_queues_only()

    def page(self, url):
        return self.text(super().page(url))

    def post(self, url, **data):
        return self.url_open(url, data={**data, "csrf_token": http.Request.csrf_token(self)}, allow_redirects=False)

    def submit(self, **data):
        """The form of a new request as a browser posts it, or somebody who has made it up."""
        values = {
            "support_provider": self.provider.id,
            "team": self.team.id,
            "subject": "Everything is slow",
            "description": "Since noon.",
            "support_priority_id": self.levels["low"].id,
            "support_kind_id": self.kinds["advice"].id,
            **ANSWERS,
            **data,
        }
        before = self.env["helpdesk.ticket"].search([])
        response = self.post("/submitted/ticket", **values)
        return response, self.env["helpdesk.ticket"].search([]) - before

    def test_the_form_is_shown_to_one_person(self):
        """B-5: the authorised person gets the form; others of the company read why not and who it is"""
        url = f"/new/ticket?support_provider={self.provider.id}"
        self.log_in(self.customer_user)
        self.assertIn(ANSWERS["bpmsoft_address"] and "Address of the system", self.page(url))
        self.log_in(self.colleague_user)
        for address in (url, "/new/ticket"):
            response = self.url_open(address)
            self.assertNotIn("bpmsoft_address", response.text)
            self.assertNotIn(f"support_provider={self.provider.id}", response.text.split("<main")[-1])
            self.assertIn(self.customer.name, response.text)
        self.log_in(self.stranger_user)
        self.assertNotIn(self.customer.name, self.url_open(url).text)

    def test_the_authorised_person_sends_it(self):
        """B-5: what the authorised person sends from the form is taken on"""
        self.log_in(self.customer_user)
        _response, ticket = self.submit()
        self.assertEqual(ticket.bpmsoft_standing, "authorised")
        self.assertTrue(ticket.support_lane_state)

    def test_a_colleague_posts_all_the_same(self):
        """B-5: a form that a colleague posts, made up or open since before, is kept and held, and its page says so"""
        self.log_in(self.colleague_user)
        response, ticket = self.submit(partner_id=self.customer.id, bpmsoft_standing="authorised")
        self.assertEqual(response.status_code, 302 if ticket else 0)
        self.assertEqual((ticket.bpmsoft_standing, ticket.bpmsoft_hold_reason), ("held", "colleague"))
        self.assertEqual(ticket.partner_id, self.colleague_user.partner_id)
        self.assertFalse(ticket.support_clock_ids)
        page = self.page(f"/my/ticket/{ticket.id}")
        self.assertIn("has not taken this request on yet", page)
        self.assertIn(self.customer.name, page)

    def test_the_former_person_posts(self):
        """B-5, B-6: the former authorised person is anybody else"""
        self.change_person(self.entitlement, "2026-03-02 07:00")
        self.log_in(self.customer_user)
        _response, ticket = self.submit()
        self.assertEqual((ticket.bpmsoft_standing, ticket.bpmsoft_hold_reason), ("held", "former"))

    def test_without_a_contract(self):
        """B-5: who is of no client posts nothing, and is told so; what was typed stays"""
        user = self.make_customer(
            self.env["res.partner"].create({"name": "Nobody", "is_company": True}), "x@n.example", "X"
        )
        self.log_in(user)
        response, ticket = self.submit()
        self.assertEqual(response.status_code, 400)
        self.assertFalse(ticket)

    def test_confirmed_on_the_portal(self):
        """B-5, S-5: the authorised person confirms a colleague's request on its page, logged in; nobody else can"""
        ticket = self.mail_from("plant@irtysh.example", "2026-03-02 06:00")
        self.decide(ticket, "2026-03-02 07:00", "hand")
        url = f"/my/ticket/own/{ticket.id}"
        token = ticket._portal_ensure_token()
        self.authenticate(None, None)
        page = self.url_open(f"/my/ticket/{ticket.id}?access_token={token}").text
        self.assertNotIn(url, page, "the link reads, and confirms nothing")
        self.log_in(self.colleague_user)
        self.assertNotIn(url, self.url_open(f"/my/ticket/{ticket.id}").text)
        self.assertEqual(self.post(url, decision="own").status_code, 400)
        self.log_in(self.stranger_user)
        self.post(url, decision="own")
        self.assertEqual(ticket.bpmsoft_standing, "asked")
        self.log_in(self.customer_user)
        self.assertIn("Is it your request?", self.page(f"/my/ticket/{ticket.id}"))
        self.assertEqual(self.url_open(url, allow_redirects=False).status_code, 405, "only by POST")
        self.assertEqual(
            self.url_open(url, data={"decision": "own"}, allow_redirects=False).status_code, 400, "no token"
        )
        self.post(url, decision="own")
        self.assertEqual(ticket.bpmsoft_standing, "confirmed")
        self.assertTrue(ticket.support_lane_state)
        self.assertEqual(self.post(url, decision="own").status_code, 400, "once")

    def test_who_acts_on_a_request(self):
        """B-5, B-6: a colleague reads a request and closes, escalates and accepts nothing"""
        ticket = self.raise_as_client("2026-03-02 06:00")
        self.assertTrue(ticket.with_user(self.customer_user).sudo()._guard_portal_close_stages())
        self.assertFalse(ticket.with_user(self.colleague_user).sudo()._guard_portal_close_stages())
        self.assertFalse(ticket._support_portal_may_validate(self.colleague_user))
        self.assertTrue(ticket._support_portal_may_validate(self.customer_user))
        self.log_in(self.colleague_user)
        self.post("/ticket/close", ticket_id=ticket.id, stage_id=self.stages["closed"].id)
        self.assertEqual(ticket.support_phase, "new")
        self.assertIn("kept as information", self.page(f"/my/ticket/{ticket.id}"))

    def test_refusal_and_sessions_in_words(self):
        """B-14, B-17: the client reads on which ground it was refused, when we were connected and how long, no note"""
        ticket = self.raise_as_client("2026-03-02 06:00")
        self.at(self.env["bpmsoft.remote.session"].with_user(self.agent), "2026-03-02 12:00").create(
            [
                {
                    "ticket_id": ticket.id,
                    "start": "2026-03-02 07:00:00",
                    "stop": "2026-03-02 07:40:00",
                    "partner_note": "Looked at the log",
                    "note": "Password on a post-it",
                },
                {"ticket_id": ticket.id, "start": "2026-03-02 08:00:00", "stop": "2026-03-02 08:20:00"},
            ]
        )
        self.refuse(ticket, "2026-03-02 12:30", "not_solvable")
        self.log_in(self.customer_user)
        page = self.page(f"/my/ticket/{ticket.id}")
        self.assertIn("40 min", page)
        self.assertIn("Looked at the log", page)
        self.assertIn("Together", page)
        self.assertIn("We cannot solve this in a reasonable time", page)
        self.assertNotIn("post-it", page)
        self.assertNotIn("Asked twice", page)

    def test_models_are_closed(self):
        """B-5, S-1: customers reach none of the records behind it"""
        for model in (
            "bpmsoft.contact.change",
            "bpmsoft.agreed.extra",
            "bpmsoft.remote.session",
            "bpmsoft.refusal.ground",
            "bpmsoft.held.wizard",
            "bpmsoft.contact.wizard",
            "bpmsoft.extra.wizard",
            "bpmsoft.refusal.wizard",
        ):
            for operation in ("read", "create", "write", "unlink"):
                self.assertFalse(self.env[model].with_user(self.customer_user).has_access(operation), model)
