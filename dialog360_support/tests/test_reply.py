from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

from .common import Dialog360Case


@tagged("post_install", "-at_install")
class TestReply(Dialog360Case):
    """Answers from another address."""

    def setUp(self):
        super().setUp()
        self.ticket = self.mail_in(
            "It stands still.", "2026-03-02 06:00", f"Alder <{self.customer.email}>", self.address
        )
        self.say(self.ticket, "2026-03-02 06:10")
        self.deliver("2026-03-02 06:11")

    def answer(self, sender, moment="2026-03-02 08:00", headers="", body="Here is what you asked for."):
        sent = self.ticket.message_ids.sorted("id")[-1].message_id
        return self.mail_in(
            body,
            moment,
            sender,
            self.address,
            subject=f"Re: {self.ticket.name}",
            headers=f"In-Reply-To: {sent}\n{headers}",
        )

    def test_another_address_makes_a_new_ticket(self):
        """D-15: an answer of a colleague from another address is a new ticket at the end of the queue; the original
        stays untouched"""
        before = len(self.ticket.message_ids.filtered(lambda message: message.message_type == "email"))
        new = self.answer(f"Sales <{self.colleague_user.email}>")
        self.assertNotEqual(new, self.ticket)
        self.assertEqual(new.dialog360_original_id, self.ticket)
        self.assertEqual(new.team_id, self.team)
        self.assertEqual(new.stage_id, self.stages["new"])
        self.assertEqual(str(new.support_raised), "2026-03-02 08:00:00")
        self.assertEqual(new.partner_id, self.colleague_user.partner_id)
        self.assertEqual(str(self.clock(new, "first_response").deadline), "2026-03-03 08:00:00")
        after = self.ticket.message_ids.filtered(lambda message: message.message_type == "email")
        self.assertEqual(len(after), before)
        self.assertFalse(self.clock(self.ticket, "next_reply"))

    def test_the_sender_is_told_why_once(self):
        """D-15: the confirmation says why; a further mail goes to the same new ticket and is not told again"""
        new = self.answer(f"Sales <{self.colleague_user.email}>")
        self.deliver("2026-03-02 08:01")
        told = self.written_to(new).filtered(lambda message: "another" in message.body)
        self.assertEqual(len(told), 1)
        self.assertIn(self.ticket.number, told.body)
        self.assertIn("end of the queue", told.body)
        self.assertFalse(new.dialog360_double_id, "that it answers says more than that it looks like it")
        self.assertEqual(len(self.written_to(new)), 1, "nobody is asked for what the original is about")
        again = self.answer(f"Sales <{self.colleague_user.email}>", "2026-03-02 09:00", body="And this.")
        self.assertEqual(again, new)
        self.deliver("2026-03-02 09:01")
        self.assertEqual(len(self.written_to(new).filtered(lambda message: "another" in message.body)), 1)
        self.assertFalse(self.written_to(self.ticket).filtered(lambda message: "another" in message.body))

    def test_the_same_address_goes_on(self):
        """D-15: from the address it was opened with, however it is written, and from staff, the ticket goes on"""
        self.assertEqual(self.answer(f'"A. Campaigns" <{self.customer.email.upper()}>'), self.ticket)
        self.assertEqual(self.answer(f"Agent <{self.agent.email}>", "2026-03-02 09:00"), self.ticket)

    def test_the_opening_address_stays_good(self):
        """D-15: when the contact has another address by now, both are taken"""
        self.ticket.partner_email = self.customer.email
        self.customer.email = "campaigns@alder-group.example"
        self.assertEqual(self.answer("Alder <campaigns@alder.example>"), self.ticket)
        self.assertEqual(self.answer("Alder <campaigns@alder-group.example>", "2026-03-02 09:00"), self.ticket)

    def test_a_stranger_reads_nothing(self):
        """D-15: somebody of another company who answers a mail that was passed on gets a ticket of their own, and is
        told nothing that stands in the original; nobody of the first client is told"""
        new = self.answer(f"Shop <{self.stranger_user.email}>", body="Please cancel it.")
        self.assertEqual(new.partner_id, self.stranger_user.partner_id)
        self.assertNotIn(self.customer, new.message_partner_ids | new.message_ids.notified_partner_ids)
        self.deliver("2026-03-02 08:01")
        self.assertNotIn("It stands still", "".join(self.written_to(new).mapped("body")))
        self.assertNotIn(self.stranger_user.partner_id, self.ticket.message_partner_ids)

    def test_machines_make_nothing(self):
        """D-15: an absence note from another address makes no ticket and is answered with nothing"""
        count = self.env["helpdesk.ticket"].search_count([])
        self.answer(f"Sales <{self.colleague_user.email}>", headers="Auto-Submitted: auto-replied\n")
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), count)

    def test_agents_merge_it(self):
        """D-15: agents see the likely original and merge into it with one button"""
        new = self.answer(f"Sales <{self.colleague_user.email}>")
        action = new.with_user(self.agent).action_dialog360_merge_original()
        wizard = self.env["support.merge.wizard"].with_user(self.agent).with_context(**action["context"]).create({})
        self.assertEqual(wizard.survivor_id, self.ticket)
        self.assertFalse(wizard.problem)
        wizard.action_merge()
        self.assertEqual(new.support_merged_into_id, self.ticket)

    def test_a_setting(self):
        """D-15: a desk that takes every answer switches it off"""
        self.provider.dialog360_same_address = False
        self.assertEqual(self.answer(f"Sales <{self.colleague_user.email}>"), self.ticket)

    def test_others_are_left_alone(self):
        """D-15: tickets of nobody in particular take answers from everywhere, as before"""
        team = self.env["helpdesk.ticket.team"].create({"name": "Nobody's queue"})
        ticket = self.raise_by("2026-03-02 06:00", team_id=team.id, partner_id=self.customer.id)
        said = self.say(ticket, "2026-03-02 06:10")
        answered = self.mail_in(
            "And now?",
            "2026-03-02 08:00",
            f"Sales <{self.colleague_user.email}>",
            self.address,
            headers=f"In-Reply-To: {said.message_id}\n",
        )
        self.assertEqual(answered, ticket)


