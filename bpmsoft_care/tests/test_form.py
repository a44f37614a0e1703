from lxml import html
from odoo import http
from odoo.addons.mail.tests.common import MockEmail
from odoo.addons.support_sla.tests.provider_common import ProviderPortalMixin
from odoo.tests import HttpCase, tagged

from .common import ANSWERS, BpmsoftCase, BpmsoftMixin

PARTS = {
    "bpmsoft_questions": "What exactly do you want to know",
    "bpmsoft_address": "Address of the system",
    "bpmsoft_account": "Account",
    "bpmsoft_steps": "steps",
    "bpmsoft_databases": "Database servers",
    "bpmsoft_nodes": "Number of nodes",
    "bpmsoft_adjacent": "Adjacent software",
    "bpmsoft_customisations": "Customisations",
}


@tagged("post_install", "-at_install")
class TestForm(BpmsoftCase):
    """What a request must contain, and how it goes back while something is missing (B-8)."""

    def last_mail(self, ticket):
        return self.automatic(ticket)[-1:]

    def test_a_mail_goes_back(self):
        """B-7, B-8: a mail with nothing of it is a request that goes back to the client with everything listed"""
        ticket = self.mail_in("Nothing works.", "2026-03-02 06:00", self.customer.email_formatted, self.address)
        self.assertEqual(ticket.support_form_state, "incomplete")
        self.assertEqual(ticket.stage_id, self.stages["waiting"])
        self.deliver()
        body = self.last_mail(ticket).body
        for label in PARTS.values():
            self.assertIn(label, body)
        self.assertIn("comes back to you", body)
        self.assertEqual(self.last_mail(ticket).notified_partner_ids | ticket.partner_id, ticket.partner_id)
        self.assertTrue(self.clock(ticket, "customer_answer").deadline, "the client has its two days")
        reaction = self.clock(ticket, "first_response")
        self.assertEqual(reaction.state, "running", "what is missing is no reason to leave a client alone")
        self.assertFalse(reaction.stopped, "a message of the desk is no reaction")

    def test_missing_parts_do_not_delay_the_reaction(self):
        """B-2, B-8: a critical request with parts missing is to be reacted to within 30 minutes all the same; when
        nobody does, the coordinator and the head are told"""
        ticket = self.raise_as_client("2026-03-02 06:00", "critical", complete=False, bpmsoft_questions="It is down!")
        self.assertEqual(ticket.stage_id, self.stages["waiting"])
        self.assertEqual(str(self.clock(ticket, "first_response").deadline), "2026-03-02 06:30:00")
        self.sweep("2026-03-02 06:31")
        self.assertTrue(self.clock(ticket, "first_response").breached)
        self.assertEqual(ticket.support_escalation_ids.role_id, self.ref_("role_coordinator") | self.ref_("role_head"))

    def test_only_what_is_missing(self):
        """B-8: each part that is missing is named, and nothing else"""
        for name, label in PARTS.items():
            with self.subTest(name):
                answers = {**ANSWERS, name: False}
                ticket = self.raise_as_client("2026-03-02 06:00", complete=False, **answers)
                self.assertEqual(ticket.stage_id, self.stages["waiting"])
                [missing] = ticket._support_form_get_missing()
                self.assertEqual(missing.name, name)
                self.deliver()
                body = self.last_mail(ticket).body
                self.assertEqual([label for label in PARTS.values() if label in body], [label])

    def test_complete(self):
        """B-8: a request with everything does not go back"""
        ticket = self.raise_as_client("2026-03-02 06:00")
        self.assertEqual(ticket.support_form_state, "complete")
        self.assertEqual(ticket.stage_id, self.stages["new"])
        self.deliver()
        self.assertFalse(ticket.support_form_requested)

    def test_registered_by_an_agent(self):
        """B-8: what a colleague registers stays with the colleague, who sees what is missing and asks with a button"""
        ticket = self.raise_ticket("2026-03-02 06:00", complete=False)
        self.assertEqual(ticket.stage_id, self.stages["new"])
        self.assertEqual(ticket.support_form_state, "incomplete")
        self.assertFalse(ticket.support_form_requested)

    def test_an_answer_by_mail_is_read_by_a_person(self):
        """B-8, B-11: a mail in answer brings the request back into line, as one that nobody has begun; the time to
        react has gone on, and what is missing still is"""
        ticket = self.mail_in("Nothing works.", "2026-03-02 06:00", self.customer.email_formatted, self.address)
        self.say_as_client(ticket, "2026-03-02 09:00")
        self.assertEqual(ticket.stage_id, self.stages["new"])
        self.assertEqual(self.clock(ticket, "first_response").state, "running")
        self.assertEqual(
            str(self.clock(ticket, "first_response").deadline), "2026-03-02 10:00:00", "four hours from the mail"
        )
        self.assertEqual(ticket.support_form_state, "incomplete")

    def say_as_client(self, ticket, moment, body="Here is all I know."):
        return self.at(ticket.with_user(self.customer_user).sudo(), moment).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.id,
        )

    def test_steps_are_a_list(self):
        """B-8: steps are repeated as a numbered list, however the client has marked them"""
        for text in ("1. Log in\n2. Open it", "- Log in\n\n- Open it", "Log in\nOpen it", "1) Log in\n2) Open it"):
            ticket = self.raise_as_client("2026-03-02 06:00", bpmsoft_steps=text)
            self.assertEqual(ticket._bpmsoft_get_steps(), ["Log in", "Open it"])
            [spec] = [
                spec
                for spec in ticket._support_portal_describe_request_form()["fields"]
                if spec["name"] == "bpmsoft_steps"
            ]
            self.assertEqual(spec["said"], "1. Log in\n2. Open it")

    def test_history_is_not_asked(self):
        """B-8: what is imported from another desk goes back to nobody"""
        tickets = self.env["helpdesk.ticket"].with_context(support_no_notify=True, support_side="customer")
        ticket = self.at(tickets, "2026-03-02 06:00").create(
            {"name": "Old", "description": "x", "team_id": self.team.id, "partner_id": self.customer.id}
        )
        self.assertEqual(ticket.stage_id, self.stages["new"])
        self.assertFalse(ticket.support_form_requested)


