from odoo.addons.support_sla.tests.common import SupportCase
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common import PagesMixin


class TestAnswers(PagesMixin, SupportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.page = cls.make_page(support_words="points, how much is on it")
        cls.other_page = cls.make_page("Opening hours", "<p>From ten to seven.</p>")

    def setUp(self):
        super().setUp()
        self.ticket = self.raise_ticket(
            "2026-03-02 09:00", name="How many points are on my card?", description="<p>Please tell me.</p>"
        )

    def open_answers(self, ticket=None, user=None):
        ticket = (ticket or self.ticket).with_user(user or self.agent)
        action = ticket.action_support_answers()
        return Form(self.env[action["res_model"]].with_user(user or self.agent).with_context(**action["context"]))

    def send(self, moment, form):
        return self.at(form.save(), moment).action_send()

    def test_sent_as_an_answer(self):
        """E-7.2, P-12: the page that fits is sent with the agent's own words, answers the ticket and is counted"""
        form = self.open_answers()
        self.assertEqual(form.page_id, self.page)
        self.assertIn("balance stands at the top", form.body)
        form.body = "<p>Good morning! The balance stands at the top.</p>"
        self.send("2026-03-02 09:20", form)
        message = self.ticket.message_ids[0]
        self.assertIn("Good morning!", message.body)
        self.assertFalse(message.is_internal)
        self.assertEqual(message.author_id, self.agent.partner_id)
        self.assertIn(self.customer, message.notified_partner_ids)
        clock = self.clock(self.ticket, "first_response")
        self.assertEqual((clock.state, str(clock.stopped)), ("done", "2026-03-02 09:20:00"))
        self.assertEqual(self.uses(self.page), [("sent", self.ticket.number, "Agent")])
        self.assertEqual(self.page.support_sent_count, 1)
        self.assertEqual(self.page.support_helped_count, 0)
        self.assertFalse(self.ticket.support_solved_page_id)

    def test_settles(self):
        """P-12: a ticket that the page settles is resolved with it; opened again, the page was not enough"""
        form = self.open_answers()
        form.settles = True
        self.send("2026-03-02 09:20", form)
        self.assertEqual(self.ticket.support_phase, "resolved")
        self.assertEqual(self.ticket.support_solved_page_id, self.page)
        self.assertEqual(self.clock(self.ticket, "resolution").state, "done")
        self.assertEqual(self.uses(self.page), [("solved", self.ticket.number, "Agent")])
        self.move(self.ticket, "2026-03-02 10:00", "closed")
        self.assertEqual(self.ticket.support_solved_page_id, self.page)
        self.move(self.ticket, "2026-03-02 11:00", "open")
        self.ticket._support_sync()
        self.assertFalse(self.ticket.support_solved_page_id)
        self.assertEqual(self.uses(self.page), [("not_enough", self.ticket.number, "Agent")])

    def test_finding(self):
        """P-12: pages are found by words in any form, by kind of request, provider and language; drafts are not"""
        find = self.ticket.with_user(self.agent)._support_find_pages
        self.assertEqual(self.ticket.with_user(self.agent).support_fit_ids, self.page)
        self.assertEqual(self.ticket.with_user(self.agent).support_fit_count, 1)
        self.assertEqual(find("when are you open, which hour"), self.other_page)
        self.assertFalse(find("printer"))
        kind = self.env["support.kind"].create({"provider_id": self.provider.id, "name": "Hours"})
        self.other_page.support_kind_ids = kind
        self.ticket.support_kind_id = kind
        self.assertEqual(find(), self.other_page | self.page, "of the kind, whatever the words")
        self.other_page.support_state = "draft"
        self.assertEqual(find(), self.page)
        self.page.active = False
        self.assertFalse(find())
        self.page.active = True
        other = self.env["support.provider"].create(
            {"name": "Beta", "code": "beta_test", "calendar_id": self.calendar.id}
        )
        self.page.support_provider_ids = other
        self.assertFalse(find())
        self.page.support_provider_ids = other | self.provider
        self.assertEqual(find(), self.page)
        self.env["res.lang"]._activate_lang("es_ES")
        spanish = self.env["res.lang"].search([("code", "=", "es_ES")])
        self.page.support_lang_ids = spanish
        self.customer.lang = "en_US"
        self.assertFalse(find())
        self.assertEqual(find(every_language=True), self.page)
        self.customer.lang = "es_ES"
        self.assertEqual(find(), self.page)

    def test_other_words(self):
        """P-12: with other words in the wizard another page is shown, and an agent chooses among those found"""
        form = self.open_answers()
        form.search_text = "opening hours of the card office"
        self.assertEqual(form.page_id, self.other_page)
        self.assertEqual(set(form.found_ids.ids), set((self.page | self.other_page).ids))
        form.page_id = self.page
        self.assertIn("stands at the top", form.body)
        form.search_text = "opening hours"
        self.assertEqual(form.page_id, self.other_page)
        self.assertIn("From ten to seven", form.body)

    def test_workaround(self):
        """E-7.2: a workaround page that is sent is the ticket's workaround, and says that it is not permanent"""
        self.page.support_use = "workaround"
        form = self.open_answers()
        self.assertEqual(form.page_id, self.page)
        form.body = "<p>Ask at the counter.</p>"
        self.send("2026-03-02 09:20", form)
        self.assertEqual(self.ticket.support_workaround, "Ask at the counter.")
        self.assertEqual(str(self.ticket.support_workaround_at), "2026-03-02 09:20:00")
        message = self.ticket.message_ids[0]
        self.assertIn("Ask at the counter.", message.body)
        self.assertIn("not permanent", message.body)
        self.assertEqual(self.ticket.support_phase, "new")
        self.assertEqual(self.uses(self.page), [("sent", self.ticket.number, "Agent")])
        wizard = self.open_answers().save()
        wizard.settles = True
        with self.assertRaisesRegex(UserError, "settles nothing"):
            wizard.action_send()

    def test_put_to_the_customer(self):
        """E-7.2, E-7.3: a page can be sent with the question whether it works; the answers are its success"""
        for accepted in (True, True, False):
            self.ticket = self.raise_ticket("2026-03-02 09:00", name="How many points are on my card?")
            form = self.open_answers()
            form.validates = True
            form.body = "<p>Look at the top.</p>"
            self.send("2026-03-02 09:20", form)
            self.assertEqual(self.ticket.support_validation, "asked")
            self.at(self.ticket, "2026-03-02 09:40")._support_validate(accepted, "So it is.", "customer")
        intent = self.env["support.notification"].search([("ticket_id", "=", self.ticket.id)], limit=1)
        self.assertIn("Look at the top.", intent.data["body"])
        self.assertEqual(self.page.support_validated_count, 3)
        self.assertAlmostEqual(self.page.support_success, 2 / 3)

    def test_refused(self):
        """E-7.2: nothing empty, nothing withdrawn meanwhile, and nothing to nobody is sent"""
        form = self.open_answers()
        form.body = "<p><br></p>"
        with self.assertRaisesRegex(UserError, "empty"):
            form.save().action_send()
        wizard = self.open_answers().save()
        self.page.support_state = "draft"
        with self.assertRaisesRegex(UserError, "not a page to send"):
            wizard.action_send()
        self.page.support_state = "published"
        self.ticket.write({"partner_id": False, "partner_email": False, "partner_name": "Somebody"})
        with self.assertRaisesRegex(UserError, "no customer"):
            wizard.action_send()
        self.assertFalse(self.uses(self.page))

    def test_foreign_ticket(self):
        """S-1: an agent without the ticket neither looks for it nor sends on it"""
        own = self._make_user("narrow", "helpdesk_mgmt.group_helpdesk_user_own")
        wizard = self.env["support.answer.wizard"].with_user(own).create({"ticket_id": self.ticket.id})
        self.assertFalse(wizard.found_ids)
        with self.assertRaises(AccessError):
            wizard.action_send()
        with self.assertRaises(AccessError):
            self.ticket.with_user(own).action_support_answers()

    def test_counted_by_nobodys_hand(self):
        """E-7.2: uses are counted by the buttons alone, and a page that was used is not deleted"""
        self.send("2026-03-02 09:20", self.open_answers())
        use = self.env["support.page.use"].search([("page_id", "=", self.page.id)])
        for action in (
            lambda: use.with_user(self.manager).write({"outcome": "solved"}),
            lambda: use.with_user(self.manager).unlink(),
            lambda: use.with_user(self.manager).copy(),
        ):
            with self.assertRaises(AccessError):
                action()
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.page.unlink()
