from uuid import uuid4

from odoo.exceptions import ValidationError
from odoo.tests import Form

from .common import PlastekCase


class TestChoice(PlastekCase):
    """What an agent has chosen stays until what it was derived from changes."""

    def open_form(self, ticket, user=None):
        return Form(ticket.with_user(user or self.agent), view="helpdesk_mgmt.ticket_view_form")

    def routed(self, ticket):
        """Logins of whom the routing has told, in order."""
        return [user.login.removeprefix("plastek-") for user in self.told(ticket, "plastek_routed")]

    def test_service_stays_with_the_queue_changed(self):
        """P-2, P-5: a service that an agent chose, and its level, stay when the ticket goes to another queue"""
        ticket = self.raise_ticket("2026-02-10 09:00", None, name="Нет связи с процессингом")
        self.assertEqual(ticket.support_service_id.code, "link")
        with self.open_form(ticket) as form:
            form.support_service_id = self.ref_("service_logging")
        self.assertEqual(ticket.support_priority_id.code, "SL_2")
        ways = {
            "form": lambda team: self.change_by_form(ticket, team),
            "drag": lambda team: ticket.with_user(self.agent).write({"team_id": team.id}),
            "import": lambda team: ticket.with_user(self.agent).load(
                [".id", "team_id/.id"], [[str(ticket.id), str(team.id)]]
            ),
        }
        for number, (way, change) in enumerate(ways.items()):
            with self.subTest(way):
                team = (self.first_line, self.team)[number % 2]
                change(team)
                self.assertEqual(ticket.team_id, team)
                self.assertEqual(ticket.plastek_entry_id, self.ref_("entry_logging"), "of the service chosen")
                self.assertEqual(ticket.support_service_id.code, "logging")
                self.assertEqual(ticket.support_priority_id.code, "SL_2")

    def change_by_form(self, ticket, team):
        with self.open_form(ticket) as form:
            form.team_id = team

    def test_role_stays_with_the_queue_changed(self):
        """P-2: a role that an agent chose stays when the ticket goes to another queue, also of one without service"""
        for name in ("Нет связи с процессингом", "Студия"):
            with self.subTest(name):
                ticket = self.raise_ticket("2026-02-10 09:00", None, name=name)
                with self.open_form(ticket) as form:
                    form.plastek_role_id = self.ref_("role_head_of_support")
                self.change_by_form(ticket, self.first_line)
                self.assertEqual(ticket.plastek_role_id, self.ref_("role_head_of_support"))

    def test_raised_level_stays(self):
        """P-8: a level that was raised stays when the ticket goes to another queue, and the form says so"""
        ticket = self.raise_ticket("2026-02-10 09:00", "logging")
        action = ticket.with_user(self.agent).action_plastek_raise()
        wizard = self.env[action["res_model"]].with_user(self.agent).with_context(**action["context"])
        wizard.create({"reason": "The shop stands still."}).action_raise()
        self.change_by_form(ticket, self.first_line)
        self.assertEqual(ticket.support_priority_id.code, "SL_1")
        with self.open_form(ticket) as form:
            self.assertEqual(form.plastek_raised, 1)

    def test_another_entry_is_followed(self):
        """P-4: another entry brings its service, level and role in place of what was chosen, and one chosen back too"""
        ticket = self.raise_ticket("2026-02-10 09:00", None, name="Нет связи с процессингом")
        with self.open_form(ticket) as form:
            form.support_service_id = self.ref_("service_logging")
            form.plastek_role_id = self.ref_("role_head_of_support")
        with self.open_form(ticket) as form:
            form.plastek_entry_id = self.ref_("entry_report")
            self.assertEqual(form.support_service_id.code, "report")
            form.plastek_entry_id = self.ref_("entry_link")
            self.assertEqual(form.support_service_id.code, "link")
            self.assertEqual(form.plastek_role_id, self.ref_("role_system_administrator"))
            form.plastek_entry_id = self.ref_("entry_report")
        self.assertEqual(ticket.support_service_id.code, "report")
        self.assertEqual(ticket.support_priority_id.code, "SL_1")
        self.assertEqual(ticket.plastek_role_id, self.ref_("role_sql_engineer"))

    def test_role_that_it_goes_to_next(self):
        """P-2: the role that an agent sends a request to learns of it, and again when it comes back"""
        ticket = self.raise_ticket("2026-02-10 09:00", "incident")
        self.assertEqual(self.routed(ticket), ["service-manager"])
        for moment, role in (
            ("2026-02-10 10:00", "sql_engineer"),
            ("2026-02-10 11:00", "service_manager"),
            ("2026-02-10 12:00", "sql_engineer"),
        ):
            self.at(ticket.with_user(self.agent), moment).plastek_role_id = self.ref_(f"role_{role}")
        self.assertEqual(self.routed(ticket), ["service-manager", "sql-engineer", "service-manager", "sql-engineer"])
        self.at(ticket.with_user(self.agent), "2026-02-10 13:00").name = "The same, in other words"
        self.change_by_form(ticket, self.first_line)
        self.assertEqual(len(self.routed(ticket)), 4)

    def test_service_of_the_kind(self):
        """P-3: a kind of request brings its service where nothing else names one, whoever raises it and how"""
        kind = self.ref_("kind_special_report").id
        ticket = self.raise_ticket("2026-02-10 09:00", None, name="Something", support_kind_id=kind)
        self.assertEqual(ticket.support_service_id.code, "report")
        self.assertEqual(ticket.support_priority_id.code, "SL_1")
        ticket = self.raise_ticket("2026-02-10 09:00", "logging", support_kind_id=kind)
        self.assertEqual(ticket.support_service_id.code, "logging")
        ticket = self.raise_ticket("2026-02-10 09:00", None, name="Hello", description="Good morning.")
        self.assertFalse(ticket.support_service_id)
        with self.open_form(ticket) as form:
            form.support_kind_id = self.ref_("kind_special_report")
        self.assertEqual(ticket.support_service_id.code, "report")
        with self.open_form(ticket) as form:
            form.support_kind_id = self.ref_("kind_app_incident")
        self.assertEqual(ticket.support_service_id.code, "report", "something else names one")

    def test_tried_is_what_happens(self):
        """P-2: what the try shows is what becomes of a request with the same words"""
        samples = (
            ("Нет связи с процессингом", "", None),
            ("Студия", "", None),
            ("Hello", "Good morning.", None),
            ("Hello", "Points are\nnot added <here>", None),
            ("Points are not added", "", "special_report"),
            ("Anything", "", "guest"),
            ("Anything", "", "routing"),
        )
        for subject, text, kind in samples:
            with self.subTest(subject, kind=kind):
                form = Form(self.env["plastek.try.wizard"].with_user(self.manager))
                form.subject, form.text = subject, text
                if kind:
                    form.kind_id = self.ref_(f"kind_{kind}")
                ticket = self.raise_ticket(
                    "2026-02-10 09:00",
                    None,
                    name=subject,
                    description=text.replace("<", "&lt;").replace("\n", "<br/>"),
                    support_kind_id=kind and self.ref_(f"kind_{kind}").id,
                )
                self.assertEqual(form.entry_id, ticket.plastek_entry_id)
                self.assertEqual(form.found or False, ticket.plastek_guessed)
                self.assertEqual(form.service_id, ticket.support_service_id)
                self.assertEqual(form.no_service, ticket.plastek_no_service)
                self.assertEqual(form.level_id, ticket.support_priority_id)
                self.assertEqual(form.role_id, ticket.plastek_role_id)
                self.assertEqual(form.team_id or self.team, ticket.team_id)

    def test_trying_nothing(self):
        """P-2: the try names no role before anything was said"""
        form = Form(self.env["plastek.try.wizard"].with_user(self.manager))
        self.assertFalse(form.role_id)
        self.assertFalse(form.entry_id)

    def test_one_warning(self):
        """P-5: agents read once that no service is agreed, customers too"""
        ticket = self.raise_ticket("2026-02-10 09:00", None, name="Студия")
        panel = ticket.with_user(self.agent)._support_get_panel()
        said = [panel["notice"], panel["policy"]["why"]]
        self.assertEqual([text for text in said if text], [said[1]])
        self.assertIn("No service is agreed", said[1])
        self.assertIn("No service is agreed", ticket.with_user(self.customer_user)._support_get_notice(True))

    def test_mailbox_of_another_queue(self):
        """P-9: a mailbox cannot send requests to a queue of somebody else"""
        other = self.env["helpdesk.ticket.team"].create({"name": "Elsewhere"})
        with self.assertRaisesRegex(ValidationError, "no queue of Plas-Tek"):
            self.env["plastek.mailbox"].with_user(self.manager).create(
                {"partner_id": self.tandem.id, "team_id": other.id, "alias_name": "tandem-else"}
            )


