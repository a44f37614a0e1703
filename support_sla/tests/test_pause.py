from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import SupportCase, utc


@tagged("post_install", "-at_install")
class TestPause(SupportCase):
    """People decide about a ticket's time: pausing by hand (E-3.2), giving no SLA (E-3.5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env["support.pause.reason"].create({"code": "appointment_test", "name": "Appointment agreed"})
        cls.policy.target_ids.filtered(lambda target: target.metric == "resolution").write(
            {"pause_reason_ids": [(4, cls.reason.id)]}
        )

    def wizard(self, action, moment: str, user=None, **vals):
        Wizard = self.at(self.env[action["res_model"]].with_user(user or self.agent), moment)
        return Wizard.with_context(**action["context"]).create(vals)

    def pause(self, ticket, moment: str, **vals):
        """By the button on the form and the wizard it opens."""
        action = ticket.with_user(self.agent).action_support_pause()
        self.wizard(action, moment, reason_id=self.reason.id, **vals).action_pause()

    def test_paused_and_resumed(self):
        """E-3.2: a pause with a reason stops the promises that name it, and no other, until somebody resumes it"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.pause(ticket, "2026-03-02 09:10", note="They come back on Monday")
        self.assertEqual(ticket.support_pause_id, self.reason)
        resolution = self.clock(ticket, "resolution")
        self.assertEqual((resolution.state, resolution.pause_reasons), ("paused", "appointment_test"))
        self.assertEqual(self.clock(ticket, "first_response").state, "running")
        panel = self.at(ticket.with_user(self.agent), "2026-03-02 09:20").support_panel
        self.assertIn("Appointment agreed", panel["pause"])
        self.assertIn("They come back", panel["pause"])
        self.say(ticket, "2026-03-02 09:20")
        self.clock(ticket, "status_update")
        page = self.at(ticket.sudo(), "2026-03-02 09:25")._support_portal_get_page()
        self.assertNotIn("They come back", str(page))
        self.assertIn("Appointment agreed", str([promise["text"] for promise in page["promises"]]))
        self.at(ticket.with_user(self.agent), "2026-03-02 11:10").action_support_resume()
        self.assertFalse(ticket.support_pause_id)
        # two hours later than 14:00
        self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-03-02 16:00"))

    def test_customers_read_the_reason(self):
        """E-3.2, E-9: a ticket on which all stands still says why in the customer's headline"""
        self.policy.target_ids.write({"pause_reason_ids": [(4, self.reason.id)]})
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.pause(ticket, "2026-03-02 09:10")
        page = self.at(ticket.sudo(), "2026-03-02 09:20")._support_portal_get_page()
        self.assertEqual(page["next"]["headline"], "Acme Care is waiting: Appointment agreed")

    def test_goes_on_by_itself(self):
        """E-3.2, E-5.1: a pause until a moment ends at that moment, however late the sweep notices"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.pause(ticket, "2026-03-02 09:10", until="2026-03-02 10:10:00")
        trigger = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("support_sla.ir_cron_sweep").id)], order="call_at desc"
        )
        self.assertIn(utc("2026-03-02 10:10"), trigger.mapped("call_at"))
        panel = self.at(ticket.with_user(self.agent), "2026-03-02 09:20").support_panel
        self.assertRegex(panel["pause"], "The time goes on at .*10:10")
        self.sweep("2026-03-02 10:09")
        self.assertEqual(self.clock(ticket, "resolution").state, "paused")
        self.sweep("2026-03-02 14:30")
        self.assertFalse(ticket.support_pause_id)
        clock = self.clock(ticket, "resolution")
        self.assertEqual((clock.state, clock.deadline), ("running", utc("2026-03-02 15:00")))
        resumed = ticket.support_event_ids.filtered(lambda event: event.kind == "resume")
        self.assertEqual((resumed.moment, resumed.side), (utc("2026-03-02 10:10"), "system"))
        # after three days of downtime all figures are as if there had been none
        late = self.raise_ticket("2026-03-02 09:00")
        self.pause(late, "2026-03-02 09:10", until="2026-03-02 10:10:00")
        self.sweep("2026-03-05 12:00")
        self.assertEqual(self.clock(late, "resolution").breached, utc("2026-03-02 15:00"))

    def test_not_by_these(self):
        """E-3.2, S-7: a reason that follows from the stage, that pauses nothing here, a second pause, a closed ticket,
        an end in the past: each is refused in words"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        action = ticket.with_user(self.agent).action_support_pause()
        self.assertEqual(self.wizard(action, "2026-03-02 09:05", reason_id=self.reason.id).allowed_ids, self.reason)
        for reason, words in (
            (self.env.ref("support_sla.pause_customer"), "follows from the stage"),
            (self.env.ref("support_sla.pause_queue"), "No promise"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.wizard(action, "2026-03-02 09:05", reason_id=reason.id).action_pause()
        with self.assertRaisesRegex(ValidationError, "in the future"):
            self.pause(ticket, "2026-03-02 09:05", until="2026-03-02 09:00:00")
        self.pause(ticket, "2026-03-02 09:10")
        with self.assertRaisesRegex(UserError, "paused already"):
            self.pause(ticket, "2026-03-02 09:11")
        self.at(ticket.with_user(self.agent), "2026-03-02 09:20").action_support_resume()
        self.move(ticket, "2026-03-02 09:30", "resolved")
        with self.assertRaisesRegex(UserError, "no time to pause"):
            self.pause(ticket, "2026-03-02 09:31")

    def test_in_use_by_facts(self):
        """E-3.2, E-3.9: a reason for which a ticket is paused is not deleted"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.pause(ticket, "2026-03-02 09:10")
        with self.assertRaises(UserError):
            self.reason.unlink()

    def test_no_sla(self):
        """E-3.5: a manager takes a promise off a ticket with a reason and gives it back: without deadline meanwhile,
        and late from then on, marked, when its deadline has passed"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        target = ticket.support_version_id.target_ids.filtered(lambda target: target.metric == "first_response")
        action = ticket.with_user(self.manager).action_support_exclude()
        wizard = self.wizard(action, "2026-03-02 09:05", self.manager, target_ids=[(6, 0, target.ids)])
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.action_apply()
        wizard.reason = "Advice only"
        wizard.action_apply()
        clock = self.clock(ticket, "first_response")
        self.assertEqual((clock.hold, clock.deadline), ("excluded", False))
        self.assertTrue(self.clock(ticket, "resolution").deadline)
        self.sweep("2026-03-02 10:00")
        self.assertFalse(clock.breached)
        wizard = self.wizard(action, "2026-03-02 10:10", self.manager)
        self.assertEqual(wizard.excluded, "First response")
        wizard.mode = "include"
        self.assertEqual(wizard.allowed_ids, target)
        wizard.target_ids = target
        wizard.action_apply()
        self.assertEqual((clock.breached, clock.regrade_breach), (utc("2026-03-02 10:10"), True))

    def test_no_sla_is_no_kept_promise(self):
        """E-3.5, E-3.8: what is done while no SLA is given counts neither as kept nor as late"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        target = ticket.support_version_id.target_ids.filtered(lambda target: target.metric == "first_response")
        action = ticket.with_user(self.manager).action_support_exclude()
        self.wizard(
            action, "2026-03-02 09:05", self.manager, target_ids=[(6, 0, target.ids)], reason="x"
        ).action_apply()
        self.say(ticket, "2026-03-02 09:10")
        self.assertEqual(self.clock(ticket, "first_response").outcome, "unpromised")

    def test_who_may_give_no_sla(self):
        """E-3.5, S-1: agents only where the provider lets them, by no way round the button"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        with self.assertRaisesRegex(AccessError, "Only a helpdesk manager"):
            ticket.with_user(self.agent).action_support_exclude()
        values = {
            "ticket_id": ticket.id,
            "target_ids": [(6, 0, ticket.support_version_id.target_ids.ids)],
            "reason": "x",
        }
        with self.assertRaisesRegex(AccessError, "Only a helpdesk manager"):
            self.env["support.exclude.wizard"].with_user(self.agent).create(values).action_apply()
        self.provider.agents_exclude = True
        ticket.with_user(self.agent).action_support_exclude()
        stranger = self._make_user("stranger", "helpdesk_mgmt.group_helpdesk_user_own")
        ticket.user_id = self.boss
        with self.assertRaises(AccessError):
            self.env["support.exclude.wizard"].with_user(stranger).create(values).action_apply()
        for button in ("action_support_pause", "action_support_resume", "action_support_exclude"):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(ticket.with_user(stranger), button)()
        with self.assertRaisesRegex(UserError, "follows from"):
            ticket.with_user(self.manager).support_pause_id = self.reason
