from datetime import date
from io import BytesIO

from odoo.addons.support_sla.tests.common import utc
from odoo.addons.support_sla.tests.portal_common import PortalCase
from odoo.tests import tagged
from openpyxl import load_workbook


@tagged("post_install", "-at_install")
class TestReportPortal(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.entitlement = cls.env["support.entitlement"].create(
            {
                "provider_id": cls.provider.id,
                "partner_id": cls.company_a.id,
                "date_start": "2026-01-01",
                "contact_ids": [(6, 0, cls.partner_a.ids)],
            }
        )
        cls.colleague = cls._make_portal_user("cora", cls.company_a)

    def make_report(self, released=True, customer=None):
        report = self.env["support.report"]._get_or_make(
            self.provider, customer or self.company_a, date(2026, 2, 1), utc("2026-03-02 09:00")
        )
        if released:
            report.action_release()
        return report

    def code(self, url):
        return self.url_open(url, allow_redirects=False).status_code

    def test_own_authorised_contacts(self):
        """R-9: an authorised contact finds the released reports of the own company, with both files"""
        self.raise_for(self.user_a, "2026-02-03 10:00", name="Nothing to book")
        report = self.make_report()
        self.log_in(self.user_a)
        page = self.page("/my/support/reports")
        self.assertIn("February 2026", self.text(page))
        self.assertEqual(
            page.xpath("//a[starts-with(@href, '/my/support/reports/')]/@href"), [f"/my/support/reports/{report.id}"]
        )
        text = self.text(self.page(f"/my/support/reports/{report.id}"))
        self.assertIn("Nothing to book", text)
        self.assertIn("Promised and kept", text)
        pdf = self.url_open(f"/my/support/reports/{report.id}/pdf")
        self.assertEqual((pdf.status_code, pdf.content[:5]), (200, b"%PDF-"))
        self.assertEqual(pdf.content, report._get_pdf(), "the very pages that were sent")
        sheet = self.url_open(f"/my/support/reports/{report.id}/xlsx")
        self.assertIn("Call history", load_workbook(BytesIO(sheet.content)).sheetnames)

    def test_others(self):
        """R-9: other customers, colleagues who are not authorised and drafts: not listed, 404, no file"""
        report, draft = self.make_report(), self.make_report(False, self.company_b)
        for user, url_id in ((self.user_b, report.id), (self.colleague, report.id), (self.user_b, draft.id)):
            self.log_in(user)
            self.assertIn("There is no report for you yet", self.text(self.page("/my/support/reports")))
            for tail in ("", "/pdf", "/xlsx"):
                self.assertEqual(self.code(f"/my/support/reports/{url_id}{tail}"), 404, (user.login, tail))
            self.assertEqual(self.code(f"/support/reports/{url_id}/pdf"), 404)
        self.assertEqual(self.code("/my/support/reports/999999"), 404)

    def test_report_contact(self):
        """R-9: a report contact who is not otherwise authorised reads what was sent; who left the company does not"""
        self.entitlement.report_contact_ids = self.colleague.partner_id
        report = self.make_report()
        self.log_in(self.colleague)
        self.page(f"/my/support/reports/{report.id}")
        self.colleague.partner_id.parent_id = self.company_b
        self.assertEqual(self.code(f"/my/support/reports/{report.id}"), 404)

    def test_nobody_named(self):
        """R-9: an entitlement that names nobody authorises everybody of its customer, and nobody else"""
        self.entitlement.contact_ids = False
        report = self.make_report()
        self.log_in(self.colleague)
        self.page(f"/my/support/reports/{report.id}")
        self.log_in(self.user_b)
        self.assertEqual(self.code(f"/my/support/reports/{report.id}"), 404)

    def test_without_login(self):
        """R-9: nothing without a login"""
        report = self.make_report()
        self.authenticate(None, None)
        for url in ("/my/support/reports", f"/my/support/reports/{report.id}/pdf", "/my/support/history"):
            response = self.url_open(url, allow_redirects=False)
            self.assertIn("/web/login", response.headers.get("Location", ""), url)

    def test_history(self):
        """R-4: a customer gets the call history of a period: own tickets only, on the page and as files"""
        mine = self.raise_for(self.user_a, "2026-02-03 10:00", name="=Nothing to book")
        self.raise_for(self.user_b, "2026-02-03 10:00", name="Of somebody else")
        self.raise_for(self.user_a, "2025-06-03 10:00", name="Long ago")
        self.log_in(self.user_a)
        text = self.text(self.page("/my/support/history"))
        self.assertIn(mine.number, text)
        self.assertNotIn("Of somebody else", text)
        self.assertNotIn("Long ago", text)
        self.assertIn("Long ago", self.text(self.page("/my/support/history?date_from=2025-01-01&date_to=2025-12-31")))
        sheet = self.url_open("/my/support/history?date_from=2026-02-01&download=xlsx")
        rows = list(load_workbook(BytesIO(sheet.content)).worksheets[0].iter_rows(values_only=True))
        self.assertEqual([(row[0], row[1]) for row in rows[1:]], [(mine.number, "'=Nothing to book")])
        pdf = self.url_open("/my/support/history?date_from=2026-02-01&download=pdf")
        self.assertEqual(pdf.content[:5], b"%PDF-")

    def test_history_wrong_input(self):
        """R-4: a period that ends before it begins or is none is said, with what was typed; one without end is told
        until now"""
        self.log_in(self.user_a)
        for query, words in (
            ("date_from=2026-02-10&date_to=2026-02-01", "ends before it begins"),
            ("date_from=yesterday", "give both days as dates"),
            ("date_from=99999-01-01", "give both days as dates"),
        ):
            response = self.url_open(f"/my/support/history?{query}")
            self.assertEqual(response.status_code, 400)
            self.assertIn(words, response.text)
        self.raise_for(self.user_a, "2026-02-03 10:00")
        self.assertIn("until now", self.text(self.page("/my/support/history?date_from=2026-01-01&date_to=")))

    def test_card(self):
        """R-9: the card of the home page counts what the reader finds"""
        self.make_report()
        self.log_in(self.user_a)
        answer = self.make_jsonrpc_request("/my/counters", {"counters": ["support_report_count"]})
        self.assertEqual(answer["support_report_count"], 1)
