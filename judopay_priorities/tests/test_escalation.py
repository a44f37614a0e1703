from datetime import timedelta

from .common import JudopayCase, utc

STEPS = ("24h", "desk", "it", "cto", "success")
# raised on 2026-02-10 10:00: when each step is due
TABLE = {
    "PS1": ("2026-02-10 11:00", "2026-02-10 11:30", "2026-02-10 12:00", "2026-02-10 12:30"),
    "PS2": ("2026-02-10 14:00", "2026-02-10 15:00", "2026-02-10 16:00", "2026-02-10 17:00"),
    "PS3": ("2026-02-13 10:00", "2026-02-16 10:00", "2026-02-17 10:00", "2026-02-18 10:00"),
}


class TestEscalation(JudopayCase):
    def people(self):
        return {**self.roles, "success": self.success_manager}

    def taken(self, ticket):
        """Who was told so far, in the order of the steps."""
        names = {user: name for name, user in self.people().items()}
        rows = ticket.sudo().support_escalation_ids.sorted(lambda row: (row.due, row.step_id.sequence))
        return [names[row.partner_ids.user_ids[:1]] for row in rows]

    def test_step_by_step(self):
        """J-17: 24-hour support, service desk, head of IT operations, then CTO and success manager, each
        one status-update interval after the one before"""
        for code, moments in TABLE.items():
            with self.subTest(code):
                ticket = self.raise_ticket("2026-02-10 10:00", code)
                self.sweep(moments[0])
                self.assertEqual(self.taken(ticket), [], "kept in the last second is kept")
                for count, moment in enumerate(moments, 1):
                    self.sweep(utc(moment) + timedelta(seconds=1))
                    expected = STEPS[:count] if count < 4 else STEPS
                    self.assertEqual(self.taken(ticket), list(expected))
                due = ticket.sudo().support_escalation_ids.sorted(lambda row: (row.due, row.step_id.sequence))
                self.assertEqual(due.mapped("due"), [utc(moment) for moment in (*moments, moments[-1])])

    def test_by_agreement(self):
        """J-17: for PS4 and PS5 the steps follow the agreed date, a working day apart"""
        for code in ("PS4", "PS5"):
            with self.subTest(code):
                ticket = self.raise_ticket("2026-02-10 10:00", code)
                self.sweep("2030-01-01 00:00")
                self.assertEqual(self.taken(ticket), [], "nothing is late before something was agreed")
                agreed = {"metric": "resolution", "until": 1930644000}  # 2031-03-07 10:00 UTC, a Friday
                ticket._support_add_fact("agreed", agreed, side="staff", moment=utc("2026-02-10 11:00"))
                for count, moment in enumerate(
                    ("2031-03-07 10:00", "2031-03-10 10:00", "2031-03-11 10:00", "2031-03-12 10:00"), 1
                ):
                    self.sweep(utc(moment) + timedelta(seconds=1))
                    expected = STEPS[:count] if count < 4 else STEPS
                    self.assertEqual(self.taken(ticket), list(expected))

    def test_stage_becomes_escalated(self):
        """J-17: an escalated incident stands in the stage Escalated"""
        ticket = self.raise_ticket("2026-02-10 10:00", "PS1")
        self.assertEqual(ticket.stage_id, self.stages["active"])
        self.sweep("2026-02-10 11:00:01")
        self.assertEqual(ticket.stage_id, self.stages["escalated"])
        self.assertTrue(ticket.support_escalated)
        self.assertEqual(self.clock(ticket, "resolution").breached, utc("2026-02-10 11:00"))

    def test_merchant_reads_of_it(self):
        """J-17: the merchant reads that it was escalated and whether somebody took charge; not who was told"""
        ticket = self.raise_ticket("2026-02-10 10:00", "PS1")
        seen = self.at(ticket.sudo(), "2026-02-10 10:59").with_context(tz="Europe/London")
        self.assertFalse(seen._support_portal_describe_escalation()["last"])
        self.sweep("2026-02-10 11:00:01")
        seen = self.at(ticket.sudo(), "2026-02-10 11:05").with_context(tz="Europe/London")
        text = seen._support_portal_describe_escalation()["last"]["text"]
        self.assertIn("Judopay escalated this ticket", text)
        self.assertIn("next level of support", text)
        self.at(ticket.with_user(self.roles["24h"]), "2026-02-10 11:10").action_support_acknowledge()
        text = seen._support_portal_describe_escalation()["last"]["text"]
        self.assertIn("has taken charge", text)
        for user in self.people().values():
            self.assertNotIn(user.name, text)

    def test_acknowledging_stops_the_chain(self):
        """J-17: whoever takes charge stops the next steps"""
        ticket = self.raise_ticket("2026-02-10 10:00", "PS1")
        self.sweep("2026-02-10 11:00:01")
        ticket.with_user(self.roles["24h"]).action_support_acknowledge()
        self.sweep("2026-02-10 15:00")
        self.assertEqual(self.taken(ticket), ["24h"])

    def test_nothing_is_escalated_that_was_solved_in_time(self):
        """J-17: an incident that was closed in its last minute escalates to nobody"""
        ticket = self.raise_ticket("2026-02-10 10:00", "PS2")
        self.move(ticket, "2026-02-10 13:59", "closed")
        self.sweep("2026-02-20 10:00")
        self.assertEqual(self.taken(ticket), [])

    def test_waiting_merchant_does_not_escalate(self):
        """J-17: while the merchant has to answer the resolution stands still and nobody is called"""
        ticket = self.raise_ticket("2026-02-10 10:00", "PS1")
        self.move(ticket, "2026-02-10 10:30", "with_customer")
        self.sweep("2026-02-12 10:00")
        self.assertEqual(self.taken(ticket), [])

    def test_empty_role_goes_on(self):
        """J-17: nobody on the 24-hour line: the desk is told at once, the administrator as well"""
        self.env.ref("judopay_priorities.role_support_24h").user_ids = False
        ticket = self.raise_ticket("2026-02-10 10:00", "PS1")
        self.sweep("2026-02-10 11:00:01")
        told = self.told(ticket)
        self.assertIn(self.roles["desk"], told)
        self.assertIn(self.manager, told)

    def test_rota_of_the_24_hour_line(self):
        """J-17: at night the first step reaches whoever is on duty"""
        night = self.make_agent("night")
        self.env["support.role.duty"].create(
            {
                "role_id": self.env.ref("judopay_priorities.role_support_24h").id,
                "user_id": night.id,
                "start": "2026-02-10 10:00:00",
                "stop": "2026-02-10 12:00:00",
            }
        )
        ticket = self.raise_ticket("2026-02-10 10:00", "PS1")
        self.sweep("2026-02-10 11:00:01")
        self.assertEqual(ticket.sudo().support_escalation_ids.partner_ids, night.partner_id)

    def test_delays_are_settings(self):
        """J-17: an administrator changes the delay of a step"""
        step = self.env.ref("judopay_priorities.chain_ps1_step_desk")
        step.with_user(self.manager).delay = 10
        ticket = self.raise_ticket("2026-02-10 10:00", "PS1")
        self.sweep("2026-02-10 11:00:01")
        self.sweep("2026-02-10 11:10:01")
        self.assertEqual(self.taken(ticket), ["24h", "desk"])

    def test_merchant_may_escalate(self):
        """J-17: the way up is open to merchants as well"""
        self.assertTrue(self.provider.customer_escalation)
        ticket = self.propose("2026-02-10 10:00", "PS2")
        ticket._support_escalate("We lose sales.", "customer")
        self.assertEqual(self.taken(ticket), ["24h"])
        self.assertEqual(ticket.stage_id, self.stages["escalated"])
