import json
from io import BytesIO

from lxml import html
from odoo.addons.support_sla.tests.common import utc
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.pdf import PdfReader
from openpyxl import load_workbook

from .report_common import ReportCase

HOSTILE = """<script>alert(1)</script><img src="http://203.0.113.7/x.png"> =cmd|' /C calc'!A0"""


@tagged("post_install", "-at_install")
class TestReport(ReportCase):
    def text(self, content):
        return " ".join(html.fromstring(str(content)).text_content().split())

    def pdf_text(self, pdf):
        return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())

    def row(self, figures, metric, priority):
        return next(row for row in figures["promises"] if (row["metric"], row["priority"][:2]) == (metric, priority))

    def test_figures(self):
        """R-1: raised, resolved, open, promised and kept, breaches with causes, escalations, waiting times, hours"""
        kept, late, again = self.live_february()
        self.env["support.entitlement.usage"].create(
            {
                "entitlement_id": self.entitlement.id,
                "ticket_id": late.id,
                "date": "2026-02-11",
                "hours": 1.5,
                "description": "Looked at the log",
                "user_id": self.agent.id,
            }
        )
        report = self.make_report()
        figures = report.figures
        counts = figures["counts"]
        self.assertEqual((counts["raised"], counts["resolved"], counts["reopened"], counts["open_after"]), (3, 1, 0, 2))
        self.assertEqual(figures["doors"]["resolved"], kept.ids)
        self.assertEqual(set(figures["doors"]["open_after"]), {late.id, again.id})
        first = self.row(figures, "first_response", "P1")
        self.assertEqual((first["kept"], first["late"], first["percent"]), (1, 1, 50))
        self.assertEqual(figures["doors"][first["key"] + "-late"], late.ids)
        breach = next(row for row in figures["breaches"] if row["label"] == "First response")
        self.assertEqual((breach["number"], breach["due"]), (late.number, "2026-02-10 10:30:00"))
        self.assertIn("The promise is 30 min", breach["causes"][0])
        self.assertIn("missed", " ".join(breach["causes"]))
        self.assertEqual(figures["total"]["late"], sum(row["late"] for row in figures["promises"]))
        self.assertEqual(figures["hours"][0]["used"], 1.5)
        self.assertEqual(figures["hours"][0]["left"], 3.5)
        self.assertGreater(figures["turns"]["provider"], 0)
        page = self.text(report.content)
        self.assertIn("First response", page)
        self.assertIn("Looked at the log", page)
        self.assertIn("10.02.2026 10:30", page, "in the customer's zone")

    def test_one_definition(self):
        """R-1: kept and late are what the engine's one definition gives, counted by hand"""
        self.live_february()
        self.raise_ticket("2026-01-30 10:00")  # missed in January
        self.sweep("2026-03-02 08:00")
        report = self.make_report()
        judged = [("judged", ">=", "2026-02-01 00:00:00"), ("judged", "<", "2026-03-01 00:00:00")]
        mine = [*judged, ("ticket_id.commercial_partner_id", "=", self.company_a.id)]
        found = self.env["support.clock"]._get_achievement(mine)[0]
        total = report.figures["total"]
        self.assertEqual((total["kept"], total["late"]), (found["kept"], found["late"]))
        self.assertGreater(found["late"], 0)

    def test_every_figure_opens_its_tickets(self):
        """R-1: the buttons of the page open exactly the tickets that they count, and no others"""
        self.live_february()
        report = self.make_report()
        doors = html.fromstring(str(report.content)).xpath("//a[@data-door]")
        self.assertGreater(len(doors), 8)
        figures = report.with_user(self.manager)
        for door in doors:
            action = figures.action_open_door(door.get("data-door"))
            found = self.env["helpdesk.ticket"].with_context(active_test=False).search(action["domain"])
            key = door.get("data-door")
            if not key.startswith("ticket-") and not key.startswith("promise-") and key != "hours":
                self.assertEqual(len(found), int(door.text_content()), key)
            self.assertTrue(found, key)
        with self.assertRaises(UserError):
            figures.action_open_door("ticket-1")

    def test_empty_month(self):
        """R-2: a month without a call gives a report that says so, with what is promised and the allowance"""
        report = self.make_report()
        page = self.text(report.content)
        self.assertIn("There were no calls in February 2026", page)
        self.assertIn("4 h", page)
        self.assertIn("hours used of 5.00 included", page)
        self.assertEqual(report.kept_text, "nothing came due")
        text = self.pdf_text(report._render_pdf())
        self.assertIn("no calls", text)

    def test_no_entitlement(self):
        """R-2: a customer without an entitlement gets figures that say so"""
        stranger = self.env["res.partner"].create({"name": "Walk-in", "is_company": True})
        report = self.make_report(customer=stranger)
        self.assertIn("No entitlement was in force", self.text(report.content))
        self.assertFalse(report.contact_ids)

    def test_running_month(self):
        """R-1: a month that is still running is told until now, and cannot be released before it was made anew"""
        self.live_february()
        report = self.make_report("2026-02-11 00:00")
        self.assertTrue(report.is_preview)
        self.assertEqual(report.figures["counts"]["raised"], 2)
        self.assertIn("Until now", self.text(report.content))
        with self.assertRaisesRegex(UserError, "while the month was running"):
            report.with_user(self.manager).action_release()
        self.at(report.with_user(self.manager), "2026-03-02 09:00").action_remake()
        self.assertFalse(report.is_preview)
        self.assertEqual((report.version, report.figures["counts"]["raised"]), (2, 3))
        with self.assertRaisesRegex(UserError, "has not begun yet"):
            self.make_report("2026-01-11 00:00")

    def test_asked_twice(self):
        """R-1: a report asked for twice is one"""
        report = self.make_report()
        self.assertEqual(self.make_report("2026-03-05 09:00"), report)
        self.assertEqual(report.version, 1)

    def test_months_of_the_customer(self):
        """R-1: a month begins at the customer's midnight"""
        self.company_a.tz = "America/New_York"
        self.raise_ticket("2026-02-01 03:00", name="Still January there")
        inside = self.raise_ticket("2026-03-01 03:00", name="Still February there")
        report = self.make_report("2026-03-03 09:00")
        self.assertEqual(report.figures["doors"]["raised"], inside.ids)
        self.assertIn("America/New_York", self.text(report.content))

    def test_released_never_changes(self):
        """R-3: what was released never changes, whatever is tried and whatever happens to tickets and hours since"""
        kept, late, _again = self.live_february()
        report = self.make_report()
        mine = report.with_user(self.manager)
        mine.action_release()
        before, pages = json.dumps(report.figures, sort_keys=True), report._get_pdf()
        self.assertIn("Slow pages", self.pdf_text(pages))
        late.name = "Called otherwise"
        self.move(late, "2026-03-03 10:00", "cancelled")
        with self.assertRaisesRegex(UserError, "never changes"):
            mine.action_remake()
        for vals in ({"figures": {}}, {"state": "draft"}, {"released_at": False}, {"version": 9}):
            with self.assertRaises(UserError):
                mine.write(vals)
        with self.assertRaises(UserError):
            mine.contact_ids = [(5,)]
        with self.assertRaises(UserError):
            mine.unlink()
        with self.assertRaises(UserError):
            mine.copy()
        with self.assertRaises(UserError):
            self.env["support.report"].with_user(self.manager).create({"customer_id": kept.partner_id.id})
        # the calendar that everything was counted on goes as well
        other = self._make_calendar("Other week", "Europe/Madrid")
        self.provider.calendar_id = other
        self.env.invalidate_all()
        self.assertEqual(json.dumps(report.figures, sort_keys=True), before)
        self.assertEqual(report._get_pdf(), pages)
        self.assertIn("Slow pages", self.text(report.content))

    def test_calendar_is_gone(self):
        """R-1: a month whose working hours were replaced and deleted since is told all the same"""
        self.live_february()
        old = self.provider.calendar_id
        self.provider.calendar_id = self._make_calendar("Other week", "Europe/London")
        try:
            with self.env.cr.savepoint():
                old.unlink()
        except UserError:
            old.active = False  # promises rest on it
        report = self.make_report()
        self.assertEqual(report.figures["counts"]["raised"], 3)
        self.assertTrue(report.figures["breaches"][0]["causes"])

    def test_hostile_words(self):
        """S-3, S-4: what a customer writes stays words, on screen, in print and in a spreadsheet"""
        self.raise_ticket("2026-02-03 10:00", name=HOSTILE)
        self.raise_ticket("2026-02-03 11:00", name="=1+1")
        report = self.make_report()
        page = html.fromstring(str(report.content))
        self.assertFalse(page.xpath("//script | //img"))
        self.assertIn("<script>alert(1)</script>", page.text_content())
        pdf = report._render_pdf()
        self.assertIn("alert(1)", self.pdf_text(pdf))
        self.assertNotIn(b"203.0.113.7", pdf)
        book = load_workbook(BytesIO(report._get_xlsx()))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        self.assertFalse([cell for cell in cells if cell.data_type == "f"])
        self.assertIn("'=1+1", [cell.value for cell in cells])

    def test_spreadsheet(self):
        """R-1: real numbers and dates, filters, frozen heads"""
        _kept, late, _again = self.live_february()
        book = load_workbook(BytesIO(self.make_report()._get_xlsx()))
        self.assertEqual(book.sheetnames[:4], ["Summary", "Promises", "Late", "Call history"])
        for sheet in book:
            self.assertEqual(sheet.freeze_panes, "A2")
            self.assertTrue(sheet.auto_filter.ref)
        history = list(book["Call history"].iter_rows(values_only=True))
        row = next(row for row in history if row[0] == late.number)
        self.assertEqual(row[5], utc("2026-02-10 10:00"))
        self.assertIsInstance(row[10], int)
        summary = dict(list(book["Summary"].iter_rows(values_only=True))[1:])
        self.assertEqual(summary["Raised"], 3)

    def test_waiting_times(self):
        """R-1: open requests wait for the provider, the customer or a third party; resolved ones wait for nobody"""
        ticket = self.raise_ticket("2026-02-03 10:00")
        self.move(ticket, "2026-02-03 11:00", "waiting_customer")
        self.move(ticket, "2026-02-03 14:00", "waiting_third_party")
        self.move(ticket, "2026-02-03 16:00", "open")
        self.move(ticket, "2026-02-03 16:30", "resolved")
        hours = {side: seconds / 3600 for side, seconds in self.make_report().figures["turns"].items()}
        self.assertEqual(hours, {"provider": 1.5, "customer": 3, "third_party": 2})

    def test_language(self):
        """R-1: a customer's report is in the customer's language, whoever makes it"""
        self.env["res.lang"]._activate_lang("es_ES")
        self.company_a.lang = "es_ES"
        report = self.make_report()
        self.assertEqual(report.lang, "es_ES")
        self.assertEqual(report.figures["month"], "febrero 2026")

    def test_internal_promises_stay_inside(self):
        """R-1: promises that customers do not see are no part of their report"""
        self.policy.target_ids.filtered(lambda target: target.metric == "next_reply").portal_visible = False
        ticket = self.raise_ticket("2026-02-03 10:00")
        self.say(ticket, "2026-02-03 10:10")
        self.hear(ticket, "2026-02-03 11:00")
        self.sweep("2026-02-03 16:00")
        report = self.make_report()
        self.assertNotIn("next_reply", {row["metric"] for row in report.figures["promises"]})
        self.assertNotIn("Next reply", {row["label"] for row in report.figures["breaches"]})

    def test_providers_own_section(self):
        """R-1: what a provider's addon adds is frozen with the rest and shown in all three forms"""

        def tell(provider, customer, tickets, start, stop):
            return [
                {
                    "key": "tides",
                    "title": "Tides [x]",
                    "note": f"Of {customer.name}",
                    "columns": ["Tide", "Height", "At"],
                    "rows": [["Spring", 4.5, utc("2026-02-03 10:00")], ["<b>Neap</b>", 2, None]],
                    "tickets": tickets.ids,
                }
            ]

        self.patch(self.env.registry["support.provider"], "_support_get_report_sections", tell)
        ticket = self.raise_ticket("2026-02-03 10:00")
        report = self.make_report()
        page = self.text(report.content)
        self.assertIn("Of Northwind Travel", page)
        self.assertIn("<b>Neap</b>", page)
        self.assertIn("03.02.2026 10:00", page)
        self.assertEqual(report.figures["doors"]["section-tides"], ticket.ids)
        sheet = load_workbook(BytesIO(report._get_xlsx()))["Tides  x "]
        self.assertEqual(list(sheet.iter_rows(values_only=True))[1], ("Spring", 4.5, utc("2026-02-03 10:00")))

    def test_who_may_read(self):
        """R-1: managers and the responsible read reports, other agents and customers do not"""
        report = self.make_report()
        self.assertEqual(report.responsible_id, self.boss)
        self.assertTrue(report.with_user(self.boss).has_access("read"))
        self.assertFalse(report.with_user(self.agent).has_access("read"))
        with self.assertRaises(AccessError):
            report.with_user(self.agent).action_release()
        with self.assertRaises(AccessError):
            self.env["report.support_reports.report_monthly"].with_user(self.agent).with_context(
                active_model="support.report"
            ).create_xlsx_report(report.ids, {})
        with self.as_portal(self.contact, "quality-reports") as user, self.assertRaises(AccessError):
            report.with_user(user).read(["figures"])


