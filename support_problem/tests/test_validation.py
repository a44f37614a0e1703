from odoo.addons.support_sla.tests.common import SupportCase
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common import PagesMixin


class TestValidation(PagesMixin, SupportCase):
    """E-7.3: what was done is put to the customer, who accepts or rejects it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.answered_stage_id = cls.stages["open"]

    def setUp(self):
        super().setUp()
        self.ticket = self.raise_ticket("2026-03-02 09:00")

    def ask(self, moment, kind="solution", note="We restarted the gateway.", page=None):
        self.at(self.ticket.with_user(self.agent), moment)._support_ask_validation(kind, note, page)

    def answer(self, moment, accepted, comment=""):
        self.at(self.ticket, moment)._support_validate(accepted, comment, facts.CUSTOMER)

    def kinds(self):
        events = self.ticket.support_event_ids.sorted(lambda event: (event.moment, event.id))
        return [event.kind for event in events]

    def test_accepted(self):
        """E-7.3: asked, the ticket waits resolved; accepting is a fact and closes it"""
        self.ask("2026-03-02 10:00")
        self.assertEqual(self.ticket.stage_id, self.stages["resolved"])
        self.assertEqual(self.ticket.support_validation, "asked")
        self.assertEqual(str(self.ticket.support_validation_asked), "2026-03-02 10:00:00")
        self.assertEqual(str(self.clock(self.ticket, "first_response").stopped), "2026-03-02 10:00:00")
        self.answer("2026-03-02 15:00", True, "Fine now.")
        self.assertEqual(self.ticket.stage_id, self.stages["closed"])
        self.assertEqual(self.ticket.support_validation, "accepted")
        self.assertEqual(self.ticket.support_validation_comment, "Fine now.")
        self.assertIn("accepted", self.kinds())
        self.assertFalse(self.ticket.support_follow_up_ids, "what was said with it is no answer after closing")
        self.assertIn("Fine now.", self.ticket.message_ids.filtered("author_id")[0].body)

    def test_rejected(self):
        """E-7.3: rejecting needs a comment, which is the customer's message and opens the ticket again"""
        self.ask("2026-03-02 10:00")
        with self.assertRaisesRegex(UserError, "what does not work"):
            self.answer("2026-03-02 11:00", False, "  ")
        self.assertEqual(self.ticket.support_validation, "asked")
        self.answer("2026-03-02 11:00", False, "Still dead.")
        self.assertEqual(self.ticket.stage_id, self.stages["open"])
        self.assertEqual(self.ticket.support_validation, "rejected")
        self.assertEqual(self.kinds()[-3:].count("rejected"), 1)
        message = self.ticket.message_ids.filtered(lambda message: "Still dead." in (message.body or ""))
        self.assertEqual(message.author_id, self.customer)
        reply = self.clock(self.ticket, "next_reply")
        self.assertEqual((reply.state, str(reply.start)), ("running", "2026-03-02 11:00:00"))
        with self.assertRaisesRegex(UserError, "rejected already"):
            self.answer("2026-03-02 11:01", True)
        self.ask("2026-03-02 14:00")
        self.answer("2026-03-02 15:00", True)
        self.assertEqual(self.ticket.support_phase, "closed")

    def test_workaround_rejected(self):
        """E-7.3, E-1.6: a workaround put to the customer contains the ticket; rejected, it has failed"""
        self.policy.target_ids = [(0, 0, {"metric": "containment", "amount": 8, "unit": "hours"})]
        self.ticket = self.raise_ticket("2026-03-02 09:00")
        self.ask("2026-03-02 10:00", "workaround", "Use the old till.")
        self.assertEqual(self.ticket.support_workaround, "Use the old till.")
        self.assertEqual(self.clock(self.ticket, "containment").state, "done")
        self.answer("2026-03-02 11:00", False, "The old till is sold.")
        self.assertFalse(self.ticket.support_workaround_at)
        self.assertEqual(self.clock(self.ticket, "containment").state, "running")

    def test_rates_the_page(self):
        """E-7.2: the page that was applied is rated by what the customer answers"""
        page = self.make_page(support_use="solution")
        self.ask("2026-03-02 10:00", page=page)
        use = page.support_page_use_ids
        self.assertEqual((use.outcome, use.validation), ("sent", "asked"))
        self.answer("2026-03-02 11:00", False, "No.")
        self.assertEqual((use.outcome, use.validation), ("not_enough", "rejected"))
        self.ask("2026-03-02 12:00", page=page)
        self.answer("2026-03-02 13:00", True)
        self.assertEqual(page.support_page_use_ids.sorted("id").mapped("validation"), ["rejected", "accepted"])

    def test_silence_and_withdrawal(self):
        """E-7.3, S-5: a mail accepts nothing, it opens the ticket again; closing in silence is told from accepting"""
        self.ask("2026-03-02 10:00")
        self.hear(self.ticket, "2026-03-02 11:00", "Accepted, all fine!")
        self.assertEqual(self.ticket.support_phase, "open")
        self.assertFalse(self.ticket.support_validation)
        self.ask("2026-03-02 12:00")
        self.move(self.ticket, "2026-03-02 16:00", "closed")
        self.assertEqual(self.ticket.support_validation, "unanswered")
        self.assertNotIn("accepted", self.kinds())
        with self.assertRaisesRegex(UserError, "nothing to check"):
            self.answer("2026-03-02 16:30", True)
        self.move(self.ticket, "2026-03-03 10:00", "open")
        self.assertFalse(self.ticket.support_validation, "opened again it is not closed in silence any more")

    def test_mail(self):
        """E-7.3: one mail asks the customer, in the customer's language, and says that a workaround is temporary"""
        self.ask("2026-03-02 10:00", "workaround", "Use the old till.")
        intent = self.env["support.notification"].search([("ticket_id", "=", self.ticket.id)])
        self.assertEqual(intent.kind, "validation")
        intent._deliver()
        message = intent.message_id
        self.assertIn("not permanent", message.body)
        self.assertIn("Use the old till.", message.body)
        self.assertEqual(message.notified_partner_ids, self.customer)
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        self.assertIn("access_token=", mail.body_html)
        self.assertNotIn("access_token=", message.body)

    def test_refused(self):
        """E-7.3: nothing is asked of nobody, twice, or on what is closed; nothing derived is entered"""
        self.ask("2026-03-02 10:00")
        with self.assertRaisesRegex(UserError, "asked already"):
            self.ask("2026-03-02 10:01")
        with self.assertRaisesRegex(UserError, "cannot be entered"):
            self.ticket.with_user(self.manager).write({"support_validation": "accepted"})
        self.move(self.ticket, "2026-03-02 16:00", "closed")
        with self.assertRaisesRegex(UserError, "is closed"):
            self.ask("2026-03-02 17:00")
        self.ticket = self.raise_ticket("2026-03-02 09:00", partner_id=False)
        with self.assertRaisesRegex(UserError, "no customer"):
            self.ask("2026-03-02 10:00")

    # --- the window ---------------------------------------------------------------------------------

    def window(self, mode, user=None):
        model = self.env["support.validation.wizard"].with_user(user or self.agent)
        return Form(model.with_context(default_ticket_id=self.ticket.id, default_mode=mode))

    def test_window_asks(self):
        """E-7.3: the window asks with the words typed in; a page that is chosen says what kind it is"""
        page = self.make_page("Restart", support_use="workaround")
        form = self.window("ask")
        self.assertFalse(form.obstacle)
        form.page_id = page
        self.assertEqual(form.kind, "workaround")
        form.note = "Please try again."
        self.at(form.save(), "2026-03-02 10:00").action_ask()
        self.assertEqual((self.ticket.support_validation, self.ticket.support_validation_kind), ("asked", "workaround"))
        self.assertEqual(self.ticket.support_validation_note, "Please try again.")
        self.assertEqual(self.ticket.support_phase, facts.RESOLVED)
        self.assertIn("asked already", self.window("ask").obstacle)

    def test_window_records_the_answer(self):
        """E-7.3: what the customer said on the phone is recorded; without an answer nothing is"""
        self.ask("2026-03-02 10:00")
        empty = self.env["support.validation.wizard"].with_user(self.agent)
        with self.assertRaisesRegex(UserError, "what the customer answered"):
            empty.create({"ticket_id": self.ticket.id, "mode": "answer"}).action_answer()
        form = self.window("answer")
        form.answer = "rejected"
        form.comment = "Still refused."
        self.at(form.save(), "2026-03-02 11:00").action_answer()
        self.assertEqual(self.ticket.support_validation, "rejected")
        self.assertEqual(self.ticket.support_validation_comment, "Still refused.")

    def test_window_of_others(self):
        """S-1: the window says nothing of a ticket that its user may not read, and does nothing with it"""
        stranger = self._make_user("stranger", "helpdesk_mgmt.group_helpdesk_user_own")
        wizard = self.env["support.validation.wizard"].with_user(stranger).create({"ticket_id": self.ticket.id})
        self.assertFalse(wizard.provider_id)
        for action in (wizard.action_ask, wizard.action_answer):
            with self.assertRaises(AccessError):
                action()

    def test_no_stage_to_wait_in(self):
        """E-7.3: a queue without a stage for resolved tickets says so, in the window before anything is typed"""
        self.stages["resolved"].support_phase = facts.OPEN
        self.assertIn("no stage for resolved tickets", self.window("ask").obstacle)
        with self.assertRaisesRegex(UserError, "no stage for resolved tickets"):
            self.ask("2026-03-02 10:00")
