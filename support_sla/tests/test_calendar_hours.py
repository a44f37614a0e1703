from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from ..tools.calendar import AROUND_THE_CLOCK
from .calendar_common import CalendarCase, utc

moderate = settings(
    max_examples=40, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
#: quarters of an hour are exact in the floating hours of plan_hours
quarters = st.integers(0, 35040).map(lambda n: utc("2026-01-01 00:00") + timedelta(minutes=15 * n))
lengths = st.integers(1, 4 * 120)
WEEK = {0: [(10, 11.5)], 1: [(8, 12), (12.75, 18)], 3: [(6, 22)], 4: [(16, 23)], 5: [(4, 5)], 6: [(20, 21)]}


@tagged("post_install", "-at_install")
class TestCalendarHours(CalendarCase):
    """``resource.calendar`` as opening hours."""

    def plan(self, calendar, start, seconds):
        """What Odoo's own planning says, as naive UTC to the nearest second; None for its False."""
        found = calendar.plan_hours(seconds / 3600, start.replace(tzinfo=ZoneInfo("UTC")), compute_leaves=True)
        if not found:
            return None
        found = found.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
        return (found + timedelta(microseconds=500000)).replace(microsecond=0)

    def same_as_plan_hours(self, calendar):
        @moderate
        @given(quarters, lengths, st.booleans())
        def check(start, length, backwards):
            seconds = -900 * length if backwards else 900 * length
            self.assertEqual(calendar._sla_add(start, seconds), self.plan(calendar, start, seconds))

        check()

    def test_equal_to_plan_hours(self):
        """E-2.4: equal to plan_hours, forwards and backwards, in five zones, with split days and holidays."""
        for zone in ("Europe/London", "Europe/Moscow", "America/Mexico_City", "Australia/Sydney", "UTC"):
            with self.subTest(zone=zone):
                calendar = self.make_calendar(zone, zone, WEEK)
                for month in range(1, 13):
                    self.close(calendar, f"2026-{month:02}-13 00:00:00", f"2026-{month:02}-14 13:00:00")
                self.same_as_plan_hours(calendar)

    def test_equal_to_plan_hours_in_two_week_calendars(self):
        """E-2.4: the two weeks alternate as Odoo's do."""
        calendar = self.make_calendar("Two weeks", "Europe/Moscow", {})
        calendar.two_weeks_calendar = True
        calendar.attendance_ids = [
            (0, 0, {"name": "x", "dayofweek": day, "week_type": week, "hour_from": start, "hour_to": start + 4})
            for week, day, start in (("0", "0", 8), ("0", "3", 9), ("1", "1", 10), ("1", "6", 11))
        ]
        self.same_as_plan_hours(calendar)

    def test_equal_to_plan_hours_in_duration_based_calendars(self):
        """E-2.4: hours given as a duration a day lie around noon, as Odoo lays them; breaks are shut."""
        calendar = self.make_calendar("Duration", "Europe/Moscow", {})
        calendar.duration_based = True
        calendar.attendance_ids = [
            (0, 0, {"name": "x", "dayofweek": str(day), "day_period": "full_day", "duration_hours": 7})
            for day in range(5)
        ]
        self.same_as_plan_hours(calendar)
        calendar.attendance_ids.unlink()
        calendar.duration_based = False
        calendar.attendance_ids = [
            (0, 0, {"name": "x", "dayofweek": "1", "day_period": period, "hour_from": start, "hour_to": stop})
            for period, start, stop in (("morning", 8, 12), ("lunch", 12, 13), ("afternoon", 13, 17))
        ]
        self.same_as_plan_hours(calendar)
        self.assertEqual(calendar._sla_elapsed(utc("2026-11-16 00:00"), utc("2026-11-23 00:00")), 8 * 3600)

    def test_where_plan_hours_is_not_right(self):
        """E-2.4: where the two differ, ours is the right one, for the reason said beside each case."""
        always = self.make_calendar("Always", "UTC", {day: [(0, 24)] for day in range(7)})
        holiday = self.make_calendar("Holiday", "UTC", {day: [(0, 24)] for day in range(7)})
        self.close(holiday, "2026-12-25 00:00:00", "2026-12-25 23:59:59")
        night = self.make_calendar("Night", "Europe/London", {6: [(0.5, 1.5), (5, 6)]})
        cases = [
            # a day to 24:00 ends at 23:59:59.999999 for Odoo: 30 days later it is 30 microseconds late …
            (always, "2026-01-01 00:00", 30 * 86400, "2026-01-31 00:00:00", None),
            # … nothing is due at midnight, but at the next opening
            (always, "2026-01-01 12:00", 12 * 3600, "2026-01-02 00:00:00", None),
            # a holiday to 23:59:59 leaves a second open before midnight
            (holiday, "2026-12-24 23:00", 2 * 3600, "2026-12-26 01:00:00", "2026-12-26 00:59:59"),
            # the night the clocks go forward it is never 01:00 to 01:30: half an hour, then from five o'clock on
            (night, "2026-03-29 00:00", 45 * 60, "2026-03-29 04:15:00", "2026-03-29 01:15:00"),
            # the night they go back it closes at 01:30, and is open again when it is 01:00 for the second time
            (night, "2026-10-24 12:00", 75 * 60, "2026-10-25 01:15:00", "2026-10-25 00:45:00"),
            # more than 1400 days: Odoo gives up
            (self.office, "2026-01-05 09:00", 1500 * 8 * 3600, "2031-10-03 16:00:00", False),
        ]
        for calendar, start, seconds, ours, odoo in cases:
            with self.subTest(calendar=calendar.name, start=start):
                self.assertEqual(calendar._sla_add(utc(start), seconds), utc(ours))
                if odoo is not None:
                    self.assertEqual(self.plan(calendar, utc(start), seconds), utc(odoo) if odoo else None)
        exact = always.plan_hours(30 * 24, utc("2026-01-01 00:00").replace(tzinfo=ZoneInfo("UTC")))
        self.assertGreater(exact.replace(tzinfo=None), utc("2026-01-31 00:00"))

    def test_closing_time_is_where_plan_hours_agrees(self):
        """E-2.3: used up exactly at closing time is due at closing time; nothing to add at closing time stays there."""
        self.assertDue(self.office, "2026-11-18 10:00", 7, "2026-11-18 17:00")
        self.assertEqual(self.plan(self.office, utc("2026-11-18 10:00"), 7 * 3600), utc("2026-11-18 17:00"))
        self.assertDue(self.office, "2026-11-18 17:00", 0, "2026-11-18 17:00")
        # Odoo goes on to the next opening, so that adding in two steps is not adding at once
        self.assertEqual(self.plan(self.office, utc("2026-11-18 17:00"), 0), utc("2026-11-19 09:00"))

    def test_add_and_elapsed_for_integrators(self):
        """E-2.5: whole seconds in naive UTC, negative backwards, None when there is no such time."""
        self.assertDue(self.office, "2026-11-18 12:00:15.750000", 1, "2026-11-18 13:00:15")
        self.assertDue(self.office, "2026-11-18 09:30", -1, "2026-11-17 16:30")
        self.assertEqual(self.office._sla_elapsed(utc("2026-11-17 16:00"), utc("2026-11-18 10:00")), 7200)
        self.assertEqual(self.office._sla_elapsed(utc("2026-11-18 10:00"), utc("2026-11-17 16:00")), -7200)

    def test_a_calendar_without_hours_is_a_state(self):
        """E-2.6: no hours, a flexible schedule, an endless duration and far dates give None, never an error."""
        empty = self.make_calendar("Empty", "UTC", {})
        flexible = self.make_calendar("Flexible", "UTC", {0: [(9, 17)]}, schedule_type="flexible")
        for calendar in (empty, flexible):
            self.assertDue(calendar, "2026-11-18 10:00", 1, None)
            self.assertFalse(calendar._sla_hours().has_hours)
            self.assertEqual(calendar._sla_elapsed(utc("2026-01-01 00:00"), utc("2027-01-01 00:00")), 0)
        self.assertDue(self.office, "2026-11-18 10:00", 10**9, None)
        self.assertDue(self.office, "9999-12-31 23:59:59", 1, None)
        self.assertDue(self.office, "0001-01-01 00:00", 1, None)

    def test_no_calendar_is_around_the_clock(self):
        """E-2.1: the basis 24×7 is what no calendar stands for."""
        self.assertIs(self.env["resource.calendar"]._sla_hours(), AROUND_THE_CLOCK)
        self.assertDue(self.env["resource.calendar"], "2026-11-21 10:00", 1, "2026-11-21 11:00")

    def test_time_off_of_everybody_closes(self):
        """E-2.2: the calendar's own and the company's time off close it; one person's, and training, do not."""
        company = self.env["res.company"].create({"name": "Another"})
        resource = self.env["resource.resource"].create({"name": "Somebody", "calendar_id": self.office.id})
        self.office.company_id = self.env.company
        self.office.tz = "Europe/London"
        self.office.attendance_ids = [
            (5, 0, 0),
            *((0, 0, {"name": "x", "dayofweek": str(n), "hour_from": 9, "hour_to": 17}) for n in range(5)),
        ]
        everybody = self.env["resource.calendar"]
        self.close(self.office, "2026-11-16 00:00:00", "2026-11-16 23:59:59", resource_id=resource.id)
        self.close(self.office, "2026-11-16 00:00:00", "2026-11-16 23:59:59", time_type="other")
        another = self.close(everybody, "2026-11-16 00:00:00", "2026-11-16 23:59:59")
        another.company_id = company
        self.assertDue(self.office, "2026-11-16 09:00", 1, "2026-11-16 10:00")
        self.close(everybody, "2026-11-17 00:00:00", "2026-11-17 23:59:59")
        self.close(self.office, "2026-11-18 00:00:00", "2026-11-18 23:59:59")
        self.assertDue(self.office, "2026-11-16 16:00", 2, "2026-11-19 10:00")

    def test_everybody_gets_the_same_hours(self):
        """E-2.5: who may not read time off or exceptions gets the same answer as the administrator."""
        self.close(self.office, "2026-11-18 00:00:00", "2026-11-18 23:59:59")
        portal = self.env.ref("base.public_user")
        self.env.registry.clear_cache()
        self.assertDue(self.office.with_user(portal), "2026-11-17 16:00", 2, "2026-11-19 10:00")

    def test_exception_days(self):
        """E-2.2: closed, short, split and extra days hold on the calendar's own dates, whoever types them."""
        # the manager's evening of the 17th in Mexico is the 18th in London: the date typed is London's
        line = self.env["support.calendar.exception"].with_user(self.manager)
        line.create(
            [
                {"calendar_id": self.office.id, "date": "2026-11-18", "name": "Stock-taking"},
                {"calendar_id": self.office.id, "date": "2026-11-19", "kind": "short", "hour_from": 9, "hour_to": 12},
                {"calendar_id": self.office.id, "date": "2026-11-21", "kind": "extra", "hour_from": 9, "hour_to": 12},
                {"calendar_id": self.office.id, "date": "2026-11-21", "kind": "extra", "hour_from": 13, "hour_to": 14},
            ]
        )
        self.assertDue(self.office, "2026-11-17 16:00", 2, "2026-11-19 10:00")
        self.assertDue(self.office, "2026-11-19 11:00", 2, "2026-11-20 10:00")
        self.assertDue(self.office, "2026-11-20 16:00", 4.5, "2026-11-21 13:30")
        gap = self.office._sla_hours().gaps(1795000000 - 1795000000 % 86400, 1795000000 + 10 * 86400)
        self.assertIn(("holiday", "Stock-taking"), {(segment.reason, segment.label) for segment in gap})

    def test_exception_days_in_the_calendars_form(self):
        """E-2.2: exception days and holidays stand in the calendar's form, for the manager to edit."""
        with Form(self.office.with_user(self.manager)) as form:
            with form.support_exception_ids.new() as line:
                line.date = "2026-11-18"
                line.kind = "short"
                line.hour_from = 14
                line.hour_to = 16.5
                line.name = "Team day"
            with form.global_leave_ids.new() as leave:
                leave.name = "Fire drill"
                leave.date_from = utc("2026-11-19 00:00")
                leave.date_to = utc("2026-11-19 16:00")
            form.support_country_id = self.env.ref("base.mx")
        self.assertDue(self.office, "2026-11-18 09:00", 3.5, "2026-11-19 17:00")
        copy = self.office.copy()
        self.assertDue(copy, "2026-11-18 09:00", 3.5, "2026-11-19 17:00")

    def test_exception_days_open_on_a_holiday(self):
        """E-2.2: an exception day holds in place of a holiday too."""
        self.close(self.office, "2026-12-25 00:00:00", "2026-12-28 23:59:59")
        self.env["support.calendar.exception"].create(
            {"calendar_id": self.office.id, "date": "2026-12-28", "kind": "extra", "hour_from": 10, "hour_to": 12}
        )
        self.assertDue(self.office, "2026-12-24 16:30", 1, "2026-12-28 10:30")

    def test_exception_days_must_make_sense(self):
        """E-2.2: hours that end before they begin, overlap, or stand beside “closed” are refused."""
        day = {"calendar_id": self.office.id, "date": "2026-11-18"}
        self.env["support.calendar.exception"].create({**day, "kind": "short", "hour_from": 9, "hour_to": 12})
        for wrong in (
            {**day, "kind": "short", "hour_from": 11, "hour_to": 13},
            {**day, "kind": "closed"},
            {**day, "date": "2026-11-19", "kind": "short", "hour_from": 12, "hour_to": 12},
            {**day, "date": "2026-11-19", "kind": "extra", "hour_from": 20, "hour_to": 25},
        ):
            with self.subTest(wrong=wrong), self.assertRaises(ValidationError), self.cr.savepoint():
                self.env["support.calendar.exception"].create(wrong)

    def test_who_edits_calendars(self):
        """E-6.3: the helpdesk manager edits hours, holidays and exceptions; agents only read them."""
        office = self.office.with_user(self.manager)
        office.write({"tz": "Europe/Moscow", "attendance_ids": [(1, office.attendance_ids[0].id, {"hour_to": 18})]})
        vals = {"calendar_id": office.id, "date_from": utc("2026-11-18 00:00"), "date_to": utc("2026-11-19 00:00")}
        leave = self.env["resource.calendar.leaves"].with_user(self.manager).create(vals)
        leave.name = "Moved"
        line = {"calendar_id": office.id, "date": "2026-11-18"}
        exception = self.env["support.calendar.exception"].with_user(self.manager).create(line)
        agent_side = exception.with_user(self.agent)
        self.assertEqual(agent_side.date, exception.date)
        for forbidden in (
            lambda: agent_side.write({"name": "x"}),
            lambda: agent_side.create({**line, "date": "2026-11-20"}),
            lambda: office.with_user(self.agent).write({"tz": "UTC"}),
            lambda: leave.with_user(self.agent).write({"name": "x"}),
        ):
            with self.assertRaises(AccessError):
                forbidden()
