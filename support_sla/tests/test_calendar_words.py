from odoo.fields import Command
from odoo.tests import tagged

from .calendar_common import CalendarCase


@tagged("post_install", "-at_install")
class TestCalendarWords(CalendarCase):
    """Working hours as a customer reads them."""

    def say(self, lines, zone="Europe/Moscow", lang="en_US"):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "A name for the inside",
                "tz": zone,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create({"name": "Open", "dayofweek": str(day), "hour_from": start, "hour_to": stop})
                        for days, spans in lines
                        for day in days
                        for start, stop in spans
                    ),
                ],
            }
        )
        self.env["res.lang"]._activate_lang(lang)
        self.env["res.lang"].search([("code", "=", lang)]).time_format = "%H:%M:%S"
        return calendar.with_context(lang=lang)._sla_describe_week()

    def test_weeks_in_words(self):
        """P-11: days with the same hours are one span, a lunch break that is none is not told, days that are closed are
        left out, and the zone has the name of its city"""
        week = range(5)
        for lines, words in (
            ([(week, [(10, 19)])], "Mon–Fri 10:00–19:00 (Moscow time)"),
            ([(week, [(8, 12), (12, 16.5)])], "Mon–Fri 08:00–16:30 (Moscow time)"),
            ([(week, [(8, 12), (13, 17)])], "Mon–Fri 08:00–12:00, 13:00–17:00 (Moscow time)"),
            ([((0, 1), [(9, 18)]), ((3, 4), [(9, 18)])], "Mon–Tue 09:00–18:00, Thu–Fri 09:00–18:00 (Moscow time)"),
            ([((5,), [(0, 24)])], "Sat 00:00–24:00 (Moscow time)"),
            ([(range(7), [(0, 24)])], "around the clock"),
            ([], "A name for the inside"),
        ):
            with self.subTest(words=words):
                self.assertEqual(self.say(lines), words)
        self.assertEqual(self.env["resource.calendar"]._sla_describe_week(), "around the clock")

    def test_in_the_readers_language(self):
        """P-11: names of days are those of the reader's language"""
        self.assertTrue(self.say([(range(5), [(10, 19)])], lang="es_ES").startswith("lun–vie 10:00–19:00"))
