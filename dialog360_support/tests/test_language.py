import re

import polib
from odoo.tests.common import tagged
from odoo.tools.misc import file_path

from .common import Dialog360Case

GERMAN = (
    "<p>Seit heute morgen werden unsere Nachrichten nicht zugestellt. Bitte prüfen Sie, was wir tun können: die "
    "Vorlage ist freigegeben und wir haben keine Meldung.</p>"
)
#: where a term stands that clients read
READ_BY_CLIENTS = re.compile(
    r"model:(mail\.template|support\.(form\.field|priority|kind|plan|contact\.point|provider)|helpdesk\.ticket\.(stage|team)),"
    r"|model_terms:(mail\.template|ir\.ui\.view,arch_db:dialog360_support\.(portal|client|rate))"
    r"|code:addons/dialog360_support/(controllers/|models/helpdesk_ticket_(portal|closing|expect|reply|incident))"
)


@tagged("post_install", "-at_install")
class TestLanguage(Dialog360Case):
    """The language of a ticket, and who writes it."""

    @classmethod
    def make_data(cls):
        super().make_data()
        cls.german, cls.portuguese, cls.spanish, cls.english = (
            cls.env.ref(f"base.lang_{code}") for code in ("de", "pt_BR", "es", "en")
        )

    def test_five_languages(self):
        """D-3: English is the main language; Brazilian Portuguese, German, Spanish and Russian are served as well"""
        codes = self.provider._dialog360_get_langs().mapped("code")
        self.assertEqual(codes[0], "en_US")
        self.assertEqual(set(codes), {"en_US", "pt_BR", "de_DE", "es_ES", "ru_RU"})

    def test_as_it_is_written(self):
        """D-3: a mail in German is a German ticket, whatever its sender's settings; one that cannot be told has the
        language of its client, else the main one"""
        ticket = self.mail_in(
            "Seit heute morgen werden unsere Nachrichten nicht zugestellt, und wir haben keine Meldung.",
            "2026-03-02 06:00",
            f"Alder <{self.customer.email}>",
            self.address,
            subject="Nachrichten",
        )
        self.assertEqual(ticket.dialog360_lang_id, self.german)
        self.assertEqual(self.raise_ticket("2026-03-02 06:00", name="HELP").dialog360_lang_id, self.english)
        self.spanish.active = True
        self.customer.lang = "es_ES"
        ticket = self.raise_ticket("2026-03-02 06:00", name="500", description="<p>POST</p>")
        self.assertEqual(ticket.dialog360_lang_id, self.spanish)

    def test_chosen_stays(self):
        """D-3: a language that somebody has chosen is not guessed over"""
        ticket = self.raise_ticket("2026-03-02 06:00", description=GERMAN, dialog360_lang_id=self.portuguese.id)
        self.assertEqual(ticket.dialog360_lang_id, self.portuguese)

    def test_written_to_in_it(self):
        """D-3: the client is written to in the ticket's language where it is installed, else in its own"""
        ticket = self.raise_ticket("2026-03-02 06:00", description=GERMAN)
        self.german.active = False
        self.assertEqual(ticket._support_get_customer_lang(), self.customer.lang or "en_US")
        self.german.active = True
        self.assertEqual(ticket._support_get_customer_lang(), "de_DE")

    def test_agents_by_language(self):
        """D-3: triage says who of the team writes the ticket's language, and warns of somebody who does not"""
        self.lead.dialog360_lang_ids = self.german | self.english
        self.agent.dialog360_lang_ids = self.english
        ticket = self.raise_ticket("2026-03-02 06:00", description=GERMAN)
        wizard = self.wizard("dialog360.triage.wizard", ticket, "2026-03-02 06:10")
        self.assertEqual(wizard.lang_id, self.german)
        wizard.user_id = False
        self.assertEqual(wizard.speaking_words, self.lead.name)
        self.assertTrue(wizard.is_spoken)
        wizard.user_id = self.agent
        self.assertFalse(wizard.is_spoken)
        self.assertIn(self.lead.name, wizard.speaking_words)
        wizard.team_id = self.team_hub
        self.assertIn("Nobody of this team", wizard.speaking_words)

    def test_found_by_language(self):
        """D-3: everybody names their own languages, and finds the tickets written in them"""
        self.agent.with_user(self.agent).write({"dialog360_lang_ids": [(6, 0, self.german.ids)]})
        ticket = self.raise_ticket("2026-03-02 06:00", description=GERMAN)
        other = self.raise_ticket("2026-03-02 06:00")
        found = (
            self.env["helpdesk.ticket"]
            .with_user(self.agent)
            .search([("dialog360_lang_id.dialog360_user_ids", "=", self.agent.id)])
        )
        self.assertIn(ticket, found)
        self.assertNotIn(other, found)

    def test_clients_read_it(self):
        """D-3: what a client reads on the portal, in forms and in mails is there in all five languages"""
        for lang in ("de", "es", "pt_BR", "ru"):
            template = polib.pofile(file_path("dialog360_support/i18n/dialog360_support.pot"))
            wanted = {
                entry.msgid for entry in template if any(READ_BY_CLIENTS.match(place) for place, _ in entry.occurrences)
            }
            self.assertGreater(len(wanted), 80)
            there = polib.pofile(file_path(f"dialog360_support/i18n/{lang}.po"))
            self.assertFalse(wanted - {entry.msgid for entry in there if entry.translated()}, lang)

    def test_mail_in_german(self):
        """D-3, D-10: a client who writes German is told of a changed estimate in German, from greeting to time zone"""
        self.german.active = True
        ours = self.env["ir.module.module"].search([("name", "in", ("dialog360_support", "support_sla"))])
        ours._update_translations(["de_DE"])
        ticket = self.raise_ticket("2026-03-02 06:00", description=GERMAN)
        self.wizard(
            "dialog360.expect.wizard", ticket, "2026-03-02 07:00", until="2026-03-05 12:00", reason="Wir prüfen."
        ).action_tell()
        self.deliver("2026-03-02 07:01")
        [message] = self.written_to(ticket).filtered(lambda message: "Zeitpunkt" in (message.subject or ""))
        self.assertIn("Do. 5 März, 13:00 (Ortszeit Berlin)", message.body)
        self.assertNotRegex(message.body, r"(?i)\b(hello|expect|before|request)\b")
