from uuid import uuid4

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common import PlastekCase

#: subject and text of a mail → entry, role
MAILS = (
    ("Логин кассира", "Нужен логин для новой сотрудницы", "access", "system_administrator"),
    ("Логи обмена", "Пришлите логи за вчера", "logging", "system_administrator"),
    ("Логирование", "Включите логирование", "logging", "system_administrator"),
    ("My balance", "How many points do I have?", None, "service_desk_manager"),
    ("Вопрос", "Как заблокировать карту гостя?", None, "service_desk_manager"),
    ("Баллы", "За вчера не начислили баллы", "incident", "service_manager"),
    ("Отчёт за январь", "Отчет по картам", "report", "sql_engineer"),
)


class TestWords(PlastekCase):
    """What is recognised, what is not, and who takes it in."""

    def mail_in(self, subject, text, team=None, sender="shop@tandem.example"):
        mail = (
            f"Message-Id: <{uuid4()}@tandem.example>\nFrom: {sender}\nSubject: {subject}\n"
            f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
        )
        ticket_id = self.at(self.env["mail.thread"].with_user(1), "2026-02-10 09:00").message_process(
            "helpdesk.ticket", mail.encode(), custom_values={"team_id": (team or self.team).id}
        )
        return self.env["helpdesk.ticket"].browse(ticket_id)

    def render(self, ticket, code):
        """Subject and body of the last message to a role with this code."""
        intents = self.env["support.notification"].sudo().search([("ticket_id", "=", ticket.id), ("code", "=", code)])
        return intents[:1]._get_subject(), str(intents[:1]._render_body())

    def test_words_weigh(self):
        """P-4: a word as it stands in the classifier says more than one that only begins so, and counts once"""
        for subject, text, entry, role in MAILS:
            with self.subTest(subject):
                ticket = self.mail_in(subject, text)
                self.assertEqual(ticket.plastek_entry_id.code or None, entry)
                self.assertEqual(ticket.plastek_role_id, self.ref_(f"role_{role}"))
                self.assertEqual(self.told(ticket, "plastek_routed"), [self.roles[role]])

    def test_first_line_takes_in(self):
        """P-12: what arrives on the first line is the service-desk manager's, whatever it is about, until it goes on"""
        ticket = self.mail_in("Points are not added", "Since noon.", self.first_line)
        self.assertEqual(ticket.plastek_role_id, self.ref_("role_service_desk_manager"))
        with Form(ticket.with_user(self.agent), view="helpdesk_mgmt.ticket_view_form") as form:
            form.team_id = self.team
        self.assertEqual(ticket.plastek_role_id, self.ref_("role_service_manager"))

    def test_raised_on_the_form(self):
        """P-2: a ticket that an agent enters on the form is recognised and goes to the role, which is told"""
        with Form(
            self.at(self.env["helpdesk.ticket"].with_user(self.agent), "2026-02-10 09:00"),
            view="helpdesk_mgmt.ticket_view_form",
        ) as form:
            form.name = "Points are not added at till 9"
            form.team_id = self.team
            form.description = "Since noon."
        ticket = form.record
        self.assertEqual(ticket.plastek_entry_id, self.ref_("entry_incident"))
        self.assertEqual(ticket.plastek_role_id, self.ref_("role_service_manager"))
        self.assertEqual(self.told(ticket, "plastek_routed"), [self.roles["service_manager"]])

    def test_intake_is_a_setting(self):
        """P-2: who takes in what nobody recognises is chosen by a manager; without one it is nobody's"""
        self.provider.with_user(self.manager).plastek_intake_role_id = self.ref_("role_head_of_support")
        self.assertEqual(self.mail_in("Hello", "Good day").plastek_role_id, self.ref_("role_head_of_support"))
        self.provider.with_user(self.manager).plastek_intake_role_id = False
        self.assertFalse(self.mail_in("Hello", "Good day").plastek_role_id)

    def test_message_to_the_role(self):
        """P-2: the role reads what is asked, of whom, until when, and gets a link"""
        subject, body = self.render(self.mail_in("Нет связи", "С утра нет связи с кассой."), "plastek_routed")
        self.assertTrue(subject.endswith("for your role System administrator"), subject)
        for part in ("For your role System administrator.", "С утра нет связи с кассой.", "First response: by"):
            self.assertIn(part, body)
        self.assertIn("/mail/view?model=helpdesk.ticket", body)

    def test_acknowledgement(self):
        """P-9, P-5: whoever has no name is greeted all the same; without an agreed service the mail says so"""
        template = self.ref_("mail_template_acknowledgement")
        ticket = self.mail_in("Студия", "Вопрос", sender="somebody@elsewhere.example")
        ticket.partner_name = False
        body = " ".join(str(template._render_field("body_html", ticket.ids)[ticket.id]).split())
        self.assertIn("<p>Hello,</p>", body)
        self.assertIn("No time is agreed for this kind of request", body)
        ticket = self.mail_in("Нет связи", "С утра")
        body = " ".join(str(template._render_field("body_html", ticket.ids)[ticket.id]).split())
        self.assertIn("One of us answers you by", body)
        self.assertNotIn("No time is agreed", body)

    def test_pages_in_the_reader_s_language(self):
        """P-12: a question finds the pages in the customer's language, and none in another"""
        for lang, question, page in (
            ("ru_RU", "Сколько баллов на моей карте?", "page_balance_ru"),
            ("es_ES", "¿Cuántos puntos hay en mi tarjeta?", "page_balance_es"),
            ("en_US", "How many points are on my card?", "page_balance"),
        ):
            with self.subTest(lang):
                self.env["res.lang"]._activate_lang(lang)
                self.customer.lang = lang
                ticket = self.raise_ticket(
                    "2026-02-10 09:00", None, name=question, support_kind_id=self.ref_("kind_guest").id
                ).with_user(self.agent)
                self.assertEqual(ticket.support_fit_ids[:1], self.ref_(page))
                self.assertEqual(len(ticket.support_fit_ids.support_lang_ids), 1)

    def test_pages_of_a_language_that_nobody_speaks(self):
        """P-12: pages in a language that is not installed are not offered to readers of others"""
        russian = self.env["res.lang"].with_context(active_test=False).search([("code", "=", "ru_RU")])
        self.env["res.partner"].with_context(active_test=False).search([("lang", "=", "ru_RU")]).lang = "en_US"
        russian.active = False
        ticket = self.raise_ticket(
            "2026-02-10 09:00", None, name="How many points", support_kind_id=self.ref_("kind_guest").id
        ).with_user(self.agent)
        self.assertFalse(ticket.support_fit_ids & self.ref_("page_balance_ru"))

    def test_corrections_where_they_fit(self):
        """P-3, P-10: a correction is asked for with services that it fits, not with hardware"""
        Ticket = self.env["helpdesk.ticket"].sudo()
        kind = self.ref_("kind_correction")
        for code, fits in (("incident", True), ("consultation", True), ("access", True), ("hardware", False)):
            with self.subTest(code):
                kinds = Ticket._support_portal_get_kinds(self.provider, self.ref_(f"service_{code}"))
                self.assertEqual(kind in kinds, fits)
                values, errors = Ticket._support_portal_read_post(
                    self.provider,
                    self.team,
                    {
                        "subject": "x",
                        "support_service_id": str(self.ref_(f"service_{code}").id),
                        "support_kind_id": str(kind.id),
                    },
                )
                self.assertEqual(bool(values), fits, errors)
        kind.fitting_service_ids = [Command.clear()]
        self.assertIn(kind, Ticket._support_portal_get_kinds(self.provider, self.ref_("service_hardware")))


