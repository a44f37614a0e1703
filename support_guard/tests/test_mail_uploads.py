from email.message import EmailMessage

from odoo.tests import tagged

from .common import GuardCase


@tagged("post_install", "-at_install")
class TestMailUploads(GuardCase):
    def deliver_files(self, *files: tuple[str, bytes]):
        mail = EmailMessage()
        mail["From"] = "buyer@alder.example"
        mail["To"] = "help@desk.example"
        mail["Subject"] = "Files"
        mail["Message-Id"] = "<files@alder.example>"
        mail.set_content("See the files")
        for name, data in files:
            mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
        return self.env["helpdesk.ticket"].browse(self.deliver(mail.as_bytes()))

    def test_mail_is_not_limited(self):
        """Still so: mails keep what they carry unless an administrator wants it otherwise."""
        ticket = self.deliver_files(("setup.exe", b"x"))
        self.assertEqual(ticket.attachment_ids.mapped("name"), ["setup.exe"])

    def test_mail_is_limited(self):
        """G-8: files over the limits are taken off, a note names them, the mail comes."""
        set_param = self.env["ir.config_parameter"].set_param
        set_param("support_guard.upload_check_mail", "True")
        set_param("support_guard.upload_max_count", "2")
        set_param("support_guard.upload_max_mb", "0.01")
        ticket = self.deliver_files(
            ("setup.exe", b"x"),
            ("big.txt", b"x" * 20_000),
            ("one.txt", b"x"),
            ("two.txt", b"x"),
            ("three.txt", b"x"),
        )
        self.assertIn("See the files", ticket.description)
        self.assertEqual(set(ticket.attachment_ids.mapped("name")), {"one.txt", "two.txt"})
        note = ticket.message_ids.filtered(lambda m: "over the limits" in (m.body or ""))
        self.assertTrue(note.is_internal or note.subtype_id.internal)
        for name in ("setup.exe", "big.txt", "three.txt"):
            self.assertIn(name, note.body)
