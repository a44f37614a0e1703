from odoo.tests.common import tagged

from .common import BpmsoftCase
from .decision_common import DecisionMixin
from .people_common import PeopleMixin


@tagged("post_install", "-at_install")
class TestTurn(DecisionMixin, PeopleMixin, BpmsoftCase):
    """What is not done before it is a request's turn."""

    def test_the_source_is_looked_for_in_turn(self):
        """B-11, B-12: nothing is decided about a request while others come first; when the former one is resolved, it
        is"""
        first, second = (self.raise_as_client(f"2026-03-02 06:0{number}") for number in (1, 2))
        self.move(first, "2026-03-02 07:00", "in_work")
        self.assertTrue(second.support_lane_held)
        with self.refused("stands in line"):
            self.open_wizard(second, "2026-03-02 07:10")
        wizard = self.open_wizard(first, "2026-03-02 07:20")
        self.fill(wizard, "own_product").save().action_decide()
        self.move(first, "2026-03-02 08:00", "resolved")
        self.assertFalse(second.support_lane_held)
        self.move(second, "2026-03-02 08:05", "in_work")
        self.decide(second, "own_product", moment="2026-03-02 08:10")
        self.assertEqual(second.bpmsoft_source_id, self.ref_("source_own_product"))

    def test_not_of_what_is_held_back(self):
        """B-5, B-12: nothing is decided about the source of a request that is held back"""
        ticket = self.raise_as_client("2026-03-02 06:00", user=self.colleague_user)
        self.assertTrue(ticket._bpmsoft_is_held())
        with self.refused("held back"):
            self.open_wizard(ticket, "2026-03-02 07:10")

    def test_a_ground_that_is_not_so(self):
        """B-14: a request of the authorised person is not refused because it were somebody else's"""
        ticket = self.raise_as_client("2026-03-02 06:00")
        with self.refused("is the authorised person"):
            self.refuse(ticket, "2026-03-02 07:00", ground="not_authorised")
        self.assertEqual(ticket.support_phase, "new")
        self.refuse(ticket, "2026-03-02 07:05", ground="no_access")
        self.assertEqual(ticket.support_phase, "cancelled")
