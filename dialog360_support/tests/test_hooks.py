from odoo.addons.dialog360_support.hooks import uninstall_hook
from odoo.tests.common import tagged

from .common import Dialog360Case


@tagged("post_install", "-at_install")
class TestHooks(Dialog360Case):
    def test_uninstall_with_tickets(self):
        """D-4: when the addon goes, tickets keep queue, stage, level and clocks, and their time goes on"""
        ticket = self.raise_ticket("2026-03-02 06:00", "2")
        due = self.clock(ticket, "first_response").deadline
        uninstall_hook(self.env)
        kept = self.env["ir.model.data"].search(
            [("module", "=", "dialog360_support"), ("model", "in", ("support.provider", "support.policy"))]
        )
        self.assertFalse(kept, "Odoo must not try to delete what tickets stand on")
        self.assertEqual(ticket.stage_id, self.stages["new"])
        self.assertEqual(self.clock(ticket, "first_response").deadline, due)
        self.say(ticket, "2026-03-02 06:10")
        self.sweep("2026-03-03 18:00")
        self.assertEqual(str(self.clock(ticket, "first_response").stopped), "2026-03-02 06:10:00")
