from odoo.addons.openpyme_helpdesk_sla.hooks import uninstall_hook
from odoo.tests.common import tagged

from .common import OpenpymeCase


@tagged("post_install", "-at_install")
class TestHooks(OpenpymeCase):
    def test_uninstall_with_tickets(self):
        """O-1, O-5: when the addon goes, requests keep queue, stage, level, assignee and clocks."""
        self.entitlement.openpyme_hours_medium = 6
        ticket = self.raise_ticket("2026-03-02 16:00", "support", impact="medium")
        due = self.clock(ticket, "resolution").deadline
        uninstall_hook(self.env)
        kept = self.env["ir.model.data"].search(
            [("module", "=", "openpyme_helpdesk_sla"), ("model", "in", ("support.provider", "support.impact"))]
        )
        self.assertFalse(kept, "Odoo must not try to delete what tickets stand on")
        self.assertEqual(ticket.user_id, self.leader)
        self.assertTrue(ticket.support_priority_id)
        self.assertEqual(self.clock(ticket, "resolution").deadline, due)
        self.say(ticket, "2026-03-02 16:30")
        self.at(ticket.with_user(self.agent), "2026-03-02 17:00").stage_id = self.stages["waiting"]
        self.sweep("2026-03-03 18:00")
