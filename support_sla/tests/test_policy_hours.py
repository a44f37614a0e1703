from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .common import SupportCase, utc


class TestPolicyHours(SupportCase):
    """The button of a policy that puts its promises on 24×7 and back."""

    def deadline(self, ticket, metric="resolution"):
        return ticket.sudo().support_clock_ids.filtered(lambda clock: clock.metric == metric).deadline

    def test_put_on_24x7_and_back(self):
        """E-2.1, E-3.6: a manager puts a policy in use on 24×7 by one button: that makes the next version, on which new
        tickets run; the open one keeps its version and its deadline; the way back is a button as well"""
        policy = self.policy.with_user(self.manager)
        old = self.raise_ticket("2026-03-02 18:00")  # Monday evening, after closing
        before = (self.deadline(old), old.support_version_id)
        self.assertEqual((policy.hours, policy.version_number), ("provider", 1))
        policy.action_put_around_the_clock()
        self.assertEqual((policy.hours, policy.version_number), ("always", 2))
        new = self.raise_ticket("2026-03-02 18:00")
        hours = {target.metric: target._get_duration().amount for target in policy.target_ids}
        self.assertEqual((self.deadline(new) - utc("2026-03-02 18:00")).total_seconds(), hours["resolution"])
        self.sweep("2026-03-02 18:01")
        self.assertEqual((self.deadline(old), old.support_version_id), before)
        self.assertEqual(policy.earlier_count, 1)
        policy.action_put_around_the_clock()
        self.assertEqual(policy.version_number, 2, "nothing to change: no version")
        policy.action_put_on_working_hours()
        self.assertEqual((policy.hours, policy.version_number), ("provider", 3))
        self.assertEqual(self.deadline(self.raise_ticket("2026-03-02 18:00")), before[0])

    def test_only_what_has_a_time(self):
        """E-3.5: what is agreed on the incident has no hours; one promise on hours of its own is shown as such"""
        policy = self.policy.with_user(self.manager)
        policy.target_ids = [Command.create({"metric": "containment", "unit": "agreement"})]
        policy.target_ids = [
            Command.update(policy.target_ids.filtered_domain([("metric", "=", "resolution")]).id, {"basis": "always"})
        ]
        self.assertEqual(policy.hours, "mixed")
        policy.action_put_on_working_hours()
        self.assertEqual(policy.hours, "provider")
        agreed = policy.copy({"name": "By agreement"})
        agreed.target_ids.unit = "agreement"
        self.assertFalse(agreed.hours)
        with self.assertRaisesRegex(UserError, "nothing that has a time"):
            agreed.action_put_around_the_clock()

    def test_recovery_stays_on_24x7(self):
        """E-1.9, J-18: back on working hours, the time to restore a service after an outage runs on day and night"""
        policy = self.policy.with_user(self.manager)
        policy.target_ids = [
            Command.create({"metric": "recovery", "amount": 60, "unit": "minutes", "basis": "always"}),
        ]
        policy.action_put_around_the_clock()
        policy.action_put_on_working_hours()
        recovery = policy.target_ids.filtered_domain([("metric", "=", "recovery")])
        self.assertEqual(recovery.basis, "always")
        self.assertEqual(set((policy.target_ids - recovery).mapped("basis")), {"provider"})
        self.assertEqual(policy.hours, "provider", "nothing is left to be put on working hours")

    def test_rights(self):
        """S-1: agents change no promise"""
        for method in ("action_put_around_the_clock", "action_put_on_working_hours"):
            with self.assertRaises(AccessError):
                getattr(self.policy.with_user(self.agent), method)()
