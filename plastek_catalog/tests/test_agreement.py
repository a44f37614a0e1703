from odoo.exceptions import ValidationError
from odoo.tests import Form

from .common import PlastekCase


class TestAgreement(PlastekCase):
    """Kind, entry and service of a request say the same; what is still to be decided is told to managers."""

    def open_form(self, ticket):
        return Form(ticket.with_user(self.agent), view="helpdesk_mgmt.ticket_view_form")

    def unclassified(self):
        ticket = self.raise_ticket("2026-02-10 09:00", None, name="Hello", description="Good morning.")
        self.assertFalse(ticket.support_service_id)
        self.assertFalse(ticket.plastek_entry_id)
        return ticket

    # --- a kind brings its service -------------------------------------------------------------------

    def test_kind_brings_service_by_any_way(self):
        """P-3: a kind that is chosen later brings service, level, entry and role to a request that has none"""
        kind = self.ref_("kind_special_report")
        ways = {
            "form": self.choose_in_form,
            "drag": lambda ticket: ticket.with_user(self.agent).write({"support_kind_id": kind.id}),
            "import": lambda ticket: ticket.with_user(self.agent).load(
                [".id", "support_kind_id/.id"], [[str(ticket.id), str(kind.id)]]
            ),
        }
        for way, choose in ways.items():
            with self.subTest(way):
                ticket = self.unclassified()
                choose(ticket)
                self.assertEqual(ticket.support_service_id.code, "report")
                self.assertEqual(ticket.support_priority_id.code, "SL_1")
                self.assertEqual(ticket.plastek_entry_id.code, "report")
                self.assertEqual(ticket.plastek_role_id, self.ref_("role_sql_engineer"))
                self.assertEqual(self.clock(ticket, "resolution").priority_id.code, "SL_1")

    def choose_in_form(self, ticket):
        with self.open_form(ticket) as form:
            form.support_kind_id = self.ref_("kind_special_report")
            self.assertEqual(form.support_service_id.code, "report", "seen before it is saved")

    def test_kind_never_replaces_a_service(self):
        """P-3: a service that somebody chose stays, whatever kind is chosen later"""
        ticket = self.unclassified()
        ticket.with_user(self.agent).support_service_id = self.ref_("service_logging")
        ticket.with_user(self.agent).write({"support_kind_id": self.ref_("kind_special_report").id})
        self.assertEqual(ticket.support_service_id.code, "logging")
        ticket = self.unclassified()
        ticket.with_user(self.agent).write(
            {
                "support_kind_id": self.ref_("kind_special_report").id,
                "support_service_id": self.ref_("service_logging").id,
            }
        )
        self.assertEqual(ticket.support_service_id.code, "logging")

    def test_cleared_stays_cleared(self):
        """P-3: a service that an agent has cleared does not come back because the queue changes"""
        ticket = self.raise_ticket("2026-02-10 09:00", None, support_kind_id=self.ref_("kind_special_report").id)
        ticket.with_user(self.agent).write({"support_service_id": False, "plastek_entry_id": False})
        with self.open_form(ticket) as form:
            form.team_id = self.first_line
        self.assertFalse(ticket.support_service_id)

    def test_consultation(self):
        """P-5: a consultation stands in no classifier: the request gets the service and keeps its intake"""
        ticket = self.unclassified()
        with self.open_form(ticket) as form:
            form.support_kind_id = self.ref_("kind_consultation")
        self.assertEqual(ticket.support_service_id.code, "consultation")
        self.assertEqual(ticket.support_priority_id.code, "SL_1")
        self.assertFalse(ticket.plastek_entry_id)
        self.assertEqual(ticket.plastek_role_id, self.ref_("role_service_desk_manager"))

    # --- entry and service -----------------------------------------------------------------------

    def test_another_service_brings_its_entry(self):
        """P-4, P-5: whoever chooses another service classifies the request anew: entry and role go with it"""
        for way in ("form", "rpc"):
            with self.subTest(way):
                ticket = self.raise_ticket("2026-02-10 09:00", None, name="Нужен отчёт по картам")
                self.assertEqual(ticket.plastek_entry_id.code, "report")
                if way == "form":
                    with self.open_form(ticket) as form:
                        form.support_service_id = self.ref_("service_access")
                        self.assertEqual(form.plastek_entry_id.code, "access")
                else:
                    ticket.with_user(self.agent).write({"support_service_id": self.ref_("service_access").id})
                self.assertEqual(ticket.support_service_id.code, "access")
                self.assertEqual(ticket.plastek_entry_id.code, "access")
                self.assertEqual(ticket.plastek_role_id, self.ref_("role_system_administrator"))

    def test_service_without_an_entry(self):
        """P-5: a consultation about an incident, and a service for an entry that has none, are an agent's choice"""
        ticket = self.raise_ticket("2026-02-10 09:00", "incident")
        ticket.with_user(self.agent).support_service_id = self.ref_("service_consultation")
        self.assertEqual((ticket.support_service_id.code, ticket.plastek_entry_id.code), ("consultation", "incident"))
        ticket = self.raise_ticket("2026-02-10 09:00", None, name="Студия")
        ticket.with_user(self.agent).support_service_id = self.ref_("service_incident")
        self.assertEqual((ticket.support_service_id.code, ticket.plastek_entry_id.code), ("incident", "studio"))
        self.assertFalse(ticket.plastek_no_service)

    def test_contradiction_is_refused(self):
        """P-4, P-5: entry and service that contradict each other are refused when both are named, on no way stored"""
        values = {
            "name": "Something",
            "description": "<p>About both</p>",
            "team_id": self.team.id,
            "partner_id": self.customer.id,
            "plastek_entry_id": self.ref_("entry_report").id,
            "support_service_id": self.ref_("service_access").id,
        }
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        with self.assertRaisesRegex(ValidationError, "“Report” is a request for .*“Access”"), self.env.cr.savepoint():
            tickets.create(values)
        names = ["name", "description", "team_id/.id", "partner_id/.id", "plastek_entry_id", "support_service_id"]
        row = ["Something", "About both", str(self.team.id), str(self.customer.id), "Report", "Access"]
        answer = tickets.load(names, [row])
        self.assertFalse(answer["ids"])
        self.assertIn("name only one of them", answer["messages"][0]["message"])
        ticket = self.raise_ticket("2026-02-10 09:00", "incident")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            ticket.with_user(self.agent).write({name: values[name] for name in list(values)[-2:]})
        self.assertEqual(ticket.support_service_id.code, "incident")
        # either of them alone is followed
        for name, code in (("plastek_entry_id", "report"), ("support_service_id", "access")):
            raised = tickets.create({key: value for key, value in values.items() if key in (name, *list(values)[:4])})
            self.assertEqual((raised.plastek_entry_id.code, raised.support_service_id.code), (code, code))

    # --- what managers are told --------------------------------------------------------------------

    def findings(self, code):
        findings = self.env["support.finding"].with_user(self.manager)
        findings.action_check()
        return findings.search([("provider_id", "=", self.provider.id), ("code", "=", code)])

    def test_entries_without_service_are_found(self):
        """P-4, P-5, E-6.4: the configuration check names the entries that wait for a service, until they have one"""
        found = self.findings("plastek_entry_without_service")
        entries = self.env["plastek.entry"].browse(found.mapped("res_id"))
        self.assertEqual(set(entries.mapped("code")), {"integration", "studio"})
        self.assertEqual(set(found.mapped("severity")), {"warning"})
        action = found[0].with_user(self.manager).action_open_record()
        with Form(self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])) as form:
            form.service_id = self.ref_("service_incident")
        self.assertEqual(len(self.findings("plastek_entry_without_service")), 1)

    def test_customers_can_reach_plastek(self):
        """P-9: customers read the phone line of the first line; without any contact point the check says so"""
        points = self.provider._support_get_contact_points(partner=self.customer)
        [line] = [point for point in points if point["kind"] == "phone"]
        self.assertEqual((line["value"], line["url"]), ("8-800-333-32-36", "tel:88003333236"))
        self.assertFalse(self.findings("contact_missing"))
        self.provider.contact_point_ids.with_user(self.manager).portal_visible = False
        self.assertEqual(self.findings("contact_missing").severity, "warning")
        self.customer_user.active = False
        self.assertFalse(self.findings("contact_missing"), "nobody reads the portal")

    def test_remap_says_what_it_left_alone(self):
        """P-5, E-6.4: the way back names what was changed since, before and after; levels are shown with their times"""
        action = self.findings("impact_opposite")[:1].action_remedy()
        remap = self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])
        line = remap.line_ids.filtered(lambda line: line.service_id.code == "performance")
        self.assertIn("48", line.before_promise)
        self.assertIn("4 h", line.after_promise)
        remap.action_apply()
        self.assertFalse(remap.left_alone)
        self.ref_("service_promotion").with_user(self.manager).default_priority_id = self.levels["SL_1"]
        self.assertEqual(remap.left_alone, "Promotion (SL_1 Critical)", "before it is taken back")
        remap.action_undo()
        self.assertEqual(remap.left_alone, "Promotion (SL_1 Critical)")
        self.assertEqual(remap.line_ids.filtered("left_alone").service_id, self.ref_("service_promotion"))

    def test_lists_say_what_is_empty(self):
        """P-2, P-4: lists of classifier and rules say in words what an empty cell means"""
        self.assertEqual(self.ref_("entry_studio").warning, "no service agreed")
        self.assertFalse(self.ref_("entry_report").warning)
        rules = self.env["plastek.route"].with_user(self.manager)
        rule = rules.create({"name": "All", "role_id": self.ref_("role_service_manager").id})
        self.assertEqual(rule.applies_to, "every request")
        rule.write({"entry_id": self.ref_("entry_report").id, "words": "urgent, asap"})
        self.assertEqual(rule.applies_to, "Report · one of: urgent, asap")

    def test_trying_says_why(self):
        """P-2: the try says whether a rule, the classifier or nothing decided, and where the request lands"""
        form = Form(self.env["plastek.try.wizard"].with_user(self.manager))
        form.subject = "Студия"
        self.assertEqual(form.role_rule, "The classifier's entry “Studio”")
        self.assertEqual(form.team_id, self.team)
        form.subject = "Hello"
        self.assertIn("Not recognised", form.not_recognised)
        self.assertIn("nothing else decides", form.role_rule)
        self.assertEqual(form.role_id, self.ref_("role_service_desk_manager"))
        self.env["plastek.route"].create(
            {"name": "Greetings", "words": "hello", "role_id": self.ref_("role_sql_engineer").id, "sequence": 1}
        )
        form.text = "Good morning."
        self.assertEqual(form.role_rule, "The routing rule “Greetings”")

    def test_hours_beyond(self):
        """P-3: the form says how far the month's hours were overrun, not only in the moment of booking"""
        self.entitlement.monthly_hours = 2
        ticket = self.raise_ticket("2026-02-10 09:00", None, support_kind_id=self.ref_("kind_consultation").id)
        ticket = ticket.with_user(self.agent)
        action = ticket.action_support_record_hours()
        wizards = ticket.env[action["res_model"]].with_context(**action["context"])
        wizards.create({"hours": 1.5}).action_record()
        self.assertFalse(ticket.support_hours_over)
        wizards.create({"hours": 2.25}).action_record()
        ticket.invalidate_recordset()
        self.assertEqual(ticket.support_hours_over, "1 h 45 min beyond the 2 h of this month")

    def test_what_it_costs(self):
        """P-3, P-11: every card says what is known of its cost, and nothing twice"""
        tickets = self.env["helpdesk.ticket"].sudo()
        match = tickets._support_portal_get_match(self.provider, self.team, self.customer)
        for service in self.provider.service_ids:
            self.assertTrue(tickets._support_portal_get_cost(service, match), service.name)
        self.entitlement.monthly_hours = 8
        cost = tickets._support_portal_get_cost(self.ref_("service_consultation"), {**match, "hours_used": 9.0})
        self.assertTrue(cost.startswith("The 8 h of this month are used up: charged apart · "), cost)
        self.assertIn("Charged apart at any time: Rules of the programme", cost)
