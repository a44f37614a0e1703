from odoo.addons.plastek_catalog.hooks import uninstall_hook
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common import PlastekCase


class TestFirstLine(PlastekCase):
    """Questions of guests and outlets, raised on Saturday 2026-02-14 at 23:00 in Moscow (20:00 UTC)."""

    def ask(self, name="How many points are on my card?", kind="guest", **vals):
        return self.raise_ticket(
            "2026-02-14 20:00", None, name=name, support_kind_id=self.ref_(f"kind_{kind}").id, **vals
        )

    def hand_over(self, ticket, moment, kind="outlet_incident", entry=None, note="Balance is right, till shows 0."):
        action = ticket.with_user(self.agent).action_plastek_hand_over()
        Wizard = self.env[action["res_model"]].with_user(self.agent).with_context(**action["context"])
        form = Form(self.at(Wizard, moment))
        form.kind_id = self.ref_(f"kind_{kind}")
        if entry:
            form.entry_id = self.ref_(f"entry_{entry}")
        form.note = note
        form.save().action_hand_over()
        return form

    def answer(self, ticket, moment, settles=False):
        action = ticket.with_user(self.agent).action_support_answers()
        Wizard = self.env[action["res_model"]].with_user(self.agent).with_context(**action["context"])
        form = Form(self.at(Wizard, moment))
        form.settles = settles
        wizard = form.save()
        wizard.action_send()
        return wizard.page_id

    def refuse(self, ticket, text, **values):
        """What a client sends past the form is refused by the server."""
        wizard = self.env["plastek.hand.over.wizard"].with_user(self.agent).create({"ticket_id": ticket.id, **values})
        with self.assertRaisesRegex(UserError, text):
            wizard.action_hand_over()

    def test_fitting_pages(self):
        """P-12: a question of the first line shows the pages that answer it, the closest first"""
        for name, page in (
            ("How many points are on my card?", "page_balance"),
            ("Is my card blocked?", "page_card_status"),
            ("How long are points valid, by the rules?", "page_rules"),
        ):
            with self.subTest(name):
                ticket = self.ask(name).with_user(self.agent)
                self.assertTrue(ticket.plastek_first_line)
                self.assertEqual(ticket.support_fit_ids[0], self.ref_(page))
        ticket = self.raise_ticket("2026-02-14 20:00", "hardware", name="The printer is broken")
        self.assertFalse(ticket.plastek_first_line)
        self.assertFalse(ticket.with_user(self.agent).support_fit_ids)

    def test_answered_on_the_first_line(self):
        """P-12: a question that a page answers ends on the first line, around the clock, and is counted"""
        ticket = self.ask()
        self.assertEqual(self.due(ticket), ("2026-02-14 22:00", "2026-02-15 00:00"))
        page = self.answer(ticket, "2026-02-14 20:30", settles=True)
        self.assertEqual(page, self.ref_("page_balance"))
        self.assertEqual(ticket.support_phase, "resolved")
        self.assertEqual(ticket.team_id, self.first_line)
        self.assertEqual(ticket.support_solved_page_id, page)
        self.assertEqual(
            [str(self.clock(ticket, metric).stopped) for metric in ("first_response", "resolution")],
            ["2026-02-14 20:30:00", "2026-02-14 20:30:00"],
        )
        self.assertEqual(page.support_helped_count, 1)
        found = self.env["helpdesk.ticket"].search([("support_solved_page_id", "!=", False)])
        self.assertIn(ticket, found)
        self.refuse(ticket, "is closed", kind_id=self.ref_("kind_outlet_incident").id, note="x")

    def test_handed_over(self):
        """P-12: what stays open goes to technical support with the clocks of its service from the original start"""
        ticket = self.ask("Points are not added")
        self.assertEqual(ticket.team_id, self.first_line)
        self.answer(ticket, "2026-02-14 20:30")
        form = self.hand_over(ticket, "2026-02-14 21:00")
        self.assertEqual(form.entry_id, self.ref_("entry_incident"))
        self.assertEqual(form.role_id, self.ref_("role_service_manager"))
        self.assertEqual(form.level_id.code, "SL_2")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.support_tier_id, self.ref_("tier_second"))
        self.assertEqual(ticket.support_service_id, self.ref_("service_incident"))
        self.assertEqual(ticket.support_priority_id.code, "SL_2")
        self.assertEqual(ticket.plastek_entry_id, self.ref_("entry_incident"))
        self.assertEqual(ticket.plastek_role_id, self.ref_("role_service_manager"))
        self.assertFalse(ticket.plastek_first_line)
        # 4 and 24 hours of 10 to 19 in Moscow, from Saturday night: they begin on Monday 16 February at 07:00 UTC
        self.assertEqual(self.due(ticket)[1], "2026-02-18 13:00")
        first = self.clock(ticket, "first_response")
        self.assertEqual((first.state, str(first.stopped)), ("done", "2026-02-14 20:30:00"))
        self.assertEqual(str(self.clock(ticket, "resolution").start), "2026-02-14 20:00:00")
        self.assertIn(self.roles["service_manager"], self.told(ticket))
        uses = self.env["support.page.use"].search([("ticket_id", "=", ticket.id)])
        self.assertEqual(uses.mapped("outcome"), ["not_enough"])
        note = ticket.message_ids.filtered(lambda message: "Handed over" in (message.body or ""))
        self.assertEqual(len(note), 1)
        self.assertTrue(note.subtype_id.internal)
        self.assertEqual(note.author_id, self.agent.partner_id)
        for part in ("Incident at an outlet", "Questions of guests", "till shows 0"):
            self.assertIn(part, note.body)

    def test_late_at_once(self):
        """P-12: handed over in the working day, the time that has passed on the first line counts"""
        ticket = self.raise_ticket(
            "2026-02-10 08:00",  # Tuesday 11:00 in Moscow
            None,
            name="The till shows an error",
            support_kind_id=self.ref_("kind_outlet").id,
        )
        self.assertEqual(self.due(ticket), ("2026-02-10 10:00", "2026-02-10 12:00"))
        self.hand_over(ticket, "2026-02-10 09:30")
        self.assertEqual(self.due(ticket), ("2026-02-10 12:00", "2026-02-12 14:00"))

    def test_consultation(self):
        """P-12: a kind whose service stands in no entry of the classifier keeps its own service and level"""
        ticket = self.ask("A guest wants to know more")
        form = self.hand_over(ticket, "2026-02-14 21:00", kind="consultation")
        self.assertFalse(form.entry_id)
        self.assertEqual(ticket.support_service_id, self.ref_("service_consultation"))
        self.assertEqual(ticket.support_priority_id.code, "SL_1")
        # 2 and 4 hours from Monday 10:00 in Moscow
        self.assertEqual(self.due(ticket), ("2026-02-16 09:00", "2026-02-16 11:00"))

    def test_rules_say_where(self):
        """P-12, P-2: a routing rule for the kind says which role technical support is in this case"""
        self.env["plastek.route"].with_user(self.manager).create(
            {
                "sequence": 1,
                "name": "App",
                "kind_id": self.ref_("kind_app_incident").id,
                "role_id": self.ref_("role_head_of_support").id,
            }
        )
        ticket = self.ask()
        form = self.hand_over(ticket, "2026-02-14 21:00", kind="app_incident")
        self.assertEqual(form.role_id, self.ref_("role_head_of_support"))
        self.assertEqual(ticket.plastek_role_id, self.ref_("role_head_of_support"))
        self.assertIn(self.roles["head_of_support"], self.told(ticket))

    def test_entry_without_service(self):
        """P-12, P-5: handed over under an entry that stands in no row no time is promised, and the wizard says so"""
        ticket = self.ask()
        form = self.hand_over(ticket, "2026-02-14 21:00", kind="studio_incident", entry="studio")
        self.assertTrue(form.no_service)
        self.assertTrue(ticket.plastek_no_service)

    def test_refused(self):
        """P-12: only from the first line to a kind of the second, with a note, by whoever has the ticket"""
        ticket = self.ask().with_user(self.agent)
        Wizard = self.env["plastek.hand.over.wizard"]
        second = self.ref_("kind_outlet_incident")
        for values, text in (
            ({"kind_id": self.ref_("kind_special_report").id, "note": "x"}, "no kind of request of technical"),
            ({"kind_id": False, "note": "x"}, "no kind of request of technical"),
            ({"kind_id": second.id, "note": "  "}, "Say what the first line knows"),
        ):
            with self.subTest(text):
                self.refuse(ticket, text, **values)
        narrow = self.make_agent("narrow", "helpdesk_mgmt.group_helpdesk_user_own")
        wizard = Wizard.with_user(narrow).create({"ticket_id": ticket.id, "kind_id": second.id, "note": "x"})
        self.assertFalse(wizard.team_id)
        with self.assertRaises(AccessError):
            wizard.action_hand_over()
        self.hand_over(ticket, "2026-02-14 21:00")
        self.refuse(ticket, "not on the first line", kind_id=second.id, note="x")

    def test_pages_stay_with_tickets(self):
        """P-12: when the addon goes, the pages that its tickets were answered with stay, as pages of the house"""
        page = self.answer(self.ask(), "2026-02-14 20:30")
        uninstall_hook(self.env)
        self.assertFalse(self.env.ref("plastek_catalog.page_balance", raise_if_not_found=False))
        self.assertTrue(page.exists())
