from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import OpenpymeCase


@tagged("post_install", "-at_install")
class TestGate(OpenpymeCase):
    """O-2, O-3: what was neither reviewed nor classified is not worked on."""

    def test_refused_by_any_way_in(self):
        """O-2: by form, drag, RPC and import an unreviewed request is not put in work, and it is said what is to do"""
        ticket = self.raise_ticket("2026-02-10 15:00").with_user(self.leader)
        for code in ("in_work", "waiting_other", "validation"):
            with self.refused("initial review and classify it first"), self.cr.savepoint():
                ticket.stage_id = self.stages[code]
        with self.refused("Still to check: .*ontract"), self.cr.savepoint():
            ticket.write({"stage_id": self.stages["in_work"].id, "user_id": self.leader.id})
        with self.refused("initial review"), self.cr.savepoint(), Form(ticket) as form:
            form.stage_id = self.stages["in_work"]
        answer = ticket.load([".id", "stage_id/.id"], [[str(ticket.id), str(self.stages["in_work"].id)]])
        self.assertIn("initial review", str(answer["messages"]))
        with self.refused("initial review"), self.cr.savepoint():
            self.raise_ticket("2026-02-10 15:00", stage_id=self.stages["in_work"].id)
        self.assertEqual(ticket.stage_id, self.stages["new"])

    def test_reviewed_is_not_classified(self):
        """O-3: after the review it still has to be classified; then it begins, also both in one write"""
        ticket = self.raise_ticket("2026-02-10 15:00").with_user(self.leader)
        self.review(ticket, "2026-02-10 15:10")
        with self.refused("classify it first, as support, change or consultancy"), self.cr.savepoint():
            ticket.stage_id = self.stages["in_work"]
        ticket.write({"support_kind_id": self.kinds["change"].id, "stage_id": self.stages["in_work"].id})
        self.assertEqual(ticket.support_phase, "open")

    def test_what_is_no_work(self):
        """O-2: asking the client first, putting off, cancelling and closing an unreviewed request stay possible"""
        for code in ("waiting", "backlog", "cancelled", "closed"):
            ticket = self.raise_ticket("2026-02-10 15:00").with_user(self.leader)
            ticket.stage_id = self.stages[code]
            self.assertEqual(ticket.stage_id, self.stages[code])

    def test_the_client_is_never_refused(self):
        """O-2: a client who answers before the review is heard, and the request waits where it is reviewed"""
        ticket = self.raise_ticket("2026-02-10 15:00")
        self.at(ticket.with_user(self.leader), "2026-02-10 15:10").stage_id = self.stages["waiting"]
        self.say(ticket, "2026-02-10 15:20", "It is till 3.", user=self.customer_user)
        self.assertEqual(ticket.stage_id, self.stages["new"])
        with self.refused("initial review"), self.cr.savepoint():
            ticket.with_user(self.leader).stage_id = self.stages["in_work"]

    def test_problems_need_no_review(self):
        """O-9: a problem is nobody's request: it needs its replica and no review"""
        problem = self.raise_ticket("2026-02-10 15:00", support_is_problem=True, partner_id=False)
        problem = problem.with_user(self.leader)
        problem.write({f"openpyme_replica_{part}": "x" for part in ("where", "how", "result")})
        problem.action_openpyme_record_replica()
        problem.stage_id = self.stages["in_work"]
        self.assertEqual(problem.support_phase, "open")

    def test_going_back_is_said(self):
        """O-10: what is classified while it is in work and has to wait goes back, and the chatter says so"""
        first = self.raise_ticket("2026-02-10 15:00", "support")
        self.at(first.with_user(self.agent), "2026-02-10 15:05").stage_id = self.stages["in_work"]
        second = self.raise_ticket("2026-02-10 15:10", "consultancy").with_user(self.leader)
        second.stage_id = self.stages["in_work"]
        second.support_kind_id = self.kinds["support"]
        self.assertEqual((second.stage_id, second.support_lane_state), (self.stages["new"], "waiting"))
        said = [message.body for message in second.sudo().message_ids if "waits its turn" in (message.body or "")]
        self.assertEqual(len(said), 1)
        self.assertIn("went back to “New”", said[0])

    def test_a_turn_does_not_pass_the_review(self):
        """O-2: the button of the line is no way round the review either"""
        ticket = self.raise_ticket("2026-02-10 15:00")
        with self.assertRaises(UserError):
            ticket.with_user(self.leader).action_support_start_next()
