from odoo.addons.support_sla.tests.common import SupportCase
from odoo.exceptions import UserError
from odoo.tests import Form

from .common import PagesMixin


class TestMissingPage(PagesMixin, SupportCase):
    def ask(self, **vals):
        ticket = self.raise_ticket("2026-03-02 09:00", name="Can I pass points on?").with_user(self.agent)
        answers = Form(
            self.env["support.answer.wizard"].with_user(self.agent).with_context(default_ticket_id=ticket.id)
        ).save()
        action = answers.action_missing()
        form = Form(self.env[action["res_model"]].with_user(self.agent).with_context(**action["context"]))
        for name, value in vals.items():
            form[name] = value
        return ticket, form.save()

    def test_assigned(self):
        """E-7.2: a page that is missing becomes a draft and an assigned activity; written and published it is found"""
        self.provider.administrator_id = self.manager
        ticket, wizard = self.ask(note="<b>Yes</b>, within a family.")
        self.assertEqual(wizard.user_id, self.manager)
        wizard.action_ask()
        activity = self.env["mail.activity"].search([("user_id", "=", self.manager.id)])
        self.assertEqual(activity.res_model, "document.page")
        self.assertEqual(activity.date_deadline, wizard.date_deadline)
        self.assertIn(ticket.number, activity.summary)
        self.assertIn("&lt;b&gt;Yes", activity.note)
        page = self.env["document.page"].browse(activity.res_id).with_user(self.manager)
        self.assertEqual((page.name, page.support_state), ("Can I pass points on?", "draft"))
        self.assertEqual(page.support_provider_ids, self.provider)
        self.assertFalse(ticket.support_fit_ids)
        with self.assertRaisesRegex(UserError, "says nothing yet"):
            page.action_support_publish()
        page.content = "<p>Yes, within a family.</p>"
        page.action_support_publish()
        ticket.invalidate_recordset()
        self.assertEqual(ticket.support_fit_ids, page)

    def test_somebody_who_cannot(self):
        """E-7.2: it is not asked of somebody who may not write pages"""
        _ticket, wizard = self.ask(user_id=self.manager)
        wizard.user_id = self.boss
        with self.assertRaisesRegex(UserError, "may not write"):
            wizard.action_ask()
