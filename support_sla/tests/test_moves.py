from odoo.tests import tagged

from .common import SupportCase, utc


@tagged("post_install", "-at_install")
class TestMoves(SupportCase):
    """Tickets that change company, team or customer, are copied, archived and restored (F-13)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_b = cls.env["res.company"].create({"name": "Acme Abroad"})
        cls.provider_b = cls.env["support.provider"].create(
            {"name": "Beta Care", "code": "beta_test", "calendar_id": cls.calendar.id, "entitlement_mode": "ignore"}
        )
        cls.team_b = cls.team.copy(
            {"name": "Beta Desk", "support_provider_id": cls.provider_b.id, "alias_name": "beta-desk-test"}
        )
        for stage in cls.stages.values():
            stage.team_ids |= cls.team_b
        cls.env["support.policy"].create(
            {
                "name": "Beta all",
                "provider_id": cls.provider_b.id,
                "target_ids": [(0, 0, {"metric": "resolution", "amount": 2, "unit": "hours"})],
            }
        )

    def test_other_team_of_the_provider(self):
        """F-13, E-3.3: in another queue of the same provider the promises go on"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        sister = self.team.copy({"name": "Acme Second Desk", "alias_name": "acme-second-test"})
        self.stages["new"].team_ids |= sister
        before = {(clock.metric, clock.deadline) for clock in ticket.support_clock_ids}
        self.at(ticket.with_user(self.manager), "2026-03-02 09:10").team_id = sister
        self.assertEqual({(clock.metric, clock.deadline) for clock in ticket.support_clock_ids}, before)

    def test_team_of_another_provider(self):
        """F-13, E-3.3: in a queue of another provider its promises apply, from the start; the old ones are superseded
        and nobody is told of them any more; back again they begin anew and the first verdict stays"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.at(ticket.with_user(self.manager), "2026-03-02 09:10").team_id = self.team_b
        self.assertEqual(ticket.support_provider_id, self.provider_b)
        self.assertFalse(ticket.support_priority_id)
        old = ticket.support_clock_ids.filtered(lambda clock: clock.provider_id == self.provider)
        self.assertEqual(set(old.mapped("outcome")), {"superseded"})
        self.assertFalse(any(old.mapped("sweep_at")))
        new = ticket.support_clock_ids - old
        self.assertEqual((new.start, new.deadline), (utc("2026-03-02 09:00"), utc("2026-03-02 11:00")))
        self.sweep("2026-03-02 14:30")
        self.assertFalse(ticket.support_escalation_ids, "the first provider's chain guards nothing any more")
        self.assertEqual(new.breached, utc("2026-03-02 11:00"))
        self.at(ticket.with_user(self.manager), "2026-03-02 14:40").write(
            {"team_id": self.team.id, "support_priority_id": self.urgent.id}
        )
        self.assertEqual(new.outcome, "late")
        again = ticket.support_clock_ids.filtered(
            lambda clock: clock.state == "running" and clock.metric == "resolution"
        )
        self.assertEqual((again.provider_id, again.regrade_breach), (self.provider, True))

    def test_team_without_provider(self):
        """F-13: in a queue of no provider nothing is promised, nothing falls due, and what happened stays"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        plain = self.team.copy({"name": "Plain Desk", "support_provider_id": False, "alias_name": "plain-test"})
        self.stages["new"].team_ids |= plain
        self.at(ticket.with_user(self.manager), "2026-03-02 09:10").team_id = plain
        self.assertEqual(set(ticket.support_clock_ids.mapped("outcome")), {"superseded"})
        self.assertFalse(ticket.support_next_due)
        self.sweep("2026-03-05 09:00")
        self.assertFalse(ticket.support_breached)
        self.assertIn("raised", ticket.support_event_ids.mapped("kind"))

    def test_another_company(self):
        """F-13: agents of the other company see ticket, facts and clocks, those of the first no longer; nobody without
        access to a ticket's company is told of it"""
        for user in (self.agent, self.boss):
            user.write({"company_id": self.env.company.id, "company_ids": [(6, 0, self.env.company.ids)]})
        ticket = self.raise_ticket("2026-03-02 09:00", user_id=self.agent.id)
        self.team.company_id = False
        self.at(ticket, "2026-03-02 09:05").company_id = self.company_b
        Clock = self.env["support.clock"]
        mine = [("ticket_id", "=", ticket.id)]
        self.assertFalse(Clock.with_user(self.agent).search(mine))
        self.assertFalse(self.env["support.event"].with_user(self.agent).search(mine))
        self.assertFalse(self.env["support.exclusion"].with_user(self.agent).search(mine))
        abroad = self._make_user("abroad", "helpdesk_mgmt.group_helpdesk_user")
        abroad.write({"company_ids": [(6, 0, self.company_b.ids)], "company_id": self.company_b.id})
        self.assertTrue(Clock.with_user(abroad).with_company(self.company_b).search(mine))
        self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-03-02 14:00"), "the promise goes on")
        self.second_role.user_ids |= abroad
        self.sweep("2026-03-02 14:31")
        told = self.env["support.notification"].search([*mine, ("kind", "in", ("escalation", "digest"))]).partner_id
        self.assertEqual(told, abroad.partner_id)
        empty = ticket.support_escalation_ids.filtered(lambda row: row.role_id == self.first_role)
        self.assertEqual(set(empty.mapped("state")), {"empty"}, "a role that nobody may fill is seen to be empty")

    def test_another_customer(self):
        """F-13, E-6.1: with another customer it takes that customer's entitlement and the promises bought with it; the
        former customer hears no more of it"""
        plan = self.env["support.plan"].create({"provider_id": self.provider.id, "code": "GOLD", "name": "Gold"})
        other = self.env["res.partner"].create(
            {"name": "Southwind", "is_company": True, "email": "desk@southwind.example"}
        )
        self.env["support.entitlement"].create(
            {
                "name": "Gold Southwind",
                "provider_id": self.provider.id,
                "partner_id": other.id,
                "plan_id": plan.id,
                "date_start": "2026-01-01",
            }
        )
        gold = self.policy.copy({"name": "Acme gold", "plan_id": plan.id})
        gold.target_ids.filtered(lambda target: target.metric == "resolution").amount = 1
        ticket = self.raise_ticket("2026-03-02 09:00")
        ticket.message_subscribe(self.customer.ids)
        self.assertFalse(ticket.support_plan_id)
        self.at(ticket.with_user(self.agent), "2026-03-02 09:10").partner_id = other
        self.assertEqual(ticket.support_plan_id, plan)
        self.assertEqual(ticket.support_version_id.policy_id, gold)
        self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-03-02 10:00"))
        self.assertNotIn(self.customer, ticket.message_partner_ids)

    def test_copied(self):
        """F-13: a copy is a new ticket: no fact, verdict, escalation, merge, pause or exclusion comes along"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.say(ticket, "2026-03-02 09:50")
        self.sweep("2026-03-02 14:31")
        self.assertTrue(ticket.support_escalated and ticket.support_breached)
        other = self.raise_ticket("2026-03-02 09:00")
        self.env["helpdesk.ticket"].browse(other.id)._support_merge_into(ticket)
        for original in (ticket, other):
            copy = self.at(original, "2026-03-03 10:00").copy()
            self.assertEqual(copy.support_raised, utc("2026-03-03 10:00"))
            self.assertEqual(set(copy.support_clock_ids.mapped("outcome")), {"open"})
            self.assertEqual(min(copy.support_event_ids.mapped("moment")), utc("2026-03-03 10:00"))
            self.assertFalse(copy.support_escalated or copy.support_breached or copy.support_escalation_ids)
            self.assertFalse(copy.support_merged_into_id or copy.support_merged_ids or copy.support_pause_id)
            self.assertNotEqual(copy.number, original.number)

    def test_archived_and_restored(self):
        """F-13: an archived ticket tells nobody; restored it is late as it was, at its own moment, and its steps are
        taken once"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.at(ticket.with_user(self.manager), "2026-03-02 09:10").active = False
        self.assertFalse(any(ticket.support_clock_ids.mapped("sweep_at")))
        self.sweep("2026-03-02 15:00")
        self.assertFalse(ticket.support_escalation_ids)
        self.at(ticket.with_user(self.manager), "2026-03-02 15:10").active = True
        self.sweep("2026-03-02 15:11")
        self.assertEqual(self.clock(ticket, "resolution").breached, utc("2026-03-02 14:00"))
        steps = ticket.support_escalation_ids.mapped("step_id.name")
        self.assertEqual(sorted(steps), sorted(set(steps)))
        self.sweep("2026-03-02 15:20")
        self.assertEqual(len(ticket.support_escalation_ids), len(steps))

    def test_archived_while_paused(self):
        """F-13, E-3.2: a pause that ends while its ticket is archived ends at its moment"""
        reason = self.env["support.pause.reason"].create({"code": "appointment_test", "name": "Appointment"})
        self.policy.target_ids.write({"pause_reason_ids": [(4, reason.id)]})
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.at(ticket.with_user(self.agent), "2026-03-02 09:10")._support_pause(reason, "", utc("2026-03-02 10:10"))
        self.at(ticket.with_user(self.manager), "2026-03-02 09:20").active = False
        self.sweep("2026-03-02 12:00")
        self.at(ticket.with_user(self.manager), "2026-03-02 12:10").active = True
        self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-03-02 15:00"))
