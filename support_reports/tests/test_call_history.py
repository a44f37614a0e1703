from io import BytesIO

from odoo.addons.support_sla.tests.common import utc
from odoo.exceptions import UserError, ValidationError
from odoo.tests import HttpCase, tagged
from openpyxl import load_workbook

from .report_common import ReportCase


@tagged("post_install", "-at_install")
class TestCallHistory(ReportCase):
    def open_from_list(self, tickets, user):
        env = (
            self.env["support.call.history"]
            .with_user(user)
            .with_context(active_model="helpdesk.ticket", active_ids=tickets.ids)
        )
        action = env.action_open()
        return self.env["support.call.history"].with_user(user).browse(action["res_id"])

    def test_from_the_list(self):
        """R-4: the tickets chosen in the list, then all of their customer's period"""
        kept, late, _again = self.live_february()
        server = self.env.ref("support_reports.support_call_history_tickets_action")
        action = (
            server.with_user(self.agent)
            .with_context(active_model="helpdesk.ticket", active_ids=(kept | late).ids, active_id=kept.id)
            .run()
        )
        history = self.env["support.call.history"].with_user(self.agent).browse(action["res_id"])
        self.assertEqual(history.ticket_count, 2)
        self.assertEqual(history.customer_id, self.company_a)
        self.assertIn("Slow pages", history.content)
        history.date_from = "2026-02-01"
        history.action_forget_chosen()
        self.assertEqual(history.ticket_count, 3)
        action = history.action_open_door(f"ticket-{late.id}")
        self.assertEqual(action["res_id"], late.id)
        with self.assertRaises(UserError):
            history.action_open_door("ticket-1")

    def test_customer_and_period(self):
        """R-4: by customer and period; one without end is told until now, one that ends before it begins is refused"""
        self.live_february()
        self.raise_ticket("2026-02-03 10:00", partner_id=self.env["res.partner"].create({"name": "Other"}).id)
        history = (
            self.env["support.call.history"]
            .with_user(self.manager)
            .create({"customer_id": self.customer.id, "date_from": "2026-02-01"})
        )
        self.assertEqual(history.ticket_count, 3)
        self.assertIn("until now", history.content)
        history.date_to = "2026-02-10"
        self.assertEqual(history.ticket_count, 2)
        with self.assertRaises(ValidationError):
            history.date_to = "2026-01-10"

    def test_spreadsheet(self):
        """R-4: the history as a spreadsheet has real dates and numbers"""
        _kept, late, _again = self.live_february()
        history = self.open_from_list(late, self.manager)
        book = load_workbook(BytesIO(history._to_xlsx(history._get_page_values("pdf"))))
        row = list(book.worksheets[0].iter_rows(values_only=True))[1]
        self.assertEqual((row[0], row[5]), (late.number, utc("2026-02-10 10:00")))
        self.assertEqual(
            row[10],
            self.env["support.clock"].search_count(
                [("ticket_id", "=", late.id), ("outcome", "=", "late"), ("side", "=", "provider")]
            ),
        )
        self.assertEqual(history._to_pdf(history._get_page_values("pdf"))[:5], b"%PDF-")


@tagged("post_install", "-at_install")
class TestCallHistoryFiles(ReportCase, HttpCase):
    def test_only_whoever_asked(self):
        """R-4: the files are for whoever asked for them"""
        self.live_february()
        self.agent.password = self.boss.password = "history-test-password"
        history = (
            self.env["support.call.history"]
            .with_user(self.agent)
            .create({"customer_id": self.company_a.id, "date_from": "2026-02-01"})
        )
        self.authenticate(self.agent.login, "history-test-password")
        self.assertEqual(self.url_open(f"/support/history/{history.id}/pdf").content[:5], b"%PDF-")
        self.authenticate(self.boss.login, "history-test-password")
        self.assertEqual(self.url_open(f"/support/history/{history.id}/pdf").status_code, 404)
