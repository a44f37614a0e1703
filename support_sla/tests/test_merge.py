from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import utc
from .test_gateway import TestGateway


@tagged("post_install", "-at_install")
class TestMerge(HttpCase, TestGateway):
    """Several tickets about one thing become one (E-3.7)."""

    def merge(self, tickets, moment: str, survivor=None, user=None, **vals):
        """By the list's action and the wizard it opens."""
        action = self.at(tickets.with_user(user or self.agent), moment).action_support_merge()
        Wizard = self.at(self.env[action["res_model"]].with_user(user or self.agent), moment)
        wizard = Wizard.with_context(**action["context"]).create(vals)
        if survivor:
            wizard.survivor_id = survivor
        self.assertFalse(wizard.problem)
        self.assertTrue(wizard.effect)
        return self.env["helpdesk.ticket"].browse(wizard.action_merge()["res_id"])

    def pair(self, **vals):
        """Raised at nine and at half past nine."""
        first = self.raise_ticket("2026-03-02 09:00", name="Cannot book", **vals)
        return first, self.raise_ticket("2026-03-02 09:20", name="Booking fails", **vals)

    def test_the_first_one_remains(self):
        """E-3.7: of tickets from the list the one raised first is proposed; the others end as merged, outside
        achievement, closed and linked; its promises count as before"""
        first, second = self.pair()
        due = self.clock(first, "resolution").deadline
        self.assertEqual(self.merge(first | second, "2026-03-02 09:25"), first)
        self.assertEqual(second.support_merged_into_id, first)
        self.assertEqual((second.stage_id, second.support_sla_state), (self.stages["closed"], "done"))
        self.assertEqual(set(second.support_clock_ids.mapped("ending")), {"merged"})
        self.assertEqual(set(second.support_clock_ids.mapped("outcome")), {"merged"})
        self.assertEqual(self.clock(first, "resolution").deadline, due)
        self.assertEqual(
            (first.support_merged_count, first.action_support_open_merged()["domain"][0][2]), (1, first.id)
        )
        self.assertIn(first.number, str(second.message_ids.mapped("body")))
        self.assertIn(second.number, str(first.message_ids.mapped("body")))
        # nothing that happens there afterwards makes it kept or late
        self.sweep("2026-03-05 09:00")
        self.assertEqual(set(second.support_clock_ids.mapped("outcome")), {"merged"})

    def test_earliest_start(self):
        """E-3.7, E-4: whichever remains counts from the earliest raising, and says why"""
        first, second = self.pair()
        self.merge(first | second, "2026-03-02 09:25", survivor=second)
        clock = self.clock(second, "resolution")
        # four hours from nine, the break between twelve and one does not count
        self.assertEqual((clock.start, clock.deadline), (utc("2026-03-02 09:00"), utc("2026-03-02 14:00")))
        self.assertEqual(second.support_raised, utc("2026-03-02 09:00"))
        panel = self.at(second.with_user(self.agent), "2026-03-02 09:26").support_panel
        explained = next(row for row in panel["clocks"] if row["metric"] == "resolution")["explain"]
        self.assertTrue(any(f"because it took in {first.number}" in sentence for sentence in explained), explained)

    def test_answered_there_is_answered(self):
        """E-3.7, E-1.2: what was answered on one counts on the other; the customer's open question is owed there"""
        first, second = self.pair()
        self.say(first, "2026-03-02 09:10")
        self.hear(first, "2026-03-02 09:22")
        self.merge(first | second, "2026-03-02 09:25", survivor=second)
        response = self.clock(second, "first_response")
        self.assertEqual((response.stopped, response.outcome), (utc("2026-03-02 09:10"), "kept"))
        self.assertEqual(self.clock(second, "next_reply").deadline, utc("2026-03-02 10:22"))

    def test_late_only_by_the_merge(self):
        """E-3.7, E-3.3: what only the earlier start makes late is marked, at the merge; what was late stays so"""
        first, second = self.raise_ticket("2026-03-02 08:00"), self.raise_ticket("2026-03-02 11:00")
        self.merge(first | second, "2026-03-02 11:20", survivor=second)
        clock = self.clock(second, "first_response")
        # the first one was late itself since half past eight
        self.assertEqual((clock.breached, clock.regrade_breach), (utc("2026-03-02 08:30"), False))
        clock = self.clock(second, "resolution")
        self.assertEqual((clock.breached, clock.regrade_breach), (False, False))
        third = self.raise_ticket("2026-03-02 08:00", support_priority_id=self.normal.id)
        fourth = self.raise_ticket("2026-03-02 11:55")
        self.merge(third | fourth, "2026-03-02 12:00", survivor=fourth)
        # 30 minutes are promised, four hours were promised before
        clock = self.clock(fourth, "first_response")
        self.assertEqual((clock.breached, clock.regrade_breach), (utc("2026-03-02 12:00"), True))
        self.sweep("2026-03-02 12:01")
        notices = self.env["support.notification"].search([("ticket_id", "=", fourth.id)])
        self.assertIn("regrade_breach", notices.mapped("code"))

    def test_refused(self):
        """E-3.7: never across providers, companies or customers, never twice, and never into what is closed"""
        first, second = self.pair()
        stranger = self.env["res.partner"].create({"name": "Other Travel", "email": "other@other.example"})
        foreign = self.raise_ticket("2026-03-02 09:00", partner_id=stranger.id)
        company = self.env["res.company"].create({"name": "Acme Abroad"})
        abroad = self.raise_ticket("2026-03-02 09:00")
        abroad.company_id = company
        other_provider = self.provider.copy({"code": "other_test", "name": "Other Care", "default_priority_id": False})
        other_team = self.team.copy({"name": "Other Desk", "support_provider_id": other_provider.id})
        elsewhere = self.raise_ticket("2026-03-02 09:00", team_id=other_team.id, support_priority_id=False)
        for other, words in (
            (foreign, "another customer"),
            (abroad, "different companies"),
            (elsewhere, "each provider"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                (first | other)._support_merge_into(first)
            self.assertFalse(other.support_merged_into_id)
        self.merge(first | second, "2026-03-02 09:25")
        third = self.raise_ticket("2026-03-02 09:30")
        with self.assertRaisesRegex(UserError, "already"):
            (third | second)._support_merge_into(third)
        with self.assertRaisesRegex(UserError, "already"):
            (third | second)._support_merge_into(second)
        self.move(first, "2026-03-02 10:00", "closed")
        with self.assertRaisesRegex(UserError, "reopen it first"):
            (third | first)._support_merge_into(first)
        with self.assertRaisesRegex(UserError, "at least two"):
            third._support_merge_into(third)

    def test_problem_is_shown(self):
        """E-3.7, S-7: the wizard says what is in the way, and offers no other customer's ticket"""
        first, _second = self.pair()
        stranger = self.env["res.partner"].create({"name": "Other Travel", "email": "other@other.example"})
        foreign = self.raise_ticket("2026-03-02 09:00", partner_id=stranger.id)
        action = (first | foreign).with_user(self.agent).action_support_merge()
        Wizard = self.env[action["res_model"]].with_user(self.agent)
        wizard = Wizard.with_context(**action["context"]).create({})
        self.assertIn("another customer", wizard.problem)
        self.assertFalse(wizard.effect)
        # from the form of one ticket
        action = first.with_user(self.agent).action_open_duplicate_wizard()
        wizard = Wizard.with_context(**action["context"]).create({})
        self.assertFalse(wizard.survivor_id)
        self.assertNotIn(foreign, wizard.candidate_ids)
        self.assertIn(_second, wizard.candidate_ids)

    def test_people_come_along(self):
        """E-3.7, G-4: staff and people of the same customer follow the survivor, nobody of another company"""
        first, second = self.pair()
        colleague = self.env["res.partner"].create(
            {"name": "Ticket Desk", "email": "tickets@northwind.example", "parent_id": self.company_a.id}
        )
        outsider = self.env["res.partner"].create({"name": "Consultant", "email": "consultant@outside.example"})
        second.message_subscribe((colleague | outsider | self.boss.partner_id).ids)
        self.merge(first | second, "2026-03-02 09:25")
        self.assertLessEqual(colleague | self.boss.partner_id, first.message_partner_ids)
        self.assertNotIn(outsider, first.message_partner_ids)

    def test_told_once(self):
        """E-3.7: who raised the merged ticket is told where it goes on, and gets no mail of the closing stage"""
        first, second = self.pair()
        template = self.env["mail.template"].create(
            {
                "name": "Closed",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "Your ticket is closed",
                "body_html": "<p>closed</p>",
                "partner_to": "{{ object.partner_id.id }}",
            }
        )
        self.stages["closed"].mail_template_id = template
        self.merge(first | second, "2026-03-02 09:25")
        self.env.flush_all()
        told = second.message_ids.filtered(lambda message: self.customer in message.notified_partner_ids)
        self.assertEqual(len(told), 1)
        self.assertIn(first.number, told.body)
        self.assertNotIn("message_out", second.support_event_ids.mapped("kind"))

    def test_mail_to_a_merged_ticket(self):
        """E-3.7: the customer's answer to the merged ticket arrives on the survivor, with its files, and is owed an
        answer there; an agent's mail from there counts there"""
        first = self.mail("2026-03-02 09:00")
        second = self.mail("2026-03-02 09:20", subject="Still broken")
        self.at(first | second, "2026-03-02 09:20").support_priority_id = self.urgent
        question = second.message_ids.filtered(lambda message: message.message_type == "email")
        self.say(first, "2026-03-02 09:21")
        self.merge(first | second, "2026-03-02 09:25")
        self.mail("2026-03-02 10:00", body="Are you there?", reply_to=question.message_id, subject="Re: Still broken")
        arrived = first.message_ids.filtered(lambda message: "Are you there?" in (message.body or ""))
        self.assertEqual((len(arrived), arrived.author_id), (1, self.customer))
        self.assertEqual(self.clock(first, "next_reply").state, "running")
        self.assertFalse(second.support_follow_up_ids, "no follow-up is made of what goes on elsewhere")
        self.mail("2026-03-02 10:30", sender=self.agent.email, reply_to=question.message_id, subject="Re: Still broken")
        self.assertEqual(self.clock(first, "next_reply").stopped, utc("2026-03-02 10:30"))

    def test_merged_twice_over(self):
        """E-3.7: what was merged into something that is merged in turn belongs to the last of them"""
        first, second = self.pair()
        third = self.raise_ticket("2026-03-02 09:24")
        self.merge(first | second, "2026-03-02 09:25", survivor=second)
        self.merge(second | third, "2026-03-02 09:26", survivor=third)
        self.assertEqual(first._support_get_survivor(), third)
        self.assertEqual(self.clock(third, "resolution").start, utc("2026-03-02 09:00"))
        self.hear(first, "2026-03-02 09:28", body="Still waiting")
        self.assertIn("Still waiting", str(third.message_ids.mapped("body")))

    def test_about_something_else_after_all(self):
        """E-3.7: nothing is undone; the merged ticket goes on as a new one that is linked to it"""
        first, second = self.pair()
        with self.assertRaisesRegex(UserError, "was not merged"):
            second.with_user(self.agent).action_support_continue()
        self.merge(first | second, "2026-03-02 09:25")
        action = self.at(second.with_user(self.agent), "2026-03-02 09:40").action_support_continue()
        new = self.env["helpdesk.ticket"].browse(action["res_id"])
        self.assertEqual((new.support_origin_id, new.partner_id, new.name), (second, self.customer, second.name))
        self.assertEqual(self.clock(new, "first_response").start, utc("2026-03-02 09:40"))

    def test_portal_says_where(self):
        """E-3.7, E-9: the customer's page of the merged ticket says where it goes on, and leads there"""
        first, second = self.pair()
        self.merge(first | second, "2026-03-02 09:25")
        user = (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": "Portal",
                    "login": "portal-merge-test",
                    "password": "portal-merge-test",
                    "partner_id": self.customer.id,
                    "group_ids": [(6, 0, [self.env.ref("base.group_portal").id])],
                }
            )
        )
        self.authenticate(user.login, "portal-merge-test")
        page = self.url_open(f"/my/ticket/{second.id}")
        self.assertEqual(page.status_code, 200)
        self.assertIn(f"This ticket goes on in {first.number}", page.text)
        self.assertIn(f"/my/ticket/{first.id}", page.text)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_not_forged(self):
        """E-3.7, S-1, E-3.9: nobody writes where a ticket went, and who may not write a ticket cannot merge it away"""
        first, second = self.pair()
        with self.assertRaisesRegex(UserError, "follows from"):
            second.with_user(self.manager).support_merged_into_id = first
        second.user_id = self.boss
        stranger = self._make_user("stranger", "helpdesk_mgmt.group_helpdesk_user_own")
        with self.assertRaises(AccessError):
            (first | second).with_user(stranger).action_support_merge()
        stranger.password = "pass-support-test"
        self.authenticate(stranger.login, "pass-support-test")
        values = {"ticket_ids": [(6, 0, (first | second).ids)], "survivor_id": first.id}
        for model, method, args in (
            ("helpdesk.ticket", "_support_merge_into", [second.ids, first.id]),
            ("helpdesk.ticket", "action_support_continue", [second.ids]),
        ):
            with self.subTest(method=method), self.assertRaises(JsonRpcException):
                self.make_jsonrpc_request(
                    f"/web/dataset/call_kw/{model}/{method}",
                    {"model": model, "method": method, "args": args, "kwargs": {}},
                )
        with self.assertRaises(AccessError):
            self.env["support.merge.wizard"].with_user(stranger).create(values).action_merge()
        self.env.invalidate_all()
        self.assertFalse(second.support_merged_into_id)
