import ast

from odoo.exceptions import ValidationError
from odoo.tests.common import tagged

from .common import ANSWERS, BpmsoftCase, utc
from .people_common import PeopleMixin


@tagged("post_install", "-at_install")
class TestAuthorised(PeopleMixin, BpmsoftCase):
    """Requests come from one person of the client; others are held back."""

    def test_mail_of_the_authorised_person(self):
        """B-5, B-7: a mail of the authorised person is a request like any other: clocks run, receipt is confirmed"""
        ticket = self.mail_from("Irtysh Project Office <CRM@irtysh.example>", "2026-03-02 08:00")
        self.assertEqual(ticket.bpmsoft_standing, "authorised")
        self.assertFalse(ticket.bpmsoft_held)
        self.assertTrue(ticket.support_lane_state)
        self.assertIn(
            "acknowledgement", self.env["support.notification"].search([("ticket_id", "=", ticket.id)]).mapped("kind")
        )

    def test_mail_of_a_colleague_is_held(self):
        """B-5: another address of the client: held, no clock, no place in line, no confirmation; the sender is told
        once how to proceed, in their own language"""
        self.env["res.lang"]._activate_lang("ru_RU")
        self.colleague_user.partner_id.lang = "ru_RU"
        ticket = self.mail_from("plant@irtysh.example", "2026-03-02 08:00")
        self.assertEqual((ticket.bpmsoft_standing, ticket.bpmsoft_hold_reason), ("held", "colleague"))
        self.assertEqual(ticket.bpmsoft_raiser_id, self.colleague_user.partner_id)
        self.assertFalse(ticket.support_clock_ids)
        self.assertFalse(ticket.support_lane_state)
        self.assertFalse(ticket.support_form_state, "nobody is asked to complete what is not taken on")
        intents = self.env["support.notification"].search([("ticket_id", "=", ticket.id)])
        self.assertEqual(intents.mapped("code"), ["held"])
        self.assertEqual(intents.partner_id, self.colleague_user.partner_id)
        [message] = self.messages(ticket)
        self.assertIn(self.customer.name, message.body)
        self.assertEqual(message.partner_ids, self.colleague_user.partner_id)
        ticket._support_sync()
        self.assertEqual(len(self.messages(ticket)), 1, "told once")
        self.sweep("2026-03-05 08:00")
        self.assertFalse(ticket.support_escalation_ids)

    def test_unknown_sender(self):
        """B-5: an outsider is held, and is told nothing of who is authorised where"""
        ticket = self.mail_from("Somebody <who@elsewhere.example>", "2026-03-02 08:00")
        self.assertEqual((ticket.bpmsoft_standing, ticket.bpmsoft_hold_reason), ("held", "outsider"))
        self.assertFalse(ticket.support_clock_ids)
        [message] = self.messages(ticket)
        self.assertNotIn(self.customer.name, message.body)
        self.assertIn("do not know this address", message.body)

    def test_machines_are_told_nothing(self):
        """B-5: an automatic mail is held, and not answered"""
        ticket = self.mail_from("plant@irtysh.example", "2026-03-02 08:00", headers="Auto-Submitted: auto-replied\n")
        self.assertEqual(ticket.bpmsoft_standing, "held")
        self.assertFalse(self.env["support.notification"].search([("ticket_id", "=", ticket.id)]))

    def test_nobody_named(self):
        """B-5: while the client has named nobody, its requests are held, and it is told what to do"""
        self.entitlement.contact_ids = False
        ticket = self.mail_from("crm@irtysh.example", "2026-03-02 08:00")
        self.assertEqual((ticket.bpmsoft_standing, ticket.bpmsoft_hold_reason), ("held", "nobody"))
        self.assertIn("has not named one", self.messages(ticket).body)

    def test_two_cannot_be_authorised(self):
        """B-5: one person of a client at a time, on one contract and on several that are in force on the same day"""
        colleague = self.colleague_user.partner_id
        with self.refused("one authorised person at a time", ValidationError):
            self.entitlement.write({"contact_ids": [(4, colleague.id)]})
            self.env.flush_all()
        values = {
            "provider_id": self.provider.id,
            "partner_id": self.irtysh.id,
            "contact_ids": [(6, 0, colleague.ids)],
        }
        with self.refused("one authorised person at a time", ValidationError):
            self.env["support.entitlement"].create({**values, "date_start": "2026-01-01"})
        self.entitlement.date_end = "2026-12-31"
        later = self.env["support.entitlement"].create({**values, "date_start": "2027-01-01"})
        with self.refused("one authorised person at a time", ValidationError):
            later.date_start = "2026-12-31"
        with self.refused("is a company", ValidationError):
            later.contact_ids = self.irtysh

    def test_nobody_works_on_what_is_held(self):
        """B-5: whichever way it is moved, a held request is not worked on; it can be closed"""
        ticket = self.mail_from("plant@irtysh.example", "2026-03-02 08:00")
        with self.refused("decide first", ValidationError):
            self.move(ticket, "2026-03-02 09:00", "in_work")
        with self.refused("decide first", ValidationError):
            ticket.with_user(self.agent).write({"stage_id": self.stages["waiting"].id})
        self.move(ticket, "2026-03-02 09:00", "cancelled")
        self.assertEqual(ticket.support_phase, "cancelled")

    def test_nobody_sets_the_standing(self):
        """B-5: neither an agent nor a manager nor a customer writes who has sent a request, by RPC or import"""
        ticket = self.mail_from("plant@irtysh.example", "2026-03-02 08:00")
        for user in (self.agent, self.manager):
            with self.refused("cannot be entered"):
                ticket.with_user(user).write({"bpmsoft_standing": "authorised"})
        with self.refused("cannot be entered"):
            self.raise_ticket("2026-03-02 08:00", bpmsoft_standing="passed")
        with self.refused("cannot be entered|not allowed"):
            ticket.with_user(self.colleague_user).write({"bpmsoft_standing": "authorised"})

    def test_let_through(self):
        """B-5: let through with a reason; clocks start then, whatever was said before, and it joins the line"""
        ticket = self.mail_from("plant@irtysh.example", "2026-03-02 06:00")
        self.say(ticket, "2026-03-02 06:10", "Who are you?")
        with self.refused("Say why"):
            self.decide(ticket, "2026-03-02 10:00", "pass")
        ticket.with_user(self.agent).write({**ANSWERS, "support_priority_id": self.levels["critical"].id})
        self.decide(ticket, "2026-03-02 10:00", "pass", reason="The plant stands still.")
        self.assertEqual(ticket.bpmsoft_standing, "passed")
        self.assertEqual(
            (ticket.bpmsoft_decided_by_id, ticket.bpmsoft_decision_note), (self.agent, "The plant stands still.")
        )
        clock = self.clock(ticket, "first_response")
        self.assertEqual((clock.start, clock.deadline), (utc("2026-03-02 10:00"), utc("2026-03-02 10:30")))
        self.assertIn("when the request was taken on", str(ticket.with_user(self.agent).support_panel))
        self.assertTrue(ticket.support_lane_state)
        with self.refused("not held back any more"):
            self.decide(ticket, "2026-03-02 10:01", "pass", reason="Again")
        self.say(ticket, "2026-03-02 10:20")
        self.assertEqual(self.clock(ticket, "first_response").verdict, "on_time")

    def test_handed_to_the_authorised_person(self):
        """B-5: the authorised person is asked and confirms it as their own; it counts from then. Nobody else does"""
        ticket = self.mail_from("plant@irtysh.example", "2026-03-02 06:00")
        self.decide(ticket, "2026-03-02 07:00", "hand")
        self.assertEqual((ticket.bpmsoft_standing, ticket.partner_id), ("asked", self.customer))
        self.assertFalse(ticket.support_clock_ids)
        message = self.messages(ticket)[-1:]
        self.assertEqual(message.partner_ids, self.customer)
        self.assertIn("confirms nothing", message.body)
        for user in (self.colleague_user, self.stranger_user, self.agent):
            with self.refused("authorised person"):
                ticket.with_user(user).sudo()._bpmsoft_confirm(user)
        # S-5: an answer by mail confirms nothing, whoever it says that it is from
        self.mail_from(
            "crm@irtysh.example", "2026-03-02 07:30", "Yes, mine.", headers=f"In-Reply-To: {message.message_id}\n"
        )
        self.assertEqual(ticket.bpmsoft_standing, "asked")
        self.at(ticket.with_user(self.customer_user).sudo(), "2026-03-02 08:00")._bpmsoft_confirm(self.customer_user)
        self.assertEqual(ticket.bpmsoft_standing, "confirmed")
        ticket.with_user(self.agent).support_priority_id = self.levels["critical"]
        admitted = ticket.support_event_ids.filtered(lambda event: event.kind == "admitted")
        self.assertEqual(admitted.side, "customer")
        self.assertEqual(self.clock(ticket, "first_response").start, admitted.moment)

    def test_not_theirs(self):
        """B-5: when the authorised person says that it is not theirs, agents decide again, and refuse it"""
        ticket = self.mail_from("who@elsewhere.example", "2026-03-02 06:00")
        with self.refused("Choose the contract"):
            self.decide(ticket, "2026-03-02 07:00", "hand")
        self.decide(ticket, "2026-03-02 07:00", "hand", entitlement_id=self.entitlement.id)
        self.assertEqual(ticket.partner_id, self.customer)
        ticket.with_user(self.customer_user).sudo()._bpmsoft_disown(self.customer_user, "Never seen him.")
        self.assertEqual(ticket.bpmsoft_standing, "held")
        self.assertEqual(ticket.partner_id, ticket.bpmsoft_raiser_id or self.customer, "the sender's again")
        self.assertTrue(self.told(ticket, "bpmsoft_disowned"))
        action = self.decide(ticket, "2026-03-02 09:00", "refuse")
        self.assertEqual(action["context"]["default_ground_id"], self.ref_("ground_not_authorised").id)

    def test_nobody_s_request_is_not_let_through(self):
        """B-5: a reason alone lets nothing through that is of no client with a contract; with its customer it does"""
        ticket = self.mail_from("who@elsewhere.example", "2026-03-02 06:00")
        with self.refused("no client with a contract"):
            self.decide(ticket, "2026-03-02 07:00", "pass", reason="He sounds desperate.")
        self.assertEqual(ticket.bpmsoft_standing, "held")
        ticket.with_user(self.agent).partner_id = self.customer
        self.decide(ticket, "2026-03-02 08:00", "pass", reason="It is their contractor.")
        self.assertEqual((ticket.bpmsoft_standing, ticket.support_entitlement_id), ("passed", self.entitlement))
        self.assertTrue(ticket.support_lane_state)
        self.assertTrue(ticket.support_clock_ids)

    def test_who_has_sent_it_in_words(self):
        """B-5: the window says in a sentence who has sent a held request and why it is held"""
        for sender, words in (
            ("plant@irtysh.example", "somebody else of the client than the authorised person."),
            ("who@elsewhere.example", "whom we know as nobody of a client."),
        ):
            with self.subTest(sender):
                ticket = self.mail_from(sender, "2026-03-02 06:00")
                said = ticket.sudo()._bpmsoft_describe_sender()
                self.assertIn(words, said)
                self.assertIn(sender, said)
                self.assertNotIn("..", said)

    def test_the_page_of_held_requests(self):
        """B-5: the page has what is to be decided, and nothing of other providers"""
        held = self.mail_from("plant@irtysh.example", "2026-03-02 06:00")
        taken = self.mail_from("crm@irtysh.example", "2026-03-02 06:00")
        action = self.env["ir.actions.actions"]._for_xml_id("bpmsoft_care.bpmsoft_held_action")
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        found = Ticket.search(ast.literal_eval(action["domain"]))
        self.assertIn(held, found)
        self.assertNotIn(taken, found)
        self.assertEqual(Ticket.search([("bpmsoft_held", "=", True)]) & (held | taken), held)

    def test_others_on_an_open_request(self):
        """B-5: what a colleague of the client writes on a request is kept as information: it moves no stage, ends no
        clock, and reopens nothing"""
        ticket = self.raise_as_client("2026-03-02 06:00")
        self.move(ticket, "2026-03-02 07:00", "in_work")
        self.say(ticket, "2026-03-02 07:00", "Which version?")
        self.move(ticket, "2026-03-02 07:10", "waiting")
        self.say(ticket, "2026-03-02 07:30", "Seven.", user=self.colleague_user)
        self.assertEqual(ticket.support_phase, "waiting_customer")
        self.assertNotIn("message_in", ticket.support_event_ids.mapped("kind"))
        self.assertTrue(any("kept as information" in (body or "") for body in ticket.message_ids.mapped("body")))
        self.say(ticket, "2026-03-02 08:00", "Eight.", user=self.customer_user)
        self.assertEqual(ticket.support_phase, "open")
        self.move(ticket, "2026-03-02 09:00", "resolved")
        self.say(ticket, "2026-03-02 09:30", "Does not work.", user=self.colleague_user)
        self.assertEqual(ticket.support_phase, "resolved")

    def test_others_after_the_end(self):
        """B-5: a colleague's answer to a closed request becomes a request of its own, held back"""
        ticket = self.raise_as_client("2026-03-02 06:00")
        self.move(ticket, "2026-03-02 07:00", "in_work")
        self.move(ticket, "2026-03-02 07:10", "resolved")
        self.move(ticket, "2026-03-02 07:20", "closed")
        self.say(ticket, "2026-03-02 07:30", "Again!", user=self.colleague_user)
        follow_up = ticket.support_follow_up_ids
        self.assertEqual(follow_up.bpmsoft_standing, "held")
        self.assertEqual(follow_up.partner_id, self.colleague_user.partner_id)
        self.assertEqual(ticket.support_phase, "closed")
        self.say(ticket, "2026-03-02 08:30", "Really?", user=self.customer_user)
        mine = ticket.support_follow_up_ids - follow_up
        self.assertEqual(mine.bpmsoft_standing, "authorised")

    def test_held_is_not_merged(self):
        """B-5: a held request lends its date to no other"""
        held = self.mail_from("plant@irtysh.example", "2026-03-02 06:00")
        ticket = self.raise_as_client("2026-03-02 07:00")
        with self.refused("held back"):
            (held | ticket).with_user(self.agent)._support_merge_into(ticket.with_user(self.agent))
