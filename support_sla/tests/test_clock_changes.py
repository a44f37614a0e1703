from datetime import timedelta

from odoo.tests import tagged

from .common import SupportCase, utc


@tagged("post_install", "-at_install")
class TestClockChanges(SupportCase):
    """The server's clock is put forward or back, and the clocks of the country change in the night."""

    def taken(self, ticket):
        """Steps with the moment for which they were planned and the one at which they were taken."""
        escalations = ticket.support_escalation_ids.sorted("due")
        return [(escalation.step_id.name, escalation.due, escalation.fired) for escalation in escalations]

    def test_an_hour_forward_and_back(self):
        """F-9: what a clock that was an hour ahead made due is taken once; put back, the hour that comes again takes
        nothing a second time, moves no breach, and what is raised in it is not late before its own deadline"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.say(ticket, "2026-03-02 09:05")
        resolution = self.clock(ticket, "resolution")
        self.assertEqual(resolution.deadline, utc("2026-03-02 14:00"))
        self.sweep("2026-03-02 13:25")
        self.assertFalse(self.taken(ticket))
        self.sweep("2026-03-02 14:25")  # the same moment, on a clock that is an hour ahead
        before = self.taken(ticket)
        self.assertEqual([name for name, _due, _fired in before], ["Warn", "First"])
        self.assertEqual(resolution.breached, utc("2026-03-02 14:00"))
        self.assertTrue(all(due <= fired for _name, due, fired in before))
        other = self.raise_ticket("2026-03-02 13:26")
        response = self.clock(other, "first_response")
        self.assertEqual(response.deadline, utc("2026-03-02 13:56"))
        for minutes in range(31):
            self.sweep(utc("2026-03-02 13:26") + timedelta(minutes=minutes))
        self.assertFalse(other.support_breached)
        self.sweep("2026-03-02 13:56:01")
        self.assertEqual(response.breached, utc("2026-03-02 13:56"))
        self.assertFalse(self.taken(other))
        for minutes in range(34):
            self.sweep(utc("2026-03-02 13:57") + timedelta(minutes=minutes))
        self.assertEqual(self.taken(ticket), before)
        self.assertEqual(resolution.breached, utc("2026-03-02 14:00"))
        self.sweep("2026-03-02 14:30:01")
        self.assertEqual([name for name, _due, _fired in self.taken(ticket)], ["Warn", "First", "Second"])

    def test_a_ticket_from_the_hour_that_was_taken_back(self):
        """F-9: a ticket that was raised while the clock was ahead is worked on after it was put back: the answer
        counts, the stage is the one that was set last, and nothing that was promised is lost or late"""
        ticket = self.raise_ticket("2026-03-02 10:00")  # it is 09:00 in truth
        self.say(ticket, "2026-03-02 09:05")
        response = self.clock(ticket, "first_response")
        self.assertEqual((response.state, response.breached), ("done", False))
        self.move(ticket, "2026-03-02 09:06", "waiting_customer")
        self.assertEqual(ticket.support_phase, "waiting_customer")
        resolution = self.clock(ticket, "resolution")
        self.assertEqual((resolution.state, resolution.pause_reasons), ("paused", "customer"))
        self.assertEqual(ticket.support_sla_state, "paused")
        panel = self.at(ticket.with_user(self.agent), "2026-03-02 09:07").support_panel
        self.assertIn("resolution", [clock["metric"] for clock in panel["clocks"]])
        self.move(ticket, "2026-03-02 09:08", "open")
        self.assertEqual((resolution.state, resolution.deadline), ("running", utc("2026-03-02 15:00")))
        for moment in ("2026-03-02 09:10", "2026-03-02 10:00", "2026-03-02 10:59"):
            self.sweep(moment)
        self.assertFalse(ticket.support_breached)
        self.assertFalse(self.taken(ticket))

    def check_night(self, calendar, raised: str, due: str):
        """Sweep every five minutes through a night: three steps, each once, at the first look at which it is due."""
        target = self.policy.target_ids.filtered(lambda line: line.metric == "resolution")
        target.write({"basis": "calendar" if calendar else "always", "calendar_id": calendar and calendar.id})
        self.policy.target_ids.filtered(lambda line: line.metric != "resolution").unlink()
        ticket = self.raise_ticket(raised)
        clock = self.clock(ticket, "resolution")
        self.assertEqual(clock.deadline, utc(due))
        moment = utc(raised)
        while moment <= utc(due) + timedelta(minutes=60):
            self.sweep(moment)
            moment += timedelta(minutes=5)
            if moment <= utc(due):
                self.assertFalse(clock.breached, moment)
        taken = self.taken(ticket)
        self.assertEqual([name for name, _due, _fired in taken], ["Warn", "First", "Second"])
        for name, planned, fired in taken:
            # due *at* a moment is missed after it: the look five minutes later
            self.assertTrue(timedelta() < fired - planned <= timedelta(minutes=5), (name, planned, fired))
        self.assertEqual(
            [planned for _name, planned, _fired in taken],
            [utc(due) + timedelta(minutes=minutes) for minutes in (-10, 0, 30)],
        )
        self.assertEqual(clock.breached, utc(due))

    def test_the_night_with_an_hour_more(self):
        """F-9, E-2.4: in the night in which the hour from one to two comes twice every step is taken once, and what is
        due in the second of them is not taken in the first"""
        # London, 25 October: 01:30 comes at 00:30 and at 01:30 UTC
        calendar = self._make_calendar("All Sunday", "Europe/London", {6: ((0, 24),)})
        self.check_night(calendar, "2026-10-24 21:30", "2026-10-25 03:00")

    def test_the_night_with_an_hour_less(self):
        """F-9, E-2.4: in the night in which an hour is left out nothing is due in it, nothing comes an hour early"""
        calendar = self._make_calendar("All Sunday", "Europe/London", {6: ((0, 24),)})
        self.check_night(calendar, "2026-03-28 21:30", "2026-03-29 04:00")

    def test_around_the_clock_knows_no_such_night(self):
        """F-9: around the clock four hours are four hours, whatever the clocks on the wall show"""
        self.check_night(None, "2026-10-24 22:45", "2026-10-25 02:45")
