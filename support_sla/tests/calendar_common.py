from datetime import datetime

from odoo.tests import TransactionCase, new_test_user


def utc(text: str) -> datetime:
    """``2026-11-18 12:00`` as Odoo's naive UTC datetime."""
    return datetime.fromisoformat(text)


class CalendarCase(TransactionCase):
    """Makes calendars of its own; nothing depends on demonstration data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True, "lang": "en_US"})
        cls.manager = new_test_user(
            cls.env, "calendar_manager", groups="helpdesk_mgmt.group_helpdesk_manager", tz="America/Mexico_City"
        )
        cls.agent = new_test_user(cls.env, "calendar_agent", groups="helpdesk_mgmt.group_helpdesk_user_own")
        cls.office = cls.make_calendar("Office", "Europe/London", {day: [(9, 17)] for day in range(5)})

    @classmethod
    def make_calendar(cls, name, tz, openings, **vals):
        """A calendar with these openings: weekday → pairs of hours."""
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": tz,
                "company_id": False,
                "attendance_ids": [
                    (0, 0, {"name": name, "dayofweek": str(day), "hour_from": start, "hour_to": stop})
                    for day, pairs in openings.items()
                    for start, stop in pairs
                ],
                **vals,
            }
        )

    @classmethod
    def close(cls, calendar, start, stop, **vals):
        """Global time off between two UTC times."""
        return cls.env["resource.calendar.leaves"].create(
            {
                "name": "Closed",
                "calendar_id": calendar.id,
                "resource_id": False,
                "date_from": utc(start),
                "date_to": utc(stop),
                **vals,
            }
        )

    def assertDue(self, calendar, start, hours, due):
        found = calendar._sla_add(utc(start), round(hours * 3600))
        self.assertEqual(found, due and utc(due), f"{hours} h from {start}")
