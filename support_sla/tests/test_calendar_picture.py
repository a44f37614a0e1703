from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .calendar_common import CalendarCase, utc


@tagged("post_install", "-at_install")
class TestCalendarPicture(CalendarCase):
    """What the form of a calendar shows of the coming weeks."""

    def days(self, moment="2026-12-16 12:00", **options):
        calendar = self.office.with_user(self.manager).with_context(support_now=utc(moment))
        picture = calendar.get_sla_picture(**options)
        return picture, {day["day"]: day for day in picture["days"]}

    def test_weeks(self):
        """E-2.2: eight weeks from this Monday on, in the calendar's own zone; holidays and exception days are named
        and are days of their own kind"""
        self.close(self.office, "2026-12-25 00:00:00", "2026-12-25 23:59:59", name="Christmas Day")
        self.env["support.calendar.exception"].create(
            [
                {"calendar_id": self.office.id, "date": "2026-12-24", "kind": "short", "hour_from": 9, "hour_to": 12,
                 "name": "Christmas Eve"},
                {"calendar_id": self.office.id, "date": "2026-12-19", "kind": "extra", "hour_from": 10, "hour_to": 14,
                 "name": "Sales"},
            ]
        )  # fmt: skip
        picture, days = self.days()
        self.assertEqual((picture["zone"], picture["today"]), ("Europe/London", "2026-12-16"))
        self.assertEqual((len(picture["days"]), picture["days"][0]["day"]), (56, "2026-12-14"))
        self.assertEqual(
            days["2026-12-16"], {"day": "2026-12-16", "openings": [[32400, 61200]], "kind": "usual", "label": ""}
        )
        self.assertEqual((days["2026-12-20"]["kind"], days["2026-12-20"]["openings"]), ("off", []))
        self.assertEqual((days["2026-12-25"]["kind"], days["2026-12-25"]["label"]), ("closed", "Christmas Day"))
        self.assertEqual(
            days["2026-12-24"],
            {"day": "2026-12-24", "openings": [[32400, 43200]], "kind": "changed", "label": "Christmas Eve"},
        )
        self.assertEqual((days["2026-12-19"]["kind"], days["2026-12-19"]["label"]), ("changed", "Sales"))
        self.assertEqual(self.office.with_context(support_now=utc("2026-12-16 12:00")).support_picture, picture)

    def test_another_zone(self):
        """E-2.2: today and the days are those of the calendar's zone, whatever the zone of who looks"""
        self.office.tz = "Australia/Sydney"
        picture, _days = self.days("2026-12-16 22:00")
        self.assertEqual(picture["today"], "2026-12-17")
        # clocks go back on 5 April 2026 there; wall times stay what they are
        _picture, days = self.days(first="2026-04-01", weeks=2)
        self.assertEqual({tuple(map(tuple, day["openings"])) for day in days.values()}, {((32400, 61200),), ()})

    def test_pages(self):
        """E-2.2: other weeks are asked for by date; junk is refused with a message"""
        picture, _days = self.days(first="2027-03-10", weeks=3)
        self.assertEqual((len(picture["days"]), picture["days"][0]["day"]), (21, "2027-03-08"))
        for junk in ("yesterday", "9999-99-99", "1969-01-01"):
            with self.subTest(junk), self.assertRaises(ValidationError):
                self.days(first=junk)
        portal = new_test_user(self.env, "picture_portal", groups="base.group_portal")
        with self.assertRaises(AccessError):
            self.office.with_user(portal).get_sla_picture()

    def test_round_the_clock(self):
        """E-2.2: a day around the clock is one bar to midnight, also when the clocks change"""
        day_and_night = self.make_calendar("Always", "Europe/London", {day: [(0, 24)] for day in range(7)})
        picture = day_and_night.get_sla_picture("2026-03-23", 2)
        self.assertEqual({(str(day["openings"]), day["kind"]) for day in picture["days"]}, {("[[0, 86400]]", "usual")})

    def test_no_closed_day(self):
        """E-2.2: the form says when this or next year has no closed day, of calendars that promises run on"""
        calendar = self.office.with_context(support_now=utc("2026-12-16 12:00"))
        self.assertFalse(calendar.support_missing_text)
        self.env["support.provider"].create({"name": "Elm", "code": "elm_test", "calendar_id": self.office.id})
        self.env.invalidate_all()
        self.assertIn("2026, 2027", calendar.support_missing_text)
        self.close(self.office, "2026-12-25 00:00:00", "2026-12-25 23:59:59")
        self.env.invalidate_all()
        self.assertIn("in 2027", calendar.support_missing_text)
