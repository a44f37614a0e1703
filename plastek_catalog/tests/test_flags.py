from odoo.exceptions import UserError, ValidationError
from odoo.tests import HttpCase, tagged

from .common import PASSWORD, PlastekCase, PlastekMixin

NO_RAISE = ("incident", "instruction", "access", "training", "segmentation")
NO_ESCALATION = ("testing", "instruction", "access", "training", "mailing")


class TestFlags(PlastekCase):
    def level(self, ticket):
        return ticket.support_priority_id.code

    def raise_level(self, ticket, moment, reason="The shop stands still.", user=None):
        """The wizard behind the button."""
        ticket = self.at(ticket.with_user(user or self.agent), moment)
        action = ticket.action_plastek_raise()
        wizard = ticket.env[action["res_model"]].with_context(**action["context"]).create({"reason": reason})
        wizard.action_raise()

    def test_no_raising_whichever_way(self):
        """P-7: where the catalogue says no, neither form, list, import nor RPC raises level or stars"""
        for code in NO_RAISE:
            with self.subTest(code):
                ticket = self.raise_ticket("2026-02-10 09:00", code).with_user(self.agent)
                ticket.support_priority_id = self.levels["SL_3"]
                for user in (self.agent, self.manager):
                    with self.assertRaisesRegex(UserError, "nobody can raise"), self.env.cr.savepoint():
                        ticket.with_user(user).write({"support_priority_id": self.levels["SL_1"].id})
                    ticket.invalidate_recordset()
                    with self.assertRaisesRegex(ValidationError, "stars"), self.env.cr.savepoint():
                        ticket.with_user(user).write({"priority": "3"})
                    ticket.invalidate_recordset()
                result = ticket.load(
                    [".id", "support_priority_id/.id"], [[str(ticket.id), str(self.levels["SL_1"].id)]]
                )
                self.assertTrue(result["messages"])
                ticket.invalidate_recordset()
                self.assertEqual((self.level(ticket), ticket.priority), ("SL_3", "1"))
                self.assertFalse(ticket.plastek_may_raise)
                with self.assertRaisesRegex(UserError, "does not allow raising"), self.env.cr.savepoint():
                    self.raise_level(ticket, "2026-02-10 10:00")

    def test_not_raised_at_the_raising(self):
        """P-7: a request does not come in at a higher level than its service has"""
        with self.assertRaisesRegex(UserError, "nobody can raise"), self.env.cr.savepoint():
            self.raise_ticket("2026-02-10 09:00", "incident", support_priority_id=self.levels["SL_1"].id)
        with self.assertRaisesRegex(UserError, "Raise Level"), self.env.cr.savepoint():
            self.raise_ticket("2026-02-10 09:00", "logging", support_priority_id=self.levels["SL_1"].id)

    def test_not_raised_without_a_service(self):
        """P-7: whoever takes the service away cannot raise the level either; a mapped entry brings its level"""
        ticket = self.raise_ticket("2026-02-10 09:00", "access").with_user(self.agent)
        ticket.write({"plastek_entry_id": False, "support_service_id": False})
        with self.assertRaisesRegex(UserError, "no service yet"), self.env.cr.savepoint():
            ticket.support_priority_id = self.levels["SL_1"]
        ticket.invalidate_recordset()
        self.assertEqual(self.level(ticket), "SL_3")
        other = self.raise_ticket("2026-02-10 09:00", "access").with_user(self.agent)
        with self.assertRaisesRegex(UserError, "no service yet"), self.env.cr.savepoint():
            other.write({"support_service_id": False, "support_priority_id": self.levels["SL_1"].id})
        unmapped = self.raise_ticket("2026-02-10 09:00", None, name="Студия").with_user(self.agent)
        unmapped.support_priority_id = self.levels["SL_1"]
        self.ref_("entry_studio").with_user(self.manager).service_id = self.ref_("service_incident")
        self.assertEqual((unmapped.support_service_id.code, self.level(unmapped)), ("incident", "SL_2"))

    def test_lowering_is_allowed(self):
        """P-7: a level that cannot be raised can be lowered, and its clocks follow"""
        ticket = self.raise_ticket("2026-02-10 09:00", "incident")
        self.at(ticket.with_user(self.agent), "2026-02-10 09:30").support_priority_id = self.levels["SL_3"]
        self.assertEqual(self.due(ticket), ("2026-02-10 15:00", "2026-02-17 12:00"))

    def test_no_escalation(self):
        """P-7: without escalation there is no button, the server refuses, and no step is taken; the breach counts"""
        for code in NO_ESCALATION:
            with self.subTest(code):
                ticket = self.raise_ticket("2026-02-10 09:00", code)
                self.assertIn("does not allow escalating", ticket.with_user(self.agent)._support_may_escalate())
                with self.assertRaisesRegex(UserError, "does not allow escalating"), self.env.cr.savepoint():
                    wizard = self.env["support.escalate.wizard"].with_user(self.agent)
                    wizard.create({"ticket_id": ticket.id, "reason": "Now!"}).action_escalate()
                self.sweep("2026-03-10 09:00")
                self.assertTrue(self.clock(ticket, "resolution").breached)
                self.assertFalse(ticket.sudo().support_escalation_ids)
                page = ticket.with_user(self.customer_user).sudo()._support_portal_get_page()
                self.assertFalse(page["escalation"]["offered"])

    def test_import_keeps_to_the_flags(self):
        """P-7: whatever service, an import brings in no level above its own, new or known, nor more stars"""
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        columns = ["name", "description", "team_id/.id", "partner_id/.id", "support_service_id/.id"]
        for service in self.provider.service_ids:
            with self.subTest(service.code):
                row = ["Imported", "x", str(self.team.id), str(self.customer.id), str(service.id)]
                result = tickets.load([*columns], [row])
                self.assertFalse(result["messages"])
                ticket = tickets.browse(result["ids"])
                usual = ticket.support_priority_id
                self.assertEqual(usual, service.default_priority_id)
                higher = self.levels["SL_1"] if usual.code != "SL_1" else self.env["support.priority"]
                if not higher:
                    continue
                for names, values in (
                    ([*columns, "support_priority_id/.id"], [*row, str(higher.id)]),
                    ([".id", "support_priority_id/.id"], [str(ticket.id), str(higher.id)]),
                    ([".id", "priority"], [str(ticket.id), "3"]),
                ):
                    with self.env.cr.savepoint():
                        self.assertTrue(tickets.load(names, [values])["messages"])
                    ticket.invalidate_recordset()
                    self.assertEqual((ticket.support_priority_id, ticket.priority), (usual, usual.stars))

    def test_automatic_steps_keep_to_the_flags(self):
        """P-7: of fourteen late requests a step that sets a level raises those, and only those, that are escalated and
        whose level can be raised; the others are late all the same"""
        self.provider.policy_ids.target_ids.chain_id.step_ids.priority_id = self.levels["SL_1"]
        tickets = {
            service: self.raise_ticket("2026-02-10 09:00", service.code) for service in self.provider.service_ids
        }
        self.sweep("2026-03-10 09:00")
        raised = set()
        for service, ticket in tickets.items():
            with self.subTest(service.code):
                self.assertTrue(self.clock(ticket, "resolution").breached or self.level(ticket) == "SL_1")
                self.assertEqual(bool(ticket.sudo().support_escalation_ids), service.plastek_escalation)
                allowed = service.plastek_escalation and service.plastek_raise
                expected = self.levels["SL_1"] if allowed else service.default_priority_id
                self.assertEqual(ticket.support_priority_id, expected)
                if ticket.support_priority_id != service.default_priority_id:
                    raised.add(service.code)
        self.assertEqual(raised, {"promotion", "hardware", "logging", "link", "performance"})

    def test_escalation_where_allowed(self):
        """P-7: elsewhere the service manager is told when time is over, the head of support a reaction time later"""
        ticket = self.raise_ticket("2026-02-10 09:00", "report")
        self.sweep("2026-02-10 13:00:01")
        manager, head = self.roles["service_manager"], self.roles["head_of_support"]
        self.assertEqual(self.told(ticket)[-1:], [manager])
        self.sweep("2026-02-10 15:00:01")
        self.assertEqual(self.told(ticket)[-1:], [head])

    def test_automatic_step_does_not_raise(self):
        """P-7: a step that sets a level leaves a request alone that cannot be raised, and raises another"""
        step = self.ref_("chain_sl2_step_service_manager")
        step.priority_id = self.levels["SL_1"]
        forbidden = self.raise_ticket("2026-02-10 09:00", "incident")
        allowed = self.raise_ticket("2026-02-10 09:00", "logging")
        self.sweep("2026-02-12 15:00:01")
        self.assertEqual((self.level(forbidden), self.level(allowed)), ("SL_2", "SL_1"))
        self.assertFalse(self.env["support.trouble"].search([("ticket_id", "in", (forbidden | allowed).ids)]))

    def test_raising(self):
        """P-8: one level up with a reason, audited, and at the top no further"""
        ticket = self.raise_ticket("2026-02-10 09:00", "promotion")
        self.raise_level(ticket, "2026-02-10 09:30", "Starts tomorrow.")
        self.assertEqual((self.level(ticket), ticket.priority), ("SL_2", "2"))
        self.assertEqual(self.due(ticket)[0], "2026-02-10 13:00")
        self.raise_level(ticket, "2026-02-10 09:40", "Starts today.")
        self.assertEqual(self.level(ticket), "SL_1")
        with self.assertRaisesRegex(UserError, "highest level"), self.env.cr.savepoint():
            self.raise_level(ticket, "2026-02-10 09:50")
        events = self.env["support.event"].sudo().search([("ticket_id", "=", ticket.id), ("kind", "=", "priority")])
        raised = [event for event in events if (event.data or {}).get("raised")]
        self.assertEqual([event.data["reason"] for event in raised], ["Starts tomorrow.", "Starts today."])
        self.assertEqual({event.user_id for event in raised}, {self.agent})
        self.assertIn("Starts today.", ticket.message_ids[0].body)
        self.assertEqual(ticket.sudo().plastek_raised, 2)

    def test_raising_needs_the_button(self):
        """P-8: a level that may be raised is not raised without a reason, nor two at once"""
        ticket = self.raise_ticket("2026-02-10 09:00", "promotion").with_user(self.agent)
        with self.assertRaisesRegex(UserError, "with a reason"), self.env.cr.savepoint():
            ticket.support_priority_id = self.levels["SL_1"]
        ticket.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "Say why"), self.env.cr.savepoint():
            self.raise_level(ticket, "2026-02-10 09:30", "  ")
        self.assertEqual(self.level(ticket), "SL_3")

    def test_classifying_is_not_raising(self):
        """P-7: another service brings its own level, higher or lower"""
        ticket = self.raise_ticket("2026-02-10 09:00", None).with_user(self.agent)
        self.assertEqual(self.level(ticket), "SL_2")
        for code, level in (("report", "SL_1"), ("access", "SL_3"), ("incident", "SL_2")):
            ticket.support_service_id = self.ref_(f"service_{code}")
            self.assertEqual(self.level(ticket), level)