@tagged("post_install", "-at_install")
class TestReportSize(ReportCase):
    def raise_many(self, count, day):
        for number in range(count):
            ticket = self.raise_ticket(
                f"2026-02-{day:02} 10:{number % 60:02}",
                name=f"Request {number} about the booking of a journey",
                support_priority_id=(self.urgent if number % 2 else self.normal).id,
            )
            if number % 3 == 0:
                self.say(ticket, f"2026-02-{day:02} 10:{number % 60:02}:30")
                self.move(ticket, f"2026-02-{day:02} 12:00", "resolved")
        self.sweep("2026-03-01 12:00")

    def test_queries(self):
        """R-11: the number of queries of a monthly report does not grow with its tickets"""
        self.raise_many(10, 3)
        self.make_report()  # warm
        self.env["support.report"].search([]).unlink()

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            report = self.make_report()
            self.env.flush_all()
            return report, self.cr.sql_log_count - before

        report, first = count()
        self.assertEqual(report.figures["counts"]["raised"], 10)
        report.unlink()
        self.raise_many(20, 4)
        report, second = count()
        self.assertEqual(report.figures["counts"]["raised"], 30)
        self.assertLessEqual(second, first, f"{first} queries for 10 tickets, {second} for 30")

    def test_ten_pages(self):
        """R-1: a report of ten pages is smaller than 300 kB, its pages are numbered and its heads repeated"""
        for day in (3, 4, 5, 6, 9):
            self.raise_many(20, day)
        pdf = self.make_report()._render_pdf()
        pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]
        self.assertGreaterEqual(len(pages), 10)
        self.assertLess(len(pdf), 300_000, f"{len(pages)} pages")
        for number, text in enumerate(pages, 1):
            self.assertIn(f"Page {number} of {len(pages)}", text)
        self.assertIn("Number Request Level Raised", pages[-1])
