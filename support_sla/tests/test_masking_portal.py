import io

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from .canary import CanaryMixin
from .portal_common import PortalCase

CANARY = "Wq9Basalt37Ky"


@tagged("post_install", "-at_install")
class TestMaskingPortal(CanaryMixin, PortalCase):
    """Secrets in what customers write on the portal (D-16)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.mask_secrets = True

    def setUp(self):
        super().setUp()
        self.log_in(self.user_a)

    def tell(self, ticket):
        return self.env["support.notification"].sudo().search([("ticket_id", "=", ticket.id), ("kind", "=", "masked")])

    def test_request_form(self):
        """S-6: a password that is typed into the form, or stands in a file sent with it, is nowhere; the customer is
        told"""
        with self.record_log() as log:
            response = self.post(
                "/submitted/ticket",
                {
                    "support_provider": self.provider.id,
                    "team": self.team.id,
                    "support_priority_id": self.urgent.id,
                    "subject": f"Login with password {CANARY} fails",
                    "description": f"Please try it. Login: demo\nPassword: {CANARY}",
                },
                files={"attachment": ("access.txt", io.BytesIO(b"pwd: %s" % CANARY.encode()))},
            )
        self.assertIn(response.status_code, (200, 302, 303))
        ticket = self.env["helpdesk.ticket"].search([], order="id desc", limit=1)
        self.assertIn("Login: demo", ticket.description)
        self.assertIn("********", ticket.name)
        self.assertEqual(ticket.attachment_ids.raw, b"pwd: ********")
        self.assert_nowhere(CANARY, log)
        self.assertNotIn(CANARY, response.text)
        self.assertEqual(len(self.tell(ticket)), 1)

    @mute_logger("odoo.http")
    def test_answer_with_a_file(self):
        """S-6: a password in an answer on the portal and in its file, which is stored before the answer, is nowhere"""
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "x", "description": "<p>y</p>", "team_id": self.team.id, "partner_id": self.partner_a.id}
        )
        with self.record_log() as log:
            upload = self.url_open(
                "/mail/attachment/upload",
                data={
                    "csrf_token": http.Request.csrf_token(self),
                    "thread_id": ticket.id,
                    "thread_model": "helpdesk.ticket",
                    "is_pending": "true",
                },
                files={"ufile": ("access.txt", io.BytesIO(b"password: %s" % CANARY.encode()))},
            ).json()["data"]
            self.assert_nowhere(CANARY, log)
            self.make_jsonrpc_request(
                "/mail/message/post",
                {
                    "thread_model": "helpdesk.ticket",
                    "thread_id": ticket.id,
                    "post_data": {
                        "body": f"My password is {CANARY}",
                        "attachment_ids": [upload["attachment_id"]],
                        "attachment_tokens": [upload["store_data"]["ir.attachment"][0]["ownership_token"]],
                        "message_type": "comment",
                        "subtype_xmlid": "mail.mt_comment",
                    },
                },
            )
        message = ticket.message_ids.filtered(lambda message: "My password" in message.body)
        self.assertEqual((len(message), message.author_id), (1, self.partner_a))
        self.assertIn("My password is ********", message.body)
        self.assertEqual(message.attachment_ids.raw, b"password: ********")
        self.assert_nowhere(CANARY, log)
        self.assertEqual(len(self.tell(ticket)), 1)

    def test_reason_of_an_escalation(self):
        """S-6: a password in what a customer writes with a button is nowhere"""
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "x",
                "description": "<p>y</p>",
                "team_id": self.team.id,
                "partner_id": self.partner_a.id,
                "support_priority_id": self.urgent.id,
            }
        )
        with self.record_log() as log:
            ticket._support_add_fact("call", {"note": f"The password is {CANARY}"})
            response = self.post(f"/my/ticket/escalate/{ticket.id}", {"reason": f"Password: {CANARY} fails"})
        self.assertIn(response.status_code, (200, 302, 303))
        self.assertEqual(ticket.support_escalation_ids.mapped("reason"), ["Password: ******** fails"])
        self.assert_nowhere(CANARY, log)
        self.assertTrue(ticket.support_secrets_masked)
