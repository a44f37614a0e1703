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
