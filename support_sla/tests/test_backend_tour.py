from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import SupportCase


@tagged("post_install", "-at_install")
class TestBackendTour(HttpCase, SupportCase):
    browser_size = "1366x900"

    def test_agent_sees_and_acts(self):
        """E-8: in a browser the form says what is due next and ticks; why unfolds; escalating with a reason,
        taking charge and answering show at once."""
        # whatever the time of day is when this runs
        self.policy.target_ids.basis = "always"
        self.agent.password = self.agent.login
        ticket = self.raise_ticket(fields.Datetime.now() - timedelta(minutes=5), user_id=self.agent.id)
        self.start_tour(f"/odoo/helpdesk-tickets/{ticket.id}", "support_sla_backend_tour", login=self.agent.login)
        ticket.invalidate_recordset()
        self.assertTrue(ticket.support_escalated)
        self.assertEqual(ticket.support_acknowledged_by_id, self.agent)
        self.assertEqual(ticket.support_escalation_ids.reason, "The shop is down")
        self.assertEqual(self.clock(ticket, "first_response").state, "done")

    def test_manager_reads_the_board(self):
        """E-8: in a browser a figure of the board opens what it counts; the way back leads to the board as it was."""
        self.policy.target_ids.basis = "always"
        self.manager.password = self.manager.login
        nights = self.env["helpdesk.ticket.team"].create(
            {"name": "Acme Nights", "support_provider_id": self.provider.id}
        )
        now = fields.Datetime.now()
        self.raise_ticket(now - timedelta(minutes=40), name="The late one")
        self.raise_ticket(now - timedelta(minutes=5), name="The next one", team_id=nights.id)
        others = self.env["support.provider"].search([("id", "!=", self.provider.id)])
        others.team_ids.active = False
        others.active = False
        self.start_tour("/odoo/support-board", "support_sla_board_tour", login=self.manager.login)

    def test_countdowns_ask_nothing(self):
        """E-8: in list, kanban and form the countdowns tick for five seconds without a request to the server."""
        self.policy.target_ids.basis = "always"
        self.agent.password = self.agent.login
        self.raise_ticket(fields.Datetime.now() - timedelta(minutes=5), user_id=self.agent.id)
        action = self.env.ref("support_sla.support_ticket_action")
        self.start_tour(f"/odoo/action-{action.id}", "support_sla_ticking_tour", login=self.agent.login, timeout=180)
