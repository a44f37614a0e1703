from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import GuardHttpCase


@tagged("post_install", "-at_install")
class TestPortalAttachments(GuardHttpCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        ticket = cls.alder_ticket.with_user(cls.agent)
        cls.note = ticket.message_post(
            body="Between us",
            subtype_xmlid="mail.mt_note",
            attachments=[("internal-note.txt", b"not for customers")],
        ).attachment_ids
        cls.answer = ticket.message_post(
            body="Dear customer",
            subtype_xmlid="mail.mt_comment",
            attachments=[("public-answer.txt", b"for customers")],
        ).attachment_ids
        Attachment = cls.env["ir.attachment"]
        values = {"res_model": "helpdesk.ticket", "res_id": ticket.id, "raw": b"x"}
        cls.form = Attachment.with_user(cls.alder_user).sudo().create({"name": "from-the-form.txt", **values})
        cls.draft = Attachment.with_user(cls.agent).create({"name": "agents-draft.txt", **values})

    def test_page(self):
        """G-3: the page lists the files of visible messages and of the form."""
        self.log_in(self.alder_user)
        page = self.url_open(f"/my/ticket/{self.alder_ticket.id}").text
        self.assertIn("public-answer.txt", page)
        self.assertIn("from-the-form.txt", page)
        self.assertNotIn("internal-note.txt", page)
        self.assertNotIn("agents-draft.txt", page)

    def test_page_hands_out_no_lasting_tokens(self):
        """G-3: opening the page makes no token for any file."""
        self.log_in(self.alder_user)
        self.url_open(f"/my/ticket/{self.alder_ticket.id}")
        files = self.note | self.answer | self.form | self.draft
        files.invalidate_recordset()
        self.assertFalse(any(files.mapped("access_token")))

    def test_download(self):
        """Still so: the links on the page work, others do not."""
        self.log_in(self.alder_user)
        page = self.url_open(f"/my/ticket/{self.alder_ticket.id}").text
        start = page.index(f"/web/content/{self.answer.id}")
        link = page[start : page.index('"', start)].replace("&amp;", "&")
        self.assertEqual(self.url_open(link).content, b"for customers")
        stolen = link.replace(str(self.answer.id), str(self.note.id), 1)
        for url in (stolen, f"/web/content/{self.note.id}?download=true"):
            with self.subTest(url=url):
                self.assertNotEqual(self.url_open(url).status_code, 200)
        self.log_out()
        self.assertNotEqual(self.url_open(f"/web/content/{self.note.id}").status_code, 200)
        self.assertEqual(self.url_open(link).content, b"for customers", "the link has its token")

    def test_visitor_with_a_token(self):
        """G-3: the ticket's token opens no file of a note, by page or by screen data."""
        token = self.alder_ticket._portal_ensure_token()
        self.log_out()
        page = self.url_open(f"/my/ticket/{self.alder_ticket.id}?access_token={token}").text
        self.assertIn("public-answer.txt", page)
        self.assertNotIn("internal-note.txt", page)
        self.alder_ticket.activity_schedule(
            "mail.mail_activity_data_todo",
            summary="secret plan",
            user_id=self.agent.id,
        )
        data = self.make_jsonrpc_request(
            "/mail/data",
            {
                "fetch_params": [
                    [
                        "mail.thread",
                        {
                            "thread_model": "helpdesk.ticket",
                            "thread_id": self.alder_ticket.id,
                            "request_list": ["attachments", "activities", "followers"],
                            "access_params": {"token": token},
                        },
                    ]
                ]
            },
        )
        text = str(data)
        self.assertIn("public-answer.txt", text)
        self.assertNotIn("internal-note.txt", text)
        self.assertNotIn("agents-draft.txt", text)
        self.assertNotIn("secret plan", text)
        self.assertNotIn("guard-agent", text)

    @mute_logger("odoo.http")
    def test_rpc(self):
        """G-3: the files of notes cannot be read through RPC, even where portal users may
        read attachments.
        """
        self.env["ir.model.access"].create(
            {
                "name": "portal users read attachments",
                "model_id": self.env.ref("base.model_ir_attachment").id,
                "group_id": self.env.ref("base.group_portal").id,
                "perm_read": True,
            }
        )
        self.log_in(self.alder_user)
        names = {
            row["name"]
            for row in self.rpc(
                "ir.attachment",
                "search_read",
                [("res_model", "=", "helpdesk.ticket")],
                ["name"],
            )
        }
        self.assertEqual(names, {"public-answer.txt", "from-the-form.txt"})
        for file in (self.note, self.draft):
            with self.assertRaises(JsonRpcException):
                self.rpc("ir.attachment", "read", file.ids, ["datas"])
        self.assertNotEqual(self.url_open(f"/web/content/{self.note.id}").status_code, 200)
        self.assertEqual(self.url_open(f"/web/content/{self.answer.id}").content, b"for customers")
