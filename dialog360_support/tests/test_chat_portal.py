import json

from odoo import http
from odoo.addons.support_sla.tests.canary import CanaryMixin
from odoo.tests.common import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .chat_common import ASKED, FOUND, ChatMixin
from .common import PASSWORD

SECRET = "Tr0ub4dor-and-3-widget"


@tagged("post_install", "-at_install")
class TestChatPortal(ChatMixin, CanaryMixin, HttpCase):
    """The widget's own requests, by clients and by others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def log_in(self, user):
        self.authenticate(user.login, PASSWORD)

    def open_session(self, **params):
        return self.make_jsonrpc_request(
            "/im_livechat/get_session", {"channel_id": self.live.id, "persisted": True, **params}
        )

    def post(self, chat, text, **post_data):
        return self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "discuss.channel",
                "thread_id": chat.id,
                "post_data": {
                    "body": text,
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    **post_data,
                },
            },
        )

    def test_a_chat_of_a_client(self):
        """D-1, D-5: a client opens the chat on the portal and reads its number; the agent answers and makes a ticket by
        the command; the first response in the chat has counted"""
        self.log_in(self.customer_user)
        opened = self.open_session()
        chat = self.env["discuss.channel"].browse(opened["channel_id"])
        [data] = [row for row in opened["store_data"]["discuss.channel"] if row["id"] == chat.id]
        self.assertEqual(data["dialog360_number"], chat.dialog360_number)
        self.post(chat, ASKED)
        self.assertIn(chat.dialog360_number, self.said_by_desk(chat)[0])
        self.log_in(self.agent)
        self.post(chat, FOUND)
        self.make_jsonrpc_request(
            "/web/dataset/call_kw/discuss.channel/execute_command_ticket",
            {
                "model": "discuss.channel",
                "method": "execute_command_ticket",
                "args": [[chat.id]],
                "kwargs": {"body": "/ticket Paused"},
            },
        )
        ticket = self.ticket_of(chat)
        self.assertEqual((ticket.name, ticket.partner_id), ("Paused", self.customer))
        self.assertTrue(self.clock(ticket, "first_response").stopped)

    def test_nobody_else_opens_it(self):
        """D-1: a client without chat, an employee and a visitor neither open a session nor learn that somebody is
        there, by whichever address"""
        number = self.env["discuss.channel"].search_count([("livechat_channel_id", "=", self.live.id)])
        for user in (self.stranger_user, self.engineer, None):
            if user:
                self.log_in(user)
            else:
                self.authenticate(None, None)
            with self.subTest(user=user and user.login):
                with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
                    self.open_session()
                self.assertEqual(self.url_open(f"/im_livechat/support/{self.live.id}").status_code, 404)
                self.assertEqual(self.url_open(f"/im_livechat/loader/{self.live.id}").status_code, 404)
                if not user or user.share:
                    page = self.url_open("/my" if user else "/web/login").text
                    self.assertNotIn("livechatData", page)
                    found = self.make_jsonrpc_request("/mail/data", {"fetch_params": [["init_livechat", self.live.id]]})
                    self.assertFalse(found.get("Store", {}).get("livechat_available"), found)
        self.assertEqual(self.env["discuss.channel"].search_count([("livechat_channel_id", "=", self.live.id)]), number)

    def test_by_the_address_of_other_sites(self):
        """D-1: the requests of widgets on other sites, which know no login, open nothing either"""
        self.authenticate(None, None)
        with self.assertRaises(JsonRpcException), mute_logger("odoo.http"):
            self.make_jsonrpc_request("/im_livechat/cors/get_session", {"channel_id": self.live.id, "persisted": True})

    def test_the_widget_is_on_the_portal(self):
        """D-1: pages of the portal carry the widget for the client with chat; nobody else loads live chat at all"""
        self.log_in(self.customer_user)
        self.assertIn("dialog360_support.assets_chat", self.url_open("/my").text)
        self.log_in(self.stranger_user)
        self.assertNotIn("dialog360_support.assets_chat", self.url_open("/my").text)
        paths = [
            path for path, *_ in self.env["ir.asset"]._get_asset_paths("web.assets_frontend", {"js": True, "css": True})
        ]
        if not self.env["ir.asset"]._dialog360_needs_livechat("web.assets_frontend"):
            self.assertFalse([path for path in paths if "/im_livechat/" in path])

    def test_no_secret_gets_through(self):
        """D-16: a password that a client writes in the widget, or sends as a file, is neither stored nor told to the
        agent's browser"""
        self.log_in(self.customer_user)
        with self.record_log() as log:
            chat = self.env["discuss.channel"].browse(self.open_session()["channel_id"])
            answer = self.post(chat, f"It fails. password: {SECRET}")
            self.assertNotIn(SECRET, json.dumps(answer))
            uploaded = self.url_open(
                "/mail/attachment/upload",
                data={
                    "thread_id": chat.id,
                    "thread_model": "discuss.channel",
                    "is_pending": True,
                    "csrf_token": http.Request.csrf_token(self),
                },
                files={"ufile": ("log.txt", f"password: {SECRET}".encode(), "text/plain")},
            )
            self.assertEqual(uploaded.status_code, 200)
            self.make_jsonrpc_request(
                "/im_livechat/feedback", {"channel_id": chat.id, "rate": 1, "reason": f"password: {SECRET}"}
            )
            self.make_jsonrpc_request("/im_livechat/visitor_leave_session", {"channel_id": chat.id})
        self.assertTrue([text for text in self.said_by_desk(chat) if "was masked" in text])
        self.assert_nowhere(SECRET, log)

    def test_helped_by_a_page(self):
        """D-1: whoever says that an instant answer was enough gets no ticket"""
        page = self.env["document.page"].create(
            {
                "name": "Templates are not delivered",
                "content": "<p>Look whether the template was paused.</p>",
                "support_use": "answer",
                "support_state": "published",
                "support_portal": True,
                "support_provider_ids": [(6, 0, self.provider.ids)],
            }
        )
        self.log_in(self.customer_user)
        chat = self.env["discuss.channel"].browse(self.open_session()["channel_id"])
        self.post(chat, ASKED)
        self.assertTrue(chat.sudo().dialog360_waiting_since)
        form = {"csrf_token": http.Request.csrf_token(self)}
        self.url_open(f"/my/support/answers/{page.id}/helped", data=form, allow_redirects=False)
        chat.invalidate_recordset()
        self.assertFalse(chat.sudo().dialog360_waiting_since)
        self.assertEqual(page.support_helped_count, 1)
