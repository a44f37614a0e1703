from odoo.tests.common import tagged

from .common import Dialog360Case


@tagged("post_install", "-at_install")
class TestPromises(Dialog360Case):
    """What is promised, by which way a ticket came and by which plan."""

    def due(self, ticket, metric):
        return str(self.clock(ticket, metric).deadline)

    def test_first_response_by_plan(self):
        """D-4: in the chat within 30 minutes, 4 or 24 hours by plan, also at night on a Sunday; without one as Basic"""
        for plan, due in (
            ("premium", "2026-03-01 02:30:00"),
            ("regular", "2026-03-01 06:00:00"),
            ("basic", "2026-03-02 02:00:00"),
            (None, "2026-03-02 02:00:00"),
        ):
            with self.subTest(plan=plan):
                self.entitlement.plan_id = self.plans[plan] if plan else False
                ticket = self.raise_ticket("2026-03-01 02:00", channel_id=self.chat.id)
                self.assertEqual(self.due(ticket, "first_response"), due)

    def test_first_response_by_mail_or_form_whatever_the_plan(self):
        """D-4: by e-mail through the gateway, by e-mail or web form entered by hand: 24 hours, also for Premium"""
        by_mail = self.mail_in("It stands still.", "2026-03-01 02:00", f"Alder <{self.customer.email}>", self.address)
        tickets = [by_mail, self.raise_as_client("2026-03-01 02:00")]
        tickets += [self.raise_ticket("2026-03-01 02:00", channel_id=channel.id) for channel in self.email | self.web]
        for ticket in tickets:
            with self.subTest(channel=ticket.channel_id.name):
                self.assertEqual(ticket.support_plan_id, self.plans["premium"])
                self.assertEqual(self.due(ticket, "first_response"), "2026-03-02 02:00:00")

    def test_48_hours_to_solve(self):
        """D-7: 48 hours for every issue, whatever its level, plan, way and weekday"""
        for level in ("1", "2", "3"):
            for channel in (self.chat, self.email):
                with self.subTest(level=level, channel=channel.name):
                    ticket = self.raise_ticket("2026-02-28 02:00", level, channel_id=channel.id)
                    self.assertEqual(self.due(ticket, "resolution"), "2026-03-02 02:00:00")

    def test_48_hours_are_48_hours_when_the_clocks_change(self):
        """D-2, D-7: around the clock an hour is an hour, also in the night in which one is left out"""
        ticket = self.raise_ticket("2026-03-28 12:00")
        self.assertEqual(self.due(ticket, "resolution"), "2026-03-30 12:00:00")

    def test_waiting_for_the_client_stops_the_48_hours(self):
        """D-7: while the client owes an answer, the time to solve stands still"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.move(ticket, "2026-03-02 07:00", "waiting")
        self.hear(ticket, "2026-03-02 17:00")
        self.assertEqual(ticket.stage_id, self.stages["in_progress"])
        self.assertEqual(self.due(ticket, "resolution"), "2026-03-04 16:00:00")

    def test_severities(self):
        """D-6: three levels, the most severe first, each with what it means and an example"""
        levels = self.provider.priority_ids
        self.assertEqual(levels.mapped("code"), ["1", "2", "3"])
        self.assertEqual(levels.mapped("name"), ["Critical", "Major", "Minor"])
        for level in levels:
            self.assertTrue(level.definition and level.example)
        self.assertIn("very high risk", self.levels["1"].definition)
        self.assertEqual(self.provider.default_priority_id, self.levels["3"])

    def test_critical_reaches_who_is_on_duty_at_once(self):
        """D-2: at night a critical ticket, and one that becomes so, is told to the emergency role; a minor one not"""
        ticket = self.raise_ticket("2026-03-01 02:00", "1")
        self.assertEqual(self.told(ticket, "dialog360_emergency"), [self.duty])
        other = self.raise_ticket("2026-03-01 02:00", "3")
        self.assertFalse(self.told(other, "dialog360_emergency"))
        self.at(other.with_user(self.agent), "2026-03-01 02:10").support_priority_id = self.levels["1"]
        self.assertEqual(self.told(other, "dialog360_emergency"), [self.duty])

    def test_the_rota_says_who_is_on_duty(self):
        """D-2: with a rota whoever is on duty at that hour is told"""
        role = self.ref_("role_emergency")
        self.env["support.role.duty"].create(
            {"role_id": role.id, "user_id": self.head.id, "start": "2026-03-01 00:00", "stop": "2026-03-01 08:00"}
        )
        self.assertEqual(self.told(self.raise_ticket("2026-03-01 02:00", "1"), "dialog360_emergency"), [self.head])
        self.assertEqual(self.told(self.raise_ticket("2026-03-01 09:00", "1"), "dialog360_emergency"), [self.duty])

    def test_nobody_on_duty_is_said(self):
        """D-2: when nobody fills the role nor what it falls back to, the administrator is told"""
        self.ref_("role_emergency").user_ids = False
        self.ref_("role_head").user_ids = False
        ticket = self.raise_ticket("2026-03-01 02:00", "1")
        self.assertEqual(self.told(ticket, "role_empty"), [self.manager])

    def test_every_breach_is_escalated(self):
        """D-17: each promise that is missed is told by itself, day and night: answer, solution, news"""
        ticket = self.raise_ticket("2026-03-01 02:00", user_id=self.agent.id)
        self.sweep("2026-03-01 02:19")
        self.assertEqual(self.told(ticket)[1:], [self.agent], "the client has the confirmation, the agent a warning")
        self.assertFalse(ticket.support_escalation_ids.clock_id.filtered("breached"))
        self.sweep("2026-03-01 02:31")
        self.assertTrue(ticket.support_escalated)
        self.assertIn(self.lead, self.told(ticket))
        self.sweep("2026-03-01 02:46")
        self.assertIn(self.head, self.told(ticket))
        for metric in ("first_response", "resolution", "status_update"):
            for target in self.provider.policy_ids.target_ids.filtered(
                lambda target, metric=metric: target.metric == metric
            ):
                with self.subTest(target=target.display_name):
                    steps = target.chain_id.step_ids
                    self.assertTrue(
                        steps.filtered(
                            lambda step: (
                                step.role_id.source != "customer"
                                and step.reach == "always"
                                and (step.delay == 100 if step.unit == "percent" else step.delay == 0)
                            )
                        ),
                        "somebody is told when it is missed",
                    )

    def test_solution_that_is_late_is_escalated(self):
        """D-17: after 48 hours the lead of the team that has it by then is told, and four hours later the head"""
        ticket = self.raise_ticket("2026-03-01 02:00", user_id=self.agent.id)
        self.say(ticket, "2026-03-01 02:10")
        self.at(ticket.with_user(self.agent), "2026-03-01 03:00").team_id = self.team_hub
        self.sweep("2026-03-03 02:01")
        steps = ticket.support_escalation_ids.filtered(lambda row: row.clock_id.metric == "resolution")
        self.assertIn(self.ref_("chain_resolution_step_lead"), steps.step_id)
        self.assertIn(self.hub_lead, self.told(ticket))
        self.sweep("2026-03-03 06:01")
        self.assertIn(self.head, self.told(ticket))

    def test_silence_is_noticed(self):
        """D-10: a day without news for the client: the agent is warned before, the lead told when it is over"""
        ticket = self.raise_ticket("2026-03-01 02:00", user_id=self.agent.id)
        self.say(ticket, "2026-03-01 02:10")
        self.sweep("2026-03-01 22:40")
        self.assertIn(self.agent, self.told(ticket))
        self.assertNotIn(self.lead, self.told(ticket))
        self.sweep("2026-03-02 02:11")
        self.assertIn(self.lead, self.told(ticket))

    def test_nothing_is_wrong_with_the_configuration(self):
        """D-4: the configuration check finds no error in what the addon brings"""
        self.env["support.finding"].with_user(self.manager).action_check(self.provider.id)
        found = self.env["support.finding"].search([("provider_id", "=", self.provider.id), ("severity", "=", "error")])
        self.assertFalse(found.mapped("message"))

    def test_what_is_still_to_be_entered(self):
        """D-8, D-18: the configuration check names teams without a leader, and that there is no status page"""
        self.team_hub.user_id = False
        self.provider.dialog360_status_url = False
        self.env["support.finding"].with_user(self.manager).action_check(self.provider.id)
        found = self.env["support.finding"].search([("provider_id", "=", self.provider.id)])
        said = " ".join(found.mapped("message"))
        self.assertIn("Hub and accounts” has no leader", said)
        self.assertIn("no status page", said)
