from odoo.exceptions import UserError
from odoo.tests import Form

from .common import JudopayCase, utc

# raised (UTC) → first response and resolution by priority (UTC); PS5 is as PS4
TABLE = {
    "inside hours": (
        "2026-02-10 10:00",
        {
            "PS1": ("2026-02-10 10:10", "2026-02-10 11:00"),
            "PS2": ("2026-02-10 10:10", "2026-02-10 14:00"),
            "PS3": ("2026-02-10 14:00", "2026-02-13 10:00"),
            "PS4": ("2026-02-11 10:00", False),
        },
    ),
    "at night": (
        "2026-02-10 22:30",
        {
            "PS1": ("2026-02-11 08:10", "2026-02-11 09:00"),
            "PS2": ("2026-02-11 08:10", "2026-02-11 12:00"),
            "PS3": ("2026-02-11 12:00", "2026-02-16 08:00"),
            "PS4": ("2026-02-12 08:00", False),
        },
    ),
    "Friday evening in summer, five minutes before closing": (
        "2026-07-10 16:55",
        {
            "PS1": ("2026-07-13 07:05", "2026-07-13 07:55"),
            "PS2": ("2026-07-13 07:05", "2026-07-13 10:55"),
            "PS3": ("2026-07-13 10:55", "2026-07-15 16:55"),
            "PS4": ("2026-07-13 16:55", False),
        },
    ),
    "weekend": (
        "2026-02-14 12:00",
        {
            "PS1": ("2026-02-16 08:10", "2026-02-16 09:00"),
            "PS2": ("2026-02-16 08:10", "2026-02-16 12:00"),
            "PS3": ("2026-02-16 12:00", "2026-02-19 08:00"),
            "PS4": ("2026-02-17 08:00", False),
        },
    ),
    "Christmas Eve, an hour before closing": (
        "2026-12-24 17:00",
        {
            # ends exactly at closing time: due at closing time
            "PS1": ("2026-12-24 17:10", "2026-12-24 18:00"),
            "PS2": ("2026-12-24 17:10", "2026-12-29 11:00"),
            "PS3": ("2026-12-29 11:00", "2026-12-31 17:00"),
            "PS4": ("2026-12-29 17:00", False),
        },
    ),
    "the Monday that stands in for Boxing Day": (
        "2026-12-28 11:00",
        {
            "PS1": ("2026-12-29 08:10", "2026-12-29 09:00"),
            "PS2": ("2026-12-29 08:10", "2026-12-29 12:00"),
            "PS3": ("2026-12-29 12:00", "2027-01-04 08:00"),
            "PS4": ("2026-12-30 08:00", False),
        },
    ),
    "the Friday before summer time": (
        "2026-03-27 17:30",
        {
            "PS1": ("2026-03-27 17:40", "2026-03-30 07:30"),
            "PS2": ("2026-03-27 17:40", "2026-03-30 10:30"),
            "PS3": ("2026-03-30 10:30", "2026-04-01 16:30"),
            "PS4": ("2026-03-30 16:30", False),
        },
    ),
    "the night in which summer time begins": (
        "2026-03-29 01:30",
        {
            "PS1": ("2026-03-30 07:10", "2026-03-30 08:00"),
            "PS2": ("2026-03-30 07:10", "2026-03-30 11:00"),
            "PS3": ("2026-03-30 11:00", "2026-04-02 07:00"),
            "PS4": ("2026-03-31 07:00", False),
        },
    ),
    "the Friday before winter time": (
        "2026-10-23 16:30",
        {
            "PS1": ("2026-10-23 16:40", "2026-10-26 08:30"),
            "PS2": ("2026-10-23 16:40", "2026-10-26 11:30"),
            "PS3": ("2026-10-26 11:30", "2026-10-28 17:30"),
            "PS4": ("2026-10-26 17:30", False),
        },
    ),
}


