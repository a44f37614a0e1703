from odoo.addons.support_sla.tests.common import SupportCase
from odoo.exceptions import AccessError

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
