from odoo.addons.support_sla.tests.portal_common import PortalCase
from odoo.tests import tagged

from .common import PagesMixin


@tagged("post_install", "-at_install")
class TestPortalAnswers(PagesMixin, PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.answer = cls.make_page(
            "Where the balance of a card stands", support_portal=True, support_words="points on it"
        )
        cls.other = cls.env["support.provider"].create(
            {
                "name": "Beta Care",
                "code": "beta_test",
                "calendar_id": cls.provider.calendar_id.id,
                "entitlement_mode": "refuse",
            }
        )
        cls.env["helpdesk.ticket.team"].create({"name": "Beta Desk", "support_provider_id": cls.other.id})
        cls.hidden = {
            "of another provider": cls.make_page(support_portal=True, support_provider_ids=cls.other.ids),
            "draft": cls.make_page(support_portal=True, support_state="draft"),
            "archived": cls.make_page(support_portal=True, active=False),
            "internal": cls.make_page(),
            "solution": cls.make_page(support_use="solution"),
            "workaround": cls.make_page(support_use="workaround"),
            "document": cls.env["document.page"].create({"name": "Balance of a card", "content": "<p>Secret</p>"}),
            "of another company": cls.make_page(support_portal=True),
        }
        elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.hidden["of another company"].sudo().company_id = elsewhere

    def setUp(self):
        super().setUp()
        self.log_in(self.user_a)

    def ask(self, text, **kwargs):
        return self.make_jsonrpc_request("/my/support/search", {"text": text, **kwargs})

    def links(self, tree):
        return [url for url in tree.xpath("//a/@href") if "/my/support/answers/" in url]

    def url(self, page, way=""):
        return f"/my/support/answers/{page.id}{way}"

    def test_found_as_one_types(self):
        """P-12: answers are found as one types and without scripts, on the form in a tab of their own"""
        answer = self.ask("points on my card", support_provider=str(self.provider.id))
        self.assertIn(f'href="{self.url(self.answer)}?', answer["html"])
        self.assertIn('target="_blank"', answer["html"])
        self.assertTrue(answer["said"].startswith("Answers found: 1."))
        self.assertNotIn("Nothing of yours is open", answer["html"])
        self.assertNotIn("/my/support/answers/", self.ask("printer")["html"])
        [link] = self.links(self.page(f"/new/ticket?search=balance&support_provider={self.provider.id}"))
        page = self.page(link)
        self.assertIn("Sign in; the balance stands at the top.", self.text(page))
        self.assertEqual(page.xpath("//title/text()")[0].split(" |")[0].strip(), self.answer.name)

    def test_answers_my_question(self):
        """P-12: “This answers my question” is counted once and makes no ticket"""
        before = self.env["helpdesk.ticket"].search_count([])
        for _time in range(2):
            response = self.post(self.url(self.answer, "/helped"), {"search": "balance"})
            self.assertEqual(response.status_code, 303)
        page = self.page(response.headers["Location"])
        self.assertIn("Good to know", self.text(page))
        self.assertFalse(page.xpath("//form[contains(@action, '/helped')]"))
        self.assertEqual(self.uses(self.answer), [("helped", "", "Anna")])
        self.assertEqual(self.answer.support_helped_count, 1)
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)
        self.assertNotIn("Good to know", self.text(self.page(self.url(self.answer))))

    def test_still_need_help(self):
        """P-12: “Still need help” goes on to the form with the words that were typed"""
        page = self.page(f"{self.url(self.answer)}?search=points&support_provider={self.provider.id}")
        [form] = page.xpath("//form[contains(@action, '/more')]")
        data = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
        response = self.post(form.get("action"), data, csrf=False)
        self.assertEqual(response.status_code, 303)
        form = self.page(response.headers["Location"])
        self.assertTrue(form.xpath("//input[@id='subject']"))
        self.assertEqual(form.xpath("//input[@name='search']/@value"), ["points"])
        self.assertEqual(self.uses(self.answer), [("more", "", "Anna")])

    def test_nothing_else_reaches_a_customer(self):
        """P-12, S-1: no page of another provider, no draft, no archived and no internal page, whichever way"""
        self.assertEqual(len(self.links(self.page("/new/ticket?search=balance+card"))), 1)
        for why, page in self.hidden.items():
            with self.subTest(why):
                self.assertEqual(self.url_open(self.url(page)).status_code, 404)
                for way in ("/helped", "/more"):
                    self.assertEqual(self.post(self.url(page, way)).status_code, 404)
                self.assertFalse(self.uses(page))
        self.assertEqual(self.url_open("/my/support/answers/70000000").status_code, 404)

    def test_not_for_whom_no_help_is_offered(self):
        """P-12: who may raise a ticket with none of the providers reads none of their answers"""
        self.assertEqual(self.url_open(self.url(self.answer)).status_code, 200)
        self.provider.entitlement_mode = "refuse"
        self.assertEqual(self.url_open(self.url(self.answer)).status_code, 404)
        self.assertNotIn("/my/support/answers/", self.ask("balance")["html"])

    def test_languages(self):
        """P-12: as one types, answers in another language than the reader's are left out"""
        self.env["res.lang"]._activate_lang("es_ES")
        self.answer.support_lang_ids = self.env["res.lang"].search([("code", "=", "es_ES")])
        self.assertNotIn("/my/support/answers/", self.ask("balance")["html"])
        self.answer.support_lang_ids |= self.env.ref("base.lang_en")
        self.assertIn("/my/support/answers/", self.ask("balance")["html"])

    def test_strangers_and_forgers(self):
        """S-1, S-2: nobody who is not logged in, nothing without a token, and junk is no error"""
        http_response = self.post(self.url(self.answer, "/helped"), {"search": "card"}, csrf=False)
        self.assertEqual(http_response.status_code, 400)
        self.assertEqual(self.page(f"{self.url(self.answer)}?support_provider=x%00&search=%00%27").tag, "html")
        self.authenticate(None, None)
        response = self.url_open(self.url(self.answer), allow_redirects=False)
        self.assertIn("/web/login", response.headers.get("Location", ""))
        self.assertFalse(self.uses(self.answer))

    def test_nasty_page(self):
        """E-7.2, S-3: what a page holds is sanitized before a customer's browser gets it"""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE document_page_history SET content = %s WHERE page_id = %s",
            ("<p>Read</p><script>alert(1)</script><img src=x onerror=alert(1)>", self.answer.id),
        )
        self.env.invalidate_all()
        [article] = self.page(self.url(self.answer)).xpath("//article")
        self.assertIn("Read", self.text(article))
        self.assertFalse(article.xpath(".//script | .//@onerror"))
