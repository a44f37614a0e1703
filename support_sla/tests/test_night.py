from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SupportCase, utc
from .test_history_import import HistoryCase


@tagged("post_install", "-at_install")
class TestNight(SupportCase):
    """What is raised while the provider is shut. Open Mon 08–12 and 13–17, Tue 09–18, …, in London."""

    def test_seen_when_raised(self):
        """J-14, P-1: a ticket shows whether it was raised within the working hours of its provider"""
        for moment, shut in (
            ("2026-03-02 08:00", False),  # the hours begin
            ("2026-03-02 07:59:59", True),
            ("2026-03-02 11:59:59", False),
            ("2026-03-02 12:00", True),  # lunch begins
            ("2026-03-02 17:00", True),  # closing
            ("2026-03-07 10:00", True),  # a Saturday
            ("2026-03-30 07:30", False),  # 08:30, the clocks went forward the night before
            ("2026-10-26 07:30", True),  # 07:30, the clocks went back
        ):
            with self.subTest(moment):
                self.assertEqual(self.raise_ticket(moment).support_out_of_hours, shut)

    def test_found_by_agents(self):
        """J-14: agents filter for what was raised out of hours"""
        night, day = self.raise_ticket("2026-03-02 20:00"), self.raise_ticket("2026-03-02 10:00")
        found = self.env["helpdesk.ticket"].with_user(self.agent).search([("support_out_of_hours", "=", True)])
        self.assertIn(night, found)
        self.assertNotIn(day, found)

    def test_nobody_enters_it(self):
        """J-14: it follows from when a ticket was raised; nobody can enter it"""
        ticket = self.raise_ticket("2026-03-02 20:00")
        with self.assertRaisesRegex(UserError, "cannot be entered"):
            ticket.with_user(self.manager).support_out_of_hours = False

    def test_stays_as_it_was(self):
        """J-14: hours that change later leave what was raised at night as it was"""
        ticket = self.raise_ticket("2026-03-02 20:00")
        self.calendar.attendance_ids.write({"hour_from": 0, "hour_to": 24})
        self.at(ticket, "2026-03-03 10:00").support_priority_id = self.normal
        self.assertTrue(ticket.support_out_of_hours)

    def test_other_provider(self):
        """J-14: a ticket that moves to another provider is judged by the hours of that one"""
        provider = self.env["support.provider"].create(
            {
                "name": "Night Owls",
                "code": "owls_test",
                "calendar_id": self._make_calendar("Nights", "Europe/London", dict.fromkeys(range(7), ((0, 24),))).id,
                "entitlement_mode": "ignore",
            }
        )
        team = self.env["helpdesk.ticket.team"].create({"name": "Owls", "support_provider_id": provider.id})
        ticket = self.raise_ticket("2026-03-02 20:00")
        self.at(ticket, "2026-03-02 20:30").team_id = team
        self.assertFalse(ticket.support_out_of_hours)
        plain = self.env["helpdesk.ticket.team"].create({"name": "Of nobody"})
        homeless = self.raise_ticket("2026-03-02 20:00", team_id=plain.id, support_priority_id=False)
        self.assertFalse(homeless.support_out_of_hours)

    def test_merged(self):
        """J-14, E-3.7: the survivor of a merge was raised when its earliest source was"""
        night = self.raise_ticket("2026-03-02 05:00")
        day = self.raise_ticket("2026-03-02 10:00")
        self.at(self.env["helpdesk.ticket"], "2026-03-02 11:00").browse(night.id)._support_merge_into(
            day, tell_customer=False
        )
        self.assertTrue(day.support_out_of_hours)

    def test_next_opening(self):
        """J-14: whoever has to wait is told when the working hours begin next"""
        ticket = self.raise_ticket("2026-03-02 20:00")
        for moment, opening in (
            ("2026-03-02 20:00", "2026-03-03 09:00"),
            ("2026-03-03 09:00", "2026-03-03 09:00"),
            ("2026-03-06 15:00", "2026-03-09 08:00"),  # Friday, closed: Monday
            ("2026-03-28 12:00", "2026-03-30 07:00"),  # over the change to summer time
            ("2026-10-24 12:00", "2026-10-26 08:00"),  # and back
        ):
            with self.subTest(moment):
                self.assertEqual(ticket._support_get_opening(utc(moment)), utc(opening))
        self.calendar.attendance_ids.unlink()
        self.assertIsNone(ticket._support_get_opening(utc("2026-03-02 20:00")))


@tagged("post_install", "-at_install")
class TestNightOfThePast(HistoryCase):
    def test_imported(self):
        """J-14, E-3.10: tickets of another helpdesk are judged by when they were raised, not by when they came in"""
        self.run_screen([self.raised("T-1", "2026-03-02 21:00"), self.raised("T-2", "2026-03-02 09:00")])
        self.assertEqual(self.tickets("T-1", "T-2").mapped("support_out_of_hours"), [True, False])
