from datetime import timedelta

from . import oracle
from .common import JudopayCase, utc

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
LEVELS = ("PS1", "PS2", "PS3", "PS4", "PS5")

#: By hand, in UTC. Each stretch in which the desk is shut: closing, opening; the first of twelve ``hours`` to look at;
#: what is raised in it is due (first response, resolution); ``waited``: resolution of what was raised half an hour
#: before closing and stood With customer from a quarter of an hour before closing until twenty minutes after opening;
#: ``told``: next update after one that was given a quarter of an hour before closing; ``again``: after one given ten
#: minutes after opening.
WALKS = {
    "a night": {
        "shut": ("2026-02-10 18:00", "2026-02-11 08:00"),
        "hours": "2026-02-10 20:00",
        "due": {
            "PS1": ("2026-02-11 08:10", "2026-02-11 09:00"),
            "PS2": ("2026-02-11 08:10", "2026-02-11 12:00"),
            "PS3": ("2026-02-11 12:00", "2026-02-16 08:00"),
            "PS4": ("2026-02-12 08:00", None),
            "PS5": ("2026-02-12 08:00", None),
        },
        "waited": {"PS1": "2026-02-11 09:05", "PS2": "2026-02-11 12:05", "PS3": "2026-02-16 08:05"},
        "told": {"PS1": "2026-02-11 08:15", "PS2": "2026-02-11 08:45", "PS3": "2026-02-11 17:45"},
        "again": {"PS1": "2026-02-11 08:40", "PS2": "2026-02-11 09:10", "PS3": "2026-02-12 08:10"},
    },
    "a weekend": {
        "shut": ("2026-02-13 18:00", "2026-02-16 08:00"),
        "hours": "2026-02-14 20:00",
        "due": {
            "PS1": ("2026-02-16 08:10", "2026-02-16 09:00"),
            "PS2": ("2026-02-16 08:10", "2026-02-16 12:00"),
            "PS3": ("2026-02-16 12:00", "2026-02-19 08:00"),
            "PS4": ("2026-02-17 08:00", None),
            "PS5": ("2026-02-17 08:00", None),
        },
        "waited": {"PS1": "2026-02-16 09:05", "PS2": "2026-02-16 12:05", "PS3": "2026-02-19 08:05"},
        "told": {"PS1": "2026-02-16 08:15", "PS2": "2026-02-16 08:45", "PS3": "2026-02-16 17:45"},
        "again": {"PS1": "2026-02-16 08:40", "PS2": "2026-02-16 09:10", "PS3": "2026-02-17 08:10"},
    },
    "the bank holiday in May": {
        "shut": ("2026-05-22 17:00", "2026-05-26 07:00"),
        "hours": "2026-05-25 06:00",
        "due": {
            "PS1": ("2026-05-26 07:10", "2026-05-26 08:00"),
            "PS2": ("2026-05-26 07:10", "2026-05-26 11:00"),
            "PS3": ("2026-05-26 11:00", "2026-05-29 07:00"),
            "PS4": ("2026-05-27 07:00", None),
            "PS5": ("2026-05-27 07:00", None),
        },
        "waited": {"PS1": "2026-05-26 08:05", "PS2": "2026-05-26 11:05", "PS3": "2026-05-29 07:05"},
        "told": {"PS1": "2026-05-26 07:15", "PS2": "2026-05-26 07:45", "PS3": "2026-05-26 16:45"},
        "again": {"PS1": "2026-05-26 07:40", "PS2": "2026-05-26 08:10", "PS3": "2026-05-27 07:10"},
    },
    "Christmas with the Monday that stands in for Boxing Day": {
        "shut": ("2026-12-24 18:00", "2026-12-29 08:00"),
        "hours": "2026-12-28 07:00",
        "due": {
            "PS1": ("2026-12-29 08:10", "2026-12-29 09:00"),
            "PS2": ("2026-12-29 08:10", "2026-12-29 12:00"),
            "PS3": ("2026-12-29 12:00", "2027-01-04 08:00"),
            "PS4": ("2026-12-30 08:00", None),
            "PS5": ("2026-12-30 08:00", None),
        },
        "waited": {"PS1": "2026-12-29 09:05", "PS2": "2026-12-29 12:05", "PS3": "2027-01-04 08:05"},
        "told": {"PS1": "2026-12-29 08:15", "PS2": "2026-12-29 08:45", "PS3": "2026-12-29 17:45"},
        "again": {"PS1": "2026-12-29 08:40", "PS2": "2026-12-29 09:10", "PS3": "2026-12-30 08:10"},
    },
    "the weekend in which summer time begins": {
        "shut": ("2026-03-27 18:00", "2026-03-30 07:00"),
        "hours": "2026-03-28 20:00",
        "due": {
            "PS1": ("2026-03-30 07:10", "2026-03-30 08:00"),
            "PS2": ("2026-03-30 07:10", "2026-03-30 11:00"),
            "PS3": ("2026-03-30 11:00", "2026-04-02 07:00"),
            "PS4": ("2026-03-31 07:00", None),
            "PS5": ("2026-03-31 07:00", None),
        },
        "waited": {"PS1": "2026-03-30 08:05", "PS2": "2026-03-30 11:05", "PS3": "2026-04-02 07:05"},
        "told": {"PS1": "2026-03-30 07:15", "PS2": "2026-03-30 07:45", "PS3": "2026-03-30 16:45"},
        "again": {"PS1": "2026-03-30 07:40", "PS2": "2026-03-30 08:10", "PS3": "2026-03-31 07:10"},
    },
    "the weekend in which summer time ends": {
        "shut": ("2026-10-23 17:00", "2026-10-26 08:00"),
        "hours": "2026-10-24 20:00",
        "due": {
            "PS1": ("2026-10-26 08:10", "2026-10-26 09:00"),
            "PS2": ("2026-10-26 08:10", "2026-10-26 12:00"),
            "PS3": ("2026-10-26 12:00", "2026-10-29 08:00"),
            "PS4": ("2026-10-27 08:00", None),
            "PS5": ("2026-10-27 08:00", None),
        },
        "waited": {"PS1": "2026-10-26 09:05", "PS2": "2026-10-26 12:05", "PS3": "2026-10-29 08:05"},
        "told": {"PS1": "2026-10-26 08:15", "PS2": "2026-10-26 08:45", "PS3": "2026-10-26 17:45"},
        "again": {"PS1": "2026-10-26 08:40", "PS2": "2026-10-26 09:10", "PS3": "2026-10-27 08:10"},
    },
}

