from odoo.addons.support_sla.tests.common import utc
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .report_common import ReportCase


@tagged("post_install", "-at_install")
class TestMeeting(ReportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.meeting = (
            cls.env["support.meeting"]
            .with_user(cls.manager)
            .create(
                {
                    "provider_id": cls.provider.id,
                    "customer_id": cls.company_a.id,
                    "organizer_id": cls.boss.id,
                    "user_ids": [(6, 0, cls.agent.ids)],
                    "contact_ids": [(6, 0, (cls.contact | cls.customer).ids)],
                    "week": "2",
                    "weekday": "TUE",
                    "hour": 10.5,
                }
            )
        )

    def run_meetings(self, moment):
        self.at(self.env["support.meeting"].with_user(1), moment)._cron_meetings()
        self.env.invalidate_all()

    @property
    def events(self):
        return self.env["calendar.event"].sudo().search([("support_meeting_id", "=", self.meeting.id)], order="start")

    def test_in_the_calendar(self):
        """R-5: a recurring event with both teams, at the customer's hour also when the clocks change; never twice"""
        self.run_meetings("2026-02-01 06:00")
        self.run_meetings("2026-02-02 06:00")
        self.assertEqual(len(self.events), 12)
        starts = self.events.mapped("start")
        self.assertEqual(starts[:3], [utc("2026-02-10 10:30"), utc("2026-03-10 10:30"), utc("2026-04-14 09:30")])
        self.assertEqual(len(self.events.recurrence_id), 1)
        for event in self.events:
            self.assertEqual(event.partner_ids, (self.boss | self.agent).partner_id | self.contact | self.customer)
        self.assertEqual(self.events.user_id, self.boss)

    def test_goes_on(self):
        """R-5: the series is prolonged before it ends, and catches up when the desk was off"""
        self.run_meetings("2026-02-01 06:00")
        self.run_meetings("2026-12-20 06:00")
        starts = [str(start) for start in self.events.mapped("start")]
        self.assertEqual(len(starts), 24)
        self.assertEqual(len(set(starts)), 24)
        self.assertEqual(starts[12][:10], "2027-02-09")

    def test_the_last_report_is_on_it(self):
        """R-5: the last released report is put on the next meeting, a week before it, once"""
        self.run_meetings("2026-02-01 06:00")
        report = self.make_report()
        report.with_user(self.manager).action_release()
        self.run_meetings("2026-03-02 10:00")
        march = self.events[1]
        self.assertFalse(march._support_get_report_file(), "eight days before")
        self.run_meetings("2026-03-04 10:00")
        self.run_meetings("2026-03-05 10:00")
        self.assertEqual(march.support_report_id, report)
        files = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", "calendar.event"), ("res_id", "in", self.events.ids)])
        )
        self.assertEqual((len(files), files.res_id, files.raw), (1, march.id, report._get_pdf()))
        later = self.make_report("2026-04-02 09:00", self.month.replace(month=3))
        self.run_meetings("2026-04-08 06:00")
        self.assertEqual(self.events[2].support_report_id, report, "a draft is shown to nobody")
        later.with_user(self.manager).action_release()
        self.run_meetings("2026-04-09 06:00")
        self.assertEqual(self.events[2].support_report_id, later)
        self.assertEqual(self.events[2]._support_get_report_file().raw, later._get_pdf())

    def test_another_day(self):
        """R-5: when day or people change, what is to come is planned anew and what was stays"""
        self.run_meetings("2026-02-01 06:00")
        first = self.events[0]
        self.at(self.meeting, "2026-02-20 06:00").write({"week": "-1", "weekday": "FRI"})
        self.run_meetings("2026-02-20 07:00")
        self.assertEqual(self.events[0], first)
        self.assertEqual(self.events[1].start, utc("2026-02-27 10:30"))
        self.at(self.meeting, "2026-03-01 06:00").active = False
        self.run_meetings("2026-03-01 07:00")
        self.assertEqual(len(self.events), 2, "the two that have been")

    def test_wrong_people(self):
        """R-5: nobody of another company is invited as the customer's team"""
        with self.assertRaises(ValidationError):
            self.meeting.contact_ids |= self.env["res.partner"].create({"name": "Elsewhere"})
