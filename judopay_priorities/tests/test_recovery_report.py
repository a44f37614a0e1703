from odoo.exceptions import AccessError
from odoo.tests.common import tagged
from odoo.tools import mute_logger

from .common import JudopayCase, utc


@tagged("post_install", "-at_install")
class TestRecoveryReport(JudopayCase):
    """Whether outages kept within the objectives of recovery, by month and merchant (R-8)."""

    def outage(self, ticket, moment, restored=None, **loss):
        """By the windows of the ticket; swept long afterwards."""
        self.apply(ticket, moment, "outage", began=utc(moment))
        if restored:
            self.apply(ticket, restored, "restored", **loss)
        self.sweep("2026-04-10 12:00")

    def apply(self, ticket, moment, action, **values):
        agent = self.at(ticket.with_user(self.agent), moment)
        opened = getattr(agent, f"action_support_{action}")()
        agent.env[opened["res_model"]].with_context(**opened["context"]).create(values).action_apply()

    def report(self, user=None):
        return self.env["judopay.recovery"].with_user(user or self.manager)

    def live_through(self):
        """February: restored in time without loss; an hour too late, seven minutes lost. March: still down; other
        merchant: in time, nobody knows what was lost."""
        kept = self.propose("2026-02-10 10:00", "PS1")
        self.outage(kept, "2026-02-10 10:05", "2026-02-10 10:35", loss="none")
        missed = self.propose("2026-02-12 10:00", "PS2")
        self.outage(missed, "2026-02-12 10:00", "2026-02-12 12:00", loss="some", lost=7)
        down = self.propose("2026-03-03 10:00", "PS1")
        self.outage(down, "2026-03-03 10:00")
        other = self.raise_ticket("2026-03-04 10:00", "PS1", partner_id=self.stranger_user.partner_id.id)
        self.outage(other, "2026-03-04 10:00", "2026-03-04 10:45", loss="unknown")
        self.env.invalidate_all()
        return kept, missed, down, other

    def test_by_month_and_merchant(self):
        """R-8, J-18, J-19: for each month and merchant the share restored in an hour, the share that lost nothing, how
        long it was down and the minutes of data lost; what is still down is late, and adds nothing to the lengths"""
        tickets = self.env["helpdesk.ticket"].union(*self.live_through())
        menu = self.env.ref("judopay_priorities.judopay_recovery_menu")
        self.assertEqual(menu.parent_id, self.env.ref("helpdesk_mgmt.helpdesk_ticket_reporting_menu"))
        measures = ["in_time:avg", "nothing_lost:avg", "down_hours:avg", "lost:sum", "number:sum"]
        rows = self.report()._read_group([("ticket_id", "in", tickets.ids)], ["began:month", "customer_id"], measures)
        self.assertEqual(
            {(month.month, customer): tuple(figures) for month, customer, *figures in rows},
            {
                (2, self.alder): (0.5, 0.5, 1.25, 7, 2),
                (3, self.alder): (0, False, False, False, 1),
                (3, self.birch): (1, False, 0.75, False, 1),
            },
        )

    def test_as_on_the_ticket(self):
        """R-8, J-18: each row has the verdict that the outage itself shows, also on a ticket that was merged; what was
        recorded by mistake has none"""
        kept, missed, down, other = self.live_through()
        wrong = self.propose("2026-03-05 10:00", "PS1")
        self.outage(wrong, "2026-03-05 10:00")
        wrong.sudo()._support_void_outage(wrong.sudo().support_outage_ids, "Wrong ticket")
        merged, last = self.propose("2026-03-06 10:00", "PS3"), self.propose("2026-03-06 10:01", "PS3")
        self.apply(merged, "2026-03-06 10:05", "outage", began=utc("2026-03-06 10:00"))
        self.at(merged.with_user(self.agent), "2026-03-06 10:10")._support_merge_into(last)
        self.settle()
        self.apply(last, "2026-03-06 10:30", "restored", loss="none")
        self.env.invalidate_all()
        tickets = kept | missed | down | other | merged
        rows = self.report().search([("ticket_id", "in", (tickets | wrong).ids)])
        self.assertEqual(rows.ticket_id, rows.ticket_id & tickets)
        self.assertEqual(len(rows), 5)
        for row in rows:
            outage = self.env["support.outage"].browse(row.id)
            self.assertEqual(row.ticket_id, outage.ticket_id)
            self.assertEqual(
                (row.recovery, row.data, row.due), (outage.recovery_verdict, outage.data_verdict, outage.due)
            )
        self.assertEqual(
            [(row.recovery, row.data) for row in rows.sorted("began")],
            [("kept", "kept"), ("missed", "missed"), ("missed", False), ("kept", "unknown"), ("kept", "kept")],
        )
        self.assertEqual(rows.sorted("began")[0].action_open_ticket()["res_id"], kept.id)

    def test_who_reads_it(self):
        """R-8: managers only; neither agents nor merchants read the figures"""
        self.live_through()
        for user in (self.agent, self.merchant_user):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                self.report(user).search_count([])
