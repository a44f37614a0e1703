from odoo.exceptions import AccessError
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import GuardHttpCase


@tagged("post_install", "-at_install")
class TestAccessToken(GuardHttpCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.token = cls.alder_ticket._portal_ensure_token()

    def opens(self, token: str) -> bool:
        self.log_out()
        page = self.url_open(f"/my/ticket/{self.alder_ticket.id}?access_token={token}")
        return "Alder asks" in page.text

    @mute_logger("odoo.http")
    def test_rpc(self):
        """G-9: nobody reads or guesses the token through RPC."""
        ids = self.alder_ticket.ids
        for user in (self.alder_user, self.agent, self.manager):
            self.log_in(user)
            for method, args in (
                ("read", [ids, ["access_token"]]),
                ("search_read", [[("id", "in", ids)], ["access_token"]]),
                ("web_read", [ids, {"access_token": {}}]),
                ("export_data", [ids, ["access_token"]]),
                ("search_count", [[("access_token", "=like", self.token[0] + "%")]]),
                ("formatted_read_group", [[], ["access_token"], ["__count"]]),
                ("write", [ids, {"access_token": "mine"}]),
            ):
                with (
                    self.subTest(user=user.login, method=method),
                    self.assertRaises(JsonRpcException),
                ):
                    self.rpc("helpdesk.ticket", method, *args)
            self.assertNotIn("access_token", self.rpc("helpdesk.ticket", "fields_get"))
        self.log_in(self.agent)
        self.assertNotIn("access_token", self.rpc("helpdesk.ticket", "read", ids)[0])

    def test_revoke(self):
        """G-9: an agent revokes the token; old links stop working, new ones work."""
        self.assertTrue(self.opens(self.token))
        self.log_in(self.agent)
        self.rpc("helpdesk.ticket", "action_guard_revoke_token", self.alder_ticket.ids)
        self.alder_ticket.invalidate_recordset()
        self.assertFalse(self.opens(self.token))
        self.assertTrue(self.opens(self.alder_ticket._portal_ensure_token()))
        self.assertIn("revoked", self.alder_ticket.message_ids[0].body)

    def test_customer_changes(self):
        """G-9: the token changes with the customer, not with the contact."""
        colleague = self.make_portal_user("alder-two", self.alder)
        self.alder_ticket.partner_id = colleague.partner_id
        self.assertEqual(self.alder_ticket._portal_ensure_token(), self.token)
        self.alder_ticket.message_subscribe((self.alder_user | self.agent).partner_id.ids)
        self.alder_ticket.with_user(self.agent).partner_id = self.birch_user.partner_id
        self.assertNotEqual(self.alder_ticket._portal_ensure_token(), self.token)
        self.assertFalse(self.opens(self.token))
        followers = self.alder_ticket.message_partner_ids
        self.assertNotIn(self.alder_user.partner_id, followers)
        self.assertIn(self.agent.partner_id, followers)

    def test_page_gives_no_token_to_who_is_logged_in(self):
        """G-9: the page gives the token only to who came with it."""
        self.log_in(self.alder_user)
        url = f"/my/ticket/{self.alder_ticket.id}"
        self.assertNotIn(self.token, self.url_open(url).text)
        self.log_out()
        self.assertIn(self.token, self.url_open(f"{url}?access_token={self.token}").text)

    def test_what_needs_the_token_still_works(self):
        """Still so: links in mails, and the redirection of who follows one."""
        ticket = self.alder_ticket.with_user(self.agent)
        ticket.env.invalidate_all()
        ticket.message_post(
            body="Hello",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.alder_user.partner_id.ids,
        )
        mail = self.env["mail.mail"].search([("recipient_ids", "in", self.alder_user.partner_id.ids)], limit=1)
        self.assertIn(self.token, mail.body_html)
        ticket.env.invalidate_all()
        self.assertIn(self.token, ticket._get_share_url(redirect=True))
        with self.assertRaises(AccessError):
            self.alder_ticket.with_user(self.birch_user)._get_share_url()
        self.log_in(self.alder_user)
        response = self.url_open(f"/mail/view?model=helpdesk.ticket&res_id={ticket.id}")
        self.assertIn("Alder asks", response.text)

    def test_chatter(self):
        """Still so: customers read and answer in the portal without and with a token."""
        self.alder_ticket.with_user(self.agent).message_post(
            body="Yes?", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        for params, login in (({}, True), ({"token": self.token}, False)):
            with self.subTest(params=params):
                if login:
                    self.log_in(self.alder_user)
                else:
                    self.log_out()
                thread = {
                    "thread_model": "helpdesk.ticket",
                    "thread_id": self.alder_ticket.id,
                    **params,
                }
                self.make_jsonrpc_request(
                    "/mail/message/post",
                    {
                        **thread,
                        "post_data": {
                            "body": "Thank you",
                            "message_type": "comment",
                            "subtype_xmlid": "mail.mt_comment",
                        },
                    },
                )
                found = self.make_jsonrpc_request("/mail/chatter_fetch", thread)
                self.assertIn("Thank you", str(found))
                self.assertIn("Yes?", str(found))