@tagged("post_install", "-at_install")
class TestReplyConcurrency(BaseCase):
    """Two connections that commit, as two server processes have them."""

    def environment(self, cr):
        return api.Environment(cr, SUPERUSER_ID, {})

    def setUp(self):
        super().setUp()
        with db_connect(get_db_name()).cursor() as cr:
            env = self.environment(cr)
            self.ticket_id = (
                env["helpdesk.ticket"]
                .create(
                    {
                        "name": "Templates are not delivered",
                        "description": "<p>Since noon.</p>",
                        "team_id": env.ref("dialog360_support.team_support").id,
                        "partner_email": "campaigns@alder.example",
                    }
                )
                .id
            )
        self.addCleanup(self.clean_up)

    def clean_up(self):
        with db_connect(get_db_name()).cursor() as cr:
            # as an administrator of the database could: what was promised is never deleted otherwise
            cr.execute("DELETE FROM support_notification WHERE ticket_id = %s", (self.ticket_id,))
            cr.execute("DELETE FROM helpdesk_ticket WHERE id = %s", (self.ticket_id,))

    def route(self, cr):
        ticket = self.environment(cr)["helpdesk.ticket"].browse(self.ticket_id)
        return ticket._support_route_reply({"email_from": "Sales <sales@alder.example>"})

    @mute_logger("odoo.sql_db")
    def test_two_at_once(self):
        """D-15: of two mails from another address at once one makes the ticket, the other is delivered once more"""
        with db_connect(get_db_name()).cursor() as first, db_connect(get_db_name()).cursor() as second:
            second.execute("SELECT count(*) FROM mail_message")  # takes the snapshot
            self.assertEqual(self.route(first)[0], 0, "a new ticket")
            first.commit()
            with self.assertRaises(SerializationFailure):
                self.route(second)
