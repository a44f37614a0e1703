from odoo.exceptions import AccessError
from odoo.tests.common import tagged
from odoo.tools import mute_logger

from .common import OpenpymeCase, utc


@tagged("post_install", "-at_install")
class TestRedDay(OpenpymeCase):
    """Red tickets per leader and day, past days included (R-8)."""

    def make(self, moment):
        """What the scheduled action does on a working day."""
        return self.at(self.env["openpyme.daily.list"], moment)._make(self.provider, utc(moment))

    def count(self, user=None):
        """Tickets by day and leader, as the pivot counts them."""
        days = self.env["openpyme.red.day"].with_user(user or self.manager)
        domain = [("ticket_id.support_provider_id", "=", self.provider.id)]
        return {
            (str(day), leader): count
            for day, leader, count in days._read_group(domain, ["day:day", "leader_id"], ["__count"])
        }

    def test_by_leader_and_day(self):
        """R-8, O-14: each working morning counts the red tickets of each leader; what is answered, closed or handed
        over afterwards changes no day that is past"""
        other = self.make_agent("other.leader")
        self.entitlement_rio.account_leader_id = other
        first = self.raise_ticket("2026-03-02 16:00", "support", impact="high")
        second = self.raise_ticket("2026-03-02 14:00", "support")
        foreign = self.raise_ticket("2026-03-02 16:00", "support", partner_id=self.stranger_user.partner_id.id)
        self.make("2026-03-04 15:00")  # nine in the morning in Mexico City
        self.assertEqual(self.count(), {("2026-03-04", self.leader): 2, ("2026-03-04", other): 1})
        self.say(first, "2026-03-04 16:00")
        self.at(second.with_user(self.agent), "2026-03-04 16:00").stage_id = self.stages["cancelled"]
        self.make("2026-03-05 15:00")
        self.entitlement_rio.account_leader_id = self.leader
        foreign.sudo()._support_set({"openpyme_leader_id": self.leader.id})
        self.make("2026-03-06 15:00")
        self.assertEqual(
            self.count(),
            {
                ("2026-03-04", self.leader): 2,
                ("2026-03-04", other): 1,
                ("2026-03-05", other): 1,
                ("2026-03-06", self.leader): 2,  # the first one again, and the one that was handed over
            },
        )

    def test_what_is_told(self):
        """R-8: a row tells client, impact and how long the ticket had been red on that morning, and opens it"""
        ticket = self.raise_ticket("2026-03-02 16:00", "support", impact="high")
        self.make("2026-03-04 15:00")
        (row,) = self.env["openpyme.red.day"].with_user(self.manager).search([("ticket_id", "=", ticket.id)])
        self.assertEqual((row.customer_id, row.impact_id), (self.mesa, self.impacts["high"]))
        self.assertEqual((row.red_since, row.red_hours), (utc("2026-03-03 16:00"), 23))
        self.assertEqual(row.action_open_ticket()["res_id"], ticket.id)
        self.make("2026-03-04 15:30")
        self.assertEqual(self.env["openpyme.red.day"].search_count([("ticket_id", "=", ticket.id)]), 1)

    def test_who_reads_it(self):
        """R-8: managers read everybody's days, a leader his own, clients none; nobody changes one"""
        ticket = self.raise_ticket("2026-03-02 16:00", "support")
        self.make("2026-03-04 15:00")
        day = ("2026-03-04", self.leader)
        self.assertEqual(self.count(self.leader), {day: 1})
        self.assertEqual(self.count(self.agent), {})
        row = self.env["openpyme.red.day"].search([("ticket_id", "=", ticket.id)])
        for act in (
            lambda: row.with_user(self.customer_user).read(["leader_id"]),
            lambda: row.with_user(self.manager).write({"leader_id": self.agent.id}),
            lambda: row.with_user(self.manager).unlink(),
        ):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                act()
        action = self.env.ref("openpyme_helpdesk_sla.openpyme_red_day_menu").action
        self.assertEqual(action.view_mode, "pivot,graph,list")
