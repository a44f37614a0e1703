import importlib.util

from odoo import SUPERUSER_ID
from odoo.modules import get_module_path

from .common import JudopayCase


class TestCallMigration(JudopayCase):
    """Databases that had Judopay before the call that goes with a PS1."""

    def setUp(self):
        super().setUp()
        path = f"{get_module_path('judopay_priorities')}/migrations/19.0.1.1.0/post-call.py"
        spec = importlib.util.spec_from_file_location("judopay_post_call", path)
        self.script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.script)
        self.template = self.env.ref("judopay_priorities.mail_template_acknowledgement").with_user(SUPERUSER_ID)
        # as it was shipped before
        body = str(self.template.body_html)
        start = body.index('<t t-set="call"')
        self.before = body[:start] + body[body.index('<p t-if="object.support_next_metric', start) :]
        self.template.body_html = self.before
        self.priorities["PS1"].judopay_call_point_id = False

    def test_mail_and_level(self):
        """J-8: after the upgrade PS1 asks for the call, open tickets are flagged, and the mail of an untouched
        template says so with a link; once is enough"""
        ticket = self.propose("2026-02-10 10:00", "PS1")
        self.assertFalse(ticket.judopay_call_state)
        for _again in range(2):
            self.script.migrate(self.env.cr, "19.0.1.0.0")
        self.assertEqual(ticket.judopay_call_state, "missing")
        [body] = self.template._render_field("body_html", ticket.ids).values()
        self.assertEqual(str(body).count('href="tel:+442035030600"'), 1)
        self.assertIn("One of us answers you by", body)
        self.assertNotIn("&lt;", body)

    def test_edited_mail_stays(self):
        """J-8: a template that somebody edited is left as it is, and so is a line that somebody chose"""
        self.template.with_user(self.env.ref("base.user_admin")).body_html = self.before.replace("Hello", "Dear")
        other = self.env["support.contact.point"].create(
            {"provider_id": self.provider.id, "name": "Other line", "value": "+44 20 7946 0000"}
        )
        self.priorities["PS1"].judopay_call_point_id = other
        self.script.migrate(self.env.cr, "19.0.1.0.0")
        self.assertNotIn("_judopay_get_call_line", self.template.body_html)
        self.assertEqual(self.priorities["PS1"].judopay_call_point_id, other)
