from odoo.addons.judopay_priorities.hooks import post_init_hook, uninstall_hook

from .common import JudopayCase


class TestHooks(JudopayCase):
    def records(self):
        return self.env["ir.model.data"].search(
            [("module", "=", "judopay_priorities"), ("model", "in", ("support.provider", "helpdesk.ticket.team"))]
        )

    def test_uninstall_with_tickets(self):
        """J-3, J-6: when the addon goes, tickets keep queue, stage, level and clocks; nothing new is promised"""
        ticket = self.propose("2026-02-10 10:00", "PS2")
        due = self.due(ticket)
        uninstall_hook(self.env)
        self.assertFalse(self.records(), "Odoo must not try to delete what tickets stand on")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.support_provider_id, self.provider)
        self.assertEqual(ticket.support_priority_id, self.priorities["PS2"])
        self.assertEqual(self.due(ticket), due)
        self.assertFalse(self.provider.active)
        self.assertFalse(self.provider.policy_ids)
        self.say(ticket, "2026-02-10 10:05")
        self.move(ticket, "2026-02-10 10:10", "with_customer")
        self.sweep("2026-02-10 18:00")

    def test_uninstall_without_tickets(self):
        """J-3: an unused addon leaves it to Odoo to delete its records"""
        self.env.cr.execute("UPDATE helpdesk_ticket SET support_provider_id = NULL")
        self.env.invalidate_all()
        uninstall_hook(self.env)
        self.assertTrue(self.records())
        self.assertTrue(self.provider.active)

    def test_installing_again_takes_the_addresses_over(self):
        """J-3: a queue left behind by a former installation hands its mail address to the new one"""
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Former", "support_provider_id": self.provider.copy({"code": "judopay-1", "active": False}).id}
        )
        self.team.alias_name = False
        team.alias_name = "judopay-help"
        post_init_hook(self.env)
        self.assertEqual(self.team.alias_name, "judopay-help")
        self.assertFalse(team.alias_name)

    def test_a_taken_address_is_left_alone(self):
        """J-3: an address that somebody else uses stays theirs; the queue is installed without one"""
        self.team.alias_name = False
        other = self.env["helpdesk.ticket.team"].create({"name": "Somebody else", "alias_name": "judopay-help"})
        other.alias_id.alias_domain_id = self.team.alias_id.alias_domain_id
        with self.assertLogs("odoo.addons.support_sla.provider_hooks", "WARNING"):
            post_init_hook(self.env)
        self.assertEqual(other.alias_name, "judopay-help")
        self.assertFalse(self.team.alias_name)

    def test_no_scheduled_action_of_its_own(self):
        """J-2, J-17: the engine's scheduled actions do the work, so none can be left behind"""
        self.assertFalse(
            self.env["ir.model.data"].search([("module", "=", "judopay_priorities"), ("model", "=", "ir.cron")])
        )
