from datetime import datetime
from unittest.mock import patch

from lxml import html
from odoo import fields, http
from odoo.addons.support_guard.models.guard_context import given
from odoo.tests import HttpCase

from .common import SupportCase, utc

PASSWORD = "portal-test-password"


class PortalCase(SupportCase, HttpCase):
    """Two customers of one provider, with logins; London, around the clock; it is Mon 2 March 2026, 09:30 UTC."""

    NOW = "2026-03-02 09:30"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.lang_en").time_format = "%H:%M:%S"  # so that times below read as they are
        cls.env.company.write(
            {
                "helpdesk_mgmt_portal_select_team": False,
                "helpdesk_mgmt_portal_select_category": False,
                "helpdesk_mgmt_portal_team_id_required": False,
                "helpdesk_mgmt_portal_category_id_required": False,
            }
        )
        # providers of other addons, or of an administrator, are not what is tested here
        cls.env["helpdesk.ticket.team"].search([("support_provider_id", "!=", False), ("id", "!=", cls.team.id)]).write(
            {"show_in_portal": False}
        )
        cls.provider.calendar_id = cls._make_calendar("Always", "Europe/London", dict.fromkeys(range(7), ((0, 24),)))
        cls.provider.write({"customer_escalation": True, "portal_intro": "<p>Acme helps.</p>"})
        cls.urgent.write({"definition": "Nothing works at all.", "example": "The shop is shut."})
        cls.company_b = cls.env["res.partner"].create({"name": "Southwind Hotels", "is_company": True})
        cls.user_a = cls._make_portal_user("anna", cls.company_a)
        cls.user_b = cls._make_portal_user("ben", cls.company_b)
        cls.partner_a = cls.user_a.partner_id

    @classmethod
    def _make_portal_user(cls, login: str, company, tz="Europe/London"):
        user = (
            cls.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": login.capitalize(),
                    "login": f"{login}-portal-test",
                    "password": PASSWORD,
                    "email": f"{login}@customer.example",
                    "tz": tz,
                    "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)],
                }
            )
        )
        user.partner_id.parent_id = company
        return user

    def setUp(self):
        super().setUp()
        self.set_now(self.NOW)

    def set_now(self, moment: str):
        """Every request from now on happens at ``moment`` (UTC), unless a context says otherwise."""
        Event = self.env.registry["support.event"]
        fixed = utc(moment)

        def now(event) -> datetime:
            moment = given(event.env, "support_now")
            return fields.Datetime.to_datetime(moment) if moment else fixed

        patcher = patch.object(Event, "_now", now)
        patcher.start()
        self.addCleanup(patcher.stop)

    def log_in(self, user, tz: str | None = None):
        self.authenticate(user.login, PASSWORD)
        if tz:
            user.tz = tz

    def post(self, url: str, data: dict | None = None, csrf: bool = True, **kwargs):
        data = dict(data or {})
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(url, data=data, allow_redirects=False, **kwargs)

    def page(self, url: str):
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200, url)
        return html.fromstring(response.text)

    @staticmethod
    def text(element) -> str:
        return " ".join(element.text_content().split())

    def raise_for(self, user, moment: str, **vals):
        partner = user.partner_id
        return self.raise_ticket(
            moment, partner_id=partner.id, partner_name=partner.name, partner_email=partner.email, **vals
        )

    def customer_says(self, ticket, moment: str, user=None, body="Any news?"):
        user = user or self.user_a
        return self.at(ticket.with_user(user).sudo(), moment).message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_comment"
        )