class TestCorrectionTold(PlastekCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.raise_ticket("2026-02-10 09:00")
        self.desk, self.second = self.roles["service_desk_manager"], self.roles["service_manager"]
        action = self.ticket.with_user(self.desk).action_plastek_corrections()
        form = Form(self.env["plastek.correction"].with_user(self.desk).with_context(**action["context"]))
        form.object_ref = "000123"
        form.what = "Balance"
        form.value_before = "100"
        form.value_after = "350"
        form.reason = "Points of one purchase were lost."
        self.correction = form.save()

    def body(self, code):
        intents = self.env["support.notification"].sudo().search([("code", "=", code)])
        return str(intents[:1]._render_body())

    def refuse(self, note):
        wizard = self.env["plastek.refuse.wizard"].with_user(self.second)
        wizard.create({"correction_id": self.correction.id, "note": note}).action_refuse()

    def test_approver_reads_what_changes(self):
        """P-10: whoever approves reads before, after and reason in the mail, which leads to the correction"""
        self.correction.action_ask()
        body = self.body("plastek_correction")
        for part in ("Balance: 100 → 350", "Points of one purchase were lost.", "model=plastek.correction"):
            self.assertIn(part, body)
        self.assertEqual(self.ticket.with_user(self.desk).plastek_correction_waiting, 1)

    def test_requester_is_told(self):
        """P-10: whoever asked learns what was decided, by whom and why; the reason stays when it is taken back"""
        self.correction.action_ask()
        self.refuse("The till log shows 250.")
        self.assertEqual(self.told(self.ticket, "plastek_decided"), [self.desk])
        self.assertIn("has refused the correction of 000123", self.body("plastek_decided"))
        self.assertIn("The till log shows 250.", self.body("plastek_decided"))
        self.correction.action_take_back()
        self.assertTrue(self.correction.message_ids.filtered(lambda message: "250" in (message.body or "")))
        self.at(self.correction, "2026-02-10 11:00").action_ask()
        self.at(self.correction.with_user(self.second), "2026-02-10 12:00").action_approve()
        self.assertIn("has approved the correction of 000123", self.body("plastek_decided"))

    def test_who_may_approve_is_said(self):
        """P-10: while it waits, the correction says who may approve it; nobody but who asked, or a manager, takes it
        back"""
        self.correction.action_ask()
        engineer = self.roles["sql_engineer"]
        seen = self.correction.with_user(engineer)
        self.assertIn("Service manager (Agent service-manager)", seen.waits_for)
        self.assertNotIn("Agent service-desk-manager", seen.waits_for)
        self.assertFalse(seen.may_take_back)
        with self.assertRaisesRegex(AccessError, "is taken back by"), self.env.cr.savepoint():
            seen.action_take_back()
        self.correction.with_user(self.manager).action_take_back()
        self.assertEqual(self.correction.state, "draft")
        self.assertFalse(self.correction.waits_for)

    def test_goes_on_with_the_survivor(self):
        """P-10: a correction follows when its ticket is merged, as it is, and keeps the survivor from being solved"""
        self.correction.action_ask()
        survivor = self.raise_ticket("2026-02-10 09:10", partner_id=self.customer.id)
        wizard = self.env["support.merge.wizard"].with_user(self.desk)
        wizard.create(
            {"survivor_id": survivor.id, "ticket_ids": [Command.set((self.ticket | survivor).ids)]}
        ).action_merge()
        self.assertEqual(self.ticket.support_merged_into_id, survivor)
        self.assertEqual(self.correction.ticket_id, survivor)
        self.assertEqual(self.correction.state, "asked")
        with self.assertRaisesRegex(UserError, "is not done: 000123"), self.env.cr.savepoint():
            survivor.with_user(self.agent).stage_id = self.ref_("stage_solved")
        self.correction.with_user(self.second).action_approve()
        self.assertEqual(self.correction.state, "approved")


class TestCompanies(PlastekCase):
    def test_entries_and_rules_of_another_company(self):
        """S-1, P-2: classifier and rules are seen in the company of the provider, requests are routed all the same"""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.provider.company_id = self.env.company
        stranger = self.make_agent("stranger", "helpdesk_mgmt.group_helpdesk_manager")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        for model in ("plastek.entry", "plastek.route"):
            self.assertFalse(self.env[model].with_user(stranger).search([]))
            self.assertTrue(self.env[model].with_user(self.agent).search([]))
        self.assertEqual(self.raise_ticket("2026-02-10 09:00").plastek_role_id, self.ref_("role_service_manager"))
