from odoo.addons.support_sla.tests.common import SupportCase

from ..hooks import uninstall_hook


class TestUninstall(SupportCase):
    def test_tickets_work_on(self):
        """E-7.1, F-12: when the addon goes nobody waits for a problem, and what was a problem gets no promises late"""
        self.policy.target_ids.pause_reason_ids |= self.env.ref("support_problem.pause_problem")
        problem = self.raise_ticket("2026-03-02 08:00", partner_id=False, support_is_problem=True)
        ticket = self.raise_ticket("2026-03-02 09:00")
        ticket._support_link_problem(problem)
        self.at(ticket, "2026-03-02 10:00").action_support_wait_for_problem()
        uninstall_hook(self.at(self.env["helpdesk.ticket"], "2026-03-02 11:00").env)
        self.assertFalse(ticket.support_pause_id)
        self.assertEqual(self.clock(ticket, "resolution").state, "running")
        self.assertEqual(problem.support_event_ids.sorted("id")[-1].kind, "excluded")
        # what is left of it without the addon: a ticket like others, for which nothing can be late
        self.provider.problem_promises = True
        self.at(problem, "2026-03-02 12:00").user_id = self.agent
        self.assertEqual(set(problem.support_clock_ids.mapped("hold")), {"excluded"})
