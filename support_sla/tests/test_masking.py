import base64

from odoo.tests import tagged

from .canary import CanaryMixin
from .common import SupportCase
from .test_gateway import MAIL

CANARY = "Zk7Quartz42Vx"
#: of tests after which Odoo's own cleaning would have to remove a file of the store
LATE = "Yp3Marble88Tz"
PASSWORD_TEXT = f"It broke. My password is: {CANARY} Thank you."
HTML_MAIL = """\
Return-Path: <{sender}>
To: {to}
From: {sender}
Subject: {subject}
Message-ID: <{ident}@northwind.example>
MIME-Version: 1.0
{headers}Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/plain; charset="utf-8"

Password: {canary}

--inner
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

{html}
--inner--
--outer
Content-Type: text/plain; name="access.log"
Content-Disposition: attachment; filename="access.log"
Content-Transfer-Encoding: base64

{file}
--outer--
"""


@tagged("post_install", "-at_install")
class TestMasking(CanaryMixin, SupportCase):
    """Secrets in what comes to the tickets of a provider that has them masked, whatever way it comes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.mask_secrets = True
        domain = cls.env["mail.alias.domain"].search([("name", "=", "acme.example")]) or cls.env[
            "mail.alias.domain"
        ].create({"name": "acme.example", "bounce_alias": "bounce-test", "catchall_alias": "catchall-test"})
        cls.team.alias_domain_id = domain
        cls.address = f"{cls.team.alias_name}@{domain.name}"

    def create_ticket(self, **vals):
        values = {
            "name": "Broken",
            "description": f"<p>{PASSWORD_TEXT}</p>",
            "team_id": self.team.id,
            "partner_id": self.customer.id,
        }
        return self.env["helpdesk.ticket"].create({**values, **vals})

    def intents(self, ticket):
        return self.env["support.notification"].sudo().search([("ticket_id", "=", ticket.id), ("kind", "=", "masked")])

    def note(self, ticket):
        return ticket.message_ids.filtered(lambda message: "It was masked" in (message.body or ""))

    def test_created_by_rpc(self):
        """S-6: a password in the description or the subject of a new ticket is nowhere; agents see that it was there"""
        with self.record_log() as log:
            ticket = self.create_ticket(name=f"I cannot log in with {CANARY}")
        self.assert_nowhere(CANARY, log)
        self.assertIn("********", ticket.description)
        self.assertEqual(ticket.name, "I cannot log in with ********")
        self.assertTrue(ticket.support_secrets_masked)
        self.assertEqual(len(self.note(ticket)), 1)

    def test_written_by_rpc(self):
        """S-6: a password that is written into a ticket later is nowhere"""
        ticket = self.create_ticket(description="<p>It broke.</p>")
        self.assertFalse(ticket.support_secrets_masked)
        with self.record_log() as log:
            ticket.with_user(self.agent).write({"description": f"<p>{PASSWORD_TEXT}</p>"})
        self.assert_nowhere(CANARY, log)
        self.assertTrue(ticket.support_secrets_masked)

    def test_messages_notes_and_edits(self):
        """S-6: a password in a message, a note, a subject or a later edit of a message is nowhere"""
        ticket = self.create_ticket(description="<p>It broke.</p>")
        with self.record_log() as log:
            ticket.with_user(self.agent).message_post(body=PASSWORD_TEXT, subject=f"Password: {CANARY}")
            message = ticket.with_user(self.agent).message_post(
                body=PASSWORD_TEXT, message_type="comment", subtype_xmlid="mail.mt_comment"
            )
            ticket.with_user(self.agent)._message_update_content(message, body=f"Now: {PASSWORD_TEXT}")
            ticket._message_log(body=PASSWORD_TEXT)
            self.env.flush_all()
        self.assert_nowhere(CANARY, log)
        self.assertIn("********", message.body)

    def test_attachments(self):
        """S-6: a text file with a password is kept without it, uploaded for the ticket or linked to an answer"""
        ticket = self.create_ticket(description="<p>It broke.</p>")
        text = f"login: demo\npassword: {CANARY}\n".encode()
        with self.record_log() as log:
            ticket.message_post(body="See file", attachments=[("access.log", text)])
            self.env["ir.attachment"].create(
                {
                    "name": "settings.json",
                    "datas": base64.b64encode(b'{"password": "%s"}' % CANARY.encode()),
                    "res_model": ticket._name,
                    "res_id": ticket.id,
                }
            )
        self.assert_nowhere(CANARY, log)
        files = self.env["ir.attachment"].search([("res_model", "=", ticket._name), ("res_id", "=", ticket.id)])
        self.assertEqual(
            {file.name: file.raw for file in files},
            {"access.log": b"login: demo\npassword: ********\n", "settings.json": b'{"password": "********"}'},
        )

    def test_a_file_that_was_uploaded_before_its_ticket_was_known(self):
        """S-6: a file that comes to a ticket later is masked when it does"""
        ticket = self.create_ticket(description="<p>It broke.</p>")
        file = self.env["ir.attachment"].create({"name": "a.txt", "raw": b"password: %s" % LATE.encode()})
        file.write({"res_model": ticket._name, "res_id": ticket.id})
        self.assertEqual(file.raw, b"password: ********")

    def test_mail_that_raises_a_ticket_and_one_that_answers(self):
        """S-6: a password in a mail is nowhere: subject, text, HTML, file, and what is sent on of it"""
        html = base64.encodebytes(f"<p>Pass<b>word</b>: {CANARY[:4]}<i>{CANARY[4:]}</i></p>".encode()).decode()
        file = base64.encodebytes(f"login=demo password={CANARY} ok\n".encode()).decode()
        values = {"to": self.address, "sender": self.customer.email, "html": html, "file": file, "canary": CANARY}
        with self.record_log() as log:
            ticket_id = self.env["mail.thread"].message_process(
                "helpdesk.ticket",
                HTML_MAIL.format(ident="mask-1", subject=f"Password: {CANARY}", headers="", **values),
                save_original=True,
            )
            ticket = self.env["helpdesk.ticket"].browse(ticket_id)
            first = ticket.message_ids.filtered(lambda message: message.message_type == "email")
            ticket.message_subscribe(self.agent.partner_id.ids)
            self.env["mail.thread"].message_process(
                "helpdesk.ticket",
                HTML_MAIL.format(
                    ident="mask-2",
                    subject=f"Re: password {CANARY}",
                    headers=f"In-Reply-To: {first.message_id}\nReferences: {first.message_id}\n",
                    **values,
                ),
                save_original=True,
            )
        self.assertEqual(ticket.support_provider_id, self.provider)
        self.assertGreaterEqual(len(ticket.message_ids.filtered(lambda message: message.message_type == "email")), 2)
        self.assert_nowhere(CANARY, log)
        self.assert_nowhere(CANARY[4:], log)

    def test_mail_in_quarantine(self):
        """S-6: a mail that could not be processed is kept without its secrets"""

        def fail(*args, **kwargs):
            raise ValueError(f"cannot store password: {CANARY}")

        self.patch(self.env.registry["helpdesk.ticket"], "message_new", fail)
        self.patch(self.env.registry["mail.alias"], "_alias_bounce_incoming_email", lambda *args, **kwargs: None)
        text = MAIL.format(
            to=self.address,
            sender=self.customer.email,
            subject=f"password: {CANARY}",
            ident="mask-3",
            date="Mon, 02 Mar 2026 09:00:00 +0000",
            headers="",
            body=PASSWORD_TEXT,
        )
        with self.record_log() as log:
            self.env["mail.thread"].message_process("helpdesk.ticket", text)
        kept = self.env["support.guard.quarantine"].search([("message_id", "=", "<mask-3@northwind.example>")])
        self.assertIn("********", kept.error)
        self.assertTrue(kept._get_raw())
        self.assert_nowhere(CANARY, log)

    def test_import(self):
        """S-6: a password in an imported ticket is nowhere"""
        with self.record_log() as log:
            result = self.env["helpdesk.ticket"].load(
                ["name", "description", "team_id/.id", "partner_id/.id"],
                [["Broken", f"<p>{PASSWORD_TEXT}</p>", str(self.team.id), str(self.customer.id)]],
            )
        self.assertTrue(result["ids"], result)
        self.assert_nowhere(CANARY, log)

    def test_ticket_that_moves_to_such_a_provider(self):
        """S-6: what was written before a ticket came to such a provider is masked when it comes"""
        self.provider.mask_secrets = False
        ticket = self.create_ticket(description=f"<p>Password: {LATE}</p>")
        ticket.message_post(body=f"Password: {LATE}", attachments=[("a.txt", b"password: %s" % LATE.encode())])
        self.assertTrue(self.find_canary(LATE), "the other provider masks nothing")
        other = self.provider.copy({"name": "Masking", "code": "masking", "mask_secrets": True})
        team = self.team.copy({"name": "Masking desk", "support_provider_id": other.id, "alias_name": False})
        ticket.write({"team_id": team.id, "support_priority_id": False, "support_service_id": False})
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertEqual(ticket.support_provider_id, other)
        self.assertNotIn(LATE, ticket.description)
        self.assertFalse([m for m in ticket.message_ids if LATE in m.body])
        self.assertNotIn(LATE, ticket.message_ids.attachment_ids.raw.decode())
        self.assertFalse(
            [place for place in self.find_canary(LATE) if not place.startswith("file:")],
            "files of the store are removed by Odoo's own cleaning",
        )

    def test_the_customer_is_told_once(self):
        """S-6: the customer who wrote it is told once a ticket, in the outbox; what an agent writes is not told"""
        ticket = self.create_ticket(description="<p>It broke.</p>")
        ticket.with_user(self.agent).message_post(body=PASSWORD_TEXT)
        self.assertFalse(self.intents(ticket))
        for _time in range(2):
            ticket.with_context(support_side="customer").message_post(body=PASSWORD_TEXT, author_id=self.customer.id)
        self.assertEqual(len(self.intents(ticket)), 1)
        self.intents(ticket)._deliver_safely(self.env["support.event"]._now())
        message = self.intents(ticket).message_id
        self.assertIn("unreadable", message.subject)
        self.assertIn("Please never send passwords", message.body)
        self.assertEqual(message.partner_ids, self.customer)
        self.assertEqual(len(self.note(ticket)), 1, "agents are not told every time")

    def test_provider_without_the_switch(self):
        """S-6: a provider that does not want it keeps what was written"""
        self.provider.mask_secrets = False
        ticket = self.create_ticket()
        message = ticket.message_post(body=PASSWORD_TEXT)
        self.assertIn(CANARY, ticket.description)
        self.assertIn(CANARY, message.body)
        self.assertFalse(ticket.support_secrets_masked)
