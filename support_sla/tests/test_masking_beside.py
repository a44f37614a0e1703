from odoo.addons.support_sla.models.support_masking import LEFT_ALONE, WORDS
from odoo.tests import tagged

from .canary import CanaryMixin
from .common import SupportCase

CANARY = "Jd5Gypsum93Lw"
SAYING = f"Our password: {CANARY}"


@tagged("post_install", "-at_install")
class TestMaskingBeside(CanaryMixin, SupportCase):
    """Words about a ticket that stand elsewhere than on it: activities, mails being written, wizards, uploads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.mask_secrets = True

    def setUp(self):
        super().setUp()
        self.ticket = self.env["helpdesk.ticket"].create(
            {"name": "x", "description": "<p>y</p>", "team_id": self.team.id, "partner_id": self.customer.id}
        )

    def test_every_wizard(self):
        """S-6: every wizard about a ticket into which somebody may write keeps the row without secrets"""
        known = self.env.registry["support.masked.mixin"]
        missing = []
        for name, model in self.env.registry.items():
            ticket = model._fields.get("ticket_id")
            if not model._transient or model._abstract or not ticket or ticket.comodel_name != "helpdesk.ticket":
                continue
            words = [
                field.name
                for field in model._fields.values()
                if field.type in WORDS
                and field.store
                and not field.related
                and not field.readonly
                and field.name not in LEFT_ALONE
            ]
            if words and not issubclass(model, known) and not getattr(model, "_support_seals_words", False):
                missing.append((name, words))
        self.assertFalse(missing, "mix support.masked.mixin into these")

    def test_rows_of_wizards(self):
        """S-6: a password that is typed into a wizard is not in its row; whoever may write to the ticket marks it"""
        for name, field in (
            ("support.call.wizard", "note"),
            ("support.escalate.wizard", "reason"),
            ("support.ask.wizard", "note"),
        ):
            with self.subTest(wizard=name), self.record_log() as log:
                wizard = self.env[name].with_user(self.agent).create({"ticket_id": self.ticket.id, field: SAYING})
                wizard[field] = f"Again: {SAYING}"
                self.assertEqual(wizard[field], "Again: Our password: ********")
                self.assert_nowhere(CANARY, log)
        self.assertTrue(self.ticket.support_secrets_masked)

    def test_activities(self):
        """S-6: nor in an activity of the ticket, what it is about and what came of it"""
        with self.record_log() as log:
            activity = self.ticket.activity_schedule(
                "mail.mail_activity_data_todo", summary=SAYING, note=f"<p>{SAYING}</p>"
            )
            activity.note = f"<p>Now {SAYING}</p>"
            self.env["mail.activity.schedule"].create(
                {"res_model": "helpdesk.ticket", "res_ids": str(self.ticket.ids), "summary": SAYING, "note": SAYING}
            ).action_schedule_activities()
            activity.action_feedback(feedback=SAYING)
        self.assert_nowhere(CANARY, log)
        other = self.customer.activity_schedule("mail.mail_activity_data_todo", summary=SAYING)
        self.assertIn(CANARY, other.summary, "elsewhere everything stays as it was written")

    def test_mails_being_written(self):
        """S-6: nor in the composer; of what is written elsewhere nothing is changed"""
        Composer = self.env["mail.compose.message"].with_user(self.agent)
        values = {"subject": SAYING, "body": f"<p>{SAYING}</p>"}
        with self.record_log() as log:
            composer = Composer.with_context(default_model="helpdesk.ticket", default_res_ids=self.ticket.ids).create(
                values
            )
            composer.body = f"<p>Now {SAYING}</p>"
        self.assert_nowhere(CANARY, log)
        other = Composer.create({"model": "res.partner", "res_ids": str(self.customer.ids), **values})
        self.assertIn(CANARY, other.body)

    def test_uploads_of_the_import_screen(self):
        """S-6: a file that was imported is kept without its secrets; tried only, it waits for the import as it is"""
        columns = ["name", "description", "team_id/.id"]
        text = ",".join(columns) + f'\n"x","{SAYING}","{self.team.id}"'
        screen = self.env["base_import.import"].create(
            {"res_model": "helpdesk.ticket", "file": text.encode(), "file_type": "text/csv", "file_name": "a.csv"}
        )
        options = {"quoting": '"', "separator": ",", "has_headers": True}
        screen.execute_import(columns, columns, options, dryrun=True)
        self.assertIn(CANARY.encode(), screen.file)
        with self.record_log() as log:
            done = screen.execute_import(columns, columns, options)
        self.assertTrue(done["ids"], done)
        self.assertIn(b"********", screen.file)
        self.assert_nowhere(CANARY, log)

    def test_several_at_once(self):
        """S-6: activities of a ticket and of something else that are written together keep no secret either"""
        other = self.customer.activity_schedule("mail.mail_activity_data_todo", summary="x")
        activity = self.ticket.activity_schedule("mail.mail_activity_data_todo", summary="x")
        with self.record_log() as log:
            (other | activity).write({"summary": SAYING})
        self.assert_nowhere(CANARY, log)

    def test_given_beforehand(self):
        """S-6: what a wizard, an activity or a ticket is opened with is masked as what is typed into it"""
        with self.record_log() as log:
            self.env["support.call.wizard"].with_context(default_note=SAYING).create({"ticket_id": self.ticket.id})
            self.env["mail.compose.message"].with_context(
                default_model="helpdesk.ticket", default_res_ids=self.ticket.ids, default_body=f"<p>{SAYING}</p>"
            ).create({})
            self.env["helpdesk.ticket"].with_context(default_description=f"<p>{SAYING}</p>").create(
                {"name": "x", "team_id": self.team.id}
            )
        self.assert_nowhere(CANARY, log)

    def test_without_the_switch(self):
        """S-6: a provider that does not want it keeps what was written in wizards and activities"""
        self.provider.mask_secrets = False
        wizard = self.env["support.call.wizard"].create({"ticket_id": self.ticket.id, "note": SAYING})
        self.assertIn(CANARY, wizard.note)
        activity = self.ticket.activity_schedule("mail.mail_activity_data_todo", summary=SAYING)
        self.assertIn(CANARY, activity.summary)
