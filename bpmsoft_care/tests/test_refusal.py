from odoo.tests.common import tagged

from .common import BpmsoftCase, utc
from .people_common import PeopleMixin


@tagged("post_install", "-at_install")
class TestRefusal(PeopleMixin, BpmsoftCase):
    """Requests that are refused, with a ground."""

    def test_three_grounds(self):
        """B-14: the three grounds are records with words of their own, which managers edit"""
        grounds = self.env["bpmsoft.refusal.ground"].with_user(self.manager).search([])
        self.assertEqual(grounds.mapped("code"), ["not_solvable", "not_authorised", "no_access"])
        grounds[0].customer_text = "Edited."
        with self.assertRaises(Exception):  # noqa: B017
            grounds.with_user(self.agent)[0].customer_text = "Not by agents."

    def test_refused(self):
        """B-14: cancelled with ground, who and when; the client is told in its language; outside achievement"""
        self.env["res.lang"]._activate_lang("ru_RU")
        self.customer.lang = "ru_RU"
        ground = self.ref_("ground_no_access")
        ground.with_context(lang="ru_RU").customer_text = "Нет доступа."
        ticket = self.raise_as_client("2026-03-02 06:00")
        with self.refused("what led to it"):
            self.refuse(ticket, "2026-03-02 07:00", note=" ")
        self.refuse(ticket, "2026-03-02 07:00")
        self.assertEqual(ticket.support_phase, "cancelled")
        self.assertEqual(
            (ticket.bpmsoft_ground_id, ticket.bpmsoft_refused_by_id, ticket.bpmsoft_refused_at),
            (ground, self.agent, utc("2026-03-02 07:00")),
        )
        message = self.messages(ticket)[-1:]
        self.assertIn("Нет доступа.", message.body)
        self.assertNotIn("Asked twice", message.body)
        domain = self.env["support.clock"]._get_achievement_domain()
        self.assertFalse(ticket.support_clock_ids.filtered_domain(domain))
        with self.refused("nothing to refuse"):
            self.refuse(ticket, "2026-03-02 07:10")

    def test_taken_back(self):
        """B-14: a refusal is taken back by its button, or by moving the request; its clocks go on"""
        ticket = self.raise_as_client("2026-03-02 06:00")
        self.refuse(ticket, "2026-03-02 07:00")
        self.at(ticket.with_user(self.agent), "2026-03-02 08:00").action_bpmsoft_take_back()
        self.assertEqual((ticket.support_phase, ticket.bpmsoft_ground_id.id), ("new", False))
        self.assertEqual(self.clock(ticket, "first_response").state, "running")
        self.deliver()
        self.assertFalse(
            ticket.message_ids.filtered(lambda message: "cannot take" in (message.subject or "")),
            "what was taken back before it was sent is not told",
        )
        self.refuse(ticket, "2026-03-02 08:30", ground="not_solvable")
        self.move(ticket, "2026-03-02 09:00", "in_work")
        self.assertFalse(ticket.bpmsoft_ground_id)
        with self.refused("was not refused"):
            ticket.with_user(self.agent).action_bpmsoft_take_back()

    def test_a_held_one_is_held_again(self):
        """B-5, B-14: taken back, a request that was held stands where it stood"""
        ticket = self.mail_from("plant@irtysh.example", "2026-03-02 06:00")
        self.refuse(ticket, "2026-03-02 07:00", ground="not_authorised")
        self.assertEqual(self.messages(ticket)[-1:].partner_ids, self.colleague_user.partner_id)
        ticket.with_user(self.agent).action_bpmsoft_take_back()
        self.assertEqual((ticket.support_phase, ticket.bpmsoft_standing), ("new", "held"))

    def test_nobody_enters_it(self):
        """B-14: who refused, when and why follow from refusing, and are entered by nobody"""
        ticket = self.raise_as_client("2026-03-02 06:00")
        with self.refused("cannot be entered"):
            ticket.with_user(self.manager).write({"bpmsoft_ground_id": self.ref_("ground_no_access").id})