@tagged("-at_install", "post_install")
class TestFlagsPortal(PlastekMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def post(self, ticket, reason):
        page = self.url_open(f"/my/ticket/{ticket.id}").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        return self.url_open(f"/my/ticket/raise/{ticket.id}", data={"csrf_token": token, "reason": reason})

    def test_customer_raises(self):
        """P-8: a customer raises an own request on the portal, with a reason; what was typed is kept when it fails"""
        ticket = self.raise_ticket("2026-02-10 09:00", "promotion")
        self.authenticate(self.customer_user.login, PASSWORD)
        self.assertIn("SL_2 Medium", self.url_open(f"/my/ticket/{ticket.id}").text)
        page = self.post(ticket, "Starts tomorrow.")
        self.assertEqual(page.status_code, 200)
        ticket.invalidate_recordset()
        self.assertEqual(ticket.support_priority_id, self.levels["SL_2"])
        self.assertIn("Say why", self.post(ticket, " ").text)

    def test_customer_may_not(self):
        """P-7: where the catalogue says no the portal offers no button and the server refuses a handmade request"""
        ticket = self.raise_ticket("2026-02-10 09:00", "incident")
        self.authenticate(self.customer_user.login, PASSWORD)
        self.assertNotIn("/my/ticket/raise/", self.url_open(f"/my/ticket/{ticket.id}").text)
        page = self.post(ticket, "Please!")
        self.assertEqual(page.status_code, 400)
        self.assertIn("does not allow raising", page.text)
        ticket.invalidate_recordset()
        self.assertEqual(ticket.support_priority_id, self.levels["SL_2"])
