from odoo.addons.support_sla.tests.common import SupportCase, utc
from odoo.fields import Command
from odoo.tests import Form, tagged


@tagged("post_install", "-at_install")
class TestFirstCall(SupportCase):
    """A metric of an addon is promised, measured, missed, explained and counted like the engine's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with Form(cls.policy.with_user(cls.manager)) as form, form.target_ids.new() as line:
            line.metric = "first_call"
            line.amount = 45
            line.unit = "minutes"
            line.chain_id = cls.chain

    def call(self, ticket, moment: str):
        wizard = self.at(self.env["support.call.wizard"].with_user(self.agent), moment).create(
            {"ticket_id": ticket.id, "note": "Walked through it together", "moment": utc(moment)}
        )
        wizard.action_log()

    def test_kept_by_a_call_only(self):
        """E-1: an addon's metric is chosen on the policy's form; its clock runs on hours of the target, a message
        does not stop it and a logged call does"""
        ticket = self.raise_ticket("2026-03-02 11:30")
        clock = self.clock(ticket, "first_call")
        self.assertEqual((clock.state, clock.deadline), ("running", utc("2026-03-02 13:15")))
        self.say(ticket, "2026-03-02 11:40")
        self.assertEqual(self.clock(ticket, "first_response").state, "done")
        self.assertEqual(clock.state, "running")
        self.call(ticket, "2026-03-02 13:15")
        self.assertEqual((clock.state, clock.stopped, clock.breached), ("done", utc("2026-03-02 13:15"), False))
        self.assertEqual(clock.with_user(self.agent).display_name, "First call")

    def test_missed(self):
        """E-1, E-5.3: missed, it is breached at its deadline, guarded by its chain, and found by the filters"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.say(ticket, "2026-03-02 09:10")
        self.sweep("2026-03-02 09:50")
        clock = self.clock(ticket, "first_call")
        self.assertEqual(clock.breached, utc("2026-03-02 09:45"))
        self.assertEqual(ticket.support_escalation_ids.clock_id, clock)
        self.assertEqual((ticket.support_sla_state, ticket.support_breached), ("breached", True))
        found = (
            self.env["support.clock"]
            .with_user(self.agent)
            .search([("metric", "=", "first_call"), ("verdict", "=", "breached")])
        )
        self.assertEqual(found, clock)

    def test_shown_and_explained(self):
        """E-1, E-4: it stands on the panel under its own name, says how its deadline came about and what keeps it;
        the customer reads the same deadline without what is said to agents"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.assertEqual(ticket.support_next_metric, "first_response")
        self.say(ticket, "2026-03-02 09:10")
        self.assertEqual(ticket.support_next_metric, "first_call")
        looked = self.at(ticket, "2026-03-02 09:15")
        (ours,) = (
            entry for entry in looked.with_user(self.agent).support_panel["clocks"] if entry["metric"] == "first_call"
        )
        self.assertEqual((ours["label"], ours["due"]), ("First call", "2026-03-02 09:45:00"))
        self.assertIn("A logged phone call keeps it", " ".join(ours["explain"]))
        (theirs,) = (
            entry for entry in looked._support_get_panel(portal=True)["clocks"] if entry["metric"] == "first_call"
        )
        self.assertEqual(theirs["due"], ours["due"])
        self.assertNotIn("A logged phone call keeps it", " ".join(theirs["explain"]))

    def test_an_edit_makes_a_version(self):
        """E-1, E-3.6: promising it less on a policy in use makes a new version; the ticket keeps its own"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        before = self.policy.current_version_id
        line = self.policy.target_ids.filtered(lambda target: target.metric == "first_call")
        self.policy.write({"target_ids": [Command.update(line.id, {"amount": 90})]})
        self.assertNotEqual(self.policy.current_version_id, before)
        self.assertEqual(self.clock(ticket, "first_call").deadline, utc("2026-03-02 09:45"))
        other = self.raise_ticket("2026-03-02 09:00")
        self.assertEqual(self.clock(other, "first_call").deadline, utc("2026-03-02 10:30"))
