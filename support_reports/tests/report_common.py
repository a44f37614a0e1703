"""What tests of reports share: two invented customers of an invented provider, February 2026 in London."""

from contextlib import contextmanager
from datetime import date

from odoo.addons.mail.tests.common import MockEmail
from odoo.addons.support_sla.tests.common import SupportCase, utc
from odoo.tests.common import new_test_user

#: March begins on a Sunday; the invented week is open on Mondays from 08:00, in London
FIRST_WORKING = "2026-03-02 08:00"


class ReportCase(SupportCase, MockEmail):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.lang_en").write({"time_format": "%H:%M:%S", "date_format": "%d.%m.%Y"})
        # reports of providers that other addons bring are not what is tested here
        cls.env["support.provider"].search([("id", "!=", cls.provider.id)]).report_monthly = False
        cls.provider.write({"report_since": "2026-01-01", "report_role_id": cls.second_role.id})
        cls.month = date(2026, 2, 1)
        cls.company_a.tz = "Europe/London"
        cls.customer.tz = "Europe/London"
        cls.contact = cls.env["res.partner"].create(
            {"name": "Quality", "email": "quality@northwind.example", "parent_id": cls.company_a.id}
        )
        cls.entitlement = cls.env["support.entitlement"].create(
            {
                "provider_id": cls.provider.id,
                "partner_id": cls.company_a.id,
                "date_start": "2026-01-01",
                "monthly_hours": 5,
                "report_contact_ids": [(6, 0, cls.contact.ids)],
            }
        )

    def setUp(self):
        super().setUp()
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 0)

    def run_cron(self, moment):
        """What the scheduled action does at ``moment``, UTC."""
        reports = self.env["support.report"].with_user(1).with_context(support_now=utc(moment))
        reports._cron_reports()
        self.env.invalidate_all()

    def send_mails(self):
        """What Odoo's mail queue does."""
        self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()

    @property
    def report(self):
        return self.env["support.report"].search(
            [("provider_id", "=", self.provider.id), ("customer_id", "=", self.company_a.id)]
        )

    def make_report(self, now="2026-03-02 09:00", month=None, customer=None):
        """As the manager who asks for it."""
        reports = self.env["support.report"].with_user(self.manager)
        return reports.sudo()._get_or_make(self.provider, customer or self.company_a, month or self.month, utc(now))

    def live_february(self):
        """One ticket answered and resolved in time, one answered late and open, one resolved and reopened."""
        kept = self.raise_ticket("2026-02-03 10:00", name="Nothing to book", support_priority_id=self.urgent.id)
        self.say(kept, "2026-02-03 10:10")
        self.move(kept, "2026-02-03 11:00", "resolved")
        late = self.raise_ticket("2026-02-10 10:00", name="Slow pages", support_priority_id=self.urgent.id)
        self.sweep("2026-02-10 12:00")
        self.say(late, "2026-02-10 12:00")
        again = self.raise_ticket("2026-02-17 10:00", name="Wrong prices", support_priority_id=self.normal.id)
        self.say(again, "2026-02-17 10:05")
        self.move(again, "2026-02-17 12:00", "resolved")
        self.move(again, "2026-02-18 09:00", "open")
        return kept, late, again

    @contextmanager
    def as_portal(self, partner, login):
        yield new_test_user(self.env, login=login, groups="base.group_portal", partner_id=partner.id)
