from uuid import uuid4

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form

from .common import PlastekCase

ENTRIES = (
    "Report",
    "Testing",
    "Incident",
    "Instruction",
    "Promotion",
    "Access",
    "Training",
    "Hardware",
    "Logging",
    "Segmentation (selection)",
    "Mailing",
    "Communication link",
    "Performance",
    "Cash-register integration",
    "Studio",
)
# subject of a mail → entry, service, role
MAILS = {
    "Нет связи с процессингом": ("link", "link", "system_administrator"),
    "Баллы не начисляются на кассе": ("incident", "incident", "service_manager"),
    "We need the sales report for January": ("report", "report", "sql_engineer"),
    "New password for the account of a colleague": ("access", "access", "system_administrator"),
    "Рассылка по картам не ушла, смс": ("mailing", "mailing", "service_desk_manager"),
    "Студия: вопрос": ("studio", None, "service_manager"),
    "Кассовая интеграция": ("integration", None, "sql_engineer"),
}


class TestRouting(PlastekCase):
    def mail_in(self, subject, body="Please help."):
        text = (
            f"Message-Id: <{uuid4()}@tandem.example>\nFrom: shop@tandem.example\nTo: plastek@desk.example\n"
            f"Subject: {subject}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n"
        )
        ticket_id = self.at(self.env["mail.thread"], "2026-02-10 09:00").message_process(
            "helpdesk.ticket", text.encode(), custom_values={"team_id": self.team.id}
        )
        return self.env["helpdesk.ticket"].browse(ticket_id)

    def test_classifier(self):
        """P-4: the classifier has fifteen entries"""
        self.assertEqual(tuple(self.env["plastek.entry"].search([]).mapped("name")), ENTRIES)

    def test_mails_are_classified_and_routed(self):
        """P-2, P-4: a mail is classified by its words, gets the service of its entry and goes to the role"""
        for subject, (entry, service, role) in MAILS.items():
            with self.subTest(subject):
                ticket = self.mail_in(subject)
                self.assertEqual(ticket.plastek_entry_id, self.ref_(f"entry_{entry}"))
                self.assertEqual(ticket.support_service_id.code or None, service)
                self.assertEqual(ticket.plastek_role_id, self.ref_(f"role_{role}"))
                self.assertTrue(ticket.plastek_guessed)
                self.assertIn(self.roles[role], self.told(ticket))

    def test_unknown_words(self):
        """P-2: a mail that says nothing known is for the intake to classify, at the provider's usual level"""
        ticket = self.mail_in("Hello", "Good morning to you all.")
        self.assertFalse(ticket.plastek_entry_id)
        self.assertEqual(ticket.plastek_role_id, self.ref_("role_service_desk_manager"))
        self.assertEqual(ticket.support_priority_id.code, "SL_2")
        self.assertTrue(self.clock(ticket, "resolution"))

    def test_entry_without_service(self):
        """P-5: Studio and cash-register integration have no service agreed: no clock runs until one is mapped"""
        ticket = self.raise_ticket("2026-02-10 09:00", None, name="Студия")
        self.assertTrue(ticket.plastek_no_service)
        self.assertFalse(ticket.sudo().support_clock_ids)
        self.assertIn("No service is agreed", ticket.with_user(self.agent)._support_get_panel()["policy"]["why"])
        self.at(self.ref_("entry_studio").with_user(self.manager), "2026-02-10 10:00").service_id = self.ref_(
            "service_incident"
        )
        self.assertFalse(ticket.plastek_no_service)
        self.assertEqual(self.due(ticket), ("2026-02-10 13:00", "2026-02-12 15:00"), "from the original start")

    def test_classified_anew(self):
        """P-4: an agent who chooses another entry changes service, level and role with it"""
        ticket = self.raise_ticket("2026-02-10 09:00", "incident").with_user(self.agent)
        ticket.plastek_entry_id = self.ref_("entry_report")
        self.assertEqual(ticket.support_service_id.code, "report")
        self.assertEqual(ticket.support_priority_id.code, "SL_1")
        self.assertEqual(ticket.plastek_role_id, self.ref_("role_sql_engineer"))
        ticket.plastek_entry_id = self.ref_("entry_studio")
        self.assertTrue(ticket.plastek_no_service)
        self.assertFalse(self.clock(ticket, "resolution").state in ("running", "paused"))

    def test_rules_come_first(self):
        """P-2: a rule of an administrator goes before the role of the entry, by words, kind and order"""
        route = self.env["plastek.route"].with_user(self.manager)
        route.create(
            {
                "sequence": 1,
                "name": "Night trade",
                "entry_id": self.ref_("entry_incident").id,
                "words": "night trade, petrol station",
                "role_id": self.ref_("role_head_of_support").id,
            }
        )
        ticket = self.mail_in("Points are not added", "It is about the petrol station in the north.")
        self.assertEqual(ticket.plastek_role_id, self.ref_("role_head_of_support"))
        ticket = self.mail_in("Points are not added", "It is about the station in the north.")
        self.assertEqual(ticket.plastek_role_id, self.ref_("role_service_manager"))

    def test_first_line_has_its_queue(self):
        """P-2, P-3: what guests ask goes to the first line's queue and role"""
        ticket = self.raise_ticket("2026-02-10 09:00", None, support_kind_id=self.ref_("kind_guest").id)
        self.assertEqual(ticket.team_id, self.first_line)
        self.assertEqual(ticket.plastek_role_id, self.ref_("role_service_desk_manager"))
        self.assertEqual(ticket.support_service_id, self.ref_("service_consultation"))

    def test_tried_out_before(self):
        """P-2: an administrator tries the rules on a sample text and sees what becomes of it, and why"""
        form = Form(self.env["plastek.try.wizard"].with_user(self.manager))
        form.subject = "Нет связи на кассе 4"
        self.assertEqual(form.entry_id, self.ref_("entry_link"))
        self.assertEqual(form.role_id, self.ref_("role_system_administrator"))
        self.assertEqual(form.level_id.code, "SL_3")
        self.assertIn("нет связи", form.found)
        form.subject = "Студия"
        self.assertTrue(form.no_service)

    def test_rule_that_leads_nowhere(self):
        """P-2: a rule without role and queue is refused, and a role that rules use is not deleted"""
        with self.assertRaisesRegex(ValidationError, "nowhere"):
            self.env["plastek.route"].create({"name": "Empty"})
        with self.assertRaisesRegex(UserError, "in use|used by"):
            self.ref_("role_sql_engineer").unlink()
