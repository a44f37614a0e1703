from io import BytesIO

from odoo.addons.support_sla.tests.common import utc
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.pdf import PdfReader

from .report_common import FIRST_WORKING, ReportCase


@tagged("post_install", "-at_install")
class TestReportDispatch(ReportCase):
    def mails_to(self, partner):
        mails = self.env["mail.mail"].sudo().search([("recipient_ids", "in", partner.ids)], order="id")
        return mails.filtered(lambda mail: mail.model == "support.report")

    def test_first_working_day(self):
        """R-3: made when the first working day of the next month begins, and no earlier; never twice"""
        self.provider.report_since = "2026-02-01"
        self.live_february()
        self.run_cron("2026-03-01 12:00")
        self.assertFalse(self.report, "Sunday")
        self.run_cron("2026-03-02 07:59")
        self.assertFalse(self.report, "before the desk opens")
        self.run_cron(FIRST_WORKING)
        february = self.report
        self.assertEqual(str(february.month), "2026-02-01")
        self.assertEqual((february.state, february.figures["counts"]["raised"]), ("draft", 3))
        self.run_cron("2026-03-02 09:00")
        self.run_cron("2026-03-20 09:00")
        self.assertEqual(self.report, february)
        self.assertEqual(february.version, 1)

    def test_catches_up(self):
        """R-3: a server that was off on the first working day makes the report afterwards, also of two months"""
        self.provider.report_since = "2026-02-01"
        self.run_cron("2026-04-14 03:00")
        self.assertEqual([str(month) for month in self.report.mapped("month")], ["2026-03-01", "2026-02-01"])

    def test_whose_customers(self):
        """R-3: customers with an entitlement in the month or with tickets get one, others do not"""
        other, gone, later = self.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in ("With a ticket", "Gone", "Comes in March")]
        )
        self.env["support.entitlement"].create(
            [
                {
                    "provider_id": self.provider.id,
                    "partner_id": gone.id,
                    "date_start": "2025-01-01",
                    "date_end": "2026-01-31",
                },
                {"provider_id": self.provider.id, "partner_id": later.id, "date_start": "2026-03-01"},
            ]
        )
        self.raise_ticket("2026-02-03 10:00", partner_id=other.id)
        self.provider.report_since = "2026-02-01"
        self.run_cron(FIRST_WORKING)
        found = self.env["support.report"].search([("provider_id", "=", self.provider.id)])
        self.assertEqual(set(found.customer_id), {self.company_a, other})

    def test_a_desk_without_hours(self):
        """R-3: where no working day is known the report is made when the month begins"""
        self.provider.calendar_id.attendance_ids.unlink()
        self.provider.report_since = "2026-02-01"
        self.run_cron("2026-03-01 00:10")
        self.assertEqual(len(self.report), 1)

    def test_preview_is_made_anew(self):
        """R-3: a report that was asked for while the month was running is made anew when it is over"""
        self.provider.report_since = "2026-02-01"
        preview = self.make_report("2026-02-10 10:00")
        self.raise_ticket("2026-02-20 10:00")
        self.run_cron(FIRST_WORKING)
        self.assertEqual(self.report, preview)
        self.assertEqual((preview.version, preview.raised_count, preview.is_preview), (2, 1, False))
        self.assertEqual(preview.activity_ids.user_id, self.boss)

    def test_released_and_sent(self):
        """R-3: the responsible role releases it; the report contacts get it with its pages, in their language"""
        self.provider.report_since = "2026-02-01"
        self.live_february()
        self.run_cron(FIRST_WORKING)
        report = self.report
        self.assertEqual(report.responsible_id, self.boss, "who fills the role that answers for reports")
        self.assertEqual(report.activity_ids.user_id, self.boss)
        with self.mock_mail_gateway():
            self.run_cron("2026-03-02 09:00")
            self.assertFalse(self.mails_to(self.contact), "nothing goes out before it was released")
            self.at(report.with_user(self.boss), "2026-03-02 10:00").action_release()
            self.assertEqual((report.state, report.released_by_id), ("released", self.boss))
            self.assertFalse(report.activity_ids)
            self.run_cron("2026-03-02 10:05")
            mail = self.mails_to(self.contact)
            self.assertEqual(len(mail), 1)
            self.assertIn("Acme Care: your support in February 2026", mail.subject)
            self.assertIn("Raised: 3", mail.body_html)
            self.assertIn(f"/my/support/reports/{report.id}", mail.body_html)
            self.assertNotIn("access_token", mail.body_html)
            self.assertEqual(mail.attachment_ids.raw, report._get_pdf())
            text = " ".join(page.extract_text() for page in PdfReader(BytesIO(mail.attachment_ids.raw)).pages)
            self.assertIn("Slow pages", text)
            self.send_mails()
            self.run_cron("2026-03-02 10:15")
            self.assertEqual((report.state, report.sent_at), ("sent", utc("2026-03-02 10:15")))
            self.run_cron("2026-03-02 11:15")
            self.assertEqual(len(self.mails_to(self.contact)), 1, "once")
        self.assertFalse(report.trouble)

    def test_released_by_itself(self):
        """R-3: where the provider wants it, nobody has to release"""
        self.provider.write({"report_release": "automatic", "report_since": "2026-02-01"})
        with self.mock_mail_gateway():
            self.run_cron(FIRST_WORKING)
            self.assertTrue(self.mails_to(self.contact))
        self.assertEqual((self.report.state, self.report.released_by_id.ids), ("released", []))

    def test_nobody_to_send_to(self):
        """R-3: a report without contacts stays visible, and the responsible is asked; chosen contacts get it then"""
        self.provider.write({"report_release": "automatic", "report_since": "2026-02-01"})
        self.entitlement.report_contact_ids = False
        with self.mock_mail_gateway():
            self.run_cron(FIRST_WORKING)
            report = self.report
            self.assertEqual((report.state, report.trouble), ("failed", "no_contact"))
            self.assertEqual(report.activity_ids.user_id, self.boss)
            self.assertIn("Nobody to send it to", report.activity_ids.summary)
            self.assertIn(report, self.env["support.report"].search([("trouble", "!=", False)]))
            self.run_cron("2026-03-03 09:00")
            self.assertEqual(len(report.activity_ids), 1, "asked once")
            self.assertFalse(self.mails_to(self.boss.partner_id))
            self.run_cron("2026-03-05 09:00")
            self.assertEqual(len(self.mails_to(self.boss.partner_id)), 1, "and reminded after three days")
            self.entitlement.report_contact_ids = self.contact
            report.with_user(self.boss).action_take_contacts()
            report.with_user(self.boss).action_send_again()
            self.run_cron("2026-03-05 09:10")
            self.send_mails()
            self.run_cron("2026-03-05 09:20")
        self.assertEqual((report.state, report.trouble), ("sent", False))

    def test_contact_without_address(self):
        """R-3: the others get it, and who has no address is named"""
        self.provider.write({"report_release": "automatic", "report_since": "2026-02-01"})
        silent = self.env["res.partner"].create({"name": "No address", "parent_id": self.company_a.id})
        self.entitlement.report_contact_ids |= silent
        with self.mock_mail_gateway():
            self.run_cron(FIRST_WORKING)
            self.send_mails()
            self.run_cron("2026-03-02 09:00")
        report = self.report
        self.assertTrue(self.mails_to(self.contact))
        self.assertEqual((report.state, report.trouble, report.trouble_detail), ("sent", "no_address", "No address"))
        self.assertEqual(report.activity_ids.user_id, self.boss)

    def test_mail_refused(self):
        """R-3: a report that the mail server refused is undelivered, with the reason, until it is sent again"""
        self.provider.write({"report_release": "automatic", "report_since": "2026-02-01"})
        with self.mock_mail_gateway():
            self.run_cron(FIRST_WORKING)
        report = self.report
        notification = report.message_id.notification_ids
        self.assertEqual(notification.res_partner_id, self.contact)
        notification.write({"notification_status": "exception", "failure_reason": "550 no such mailbox"})
        self.run_cron("2026-03-02 09:00")
        self.assertEqual((report.state, report.trouble), ("failed", "mail"))
        self.assertIn("550 no such mailbox", report.trouble_detail)
        with self.mock_mail_gateway():
            report.with_user(self.boss).action_send_again()
            self.run_cron("2026-03-02 10:00")
            self.send_mails()
            self.run_cron("2026-03-02 10:10")
        self.assertEqual(report.state, "sent")

    def test_one_that_fails(self):
        """R-3: a report that cannot be made is kept, named and asked about; the others are made"""
        other = self.env["res.partner"].create({"name": "Aardvark", "is_company": True})
        self.env["support.entitlement"].create(
            {"provider_id": self.provider.id, "partner_id": other.id, "date_start": "2026-01-01"}
        )
        self.provider.report_since = "2026-02-01"
        Figures = self.env.registry["support.report.figures"]
        original = Figures._collect

        def collect(maker, period):
            if period.customer == other:
                raise ValueError("a section that cannot be frozen")
            return original(maker, period)

        self.patch(Figures, "_collect", collect)
        with self.assertLogs("odoo.addons.support_reports.models.support_report_dispatch", "ERROR"):
            self.run_cron(FIRST_WORKING)
        broken = self.env["support.report"].search([("customer_id", "=", other.id)])
        self.assertEqual((broken.state, broken.trouble), ("failed", "figures"))
        self.assertIn("cannot be frozen", broken.trouble_detail)
        self.assertTrue(broken.activity_ids)
        self.assertEqual(self.report.state, "draft")
        self.patch(Figures, "_collect", original)
        self.at(broken.with_user(self.manager), "2026-03-02 10:00").action_remake()
        self.assertEqual((broken.state, broken.trouble), ("draft", False))

    def test_who_may_release(self):
        """R-3: an agent who is not responsible releases nothing, an address of another company gets nothing"""
        report = self.make_report()
        with self.assertRaises(AccessError):
            report.with_user(self.agent).action_release()
        stranger = self.env["res.partner"].create({"name": "Elsewhere", "email": "x@elsewhere.example"})
        with self.assertRaisesRegex(Exception, "not a contact of"):
            report.with_user(self.manager).contact_ids = stranger
        with self.assertRaisesRegex(Exception, "not a contact of"):
            self.entitlement.report_contact_ids = stranger
