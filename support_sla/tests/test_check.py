from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import SupportCase, utc

NOW = "2026-03-18 12:00"


@tagged("post_install", "-at_install")
class TestCheck(SupportCase):
    """Each kind of finding, by breaking a configuration in which nothing is amiss."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.administrator_id = cls.manager
        cls.urgent.sequence, cls.normal.sequence = 10, 20
        cls.service = cls.env["support.service"].create({"name": "Payments", "provider_id": cls.provider.id})
        for year in (2026, 2027):
            cls.env["resource.calendar.leaves"].create(
                {
                    "name": "New Year",
                    "calendar_id": cls.calendar.id,
                    "date_from": f"{year}-01-01 00:00:00",
                    "date_to": f"{year}-01-01 23:59:59",
                }
            )

    def check(self, now=NOW):
        """Findings about the test's provider after the manager has pressed the menu."""
        Finding = self.at(self.env["support.finding"].with_user(self.manager), now)
        action = Finding.action_check()
        self.assertEqual(action["res_model"], "support.finding")
        return Finding.search([("provider_id", "=", self.provider.id)])

    def find(self, code: str, now=NOW):
        """The one finding of ``code``; it says something, and its button opens a record."""
        found = self.check(now).filtered(lambda finding: finding.code == code)
        self.assertEqual(len(found), 1, code)
        self.assertTrue(found.message and found.advice)
        self.assertNotIn("%(", found.message + found.advice)
        action = found.action_open_record()
        self.assertEqual(action["res_model"], found.res_model)
        if found.res_id:
            self.assertEqual(action["res_id"], found.res_id)
            self.assertTrue(self.env[found.res_model].with_user(self.manager).browse(found.res_id).display_name)
        return found

    def about(self, code: str, now=NOW):
        found = self.find(code, now)
        return self.env[found.res_model].browse(found.res_id)

    def test_good_configuration_has_no_finding(self):
        """E-6.4: where nothing is amiss nothing is found."""
        self.assertFalse(self.check().mapped("message"))

    def test_service_without_level(self):
        """E-6.4: a service whose tickets get no priority, although the provider has levels."""
        self.provider.default_priority_id = False
        self.assertEqual(self.about("service_without_level"), self.service)
        self.assertEqual(self.about("provider_without_default"), self.provider)
        self.service.default_priority_id = self.urgent
        self.assertNotIn("service_without_level", self.check().mapped("code"))

    def test_service_without_policy(self):
        """E-6.4: a service at whose usual priority no policy promises anything."""
        low = self._make_priority("P3", "Low", "0")
        low.sequence = 30
        self.service.default_priority_id = low
        self.assertEqual(self.about("service_without_policy"), self.service)

    def test_level_without_target(self):
        """E-6.4: a priority that no policy with a target reaches."""
        low = self._make_priority("P3", "Low", "0")
        low.sequence = 30
        found = self.find("priority_without_target")
        self.assertEqual(self.env[found.res_model].browse(found.res_id), low)
        self.assertIn("P3 Low", found.message)
        self.assertEqual(found.severity, "error")
        self.env["support.policy"].create({"name": "Low", "provider_id": self.provider.id, "priority_id": low.id})
        # a policy alone promises nothing
        self.assertEqual(self.about("priority_without_target"), low)
        self.assertEqual(self.about("policy_without_target").name, "Low")

    def test_levels_pointing_opposite_ways(self):
        """E-6.4: the order of the levels against their stars, and against the length of their promises."""
        self.urgent.stars = "0"
        self.assertEqual(self.about("stars_opposite"), self.urgent)
        self.urgent.stars = "3"
        self.policy.target_ids.filtered(lambda target: target.metric == "first_response").write(
            {"amount": 5, "unit": "hours"}
        )
        found = self.find("promise_opposite")
        self.assertIn("5 h", found.message)
        self.assertIn("4 h", found.message)
        self.assertIn("First response", found.message)
        # days against hours are not compared, nor are promises on different hours
        self.policy.target_ids.filtered(lambda target: target.metric == "first_response").basis = "always"
        self.assertNotIn("promise_opposite", self.check().mapped("code"))

    def test_unfilled_role(self):
        """E-6.4: a role that a chain tells and nobody fills; everybody has left; somebody has no address."""
        self.second_role.user_ids = False
        found = self.find("role_empty")
        self.assertIn("Up the ladder", found.message)
        self.second_role.fallback_role_id = self.first_role
        self.assertEqual(self.about("role_fallback"), self.second_role)
        self.second_role.fallback_role_id = False
        self.second_role.user_ids = self.boss
        self.boss.active = False
        self.assertEqual(self.about("role_left"), self.second_role)
        self.boss.active = True
        self.boss.email = False
        self.assertIn("Boss", self.find("role_unreachable").message)

    def test_role_that_nothing_uses_may_be_empty(self):
        """E-6.4: a role that no chain tells is no finding."""
        self._make_role("spare")
        self.assertFalse(self.check())

    def test_chain_longer_than_target(self):
        """E-6.4: a step so long before the deadline that it would be due before the ticket is raised."""
        step = self.chain.step_ids[0]
        step.write({"delay": -4, "unit": "hours"})
        found = self.find("chain_longer")
        self.assertIn("4 h before", found.message)
        self.assertIn("Warn", found.message)
        step.write({"delay": -239, "unit": "minutes"})
        self.assertFalse(self.check())
        # working days against hours, on the calendar: two days are always more than four hours
        step.write({"delay": -2, "unit": "working_days"})
        self.find("chain_longer")
        step.write({"delay": 250, "unit": "percent"})
        self.assertIn("250 %", self.find("chain_percent").message)

    def test_chain_without_steps_or_archived(self):
        """E-6.4: a chain that guards promises and tells nobody."""
        self.chain.active = False
        self.assertIn("Up the ladder", self.find("chain_archived").message)
        self.chain.active = True
        self.chain.step_ids.active = False
        self.assertEqual(self.about("chain_without_step"), self.chain)

    def test_calendar_without_hours(self):
        """E-6.4: working hours in which nobody works."""
        bare = self._make_calendar("Nobody", "Europe/London")
        bare.attendance_ids.unlink()
        self.policy.target_ids[0].write({"basis": "calendar", "calendar_id": bare.id})
        self.assertEqual(self.about("calendar_without_hours"), bare)

    def test_calendar_without_holidays(self):
        """E-6.4: working hours without a holiday this year or next year."""
        self.calendar.leave_ids.filtered(lambda leave: leave.date_from.year == 2027).unlink()
        found = self.find("calendar_holidays")
        self.assertIn("2027", found.message)
        self.assertEqual(found.res_id, self.calendar.id)

    def test_equally_specific_policies(self):
        """E-6.4: two policies that may match one ticket, equally specific, at one place; or one that never wins."""
        twin = self.env["support.policy"].create(
            {
                "name": "Payments",
                "provider_id": self.provider.id,
                "service_id": self.service.id,
                "target_ids": [Command.create({"metric": "resolution", "amount": 1, "unit": "hours"})],
            }
        )
        # a ticket of either priority may have this service
        codes = [finding.message for finding in self.check() if finding.code == "policies_equal"]
        self.assertEqual(len(codes), 2)
        self.assertIn("Payments", codes[0])
        twin.sequence = 20
        self.assertFalse(self.check())
        twin.write({"service_id": False, "priority_id": self.urgent.id})
        self.assertEqual(self.about("policy_never"), twin)

    def test_stage_without_phase(self):
        """E-6.4: a stage of the queue that says two things at once; none at all."""
        self.stages["open"].closed = True
        self.stages["open"].support_phase = "open"
        self.assertEqual(self.about("stage_contradiction"), self.stages["open"])
        self.env.cr.execute("ALTER TABLE helpdesk_ticket_stage ALTER support_phase DROP NOT NULL")
        self.env.cr.execute(
            "UPDATE helpdesk_ticket_stage SET support_phase = NULL WHERE id = %s", (self.stages["open"].id,)
        )
        self.env.invalidate_all()
        self.assertEqual(self.about("stage_without_phase"), self.stages["open"])

    def test_queue(self):
        """E-6.4: a provider without queue; a queue without an end, without members, with a foreign stage."""
        self.team.user_ids = False
        self.assertEqual(self.about("queue_without_member"), self.team)
        self.team.user_ids = self.agent
        foreign = self.env["helpdesk.ticket.stage"].create(
            {"name": "Foreign", "team_ids": [Command.create({"name": "Others"})]}
        )
        self.provider.answered_stage_id = foreign
        self.assertIn("Foreign", self.find("queue_foreign_stage").message)
        self.provider.answered_stage_id = False
        (self.stages["resolved"] | self.stages["closed"]).write({"team_ids": [Command.set(foreign.team_ids.ids)]})
        self.assertEqual(self.about("queue_without_end"), self.team)
        self.team.active = False
        self.assertEqual(self.about("queue_missing"), self.provider)

    def test_provider(self):
        """E-6.4: a provider without policy, without administrator, with an archived default, without reminder."""
        self.provider.administrator_id = False
        self.assertEqual(self.about("administrator_missing"), self.provider)
        self.provider.administrator_id = self.boss
        self.boss.active = False
        self.find("administrator_unreachable")
        self.boss.active = True
        self.policy.target_ids.filtered(lambda target: target.metric == "resolution").unit = "agreement"
        self.provider.agreement_reminder_days = 0
        self.find("agreement_without_reminder")
        self.normal.active = False
        self.find("default_archived")
        self.assertIn("P2 Normal", self.find("policy_archived_condition").message)
        (self.policy | self.policy_normal).active = False
        self.find("provider_without_policy")

    def test_rota_gap(self):
        """E-6.4: a hole in the rota within two weeks; worse when nobody else is named on the role."""
        self.chain.step_ids[2].reach = "on_call"
        start = utc(NOW)
        self.second_role.duty_ids = [
            Command.create({"user_id": self.boss.id, "start": start, "stop": start + timedelta(days=3)}),
            Command.create(
                {"user_id": self.agent.id, "start": start + timedelta(days=4), "stop": start + timedelta(days=20)}
            ),
        ]
        found = self.find("rota_gap")
        self.assertIn("2026-03-21 12:00", found.message)
        self.assertIn("2026-03-22 12:00", found.message)
        self.second_role.user_ids = False
        self.assertEqual(self.find("rota_gap_empty").severity, "warning")
        self.second_role.duty_ids[0].stop = start + timedelta(days=4)
        self.assertFalse(self.check())

    def test_entitlements(self):
        """E-6.4: entitlements that end soon without a successor, and plans that are no longer offered."""
        plan = self.env["support.plan"].create({"name": "Gold", "provider_id": self.provider.id})
        values = {"provider_id": self.provider.id, "partner_id": self.company_a.id, "plan_id": plan.id}
        ending = self.env["support.entitlement"].create(
            {**values, "date_start": "2026-01-01", "date_end": "2026-04-10"}
        )
        found = self.find("entitlement_expiring")
        self.assertEqual(found.res_id, ending.id)
        self.env["support.entitlement"].create({**values, "date_start": "2026-04-11", "date_end": "2027-04-10"})
        self.assertFalse(self.check())
        plan.active = False
        self.find("entitlement_plan_archived")

    def test_accepting_with_a_reason(self):
        """E-6.4: what is accepted with a reason is no longer counted; gone and come back it is new."""
        self.normal.stars = "3"
        self.urgent.stars = "2"
        found = self.find("stars_opposite")
        provider = self.provider.with_user(self.manager)
        provider.invalidate_recordset()
        self.assertEqual(provider.finding_count, 1)
        action = found.action_accept()
        wizard = self.env["support.finding.wizard"].with_user(self.manager).with_context(**action["context"])
        with self.assertRaises(UserError):
            wizard.create({"reason": "  "}).action_accept()
        form = Form(wizard)
        form.reason = "The stars are those of the old desk"
        form.save().action_accept()
        found = self.find("stars_opposite")
        self.assertTrue(found.accepted)
        self.assertEqual((found.accepted_reason, found.accepted_by_id), (form.reason, self.manager))
        provider.invalidate_recordset()
        self.assertEqual(provider.finding_count, 0)
        action = provider.action_open_findings()
        self.assertEqual(action["domain"], [("provider_id", "=", self.provider.id)])
        found.action_reopen()
        self.assertFalse(found.accepted)
        self.urgent.stars = "3"
        self.assertFalse(self.check())

    def _tell(self) -> list[str]:
        """What the weekly scheduled action tells the administrator."""
        known = self.env["mail.message"].search([], order="id desc", limit=1)
        self.at(self.env["support.finding"], NOW)._cron_check()
        return [
            message.body
            for message in self.env["mail.message"].search([("id", ">", known.id)])
            if self.manager.partner_id in message.partner_ids
        ]

    def test_weekly_check_tells_what_is_new(self):
        """E-6.4: the weekly check tells the provider's administrator once of what is new, of hints never."""
        self.assertFalse(self._tell())
        self.second_role.user_ids = False
        (body,) = self._tell()
        self.assertIn("Second", body)
        self.assertIn("/odoo/support-check", body)
        self.assertFalse(self._tell())
        self._make_priority("P3", "Low", "0").sequence = 30
        (body,) = self._tell()
        self.assertIn("P3 Low", body)
        self.assertNotIn("Second", body)
        self.team.user_ids = False
        self.assertFalse(self._tell())

    def test_opening_the_page_checks(self):
        """E-6.4: the address in the menu and in mails has the configuration checked: its empty list is never a lie."""
        self.second_role.user_ids = False
        door = self.env["ir.actions.actions"].sudo().search([("path", "=", "support-check")])
        self.assertEqual(door.type, "ir.actions.server")
        action = self.env[door.type].with_user(self.manager).browse(door.id).run()
        self.assertEqual(action["res_model"], "support.finding")
        found = self.env["support.finding"].search([("provider_id", "=", self.provider.id)])
        self.assertEqual(found.mapped("code"), ["role_empty"])

    def test_only_managers_check(self):
        """E-6.4, S-1: agents and portal users neither check nor read findings; nobody writes them by RPC."""
        self.second_role.user_ids = False
        found = self.find("role_empty")
        visitor = self._make_user("visitor", "base.group_portal")
        for user in (self.agent, visitor):
            with self.assertRaises(AccessError):
                self.env["support.finding"].with_user(user).action_check()
            with self.assertRaises(AccessError):
                found.with_user(user).action_open_record()
        for change in (lambda: found.write({"accepted": True}), found.unlink):
            with self.assertRaises(AccessError):
                change()

    def test_other_company(self):
        """E-6.4: what concerns a provider of another company is not seen there."""
        other = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        self.second_role.user_ids = False
        self.provider.company_id = other
        self.assertFalse(self.check())
        self.provider.company_id = False
        self.find("role_empty")

    def test_words_are_the_readers(self):
        """E-6.4: names in a finding are those of now and of the reader's language."""
        self.env["res.lang"]._activate_lang("es_ES")
        self.second_role.user_ids = False
        self.second_role.with_context(lang="es_ES").name = "Segunda línea"
        found = self.find("role_empty")
        self.assertIn("Segunda línea", found.with_context(lang="es_ES").message)
        self.assertIn("Second", found.with_context(lang="en_US").message)

    def test_a_check_that_fails_hides_nothing(self):
        """E-6.4: an addon's check that raises is a finding itself, the others are made."""
        Check = self.env.registry["support.check"]
        names = Check._get_checks
        self.patch(Check, "_get_checks", lambda self: ["broken", *names(self)])
        Check._support_check_broken = lambda self, configuration: 1 / 0
        self.addCleanup(delattr, Check, "_support_check_broken")
        self.second_role.user_ids = False
        with self.assertLogs("odoo.addons.support_sla.models.support_check", "WARNING"):
            self.find("role_empty")
        failed = self.env["support.finding"].search([("code", "=", "check_failed")])
        self.assertIn("division by zero", failed.message)

    def _count_queries(self) -> int:
        self.check()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["support.check"]._run()
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow(self):
        """E-6.4, E-10: twice the levels, policies, roles, services and queues cost the same number of queries."""

        def add(number):
            priority = self._make_priority(f"Q{number}", "More", "0")
            role = self._make_role(f"role{number}", self.boss)
            chain = self.env["support.escalation.chain"].create(
                {
                    "name": f"Chain {number}",
                    "provider_id": self.provider.id,
                    "step_ids": [Command.create({"name": "Tell", "delay": -1, "unit": "hours", "role_id": role.id})],
                }
            )
            self.env["support.policy"].create(
                {
                    "name": f"Policy {number}",
                    "provider_id": self.provider.id,
                    "priority_id": priority.id,
                    "target_ids": [
                        Command.create(
                            {"metric": "resolution", "amount": 3, "unit": "working_days", "chain_id": chain.id}
                        )
                    ],
                }
            )
            self.env["support.service"].create({"name": f"Service {number}", "provider_id": self.provider.id})
            self.env["helpdesk.ticket.team"].create({"name": f"Team {number}", "support_provider_id": self.provider.id})

        add(1)
        once = self._count_queries()
        for number in range(2, 8):
            add(number)
        self.assertLessEqual(self._count_queries(), once)
        self.assertLessEqual(once, 90)
