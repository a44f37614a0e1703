from odoo.tests import tagged

from .common import SupportCase, utc


@tagged("post_install", "-at_install")
class TestMetrics(SupportCase):
    """Metrics that no other test takes from the raising to the end, the way agents and customers work on a ticket.

    Monday is open 08–12 and 13–17 in London, which is on UTC.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write(
            {
                "target_ids": [
                    (0, 0, {"metric": "containment", "amount": 2, "unit": "hours"}),
                    (0, 0, {"metric": "acceptance", "amount": 2, "unit": "working_days"}),
                    (0, 0, {"metric": "recovery", "amount": 3, "unit": "hours", "basis": "always"}),
                    (0, 0, {"metric": "silence", "amount": 90, "unit": "minutes"}),
                ]
            }
        )

    def verdict(self, ticket, metric: str):
        clock = self.clock(ticket, metric)
        return clock.state, clock.stopped or None, clock.breached or None

    def test_resolution_is_reached_and_a_cancelled_ticket_is_not_resolved(self):
        """E-1.5: the stage that means resolved ends it in time; one that means cancelled ends it without a verdict"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.move(ticket, "2026-03-02 14:00", "resolved")
        self.assertEqual(self.verdict(ticket, "resolution"), ("done", utc("2026-03-02 14:00"), None))
        other = self.raise_ticket("2026-03-02 09:00")
        self.move(other, "2026-03-02 10:00", "cancelled")
        self.assertEqual(self.verdict(other, "resolution"), ("cancelled", utc("2026-03-02 10:00"), None))

    def test_containment(self):
        """E-1.6: a workaround contains, and so does the solution; contained once is contained, an answer contains
        nothing"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.say(ticket, "2026-03-02 09:30")
        self.assertEqual(self.clock(ticket, "containment").deadline, utc("2026-03-02 11:00"))
        self.at(ticket, "2026-03-02 10:30")._support_add_fact("workaround", side="staff")
        self.assertEqual(self.verdict(ticket, "containment"), ("done", utc("2026-03-02 10:30"), None))
        self.assertEqual(self.clock(ticket, "resolution").state, "running")
        self.move(ticket, "2026-03-02 11:00", "resolved")
        self.move(ticket, "2026-03-02 11:30", "open")
        self.assertEqual(self.verdict(ticket, "containment"), ("done", utc("2026-03-02 10:30"), None))
        other = self.raise_ticket("2026-03-02 09:00")
        self.sweep("2026-03-02 11:00:01")
        self.move(other, "2026-03-02 11:30", "resolved")
        self.assertEqual(self.verdict(other, "containment"), ("done", utc("2026-03-02 11:30"), utc("2026-03-02 11:00")))

    def test_acceptance(self):
        """E-1.8: the customer owes it from the resolution on; closing accepts, reopening rejects, and being late is no
        breach of ours"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.say(ticket, "2026-03-02 09:05")
        self.assertFalse(self.clock(ticket, "acceptance"))
        self.move(ticket, "2026-03-02 10:00", "resolved")
        clock = self.clock(ticket, "acceptance")
        self.assertEqual((clock.side, clock.state, clock.deadline), ("customer", "running", utc("2026-03-04 10:00")))
        self.move(ticket, "2026-03-02 11:00", "open")
        self.assertEqual(self.verdict(ticket, "acceptance"), ("done", utc("2026-03-02 11:00"), None))
        self.move(ticket, "2026-03-02 11:30", "resolved")
        self.sweep("2026-03-05 09:00")
        self.move(ticket, "2026-03-05 12:00", "closed")
        last = self.clock(ticket, "acceptance")
        self.assertEqual((last.round, last.state, last.stopped), (1, "done", utc("2026-03-05 12:00")))
        self.assertEqual(last.breached, utc("2026-03-04 11:30"))
        self.assertFalse(ticket.support_breached, "it was the customer's")

    def test_recovery(self):
        """E-1.9: from the outage until the service is back, around the clock; resolving restores nothing, and each
        outage has a clock of its own"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.assertFalse(self.clock(ticket, "recovery"))
        self.at(ticket, "2026-03-02 16:00")._support_add_fact("outage", side="staff")
        self.assertEqual(self.clock(ticket, "recovery").deadline, utc("2026-03-02 19:00"))
        self.move(ticket, "2026-03-02 16:30", "resolved")
        self.assertEqual(self.clock(ticket, "recovery").state, "running")
        self.sweep("2026-03-02 19:30")
        self.at(ticket, "2026-03-02 20:00")._support_add_fact("restored", side="staff")
        self.assertEqual(self.verdict(ticket, "recovery"), ("done", utc("2026-03-02 20:00"), utc("2026-03-02 19:00")))
        self.at(ticket, "2026-03-02 21:00")._support_add_fact("outage", side="staff")
        self.assertEqual((self.clock(ticket, "recovery").round, self.clock(ticket, "recovery").state), (1, "running"))

    def test_silence(self):
        """E-1.10: any mail or note of a person begins it anew, a machine's does not; the customer never sees it"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.assertEqual(self.clock(ticket, "silence").deadline, utc("2026-03-02 10:30"))
        self.at(ticket.with_user(self.agent), "2026-03-02 09:30").message_post(
            body="I look into it.", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.assertEqual(self.clock(ticket, "silence").deadline, utc("2026-03-02 11:00"))
        self.hear(ticket, "2026-03-02 09:40")
        self.assertEqual(self.clock(ticket, "silence").deadline, utc("2026-03-02 11:10"))
        self.at(ticket.sudo(), "2026-03-02 10:00").message_post(body="Automatic", message_type="auto_comment")
        self.assertEqual(self.clock(ticket, "silence").deadline, utc("2026-03-02 11:10"))
        panel = self.at(ticket, "2026-03-02 10:05")._support_get_panel(portal=True)
        self.assertNotIn("silence", [entry["metric"] for entry in panel["clocks"]])
        self.sweep("2026-03-02 11:10:01")
        clock = self.clock(ticket, "silence")
        self.assertEqual((clock.side, clock.breached), ("internal", utc("2026-03-02 11:10")))
        self.move(ticket, "2026-03-02 11:30", "closed")
        self.assertEqual(self.clock(ticket, "silence").state, "cancelled")
