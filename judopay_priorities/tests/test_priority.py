from odoo.exceptions import UserError
from odoo.tests import Form

from .common import JudopayCase, utc


class TestPriority(JudopayCase):
    def test_levels_with_definitions(self):
        """J-5: five levels, each with its definition and an example, stars and a colour of its own"""
        names = [(priority.code, priority.name, priority.stars) for priority in self.provider.priority_ids]
        self.assertEqual(
            names,
            [
                ("PS1", "Critical", "3"),
                ("PS2", "High", "2"),
                ("PS3", "Medium", "1"),
                ("PS4", "Low", "0"),
                ("PS5", "Service request", "0"),
            ],
        )
        for priority in self.provider.priority_ids:
            self.assertTrue(priority.definition and priority.example and priority.portal_visible, priority.code)
        self.assertEqual(len({priority.color for priority in self.provider.priority_ids}), 5)

    def test_stars_follow_the_level(self):
        """J-5: the helpdesk's stars show the level, when it is chosen and when it is changed"""
        ticket = self.raise_ticket("2026-02-10 10:00", "PS1")
        self.assertEqual(ticket.priority, "3")
        self.confirm(ticket, "2026-02-10 10:01", "PS4")
        self.assertEqual(ticket.priority, "0")

    def test_merchant_proposes(self):
        """J-7: what a merchant chooses is proposed, and the clocks run on it until it is confirmed"""
        ticket = self.propose("2026-02-10 10:00", "PS2")
        self.assertEqual(ticket.judopay_priority_state, "proposed")
        self.assertEqual(ticket.judopay_proposed_priority_id, self.priorities["PS2"])
        self.assertFalse(ticket.judopay_confirmed_priority_id)
        self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-02-10 14:00"))

    def test_mail_proposes_the_default(self):
        """J-7: a mail names no priority: PS3 until somebody has talked to the merchant"""
        ticket = self.mail_in("Since noon.")
        self.assertEqual(ticket.support_priority_id, self.priorities["PS3"])
        self.assertEqual(ticket.judopay_priority_state, "proposed")

    def test_agent_decides_when_raising(self):
        """J-7: an agent who raises a ticket has the merchant on the phone: confirmed by the agent"""
        ticket = self.raise_ticket("2026-02-10 10:00", "PS2")
        self.assertEqual(ticket.judopay_priority_state, "confirmed")
        self.assertEqual(ticket.judopay_confirmed_by_id, self.agent)
        self.assertEqual(ticket.judopay_confirmed_at, utc("2026-02-10 10:00"))

    def test_confirm_as_proposed(self):
        """J-7: confirming keeps the clocks and says by whom, when and what was talked about"""
        ticket = self.propose("2026-02-10 10:00", "PS2")
        self.confirm(ticket, "2026-02-10 10:20", "PS2", note="One gateway of two, says the till.")
        self.assertEqual(ticket.judopay_priority_state, "confirmed")
        self.assertEqual(ticket.judopay_confirmed_priority_id, self.priorities["PS2"])
        self.assertEqual(ticket.judopay_confirmed_by_id, self.agent)
        self.assertEqual(ticket.judopay_confirmed_at, utc("2026-02-10 10:20"))
        self.assertEqual(ticket.judopay_confirmation_note, "One gateway of two, says the till.")
        self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-02-10 14:00"))

    def test_confirm_another(self):
        """J-7: another priority regrades the clocks from the start of the ticket; the proposal stays visible"""
        ticket = self.propose("2026-02-10 10:00", "PS1")
        self.confirm(ticket, "2026-02-10 10:05", "PS3")
        self.assertEqual(ticket.support_priority_id, self.priorities["PS3"])
        self.assertEqual(ticket.judopay_proposed_priority_id, self.priorities["PS1"])
        self.assertEqual(self.due(ticket), {"first_response": "2026-02-10 14:00", "resolution": "2026-02-13 10:00"})

    def test_confirm_again_keeps_history(self):
        """J-7: each talk is a fact of its own; none replaces the one before"""
        ticket = self.propose("2026-02-10 10:00", "PS2")
        self.confirm(ticket, "2026-02-10 10:05", "PS3", note="First talk")
        self.confirm(ticket, "2026-02-10 10:25", "PS2", note="Second talk")
        self.confirm(ticket, "2026-02-10 10:45", "PS2", note="Third talk")
        facts = ticket.sudo().support_event_ids.filtered(lambda event: (event.data or {}).get("confirmed"))
        self.assertEqual(
            [(fact.moment, fact.data["note"], fact.user_id) for fact in facts.sorted("id")],
            [
                (utc("2026-02-10 10:05"), "First talk", self.agent),
                (utc("2026-02-10 10:25"), "Second talk", self.agent),
                (utc("2026-02-10 10:45"), "Third talk", self.agent),
            ],
        )
        notes = "".join(ticket.message_ids.mapped("body"))
        for text in ("First talk", "Second talk", "Third talk"):
            self.assertIn(text, notes)

    def test_talk_is_no_answer(self):
        """J-7: the note of the talk is internal: it is neither a first response nor mailed to the merchant"""
        ticket = self.propose("2026-02-10 10:00", "PS2")
        self.confirm(ticket, "2026-02-10 10:05", "PS2", note="Between us")
        self.assertEqual(self.clock(ticket, "first_response").state, "running")
        message = ticket.message_ids.filtered(lambda message: "Between us" in message.body)
        self.assertTrue(message.subtype_id.internal)
        self.assertFalse(message.notified_partner_ids & self.merchant)

    def test_note_is_required(self):
        """J-7: no confirmation without a word on the talk"""
        ticket = self.propose("2026-02-10 10:00", "PS2")
        with self.assertRaisesRegex(UserError, "talked about"):
            self.confirm(ticket, "2026-02-10 10:05", "PS2", note="  \n ")
        self.assertEqual(ticket.judopay_priority_state, "proposed")

    def test_closed_ticket_is_settled(self):
        """J-7: the priority of a closed ticket is not talked about any more"""
        ticket = self.propose("2026-02-10 10:00", "PS2")
        self.move(ticket, "2026-02-10 10:05", "closed")
        with self.assertRaisesRegex(UserError, "closed"):
            self.confirm(ticket, "2026-02-10 10:06", "PS3")

    def test_plain_change_by_staff_counts_as_decision(self):
        """J-7: an agent who changes the level in a list or by RPC has decided, without a note"""
        ticket = self.propose("2026-02-10 10:00", "PS2")
        self.at(ticket.with_user(self.agent), "2026-02-10 10:05").support_priority_id = self.priorities["PS3"]
        self.assertEqual(ticket.judopay_priority_state, "confirmed")
        self.assertEqual(ticket.judopay_confirmed_by_id, self.agent)
        self.assertFalse(ticket.judopay_confirmation_note)

    def test_merchant_cannot_confirm(self):
        """J-7: the wizard is not for merchants, nor is a ticket that an agent may not write"""
        ticket = self.propose("2026-02-10 10:00", "PS2")
        wizards = self.env["judopay.confirm.wizard"].with_user(self.merchant_user)
        with self.assertRaises(UserError):
            wizards.create({"ticket_id": ticket.id, "priority_id": self.priorities["PS1"].id, "note": "Please"})
        own_only = self.make_agent("own-only", "helpdesk_mgmt.group_helpdesk_user_own")
        with self.assertRaises(UserError):
            self.confirm(ticket, "2026-02-10 10:05", "PS1", user=own_only)
        self.assertEqual(ticket.judopay_priority_state, "proposed")

    def test_wizard_shows_what_would_be_promised(self):
        """J-7: before confirming the agent sees the definition and what is promised then"""
        ticket = self.propose("2026-02-10 10:00", "PS2")
        form = Form(self.env["judopay.confirm.wizard"].with_user(self.agent).with_context(default_ticket_id=ticket.id))
        self.assertEqual(form.priority_id, self.priorities["PS2"])
        form.priority_id = self.priorities["PS3"]
        self.assertEqual(form.definition, self.priorities["PS3"].definition)
        self.assertIn("3 working days", form.promises)
        self.assertFalse(form.told_role_id)
        form.priority_id = self.priorities["PS1"]
        self.assertEqual(form.told_role_id.code, "it_operations_manager")

    def test_filter_finds_what_waits_for_confirmation(self):
        """J-7: one filter lists the open tickets whose priority nobody has confirmed"""
        waiting = self.propose("2026-02-10 10:00", "PS2")
        done = self.raise_ticket("2026-02-10 10:00", "PS2")
        view = self.env.ref("judopay_priorities.helpdesk_ticket_view_search")
        self.assertIn("judopay_not_confirmed", view.arch_db)
        domain = [("judopay_priority_state", "=", "proposed"), ("closed", "=", False)]
        found = self.env["helpdesk.ticket"].search(domain)
        self.assertIn(waiting, found)
        self.assertNotIn(done, found)

    def test_tickets_of_others_are_left_alone(self):
        """J-7: a ticket of no provider has neither a proposal nor a confirmation"""
        team = self.env["helpdesk.ticket.team"].create({"name": "Somebody else"})
        ticket = self.env["helpdesk.ticket"].create({"name": "x", "description": "x", "team_id": team.id})
        self.assertFalse(ticket.judopay_ticket)
        self.assertFalse(ticket.judopay_priority_state)
        with self.assertRaises(UserError):
            ticket._judopay_confirm(self.priorities["PS1"], "x")
