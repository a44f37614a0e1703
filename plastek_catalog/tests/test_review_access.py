from time import process_time

from odoo.exceptions import AccessError, UserError

from .common import PlastekCase


class TestReviewAccess(PlastekCase):
    """What somebody with a login gets past the buttons."""

    def correction_values(self, ticket):
        return {
            "ticket_id": ticket.id,
            "object_ref": "Card 000123",
            "what": "Balance",
            "value_before": "100",
            "value_after": "350",
            "reason": "Points of one purchase were lost.",
        }

    def test_no_approval_by_default(self):
        """P-10, S-1: a client cannot have a correction approved by the defaults of its context"""
        ticket = self.raise_ticket("2026-02-10 09:00")
        Correction = self.env["plastek.correction"].with_user(self.agent)
        correction = Correction.with_context(
            default_state="approved",
            default_requested_by_id=self.manager.id,
            default_decided_by_id=self.manager.id,
        ).create(self.correction_values(ticket))
        self.assertEqual(
            (correction.state, correction.requested_by_id.id, correction.decided_by_id.id), ("draft", False, False)
        )
        with self.assertRaisesRegex(UserError, "second person"):
            correction.action_done()
        self.env["ir.default"].with_user(self.agent).set("plastek.correction", "state", "approved", user_id=True)
        self.assertEqual(Correction.create(self.correction_values(ticket)).state, "draft")

    def test_no_correction_on_a_foreign_ticket(self):
        """P-10, S-1: neither a default nor a later edit puts a correction on a ticket that one may not write"""
        own_only = self.make_agent("own-only", "helpdesk_mgmt.group_helpdesk_user_own")
        foreign = self.raise_ticket("2026-02-10 09:00", user_id=self.manager.id)
        own = self.raise_ticket("2026-02-10 09:00", user_id=own_only.id)
        Correction = self.env["plastek.correction"].with_user(own_only)
        values = self.correction_values(foreign)
        del values["ticket_id"]
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            Correction.with_context(default_ticket_id=foreign.id).create(values)
        correction = Correction.create(self.correction_values(own))
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            correction.write({"ticket_id": foreign.id})

    def test_no_promise_switched_off_by_hand(self):
        """P-5, P-8, E-3.9: what follows from catalogue and buttons is written by nobody, and given as no default"""
        ticket = self.raise_ticket("2026-02-10 09:00").with_user(self.manager)
        for name, value in (
            ("plastek_no_service", True),
            ("plastek_raised", 3),
            ("plastek_guessed", "points"),
            ("support_tier_id", False),
            ("support_coverage", "included"),
            ("support_solved_page_id", False),
        ):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, "follows from"):
                ticket.write({name: value})

    def test_long_text(self):
        """S-3, P-4: a request of 100 kB is classified and routed in a moment, and read to its end"""
        text = " ".join(f"{number * 7919 % 10007}слово{number}" for number in range(6000))
        entry = self.env["plastek.entry"].search([("words", "!=", False)], limit=1)
        phrase = entry.words.split(",")[0].strip()
        start = process_time()
        ticket = self.raise_ticket("2026-02-10 09:00", service=None, name="Long", description=f"<p>{text} {phrase}</p>")
        self.env.flush_all()
        took = process_time() - start
        self.assertTrue(ticket.plastek_entry_id)
        self.assertLess(took, 3)

    def test_mailbox_of_another_company(self):
        """S-1, P-9: whose mailbox it is, nobody of another company reads"""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        mailbox = self.env["plastek.mailbox"].create({"partner_id": self.tandem.id, "team_id": self.team.id})
        Mailbox = self.env["plastek.mailbox"].with_user(self.agent)
        self.assertEqual(Mailbox.search([("id", "=", mailbox.id)]), mailbox)
        self.team.company_id = other
        self.assertFalse(Mailbox.search([("id", "=", mailbox.id)]))
