from odoo.tests.common import tagged

from .common import BpmsoftCase
from .decision_common import DecisionMixin


@tagged("post_install", "-at_install")
class TestOfferAnswer(DecisionMixin, BpmsoftCase):
    """An offer that is valid for days, and two working days for an answer."""

    def test_the_offer_says_until_when(self):
        """B-10, B-12: while an offer is open nobody is reminded, nor called overdue, before its validity is over"""
        ticket = self.raise_ticket("2026-03-02 07:00", user_id=self.agent.id)
        self.move(ticket, "2026-03-02 07:10", "in_work")
        offer = self.decide(ticket, "contractor_project", amount=1200, terms="as used", note="Their log says so")
        self.assertEqual((offer.state, ticket.support_phase), ("open", "waiting_customer"))
        self.deliver()
        before = self.automatic(ticket)
        for moment in ("2026-03-03 12:00", "2026-03-05 12:00"):
            self.sweep(moment)
            self.deliver()
        self.assertEqual(self.automatic(ticket), before)
        looked = self.at(ticket.with_user(self.agent), "2026-03-05 12:00")
        self.assertFalse(looked.support_answer_overdue)
        rows = self.at(ticket.sudo(), "2026-03-05 12:00")._support_portal_get_page()["promises"]
        [answer] = [row for row in rows if row["label"] == "Your answer"]
        self.assertIn("as long as the offer is valid", answer["text"])
