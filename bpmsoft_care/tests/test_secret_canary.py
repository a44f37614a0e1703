import json

from lxml import html
from odoo import http
from odoo.addons.mail.tests.common import MockEmail
from odoo.tests import HttpCase, tagged

from .common import ANSWERS, PASSWORD, BpmsoftMixin
from .secret_common import CANARY, SecretMixin


@tagged("-at_install", "post_install")
class TestSecretCanary(SecretMixin, BpmsoftMixin, MockEmail, HttpCase):
    """By whichever way a password comes in, it is nowhere in clear: no table, no file, no log line, no mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()
        cls.agent.group_ids |= cls.env.ref("base.group_allow_export")

    def assert_sealed(self, log, ticket=None):
        """The canary is nowhere but on ``ticket``, sealed; its mails, too, are without it.

        :param log: what was logged
        """
        self.assertTrue(log.lines)
        self.assert_nowhere(CANARY, log)
        if ticket:
            with self.mock_mail_gateway():
                self.deliver()
            self.assert_nowhere(CANARY)
            self.env.invalidate_all()
            self.assertEqual(self.reveal(ticket), CANARY)

    def call(self, model, method, *args, **kwargs):
        """As the web client does, by the agent who is logged in."""
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps({"params": {"model": model, "method": method, "args": args, "kwargs": kwargs}}),
            headers={"Content-Type": "application/json"},
        ).json()
        self.assertNotIn("error", response, str(response.get("error"))[:600])
        return response["result"]

    def post(self, url, data, allow_redirects=False):
        return self.url_open(
            url, data={**data, "csrf_token": http.Request.csrf_token(self)}, allow_redirects=allow_redirects
        )

    def newest(self):
        self.env.invalidate_all()
        return self.env["helpdesk.ticket"].search([("team_id", "=", self.team.id)], order="id desc", limit=1)

    # --- the ways in ------------------------------------------------------------------------------------

    def test_portal_new(self):
        """B-9, S-6: given on the form for a new request, also when the form comes back because of something else"""
        self.authenticate(self.customer_user.login, PASSWORD)
        data = {
            "support_provider": str(self.provider.id),
            "team": str(self.team.id),
            "subject": "",
            "description": "It stays empty.",
            "support_priority_id": str(self.levels["high"].id),
            **{name: str(value) for name, value in ANSWERS.items()},
            "bpmsoft_password": CANARY,
        }
        kind = self.kinds["error"]
        data["support_kind_id"] = str(kind.id)
        with self.listening() as log:
            page = self.url_open(f"/new/ticket?support_provider={self.provider.id}")
            field = html.fromstring(page.text).get_element_by_id("support_bpmsoft_password")
            self.assertEqual((field.get("type"), field.get("autocomplete")), ("password", "new-password"))
            before = self.newest()
            back = self.post("/submitted/ticket", data)
            self.assertEqual(self.newest(), before)
            self.assertEqual(back.status_code, 400)
            self.assertNotIn(CANARY, back.text)
            self.assertIn("Please type it again", back.text)
            sent = self.post("/submitted/ticket", {**data, "subject": "It stays empty"})
            self.assertIn(sent.status_code, (302, 303), sent.text[:500])
        ticket = self.newest()
        self.assertNotEqual(ticket, before)
        self.assertEqual(ticket.support_form_state, "complete")
        shown = self.url_open(f"/my/ticket/{ticket.id}").text
        self.assertNotIn(CANARY, shown)
        self.assertIn("Passwords you have given us", shown)
        self.assert_sealed(log, ticket)

    def test_portal_form(self):
        """B-9, S-6: given, replaced and withdrawn on the pages of a request; a stranger can do nothing of it"""
        ticket = self.raise_as_client("2026-03-02 07:00", bpmsoft_password=False)
        self.authenticate(self.customer_user.login, PASSWORD)
        url = f"/my/ticket/{ticket.id}/form"
        with self.listening() as log:
            self.post(url, {"support_form": "1", "bpmsoft_password": "first-Pass-1"})
            page = html.fromstring(self.url_open(url).text)
            self.assertIn("It is kept, encrypted.", page.text_content())
            self.assertFalse(page.get_element_by_id("support_bpmsoft_password").get("value"))
            self.post(url, {"support_form": "1", "bpmsoft_password": CANARY})
            page = html.fromstring(self.url_open(f"/my/ticket/{ticket.id}").text)
        self.env.invalidate_all()
        self.assertEqual(ticket.support_form_state, "complete")
        box = page.get_element_by_id("bpmsoft_secrets")
        self.assertIn("Nobody has looked at it yet.", box.text_content())
        self.assert_sealed(log, ticket)
        box = html.fromstring(self.url_open(f"/my/ticket/{ticket.id}").text).get_element_by_id("bpmsoft_secrets")
        self.assertIn("Looked at by the team on", box.text_content())
        [form] = box.xpath(".//form")
        data = {"secret": form.xpath("./input[@name='secret']/@value")[0]}
        self.authenticate(self.stranger_user.login, PASSWORD)
        self.post(form.get("action"), data)
        self.env.invalidate_all()
        self.assertEqual(ticket.bpmsoft_password_state, "kept")
        self.authenticate(self.customer_user.login, PASSWORD)
        self.assertEqual(self.url_open(form.get("action")).status_code, 405, "S-2: nothing is done by a link")
        self.post(form.get("action"), data)
        self.env.invalidate_all()
        self.assertEqual(ticket.bpmsoft_password_state, "withdrawn")
        again = self.post(form.get("action"), data)
        self.assertEqual(again.status_code, 400)
        self.assertIn("not kept any more", again.text)

    def test_wizard(self):
        """B-9, S-6: entered by an agent in the wizard of the web client"""
        ticket = self.raise_ticket("2026-03-02 07:00", bpmsoft_password=False)
        self.authenticate(self.agent.login, PASSWORD)
        with self.listening() as log:
            context = self.call("helpdesk.ticket", "action_bpmsoft_secret", ticket.ids)["context"]
            values = {name[8:]: value for name, value in context.items() if name.startswith("default_")}
            saved = self.call(
                "bpmsoft.secret.wizard",
                "web_save",
                [],
                {**values, "bpmsoft_password": CANARY},
                specification={"bpmsoft_password": {}, "login": {}},
                context=context,
            )
        self.assertFalse(saved[0]["bpmsoft_password"])
        self.env.invalidate_all()
        self.assertEqual(self.find_canary(CANARY), [], "not in the wizard's own row")
        with self.listening() as more:
            self.call("bpmsoft.secret.wizard", "action_keep", [saved[0]["id"]])
        self.assert_sealed(log, ticket)
        self.assert_sealed(more)

    def test_calls(self):
        """B-9, S-6: handed over by create, write and load of a program, with the most talkative log"""
        self.authenticate(self.agent.login, PASSWORD)
        values = {
            "name": "By a program",
            "description": "x",
            "team_id": self.team.id,
            "partner_id": self.customer.id,
            "bpmsoft_password": CANARY,
        }
        with self.listening() as log:
            [ticket_id] = self.call("helpdesk.ticket", "create", [values])
        self.assertTrue([line for line in log.lines if "helpdesk.ticket" in line and "left out" in line])
        self.assert_sealed(log, self.env["helpdesk.ticket"].browse(ticket_id))
        ticket = self.raise_ticket("2026-03-02 07:00", bpmsoft_password=False)
        with self.listening() as log:
            self.call("helpdesk.ticket", "write", ticket.ids, {"bpmsoft_password": CANARY})
            read = self.call("helpdesk.ticket", "read", ticket.ids)
            self.assertNotIn(CANARY, str(read))
        self.assert_sealed(log, ticket)
        ticket = self.raise_ticket("2026-03-02 07:00", bpmsoft_password=False)
        with self.listening() as log:
            answer = self.call("helpdesk.ticket", "load", [".id", "bpmsoft_password"], [[str(ticket.id), CANARY]])
            self.assertEqual(answer["ids"], ticket.ids)
        self.assert_sealed(log, ticket)

    def test_import_screen(self):
        """B-9, S-6: imported from a file, which the import screen forgets once it is done"""
        ticket = self.raise_ticket("2026-03-02 07:00", bpmsoft_password=False)
        screen = (
            self.env["base_import.import"]
            .with_user(self.agent)
            .create(
                {
                    "res_model": "helpdesk.ticket",
                    "file": f".id,bpmsoft_password\n{ticket.id},{CANARY}\n".encode(),
                    "file_type": "text/csv",
                    "file_name": "requests.csv",
                }
            )
        )
        options = {"quoting": '"', "separator": ",", "has_headers": True}
        columns = [".id", "bpmsoft_password"]
        with self.listening() as log:
            tried = screen.execute_import(columns, columns, options, dryrun=True)
            self.assertFalse([one for one in tried["messages"] if one["type"] == "error"], tried)
            done = screen.execute_import(columns, columns, options)
        self.assertEqual(done["ids"], ticket.ids)
        self.assert_sealed(log, ticket)

    def test_reveal_is_not_logged(self):
        """B-9, S-6: the answer to a click is in no log line, and its address is in the record of looks"""
        ticket = self.raise_ticket("2026-03-02 07:00", bpmsoft_password=CANARY)
        self.authenticate(self.agent.login, PASSWORD)
        with self.listening() as log:
            answer = self.call("bpmsoft.secret", "reveal", self.secrets(ticket).ids)
        self.assertEqual(answer, {"secret": CANARY, "seconds": 30})
        self.env.invalidate_all()
        row = ticket.sudo().bpmsoft_secret_log_ids[:1]
        self.assertEqual((row.kind, row.who, row.address), ("looked", "Agent expert", "127.0.0.1"))
        self.assert_sealed(log)

    def test_portal_calls(self):
        """S-1: the client's own people reach neither the password nor the record of looks by RPC"""
        ticket = self.raise_as_client("2026-03-02 07:00", bpmsoft_password=CANARY)
        self.authenticate(self.customer_user.login, PASSWORD)
        ids = self.secrets(ticket).ids
        for model, method, args in (
            ("bpmsoft.secret", "reveal", [ids]),
            ("bpmsoft.secret", "read", [ids]),
            ("bpmsoft.secret", "search_read", [[]]),
            ("bpmsoft.secret.log", "search_read", [[]]),
            ("bpmsoft.secret", "action_withdraw", [ids]),
            ("helpdesk.ticket", "read", [ticket.ids, ["bpmsoft_secret_ids"]]),
            ("helpdesk.ticket", "write", [ticket.ids, {"bpmsoft_password": "mine"}]),
        ):
            with self.subTest(model=model, method=method):
                response = self.url_open(
                    f"/web/dataset/call_kw/{model}/{method}",
                    data=json.dumps({"params": {"model": model, "method": method, "args": args, "kwargs": {}}}),
                    headers={"Content-Type": "application/json"},
                ).json()
                self.assertEqual(response["error"]["data"]["name"], "odoo.exceptions.AccessError")
                self.assertNotIn(CANARY, str(response))
        self.env.invalidate_all()
        self.assertEqual(self.reveal(ticket), CANARY)
