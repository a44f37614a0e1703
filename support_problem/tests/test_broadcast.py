from odoo.addons.support_sla.tests.common import SupportCase
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form


class TestBroadcast(SupportCase):
    """E-7.1: all incidents of a problem are told of a workaround or the solution, with a result each."""

    def setUp(self):
        super().setUp()
        self.other_company = self.env["res.partner"].create({"name": "Southwind Hotels", "is_company": True})
        self.other = self.env["res.partner"].create(
            {"name": "Ana", "email": "ana@southwind.example", "parent_id": self.other_company.id}
        )
        self.problem = self.raise_ticket(
            "2026-03-02 08:00", name="Stamping is down", partner_id=False, support_is_problem=True
        )
        self.first = self.raise_ticket("2026-03-02 09:00", name="Invoices are not stamped")
        self.second = self.raise_ticket("2026-03-02 09:10", name="No stamp", partner_id=self.other.id)
        (self.first | self.second)._support_link_problem(self.problem)

    def prepare(self, user=None, **values):
        action = self.problem.with_user(user or self.agent).action_support_broadcast()
        form = Form(self.env[action["res_model"]].with_user(user or self.agent).browse(action["res_id"]))
        for name, value in {"text": "The stamps are back.", **values}.items():
            setattr(form, name, value)
        return form.save()

    def results(self, broadcast):
        return {line.ticket_id: (line.state, line.reason or "") for line in broadcast.line_ids}

    def said(self, ticket):
        for intent in self.env["support.notification"].search(
            [("ticket_id", "=", ticket.id), ("state", "=", "pending")]
        ):
            intent._deliver()
        return " ".join(ticket.message_ids.filtered(lambda message: not message.is_internal).mapped("body"))

    def test_solution(self):
        """E-7.1: resolving the problem offers it; each customer is asked about the own request alone"""
        self.move(self.problem, "2026-03-02 12:00", "resolved")
        self.assertEqual(self.problem.support_open_incident_count, 2)
        broadcast = self.prepare()
        self.assertEqual(broadcast.line_ids.mapped("chosen"), [True, True])
        self.assertIn("The stamps are back.", broadcast.preview)
        self.at(broadcast, "2026-03-02 13:00").action_send()
        self.assertEqual(broadcast.state, "done")
        self.assertEqual(self.results(broadcast), {self.first: ("resolved", ""), self.second: ("resolved", "")})
        self.assertEqual(self.first.support_validation, "asked")
        said = self.said(self.second)
        self.assertIn("The stamps are back.", said)
        for foreign in (self.first.number, "Northwind", self.customer.name, self.problem.number):
            self.assertNotIn(foreign, said)

    def test_words_stay(self):
        """S-1, E-7.1: what was sent stays as it was sent, in every language"""
        broadcast = self.prepare()
        lang = self.env["res.lang"]._activate_lang("es_ES") or self.env.ref("base.lang_es")
        Text = self.env["support.broadcast.text"].with_user(self.agent)
        text = Text.create({"broadcast_id": broadcast.id, "lang_id": lang.id, "text": "Ya funciona."})
        self.at(broadcast, "2026-03-02 13:00").action_send()
        for change in (
            lambda: text.write({"text": "Otra cosa"}),
            text.unlink,
            lambda: Text.create({"broadcast_id": broadcast.id, "lang_id": self.env.ref("base.lang_en").id}),
        ):
            with self.assertRaisesRegex(UserError, "cannot be changed"), self.env.cr.savepoint():
                change()
        self.assertEqual(text.text, "Ya funciona.")

    def test_problems_of_customers_are_not_merged(self):
        """S-1, F-13: two problems with customers of their own are not merged: one would read what is the other's"""
        others = [
            self.raise_ticket("2026-03-02 08:30", name=name, partner_id=partner.id)
            for name, partner in (("Ours", self.customer), ("Theirs", self.other))
        ]
        for ticket in others:
            ticket.with_user(self.agent).action_support_make_problem()
        self.assertTrue(others[0]._support_get_merge_obstacles(others[1]))
        self.assertTrue(self.problem._support_get_merge_obstacles(others[1]))

    def test_only_told(self):
        """E-7.1: a workaround can be told without resolving anything; it is each ticket's workaround"""
        broadcast = self.prepare(kind="workaround", resolves=False, text="Stamp by hand.")
        self.at(broadcast, "2026-03-02 13:00").action_send()
        self.assertEqual({state for state, _reason in self.results(broadcast).values()}, {"told"})
        self.assertEqual(self.first.support_phase, "new")
        self.assertEqual(self.first.support_workaround, "Stamp by hand.")
        self.assertIn("not permanent", self.said(self.first))
        self.assertEqual(str(self.clock(self.first, "first_response").stopped), "2026-03-02 13:00:00")

    def test_languages(self):
        """E-7.1: who speaks another language reads the words that were written in it"""
        self.env["res.lang"]._activate_lang("es_ES")
        self.other.lang = "es_ES"
        broadcast = self.prepare()
        self.assertEqual(broadcast.text_ids.lang_id.code, "es_ES")
        broadcast.text_ids.text = "Ya hay timbres."
        self.at(broadcast, "2026-03-02 13:00").action_send()
        self.assertIn("Ya hay timbres.", self.said(self.second))
        self.assertIn("The stamps are back.", self.said(self.first))

    def test_results(self):
        """E-7.1: closed ones are skipped, one that fails is set aside with its reason, the others are told"""
        third = self.raise_ticket("2026-03-02 09:20", partner_id=self.customer.id)
        left_out = self.raise_ticket("2026-03-02 09:30")
        unlinked = self.raise_ticket("2026-03-02 09:40")
        (third | left_out | unlinked)._support_link_problem(self.problem)
        broadcast = self.prepare()
        lines = {line.ticket_id: line for line in broadcast.line_ids}
        lines[left_out].chosen = False
        self.move(self.first, "2026-03-02 12:00", "closed")
        unlinked._support_unlink_problem()
        # her queue has lost the only stage in which a resolved ticket could be
        queue = self.env["helpdesk.ticket.team"].create(
            {"name": "Second Desk", "support_provider_id": self.provider.id, "support_own_stages": True}
        )
        stage = self.env["helpdesk.ticket.stage"].create(
            {"name": "In", "support_phase": "new", "team_ids": [(6, 0, queue.ids)]}
        )
        third.write({"team_id": queue.id, "stage_id": stage.id})
        self.at(broadcast, "2026-03-02 13:00").action_send()
        results = self.results(broadcast)
        self.assertEqual(results[self.first][0], "skipped")
        self.assertIn("closed", results[self.first][1])
        self.assertEqual(results[unlinked][0], "skipped")
        self.assertEqual(results[third][0], "failed")
        self.assertIn("no stage", results[third][1])
        self.assertEqual(results[left_out][0], "todo")
        self.assertEqual(left_out.support_phase, "new")
        self.assertEqual(results[self.second][0], "resolved")
        messages = len(self.second.message_ids)
        queue.support_own_stages = False
        self.stages["resolved"].team_ids |= queue
        self.at(broadcast, "2026-03-02 14:00").action_continue()
        self.assertEqual(self.results(broadcast)[third][0], "resolved")
        self.assertEqual(len(self.second.message_ids), messages, "nobody is told twice")
        with self.assertRaisesRegex(UserError, "sent already"):
            broadcast.action_send()

    def test_many_in_the_background(self):
        """E-7.1: many are told by the scheduled action, batch by batch, with progress"""
        tickets = self.first.browse()
        for minute in range(24):
            tickets |= self.raise_ticket(f"2026-03-02 10:{minute:02}")
        tickets._support_link_problem(self.problem)
        broadcast = self.prepare()
        self.at(broadcast, "2026-03-02 13:00").action_send()
        self.assertEqual((broadcast.state, broadcast.done_count), ("running", 0))
        broadcast.sudo()._work_batch(20)
        self.assertEqual(broadcast.done_count, 20)
        self.assertEqual(int(broadcast.progress), 76)
        with self.enter_registry_test_mode():
            self.env.ref("support_problem.ir_cron_broadcast").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((broadcast.state, broadcast.done_count), ("done", 26))

    def test_refused(self):
        """E-7.1: nothing is sent without words or to nobody, and nothing is changed or deleted after it was sent"""
        broadcast = self.prepare(text=False)
        with self.assertRaisesRegex(UserError, "Say what"):
            broadcast.action_send()
        broadcast.text = "Done."
        broadcast.line_ids.chosen = False
        with self.assertRaisesRegex(UserError, "at least one"):
            broadcast.action_send()
        for line in broadcast.line_ids:
            with self.assertRaises(UserError):
                line.state = "told"
        broadcast.line_ids.chosen = True
        self.at(broadcast, "2026-03-02 13:00").action_send()
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            broadcast.text = "Otherwise."
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            broadcast.unlink()

    def test_own_tickets_only(self):
        """S-1: who sees only some of the incidents tells only those, and nobody else's draft is written to"""
        narrow = self._make_user("narrow", "helpdesk_mgmt.group_helpdesk_user_own")
        self.team.user_ids |= narrow
        self.problem.user_id = narrow
        self.second.user_id = narrow
        self.first.user_id = self.boss
        action = self.problem.with_user(narrow).action_support_broadcast()
        broadcast = self.env["support.broadcast"].with_user(narrow).browse(action["res_id"])
        self.assertEqual(broadcast.line_ids.ticket_id, self.second)
        with self.assertRaises(AccessError):
            broadcast.with_user(self.manager).text = "Mine now."