class TestAssigning(PlastekCase):
    """A role that assigns gives its requests to the one person who is on duty."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.role = cls.ref_("role_service_manager")
        cls.second = cls.make_agent("second-manager")

    def raise_by_mail(self, moment="2026-02-10 09:00"):
        """A request of a customer, which is nobody's."""
        text = (
            f"Message-Id: <{uuid4()}@tandem.example>\nFrom: shop@tandem.example\nSubject: Points are not added\n\nHi."
        )
        ticket_id = self.at(self.env["mail.thread"].with_user(1), moment).message_process(
            "helpdesk.ticket", text, custom_values={"team_id": self.team.id}
        )
        ticket = self.env["helpdesk.ticket"].browse(ticket_id)
        self.assertEqual(ticket.plastek_role_id, self.role)
        return ticket

    def test_told_only(self):
        """P-2: as shipped a role is told of a request and nobody is assigned"""
        ticket = self.raise_by_mail()
        self.assertFalse(ticket.user_id)
        self.assertEqual(self.told(ticket, "plastek_routed"), [self.roles["service_manager"]])

    def test_one_person(self):
        """P-2: where the role assigns, the one person who fills it gets the request, and is told"""
        self.role.with_user(self.manager).assigns = True
        ticket = self.raise_by_mail()
        self.assertEqual(ticket.user_id, self.roles["service_manager"])
        self.assertEqual(self.told(ticket, "plastek_routed"), [self.roles["service_manager"]])

    def test_several_persons(self):
        """P-2: of several persons nobody is picked, unless the rota says who is on duty"""
        self.role.assigns = True
        self.role.user_ids |= self.second
        self.assertFalse(self.raise_by_mail().user_id)
        self.env["support.role.duty"].create(
            {
                "role_id": self.role.id,
                "user_id": self.second.id,
                "start": "2026-02-11 06:00:00",
                "stop": "2026-02-11 16:00:00",
            }
        )
        self.assertEqual(self.raise_by_mail("2026-02-11 09:00").user_id, self.second)
        self.assertFalse(self.raise_by_mail("2026-02-11 17:00").user_id)

    def test_taken_already(self):
        """P-2: a request that somebody has taken is not taken away, whoever it is routed to"""
        self.role.assigns = True
        ticket = self.raise_ticket("2026-02-10 09:00", "report", user_id=self.agent.id)
        self.at(ticket.with_user(self.agent), "2026-02-10 10:00").plastek_role_id = self.role
        self.assertEqual(ticket.user_id, self.agent)
        free = self.raise_ticket("2026-02-10 09:00", "report", user_id=False)
        self.at(free.with_user(self.agent), "2026-02-10 10:00").plastek_role_id = self.role
        self.assertEqual(free.user_id, self.roles["service_manager"])
