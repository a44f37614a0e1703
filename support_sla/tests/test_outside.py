from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SupportCase, utc


@tagged("post_install", "-at_install")
class TestOutside(SupportCase):
    """Tickets outside of the support. Monday is open 08–12 and 13–17 in London, which is on UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Reason = cls.env["support.outside.reason"]
        cls.network = Reason.create(
            {
                "provider_id": cls.provider.id,
                "code": "network",
                "name": "The customer's own network",
                "badge": "Advice only",
                "customer_text": "Your own network is not ours to mend; we advise you.",
            }
        )
        cls.vendor = Reason.create(
            {
                "provider_id": cls.provider.id,
                "code": "vendor",
                "name": "Caused by a third party",
                "customer_text": "A third party causes this.",
                "scope": "chosen",
                "metric_ids": [(0, 0, {"metric": "resolution"})],
                "agents_may": False,
            }
        )
        cls.policy.write({"target_ids": [(0, 0, {"metric": "silence", "amount": 90, "unit": "minutes"})]})

    def wizard(self, ticket, moment, back=False, user=None, **values):
        ticket = self.at(ticket.with_user(user or self.agent), moment)
        action = ticket.action_support_inside() if back else ticket.action_support_outside()
        return ticket.env[action["res_model"]].with_context(**action["context"]).create(values)

    def put(self, ticket, moment, reason=None, user=None, **values):
        self.wizard(ticket, moment, user=user, reason_id=(reason or self.network).id, **values).action_apply()

    def back(self, ticket, moment, user=None):
        self.wizard(ticket, moment, back=True, user=user).action_apply()

    def test_nothing_is_promised(self):
        """E-3.5: what is promised to the customer loses its deadline, nobody is escalated to, advice goes on; our own
        alarm stays"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        wizard = self.wizard(ticket, "2026-03-02 09:10", reason_id=self.network.id, note="Saw their router")
        self.assertIn("Resolution", wizard.effect)
        self.assertNotIn("Silence", wizard.effect)
        wizard.action_apply()
        for metric in ("first_response", "resolution"):
            clock = self.clock(ticket, metric)
            self.assertEqual((clock.hold, clock.deadline, clock.sweep_at), ("excluded", False, False))
        self.assertEqual(self.clock(ticket, "silence").hold, False)
        self.assertEqual(ticket.support_sla_state, "none")
        escalation = ticket.support_panel["escalation"]
        self.assertEqual((escalation["steps"], escalation["quiet"]), ([], True))
        self.assertEqual(ticket.support_outside_badge, "Advice only")
        self.assertEqual(ticket.support_outside_by_id, self.agent)
        self.assertEqual(ticket.support_outside_at, utc("2026-03-02 09:10"))
        self.sweep("2026-03-02 16:00")
        self.assertFalse(self.clock(ticket, "resolution").breached)
        self.assertFalse(ticket.support_escalation_ids.filtered(lambda row: row.clock_id.metric == "resolution"))
        self.say(ticket, "2026-03-02 16:10", body="Try another cable")
        self.assertEqual(self.clock(ticket, "status_update").hold, "excluded", "begun since: outside as well")
        self.assertIn(ticket, ticket.search([("support_outside_id", "!=", False)]))

    def test_holds_after_a_regrade(self):
        """E-3.3, E-3.5: a change of priority brings other promises, and none of them holds either"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.put(ticket, "2026-03-02 09:10")
        self.at(ticket.with_user(self.agent), "2026-03-02 09:20").support_priority_id = self.normal
        self.assertEqual(self.clock(ticket, "resolution").hold, "excluded")
        self.sweep("2026-03-16 16:00")
        self.assertFalse(ticket.support_breached)

    def test_back(self):
        """E-3.5: taken back the promises apply again from that moment: one still ahead has its old deadline, one whose
        time has passed is late at once and marked so, as the wizard says beforehand"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.put(ticket, "2026-03-02 09:10")
        wizard = self.wizard(ticket, "2026-03-02 10:00", back=True)
        self.assertEqual(wizard.late, "First response")
        wizard.action_apply()
        first, resolution = self.clock(ticket, "first_response"), self.clock(ticket, "resolution")
        self.assertEqual((first.breached, first.regrade_breach), (utc("2026-03-02 10:00"), True))
        self.assertEqual((resolution.hold, resolution.deadline), (False, utc("2026-03-02 14:00")))
        self.assertFalse(ticket.support_outside_id)
        self.assertFalse(ticket.support_outside_badge)
        self.sweep("2026-03-02 14:01")
        self.assertEqual(resolution.breached, utc("2026-03-02 14:00"))

    def test_breach_before_stays(self):
        """E-3.1: what was missed before stays missed"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.sweep("2026-03-02 09:31")
        self.put(ticket, "2026-03-02 09:40")
        self.assertEqual(self.clock(ticket, "first_response").breached, utc("2026-03-02 09:30"))
        self.assertEqual(self.clock(ticket, "first_response").outcome, "late")

    def test_chosen_promises(self):
        """E-3.5: a reason may take only some promises off; changing the reason changes what holds"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.put(ticket, "2026-03-02 09:10", self.vendor, self.manager)
        self.assertEqual(self.clock(ticket, "resolution").hold, "excluded")
        self.assertEqual(self.clock(ticket, "first_response").deadline, utc("2026-03-02 09:30"))
        self.put(ticket, "2026-03-02 09:20", self.network, self.manager)
        self.assertEqual(self.clock(ticket, "first_response").hold, "excluded")
        self.back(ticket, "2026-03-02 09:25")
        self.assertEqual(self.clock(ticket, "first_response").deadline, utc("2026-03-02 09:30"))
        self.assertEqual(self.clock(ticket, "resolution").hold, False)

    def test_taken_off_one_by_one_stays_off(self):
        """E-3.5: a promise that a manager took off by itself stays off when the ticket comes back, and the other way
        round"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        manager = self.at(ticket.with_user(self.manager), "2026-03-02 09:05")
        target = self.clock(ticket, "resolution").target_id
        exclude = manager.env["support.exclude.wizard"].create(
            {"ticket_id": ticket.id, "target_ids": target.ids, "reason": "Goodwill"}
        )
        exclude.action_apply()
        self.put(ticket, "2026-03-02 09:10")
        self.assertEqual(manager._support_get_excluded(), ["resolution"])
        self.back(ticket, "2026-03-02 09:20")
        self.assertEqual(self.clock(ticket, "resolution").hold, "excluded")
        self.assertEqual(self.clock(ticket, "first_response").hold, False)

    def test_who_may(self):
        """E-3.5: agents only for the reasons that are theirs to give, both ways"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        with self.assertRaisesRegex(AccessError, "manager"), self.cr.savepoint():
            self.put(ticket, "2026-03-02 09:10", self.vendor)
        self.put(ticket, "2026-03-02 09:10", self.vendor, self.manager)
        with self.assertRaisesRegex(AccessError, "manager"), self.cr.savepoint():
            self.back(ticket, "2026-03-02 09:20")
        with self.assertRaisesRegex(AccessError, "manager"), self.cr.savepoint():
            self.put(ticket, "2026-03-02 09:20", self.network)
        self.back(ticket, "2026-03-02 09:20", self.manager)

    def test_wrong_input(self):
        """E-3.5: no reason, another provider's reason, a closed ticket, a ticket that is inside: each says so"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        with self.assertRaisesRegex(UserError, "Choose why"):
            self.wizard(ticket, "2026-03-02 09:10").action_apply()
        with self.assertRaisesRegex(UserError, "not outside"):
            self.back(ticket, "2026-03-02 09:10")
        other = self.provider.copy({"name": "Other Care", "code": "other_test"})
        foreign = self.network.copy({"provider_id": other.id})
        with self.assertRaisesRegex(UserError, "no reason of this"):
            self.put(ticket, "2026-03-02 09:10", foreign)
        self.move(ticket, "2026-03-02 09:20", "closed")
        with self.assertRaisesRegex(UserError, "resolved or closed"):
            self.put(ticket, "2026-03-02 09:30")

    def test_another_provider_knows_nothing_of_it(self):
        """E-3.5: a ticket that goes to another provider's queue is measured there"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.put(ticket, "2026-03-02 09:10")
        other = self.provider.copy({"name": "Other Care", "code": "other_test"})
        self.env["support.policy"].create(
            {
                "name": "Other",
                "provider_id": other.id,
                "target_ids": [(0, 0, {"metric": "resolution", "amount": 4, "unit": "hours"})],
            }
        )
        team = self.team.copy({"support_provider_id": other.id, "name": "Other Desk", "alias_name": "other-desk-test"})
        self.at(ticket, "2026-03-02 09:20").write({"team_id": team.id, "support_priority_id": False})
        self.assertFalse(ticket.support_outside_id)
        self.assertEqual(self.clock(ticket, "resolution").hold, False)

    def test_customers_read_why(self):
        """E-3.5, E-9: the customer reads the words of the reason, not the note, beside what was promised"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.put(ticket, "2026-03-02 09:10", note="Their admin is new")
        page = self.at(ticket, "2026-03-02 09:20")._support_portal_get_page()
        self.assertEqual(page["notice"], "Your own network is not ours to mend; we advise you.")
        self.assertEqual(page["facts"][0]["label"], "Advice only")
        self.assertIn("No time is promised", page["promises"][0]["text"])
        self.assertTrue(any("not ours to mend" in line for line in page["promises"][0]["explain"]))
        self.assertNotIn("admin is new", str(page))

    def test_reason_in_use_is_kept(self):
        """E-3.6: a reason that tickets stand on is archived, not deleted"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.put(ticket, "2026-03-02 09:10")
        with self.assertRaisesRegex(UserError, "Archive it instead"), self.cr.savepoint():
            self.network.with_user(self.manager).unlink()
