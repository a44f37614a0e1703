from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .common import SupportCase, utc


@tagged("post_install", "-at_install")
class TestReviewAccess(SupportCase, HttpCase):
    """What somebody with a login, and with the best or the worst intentions, gets by calling the server."""

    def call(self, model: str, method: str, args: list, **context):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": {"context": context}},
        )

    def test_no_context_from_outside(self):
        """E-3.9: a client cannot backdate, reassign or suppress facts through the context of its calls"""
        self.agent.password = "agent-support-test"
        self.authenticate(self.agent.login, "agent-support-test")
        liar = {
            "support_now": "2020-01-06 09:00:00",
            "support_raised": "2020-01-06 09:00:00",
            "support_side": "customer",
            "support_no_sync": True,
            "support_acknowledgement": True,
        }
        values = {"name": "Lies", "description": "<p>x</p>", "team_id": self.team.id, "partner_id": self.customer.id}
        ticket = self.env["helpdesk.ticket"].browse(self.call("helpdesk.ticket", "create", [[values]], **liar))
        self.assertGreater(ticket.support_raised, utc("2021-01-01 00:00"))
        self.assertEqual(set(ticket.support_event_ids.mapped("side")), {"staff"})
        self.call("helpdesk.ticket", "write", [ticket.ids, {"stage_id": self.stages["on_hold"].id}], **liar)
        self.env.invalidate_all()
        self.assertEqual(ticket.support_phase, "on_hold")
        self.call("helpdesk.ticket", "message_post", [ticket.ids], **liar)
        self.env.invalidate_all()
        self.assertFalse(any("acknowledgement" in (event.data or {}) for event in ticket.support_event_ids))
        self.assertGreater(min(ticket.support_event_ids.mapped("moment")), utc("2021-01-01 00:00"))

    def test_no_verdict_by_hand(self):
        """E-3.9: what a ticket says about its promises is written by nobody, neither typed, imported nor given
        as a default"""
        ticket = self.raise_ticket("2026-03-02 09:00").with_user(self.manager)
        for name, value in (
            ("support_raised", "2026-03-03 09:00:00"),
            ("support_breached", False),
            ("support_sla_state", "done"),
            ("support_version_id", False),
            ("support_plan_id", False),
            ("support_escalated", False),
            ("support_acknowledged_by_id", self.manager.id),
        ):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, "follows from"):
                ticket.write({name: value})
            with self.subTest(name=name, how="create"), self.assertRaisesRegex(UserError, "follows from"):
                self.raise_ticket("2026-03-02 09:00", **{name: value})
        Ticket = self.env["helpdesk.ticket"].with_context(
            default_support_raised="2020-01-06 09:00:00", default_support_phase="closed"
        )
        late = self.at(Ticket, "2026-03-02 09:00").create(
            {"name": "x", "description": "<p>x</p>", "team_id": self.team.id}
        )
        self.assertEqual((late.support_raised, late.support_phase), (utc("2026-03-02 09:00"), "new"))
