from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..models.request_form import FILES, askable
from .common import SupportCase, utc

TEXT_FIELD = "email_cc"  # a plain field that every ticket has; providers bring their own


class FormCase(SupportCase):
    """Acme asks for addresses and files; "email_cc" stands for a field that a provider brings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.form_title = "Acme form"
        cls.question, cls.files = cls.env["support.form.field"].create(
            [
                {"provider_id": cls.provider.id, "question": TEXT_FIELD, "label": "Addresses", "sequence": 1},
                {"provider_id": cls.provider.id, "question": FILES, "label": "Logs", "sequence": 2},
            ]
        )

    def attach(self, ticket, name="log.txt"):
        return self.env["ir.attachment"].create(
            {"name": name, "raw": b"x", "res_model": "helpdesk.ticket", "res_id": ticket.id}
        )

    def wizard(self, ticket, user=None):
        ticket = ticket.with_user(user or self.agent)
        action = ticket.action_support_ask()
        return Form(ticket.env[action["res_model"]].with_context(**action["context"]))


@tagged("post_install", "-at_install")
class TestRequestForm(FormCase):
    def test_state_follows_the_answers(self):
        """J-9, B-8, D-13: a ticket says whether its form is complete and what is missing; agents fill it in"""
        ticket = self.raise_ticket("2026-03-02 09:00").with_user(self.agent)
        self.assertEqual(ticket.support_form_state, "incomplete")
        self.assertEqual(ticket.support_form_missing, "Addresses, Logs")
        self.assertEqual(ticket.support_form_progress, "0 of 2")
        ticket[TEXT_FIELD] = "  "
        self.assertEqual(ticket.support_form_missing, "Addresses, Logs")
        ticket[TEXT_FIELD] = "a@b.example"
        self.assertEqual(ticket.support_form_missing, "Logs")
        attachment = self.attach(ticket)
        self.assertEqual(ticket.support_form_state, "complete")
        self.assertTrue(ticket.support_form_completed)
        done = self.env["helpdesk.ticket"].search([("support_form_state", "=", "complete")])
        self.assertIn(ticket, done)
        attachment.unlink()
        self.assertEqual(ticket.support_form_state, "incomplete")
        self.assertFalse(ticket.support_form_completed)

    def test_form_is_edited(self):
        """J-9: open tickets follow when a provider asks for more or less; closed ones stay as they were"""
        ticket = self.raise_ticket("2026-03-02 09:00", **{TEXT_FIELD: "a@b.example"})
        shut = self.raise_ticket("2026-03-02 09:00", **{TEXT_FIELD: "a@b.example"})
        self.move(shut, "2026-03-02 10:00", "closed")
        self.env.flush_all()
        self.files.need = "optional"
        self.assertEqual((ticket.support_form_state, shut.support_form_state), ("complete", "incomplete"))
        self.question.active = False
        self.assertFalse(ticket.support_form_state)
        self.files.need = "complete"
        self.assertEqual(ticket.support_form_missing, "Logs")
        self.provider.form_priority_ids = self.normal
        self.assertFalse(ticket.support_form_state)
        self.at(ticket, "2026-03-02 10:00").support_priority_id = self.normal
        self.assertEqual(ticket.support_form_state, "incomplete")

    def test_words_in_the_readers_language(self):
        """J-9: questions are read in the reader's language"""
        self.env["res.lang"]._activate_lang("es_ES")
        self.question.with_context(lang="es_ES").label = "Direcciones"
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.assertIn("Addresses", ticket.support_form_missing)
        self.assertIn("Direcciones", ticket.with_context(lang="es_ES").support_form_missing)

    def test_what_can_be_asked(self):
        """J-9: only what people write on a ticket can be asked for, nothing that follows from facts or is internal"""
        names = askable(self.env["helpdesk.ticket"]._fields)
        self.assertIn(TEXT_FIELD, names)
        for name in ("support_sla_state", "support_form_state", "access_token", "name", "active", "write_date"):
            self.assertNotIn(name, names)
        with self.assertRaises(ValidationError):
            self.env["support.form.field"].create({"provider_id": self.provider.id, "question": "support_raised"})

    def test_nobody_writes_the_state(self):
        """E-3.9, J-9: whether the form is complete, asked for or a first contact follows; it cannot be entered"""
        ticket = self.raise_ticket("2026-03-02 09:00").with_user(self.manager)
        for name, value in (
            ("support_form_state", "complete"),
            ("support_form_requested", "2026-03-02 09:00:00"),
            ("support_form_completed", "2026-03-02 09:00:00"),
            ("support_first_contact", True),
        ):
            with self.subTest(name), self.assertRaisesRegex(UserError, "follows from"):
                ticket.write({name: value})

    def test_queries(self):
        """E-10, J-9: a provider's form costs no query when tickets are raised or move, nor in lists"""

        def count(function):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            function()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        def costs():
            first, second = self.raise_ticket("2026-03-02 09:00"), self.raise_ticket("2026-03-02 09:00")
            self.move(first, "2026-03-02 10:00", "open")
            return (
                count(lambda: self.raise_ticket("2026-03-02 09:00")),
                count(lambda: self.move(second, "2026-03-02 10:00", "open")),
            )

        asked = costs()
        (self.question | self.files).unlink()
        self.assertEqual(asked, costs())

    # --- asking ----------------------------------------------------------------------------------

    def test_desk_asks(self):
        """J-15, B-8: the desk asks in the customer's language with the way to the form; that is no first response,
        and asking again while it is pending does nothing"""
        ticket = self.raise_ticket("2026-03-02 09:00", **{TEXT_FIELD: "a@b.example"})
        self.assertTrue(self.at(ticket, "2026-03-02 09:01")._support_request_form("You called us at night."))
        self.assertFalse(self.at(ticket, "2026-03-02 09:02")._support_request_form("Again."))
        self.assertEqual(ticket.support_form_requested, utc("2026-03-02 09:01"))
        pending = [("support_form_state", "=", "incomplete"), ("support_form_requested", "!=", False)]
        self.assertIn(ticket, self.env["helpdesk.ticket"].search(pending))
        [intent] = self.env["support.notification"].search([("ticket_id", "=", ticket.id), ("kind", "=", "form")])
        intent._deliver()
        message = intent.message_id
        self.assertIn("You called us at night.", message.body)
        self.assertIn("Logs", message.body)
        self.assertNotIn("Addresses", message.body)
        self.assertIn(f"/my/ticket/{ticket.id}/form", message.body)
        self.assertNotIn("access_token", message.body)
        [mail] = intent._get_mails()
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn(f"/my/ticket/{ticket.id}/form?access_token={ticket.sudo().access_token}", mail.body_html)
        self.assertEqual(self.clock(ticket, "first_response").state, "running")
        self.attach(ticket)
        self.assertFalse(self.env["helpdesk.ticket"].search([*pending, ("id", "=", ticket.id)]))

    def test_completed_before_the_mail_went_out(self):
        """J-15: a form that was completed meanwhile is not asked for any more"""
        ticket = self.raise_ticket("2026-03-02 09:00", **{TEXT_FIELD: "a@b.example"})
        ticket._support_request_form()
        self.attach(ticket)
        [intent] = self.env["support.notification"].search([("ticket_id", "=", ticket.id), ("kind", "=", "form")])
        intent._deliver()
        self.assertEqual((intent.state, len(intent.message_id)), ("sent", 0))

    def test_nothing_to_ask(self):
        """J-15: nothing is asked of a complete or closed ticket, or where the provider asks nothing"""
        complete = self.raise_ticket("2026-03-02 09:00", **{TEXT_FIELD: "a@b.example"})
        self.attach(complete)
        closed = self.raise_ticket("2026-03-02 09:00")
        self.move(closed, "2026-03-02 10:00", "closed")
        plain = self.env["helpdesk.ticket"].create({"name": "x", "description": "<p>x</p>"})
        for ticket in (complete, closed, plain):
            self.assertFalse(ticket._support_request_form())
            self.assertFalse(ticket.support_form_requested)

    def test_agent_asks(self):
        """J-11, B-8, D-13: an agent asks for what is missing in one message, which is an answer; the ticket waits for
        the customer and goes on when the answer comes by mail"""
        self.provider.answered_stage_id = self.stages["open"]
        ticket = self.raise_ticket("2026-03-02 09:00")
        before = ticket.message_ids
        form = self.wizard(ticket)
        self.assertEqual(form.question_ids[:], self.question | self.files)
        self.assertEqual(form.stage_id, self.stages["waiting_customer"])
        form.note = "One <b>more</b> thing."
        wizard = form.save()
        self.at(wizard, "2026-03-02 09:10").action_ask()
        [message] = (ticket.message_ids - before).filtered(lambda row: row.message_type == "comment")
        self.assertEqual(message.author_id, self.agent.partner_id)
        self.assertIn(self.customer, message.notified_partner_ids)
        self.assertIn("One &lt;b&gt;more&lt;/b&gt; thing.", message.body)
        for text in ("Addresses", "Logs", f"/my/ticket/{ticket.id}/form"):
            self.assertIn(text, message.body)
        self.assertEqual(self.clock(ticket, "first_response").state, "done")
        self.assertEqual(ticket.support_phase, "waiting_customer")
        self.assertEqual(ticket.support_form_requested, utc("2026-03-02 09:10"))
        self.assertFalse(
            self.env["support.notification"].search([("ticket_id", "=", ticket.id), ("kind", "=", "form")])
        )
        self.hear(ticket, "2026-03-02 09:30", "Here they are.")
        self.assertEqual(ticket.support_phase, "open")

    def test_agent_asks_nothing(self):
        """J-11: nothing is sent when nothing was chosen or typed, and the wizard says so"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        before = ticket.message_ids
        form = self.wizard(ticket)
        form.question_ids.clear()
        form.note = "   "
        with self.assertRaisesRegex(UserError, "nothing to send"):
            form.save().action_ask()
        self.assertEqual(ticket.message_ids, before)
        self.assertEqual(ticket.support_phase, "new")

    def test_agent_asks_in_words_only(self):
        """J-11: a question in the agent's own words needs no form, and does not ask for it"""
        (self.question | self.files).unlink()
        ticket = self.raise_ticket("2026-03-02 09:00")
        form = self.wizard(ticket)
        form.note = "Which browser?"
        form.save().action_ask()
        self.assertEqual(ticket.support_phase, "waiting_customer")
        self.assertFalse(ticket.support_form_requested)

    def test_strangers_ask_nothing(self):
        """S-1: agents of other queues and customers cannot open or press the wizards"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        portal = self._make_user("portal", "base.group_portal")
        outsider = self._make_user("outsider", "helpdesk_mgmt.group_helpdesk_user_own")
        for user in (portal, outsider):
            for name in ("action_support_ask", "action_support_solved"):
                with self.subTest(user=user.login, name=name), self.assertRaises(AccessError):
                    getattr(ticket.with_user(user), name)()
            for model in ("support.ask.wizard", "support.solved.wizard"):
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    wizard = (
                        self.env[model]
                        .with_user(user)
                        .create({"ticket_id": ticket.id, **({"solution": "x"} if "solved" in model else {"note": "x"})})
                    )
                    getattr(wizard, "action_ask" if "ask" in model else "action_solved")()


@tagged("post_install", "-at_install")
class TestFirstContact(SupportCase):
    def solve(self, ticket, moment="2026-03-02 09:20", **values):
        ticket = self.at(ticket.with_user(self.agent), moment)
        action = ticket.action_support_solved()
        form = Form(ticket.env[action["res_model"]].with_context(**action["context"]))
        form.solution = values.get("solution", "Restarted it together.")
        form.direction = values.get("direction", "in")
        wizard = form.save()
        wizard.action_solved()
        return wizard

    def test_solved_on_the_phone(self):
        """J-11: solved on the phone: the call answers, the ticket is resolved, and it is a first-contact resolution"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.solve(ticket)
        self.assertTrue(ticket.support_first_contact)
        self.assertEqual(ticket.stage_id, self.stages["resolved"])
        self.assertEqual(self.clock(ticket, "first_response").state, "done")
        self.assertEqual(self.clock(ticket, "resolution").state, "done")
        [call] = ticket.support_event_ids.filtered(lambda event: event.kind == "call")
        self.assertEqual(call.data["direction"], "in")
        self.assertIn(ticket, self.env["helpdesk.ticket"].search([("support_first_contact", "=", True)]))

    def test_calls_and_automatic_messages_do_not_count(self):
        """J-11: earlier calls and automatic messages leave it the first contact; a message or waiting does not"""
        called = self.raise_ticket("2026-03-02 09:00")
        self.env["support.call.wizard"].create(
            {"ticket_id": called.id, "note": "We called.", "moment": "2026-03-02 09:05:00"}
        ).action_log()
        called.message_post(body="Received", message_type="auto_comment", subtype_xmlid="mail.mt_comment")
        self.solve(called)
        self.assertTrue(called.support_first_contact)
        written = self.raise_ticket("2026-03-02 09:00")
        self.say(written, "2026-03-02 09:05")
        self.solve(written)
        self.assertEqual((written.support_phase, written.support_first_contact), ("resolved", False))
        waited = self.raise_ticket("2026-03-02 09:00")
        self.move(waited, "2026-03-02 09:05", "waiting_customer")
        self.move(waited, "2026-03-02 09:10", "open")
        self.solve(waited)
        self.assertFalse(waited.support_first_contact)

    def test_reopened(self):
        """J-11: a ticket that is reopened was not solved at the first contact, nor is it the second time"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.solve(ticket)
        self.move(ticket, "2026-03-02 10:00", "open")
        self.assertFalse(ticket.support_first_contact)
        self.solve(ticket, "2026-03-02 10:20")
        self.assertFalse(ticket.support_first_contact)

    def test_refusals(self):
        """J-11: twice, without a solution, or without a stage to close in: a clear message"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        with self.assertRaisesRegex(UserError, "Say what solved it"):
            self.solve(ticket, solution="   ")
        self.solve(ticket)
        with self.assertRaisesRegex(UserError, "resolved or closed already"):
            self.solve(ticket)
        other = self.raise_ticket("2026-03-02 09:00")
        (self.stages["resolved"] | self.stages["closed"]).support_phase = "open"
        with self.assertRaisesRegex(UserError, "has no stage that means resolved"):
            self.solve(other)
