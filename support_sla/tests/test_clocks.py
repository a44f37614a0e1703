from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SupportCase, utc


@tagged("post_install", "-at_install")
class TestClocks(SupportCase):
    """What agents and customers do, and what the clocks on the ticket make of it."""

    def test_raised_inside_hours(self):
        """E-1.2, E-1.5: clocks stand on a ticket as soon as it is raised, on the provider's hours"""
        ticket = self.raise_ticket("2026-03-02 09:00")  # Monday, London is on UTC
        self.assertEqual(self.clock(ticket, "first_response").deadline, utc("2026-03-02 09:30"))
        # 3 h until noon, a break, 1 h more
        self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-03-02 14:00"))
        self.assertEqual(ticket.support_next_due, utc("2026-03-02 09:30"))
        self.assertEqual(ticket.support_next_metric, "first_response")
        self.assertEqual(ticket.support_sla_state, "running")

    def test_raised_outside_hours(self):
        """E-2.3: a ticket of Friday evening is counted from Monday's opening"""
        ticket = self.raise_ticket("2026-03-06 18:00")
        self.assertEqual(self.clock(ticket, "first_response").deadline, utc("2026-03-09 08:30"))

    def test_due_at_closing_time(self):
        """E-2.3: what ends exactly at closing time is due then, and kept when done in that second"""
        ticket = self.raise_ticket("2026-03-02 11:30")  # 30 minutes before the break
        response = self.clock(ticket, "first_response")
        self.assertEqual(response.deadline, utc("2026-03-02 12:00"))
        self.say(ticket, "2026-03-02 12:00")
        self.assertEqual((response.state, response.verdict), ("done", "on_time"))

    def test_first_response_needs_a_person(self):
        """E-1.2: notes, automatic messages and the system user do not count; a person's answer does"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.at(ticket.with_user(self.agent), "2026-03-02 09:05").message_post(
            body="Looking", subtype_xmlid="mail.mt_note"
        )
        self.at(ticket.with_user(self.agent), "2026-03-02 09:06").message_post(
            body="We got it", message_type="auto_comment", subtype_xmlid="mail.mt_comment"
        )
        self.at(ticket.sudo(), "2026-03-02 09:07").message_post(
            body="I am a robot",
            author_id=self.env.ref("base.partner_root").id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        response = self.clock(ticket, "first_response")
        self.assertEqual(response.state, "running")
        self.say(ticket, "2026-03-02 09:10")
        self.assertEqual((response.state, response.stopped), ("done", utc("2026-03-02 09:10")))

    def test_a_logged_call_is_a_response(self):
        """E-1.2: a logged phone call counts, from the moment it took place"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        wizard = self.at(self.env["support.call.wizard"].with_user(self.agent), "2026-03-02 09:20").create(
            {"ticket_id": ticket.id, "note": "Told them what to do", "moment": utc("2026-03-02 09:12")}
        )
        wizard.action_log()
        self.assertEqual(self.clock(ticket, "first_response").stopped, utc("2026-03-02 09:12"))

    def test_acknowledged(self):
        """E-1.1: the confirmation of receipt stops its clock and is no first response"""
        self.policy.write({"target_ids": [(0, 0, {"metric": "acknowledged", "amount": 5, "unit": "minutes"})]})
        template = self.env["mail.template"].create(
            {
                "name": "Receipt",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "Your reference {{ object.number }}",
                "body_html": "<p>We have <t t-out='object.number'/>.</p>",
            }
        )
        self.provider.acknowledgement_template_id = template
        ticket = self.raise_ticket("2026-03-02 09:00")
        intent = self.env["support.notification"].search([("ticket_id", "=", ticket.id)])
        self.assertEqual((intent.kind, intent.state), ("acknowledgement", "pending"))
        self.at(intent, "2026-03-02 09:01")._deliver()
        message = intent.message_id
        self.assertIn(ticket.number, message.body)
        self.assertEqual(message.notified_partner_ids, self.customer)
        self.assertEqual(self.clock(ticket, "acknowledged").stopped, utc("2026-03-02 09:01"))
        self.assertEqual(self.clock(ticket, "first_response").state, "running")

    def test_next_reply_again_and_again(self):
        """E-1.3: from the oldest unanswered message to the next answer, each round on its own"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.assertFalse(self.clock(ticket, "next_reply"))
        self.say(ticket, "2026-03-02 09:10")
        self.hear(ticket, "2026-03-02 09:20")
        self.hear(ticket, "2026-03-02 09:40")
        self.assertEqual(self.clock(ticket, "next_reply").deadline, utc("2026-03-02 10:20"))
        self.say(ticket, "2026-03-02 10:00")
        self.assertEqual(self.clock(ticket, "next_reply").state, "done")
        self.hear(ticket, "2026-03-02 11:00")
        second = self.clock(ticket, "next_reply")
        self.assertEqual((second.round, second.deadline), (1, utc("2026-03-02 12:00")))

    def test_status_update_until_resolved(self):
        """E-1.4: first response starts it, each answer starts it anew, the solution ends it"""
        ticket = self.raise_ticket("2026-03-02 08:00")
        self.assertFalse(self.clock(ticket, "status_update"))
        self.say(ticket, "2026-03-02 08:10")
        self.assertEqual(self.clock(ticket, "status_update").deadline, utc("2026-03-02 09:10"))
        self.say(ticket, "2026-03-02 08:50")
        self.assertEqual(self.clock(ticket, "status_update").deadline, utc("2026-03-02 09:50"))
        self.move(ticket, "2026-03-02 09:00", "resolved")
        self.assertEqual(self.clock(ticket, "status_update").state, "cancelled")
        self.assertFalse(ticket.support_clock_ids.filtered("breached"))

    def test_customer_answer_is_theirs(self):
        """E-1.7: the clock is on the customer; our reminder does not restart it"""
        self.policy.write({"target_ids": [(0, 0, {"metric": "customer_answer", "amount": 2, "unit": "working_days"})]})
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.move(ticket, "2026-03-02 10:00", "waiting_customer")
        clock = self.clock(ticket, "customer_answer")
        self.assertEqual((clock.side, clock.deadline), ("customer", utc("2026-03-04 10:00")))
        self.say(ticket, "2026-03-03 10:00", body="Have you seen our question?")
        self.assertEqual(clock.deadline, utc("2026-03-04 10:00"))
        self.hear(ticket, "2026-03-03 12:00")
        self.assertEqual((clock.state, clock.verdict), ("done", "on_time"))

    def test_waiting_pauses_what_it_is_said_to_pause(self):
        """E-3.2: waiting for the customer pauses the resolution, not the first response"""
        ticket = self.raise_ticket("2026-03-02 08:00")
        self.move(ticket, "2026-03-02 08:20", "waiting_customer")
        resolution, response = self.clock(ticket, "resolution"), self.clock(ticket, "first_response")
        self.assertEqual((resolution.state, resolution.deadline, resolution.remaining), ("paused", False, 13200))
        self.assertEqual(response.state, "running")
        self.provider.answered_stage_id = self.stages["open"]
        self.hear(ticket, "2026-03-02 09:20")
        self.assertEqual(ticket.stage_id, self.stages["open"])
        # four hours and the paused one, around the break
        self.assertEqual((resolution.state, resolution.deadline), ("running", utc("2026-03-02 14:00")))

    def test_no_breach_while_paused(self):
        """E-3.1: paused time cannot run out"""
        ticket = self.raise_ticket("2026-03-02 08:00")
        self.move(ticket, "2026-03-02 08:30", "waiting_customer")
        self.sweep("2026-03-20 08:00")
        self.assertFalse(self.clock(ticket, "resolution").breached)
        self.assertTrue(self.clock(ticket, "first_response").breached)

    def test_breach_is_the_deadline_however_late_it_is_seen(self):
        """E-3.1: after three days without a sweep the figures are as if there had been none"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.sweep("2026-03-05 12:00")
        resolution = self.clock(ticket, "resolution")
        self.assertEqual(resolution.breached, utc("2026-03-02 14:00"))
        self.assertEqual(ticket.support_sla_state, "breached")
        self.move(ticket, "2026-03-05 12:30", "resolved")
        self.assertEqual((resolution.state, resolution.verdict), ("done", "breached"))
        self.assertEqual(resolution.overrun, self.seconds(hours=3 + 9 + 4 + 2, minutes=30))

    def test_breach_counts_without_any_sweep(self):
        """E-3.1: the agent's late answer shows the breach although nothing was swept"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.say(ticket, "2026-03-02 09:31")
        response = self.clock(ticket, "first_response")
        self.assertEqual((response.breached, response.overrun), (utc("2026-03-02 09:30"), 60))

    def test_met_in_the_last_second(self):
        """E-2.3: a sweep in the very second of the deadline does not call it missed"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.sweep("2026-03-02 09:30:00")
        self.assertFalse(self.clock(ticket, "first_response").breached)
        self.sweep("2026-03-02 09:30:01")
        self.assertTrue(self.clock(ticket, "first_response").breached)

    def test_raising_the_priority_counts_from_the_start(self):
        """E-3.3: the start stays; what is already past the new deadline is breached at regrade, once told"""
        ticket = self.raise_ticket("2026-03-02 08:00", support_priority_id=self.normal.id)
        self.say(ticket, "2026-03-02 08:10")
        self.at(ticket.with_user(self.agent), "2026-03-02 16:00").support_priority_id = self.urgent
        old = ticket.support_clock_ids.filtered(lambda clock: clock.ending == "superseded")
        self.assertEqual(old.mapped("metric"), ["resolution"])
        self.assertFalse(old.breached)
        new = self.clock(ticket, "resolution")
        self.assertEqual(new.start, utc("2026-03-02 08:00"))
        self.assertEqual(new.deadline, utc("2026-03-02 12:00"))
        self.assertTrue(new.regrade_breach)
        self.assertEqual(new.breached, utc("2026-03-02 16:00"))
        self.assertEqual(ticket.priority, "3", "the stock stars follow the provider's priority")
        self.sweep("2026-03-02 16:01")
        self.sweep("2026-03-02 16:02")
        notices = self.env["support.notification"].search(
            [("ticket_id", "=", ticket.id), ("code", "=", "regrade_breach")]
        )
        self.assertEqual(len(notices), 1)

    def test_counting_from_the_change(self):
        """E-3.3: a policy may count from the change instead"""
        self.policy.regrade = "from_change"
        ticket = self.raise_ticket("2026-03-02 08:00", support_priority_id=self.normal.id)
        self.at(ticket.with_user(self.agent), "2026-03-02 13:00").support_priority_id = self.urgent
        new = self.clock(ticket, "resolution")
        self.assertEqual((new.start, new.deadline), (utc("2026-03-02 13:00"), utc("2026-03-02 17:00")))
        self.assertFalse(new.breached)

    def test_regrade_cancels_pending_escalations(self):
        """E-3.3: steps of what no longer applies are not taken"""
        ticket = self.raise_ticket("2026-03-02 08:00")
        self.at(ticket.with_user(self.agent), "2026-03-02 09:00").support_priority_id = self.normal
        self.sweep("2026-03-02 16:00")
        self.assertFalse(ticket.support_escalation_ids)

    def test_reopening_resumes(self):
        """E-3.4: time spent resolved is not counted, the cycle is"""
        ticket = self.raise_ticket("2026-03-02 08:00")
        self.say(ticket, "2026-03-02 08:05")
        self.move(ticket, "2026-03-02 09:00", "resolved")
        resolution = self.clock(ticket, "resolution")
        self.assertEqual((resolution.state, resolution.counted), ("done", 3600))
        self.provider.answered_stage_id = self.stages["open"]
        self.hear(ticket, "2026-03-02 11:00", "It is back")
        self.assertEqual((resolution.state, resolution.cycle), ("running", 1))
        # three of four hours left: one until noon, two after the break
        self.assertEqual(resolution.deadline, utc("2026-03-02 15:00"))

    def test_an_answer_after_closing_makes_a_follow_up(self):
        """E-3.4: a closed ticket stays closed; the follow-up is linked and has clocks of its own"""
        ticket = self.raise_ticket("2026-03-02 08:00")
        self.say(ticket, "2026-03-02 08:05")
        self.move(ticket, "2026-03-02 09:00", "closed")
        self.hear(ticket, "2026-03-04 08:10", "Something else")
        follow_up = ticket.support_follow_up_ids
        self.assertEqual(ticket.stage_id, self.stages["closed"])
        self.assertEqual(follow_up.partner_id, self.customer)
        self.assertIn("Something else", follow_up.description)
        self.assertEqual(self.clock(follow_up, "first_response").start, utc("2026-03-04 08:10"))
        self.provider.closed_reply = "reopen"
        self.provider.answered_stage_id = self.stages["open"]
        self.hear(ticket, "2026-03-04 09:00", "And again")
        self.assertEqual(ticket.stage_id, self.stages["open"])
        self.assertEqual(len(ticket.support_follow_up_ids), 1)

    def test_a_date_by_agreement(self):
        """E-3.5: no deadline until agreed; pauses do not move it, only a new agreement does"""
        self.policy_normal.write(
            {
                "target_ids": [
                    (
                        1,
                        self.policy_normal.target_ids.filtered(lambda t: t.metric == "resolution").id,
                        {"unit": "agreement"},
                    ),
                ]
            }
        )
        ticket = self.raise_ticket("2026-03-02 08:00", support_priority_id=self.normal.id)
        clock = self.clock(ticket, "resolution")
        self.assertEqual((clock.hold, clock.deadline), ("to_agree", False))
        Wizard = self.at(self.env["support.agree.wizard"].with_user(self.agent), "2026-03-02 09:00")
        with self.assertRaisesRegex(UserError, "future"):
            Wizard.create(
                {
                    "ticket_id": ticket.id,
                    "metric": "resolution",
                    "until": utc("2020-01-01 00:00"),
                    "agreed_with": "them",
                }
            )
        wizard = Wizard.with_context(default_ticket_id=ticket.id).create(
            {"metric": "resolution", "until": utc("2126-03-06 12:00"), "agreed_with": "Their buyer, by phone"}
        )
        wizard.action_agree()
        self.assertEqual((clock.hold, clock.deadline), (False, utc("2126-03-06 12:00")))
        self.move(ticket, "2026-03-03 09:00", "waiting_customer")
        self.move(ticket, "2026-03-05 10:00", "open")
        self.assertEqual(clock.deadline, utc("2126-03-06 12:00"))

    def test_excluded_and_back(self):
        """E-3.5: no SLA given while excluded, shown so; back in force when included again"""
        ticket = self.raise_ticket("2026-03-02 08:00")
        self.at(ticket, "2026-03-02 09:00")._support_add_fact("excluded", {"metrics": [], "reason": "not ours"})
        clock = self.clock(ticket, "resolution")
        self.assertEqual((clock.hold, clock.deadline), ("excluded", False))
        self.sweep("2026-03-03 10:00")
        self.assertFalse(clock.breached)
        self.at(ticket, "2026-03-03 10:00")._support_add_fact("included", {"metrics": []})
        self.assertTrue(clock.breached)
        self.assertTrue(clock.regrade_breach, "it was late when it came back, not because anybody was slow")

    def test_policy_versions(self):
        """E-3.6: editing a policy in use makes a version; open tickets keep theirs"""
        ticket = self.raise_ticket("2026-03-02 08:00")
        before = ticket.support_version_id
        target = self.policy.target_ids.filtered(lambda target: target.metric == "resolution")
        self.policy.write({"target_ids": [(1, target.id, {"amount": 2})]})
        self.assertEqual(self.policy.current_version_id.number, 2)
        self.assertEqual(target.amount, 4)
        self.assertEqual(len(self.policy.target_ids), 4)
        ticket.invalidate_recordset()
        self.at(ticket, "2026-03-02 08:10").category_id = self.env["helpdesk.ticket.category"].create({"name": "X"})
        self.assertEqual(ticket.support_version_id, before)
        newer = self.raise_ticket("2026-03-02 09:00")
        self.assertEqual(newer.support_version_id, self.policy.current_version_id)
        self.assertEqual(self.clock(newer, "resolution").deadline, utc("2026-03-02 11:00"))
        with self.assertRaisesRegex(UserError, "Change its promises on the policy"):
            target.amount = 9
        with self.assertRaises(UserError):
            self.policy.unlink()

    def test_computed_stage_change_is_seen(self):
        """E-1.5: a stage that follows the team never passes through write, and is recorded all the same"""
        other_team = self.env["helpdesk.ticket.team"].create(
            {"name": "Second desk", "support_provider_id": self.provider.id}
        )
        self.env["helpdesk.ticket.stage"].create(
            {"name": "Parked there", "support_phase": "on_hold", "team_ids": [(6, 0, other_team.ids)]}
        )
        ticket = self.raise_ticket("2026-03-02 08:00")
        self.at(ticket.with_user(self.manager), "2026-03-02 08:30").team_id = other_team
        phases = [event.data["phase"] for event in ticket.support_event_ids if event.kind == "phase"]
        self.assertEqual(phases, ["new", "on_hold"])

    def test_stage_given_another_phase(self):
        """E-3.2: what a stage means is a setting; tickets in it follow when the transaction ends"""
        ticket = self.raise_ticket("2026-03-02 08:00")
        self.move(ticket, "2026-03-02 08:10", "open")
        ticket.with_context(support_now=utc("2026-03-02 08:30"))._support_sync()
        self.assertEqual(self.clock(ticket, "resolution").state, "running")

    def test_events_and_verdicts_are_final(self):
        """E-3.9: nobody edits or deletes a fact or a verdict, by interface or RPC"""
        ticket = self.raise_ticket("2026-03-02 08:00")
        self.sweep("2026-03-02 17:00")
        for user in (self.manager, self.env.ref("base.user_admin")):
            for records in (ticket.support_event_ids, ticket.support_clock_ids, ticket.support_escalation_ids):
                records = records.with_user(user)
                self.assertTrue(records)
                with self.assertRaises(UserError):
                    records.write({"ticket_id": ticket.id})
                with self.assertRaises(UserError):
                    records.unlink()
                with self.assertRaises(UserError):
                    records.create({"ticket_id": ticket.id})
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            ticket.with_user(self.manager).unlink()

    def test_same_fact_twice(self):
        """E-3.9: the same fact twice is one row"""
        ticket = self.raise_ticket("2026-03-02 08:00")
        for _time in range(2):
            self.at(ticket, "2026-03-02 09:00")._support_add_fact("workaround", key="patch-7")
        self.assertEqual(ticket.support_event_ids.filtered(lambda e: e.kind == "workaround").mapped("side"), ["system"])

    def test_message_before_the_phase_it_causes(self):
        """E-1.2: an answer that closes the ticket in one go is judged before the closing"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        now = self.at(ticket.with_user(self.agent), "2026-03-02 09:10")
        now.stage_id = self.stages["closed"]
        now.message_post(body="Done", message_type="comment", subtype_xmlid="mail.mt_comment")
        self.assertEqual(self.clock(ticket, "first_response").ending, "stopped")

    def test_no_policy_is_visible(self):
        """E-4: a ticket nobody promised anything for says so"""
        self.policy_normal.active = False
        ticket = self.raise_ticket("2026-03-02 09:00", support_priority_id=self.normal.id)
        self.assertEqual(ticket.support_sla_state, "none")
        panel = ticket.with_user(self.agent)._support_get_panel()
        self.assertIn("Acme Care", panel["policy"]["why"])

    def test_most_specific_policy_wins(self):
        """E-4: the policy with more conditions wins, and the explanation names the next best"""
        service = self.env["support.service"].create({"name": "Payments", "provider_id": self.provider.id})
        special = self.policy.copy({"name": "Acme urgent payments", "service_id": service.id, "sequence": 99})
        ticket = self.raise_ticket("2026-03-02 09:00", support_service_id=service.id)
        self.assertEqual(ticket.support_version_id.policy_id, special)
        self.assertEqual(len(special.target_ids), 4)
        why = ticket._support_get_panel()["policy"]["why"]
        self.assertIn("Acme urgent", why)

    def test_entitlement_in_force(self):
        """E-6.1, E-6.2: the entitlement in force when raised is taken, its plan is kept on the ticket"""
        plan = self.env["support.plan"].create({"name": "Gold", "provider_id": self.provider.id, "monthly_hours": 5})
        old, new = self.env["support.entitlement"].create(
            [
                {
                    "provider_id": self.provider.id,
                    "partner_id": self.company_a.id,
                    "date_start": "2025-01-01",
                    "date_end": "2025-12-31",
                },
                {
                    "provider_id": self.provider.id,
                    "partner_id": self.company_a.id,
                    "date_start": "2026-01-01",
                    "plan_id": plan.id,
                    "contact_ids": [(6, 0, self.customer.ids)],
                },
            ]
        )
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.assertEqual((ticket.support_entitlement_id, ticket.support_plan_id), (new, plan))
        self.assertEqual(self.raise_ticket("2025-06-02 09:00").support_entitlement_id, old)
        self.assertFalse(self.raise_ticket("2024-06-03 09:00").support_entitlement_id)
        self.env["support.entitlement.usage"].create({"entitlement_id": new.id, "ticket_id": ticket.id, "hours": 1.5})
        self.assertEqual((new.hours_used, new.hours_left), (1.5, 3.5))
        stranger = self.env["res.partner"].create({"name": "Somebody of Contoso"})
        with self.assertRaisesRegex(UserError, "cannot be authorised"):
            new.contact_ids |= stranger

    def test_without_entitlement(self):
        """E-6.1: without an entitlement the provider warns, asks or refuses"""
        self.provider.entitlement_mode = "warn"
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.assertTrue(ticket.support_no_entitlement)
        self.assertIn("no entitlement", ticket._support_get_panel()["notice"])
        self.provider.entitlement_mode = "ask"
        self.provider.administrator_id = self.boss
        ticket = self.raise_ticket("2026-03-02 09:00")
        intent = self.env["support.notification"].search([("ticket_id", "=", ticket.id)])
        self.assertEqual(intent.partner_id, self.boss.partner_id)
        self.provider.entitlement_mode = "refuse"
        with self.assertRaisesRegex(UserError, "no entitlement"):
            self.raise_ticket("2026-03-02 09:00")

    def test_customer_found_later(self):
        """E-6.1: a mail from an unknown address gets its customer later, and then that one's entitlement"""
        self.provider.entitlement_mode = "warn"
        plan = self.env["support.plan"].create({"name": "Gold", "provider_id": self.provider.id})
        entitlement = self.env["support.entitlement"].create(
            {
                "provider_id": self.provider.id,
                "partner_id": self.company_a.id,
                "date_start": "2026-01-01",
                "plan_id": plan.id,
            }
        )
        gold = self.policy.copy({"name": "Acme urgent, gold", "plan_id": plan.id})
        ticket = self.raise_ticket("2026-03-02 09:00", partner_id=False)
        self.assertTrue(ticket.support_no_entitlement)
        self.at(ticket.with_user(self.agent), "2026-03-02 09:10").partner_id = self.customer
        self.assertEqual(ticket.support_entitlement_id, entitlement)
        self.assertFalse(ticket.support_no_entitlement)
        self.assertEqual(ticket.support_version_id.policy_id, gold)
        self.assertEqual(self.clock(ticket, "resolution").start, utc("2026-03-02 09:00"))

    def test_two_zones_in_the_explanation(self):
        """E-2.7: times are told in the reader's zone with the provider's beside it"""
        ticket = self.raise_ticket("2026-07-06 08:00")  # 09:00 in London, 10:00 in Madrid
        reader = ticket.with_user(self.agent).with_context(tz="Europe/Madrid", lang="en_US")
        resolution = next(clock for clock in reader._support_get_panel()["clocks"] if clock["metric"] == "resolution")
        text = " ".join(resolution["explain"])
        self.assertIn("10:00", text)
        self.assertIn("Europe/London", text)
        self.assertIn("1 break", text)

    def test_calendar_without_hours(self):
        """E-2.6: a calendar without hours is a state that is shown, not a crash"""
        empty = self.env["resource.calendar"].create({"name": "Never", "tz": "UTC", "attendance_ids": [(5, 0, 0)]})
        self.policy.write(
            {
                "target_ids": [
                    (
                        0,
                        0,
                        {
                            "metric": "containment",
                            "amount": 1,
                            "unit": "hours",
                            "basis": "calendar",
                            "calendar_id": empty.id,
                        },
                    )
                ]
            }
        )
        ticket = self.raise_ticket("2026-03-02 09:00")
        clock = self.clock(ticket, "containment")
        self.assertEqual((clock.hold, clock.deadline), ("no_time", False))
        badges = {c["metric"]: c["badge"] for c in ticket._support_get_panel()["clocks"]}
        self.assertEqual(badges["containment"], "no working time")

    @mute_logger("odoo.addons.support_sla.models.support_sweep")
    def test_poison(self):
        """E-5.1: a ticket that fails is set aside and told once; the others go on"""
        good = self.raise_ticket("2026-03-02 09:00")
        bad = self.raise_ticket("2026-03-02 09:00")

        def explode(ticket, step, clock):
            if ticket == bad:
                raise ValueError("poison")
            return True

        self.patch(type(self.env["helpdesk.ticket"]), "_support_allows_step", explode)
        self.sweep("2026-03-02 15:00")
        self.assertTrue(self.clock(good, "resolution").breached)
        trouble = self.env["support.trouble"].search([("ticket_id", "=", bad.id)])
        self.assertIn("poison", trouble.error)
        self.sweep("2026-03-02 17:00")
        self.assertEqual(trouble.count, 2)
        told = self.env["support.notification"].search([("ticket_id", "=", bad.id), ("code", "=", "trouble")])
        self.assertEqual(len(told), 1)
        self.patch(type(self.env["helpdesk.ticket"]), "_support_allows_step", lambda *args: True)
        trouble.with_user(self.manager).with_context(support_now=utc("2026-03-02 17:00")).action_retry()
        self.sweep("2026-03-02 17:30")
        self.assertTrue(trouble.solved)
        self.assertTrue(self.clock(bad, "resolution").breached)

    def test_reminder_to_agree(self):
        """E-3.5: a date that nobody agreed on in time is reminded of, once"""
        resolution = self.policy_normal.target_ids.filtered(lambda target: target.metric == "resolution")
        self.policy_normal.write({"target_ids": [(1, resolution.id, {"unit": "agreement"})]})
        ticket = self.raise_ticket("2026-03-02 08:30", support_priority_id=self.normal.id, user_id=self.agent.id)
        reminders = [("ticket_id", "=", ticket.id), ("code", "=", "to_agree")]
        self.sweep("2026-03-03 09:00")
        self.assertFalse(self.env["support.notification"].search(reminders))
        self.sweep("2026-03-03 10:00")
        self.say(ticket, "2026-03-03 11:00")
        self.sweep("2026-03-03 12:00")
        reminder = self.env["support.notification"].search(reminders)
        self.assertEqual(reminder.partner_id, self.agent.partner_id)
        self.assertIn("Resolution", reminder._get_subject())

    def test_another_provider(self):
        """E-3.3: a ticket that moves to another provider's queue gets that one's priority and policy"""
        other = self.env["support.provider"].create(
            {"name": "Other Care", "code": "other_test", "calendar_id": self.calendar.id, "entitlement_mode": "ignore"}
        )
        low = self.env["support.priority"].create({"provider_id": other.id, "code": "L", "name": "Low", "stars": "0"})
        other.default_priority_id = low
        self.env["support.policy"].create(
            {
                "name": "Other",
                "provider_id": other.id,
                "target_ids": [(0, 0, {"metric": "resolution", "amount": 8, "unit": "hours"})],
            }
        )
        team = self.env["helpdesk.ticket.team"].create({"name": "Other desk", "support_provider_id": other.id})
        self.stages["new"].team_ids |= team
        ticket = self.raise_ticket("2026-03-02 08:00")
        self.at(ticket.with_user(self.manager), "2026-03-02 08:30").team_id = team
        self.assertEqual((ticket.support_provider_id, ticket.support_priority_id), (other, low))
        self.assertEqual(ticket.priority, "0")
        self.assertEqual(ticket.support_version_id.policy_id.provider_id, other)
        running = ticket.support_clock_ids.filtered(lambda clock: clock.state == "running")
        self.assertEqual(running.mapped("metric"), ["resolution"])

    def test_channel_is_deleted(self):
        """E-3.3: the policy of a channel that is deleted is archived with it: it does not come to hold for all
        channels, and what was promised by it stays"""
        channel = self.env["helpdesk.ticket.channel"].create({"name": "Fax"})
        fax = self.policy.copy({"name": "By fax", "channel_id": channel.id})
        fax.target_ids.filtered(lambda target: target.metric == "first_response").amount = 90
        by_fax = self.raise_ticket("2026-03-02 08:00", channel_id=channel.id)
        due = self.clock(by_fax, "first_response").deadline
        self.assertEqual(due, utc("2026-03-02 09:30"))
        channel.with_user(self.manager).unlink()
        self.assertFalse(fax.active)
        ticket = self.raise_ticket("2026-03-02 08:00")
        self.assertEqual(self.clock(ticket, "first_response").deadline, utc("2026-03-02 08:30"))
        self.say(by_fax, "2026-03-02 09:00")
        self.assertEqual(self.clock(by_fax, "first_response").deadline, due)

    def test_begun_and_called_off_in_one_second(self):
        """E-3.2: a ticket that is closed in the second it asked the customer leaves no clock on them"""
        self.policy.write({"target_ids": [(0, 0, {"metric": "customer_answer", "amount": 2, "unit": "working_days"})]})
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.move(ticket, "2026-03-02 10:00", "waiting_customer")
        self.assertTrue(self.clock(ticket, "customer_answer"))
        self.move(ticket, "2026-03-02 10:00", "open")
        self.assertFalse(self.clock(ticket, "customer_answer"))
        self.sweep("2026-03-20 10:00")
        self.assertFalse(ticket.support_clock_ids.filtered(lambda clock: clock.side == "customer"))

    def test_a_call_entered_late(self):
        """E-1.2, E-1.4: a call that is entered late takes its place in the order of what happened"""
        ticket = self.raise_ticket("2026-03-02 08:00")
        self.say(ticket, "2026-03-02 08:40")
        self.assertTrue(self.clock(ticket, "first_response").breached)
        self.at(ticket, "2026-03-02 08:50")._support_add_fact("call", side="staff", moment=utc("2026-03-02 08:10"))
        response = self.clock(ticket, "first_response")
        self.assertEqual(response.stopped, utc("2026-03-02 08:10"))
        self.assertTrue(response.breached, "what was late stays late: nobody can talk a breach away afterwards")
        update = self.clock(ticket, "status_update")
        self.assertEqual((update.round, update.start), (1, utc("2026-03-02 08:40")))
