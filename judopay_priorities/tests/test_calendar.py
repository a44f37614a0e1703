from .common import JudopayCase, utc


class TestCalendar(JudopayCase):
    def test_open_in_london_on_weekdays_without_holidays(self):
        """J-2: open 08:00 to 18:00 in London, Monday to Friday, but not on public holidays of England"""
        hours = 10 * 3600
        for day, seconds in (
            ("2026-02-10", hours),  # an ordinary Tuesday
            ("2026-02-14", 0),  # Saturday
            ("2026-02-15", 0),  # Sunday
            ("2026-04-03", 0),  # Good Friday
            ("2026-04-06", 0),  # Easter Monday, a holiday in England but not in Scotland
            ("2026-05-04", 0),  # early May
            ("2026-05-25", 0),  # spring
            ("2026-08-03", hours),  # a holiday in Scotland only
            ("2026-08-31", 0),  # summer
            ("2026-11-30", hours),  # a holiday in Scotland only
            ("2026-12-25", 0),
            ("2026-12-28", 0),  # instead of Boxing Day, a Saturday
            ("2026-12-29", hours),
            ("2027-01-01", 0),
        ):
            with self.subTest(day):
                start = utc(f"{day} 00:00")
                self.assertEqual(self.calendar._sla_elapsed(start, start.replace(hour=23)), seconds)

    def test_opening_follows_summer_time(self):
        """J-2: 08:00 is 08:00 on the clock in London, in winter and in summer"""
        for asked, opens in (
            ("2026-03-27 18:00", "2026-03-30 07:00"),  # the clocks went forward
            ("2026-10-23 17:00", "2026-10-26 08:00"),  # and back
        ):
            with self.subTest(asked):
                first = self.calendar._sla_add(utc(asked), 1)
                self.assertEqual(first.replace(second=0), utc(opens))

    def test_holidays_of_this_and_next_year_came_with_the_installation(self):
        """J-2: nobody has to fill in the holidays, neither now nor in the years to come"""
        self.assertEqual(self.calendar.support_country_id.code, "GB")
        self.assertEqual(self.calendar.support_subdivision, "ENG")
        years = {leave.date_from.year for leave in self.calendar.leave_ids}
        today = self.env.cr.now().year
        self.assertLessEqual({today, today + 1}, years)
        self.assertFalse(self.calendar._sla_missing_holiday_years(self.env.cr.now()))
