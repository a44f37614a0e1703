import inspect

from odoo.addons.support_sla.tests.common import SupportCase
from odoo.exceptions import AccessError
from odoo.tests.common import new_test_user

from .common import PagesMixin


class TestReviewAccess(PagesMixin, SupportCase):
    """What somebody with a login gets past the buttons."""

    def test_no_document_through_the_wizard(self):
        """S-1, E-7.2: the wizard that sends a page shows no document of the house that is not for support"""
        document = self.env["document.page"].create({"name": "Salaries", "content": "<p>Secret</p>"})
        ticket = self.raise_ticket("2026-03-02 09:00")
        with self.assertRaises(AccessError):
            wizard = (
                self.env["support.answer.wizard"]
                .with_user(self.agent)
                .create({"ticket_id": ticket.id, "page_id": document.id})
            )
            self.assertNotIn("Secret", wizard.body or "")
            wizard.page_id.check_access("read")

    def test_no_version_of_another_document(self):
        """S-1, E-7.2: whoever keeps the support pages cannot move a version of one to another document of the house"""
        page = self.make_page()
        document = self.env["document.page"].create({"name": "Salaries", "content": "<p>Secret</p>"})
        version = page.history_ids.with_user(self.manager)
        with self.assertRaises(AccessError):
            version.write({"page_id": document.id})

    def test_customers_call_nothing(self):
        """S-1: every public method of ours is refused to a customer, on the own ticket as on any record"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        problem = self.raise_ticket("2026-03-02 08:00", partner_id=False, support_is_problem=True)
        ticket._support_link_problem(problem)
        broadcast = self.env["support.broadcast"].browse(problem.action_support_broadcast()["res_id"])
        wizard = self.env["support.link.wizard"].browse(
            self.raise_ticket("2026-03-02 09:00").action_support_link_problem()["res_id"]
        )
        records = {
            "helpdesk.ticket": ticket,
            "document.page": self.make_page(),
            "support.broadcast": broadcast,
            "support.broadcast.line": broadcast.line_ids,
            "support.link.wizard": wizard,
            "support.link.wizard.line": self.env["support.link.wizard.line"].create(
                {"wizard_id": wizard.id, "problem_id": problem.id}
            ),
            "support.validation.wizard": self.env["support.validation.wizard"].create({"ticket_id": ticket.id}),
            "support.answer.wizard": self.env["support.answer.wizard"].create({"ticket_id": ticket.id}),
            "support.missing.wizard": self.env["support.missing.wizard"].create(
                {"ticket_id": ticket.id, "name": "x", "user_id": self.manager.id}
            ),
        }
        customer = new_test_user(
            self.env, login="shop-test", groups="base.group_portal", partner_id=self.customer.id, email="a@b.example"
        )
        called = 0
        for model, record in records.items():
            for name in self.get_public_methods(model):
                with self.subTest(model=model, method=name), self.assertRaises(AccessError), self.cr.savepoint():
                    getattr(record.with_user(customer), name)()
                called += 1
        self.assertGreater(called, 20)
        self.assertEqual(ticket.support_problem_id, problem)

    def get_public_methods(self, model):
        """Those that this addon defines on ``model`` and that take nothing but the records."""
        return sorted(
            name
            for cls in type(self.env[model]).__mro__
            if cls.__module__.startswith("odoo.addons.support_problem")
            for name, value in vars(cls).items()
            if name.startswith("action_") and inspect.isfunction(value)
        )

    def test_customers_read_nothing(self):
        """S-1: what lies behind a ticket and what became of its validation are no fields that a customer may read"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        customer = new_test_user(
            self.env, login="shop-test", groups="base.group_portal", partner_id=self.customer.id, email="a@b.example"
        )
        names = [name for name in ticket._fields if name.startswith(("support_problem", "support_incident"))]
        for name in [*names, "support_is_problem", "support_validation", "support_validation_comment"]:
            with self.subTest(name), self.assertRaises(AccessError):
                ticket.with_user(customer).read([name])