class TestTargets(JudopayCase):
    def test_due_times_of_every_priority(self):
        """J-6: first response and resolution of PS1 to PS5 are due as the table of the document says"""
        for name, (raised, rows) in TABLE.items():
            for code, (first_response, resolution) in {**rows, "PS5": rows["PS4"]}.items():
                with self.subTest(f"{name}: {code}"):
                    ticket = self.raise_ticket(raised, code)
                    self.assertEqual(self.due(ticket), {"first_response": first_response, "resolution": resolution})

    def test_status_updates_come_again_and_again(self):
        """J-6: after the first response an update is due every 30 or 60 minutes, or every working day"""
        for code, first, second, third in (
            ("PS1", "2026-02-10 10:35", "2026-02-10 11:00", "2026-02-10 11:20"),
            ("PS2", "2026-02-10 11:05", "2026-02-10 11:30", "2026-02-10 11:50"),
            ("PS3", "2026-02-11 10:05", "2026-02-11 10:30", "2026-02-11 10:50"),
        ):
            with self.subTest(code):
                ticket = self.raise_ticket("2026-02-10 10:00", code)
                self.assertFalse(self.clock(ticket, "status_update"), "nothing to update before the first response")
                for said, due in (("10:05", first), ("10:30", second), ("10:50", third)):
                    self.say(ticket, f"2026-02-10 {said}")
                    self.assertEqual(self.clock(ticket, "status_update").deadline, utc(due))
                self.move(ticket, "2026-02-10 10:55", "closed", user=self.closer(ticket))
                self.assertNotIn(self.clock(ticket, "status_update").state, ("running", "paused"))

    def closer(self, ticket):
        if ticket.support_priority_id.judopay_dedicated:
            ticket.judopay_dedicated_user_id = self.agent
        return self.agent

    def test_low_priorities_are_solved_by_agreement(self):
        """J-6: resolution and updates of PS4 and PS5 have no time until one is agreed on the incident"""
        for code in ("PS4", "PS5"):
            with self.subTest(code):
                ticket = self.raise_ticket("2026-02-10 10:00", code)
                self.assertEqual(self.clock(ticket, "resolution").hold, "to_agree")
                form = Form(
                    self.env["support.agree.wizard"].with_user(self.agent).with_context(default_ticket_id=ticket.id)
                )
                form.metric = "resolution"
                form.until = utc("2031-03-05 15:00")
                form.agreed_with = "The till, by phone"
                form.save().action_agree()
                self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2031-03-05 15:00"))

    def test_resolution_waits_while_with_customer(self):
        """J-6: while With customer the resolution stands still, the first response does not"""
        ticket = self.raise_ticket("2026-02-10 10:00", "PS2")
        self.move(ticket, "2026-02-10 10:05", "with_customer")
        self.assertEqual(self.clock(ticket, "resolution").state, "paused")
        self.assertEqual(self.clock(ticket, "first_response").deadline, utc("2026-02-10 10:10"))
        self.move(ticket, "2026-02-10 11:05", "active")
        self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-02-10 15:00"))

    def test_status_updates_wait_while_with_customer(self):
        """J-6: no update is due while the merchant has to answer; the time left goes on afterwards"""
        ticket = self.raise_ticket("2026-02-10 10:00", "PS2")
        self.say(ticket, "2026-02-10 10:05")
        self.move(ticket, "2026-02-10 10:15", "with_customer")
        self.assertEqual(self.clock(ticket, "status_update").state, "paused")
        self.move(ticket, "2026-02-10 12:15", "active")
        self.assertEqual(self.clock(ticket, "status_update").deadline, utc("2026-02-10 13:05"))

    def test_target_can_be_put_on_24x7(self):
        """J-6: the basis of a target is a setting, so that PS1 can run around the clock"""
        policy = self.env.ref("judopay_priorities.policy_ps1")
        target = policy.target_ids.filtered(lambda target: target.metric == "resolution")
        policy.with_user(self.manager).write({"target_ids": [(1, target.id, {"basis": "always"})]})
        ticket = self.raise_ticket("2026-02-10 22:30", "PS1")
        self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-02-10 23:30"))
        self.assertEqual(self.clock(ticket, "first_response").deadline, utc("2026-02-11 08:10"))

    def test_promises_in_use_are_versioned(self):
        """J-6: a manager who changes a figure changes it for new tickets; open ones keep theirs"""
        old = self.raise_ticket("2026-02-10 10:00", "PS1")
        policy = self.env.ref("judopay_priorities.policy_ps1")
        target = policy.target_ids.filtered(lambda target: target.metric == "resolution")
        with self.assertRaises(UserError):
            target.with_user(self.manager).amount = 90
        policy.with_user(self.manager).write({"target_ids": [(1, target.id, {"amount": 90})]})
        new = self.raise_ticket("2026-02-10 10:00", "PS1")
        self.assertEqual(self.clock(old, "resolution").deadline, utc("2026-02-10 11:00"))
        self.assertEqual(self.clock(new, "resolution").deadline, utc("2026-02-10 11:30"))
