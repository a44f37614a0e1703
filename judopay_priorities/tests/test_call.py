from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form

from .common import JudopayCase

PORTAL_NOW = "2026-02-10 10:05"


class TestCall(JudopayCase):
    """The call that goes with a PS1 (J-8), and how merchants reach Judopay (J-1)."""

    def log_call(self, ticket, moment, direction="in", user=None):
        """The wizard behind the button; ``moment`` is when the call took place."""
        ticket = ticket.with_user(user or self.agent)
        action = ticket.action_judopay_log_call()
        wizard = (
            self.at(ticket.env[action["res_model"]], moment)
            .with_context(**action["context"])
            .create({"moment": moment, "note": "All tills are down."})
        )
        self.assertEqual(wizard.direction, "in", "the button is for the merchant's call")
        wizard.direction = direction
        wizard.action_log()

    def flagged(self, ticket):
        """Whether agents find the ticket with the filter."""
        view = self.env["helpdesk.ticket"].get_view(view_type="search")
        self.assertIn("judopay_no_call", view["arch"])
        return ticket in self.env["helpdesk.ticket"].with_user(self.agent).search(
            [("judopay_call_state", "=", "missing"), ("closed", "=", False)]
        )

    def call(self, ticket):
        return (
            ticket.judopay_call_state,
            ticket.judopay_call_at and ticket.judopay_call_at.strftime("%H:%M"),
            ticket.judopay_call_user_id,
        )

    def test_proposed_by_the_merchant(self):
        """J-8: a PS1 from the portal lacks its call until an agent has logged one"""
        ticket = self.propose("2026-02-10 10:00", "PS1")
        self.assertEqual(ticket.judopay_call_state, "missing")
        self.assertTrue(self.flagged(ticket))
        clock = self.clock(ticket, "first_response")
        self.assertEqual(clock.state, "running", "nothing waits for the call")
        self.log_call(ticket, "2026-02-10 10:02")
        self.assertEqual(self.call(ticket), ("came", "10:02", self.agent))
        self.assertFalse(self.flagged(ticket))

    def test_called_before_writing(self):
        """J-8: a call that came before the ticket counts; its life begins with the ticket"""
        ticket = self.propose("2026-02-10 10:00", "PS1")
        self.log_call(ticket, "2026-02-10 09:55")
        self.assertEqual(self.call(ticket), ("came", "10:00", self.agent))

    def test_reached_by_us(self):
        """J-8: our own call ends the flag, told apart; the merchant's call afterwards is what counts"""
        ticket = self.propose("2026-02-10 10:00", "PS1")
        self.log_call(ticket, "2026-02-10 10:03", "out", user=self.roles["it"])
        self.assertEqual(self.call(ticket), ("reached", "10:03", self.roles["it"]))
        self.assertFalse(self.flagged(ticket))
        self.log_call(ticket, "2026-02-10 10:20")
        self.log_call(ticket, "2026-02-10 10:40")
        self.assertEqual(self.call(ticket), ("came", "10:20", self.agent))

    def test_raised_on_the_phone(self):
        """J-8: a PS1 that an agent raises for a merchant on the phone has its call, one raised from elsewhere not"""
        phone = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")
        ticket = self.raise_ticket("2026-02-10 10:00", "PS1", channel_id=phone.id)
        self.assertEqual(self.call(ticket), ("came", "10:00", self.agent))
        self.assertEqual(self.raise_ticket("2026-02-10 10:00", "PS1").judopay_call_state, "missing")
        by_merchant = self.propose("2026-02-10 10:00", "PS1", channel_id=phone.id)
        self.assertEqual(by_merchant.judopay_call_state, "missing", "what a merchant says is no record of ours")

    def test_level_comes_and_goes(self):
        """J-8: only PS1 asks for the call, however the ticket comes to it; what was logged before counts"""
        ticket = self.propose("2026-02-10 10:00", "PS3")
        self.assertFalse(ticket.judopay_call_state)
        self.confirm(ticket, "2026-02-10 10:10", "PS1")
        self.assertEqual(ticket.judopay_call_state, "missing")
        self.confirm(ticket, "2026-02-10 10:20", "PS2")
        self.assertEqual(self.call(ticket), (False, False, self.env["res.users"]))
        self.log_call(ticket, "2026-02-10 10:25")
        self.assertFalse(ticket.judopay_call_state, "a call is a call, but nobody asked for it")
        self.at(ticket.with_user(self.agent), "2026-02-10 10:30").support_priority_id = self.priorities["PS1"]
        self.assertEqual(self.call(ticket), ("came", "10:25", self.agent))

    def test_mail_is_no_call(self):
        """J-8: a ticket from a mail that is confirmed as PS1 lacks its call; answering by mail does not bring it"""
        ticket = self.mail_in("Nothing works.")
        self.confirm(ticket, "2026-02-10 10:10", "PS1")
        self.say(ticket, "2026-02-10 10:12")
        self.assertEqual(ticket.judopay_call_state, "missing")

    def test_closed_tickets_keep_it(self):
        """J-8: a ticket that was closed without a call stays so, and is no longer flagged"""
        ticket = self.propose("2026-02-10 10:00", "PS1")
        self.at(ticket.with_user(self.merchant_user).sudo(), "2026-02-10 10:30").stage_id = self.stages["closed"]
        self.assertEqual(ticket.judopay_call_state, "missing")
        self.assertFalse(self.flagged(ticket))
        self.assertFalse(ticket._judopay_get_call_line())

    def test_setting(self):
        """J-8: which level asks for which line is a setting; open tickets follow it"""
        ticket = self.propose("2026-02-10 10:00", "PS2")
        line = self.env.ref("judopay_priorities.contact_line")
        self.priorities["PS2"].with_user(self.manager).judopay_call_point_id = line
        self.assertEqual(ticket.judopay_call_state, "missing")
        self.priorities["PS2"].with_user(self.manager).judopay_call_point_id = False
        self.assertFalse(ticket.judopay_call_state)

    def test_line_in_use(self):
        """J-8: the line that merchants are asked to call can be neither archived nor deleted unnoticed"""
        line = self.env.ref("judopay_priorities.contact_line").with_user(self.manager)
        with self.assertRaisesRegex(ValidationError, "PS1 Critical"):
            line.active = False
        with self.assertRaisesRegex(UserError, "PS1 Critical"):
            line.unlink()
        line.value = "+44 20 7946 0000"
        ticket = self.propose("2026-02-10 10:00", "PS1")
        self.assertEqual(ticket._judopay_get_call_line()["url"], "tel:+442079460000", "J-1: an editable record")

    def test_button_needs_access(self):
        """S-1: whoever cannot write the ticket cannot log a call on it"""
        ticket = self.propose("2026-02-10 10:00", "PS1")
        with self.assertRaises(UserError):
            ticket.with_user(self.merchant_user).action_judopay_log_call()

    def test_asked_for_in_the_confirmation_of_receipt(self):
        """J-8: the confirmation of receipt asks for the call while it is missing, and only then"""

        def mail_of(ticket):
            with self.mock_mail_gateway():
                self.deliver()
            [mail] = [
                mail
                for mail in self._mails
                if ticket.number in mail["subject"] and any("till@alder.example" in to for to in mail["email_to"])
            ]
            return " ".join(mail["body"].split())

        body = mail_of(self.propose("2026-02-10 10:00", "PS1"))
        self.assertIn('href="tel:+442035030600"', body)
        self.assertIn("Please call us as well, now", body)
        self.assertIn("PS1 Critical", body)
        self.assertNotIn("Please call us as well", mail_of(self.propose("2026-02-10 10:00", "PS2")))
        phone = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")
        called = self.raise_ticket("2026-02-10 10:00", "PS1", channel_id=phone.id)
        self.assertNotIn("Please call us as well", mail_of(called))

    def test_shipped_contact_points(self):
        """J-1: support address, 24-hour line and success manager, each with what it is for"""
        points = self.at(self.provider, "2026-02-10 23:00")._support_get_contact_points(partner=self.merchant)
        found = {point["label"]: point for point in points}
        self.assertEqual(found["Support e-mail"]["url"], f"mailto:{self.address()}")
        self.assertEqual(found["24-hour line"]["url"], "tel:+442035030600")
        self.assertTrue(found["24-hour line"]["open"])
        self.assertEqual(found["Customer success manager"]["value"], self.success_manager.name)
        self.assertTrue(all(point["note"] for point in points))
        self.team.alias_name = "judopay-other"
        [mail] = [point for point in self.provider._support_get_contact_points() if point["kind"] == "email"]
        self.assertIn("judopay-other@", mail["url"], "always the address that works")

    def test_roles_are_used_or_explained(self):
        """J-1: every role says what it is there for, and is told of something or shown to merchants"""
        roles = self.env["support.role"].search([("provider_id", "=", self.provider.id)])
        self.assertEqual(
            set(roles.mapped("code")),
            {
                "operations_manager",
                "it_operations_manager",
                "service_representative",
                "on_call",
                "support_24h",
                "success_manager",
                "cto",
            },
        )
        self.assertTrue(all(roles.mapped("description")))
        told = self.env["support.escalation.step"].search([("chain_id.provider_id", "=", self.provider.id)]).role_id
        shown = self.provider.contact_point_ids.role_id
        critical = self.priorities["PS1"].judopay_told_role_id
        rest = roles - told - shown - critical - self.provider.report_role_id
        self.assertLessEqual(set(rest.mapped("code")), {"on_call"})

    def test_who_answers_for_reports(self):
        """J-19: the monthly report to merchants is the operations manager's to release"""
        self.assertEqual(self.provider.report_role_id.code, "operations_manager")

    # --- agents (J-3, J-5) --------------------------------------------------------------------------

    def test_agents_read_what_a_level_means(self):
        """J-5: where an agent chooses the level, definition and example of the chosen one are beside it"""
        form = Form(self.env["helpdesk.ticket"].with_user(self.agent), view="helpdesk_mgmt.ticket_view_form")
        form.name = "Nothing gets through"
        form.team_id = self.team
        for code in ("PS1", "PS4"):
            form.support_priority_id = self.priorities[code]
            self.assertIn(self.priorities[code].definition, form.support_priority_words)
            self.assertIn(self.priorities[code].example, form.support_priority_words)

    def test_agents_see_who_answers(self):
        """J-3: choosing a queue shows who can answer there"""
        form = Form(self.env["helpdesk.ticket"].with_user(self.agent), view="helpdesk_mgmt.ticket_view_form")
        form.team_id = self.team
        self.assertIn(self.agent.name, form.judopay_answerers)
        self.assertNotIn(self.other_agent.name, form.judopay_answerers)
        form.team_id = self.transactions
        self.assertEqual(form.judopay_answerers, self.other_agent.name)
        self.transactions.user_ids = False
        self.assertIn(
            "everybody", self.raise_ticket("2026-02-10 10:00", team_id=self.transactions.id).judopay_answerers
        )

    def test_junk_in_copies_is_named(self):
        """J-3: saving the form with junk in Cc or Bcc names field and junk, and writes nothing of what was typed"""
        ticket = self.raise_ticket("2026-02-10 10:00", email_cc="books@alder.example").with_user(self.agent)
        for name, label in (("email_cc", "Cc"), ("judopay_email_bcc", "Bcc")):
            with (
                self.subTest(name),
                self.assertRaisesRegex(ValidationError, f"^{label}: “auditor at elm”"),
                self.env.cr.savepoint(),
            ):
                ticket.web_save(
                    {name: "risk@elm.example, auditor at elm", "name": "Another title"}, specification={"name": {}}
                )
