import email

from odoo.tests import tagged

from .common import GuardCase

AUTOMATIC = [
    {"Auto-Submitted": "auto-replied"},
    {"Auto-Submitted": "auto-generated; owner-email=x"},
    {"Precedence": "bulk"},
    {"Precedence": "Junk"},
    {"Precedence": "list"},
    {"Precedence": "auto_reply"},
    {"X-Auto-Response-Suppress": "All"},
    {"X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply"},
    {"X-Autoreply": "yes"},
    {"X-Autorespond": "Out of office"},
    {"Return-Path": "<>"},
]
BY_HAND = [
    {},
    {"Auto-Submitted": "no"},
    {"Precedence": "normal"},
    {"X-Auto-Response-Suppress": "DR, RN"},
    {"X-Auto-Response-Suppress": "None"},
    {"Return-Path": "<buyer@alder.example>"},
]


@tagged("post_install", "-at_install")
class TestMailAutomatic(GuardCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.template = cls.env["mail.template"].create(
            {
                "name": "We have it",
                "model_id": cls.env.ref("helpdesk_mgmt.model_helpdesk_ticket").id,
                "subject": "We have received your mail",
                "email_to": "{{ object.partner_email }}",
                "body_html": "<p>Thank you</p>",
            }
        )
        cls.env.flush_all()
        cls.cr.precommit.run()  # what the tickets from before had to send
        cls.stage_open.mail_template_id = cls.template

    def deliver_to_team(self, **parts):
        """The way of an alias: its defaults come with the mail."""
        ticket_id = self.env["mail.thread"].message_process(
            "helpdesk.ticket",
            self.make_mail(**parts),
            custom_values={"team_id": self.team.id},
        )
        self.flush_tracking()
        return self.env["helpdesk.ticket"].browse(ticket_id)

    def flush_tracking(self) -> None:
        self.env.flush_all()
        self.cr.precommit.run()

    def acknowledgements(self) -> int:
        return self.env["mail.mail"].search_count([("subject", "=", "We have received your mail")])

    def test_recognised(self):
        """G-5: automatic mails are recognised by their headers, others are not."""
        thread = self.env["mail.thread"]
        for headers, expected in [(h, True) for h in AUTOMATIC] + [(h, False) for h in BY_HAND]:
            with self.subTest(headers=headers):
                message = email.message_from_string(self.make_mail(headers=headers), policy=email.policy.SMTP)
                self.assertIs(thread._guard_is_automatic(message), expected)

    def test_thirty_automatic_replies(self):
        """G-5: thirty automatic replies of a stranger make one ticket, thirty messages
        and no answer.
        """
        tickets = self.env["helpdesk.ticket"]
        before = self.env["mail.mail"].search_count([])
        for number in range(30):
            tickets |= self.deliver_to_team(
                message_id=f"<{number}@elsewhere.example>",
                email_from="Machine <machine@elsewhere.example>",
                subject=f"Out of office {number}",
                headers={"Auto-Submitted": "auto-replied"},
            )
        self.assertEqual(len(tickets), 1)
        mails = tickets.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertTrue(all(mails.mapped("guard_automatic")))
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_every_header_makes_one_ticket(self):
        """G-5: whatever marks it, the second automatic mail makes no ticket."""
        for index, headers in enumerate(AUTOMATIC):
            with self.subTest(headers=headers):
                found = [
                    self.deliver_to_team(
                        message_id=f"<{index}-{number}@elsewhere.example>",
                        email_from=f"machine-{index}@elsewhere.example",
                        headers=headers,
                    )
                    for number in range(3)
                ]
                self.assertEqual(len(set(found)), 1)
                messages = found[0].message_ids
                self.assertTrue(all(messages.mapped("guard_automatic")))
        self.assertFalse(self.acknowledgements())

    def test_mail_of_a_person(self):
        """G-5: two mails of a person are two tickets, and both are acknowledged."""
        first = self.deliver_to_team()
        second = self.deliver_to_team(message_id="<two@alder.example>")
        self.assertNotEqual(first, second)
        self.assertFalse(first.message_ids.filtered("guard_automatic"))
        self.assertFalse(first.guard_automatic_sender)
        self.assertEqual(self.acknowledgements(), 2)

    def test_notice_after_a_question(self):
        """G-5: the notice that answers our acknowledgement joins the ticket, although it
        refers to nothing.
        """
        ticket = self.deliver_to_team()
        sent = self.acknowledgements()
        notice = self.deliver_to_team(
            message_id="<ooo@alder.example>",
            subject="Automatic reply",
            headers={"X-Auto-Response-Suppress": "All"},
        )
        self.assertEqual(notice, ticket)
        self.assertTrue(ticket.message_ids[0].guard_automatic)
        self.assertEqual(self.acknowledgements(), sent)

    def test_similar_addresses_and_other_teams(self):
        """Still so: a mail joins no ticket of another sender or another team."""
        ticket = self.deliver_to_team(email_from="hanna@elsewhere.example")
        notice = self.deliver_to_team(
            message_id="<2@elsewhere.example>",
            email_from="anna@elsewhere.example",
            headers={"Auto-Submitted": "auto-replied"},
        )
        self.assertNotEqual(notice, ticket)
        other = self.env["helpdesk.ticket.team"].create({"name": "Other team"})
        found = self.env["mail.thread"].message_process(
            "helpdesk.ticket",
            self.make_mail(
                message_id="<3@elsewhere.example>",
                email_from="anna@elsewhere.example",
                headers={"Auto-Submitted": "auto-replied"},
            ),
            custom_values={"team_id": other.id},
        )
        self.assertNotEqual(found, notice.id)

    def test_after_a_while(self):
        """G-5: an open ticket takes the mails for ever, a closed one for a day."""
        headers = {"Auto-Submitted": "auto-generated"}
        sender = "machine@elsewhere.example"
        ticket = self.deliver_to_team(email_from=sender, headers=headers)
        self.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = create_date - interval '25 hours' WHERE id = %s",
            ticket.ids,
        )
        again = self.deliver_to_team(message_id="<2@x.example>", email_from=sender, headers=headers)
        self.assertEqual(again, ticket)
        ticket.stage_id = self.stage_done
        again = self.deliver_to_team(message_id="<3@x.example>", email_from=sender, headers=headers)
        self.assertNotEqual(again, ticket)
        self.assertEqual(ticket.stage_id, self.stage_done)

    def test_allowed_senders(self):
        """Still so: monitoring that the administrator allows makes a ticket for each alarm."""
        self.env["mail.gateway.allowed"].create({"email": "alarm@elsewhere.example"})
        parts = {
            "email_from": "alarm@elsewhere.example",
            "headers": {"Auto-Submitted": "auto-generated"},
        }
        first = self.deliver_to_team(**parts)
        second = self.deliver_to_team(message_id="<2@elsewhere.example>", **parts)
        self.assertNotEqual(first, second)

    def test_loop_guard_counts_new_tickets(self):
        """G-5: Odoo's guard against loops counts the tickets of a sender."""
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", "3")
        for number in range(6):
            self.deliver_to_team(
                message_id=f"<{number}@elsewhere.example>",
                email_from="loop@elsewhere.example",
            )
        found = self.env["helpdesk.ticket"].search_count([("partner_email", "ilike", "loop@elsewhere.example")])
        self.assertEqual(found, 3)

    def test_customers_are_not_told(self):
        """G-5: an automatic mail on a ticket is not passed on to other customers."""
        colleague = self.make_portal_user("alder-two", self.alder)
        ticket = self.alder_ticket
        ticket.message_subscribe((colleague | self.agent).partner_id.ids)
        question = ticket.message_post(body="?", subtype_xmlid="mail.mt_comment")
        parts = {"headers": {"In-Reply-To": question.message_id}}
        self.deliver(message_id="<by-hand@alder.example>", **parts)
        self.assertIn(colleague.partner_id, ticket.message_ids[0].notified_partner_ids)
        parts["headers"]["Auto-Submitted"] = "auto-replied"
        self.deliver(message_id="<auto@alder.example>", **parts)
        self.assertEqual(ticket.message_ids[0].notified_partner_ids, self.agent.partner_id)
        mail = self.env["mail.mail"].search([("mail_message_id", "=", ticket.message_ids[0].id)])
        self.assertTrue(mail)
        self.assertIn("Auto-Submitted", mail.headers)

    def test_no_refusal_of_automatic_mail(self):
        """G-5: an automatic mail gets no bounce, so two machines cannot talk for ever."""
        thread = self.env["mail.thread"]
        before = self.env["mail.mail"].search_count([])
        for headers, count in (({"Auto-Submitted": "auto-replied"}, 0), ({}, 1)):
            message = email.message_from_string(self.make_mail(headers=headers), policy=email.policy.SMTP)
            thread._routing_create_bounce_email("buyer@alder.example", "No", message, auto_delete=False)
            self.assertEqual(self.env["mail.mail"].search_count([]) - before, count)

    def test_mailing_lists(self):
        """G-5: which values of Precedence count is a setting."""
        self.env["ir.config_parameter"].set_param("support_guard.automatic_precedence", "bulk, junk")
        first = self.deliver_to_team(headers={"Precedence": "list"})
        self.assertFalse(first.message_ids.filtered("guard_automatic"))
