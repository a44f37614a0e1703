from odoo.tests.common import tagged

from .common import Dialog360Case


@tagged("post_install", "-at_install")
class TestMeta(Dialog360Case):
    """What Meta causes has no promised time."""

    def mark(self, ticket, moment, mode="outside", user=None):
        vals = {"mode": mode, "note": "Their status page says so."}
        if mode == "outside":
            vals["reason_id"] = self.ref_("outside_meta").id
        self.wizard("support.outside.wizard", ticket, moment, user, **vals).action_apply()

    def test_marked_no_time_is_promised(self):
        """D-7: from the moment it is marked nothing is due, nobody is escalated to, and the agents see why"""
        ticket = self.raise_ticket("2026-03-02 06:00", user_id=self.agent.id)
        self.say(ticket, "2026-03-02 06:10")
        self.mark(ticket, "2026-03-02 07:00")
        self.assertEqual(self.clock(ticket, "resolution").hold, "excluded")
        self.assertFalse(self.clock(ticket, "resolution").deadline)
        self.assertEqual(ticket.support_outside_badge, "Meta: no SLA")
        self.sweep("2026-03-08 06:00")
        self.assertFalse(self.clock(ticket, "resolution").breached)
        self.assertFalse(ticket.support_escalated)

    def test_a_breach_before_stays(self):
        """D-7: what was late before it was marked stays late"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.sweep("2026-03-04 06:01")
        self.mark(ticket, "2026-03-04 07:00")
        self.assertEqual(str(self.clock(ticket, "resolution").breached), "2026-03-04 06:00:00")

    def test_unmarked_it_is_in_force_again(self):
        """D-7: unmarked, the 48 hours hold again from the start of the ticket, and the client is told both times"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.say(ticket, "2026-03-02 06:10")
        self.mark(ticket, "2026-03-02 07:00")
        self.deliver("2026-03-02 07:01")
        self.mark(ticket, "2026-03-02 09:00", "back")
        self.deliver("2026-03-02 09:01")
        self.assertEqual(str(self.clock(ticket, "resolution").deadline), "2026-03-04 06:00:00")
        told = self.written_to(ticket).filtered(lambda message: "Expected time" in (message.subject or ""))
        self.assertEqual(len(told), 2)
        self.assertIn("lies with Meta", told[0].body)
        self.assertIn("holds again", told[1].body)
        self.sweep("2026-03-04 06:01")
        self.assertEqual(str(self.clock(ticket, "resolution").breached), "2026-03-04 06:00:00")

    def test_the_portal_shows_it(self):
        """D-7: the client reads on the page of the ticket that and why no time is promised, without internal words"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.mark(ticket, "2026-03-02 07:00")
        page = self.at(ticket.sudo(), "2026-03-02 08:00").with_context(lang="en_US")._support_portal_get_page()
        said = str(page)
        self.assertIn("Meta: no SLA", said)
        self.assertIn("lies with Meta", said)
        self.assertNotIn("Their status page says so", said)
