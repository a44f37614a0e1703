from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SupportCase, utc


@tagged("post_install", "-at_install")
class TestEscalation(SupportCase):
    def steps(self, ticket):
        return ticket.support_escalation_ids.sorted("id").mapped("step_id.name")

    def intents(self, ticket, kind=None):
        found = self.env["support.notification"].search([("ticket_id", "=", ticket.id)], order="id")
        return found.filtered(lambda intent: not kind or intent.kind == kind)

    def test_step_by_step(self):
        """E-5.3: steps are taken before, at and after the deadline, each once"""
        ticket = self.raise_ticket("2026-03-02 09:00")  # resolution due 14:00
        self.say(ticket, "2026-03-02 09:05")
        expected = [
            ("2026-03-02 13:50:00", []),
            ("2026-03-02 13:50:01", ["Warn"]),
            ("2026-03-02 14:00:01", ["Warn", "First"]),
            ("2026-03-02 14:30:00", ["Warn", "First"]),
            ("2026-03-02 14:30:01", ["Warn", "First", "Second"]),
            ("2026-03-02 16:00:00", ["Warn", "First", "Second"]),
        ]
        for moment, steps in expected:
            self.sweep(moment)
            self.sweep(moment)
            self.assertEqual(self.steps(ticket), steps, moment)
        self.assertEqual(
            [intent.partner_id for intent in self.intents(ticket, "escalation")],
            [self.agent.partner_id, self.agent.partner_id, self.boss.partner_id],
        )
        self.assertTrue(ticket.support_escalated)

    def test_offsets_on_the_target_calendar(self):
        """E-5.3, E-2.4: half an hour after a deadline at closing time is half an hour after opening"""
        ticket = self.raise_ticket("2026-03-02 12:00")  # due 17:00, closing time
        self.say(ticket, "2026-03-02 13:05")
        self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-03-02 17:00"))
        self.sweep("2026-03-03 09:29")
        self.assertEqual(self.steps(ticket), ["Warn", "First"])
        self.sweep("2026-03-03 09:30:01")
        self.assertEqual(self.steps(ticket), ["Warn", "First", "Second"])

    def test_acknowledging_stops_the_chain(self):
        """E-5.4: who acknowledges takes charge, and the next step is not taken"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.say(ticket, "2026-03-02 09:05")
        self.sweep("2026-03-02 14:00:01")
        self.at(ticket.with_user(self.agent), "2026-03-02 14:10").action_support_acknowledge()
        self.assertEqual(ticket.support_acknowledged_by_id, self.agent)
        self.assertEqual(ticket.support_acknowledged_at, utc("2026-03-02 14:10"))
        self.sweep("2026-03-02 16:00")
        self.assertEqual(self.steps(ticket), ["Warn", "First"])

    def test_by_hand(self):
        """E-5.4: escalating by hand takes the next step at once, with the reason, and not twice on its own"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        Wizard = self.at(self.env["support.escalate.wizard"].with_user(self.agent), "2026-03-02 09:15")
        wizard = Wizard.create({"ticket_id": ticket.id, "reason": "They lose bookings"})
        self.assertEqual(wizard.step_id.name, "Warn")
        wizard.action_escalate()
        row = ticket.support_escalation_ids
        self.assertEqual((row.manual, row.user_id, row.reason), (True, self.agent, "They lose bookings"))
        self.assertEqual(ticket.support_escalated_by_id, self.agent)
        event = ticket.support_event_ids.filtered(lambda event: event.kind == "escalated")
        self.assertEqual((event.side, event.data["reason"]), ("staff", "They lose bookings"))
        # who is told reads who asks and why, and that nothing is late yet
        body = str(row.notification_ids[:1]._render_body())
        self.assertIn(f"{self.agent.name} escalated this ticket.", body)
        self.assertIn("“They lose bookings”", body)
        self.assertNotIn("past its time", body)
        self.move(ticket, "2026-03-02 09:30", "closed")
        with self.assertRaisesRegex(UserError, "reopen it"):
            Wizard.create({"ticket_id": ticket.id, "reason": "again"}).action_escalate()

    def test_empty_role_goes_on(self):
        """E-5.3: an empty role goes to the next step at once and tells the administrator"""
        self.provider.administrator_id = self.manager
        self.first_role.user_ids = False
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.say(ticket, "2026-03-02 09:05")
        self.sweep("2026-03-02 13:50:01")
        self.assertEqual(self.steps(ticket), ["Warn", "First", "Second"])
        self.assertEqual(ticket.support_escalation_ids.sorted("id").mapped("state"), ["empty", "empty", "told"])
        self.assertEqual(self.intents(ticket, "administrator").partner_id, self.manager.partner_id)
        self.sweep("2026-03-02 16:00")
        self.assertEqual(len(ticket.support_escalation_ids), 3)

    def test_digest_after_downtime(self):
        """E-5.2: after downtime a person gets one digest for the ticket, saying how late"""
        self.second_role.user_ids = self.agent
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.sweep("2026-03-05 12:00")
        digest = self.intents(ticket).filtered(lambda intent: intent.partner_id == self.agent.partner_id)
        self.assertEqual(digest.mapped("kind"), ["digest"])
        self.assertEqual(digest.escalation_ids.mapped("step_id.name"), ["Warn", "First", "Second"])
        self.assertGreater(digest.data["late"], 2 * 86400)
        digest._deliver()
        self.assertIn("told together and late", digest.message_id.body)

    def test_stage_priority_and_activity(self):
        """E-5.3: a step may move the stage, set the priority and leave an activity"""
        self.provider.escalated_stage_id = self.stages["on_hold"]
        step = self.chain.step_ids[1]
        step.write({"channel": "activity", "priority_id": self.normal.id})
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.sweep("2026-03-02 14:00:30")
        self.assertEqual(ticket.stage_id, self.stages["on_hold"])
        self.assertEqual(ticket.support_priority_id, self.normal)
        intent = self.intents(ticket).filtered(lambda intent: intent.channel == "activity")
        intent._deliver()
        self.assertEqual(ticket.activity_ids.user_id, self.agent)

    def test_on_call_rota(self):
        """E-5.3: a step may reach whoever is on call at that moment"""
        night = self._make_user("night", "helpdesk_mgmt.group_helpdesk_user")
        self.env["support.role.duty"].create(
            {
                "role_id": self.first_role.id,
                "user_id": night.id,
                "start": utc("2026-03-02 13:00"),
                "stop": utc("2026-03-02 15:00"),
            }
        )
        self.chain.step_ids[1].reach = "on_call"
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.sweep("2026-03-02 14:00:30")
        told = ticket.support_escalation_ids.filtered(lambda row: row.step_id.name == "First").partner_ids
        self.assertEqual(told, night.partner_id)
        with self.assertRaisesRegex(UserError, "already on call"):
            self.env["support.role.duty"].create(
                {
                    "role_id": self.first_role.id,
                    "user_id": self.boss.id,
                    "start": utc("2026-03-02 14:00"),
                    "stop": utc("2026-03-02 16:00"),
                }
            )

    def test_in_working_hours_only(self):
        """E-5.3: a step for working hours waits for the next opening of the provider"""
        target = self.policy.target_ids.filtered(lambda target: target.metric == "resolution")
        target.basis = "always"
        self.chain.step_ids.write({"reach": "working_hours"})
        ticket = self.raise_ticket("2026-03-06 16:00")  # Friday, closed since 15:00; due 20:00
        self.sweep("2026-03-06 21:00")
        self.assertTrue(self.clock(ticket, "resolution").breached)
        self.assertFalse(ticket.support_escalation_ids)
        self.sweep("2026-03-09 08:00:01")
        self.assertEqual(self.steps(ticket), ["Warn", "First", "Second"])

    def test_failed_send_never_undoes_a_breach(self):
        """E-5.2: what cannot be delivered stays in the outbox; the breach stays"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.sweep("2026-03-02 14:00:30")
        intent = self.intents(ticket)[:1]

        def refuse(*args, **kwargs):
            raise ValueError("no route to the mail server")

        self.patch(type(ticket), "message_notify", refuse)
        with self.assertLogs("odoo.addons.support_sla.models.support_notification", "WARNING"):
            intent._deliver_safely(utc("2026-03-02 14:01"))
        self.assertEqual((intent.state, intent.tries), ("pending", 1))
        self.assertIn("no route", intent.error)
        self.assertTrue(self.clock(ticket, "resolution").breached)

    def test_changed_chain_holds_at_once(self):
        """E-5.3: who is told is a matter of today: a changed step holds for tickets that are open"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.say(ticket, "2026-03-02 09:05")
        self.chain.step_ids[2].with_context(support_now=utc("2026-03-02 09:10")).delay = 60
        self.sweep("2026-03-02 14:59")
        self.assertEqual(self.steps(ticket), ["Warn", "First"])
        self.sweep("2026-03-02 15:00:01")
        self.assertEqual(self.steps(ticket), ["Warn", "First", "Second"])

    def test_paused_time_does_not_bring_a_step_nearer(self):
        """E-5.3, E-3.1: after the deadline, time that waits for the customer is passed over as well"""
        self.provider.answered_stage_id = self.stages["open"]
        ticket = self.raise_ticket("2026-03-02 09:00")  # due 14:00
        self.say(ticket, "2026-03-02 09:05")
        self.sweep("2026-03-02 14:10")
        self.move(ticket, "2026-03-02 14:10", "waiting_customer")
        self.hear(ticket, "2026-03-02 15:10")
        self.sweep("2026-03-02 15:30")
        self.assertEqual(self.steps(ticket), ["Warn", "First"])
        self.sweep("2026-03-02 15:30:01")
        self.assertEqual(self.steps(ticket), ["Warn", "First", "Second"])

    def test_archived_chain_is_silent(self):
        """E-5.3: an archived chain takes no steps, for tickets that are open as well"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.say(ticket, "2026-03-02 09:05")
        self.chain.with_context(support_now=utc("2026-03-02 09:10")).active = False
        self.sweep("2026-03-02 16:00")
        self.assertTrue(self.clock(ticket, "resolution").breached)
        self.assertFalse(self.steps(ticket))

    def test_late_by_a_change_warns_nobody(self):
        """E-3.3, E-5.3: what a change made late is escalated from then on; nobody is warned of the past"""
        ticket = self.raise_ticket("2026-03-02 08:00", support_priority_id=self.normal.id)
        self.say(ticket, "2026-03-02 08:05")
        self.at(ticket.with_user(self.agent), "2026-03-02 15:00").support_priority_id = self.urgent
        self.sweep("2026-03-02 15:00:01")
        self.assertEqual(self.steps(ticket), ["First"])
        self.sweep("2026-03-02 15:30:01")
        self.assertEqual(self.steps(ticket), ["First", "Second"])
