from odoo.tests import tagged

from .calendar_common import CalendarCase, utc

WEDNESDAY = "2026-11-18 10:00"


@tagged("post_install", "-at_install")
class TestCalendarCache(CalendarCase):
    """Compiled opening hours are kept until something they are made of changes."""

    def due(self, calendar=None):
        return (calendar or self.office)._sla_add(utc(WEDNESDAY), 10 * 3600)

    def assertChanges(self, change, due):
        """Whether a change shows at once, and is announced to the other workers."""
        self.due()
        self.env.registry.cache_invalidated.clear()
        result = change()
        self.assertEqual(self.due(), utc(due))
        self.assertIn("default", self.env.registry.cache_invalidated)
        return result

    def test_no_queries_when_warm(self):
        """E-2.5: once compiled, opening hours are reckoned without a query, for every user."""
        agent_side = self.office.with_user(self.agent)
        self.due()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            for user_side in (self.office, agent_side):
                for hours in range(-50, 50):
                    user_side._sla_add(utc(WEDNESDAY), hours * 3600)
                    user_side._sla_elapsed(utc("2026-01-01 00:00"), utc("2027-06-01 00:00"))
        self.assertIs(self.office._sla_hours(), agent_side._sla_hours())

    def test_compiling_takes_the_same_queries_for_any_calendar(self):
        """E-2.5: the number of queries to compile does not grow with attendances, holidays or exceptions."""
        big = self.make_calendar("Big", "UTC", {day: [(h, h + 0.5) for h in range(20)] for day in range(7)})
        for day in range(1, 28):
            self.close(big, f"2026-01-{day:02} 00:00:00", f"2026-01-{day:02} 01:00:00")
        self.env["support.calendar.exception"].create(
            [{"calendar_id": big.id, "date": f"2026-02-{day:02}"} for day in range(1, 28)]
        )
        self.close(self.office, "2026-01-01 00:00:00", "2026-01-01 01:00:00")
        self.env["support.calendar.exception"].create({"calendar_id": self.office.id, "date": "2026-02-01"})
        counts = []
        for calendar in (self.office, big):
            self.env.flush_all()
            self.env.invalidate_all()
            self.env.registry.clear_cache("stable")
            self.env["res.lang"]._get_data(code="en_US")
            before = self.cr.sql_log_count
            calendar._sla_hours()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 7)

    def test_changes_of_the_calendar(self):
        """E-2.5: a changed zone, kind of schedule or set of lines holds at once."""
        self.assertEqual(self.due(), utc("2026-11-19 12:00"))
        self.assertChanges(lambda: self.office.write({"tz": "Europe/Moscow"}), "2026-11-19 12:00")
        self.assertChanges(lambda: self.office.write({"tz": "Australia/Sydney"}), "2026-11-20 00:00")
        self.assertChanges(lambda: self.office.write({"tz": "Europe/London"}), "2026-11-19 12:00")
        self.office.schedule_type = "flexible"
        self.assertIsNone(self.due())
        self.office.flexible_hours = False
        self.assertEqual(self.due(), utc("2026-11-19 12:00"))
        self.assertChanges(
            lambda: self.office.write(
                {"attendance_ids": [(5, 0, 0), (0, 0, {"name": "x", "dayofweek": "6", "hour_from": 0, "hour_to": 20})]}
            ),
            "2026-11-22 10:00",
        )

    def test_changes_of_attendances(self):
        """E-2.5: an attendance that is added, changed or deleted holds at once."""
        lines = self.office.attendance_ids
        line = self.assertChanges(
            lambda: lines.create(
                {"name": "x", "calendar_id": self.office.id, "dayofweek": "2", "hour_from": 18, "hour_to": 20}
            ),
            "2026-11-19 10:00",
        )
        self.assertChanges(lambda: line.write({"hour_to": 19}), "2026-11-19 11:00")
        self.assertChanges(line.unlink, "2026-11-19 12:00")

    def test_changes_of_time_off(self):
        """E-2.5: a closed day that is added, moved, taken over by one person or deleted holds at once."""
        thursday = ("2026-11-19 00:00:00", "2026-11-19 23:59:59")
        leave = self.assertChanges(lambda: self.close(self.office, *thursday), "2026-11-20 12:00")
        self.assertChanges(lambda: leave.write({"date_to": utc("2026-11-19 10:00")}), "2026-11-19 13:00")
        resource = self.env["resource.resource"].create({"name": "Somebody", "calendar_id": self.office.id})
        self.assertChanges(lambda: leave.write({"resource_id": resource.id}), "2026-11-19 12:00")
        self.assertChanges(lambda: leave.write({"resource_id": False}), "2026-11-19 13:00")
        self.assertChanges(leave.unlink, "2026-11-19 12:00")
        leave = self.assertChanges(lambda: self.close(self.env["resource.calendar"], *thursday), "2026-11-20 12:00")
        self.assertChanges(leave.unlink, "2026-11-19 12:00")

    def test_time_off_of_one_person_keeps_the_cache(self):
        """E-2.5: one person's time off is no reason to compile again."""
        resource = self.env["resource.resource"].create({"name": "Somebody", "calendar_id": self.office.id})
        before = self.office._sla_hours()
        leave = self.close(self.office, "2026-11-19 00:00:00", "2026-11-19 23:59:59", resource_id=resource.id)
        leave.name = "Holiday"
        leave.unlink()
        self.assertIs(self.office._sla_hours(), before)

    def test_changes_of_exceptions(self):
        """E-2.5: an exception day that is added, changed or deleted holds at once."""
        line = self.assertChanges(
            lambda: self.env["support.calendar.exception"].create(
                {"calendar_id": self.office.id, "date": "2026-11-19"}
            ),
            "2026-11-20 12:00",
        )
        self.assertChanges(lambda: line.write({"kind": "short", "hour_from": 9, "hour_to": 10}), "2026-11-20 11:00")
        self.assertChanges(line.unlink, "2026-11-19 12:00")

    def test_a_change_is_announced_again_at_commit(self):
        """E-2.5: what another thread compiled before our commit is dropped when we commit."""
        self.env.cr.postcommit.clear()
        self.office.tz = "UTC"
        self.office.tz = "Europe/London"
        before = self.office._sla_hours()
        self.assertEqual(len(self.env.cr.postcommit._funcs), 1, "once a transaction is enough")
        self.env.cr.postcommit.run()
        self.assertIsNot(self.office._sla_hours(), before)

    def test_names_in_the_readers_language(self):
        """E-4: the name of an exception day is the reader's, also after it was translated."""
        self.env["res.lang"]._activate_lang("es_ES")
        line = self.env["support.calendar.exception"].create(
            {"calendar_id": self.office.id, "date": "2026-11-19", "name": "Stock-taking"}
        )

        def label(lang):
            hours = self.office.with_context(lang=lang)._sla_hours()
            return {segment.label for segment in hours.gaps(1795046400, 1795132800)} - {""}

        self.assertEqual(label("es_ES"), {"Stock-taking"})
        line.update_field_translations("name", {"es_ES": "Inventario"})
        self.assertEqual((label("es_ES"), label("en_US")), ({"Inventario"}, {"Stock-taking"}))
        line.with_context(lang="es_ES").name = "Recuento"
        self.assertEqual((label("es_ES"), label("en_US")), ({"Recuento"}, {"Stock-taking"}))

    def test_unsaved_calendars_are_not_kept(self):
        """E-2.5: a calendar that is being typed is compiled as it stands."""
        draft = self.env["resource.calendar"].new({"name": "Draft", "tz": "UTC", "company_id": False})
        draft.attendance_ids = [(5, 0, 0), (0, 0, {"name": "x", "dayofweek": "2", "hour_from": 9, "hour_to": 20})]
        self.assertEqual(self.due(draft), utc("2026-11-18 20:00"))
