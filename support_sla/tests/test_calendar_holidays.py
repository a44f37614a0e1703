from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Date
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .calendar_common import CalendarCase, utc

MODELS = "odoo.addons.support_sla.models.resource_calendar"


@tagged("post_install", "-at_install")
class TestCalendarHolidays(CalendarCase):
    """Public holidays from the ``holidays`` library."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office.write({"support_country_id": cls.env.ref("base.uk").id, "support_subdivision": "ENG"})
        week = {day: [(9, 12), (13, 18)] for day in range(5)}
        cls.moscow = cls.make_calendar("Moscow", "Europe/Moscow", week, support_country_id=cls.env.ref("base.ru").id)
        cls.mexico = cls.make_calendar(
            "Mexico", "America/Mexico_City", week, support_country_id=cls.env.ref("base.mx").id
        )

    def closed_days(self, calendar, year):
        """The weekdays of a year that are not open."""
        days = [date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())]
        hours = calendar._sla_hours()
        return [f"{day:%m-%d}" for day in days if day.weekday() < 5 and not hours.is_working_day(day)]

    def test_england_with_substitute_days(self):
        """E-2.2: England's bank holidays of 2026 to 2028, with the days that replace those on a weekend."""
        self.office._sla_fill_holidays([2026, 2027, 2028])
        self.assertEqual(
            self.closed_days(self.office, 2026),
            ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"],
        )
        self.assertEqual(
            self.closed_days(self.office, 2027),
            ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"],
        )
        self.assertEqual(
            self.closed_days(self.office, 2028),
            ["01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"],
        )
        self.assertDue(self.office, "2026-12-24 16:00", 2, "2026-12-29 10:00")

    def test_holidays_are_whole_local_dates(self):
        """E-2.2: a holiday covers the calendar's own date, whatever the zone of who fills it in."""
        self.office.with_user(self.manager)._sla_fill_holidays([2026])
        leaves = self.office.global_leave_ids.sorted("date_from")
        self.assertIn((utc("2026-08-30 23:00"), utc("2026-08-31 22:59:59")), leaves.mapped(self.bounds))
        self.assertIn((utc("2026-12-25 00:00"), utc("2026-12-25 23:59:59")), leaves.mapped(self.bounds))
        always = self.make_calendar(
            "Always",
            "Europe/London",
            {day: [(0, 24)] for day in range(7)},
            support_country_id=self.env.ref("base.uk").id,
            support_subdivision="ENG",
        )
        always._sla_fill_holidays([2026])
        self.assertEqual(always._sla_elapsed(utc("2026-08-30 22:00"), utc("2026-09-01 00:00")), 2 * 3600)

    def test_holidays_are_shown_in_the_calendars_zone(self):
        """E-2.7: beside the reader's own zone stands the local date or time of the calendar."""
        holiday = self.close(self.office, "2026-08-30 23:00:00", "2026-08-31 22:59:59")
        long = self.close(self.office, "2026-12-25 00:00:00", "2026-12-28 23:59:59")
        partly = self.close(self.office, "2026-08-12 11:00:00", "2026-08-12 16:00:00")
        shown = (holiday | long | partly).with_user(self.manager).mapped("support_local_time")
        self.assertEqual(shown[:2], ["08/31/2026", "12/25/2026 – 12/28/2026"])
        self.assertIn("12:00:00", shown[2])

    @staticmethod
    def bounds(leave):
        return leave.date_from, leave.date_to

    def test_russia_with_moved_working_days(self):
        """E-2.2: Russia's transfers: 28 December 2024 worked on a Saturday, for 30 December off."""
        self.moscow._sla_fill_holidays([2024, 2025])
        self.assertEqual(
            self.closed_days(self.moscow, 2024)[-4:],
            ["06-12", "11-04", "12-30", "12-31"],
        )
        extra = self.moscow.support_exception_ids
        self.assertEqual(
            sorted({Date.to_string(day) for day in extra.mapped("date")}),
            ["2024-04-27", "2024-11-02", "2024-12-28", "2025-11-01"],
        )
        self.assertEqual(set(extra.mapped("kind")), {"extra"})
        # the hours of the Friday before, in Moscow (UTC+3)
        opened = self.moscow._sla_elapsed(utc("2024-12-27 21:00"), utc("2024-12-28 21:00"))
        self.assertEqual(opened, 8 * 3600)
        self.assertDue(self.moscow, "2024-12-27 14:30", 1, "2024-12-28 06:30")
        self.assertDue(self.moscow, "2024-12-28 14:30", 1, "2025-01-09 06:30")

    def test_mexico(self):
        """E-2.2: Mexico's holidays of 2026, the Mondays that stand for others included."""
        self.mexico._sla_fill_holidays([2026])
        self.assertEqual(
            self.closed_days(self.mexico, 2026),
            ["01-01", "02-02", "03-16", "05-01", "09-16", "11-16", "12-25"],
        )

    def test_filling_again_changes_nothing(self):
        """E-2.2: filling is idempotent, and what an administrator changed or removed stays so."""
        self.moscow._sla_fill_holidays([2024])
        count = self.office._sla_fill_holidays([2026])
        self.assertEqual(count, len(self.office.global_leave_ids))
        by_day = {Date.to_string(leave.date_to.date()): leave for leave in self.office.global_leave_ids}
        by_day["2026-05-04"].unlink()
        by_day["2026-12-28"].write({"name": "Moved", "date_to": utc("2026-12-28 12:00")})
        self.moscow.support_exception_ids.filtered(lambda line: line.date == date(2024, 12, 28)).unlink()
        before = (self.office.global_leave_ids, self.moscow.global_leave_ids, self.moscow.support_exception_ids)
        self.assertEqual((self.office | self.moscow)._sla_fill_holidays([2026]), 18, "Moscow's 2026")
        self.assertEqual((self.office | self.moscow)._sla_fill_holidays([2024, 2026]), 8, "London's 2024")
        self.assertEqual((self.office | self.moscow)._sla_fill_holidays([2024, 2026]), 0)
        new = self.office.global_leave_ids - before[0]
        self.assertEqual({leave.date_to.year for leave in new}, {2024})
        self.assertEqual(by_day["2026-12-28"].name, "Moved")
        self.assertNotIn("05-04", self.closed_days(self.office, 2026))
        self.assertFalse(self.moscow._sla_hours().is_working_day(date(2024, 12, 28)))

    def test_what_is_closed_already_is_not_closed_twice(self):
        """E-2.2: a holiday typed by hand before, or an exception on its date, is left as it is."""
        self.close(self.office, "2026-12-24 00:00:00", "2026-12-27 00:00:00")
        self.env["support.calendar.exception"].create(
            {"calendar_id": self.office.id, "date": "2026-12-28", "kind": "short", "hour_from": 10, "hour_to": 12}
        )
        self.office._sla_fill_holidays([2026])
        december = [leave for leave in self.office.global_leave_ids if leave.date_from.month == 12]
        self.assertEqual(len(december), 1)
        self.assertTrue(self.office._sla_hours().is_working_day(date(2026, 12, 28)))

    def test_a_copy_remembers_what_was_filled_in(self):
        """E-2.2: a copied calendar has its holidays once."""
        self.office._sla_fill_holidays([2026])
        copy = self.office.copy()
        self.assertEqual(len(copy.global_leave_ids), len(self.office.global_leave_ids))
        self.assertEqual(copy._sla_fill_holidays([2026]), 0)

    def test_unknown_countries_are_refused_in_words(self):
        """E-2.6: a country or part without known holidays is an error that says what there is."""
        utopia = self.env["res.country"].create({"name": "Utopia", "code": "ZZ"})
        for vals, words in (
            ({"support_subdivision": "ENGLAND"}, "NIR"),
            ({"support_country_id": utopia.id, "support_subdivision": False}, "Utopia"),
            ({"support_country_id": False}, "ENG"),
        ):
            with self.assertRaises(ValidationError) as caught:
                self.office.write(vals)
            self.assertIn(words, str(caught.exception))

    @mute_logger(MODELS)
    def test_every_year_next_years_holidays_come(self):
        """E-2.2: the scheduled action fills this and next year; one country in trouble does not stop the others."""
        self.moscow.flush_recordset()
        self.cr.execute("UPDATE resource_calendar SET support_subdivision = 'gone' WHERE id = %s", [self.moscow.id])
        self.moscow.invalidate_recordset()
        with patch.object(Date, "context_today", return_value=date(2026, 11, 1)):
            self.env.ref("support_sla.ir_cron_fill_holidays").ir_actions_server_id.run()
            count = len(self.office.global_leave_ids)
            self.env["resource.calendar"]._cron_sla_fill_holidays()
        self.assertEqual(len(self.office.global_leave_ids), count)
        self.assertIn("12-27", self.closed_days(self.office, 2027))
        self.assertIn("11-15", self.closed_days(self.mexico, 2027))
        self.assertEqual(self.closed_days(self.office, 2028), [])
        self.assertEqual(self.closed_days(self.moscow, 2027), [])

    def test_years_without_holidays_are_found(self):
        """E-2.2: the check names this or next year when they have no closed day; 24×7 calendars need none."""
        always = self.make_calendar("Always", "UTC", {day: [(0, 24)] for day in range(7)})
        empty = self.make_calendar("Empty", "UTC", {})
        calendars = self.office | always | empty
        now = utc("2026-11-18 12:00")
        self.assertEqual(calendars._sla_missing_holiday_years(now), {self.office.id: [2026, 2027]})
        self.office._sla_fill_holidays([2026])
        self.assertEqual(calendars._sla_missing_holiday_years(now), {self.office.id: [2027]})
        # a closed Saturday is no holiday of this office
        self.close(self.office, "2027-05-08 00:00:00", "2027-05-08 23:59:59")
        self.assertEqual(calendars._sla_missing_holiday_years(now), {self.office.id: [2027]})
        self.env["support.calendar.exception"].create({"calendar_id": self.office.id, "date": "2027-05-03"})
        self.assertEqual(calendars._sla_missing_holiday_years(now), {})
        always.support_country_id = self.env.ref("base.mx")
        self.assertEqual(always._sla_missing_holiday_years(now), {always.id: [2026, 2027]})

    def test_wizard_previews_and_fills(self):
        """E-2.2: the wizard shows each date before it fills it in, and remembers the country."""
        plain = self.make_calendar("Plain", "Europe/London", {day: [(9, 17)] for day in range(5)})
        self.close(plain, "2026-12-25 00:00:00", "2026-12-25 23:59:59")
        action = plain.with_user(self.manager).action_sla_holidays()
        with Form(self.env["support.holiday.wizard"].with_user(self.manager).with_context(**action["context"])) as form:
            form.country_id = self.env.ref("base.uk")
            self.assertIn("ENG (England)", form.subdivision_choice)
            form.subdivision = "ENGLAND"
            self.assertIn("SCT", form.problem)
            form.subdivision = "ENG"
            self.assertFalse(form.problem)
            form.year_from = 2026
            form.year_to = 2026
        wizard = form.record
        self.assertEqual(len(wizard.line_ids), 9)
        shown = {Date.to_string(line.date): line.change for line in wizard.line_ids}
        self.assertEqual((shown["2026-12-25"], shown["2026-12-28"]), ("covered", "add"))
        wizard.action_apply()
        self.assertEqual(len(plain.global_leave_ids), 9)
        self.assertEqual((plain.support_country_id, plain.support_subdivision), (self.env.ref("base.uk"), "ENG"))
        again = wizard.create({"calendar_ids": plain.ids, "year_from": 2026, "year_to": 2026})
        self.assertEqual((again.country_id, again.subdivision), (self.env.ref("base.uk"), "ENG"))
        self.assertEqual(set(again.line_ids.mapped("change")), {"done"})
        wrong = wizard.create({"calendar_ids": plain.ids, "year_from": 2026, "year_to": 2020})
        with self.assertRaises(ValidationError):
            wrong.action_apply()

    def test_wizard_is_for_managers(self):
        """E-6.3: agents do not fill in holidays."""
        with self.assertRaises(AccessError):
            self.env["support.holiday.wizard"].with_user(self.agent).create({"calendar_ids": self.office.ids})

    def test_holidays_in_the_users_language(self):
        """E-2.2: holidays are named in the language of who fills them in, where the library has it."""
        self.env["res.lang"]._activate_lang("es_MX")
        self.mexico.with_context(lang="es_MX")._sla_fill_holidays([2026])
        self.assertIn("Año Nuevo", self.mexico.global_leave_ids.mapped("name"))
        self.moscow._sla_fill_holidays([2026])
        self.assertIn("Victory Day", self.moscow.global_leave_ids.mapped("name"))