#: Around the clock: raised → due, by hand in UTC. A day is the same clock time in London on the next date.
NONSTOP = {
    "2026-02-10 23:30": {
        "PS1": ("2026-02-10 23:40", "2026-02-11 00:30"),
        "PS2": ("2026-02-10 23:40", "2026-02-11 03:30"),
        "PS3": ("2026-02-11 03:30", "2026-02-13 23:30"),
        "PS4": ("2026-02-11 23:30", None),
    },
    "2026-02-14 12:00": {
        "PS1": ("2026-02-14 12:10", "2026-02-14 13:00"),
        "PS2": ("2026-02-14 12:10", "2026-02-14 16:00"),
        "PS3": ("2026-02-14 16:00", "2026-02-17 12:00"),
        "PS4": ("2026-02-15 12:00", None),
    },
    "2026-05-25 10:00": {
        "PS1": ("2026-05-25 10:10", "2026-05-25 11:00"),
        "PS2": ("2026-05-25 10:10", "2026-05-25 14:00"),
        "PS3": ("2026-05-25 14:00", "2026-05-28 10:00"),
        "PS4": ("2026-05-26 10:00", None),
    },
    "2026-12-28 11:00": {
        "PS1": ("2026-12-28 11:10", "2026-12-28 12:00"),
        "PS2": ("2026-12-28 11:10", "2026-12-28 15:00"),
        "PS3": ("2026-12-28 15:00", "2026-12-31 11:00"),
        "PS4": ("2026-12-29 11:00", None),
    },
    # half an hour before the clocks go forward: an hour is an hour
    "2026-03-29 00:30": {
        "PS1": ("2026-03-29 00:40", "2026-03-29 01:30"),
        "PS2": ("2026-03-29 00:40", "2026-03-29 04:30"),
        "PS3": ("2026-03-29 04:30", "2026-03-31 23:30"),
        "PS4": ("2026-03-29 23:30", None),
    },
    # half past one, half an hour before the clocks go back: half past one comes again
    "2026-10-25 00:30": {
        "PS1": ("2026-10-25 00:40", "2026-10-25 01:30"),
        "PS2": ("2026-10-25 00:40", "2026-10-25 04:30"),
        "PS3": ("2026-10-25 04:30", "2026-10-28 01:30"),
        "PS4": ("2026-10-26 01:30", None),
    },
}


