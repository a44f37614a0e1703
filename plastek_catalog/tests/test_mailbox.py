from uuid import uuid4

from odoo.exceptions import UserError

from .common import PlastekCase


class TestMailbox(PlastekCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()
        cls.mailbox = (
            cls.env["plastek.mailbox"]
            .with_user(cls.manager)
            .create({"partner_id": cls.tandem.id, "alias_name": "tandem-desk"})
        )

    def mail_in(self, sender, to):
        text = (
            f"Message-Id: <{uuid4()}@tandem.example>\nFrom: {sender}\nTo: {to}\nSubject: Points are not added\n"
            "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nSince noon.\n"
        )
        before = self.env["helpdesk.ticket"].search([], order="id desc", limit=1)
        self.at(self.env["mail.thread"], "2026-02-10 09:00").message_process(False, text.encode())
        return self.env["helpdesk.ticket"].search([("id", ">", before.id or 0)])

    def address(self):
        return f"tandem-desk@{self.mailbox.alias_domain_id.name}"

    def test_whoever_writes(self):
        """P-9: what arrives at a customer's mailbox is that customer's, with the writer's own address kept"""
        ticket = self.mail_in("New Colleague <new@tandem.example>", self.address())
        self.assertEqual(ticket.partner_id, self.tandem)
        self.assertIn("new@tandem.example", ticket.partner_email)
        self.assertEqual(ticket.plastek_mailbox_id, self.mailbox)
        self.assertEqual(ticket.support_entitlement_id, self.entitlement)
        self.assertEqual(ticket.support_service_id.code, "incident")

    def test_known_contact(self):
        """P-9: a contact of the customer stays the one who asks"""
        ticket = self.mail_in("shop@tandem.example", self.address())
        self.assertEqual(ticket.partner_id, self.customer)

    def test_queue_can_be_changed(self):
        """P-9: a manager sends a mailbox to another queue"""
        self.mailbox.team_id = self.first_line
        self.assertEqual(self.mail_in("shop@tandem.example", self.address()).team_id, self.first_line)

    def test_address_taken(self):
        """P-9: an address that somebody has already is refused in a sentence, and nothing is half stored"""
        mailboxes = self.env["plastek.mailbox"].with_user(self.manager)
        count = mailboxes.search_count([])
        for name in ("tandem-desk", self.team.alias_name or "plastek-support"):
            with self.subTest(name):
                with self.assertRaisesRegex(UserError, name), self.env.cr.savepoint():
                    mailboxes.create({"partner_id": self.rival.id, "alias_name": name})
                self.assertEqual(mailboxes.search_count([]), count)