@tagged("post_install", "-at_install")
class TestFormPortal(BpmsoftMixin, ProviderPortalMixin, MockEmail, HttpCase):
    """The same on the portal, as the client fills it in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()
        cls.offer_own_queues_only()

    def setUp(self):
        super().setUp()
        self.log_in(self.customer_user)

    def submit(self, **values):
        data = {
            "support_provider": self.provider.id,
            "team": self.team.id,
            "subject": "The invoice stays empty",
            "description": "Since noon.",
            "support_priority_id": self.levels["high"].id,
            "support_kind_id": self.kinds["error"].id,
            "csrf_token": http.Request.csrf_token(self),
            **values,
        }
        before = self.env["helpdesk.ticket"].search([])
        response = self.url_open("/submitted/ticket", data=data, allow_redirects=False)
        return response, self.env["helpdesk.ticket"].search([]) - before

    def test_the_form_asks(self):
        """B-1, B-8, B-16: the form shows levels with definition and example, kinds, and asks for each part; for no
        password in the open"""
        page = self.page(f"/new/ticket?support_provider={self.provider.id}")
        text = " ".join(page.text_content().split())
        for level in self.levels.values():
            self.assertIn(level.definition, text)
            self.assertIn(level.example, text)
        for kind in self.kinds.values():
            self.assertIn(kind.name, text)
        for name in PARTS:
            self.assertTrue(page.xpath(f"//*[@name='{name}']"), name)

    def test_questions_are_needed_at_once(self):
        """B-8: without a question the form comes back, with everything that was typed"""
        answers = {**{name: str(value) for name, value in ANSWERS.items()}, "bpmsoft_questions": " "}
        response, ticket = self.submit(**answers)
        self.assertFalse(ticket)
        self.assertEqual(response.status_code, 400)
        self.assertIn("Please answer: What exactly", html.fromstring(response.text).text_content())
        self.assertIn("https://crm.irtysh.example", response.text)

    def test_sent_with_everything(self):
        """B-7, B-8, B-16: a request with everything goes to the desk and not back"""
        response, ticket = self.submit(**{name: str(value) for name, value in ANSWERS.items()})
        self.assertEqual(response.status_code, 302)
        self.assertEqual(ticket.support_form_state, "complete")
        self.assertEqual(ticket.support_kind_id, self.kinds["error"])
        self.assertEqual(ticket.support_priority_id, self.levels["high"])
        self.assertEqual({name: ticket[name] for name in PARTS}, {name: ANSWERS[name] for name in PARTS})
        self.assertEqual(ticket.stage_id, self.stages["new"])

    def test_sent_with_a_part(self):
        """B-8: what is missing is listed on the page of the request; a part of it brings it back once more, the rest
        into line"""
        _response, ticket = self.submit(bpmsoft_questions="Why?", bpmsoft_address="https://crm.irtysh.example")
        self.assertEqual(ticket.stage_id, self.stages["waiting"])
        page = " ".join(self.page(f"/my/ticket/{ticket.id}").text_content().split())
        for part in ("Database servers", "Number of nodes", "Adjacent software", "Customisations"):
            self.assertIn(part, page)
        first = self.clock(ticket, "customer_answer")
        rest = {
            name: str(value) for name, value in ANSWERS.items() if name not in ("bpmsoft_questions", "bpmsoft_nodes")
        }
        url = f"/my/ticket/{ticket.id}/form"
        self.url_open(url, data={"csrf_token": http.Request.csrf_token(self), **rest}, allow_redirects=False)
        self.env.invalidate_all()
        self.assertEqual(ticket.stage_id, self.stages["waiting"], "one part is still missing")
        self.assertEqual([one.name for one in ticket._support_form_get_missing()], ["bpmsoft_nodes"])
        self.assertTrue(first.stopped, "the client has answered")
        self.assertNotEqual(self.clock(ticket, "customer_answer"), first, "and is asked again")
        self.deliver()
        mail = self.automatic(ticket)[-1]
        self.assertIn("once more", mail.body)
        self.assertNotIn("Adjacent software", mail.body)
        self.url_open(
            url, data={"csrf_token": http.Request.csrf_token(self), "bpmsoft_nodes": "2"}, allow_redirects=False
        )
        self.env.invalidate_all()
        self.assertEqual(ticket.support_form_state, "complete")
        self.assertEqual(ticket.stage_id, self.stages["new"])
