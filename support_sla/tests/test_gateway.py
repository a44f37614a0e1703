from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SupportCase, utc

MAIL = """\
Return-Path: <{sender}>
To: {to}
From: {sender}
Subject: {subject}
Message-ID: <{ident}@northwind.example>
Date: {date}
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"
{headers}
{body}
"""


@tagged("post_install", "-at_install")
class TestGateway(SupportCase):
    """Mails as they come in through the gateway, and what they do to the clocks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].sudo().set_param("mail.catchall.domain", "acme.example")
        domain = cls.env["mail.alias.domain"].search([("name", "=", "acme.example")]) or cls.env[
            "mail.alias.domain"
        ].create({"name": "acme.example", "bounce_alias": "bounce-test", "catchall_alias": "catchall-test"})
        cls.team.alias_domain_id = domain
        cls.address = f"{cls.team.alias_name}@{domain.name}"
        cls.count = 0

    def mail(self, moment: str, body="Help", sender=None, headers="", subject="Broken", date=None, reply_to=None):
        type(self).count += 1
        if reply_to:
            headers = f"In-Reply-To: {reply_to}\nReferences: {reply_to}\n{headers}"
        text = MAIL.format(
            to=self.address,
            sender=sender or self.customer.email,
            subject=subject,
            ident=f"support-test-{self.count}",
            date=date or "Mon, 02 Mar 2026 09:00:00 +0000",
            headers=headers,
            body=body,
        )
        ticket_id = self.at(self.env["mail.thread"], moment).message_process("helpdesk.ticket", text)
        return self.env["helpdesk.ticket"].browse(ticket_id)

    def test_mail_raises_a_ticket(self):
        """E-1.2: a mail raises a ticket with the default priority; its own text is no answer to anything"""
        ticket = self.mail("2026-03-02 09:00")
        self.assertEqual(ticket.support_provider_id, self.provider)
        self.assertEqual(ticket.support_priority_id, self.normal)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertFalse(ticket.user_id, "a mail is assigned to nobody, not to the system user")
        self.assertEqual(self.clock(ticket, "first_response").start, utc("2026-03-02 09:00"))
        raised = ticket.support_event_ids.filtered(lambda event: event.kind == "raised")
        self.assertEqual(raised.side, "customer")

    def test_answers_by_mail(self):
        """E-1.2, E-1.3: the agent's mail is a response, the customer's reply asks for the next"""
        self.policy_normal.write({"target_ids": [(0, 0, {"metric": "next_reply", "amount": 1, "unit": "hours"})]})
        ticket = self.mail("2026-03-02 09:00")
        first = ticket.message_ids.filtered(lambda message: message.message_type == "email")
        self.mail("2026-03-02 09:30", sender=self.agent.email, reply_to=first.message_id, subject="Re: Broken")
        self.assertEqual(self.clock(ticket, "first_response").stopped, utc("2026-03-02 09:30"))
        self.mail("2026-03-02 10:00", reply_to=first.message_id, subject="Re: Broken")
        self.assertEqual(self.clock(ticket, "next_reply").deadline, utc("2026-03-02 11:00"))

    def test_out_of_office_moves_nothing(self):
        """E-1.2, E-1.3: an automatic mail of either side moves no clock and no stage"""
        self.provider.answered_stage_id = self.stages["open"]
        ticket = self.mail("2026-03-02 09:00")
        first = ticket.message_ids.filtered(lambda message: message.message_type == "email")
        self.move(ticket, "2026-03-02 09:10", "waiting_customer")
        for sender in (self.customer.email, self.agent.email):
            self.mail(
                "2026-03-02 09:20",
                sender=sender,
                reply_to=first.message_id,
                headers="Auto-Submitted: auto-replied\n",
                subject="Out of office",
            )
        self.assertEqual(ticket.stage_id, self.stages["waiting_customer"])
        self.assertEqual(self.clock(ticket, "first_response").state, "running")
        kinds = ticket.support_event_ids.mapped("kind")
        self.assertEqual((kinds.count("message_in"), kinds.count("message_out")), (1, 0))

    def test_the_date_header_is_nothing(self):
        """E-2.4: clocks use the server's time, whatever the Date header says"""
        for date in ("Thu, 01 Jan 1970 00:00:00 +0000", "Fri, 01 Jan 2100 00:00:00 +0000", "yesterday"):
            ticket = self.mail("2026-03-02 09:00", date=date, subject=f"Dated {date}")
            self.assertEqual(self.clock(ticket, "resolution").start, utc("2026-03-02 09:00"), date)

    def test_refused_customer_by_mail_is_kept(self):
        """E-6.1: a mail of a customer without entitlement is not lost where tickets are refused: it is
        kept without clocks"""
        self.provider.entitlement_mode = "refuse"
        ticket = self.mail("2026-03-02 09:00")
        self.assertTrue(ticket.support_no_entitlement)
        self.assertFalse(ticket.support_clock_ids)

    def test_asked_about_by_mail(self):
        """E-6.1: a mail of a customer without entitlement is measured where the administrator is only asked or the
        agent warned, and the administrator is asked once"""
        self.provider.write({"entitlement_mode": "ask", "administrator_id": self.boss.id})
        ticket = self.mail("2026-03-02 09:00")
        self.assertTrue(ticket.support_no_entitlement)
        self.assertTrue(ticket.support_clock_ids)
        asked = self.env["support.notification"].search([("ticket_id", "=", ticket.id)])
        self.assertEqual((asked.code, asked.partner_id), ("no_entitlement", self.boss.partner_id))
        self.provider.entitlement_mode = "warn"
        ticket = self.mail("2026-03-02 09:10", subject="Also broken")
        self.assertTrue(ticket.support_no_entitlement)
        self.assertFalse(self.env["support.notification"].search([("ticket_id", "=", ticket.id)]))

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_rebuilding_equals_living(self):
        """E-3.1: clocks rebuilt from the events are the clocks that were lived through"""
        ticket = self.mail("2026-03-02 09:00")
        self.say(ticket, "2026-03-02 10:00")
        self.move(ticket, "2026-03-02 10:30", "waiting_customer")
        self.hear(ticket, "2026-03-03 11:00")
        self.at(ticket, "2026-03-03 11:30").support_priority_id = self.urgent
        self.sweep("2026-03-04 09:00")
        self.move(ticket, "2026-03-04 10:00", "resolved")
        self.sweep("2026-03-05 09:00")
        columns = [
            "target_id",
            "grade",
            "round",
            "cycle",
            "start",
            "deadline",
            "stopped",
            "state",
            "ending",
            "breached",
            "regrade_breach",
            "counted",
            "overrun",
        ]
        lived = ticket.support_clock_ids.sorted("id").read(columns)
        self.assertTrue(ticket.support_clock_ids.filtered("breached"))
        self.env.cr.execute(
            "UPDATE support_clock SET deadline = NULL, counted = 0, state = 'running', stopped = NULL, breached = NULL "
            "WHERE ticket_id = %s",
            (ticket.id,),
        )
        self.env.invalidate_all()
        events = {ticket.id: ticket._support_get_events()}
        ticket._support_rebuild(events, utc("2026-03-05 09:00"))
        self.assertEqual(ticket.support_clock_ids.sorted("id").read(columns), lived)
