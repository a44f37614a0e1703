from odoo.addons.bpmsoft_care.hooks import uninstall_hook
from odoo.tests.common import tagged

from .common import BpmsoftCase


@tagged("post_install", "-at_install")
class TestHooks(BpmsoftCase):
    def test_uninstall_with_tickets(self):
        """B-2: when the addon goes, requests keep queue, stage, level and clocks, and their time goes on"""
        ticket = self.raise_ticket("2026-03-02 06:00", "high")
        due = self.clock(ticket, "first_response").deadline
        uninstall_hook(self.env)
        kept = self.env["ir.model.data"].search(
            [("module", "=", "bpmsoft_care"), ("model", "in", ("support.provider", "support.lane"))]
        )
        self.assertFalse(kept, "Odoo must not try to delete what tickets stand on")
        self.assertEqual(ticket.stage_id, self.stages["new"])
        self.assertEqual(self.clock(ticket, "first_response").deadline, due)
        self.say(ticket, "2026-03-02 07:00")
        self.sweep("2026-03-03 18:00")
        self.assertEqual(str(self.clock(ticket, "first_response").stopped), "2026-03-02 07:00:00")