class TestWalks(JudopayCase):
    """Judopay's promises, walked through hour by hour; by hand, and by a counter of minutes that knows no product."""

    def raise_all(self, moment, levels=LEVELS):
        """A ticket of each level at once, by an agent: tickets by level."""
        tickets = self.at(self.env["helpdesk.ticket"].with_user(self.agent), moment).create(
            [
                {
                    "name": f"{code} raised at {moment}",
                    "description": "<p>Since now.</p>",
                    "team_id": self.team.id,
                    "partner_id": self.merchant.id,
                    "support_priority_id": self.priorities[code].id,
                }
                for code in levels
            ]
        )
        return dict(zip(levels, tickets.with_context(support_now=False), strict=True))

    def due_moments(self, tickets):
        """(first response, resolution) as moments, by level."""
        found = {}
        for code, ticket in tickets.items():
            clocks = {clock.metric: clock for clock in ticket.sudo().support_clock_ids}
            found[code] = (clocks["first_response"].deadline, clocks["resolution"].deadline or None)
        return found

    def read(self, table, levels=LEVELS):
        return {code: tuple(moment and utc(moment) for moment in table[code]) for code in levels}

    def test_raised_at_every_hour(self):
        """J-2, J-6: raised at any hour of a night, a weekend, a bank holiday, the day that stands in for Boxing Day and
        both nights in which the clocks change, PS1 to PS5 are due when the table and a count of minutes say"""
        self.provider.acknowledgement_template_id = False  # a thousand confirmations are not what this is about
        for name, walk in WALKS.items():
            closing, opening = map(utc, walk["shut"])
            by_hand = self.read(walk["due"])
            # the hours of the night or holiday that it is about, those around closing and opening, and every sixth
            moments = {utc(walk["hours"]) + number * HOUR for number in range(12)}
            moments |= {edge + number * HOUR for edge in (closing, opening) for number in (-2, -1, 0, 1)}
            moments |= {moment for number in range(20) if (moment := closing + number * 6 * HOUR) < opening}
            for moment in sorted(moments):
                with self.subTest(f"{name}: {moment}"):
                    found = self.due_moments(self.raise_all(moment))
                    reckoned = {
                        code: tuple(oracle.due(moment, promise) for promise in oracle.PROMISES[code][:2])
                        for code in LEVELS
                    }
                    self.assertEqual(found, reckoned)
                    if closing <= moment <= opening:
                        self.assertEqual(found, by_hand)

    def test_raised_by_whom(self):
        """J-2, J-6: in the middle of each of these it makes no difference whether a mail, the portal or an agent raised
        it"""
        for name, walk in WALKS.items():
            closing, opening = map(utc, walk["shut"])
            middle = closing + (opening - closing) // 2
            by_hand = self.read(walk["due"])
            mailed = self.mail_in("Nothing goes through.", middle, subject=f"In {name}")
            code = mailed.support_priority_id.code
            with self.subTest(name, code=code, by="mail"):
                self.assertEqual(self.due_moments({code: mailed})[code], by_hand[code])
            for code in LEVELS:
                for by, ticket in (
                    ("portal", self.propose(middle, code)),
                    ("agent", self.raise_ticket(middle, code)),
                ):
                    with self.subTest(name, code=code, by=by):
                        self.assertEqual(self.due_moments({code: ticket})[code], by_hand[code])

    def test_nothing_is_missed_while_shut(self):
        """J-2, J-6, J-17: the sweep comes by every hour while the desk is shut: nothing is missed, nobody told; in the
        last second of a promise it is kept, in the next one it was missed at its deadline"""
        for name, walk in WALKS.items():
            closing, opening = map(utc, walk["shut"])
            tickets = self.raise_all(closing)
            everything = self.env["helpdesk.ticket"].browse([ticket.id for ticket in tickets.values()]).sudo()
            clocks = everything.support_clock_ids
            moment = closing
            while moment <= opening:
                self.sweep(moment)
                moment += HOUR
            with self.subTest(name):
                self.assertFalse(clocks.filtered("breached"))
                self.assertFalse(everything.support_escalation_ids)
                self.assertEqual(set(everything.stage_id), {self.stages["active"]})
            deadlines = sorted({clock.deadline for clock in clocks if clock.deadline})
            for deadline in deadlines:
                late = clocks.filtered(lambda clock, deadline=deadline: clock.deadline == deadline)
                with self.subTest(name, deadline=deadline):
                    self.sweep(deadline)
                    self.assertFalse(late.filtered("breached"), "kept in the last second is kept")
                    self.sweep(deadline + SECOND)
                    self.assertEqual(set(late.mapped("breached")), {deadline})
            with self.subTest(f"{name}: stages"):
                for code in ("PS1", "PS2", "PS3"):
                    self.assertEqual(tickets[code].stage_id, self.stages["escalated"])
                for code in ("PS4", "PS5"):
                    self.assertEqual(tickets[code].stage_id, self.stages["active"])

    def test_updates_across_the_night(self):
        """J-6: the next status update after one that was given shortly before closing falls into the opening; every
        30 minutes, every 60 minutes, every working day"""
        for name, walk in WALKS.items():
            closing, opening = map(utc, walk["shut"])
            last, first = closing - 15 * MINUTE, opening + 10 * MINUTE
            for code in ("PS1", "PS2", "PS3"):
                ticket = self.raise_ticket(closing - 20 * MINUTE, code)
                for said, table in ((last, "told"), (first, "again")):
                    self.say(ticket, said, f"Still on it: {said}")
                    with self.subTest(name, code=code, said=said):
                        clock = self.clock(ticket, "status_update")
                        self.assertEqual(clock.deadline, utc(walk[table][code]))
                        self.assertEqual(clock.deadline, oracle.due(said, oracle.PROMISES[code][2]))
                        self.assertFalse(ticket.sudo().support_clock_ids.filtered("breached"))

    def test_with_customer_across_the_night(self):
        """J-2, J-6: With customer from before closing until after the next opening: only opening minutes stand still,
        and the sweep tells nobody meanwhile"""
        for name, walk in WALKS.items():
            closing, opening = map(utc, walk["shut"])
            raised, begin, end = closing - 30 * MINUTE, closing - 15 * MINUTE, opening + 20 * MINUTE
            for code in ("PS1", "PS2", "PS3"):
                ticket = self.raise_ticket(raised, code)
                self.move(ticket, begin, "with_customer")
                moment = begin
                while moment < end:
                    self.sweep(moment)
                    moment += 6 * HOUR
                self.assertEqual(self.clock(ticket, "resolution").state, "paused")
                self.move(ticket, end, "active")
                with self.subTest(name, code=code):
                    clock = self.clock(ticket, "resolution")
                    self.assertEqual(clock.deadline, utc(walk["waited"][code]))
                    reckoned = oracle.due_after_waiting(raised, oracle.PROMISES[code][1], begin, end)
                    self.assertEqual(clock.deadline, reckoned)
                    self.assertFalse(ticket.sudo().support_escalation_ids)

    def test_closed_at_closing_time(self):
        """J-2, J-6: what is due at closing time is due at closing time, not at the next opening: closed at six it was
        solved in time, a second later not; the next step of the chain comes half an hour after the next opening"""
        for name, walk in WALKS.items():
            closing, opening = map(utc, walk["shut"])
            kept, late, left = (self.raise_ticket(closing - HOUR, "PS1") for _number in range(3))
            for ticket in (kept, late):
                ticket.judopay_dedicated_user_id = self.agent
            self.move(kept, closing, "closed")
            self.move(late, closing + SECOND, "closed")
            clocks = {ticket: self.clock(ticket, "resolution") for ticket in (kept, late, left)}
            with self.subTest(name):
                self.assertEqual({clock.deadline for clock in clocks.values()}, {closing})
                self.assertEqual((clocks[kept].state, clocks[kept].breached), ("done", False))
                self.assertEqual((clocks[late].state, clocks[late].breached), ("done", closing))
                self.sweep(closing)
                self.assertFalse(clocks[left].breached)
                self.sweep(closing + SECOND)
                self.assertEqual(clocks[left].breached, closing)
                steps = left.sudo().support_escalation_ids
                self.assertEqual(steps.step_id.mapped("name"), ["24-hour support"])
                self.sweep(opening + 30 * MINUTE)
                self.assertEqual(len(left.sudo().support_escalation_ids), 1)
                self.sweep(opening + 30 * MINUTE + SECOND)
                steps = left.sudo().support_escalation_ids.sorted("due")
                self.assertEqual(steps.mapped("due"), [closing, opening + 30 * MINUTE])

    # --- around the clock -------------------------------------------------------------------------

    def put_on_24x7(self):
        """The manager marks Judopay's policies in the list and presses the button."""
        policies = self.env["support.policy"].with_user(self.manager).search([("provider_id", "=", self.provider.id)])
        policies.action_put_around_the_clock()
        return policies

    def test_around_the_clock(self):
        """J-6: with all targets on 24×7 PS1 to PS5 run through nights, weekends, holidays, both changes of the clocks;
        what was raised before the switch keeps its version, its working hours and its deadline"""
        old = self.raise_all("2026-02-10 17:30")
        version = {code: ticket.support_version_id for code, ticket in old.items()}
        before = self.due_moments(old)
        self.assertEqual(before["PS1"], (utc("2026-02-10 17:40"), utc("2026-02-11 08:30")))
        policies = self.put_on_24x7()
        self.assertEqual(set(policies.mapped("hours")), {"always"})
        for raised, table in NONSTOP.items():
            table = {**table, "PS5": table["PS4"]}
            with self.subTest(raised):
                tickets = self.raise_all(raised)
                self.assertEqual(self.due_moments(tickets), self.read(table))
                for code in ("PS1", "PS2"):
                    self.assertEqual(
                        self.due_moments(tickets)[code],
                        tuple(oracle.count(utc(raised), n, always=True) for n in oracle.PROMISES[code][:2]),
                    )
        self.sweep("2026-02-11 08:00")
        self.assertEqual(self.due_moments(old), before)
        for code, ticket in old.items():
            self.assertEqual(ticket.support_version_id, version[code])
            self.assertEqual(version[code].policy_id.earlier_count, 1)
        self.assertFalse(self.clock(old["PS1"], "resolution").breached, "shut: its hour is not over")
        self.sweep("2026-02-11 08:30:01")
        self.assertEqual(self.clock(old["PS1"], "resolution").breached, utc("2026-02-11 08:30"))

    def test_every_hour_around_the_clock(self):
        """J-6: on 24×7 an hour is an hour at every hour of the nights in which the clocks change"""
        self.put_on_24x7()
        for start in ("2026-03-28 20:00", "2026-10-24 20:00"):
            for hours in range(12):
                raised = utc(start) + hours * HOUR
                with self.subTest(raised):
                    found = self.due_moments(self.raise_all(raised, ("PS1", "PS2")))
                    self.assertEqual(found["PS1"], (raised + 10 * MINUTE, raised + HOUR))
                    self.assertEqual(found["PS2"], (raised + 10 * MINUTE, raised + 4 * HOUR))

    def test_the_chain_at_night(self):
        """J-6, J-17: PS1 on 24×7, raised at night: status updates and all steps of the chain come at night; back on
        working hours the next ticket waits for the morning"""
        policies = self.put_on_24x7()
        ticket = self.raise_ticket("2026-02-10 23:30", "PS1")
        self.say(ticket, "2026-02-10 23:35")
        self.assertEqual(self.clock(ticket, "status_update").deadline, utc("2026-02-11 00:05"))
        steps = ("2026-02-11 00:30", "2026-02-11 01:00", "2026-02-11 01:30", "2026-02-11 02:00")
        for number, moment in enumerate(steps, 1):
            self.sweep(moment)
            self.assertEqual(len(ticket.sudo().support_escalation_ids), number - 1)
            self.sweep(utc(moment) + SECOND)
            self.assertEqual(len(ticket.sudo().support_escalation_ids), number if number < 4 else 5)
        self.assertEqual(self.clock(ticket, "resolution").breached, utc("2026-02-11 00:30"))
        policies.action_put_on_working_hours()
        self.assertEqual(self.due(self.raise_ticket("2026-02-11 23:30", "PS1"))["resolution"], "2026-02-12 09:00")
