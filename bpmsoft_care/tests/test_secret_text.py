import json

from lxml import html
from odoo.addons.mail.tests.common import MockEmail
from odoo.addons.support_sla.tools.masking import MASK
from odoo.tests import HttpCase, tagged

from .common import PASSWORD, BpmsoftMixin
from .secret_common import CANARY, SecretMixin

T = "2026-03-02"
TEXT = f"It stays empty.\nLogin: visitor\nPassword: {CANARY}\nPlease help."


@tagged("-at_install", "post_install")
class TestSecretText(SecretMixin, BpmsoftMixin, MockEmail, HttpCase):
    """A password that is written into a text is taken out before it is stored, and kept with the others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def assert_moved(self, ticket, log=None):
        """The canary is nowhere in clear and is kept, sealed, as found in a message; the client and agents know."""
        self.env.flush_all()
        with self.mock_mail_gateway():
            self.deliver()
        if log:
            self.assertTrue(log.lines)
        self.assert_nowhere(CANARY, log)
        secret = self.secrets(ticket)
        self.assertEqual(secret.source, "message")
        self.assertEqual(self.reveal(ticket), CANARY)
        self.assertTrue(ticket.support_secrets_masked)
        notes = " ".join(ticket.message_ids.filtered("is_internal").mapped("body") + ticket.message_ids.mapped("body"))
        self.assertIn("moved to the passwords of this request", notes)
        self.assertIn("the password is kept encrypted on the page", notes)
        self.assertNotIn("is not stored", notes)

    def test_mail(self):
        """B-9, S-6: in the body and the subject of a mail that raises a request; a mail says where it is kept"""
        with self.listening() as log, self.mock_mail_gateway():
            ticket = self.mail_in(
                TEXT, f"{T} 07:00", "crm@irtysh.example", self.address, subject=f"Help, pwd: {CANARY}"
            )
        self.assertIn(MASK, ticket.name)
        self.assertIn("Please help.", ticket.description)
        self.assert_moved(ticket, log)
        told = ticket.message_ids.filtered(lambda message: "unreadable" in (message.subject or ""))
        self.assertIn("kept encrypted", told.body)

    def test_answer_by_mail(self):
        """B-9, S-6: in an answer by mail; one that is kept already is not kept twice"""
        ticket = self.raise_as_client(f"{T} 07:00", bpmsoft_password=False)
        headers = f"References: {ticket.message_ids[-1:].message_id}\n"
        for _time in range(2):
            with self.mock_mail_gateway():
                self.mail_in(TEXT, f"{T} 08:00", "crm@irtysh.example", self.address, headers=headers)
        self.assert_moved(ticket)
        self.assertEqual(ticket.support_form_state, "complete", "what was asked for has come")

    def test_program(self):
        """B-9, S-6: in the description of a request that is created, or written, by RPC; in a message of an agent"""
        first = self.raise_ticket(f"{T} 07:00", bpmsoft_password=False, description=f"<p>Password: {CANARY}</p>")
        self.assert_moved(first)
        second = self.raise_ticket(f"{T} 07:00", bpmsoft_password=False)
        second.with_user(self.agent).write({"description": f"<p>Password: {CANARY}</p>"})
        self.assert_moved(second)
        third = self.raise_ticket(f"{T} 07:00", bpmsoft_password=False)
        self.say(third, f"{T} 08:00", f"He told me on the phone, password: {CANARY}")
        self.assert_moved(third)

    def test_portal_message(self):
        """B-9, S-6: in a message on the portal; the page says that it is kept, and shows it to nobody"""
        ticket = self.raise_as_client(f"{T} 07:00", bpmsoft_password=False)
        self.authenticate(self.customer_user.login, PASSWORD)
        params = {
            "thread_model": "helpdesk.ticket",
            "thread_id": ticket.id,
            "post_data": {"body": TEXT, "message_type": "comment", "subtype_xmlid": "mail.mt_comment"},
        }
        with self.listening() as log:
            response = self.url_open(
                "/mail/message/post",
                data=json.dumps({"params": params}),
                headers={"Content-Type": "application/json"},
            )
            self.assertNotIn("error", response.json())
        self.env.invalidate_all()
        self.assert_moved(ticket, log)
        page = html.fromstring(self.url_open(f"/my/ticket/{ticket.id}").text)
        self.assertNotIn(CANARY, page.text_content())
        self.assertIn("Kept encrypted since", page.get_element_by_id("bpmsoft_secrets").text_content())

    def test_form_itself_is_left_alone(self):
        """B-9: a password that looks like a key is kept as it was typed on the form"""
        key = "sk-proj-Abcdefghij0123456789Abcdefghij0123456789"
        ticket = self.raise_as_client(f"{T} 07:00", bpmsoft_password=key)
        self.assertEqual(self.reveal(ticket), key)

    def test_not_for_ever(self):
        """B-9: on a request that has ended it is masked and not kept; so it is without a key; five are kept at most"""
        ticket = self.raise_as_client(f"{T} 07:00", bpmsoft_password=False)
        self.set_keys("swordfish")
        self.say(ticket, f"{T} 08:00", f"password: {CANARY}")
        self.assertFalse(self.secrets(ticket))
        self.assert_nowhere(CANARY)
        self.set_keys(self.key)
        for number in range(7):
            self.say(ticket, f"{T} 08:0{number}", f"password: {CANARY}{number}")
        self.assertEqual(len(self.secrets(ticket)), 5)
        self.assertEqual(self.secrets(ticket).mapped("main"), [True, False, False, False, False])
        self.move(ticket, f"{T} 09:00", "closed")
        self.say(ticket, f"{T} 10:00", f"password: {CANARY}9")
        self.assertFalse(self.secrets(ticket))
        self.assert_nowhere(CANARY)
