"""Two invented customers, Alder and Birch, with portal users, and their tickets."""

import textwrap
from typing import Any

from odoo import http
from odoo.tests import HttpCase, TransactionCase, new_test_user

PASSWORD = "guard-test-password"

MAIL = """\
Message-Id: {message_id}
From: {email_from}
To: {to}
{headers}Subject: {subject}
Date: Mon, 02 Mar 2026 09:00:00 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{body}
"""


class GuardDataMixin:
    @classmethod
    def make_data(cls) -> None:
        cls.env = cls.env(context=dict(cls.env.context, no_reset_password=True, lang="en_US"))
        cls.env.company.write(
            {
                "helpdesk_mgmt_portal_select_team": False,
                "helpdesk_mgmt_portal_select_category": False,
            }
        )
        cls.alder, cls.birch = cls.env["res.partner"].create(
            [
                {"name": "Alder", "is_company": True, "email": "office@alder.example"},
                {"name": "Birch", "is_company": True, "email": "office@birch.example"},
            ]
        )
        cls.alder_user = cls.make_portal_user("alder", cls.alder)
        cls.birch_user = cls.make_portal_user("birch", cls.birch)
        cls.agent = new_test_user(
            cls.env,
            login="guard-agent",
            password=PASSWORD,
            groups="helpdesk_mgmt.group_helpdesk_user,base.group_partner_manager",
            email="agent@desk.example",
        )
        cls.manager = new_test_user(
            cls.env,
            login="guard-manager",
            password=PASSWORD,
            groups="helpdesk_mgmt.group_helpdesk_manager",
            email="manager@desk.example",
        )
        Stage = cls.env["helpdesk.ticket.stage"]
        cls.team = cls.env["helpdesk.ticket.team"].create({"name": "Guard team"})
        cls.stage_open, cls.stage_done, cls.stage_secret = Stage.create(
            [
                {"name": "Guard open", "sequence": -9, "team_ids": cls.team.ids},
                {
                    "name": "Guard done",
                    "sequence": 90,
                    "closed": True,
                    "close_from_portal": True,
                    "team_ids": cls.team.ids,
                },
                {
                    "name": "Guard secret",
                    "sequence": 91,
                    "closed": True,
                    "team_ids": cls.team.ids,
                },
            ]
        )
        cls.alder_ticket = cls.make_ticket("Alder asks", cls.alder_user.partner_id)
        cls.birch_ticket = cls.make_ticket("Birch asks", cls.birch_user.partner_id)

    @classmethod
    def make_portal_user(cls, login: str, company):
        user = new_test_user(
            cls.env,
            login=f"guard-{login}",
            password=PASSWORD,
            groups="base.group_portal",
            email=f"buyer@{login}.example",
            name=f"Buyer of {login}",
        )
        user.partner_id.parent_id = company
        return user

    @classmethod
    def make_ticket(cls, name: str, partner, **values):
        return cls.env["helpdesk.ticket"].create(
            {
                "name": name,
                "description": "<p>What happened</p>",
                "partner_id": partner.id,
                "partner_name": partner.name,
                "partner_email": partner.email,
                "team_id": cls.team.id,
                "user_id": False,
                **values,
            }
        )

    @classmethod
    def deliver(cls, mail: str | bytes | None = None, model="helpdesk.ticket", **parts):
        """Feed a mail to the gateway; returns what the gateway does."""
        if mail is None:
            mail = cls.make_mail(**parts)
        return cls.env["mail.thread"].message_process(model, mail)

    @classmethod
    def make_mail(
        cls,
        message_id="<one@alder.example>",
        email_from="Buyer <buyer@alder.example>",
        to="help@desk.example",
        headers: dict[str, str] | None = None,
        subject="A question",
        body="Hello",
    ) -> str:
        lines = "".join(f"{k}: {v}\n" for k, v in (headers or {}).items())
        return MAIL.format(
            message_id=message_id,
            email_from=email_from,
            to=to,
            headers=lines,
            subject=subject,
            body=textwrap.dedent(body),
        )


class GuardCase(GuardDataMixin, TransactionCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.make_data()


class GuardHttpCase(GuardDataMixin, HttpCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.make_data()

    def log_in(self, user) -> None:
        self.authenticate(user.login, PASSWORD)

    def log_out(self) -> None:
        self.authenticate(None, None)

    def post(self, url: str, data: dict | None = None, csrf=True, **kwargs):
        data = dict(data or {})
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(url, data=data, allow_redirects=False, **kwargs)

    def rpc(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def tickets(self):
        return self.env["helpdesk.ticket"].search_count([])
