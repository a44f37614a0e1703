import io

from odoo import http
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import GuardHttpCase


@tagged("post_install", "-at_install")
class TestPortalUploads(GuardHttpCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        set_param = cls.env["ir.config_parameter"].set_param
        set_param("support_guard.upload_max_count", "2")
        set_param("support_guard.upload_max_mb", "0.01")
        set_param("support_guard.upload_refused_types", "exe, .BAT")

    def submit(self, *files):
        return self.post(
            "/submitted/ticket",
            {"subject": "With files", "description": "See the files"},
            files=[("attachment", (name, io.BytesIO(data))) for name, data in files],
        )

    def test_form(self):
        """Still so: files within the limits are stored with the ticket."""
        self.log_in(self.alder_user)
        self.assertEqual(self.submit(("a.txt", b"a"), ("b.pdf", b"b")).status_code, 302)
        ticket = self.env["helpdesk.ticket"].search([("name", "=", "With files")])
        self.assertEqual(set(ticket.attachment_ids.mapped("name")), {"a.txt", "b.pdf"})
        self.assertEqual(set(ticket.attachment_ids.mapped("raw")), {b"a", b"b"})
        page = self.url_open(f"/my/ticket/{ticket.id}").text
        self.assertIn("a.txt", page)

    def test_form_over_the_limits(self):
        """G-8: too many, too large or dangerous: a message, and nothing is stored."""
        self.log_in(self.alder_user)
        tickets = self.tickets()
        files = self.env["ir.attachment"].search_count([])
        program = b"MZ" + b"\0" * 58 + b"\x80\0\0\0" + b"\0" * 64 + b"PE\0\0" + b"\0" * 99
        for uploads, words in (
            ([("a.txt", b"a")] * 3, "At most 2 are allowed"),
            ([("big.txt", b"x" * 10_486)], "larger than 0.01 MB"),
            ([("setup.EXE", b"x")], "are not accepted"),
            ([("run.bat ", b"x")], "are not accepted"),
            ([("run.exe.", b"x")], "are not accepted"),
            ([("invoice.pdf", program)], "are not accepted"),
            ([("fine.txt", b"x"), ("run.bat", b"x")], "run.bat"),
        ):
            with self.subTest(words=words, uploads=len(uploads)):
                response = self.submit(*uploads)
                self.assertEqual(response.status_code, 400)
                self.assertIn(words, response.text)
                self.assertIn('value="With files"', response.text)
                self.assertIn("See the files</textarea>", response.text)
        self.assertEqual(self.tickets(), tickets)
        self.assertEqual(self.env["ir.attachment"].search_count([]), files)

    def test_form_tells_the_limits(self):
        """G-8: the form says what is allowed before anything is sent."""
        self.log_in(self.alder_user)
        page = " ".join(self.url_open("/new/ticket?general=1").text.split())
        self.assertIn("At most 2 files of 0.01 MB each.", page)
        self.assertIn('max_upload_size="10485"', page)

    def upload(self, name: str, data: bytes):
        return self.url_open(
            "/mail/attachment/upload",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "thread_id": self.alder_ticket.id,
                "thread_model": "helpdesk.ticket",
                "is_pending": "true",
            },
            files={"ufile": (name, io.BytesIO(data))},
        ).json()

    @mute_logger("odoo.http")
    def test_answer(self):
        """G-8: the same limits hold for the answers of customers."""
        self.log_in(self.alder_user)
        files = self.env["ir.attachment"].search_count([])
        for name, data, words in (
            ("big.txt", b"x" * 10_486, "larger than"),
            ("run.exe", b"x", "not accepted"),
        ):
            self.assertIn(words, self.upload(name, data)["error"]["message"])
        self.assertEqual(self.env["ir.attachment"].search_count([]), files)
        uploads = [self.upload(f"{i}.txt", b"x")["data"] for i in range(3)]
        ids = [upload["attachment_id"] for upload in uploads]
        tokens = [upload["store_data"]["ir.attachment"][0]["ownership_token"] for upload in uploads]
        messages = self.alder_ticket.message_ids

        def post(count):
            return self.make_jsonrpc_request(
                "/mail/message/post",
                {
                    "thread_model": "helpdesk.ticket",
                    "thread_id": self.alder_ticket.id,
                    "post_data": {
                        "body": "See here",
                        "attachment_ids": ids[:count],
                        "attachment_tokens": tokens[:count],
                        "message_type": "comment",
                        "subtype_xmlid": "mail.mt_comment",
                    },
                },
            )

        with self.assertRaises(JsonRpcException):
            post(3)
        self.alder_ticket.invalidate_recordset()
        self.assertEqual(self.alder_ticket.message_ids, messages)
        post(2)
        self.alder_ticket.invalidate_recordset()
        new = self.alder_ticket.message_ids - messages
        self.assertEqual(len(new.attachment_ids), 2)

    def test_agents_are_not_limited(self):
        """Still so: the limits are for customers."""
        self.log_in(self.agent)
        self.assertNotIn("error", self.upload("run.exe", b"x" * 20_000))

    def test_no_limits(self):
        """Still so: 0 and nothing mean no limit, and junk in a setting is no error."""
        set_param = self.env["ir.config_parameter"].set_param
        set_param("support_guard.upload_max_count", "junk")
        set_param("support_guard.upload_max_mb", False)
        set_param("support_guard.upload_refused_types", False)
        self.log_in(self.alder_user)
        response = self.submit(*[(f"{i}.exe", b"x" * 20_000) for i in range(4)])
        self.assertEqual(response.status_code, 302)

    def test_settings(self):
        """G-8: an administrator sees and changes the limits."""
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.support_guard_upload_max_count, 2)
        settings.support_guard_upload_max_count = 5
        settings.support_guard_upload_refused_types = False
        settings.execute()
        limits = self.env["support.guard.upload"]._get_limits()
        self.assertEqual(limits.max_count, 5)
        self.assertFalse(limits.refused_types)
        self.assertEqual(limits.max_bytes, 10_485)
