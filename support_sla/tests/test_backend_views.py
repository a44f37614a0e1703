from datetime import timedelta

from lxml import etree
from odoo import fields
from odoo.tests import Form
from odoo.tools.safe_eval import safe_eval

from .common import SupportCase


class TestBackendViews(SupportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # whatever the time of day is when this runs
        (cls.policy + cls.policy_normal).target_ids.basis = "always"
        cls.now = fields.Datetime.now()

    def _find(self, name: str, user=None):
        """Tickets of the test's team that the search filter ``name`` finds now."""
        Ticket = self.env["helpdesk.ticket"].with_user(user or self.agent)
        arch = etree.fromstring(Ticket.get_view(view_type="search")["arch"])
        domain = safe_eval(arch.xpath(f"//filter[@name='{name}']")[0].get("domain"), {"uid": Ticket.env.uid})
        return Ticket.search([("team_id", "=", self.team.id), *domain])

    def _raise(self, minutes: int, **vals):
        return self.raise_ticket(self.now - timedelta(minutes=minutes), **vals)

    def test_filters_look_at_the_clock_when_they_are_used(self):
        """E-8: at risk, breached, due today, waiting, escalated and without SLA are found as of now."""
        calm = self._raise(1)
        risky = self._raise(25)
        late = self._raise(40)
        waiting = self._raise(5)
        self.move(waiting, self.now - timedelta(minutes=4), "waiting_customer")
        bare = self._raise(5, support_priority_id=self._make_priority("P9", "Unmatched", "0").id)
        self.assertEqual(self._find("support_at_risk"), risky)
        # no sweep has seen it yet, and still it is late
        self.assertEqual(late.support_sla_state, "running")
        self.assertEqual(self._find("support_breached"), late)
        self.sweep(self.now)
        self.assertEqual(self._find("support_breached"), late)
        self.assertEqual(self._find("support_waiting_customer"), waiting)
        self.assertEqual(self._find("support_no_sla"), bare)
        calm.with_user(self.agent)._support_escalate("Too slow", "staff")
        self.assertIn(calm, self._find("support_escalated"))
        self.assertIn(calm, self._find("support_escalated_open"))
        calm.with_user(self.agent).action_support_acknowledge()
        self.assertIn(calm, self._find("support_escalated"))
        self.assertNotIn(calm, self._find("support_escalated_open"))

    def test_the_list_of_what_is_due_is_calm(self):
        """E-8: number, next due, subject, priority, state, customer, assignee are in the list of what is due, whatever
        addons there are; all the rest is a click away; the words of the headings are short."""
        view = self.env.ref("support_sla.ticket_view_list_due")
        arch = etree.fromstring(
            self.env["helpdesk.ticket"].with_user(self.agent).get_view(view_id=view.id, view_type="list")["arch"]
        )
        columns = [
            field.get("name")
            for field in arch.xpath("/list/field[not(@optional='hide')]")
            if field.get("column_invisible") not in ("1", "True")
        ]
        self.assertEqual(
            columns,
            [
                "number",
                "support_next_due",
                "name",
                "support_priority_id",
                "support_sla_state",
                "partner_id",
                "user_id",
            ],
        )

    def test_mine(self):
        """E-8: mine are the tickets assigned to whoever looks, and those only."""
        mine = self._raise(1, user_id=self.agent.id)
        others = self._raise(1, user_id=self.boss.id)
        nobodys = self._raise(1, user_id=False)
        self.assertEqual(self._find("mytickets"), mine)
        self.assertEqual(self._find("mytickets", self.boss), others)
        self.assertNotIn(nobodys, self._find("mytickets", self.manager))

    def test_filters_leave_out_what_they_are_not_about(self):
        """E-8: solved and late tickets are not at risk; a ticket without a moment is neither due nor late."""
        solved = self._raise(25)
        self.say(solved, self.now - timedelta(minutes=1))
        self.move(solved, self.now, "resolved")
        late = self._raise(40)
        bare = self._raise(40, support_priority_id=self._make_priority("P9", "Unmatched", "0").id)
        self.assertNotIn(solved, self._find("support_at_risk"))
        self.assertNotIn(late, self._find("support_at_risk"))
        for name in ("support_at_risk", "support_breached", "support_due_today", "support_waiting_customer"):
            self.assertNotIn(bare, self._find(name), name)
        self.assertNotIn(solved, self._find("support_breached"))

    def test_a_date_to_be_agreed_is_said_in_the_lists(self):
        """E-8, E-3.5: a ticket whose only open promise is a date to be agreed on says so in list and kanban, and
        counts down as soon as the date is agreed on."""
        wish = self._make_priority("P5", "Wish", "0")
        self.env["support.policy"].create(
            {
                "name": "Acme wishes",
                "provider_id": self.provider.id,
                "priority_id": wish.id,
                "target_ids": [
                    (0, 0, {"metric": "first_response", "amount": 30, "unit": "minutes", "basis": "always"}),
                    (0, 0, {"metric": "resolution", "unit": "agreement"}),
                ],
            }
        )
        ticket = self._raise(10, support_priority_id=wish.id)
        self.assertEqual(ticket.support_sla_state, "running")
        self.assertNotIn(ticket, self._find("support_to_agree"))
        self.say(ticket, self.now - timedelta(minutes=5))
        self.assertEqual(ticket.support_sla_state, "to_agree")
        self.assertEqual(ticket.support_next_metric, "resolution")
        self.assertFalse(ticket.support_next_due)
        self.assertEqual(self._find("support_to_agree"), ticket)
        for view in ("list", "kanban"):
            arch = etree.fromstring(self.env["helpdesk.ticket"].with_user(self.agent).get_view(view_type=view)["arch"])
            names = arch.xpath("//field/@name")
            self.assertIn("support_sla_state", names, view)  # the words of the countdown come from it
        until = self.now + timedelta(days=2)
        wizard = self.env["support.agree.wizard"].with_user(self.agent).with_context(default_ticket_id=ticket.id)
        with Form(wizard) as form:
            form.until = until
            form.agreed_with = "Booking Desk"
        form.record.action_agree()
        self.assertEqual(ticket.support_sla_state, "running")
        self.assertEqual(ticket.support_next_due, until)
        self.assertNotIn(ticket, self._find("support_to_agree"))

    def test_due_today_is_the_readers_day(self):
        """E-8: due today means from midnight to midnight where the reader is."""
        ticket = self._raise(0)
        ticket.flush_recordset()
        zone_now = fields.Datetime.context_timestamp(self.agent.with_user(self.agent), self.now)
        midnight = zone_now.replace(hour=0, minute=0, second=0, microsecond=0)
        to_utc = self.now - zone_now.replace(tzinfo=None, microsecond=0)
        for minutes, expected in ((1, True), (-1, False), (24 * 60 - 1, True), (24 * 60 + 1, False)):
            due = midnight.replace(tzinfo=None) + to_utc + timedelta(minutes=minutes)
            self.env.cr.execute(
                "UPDATE helpdesk_ticket SET support_next_due = %s WHERE id = %s",
                (due.replace(microsecond=0), ticket.id),
            )
            ticket.invalidate_recordset()
            found = self._find("support_due_today", self.agent.with_context(tz="Europe/London"))
            self.assertEqual(ticket in found, expected, f"{minutes} minutes from midnight")

    def test_due_next_sorts_by_time_left(self):
        """E-8: the list “Due Next” has the least time left first, tickets without a deadline last."""
        slow = self._raise(1, support_priority_id=self.normal.id)
        bare = self._raise(1, support_priority_id=self._make_priority("P9", "Unmatched", "0").id)
        soon = self._raise(20)
        action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_ticket_action")
        view_id = {mode: view for view, mode in action["views"]}["list"]
        Ticket = self.env["helpdesk.ticket"].with_user(self.agent)
        arch = etree.fromstring(Ticket.get_view(view_id, "list")["arch"])
        order = arch.get("default_order")
        found = Ticket.search([("team_id", "=", self.team.id)], order=order)
        self.assertEqual(found, soon + slow + bare)
        self.assertEqual(arch.xpath("//field[@name='support_next_due']/@widget"), ["support_countdown"])

    def test_form_without_provider_is_the_stock_form(self):
        """E-8: a ticket of a team without provider shows nothing of the engine."""
        team = self.env["helpdesk.ticket.team"].create({"name": "House", "user_ids": [(6, 0, self.agent.ids)]})
        ticket = self.env["helpdesk.ticket"].create({"name": "Coffee", "description": "x", "team_id": team.id})
        with Form(ticket.with_user(self.agent)) as form:
            for name in ("support_panel", "support_priority_id", "support_service_id"):
                self.assertTrue(form._get_modifier(name, "invisible"), name)
            self.assertFalse(form._get_modifier("priority", "invisible"))
        self.assertFalse(ticket.support_panel)

    def test_panel_tells_when_each_step_is_taken(self):
        """E-8: who is told if it is missed, and when, with empty roles marked."""
        self.second_role.user_ids = False
        panel = self._raise(1)._support_get_panel()
        steps = panel["escalation"]["steps"]
        self.assertEqual([step["when"] for step in steps], ["10 min before", "at once when missed", "30 min after"])
        self.assertEqual([step["empty"] for step in steps], [False, False, True])

    def test_role_says_who_that_is(self):
        """E-6.3: the list of roles says in words who fills each, and that nobody does."""
        role = self._make_role("lost")
        self.assertEqual(role.filled_by, "nobody")
        self.assertFalse(role.is_filled)
        role.user_ids = self.boss
        self.assertEqual(role.filled_by, "Boss")
        role.source = "assignee"
        self.assertEqual(role.filled_by, "Whoever the ticket is assigned to · Boss")

    def test_policy_form_edits_promises_and_counts_versions(self):
        """E-6.3: a manager changes a promise in the policy's form; in use, that makes a new version."""
        policy = self.policy.with_user(self.manager)
        with Form(policy) as form, form.target_ids.edit(0) as line:
            line.amount = 20
        self.assertEqual(policy.version_number, 1)
        self.assertFalse(policy.is_in_use)
        ticket = self._raise(1)
        policy.invalidate_recordset()
        self.assertTrue(policy.is_in_use)
        with Form(policy) as form, form.target_ids.edit(0) as line:
            line.amount = 15
        self.assertEqual(policy.version_number, 2)
        self.assertEqual(policy.target_ids[0].amount, 15)
        self.assertEqual(self.clock(ticket, "first_response").target_id.amount, 20)

    def test_configuration_is_the_managers(self):
        """E-6.3: every screen of the configuration opens for a manager, with an empty state that says what to do."""
        menus = self.env["ir.ui.menu"].search(
            [
                (
                    "id",
                    "child_of",
                    [
                        self.env.ref("support_sla.support_config_menu").id,
                        self.env.ref("support_sla.support_operation_menu").id,
                    ],
                )
            ]
        )
        actions = menus.mapped("action")
        opened = 0
        # the page about the desk's health is no view
        screens = [action for action in (menu.action for menu in menus) if action and "res_model" in action._fields]
        for action in screens:
            Model = self.env[action.res_model].with_user(self.manager)
            for _view, mode in action.views:
                Model.get_view(_view, mode)
            if action.res_model != "resource.calendar" and "list" in action.view_mode:
                self.assertIn("o_view_nocontent_smiling_face", action.help or "", action.name)
            opened += 1
        self.assertGreaterEqual(opened, 11)
        self.assertTrue(actions)
        visible = self.env["ir.ui.menu"].with_user(self.agent)._visible_menu_ids()
        self.assertNotIn(self.env.ref("support_sla.support_config_menu").id, visible)
        self.assertIn(self.env.ref("support_sla.support_due_menu").id, visible)
        self.assertIn(
            self.env.ref("support_sla.support_config_menu").id,
            self.env["ir.ui.menu"].with_user(self.manager)._visible_menu_ids(),
        )

    def test_getting_started_leads_through_a_new_provider(self):
        """E-6.3: a new provider's form says which steps are done and opens each; set up, the list is gone."""
        provider = (
            self.env["support.provider"]
            .with_user(self.manager)
            .create({"name": "Newcomer", "code": "newcomer_test", "calendar_id": self._make_calendar("New", "UTC").id})
        )

        def step(name):
            action = provider.with_context(setup_step=name).action_open_setup()
            Model = self.env[action["res_model"]].with_user(self.manager)
            return Model.with_context(**(action.get("context") or {})), action

        self.assertEqual(provider.setup_done, 1)
        _calendars, action = step("hours")
        self.assertEqual(action["res_id"], provider.calendar_id.id)
        priorities, _action = step("priorities")
        with Form(priorities) as form:
            form.code, form.name = "N1", "Only one"
        self.assertFalse(provider.setup_priorities)
        provider.default_priority_id = form.record
        self.assertTrue(provider.setup_priorities)
        roles, _action = step("roles")
        with Form(roles) as form:
            form.code, form.name = "desk", "Desk"
        role = form.record
        self.assertEqual(role.provider_id, provider)
        self.assertFalse(provider.setup_roles)
        role.user_ids = self.agent
        chains, _action = step("chain")
        with Form(chains) as form:
            form.name = "Up"
            with form.step_ids.new() as line:
                line.name, line.role_id = "Desk", role
        policies, _action = step("policy")
        with Form(policies) as form:
            form.name = "Everything"
            with form.target_ids.new() as line:
                line.metric = "resolution"
        teams, action = step("queue")
        self.assertEqual(provider.setup_done, 5)
        with Form(teams) as form:
            form.name = "Newcomer Desk"
        self.assertIn(form.record, teams.search(action["domain"]))
        provider.invalidate_recordset()
        self.assertEqual(provider.setup_done, 6)
        arch = self.env["support.provider"].with_user(self.manager).get_view(view_type="form")["arch"]
        self.assertEqual(len(etree.fromstring(arch).xpath("//div[hasclass('o_support_setup')]//button")), 6)
