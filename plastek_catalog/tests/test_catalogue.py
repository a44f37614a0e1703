from .common import PlastekCase

# P-5: service → impact, escalation, raise priority, level
TABLE = {
    "Report": ("Low", True, True, "SL_1"),
    "Testing": ("Medium", False, True, "SL_2"),
    "Incident": ("High", True, False, "SL_2"),
    "Consultation": ("Low", True, True, "SL_1"),
    "Instruction": ("Low", False, False, "SL_1"),
    "Promotion": ("High", True, True, "SL_3"),
    "Access": ("High", False, False, "SL_3"),
    "Training": ("Low", False, False, "SL_1"),
    "Hardware": ("All-encompassing", True, True, "SL_3"),
    "Logging": ("Medium", True, True, "SL_2"),
    "Segmentation": ("Low", True, False, "SL_1"),
    "Mailing": ("Medium", False, True, "SL_2"),
    "Communication link": ("All-encompassing", True, True, "SL_3"),
    "Performance": ("All-encompassing", True, True, "SL_3"),
}
# raised on Tuesday 2026-02-10 at 12:00 in Moscow (09:00 UTC), 9 hours a day: reaction, resolution in UTC
DUE = {
    "SL_1": ("2026-02-10 11:00", "2026-02-10 13:00"),
    "SL_2": ("2026-02-10 13:00", "2026-02-12 15:00"),
    "SL_3": ("2026-02-10 15:00", "2026-02-17 12:00"),
}
ALWAYS = {
    "SL_1": ("2026-02-14 23:00", "2026-02-15 01:00"),
    "SL_2": ("2026-02-15 01:00", "2026-02-15 21:00"),
    "SL_3": ("2026-02-15 03:00", "2026-02-16 21:00"),
}


class TestCatalogue(PlastekCase):
    def test_rows(self):
        """P-5: the catalogue has exactly the fourteen rows, with impact, flags and level"""
        rows = {
            service.name: (
                service.impact_id.name,
                service.plastek_escalation,
                service.plastek_raise,
                service.default_priority_id.code,
            )
            for service in self.provider.service_ids
        }
        self.assertEqual(rows, TABLE)

    def test_levels_in_working_hours(self):
        """P-6, P-1: reaction 2, 4 and 6 hours, resolution 4, 24 and 48 hours, of the days from 10 to 19 in Moscow"""
        for name, (_impact, _escalation, _raise, level) in TABLE.items():
            with self.subTest(name):
                service = self.provider.service_ids.filtered(lambda service, name=name: service.name == name)
                ticket = self.raise_ticket("2026-02-10 09:00", service.code)
                self.assertEqual(ticket.support_priority_id, self.levels[level])
                self.assertEqual(self.due(ticket), DUE[level])

    def test_first_line_around_the_clock(self):
        """P-1: a request of the first line runs day and night, whatever its level"""
        for level, due in ALWAYS.items():
            with self.subTest(level):
                ticket = self.raise_ticket(
                    "2026-02-14 21:00",
                    None,
                    support_kind_id=self.ref_("kind_guest").id,
                    support_priority_id=self.levels[level].id,
                )
                self.assertEqual(self.due(ticket), due)

    def test_first_line_without_a_kind(self):
        """P-1: what comes to the first line's queue and says nothing of its kind runs around the clock as well"""
        ticket = self.raise_ticket("2026-02-14 21:00", None, name="Hello", team_id=self.first_line.id)
        self.assertFalse(ticket.support_kind_id)
        self.assertEqual(self.due(ticket), ALWAYS["SL_2"])

    def test_edges_of_the_day(self):
        """P-1: raised at night or on Saturday the hours begin at the next opening; a promise may end at closing time"""
        ticket = self.raise_ticket("2026-02-13 16:30", "report")  # Friday 19:30 in Moscow
        self.assertEqual(self.due(ticket), ("2026-02-16 09:00", "2026-02-16 11:00"))
        ticket = self.raise_ticket("2026-02-13 12:00", "report")  # Friday 15:00: four hours to closing time
        self.assertEqual(self.due(ticket)[1], "2026-02-13 16:00")
