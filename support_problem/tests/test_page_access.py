from odoo.addons.support_sla.tests.common import SupportCase
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .common import PagesMixin

NASTY = (
    "<p>Read</p><script>alert(1)</script><img src='x' onerror='alert(1)'>"
    "<a href='javascript:alert(1)'>on</a><iframe src='https://elsewhere.example'></iframe>"
)


class TestPageAccess(PagesMixin, SupportCase):
    def assertClean(self, html):
        self.assertIn("Read", html)
        for word in ("script", "onerror", "iframe"):
            self.assertNotIn(word, html)

    def test_sanitized_on_write(self):
        """E-7.2: whatever is written on a page for support is sanitized, when it is written and in its versions"""
        page = self.make_page(content=NASTY)
        self.assertClean(page.content)
        self.env.invalidate_all()
        self.assertClean(page.content)
        page.content = NASTY + "<p>again</p>"
        self.assertClean(page.content)
        self.assertEqual(len(page.history_ids), 2)
        for version in page.history_ids:
            self.assertClean(version.content)
        page.history_ids[0].with_user(self.manager).write({"content": NASTY})
        self.assertClean(page.history_ids[0].content)

    def test_sanitized_when_it_becomes_one(self):
        """E-7.2: a document that becomes a support page is sanitized with its versions; others stay as they are"""
        document = self.env["document.page"].create({"name": "Wiki", "content": NASTY})
        self.assertIn("iframe", document.content)
        document.support_use = "answer"
        self.env.invalidate_all()
        self.assertClean(document.content)
        self.assertClean(document.history_ids.content)

    def test_sanitized_on_showing(self):
        """E-7.2: what got past all that is still not shown"""
        page = self.make_page()
        self.env.flush_all()
        self.env.cr.execute("UPDATE document_page_history SET content = %s WHERE page_id = %s", (NASTY, page.id))
        self.env.invalidate_all()
        self.assertClean(page.content)

    def test_who_reads(self):
        """E-7.2: helpdesk users read pages for support and no other document; managers write them"""
        page = self.make_page()
        document = self.env["document.page"].create({"name": "Salaries", "content": "<p>Secret</p>"})
        Page = self.env["document.page"].with_user(self.agent)
        self.assertIn(page.id, Page.search([]).ids)
        self.assertNotIn(document.id, Page.search([]).ids)
        self.assertIn("balance", page.with_user(self.agent).content)
        with self.assertRaises(AccessError):
            document.with_user(self.agent).read(["name", "content"])
        with self.assertRaises(AccessError):
            document.history_ids.with_user(self.agent).read(["content"])
        with self.assertRaises(AccessError):
            page.with_user(self.agent).write({"name": "Other"})
        with self.assertRaises(AccessError):
            document.with_user(self.manager).read(["content"])
        with self.assertRaises(UserError):
            page.with_user(self.manager).support_use = "none"
        page.with_user(self.manager).active = False

    def test_who_works_with_documents(self):
        """E-7.2: whoever works with documents goes on to see all of them, also as an agent"""
        document = self.env["document.page"].create({"name": "Salaries", "content": "<p>Secret</p>"})
        both = self._make_user("both", "helpdesk_mgmt.group_helpdesk_user", "document_knowledge.group_document_user")
        self.assertIn("Secret", document.with_user(both).content)

    def test_manager_writes_a_page(self):
        """E-7.2: a manager writes a page in the form, and publishes it when it says something"""
        action = self.env["ir.actions.act_window"]._for_xml_id("support_problem.document_page_action")
        self.assertIn("default_support_use", action["context"])
        form = Form(
            self.env["document.page"]
            .with_user(self.manager)
            .with_context(default_type="content", default_support_use="answer")
        )
        form.name = "Lost card"
        form.support_provider_ids.add(self.provider)
        page = form.save()
        with self.assertRaisesRegex(ValidationError, "says nothing yet"):
            page.action_support_publish()
        page.content = "<p>Have it blocked.</p>"
        page.action_support_publish()
        self.assertEqual(page.support_state, "published")
        page.support_portal = True
        with self.assertRaisesRegex(ValidationError, "only answers"):
            page.support_use = "solution"

    def test_customers_read_no_model(self):
        """S-1: portal users read neither pages nor uses but on the page made for them"""
        page = self.make_page(support_portal=True)
        portal = self.env["res.users"].create(
            {
                "name": "Anna",
                "login": "anna-pages",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        for model in ("document.page", "document.page.history", "support.page.use", "support.answer.wizard"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(portal).search([])
        with self.assertRaises(AccessError):
            page.with_user(portal).read(["name"])
