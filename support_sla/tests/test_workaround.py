from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import SupportCase, utc


@tagged("post_install", "-at_install")
class TestWorkaround(SupportCase):
    """Workarounds as agents record them. Monday is open 08–12 and 13–17 in London, which is on UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write({"target_ids": [(0, 0, {"metric": "containment", "amount": 2, "unit": "hours"})]})

    def wizard(self, ticket, when, failed=False, user=None, **values):
        """The wizard behind the button, at ``when``."""
        ticket = self.at(ticket.with_user(user or self.agent), when)
        action = ticket.action_support_workaround_failed() if failed else ticket.action_support_workaround()
        return ticket.env[action["res_model"]].with_context(**action["context"]).create(values)

    def contained(self, ticket):
        clock = self.clock(ticket, "containment")
        return clock.state, clock.stopped or None, clock.breached or None

    def said(self, ticket):
        """What the customer got by mail, last first."""
        return [
            message.body
            for message in ticket.message_ids
            if message.message_type == "comment" and not message.subtype_id.internal
        ]

    def test_recording_and_telling(self):
        """E-1.6: a workaround that an agent records keeps the promise from when it works, and tells the customer that
        it is temporary; that is an answer"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.wizard(
            ticket, "2026-03-02 10:00", text="Use\nthe other till", moment=utc("2026-03-02 09:50")
        ).action_apply()
        self.assertEqual(self.contained(ticket), ("done", utc("2026-03-02 09:50"), None))
        self.assertEqual(ticket.support_workaround, "Use\nthe other till")
        self.assertEqual(ticket.support_workaround_at, utc("2026-03-02 09:50"))
        body = self.said(ticket)[0]
        self.assertIn("the other till", body)
        self.assertIn("temporary", body)
        self.assertEqual(self.clock(ticket, "first_response").stopped, utc("2026-03-02 10:00"))
        self.assertEqual(self.clock(ticket, "resolution").state, "running", "it is no solution")
        self.assertIn(ticket, ticket.search([("support_workaround_at", "!=", False)]))

    def test_in_the_customers_language(self):
        """E-1.6: what is typed by an agent is not turned into markup"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.wizard(ticket, "2026-03-02 10:00", text="<script>alert(1)</script>").action_apply()
        self.assertNotIn("<script>", self.said(ticket)[0])

    def test_without_telling(self):
        """E-1.6: an agent may tell the customer later: no message goes out, and no answer is counted"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.wizard(ticket, "2026-03-02 10:00", text="Use the other till", tell=False).action_apply()
        self.assertEqual(self.said(ticket), [])
        self.assertEqual(self.clock(ticket, "first_response").state, "running")
        self.assertEqual(self.contained(ticket), ("done", utc("2026-03-02 10:00"), None))
        self.assertEqual(ticket._support_portal_get_page()["facts"][0]["text"], "Use the other till")

    def test_several_the_last_counts(self):
        """E-1.6: of several the latest is shown, the first kept the promise, and all stay among the facts"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.wizard(ticket, "2026-03-02 10:00", text="First").action_apply()
        self.wizard(ticket, "2026-03-02 10:30", text="Second").action_apply()
        self.assertEqual(ticket.support_workaround, "Second")
        self.assertEqual(self.contained(ticket), ("done", utc("2026-03-02 10:00"), None))
        self.assertEqual(len(ticket.support_event_ids.filtered(lambda event: event.kind == "workaround")), 2)

    def test_failed(self):
        """E-1.6: a workaround that failed contains no more: its time goes on, without the time in between, is missed at
        its deadline, and the customer is told not to rely on it"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.wizard(ticket, "2026-03-02 10:00", text="Use the other till").action_apply()
        self.wizard(ticket, "2026-03-02 10:30", failed=True, text="It is down, too").action_apply()
        self.assertEqual(self.contained(ticket), ("running", None, None))
        self.assertEqual(self.clock(ticket, "containment").deadline, utc("2026-03-02 11:30"))
        self.assertFalse(ticket.support_workaround)
        self.assertFalse(ticket.support_workaround_at)
        self.assertIn("rely", self.said(ticket)[0])
        self.assertEqual(ticket._support_portal_get_page()["facts"], [])
        self.sweep("2026-03-02 11:31")
        self.assertEqual(self.contained(ticket), ("running", None, utc("2026-03-02 11:30")))
        self.wizard(ticket, "2026-03-02 11:45", text="Use paper").action_apply()
        self.assertEqual(self.contained(ticket), ("done", utc("2026-03-02 11:45"), utc("2026-03-02 11:30")))

    def test_wrong_times(self):
        """E-1.6: not before the ticket was raised, not in the future, not failed before it worked; nothing is kept"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        for moment in ("2026-03-02 08:59", "2026-03-02 10:01"):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self.wizard(ticket, "2026-03-02 10:00", text="x", moment=utc(moment)).action_apply()
        self.assertFalse(ticket.support_workaround_at)
        self.wizard(ticket, "2026-03-02 10:00", text="x").action_apply()
        with self.assertRaisesRegex(ValidationError, "cannot have failed before"), self.cr.savepoint():
            self.wizard(ticket, "2026-03-02 11:00", failed=True, text="y", moment=utc("2026-03-02 09:30"))
        self.assertTrue(ticket.support_workaround_at)

    def test_nothing_said(self):
        """E-1.6: blanks are no workaround; a ticket without one, or closed, says so"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        with self.assertRaisesRegex(UserError, "customer reads it"):
            self.wizard(ticket, "2026-03-02 10:00", text="  \n").action_apply()
        with self.assertRaisesRegex(UserError, "no workaround"):
            self.wizard(ticket, "2026-03-02 10:00", failed=True, text="x").action_apply()
        self.move(ticket, "2026-03-02 11:00", "closed")
        with self.assertRaisesRegex(UserError, "resolved or closed"):
            self.wizard(ticket, "2026-03-02 11:30", text="x").action_apply()

    def test_by_nobody_else(self):
        """E-3.9: nobody types the columns in, and portal users open no wizard"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        with self.assertRaises(UserError):
            ticket.with_user(self.agent).support_workaround = "x"
        portal = self._make_user("portal", "base.group_portal")
        for model in ("support.workaround.wizard", "support.outage.wizard", "support.outside.wizard", "support.outage"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(portal).create({"ticket_id": ticket.id})
            with self.assertRaises(AccessError):
                self.env[model].with_user(portal).search([])
        with self.assertRaises(AccessError):
            ticket.with_user(portal).action_support_workaround()
