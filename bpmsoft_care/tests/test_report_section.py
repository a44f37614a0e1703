from odoo.tests.common import tagged

from .common import BpmsoftCase, utc
from .decision_common import DecisionMixin


@tagged("post_install", "-at_install")
class TestReportSection(DecisionMixin, BpmsoftCase):
    """What this provider adds to a client's monthly report."""

    def sections(self, start, stop):
        tickets = self.env["helpdesk.ticket"].sudo().search([("commercial_partner_id", "=", self.irtysh.id)])
        return self.provider.sudo()._support_get_report_sections(self.irtysh, tickets, utc(start), utc(stop))

    def test_paid_offers(self):
        """R-1, B-12: a month's report tells what paid work was offered; a month without any has no such section"""
        ticket = self.raise_ticket("2026-03-02 07:00", user_id=self.agent.id)
        self.move(ticket, "2026-03-02 07:10", "in_work")
        self.decide(ticket, "contractor_project", amount=1200, terms="as used", note="Their log says so")
        [section] = self.sections("2026-03-01 00:00", "2026-04-01 00:00")
        self.assertEqual(section["tickets"], ticket.ids)
        [row] = section["rows"]
        self.assertEqual((row[0], row[2], row[4], row[5]), (ticket.number, 1200, "Waits for the client", None))
        self.assertEqual(len(row), len(section["columns"]))
        self.assertEqual(self.sections("2026-02-01 00:00", "2026-03-01 00:00"), [])
