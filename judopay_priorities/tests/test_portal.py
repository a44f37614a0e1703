from lxml import html
from odoo import http
from odoo.tests import HttpCase, tagged

from .common import PASSWORD, JudopayMixin


@tagged("-at_install", "post_install")
class TestPortal(JudopayMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def submit(self, code, **values):
        return self.url_open(
            "/submitted/ticket",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "support_provider": str(self.provider.id),
                "team": str(self.team.id),
                "support_priority_id": str(self.priorities[code].id),
                "subject": "Nothing gets through",
                "description": "Since noon.",
                **values,
            },
        )

    def last_ticket(self):
        return self.env["helpdesk.ticket"].search([("name", "=", "Nothing gets through")], order="id desc", limit=1)

    def test_form_shows_the_levels(self):
        """J-5: the form for a new ticket shows every level with definition and example"""
        self.authenticate(self.merchant_user.login, PASSWORD)
        page = self.url_open(f"/new/ticket?support_provider={self.provider.id}").text
        for priority in self.priorities.values():
            self.assertIn(priority.code, page)
            self.assertIn(priority.definition.split(",")[0], page)
            self.assertIn(priority.example.split(",")[0], page)

    def test_merchant_proposes_and_reads_what_became_of_it(self):
        """J-7: a merchant proposes a level on the portal and sees there whether it was confirmed"""
        self.authenticate(self.merchant_user.login, PASSWORD)
        self.submit("PS1")
        ticket = self.last_ticket()
        self.assertEqual(ticket.support_priority_id, self.priorities["PS1"])
        self.assertEqual(ticket.judopay_priority_state, "proposed")
        self.assertEqual(ticket.judopay_proposed_priority_id, self.priorities["PS1"])
        self.assertEqual(self.told(ticket, "judopay_"), [self.roles["it"]], "J-12: by this way as well")
        page = self.url_open(f"/my/ticket/{ticket.id}").text
        self.assertIn("PS1 Critical, proposed", page)
        ticket.with_user(self.agent)._judopay_confirm(self.priorities["PS2"], "Secret of the desk")
        page = self.url_open(f"/my/ticket/{ticket.id}").text
        self.assertIn("PS2 High, confirmed on", page)
        self.assertIn("PS1 Critical was proposed", page)
        self.assertNotIn("Secret of the desk", page)

    def test_copies_on_the_page(self):
        """J-3: a merchant reads who gets copies, and never the Bcc list, on the page or in its messages"""
        ticket = self.propose("2026-02-10 10:00", "PS2")
        ticket.write({"email_cc": "books@alder.example", "judopay_email_bcc": "auditor@elm.example"})
        self.say(ticket, "2026-02-10 10:05")
        self.authenticate(self.merchant_user.login, PASSWORD)
        page = self.url_open(f"/my/ticket/{ticket.id}").text
        self.assertIn("books@alder.example", page)
        self.assertNotIn("elm.example", page)
        messages = self.make_jsonrpc_request(
            "/mail/thread/messages", {"thread_model": "helpdesk.ticket", "thread_id": ticket.id}
        )
        self.assertIn("We are on it.", repr(messages))
        self.assertNotIn("elm.example", repr(messages))

    def test_another_merchant_sees_nothing(self):
        """J-7: a merchant's ticket is not for another merchant"""
        ticket = self.propose("2026-02-10 10:00", "PS2")
        self.authenticate(self.stranger_user.login, PASSWORD)
        self.assertNotIn(ticket.name, self.url_open(f"/my/ticket/{ticket.id}").text)

    def test_level_of_another_provider_is_refused(self):
        """J-7: only levels that the form offers can be proposed; what was typed stays in the form"""
        other = self.env["support.provider"].create(
            {"name": "Elm", "code": "elm_test", "calendar_id": self.calendar.id}
        )
        foreign = self.env["support.priority"].create({"provider_id": other.id, "code": "E1", "name": "Foreign"})
        self.authenticate(self.merchant_user.login, PASSWORD)
        for junk in (str(foreign.id), "999999999", "PS1", "-1", "1; DROP", ""):
            with self.subTest(junk):
                page = self.submit("PS1", support_priority_id=junk)
                self.assertFalse(self.last_ticket())
                self.assertIn("Since noon.", page.text)

    def log_call(self, ticket, direction):
        self.env["support.call.wizard"].with_user(self.agent).create(
            {"ticket_id": ticket.id, "direction": direction, "note": "All tills are down."}
        ).action_log()

    def test_call_is_asked_for(self):
        """J-8: choosing PS1 shows the line at once as a link; the ticket asks for the call until one was logged"""
        self.authenticate(self.merchant_user.login, PASSWORD)
        form = html.fromstring(self.url_open(f"/new/ticket?support_provider={self.provider.id}").text)
        for code, priority in self.priorities.items():
            links = form.xpath(f"//label[@for='support_priority_id_{priority.id}']//a/@href")
            self.assertEqual(links, ["tel:+442035030600"] if code == "PS1" else [], code)
        self.submit("PS1", judopay_call_state="came")
        ticket = self.last_ticket()
        self.assertEqual(ticket.judopay_call_state, "missing", "what a merchant says does not count")

        def asks():
            page = html.fromstring(self.url_open(f"/my/ticket/{ticket.id}").text)
            [facts] = page.xpath("//dl[not(@aria-label)]") or [None]
            said = " ".join(facts.text_content().split()) if facts is not None else ""
            return page.xpath("//section[contains(@class, 'o_judopay_call')]//a/@href"), said

        self.assertEqual(asks()[0], ["tel:+442035030600"])
        self.log_call(ticket, "out")
        links, said = asks()
        self.assertEqual(links, [])
        self.assertIn("We called you", said)
        self.log_call(ticket, "in")
        self.assertIn("You called", asks()[1])

    def test_contacts(self):
        """J-1: merchants see address, line and their success manager, and what each is for; no other merchant's"""
        self.team.alias_id.alias_domain_id = self.env["mail.alias.domain"].create(
            {"name": "desk.judopay.example", "bounce_alias": "bounce-judopay", "catchall_alias": "catchall-judopay"}
        )
        self.authenticate(self.merchant_user.login, PASSWORD)
        page = self.url_open("/my/support/contacts").text
        for point in self.provider.contact_point_ids:
            self.assertIn(point.name, page)
            self.assertIn(point.note[:30], page)
        self.assertIn(self.success_manager.name, page)
        self.authenticate(self.stranger_user.login, PASSWORD)
        page = self.url_open("/my/support/contacts").text
        self.assertIn("24-hour line", page)
        self.assertNotIn(self.success_manager.name, page)
