import base64
from io import BytesIO

from lxml import html
from odoo.addons.support_sla.tests.common import SupportCase, utc
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.pdf import PdfReader


@tagged("post_install", "-at_install")
class TestAnnex(SupportCase):
    """The annex of an invented customer, against tickets that are really raised at the moments of its examples."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("es_ES")
        cls.env["res.lang"]._activate_lang("ru_RU")
        cls.env["resource.calendar.leaves"].create(
            {
                "name": "Spring bank holiday",
                "calendar_id": cls.calendar.id,
                "date_from": utc("2026-05-24 23:00"),
                "date_to": utc("2026-05-25 22:59"),
            }
        )
        cls.entitlement = cls.env["support.entitlement"].create(
            {
                "provider_id": cls.provider.id,
                "partner_id": cls.company_a.id,
                "date_start": "2026-01-01",
                "account_leader_id": cls.agent.id,
            }
        )

    def open(self, record, moment="2026-03-02 09:00", **vals):
        """What the button of ``record`` opens, for the manager."""
        action = self.at(record.with_user(self.manager), moment).action_support_annex()
        annex = self.env["support.annex"].with_user(self.manager).browse(action["res_id"])
        if vals:
            annex.write(vals)
        return annex

    def page(self, annex):
        return html.fromstring(str(annex.html))

    def text(self, annex):
        return " ".join(self.page(annex).text_content().split())

    def test_promises_of_the_policy(self):
        """R-10: length, hours and pauses of every promise stand on paper as the policy has them, level by level"""
        page = self.page(self.open(self.entitlement))
        self.assertEqual([head.text_content() for head in page.findall("h2")][:2], ["P1 Urgent", "P2 Normal"])
        rows = {
            row.get("data-metric"): [" ".join(cell.text_content().split()) for cell in row]
            for row in page.findall("table")[1].iter("tr")
            if row.get("data-metric")
        }
        self.assertEqual(rows["first_response"][1], "30 min")
        self.assertEqual(rows["status_update"][1], "every 1 h")
        self.assertEqual(rows["resolution"][3], self.env.ref("support_sla.pause_customer").name)
        self.assertIn("London time", rows["first_response"][2])

    def test_examples_are_the_engine_s(self):
        """R-10: tickets raised at the moments of the examples are due exactly when the paper says"""
        page = self.page(self.open(self.entitlement))
        checked = set()
        for row in page.iter("tr"):
            if not row.get("data-raised") or row.get("data-story"):
                continue
            raised = row.get("data-raised")
            urgent = row.get("data-policy") == self.policy.name
            ticket = self.raise_ticket(
                raised, support_priority_id=(self.urgent if urgent else self.normal).id, partner_id=self.company_a.id
            )
            clock = self.clock(ticket, row.get("data-metric"))
            self.assertEqual(str(clock.deadline), row.get("data-due"), (raised, row.get("data-metric")))
            checked.add((raised, row.get("data-metric")))
        self.assertIn(("2026-05-25 09:00:00", "resolution"), checked, "one on the bank holiday")
        self.assertIn(("2026-03-14 10:00:00", "resolution"), checked, "one on a Saturday")
        self.assertGreaterEqual(len({raised for raised, _metric in checked}), 4)

    def test_example_with_a_pause(self):
        """R-10: a ticket that waits for its customer as in the example is due when the paper says"""
        page = self.page(self.open(self.entitlement))
        row = next(row for row in page.iter("tr") if row.get("data-story") and row.get("data-policy") == "Acme urgent")
        raised = utc(row.get("data-raised"))
        ticket = self.raise_ticket(row.get("data-raised"), partner_id=self.company_a.id)
        asked = raised.replace(minute=raised.minute + 30)
        self.say(ticket, asked)
        self.move(ticket, asked, "waiting_customer")
        hours = self.calendar._sla_hours()
        answered = self.instant(hours.add(int((asked - utc("1970-01-01")).total_seconds()), 8 * 3600))
        self.hear(ticket, answered)
        self.move(ticket, answered, "open")
        self.assertEqual(str(self.clock(ticket, "resolution").deadline), row.get("data-due"))

    def test_in_the_customer_s_language(self):
        """R-10: the annex is in the customer's language by itself, with dates and words of that language"""
        self.company_a.lang = "ru_RU"
        annex = self.open(self.entitlement)
        self.assertEqual(annex.lang, "ru_RU")
        self.assertRegex(self.text(annex), "[А-Яа-я]{2,} 9?")
        annex.lang = "es_ES"
        self.assertRegex(self.text(annex), r"(lun|vie|sáb)\w*\.? \d")

    def test_no_person_in_it(self):
        """R-10: roles are named in it, people never are"""
        text = self.text(self.open(self.entitlement))
        self.assertIn("First", text)
        for user in self.agent | self.boss | self.manager:
            self.assertNotIn(user.name, text)
            self.assertNotIn(user.email, text)

    def test_paper(self):
        """R-10: the PDF has numbered pages and repeats the heads of tables; the same annex is the same file"""
        for number in range(12):
            level = self._make_priority(f"L{number:02}", "Level", "1")
            self.policy.copy({"name": f"Policy {number}", "priority_id": level.id})
        annex = self.open(self.entitlement)
        url = annex.action_print()["url"]
        self.assertIn(f"/web/content/support.annex/{annex.id}/file", url)
        pdf = base64.b64decode(annex.with_context(bin_size=False).file)
        pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]
        self.assertGreater(len(pages), 8)
        for number, text in enumerate(pages, 1):
            self.assertIn(f"Page {number} of {len(pages)}", text)
        split = [text for text in pages if "Due by" in text.split("Page")[0] or "Due by" in text]
        self.assertGreater(len(split), 8, "the head of the examples is on every page that has some")
        self.assertLess(len(pdf), 300_000)
        self.assertEqual(annex._render_pdf(), annex._render_pdf())

    def test_version_in_force(self):
        """R-10: the annex of a contract that has ended tells the rules of its last day and says so"""
        target = self.policy.target_ids.filtered(lambda target: target.metric == "first_response")
        self.raise_ticket("2026-02-02 09:00")
        self.entitlement.date_end = "2026-02-28"
        self.at(self.policy, "2026-03-10 09:00").write({"target_ids": [(1, target.id, {"amount": 15})]})
        ended = self.open(self.entitlement, "2026-03-20 09:00", policy_id=self.policy.id)
        text = self.text(ended)
        self.assertIn("ended on 02/28/2026", text)
        self.assertIn("30 min", text)
        self.assertIn("version 1", text)
        self.entitlement.date_end = False
        current = self.text(self.open(self.entitlement, "2026-03-20 09:00", policy_id=self.policy.id))
        self.assertIn("15 min", current)
        self.assertIn("version 2", current)

    def test_nearest_policy_only(self):
        """R-10: what another policy always comes before is no promise of this customer"""
        own = self.policy.copy({"name": "Northwind only", "entitlement_id": self.entitlement.id})
        own.target_ids.filtered(lambda target: target.metric == "first_response").amount = 5
        text = self.text(self.open(self.entitlement))
        self.assertIn("Northwind only", text)
        other = self.env["res.partner"].create({"name": "Quay Traders", "is_company": True})
        theirs = self.entitlement.copy({"partner_id": other.id})
        self.assertNotIn("Northwind only", self.text(self.open(theirs)))

    def test_wrong_input(self):
        """R-10: a customer without entitlement is told what to do; hours in use cannot be deleted; none are said"""
        stranger = self.env["res.partner"].create({"name": "Stranger", "is_company": True})
        with self.assertRaisesRegex(UserError, "no entitlement yet"):
            stranger.with_user(self.manager).action_support_annex()
        with self.assertRaises(UserError):
            self.calendar.unlink()
        self.calendar.attendance_ids.unlink()
        page = self.page(self.open(self.entitlement))
        self.assertFalse([row for row in page.iter("tr") if row.get("data-raised")], "nothing can be reckoned")
        self.assertIn("30 min", page.text_content())

    def test_access(self):
        """S-1: agents and customers make no annex"""
        with self.assertRaises(AccessError):
            self.env["support.annex"].with_user(self.agent).create({"provider_id": self.provider.id})
