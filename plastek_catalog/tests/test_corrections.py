from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .common import PlastekCase


class TestCorrections(PlastekCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.roles["service_desk_manager"]
        cls.second = cls.roles["service_manager"]

    def correct(self, ticket, user=None, **values):
        """As an agent enters it on the ticket."""
        action = ticket.with_user(user or self.desk).action_plastek_corrections()
        corrections = self.env["plastek.correction"].with_user(user or self.desk).with_context(**action["context"])
        form = Form(corrections)
        form.object_ref = "Card 000123"
        form.what = "Balance"
        form.value_before = "100"
        form.value_after = "350"
        form.reason = "Points of one purchase were lost."
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

    def test_second_person(self):
        """P-10: asked for by one, approved by another, then done; before and after stay on the ticket"""
        ticket = self.raise_ticket("2026-02-10 09:00")
        correction = self.correct(ticket)
        correction.action_ask()
        self.assertEqual(
            set(self.told(ticket)) & set(self.roles.values()), {self.second, self.roles["head_of_support"]}
        )
        with self.assertRaisesRegex(AccessError, "Somebody else"), self.env.cr.savepoint():
            correction.action_approve()
        self.assertFalse(correction.may_decide)
        other = correction.with_user(self.second)
        self.assertTrue(other.may_decide)
        other.action_approve()
        correction.action_done()
        self.assertEqual(
            (correction.value_before, correction.value_after, correction.state, correction.decided_by_id),
            ("100", "350", "done", self.second),
        )
        self.assertEqual(ticket.with_user(self.desk).plastek_correction_count, 1)

    def test_not_done_without_approval(self):
        """P-10: nothing is marked done before it was approved, by button or by RPC"""
        correction = self.correct(self.raise_ticket("2026-02-10 09:00"))
        for user in (self.desk, self.second, self.manager):
            mine = correction.with_user(user)
            with self.assertRaisesRegex(UserError, "second person"), self.env.cr.savepoint():
                mine.action_done()
            for values in ({"state": "done"}, {"state": "approved", "decided_by_id": self.second.id}):
                with self.assertRaisesRegex(UserError, "buttons"), self.env.cr.savepoint():
                    mine.write(values)
        with self.assertRaisesRegex(UserError, "buttons"), self.env.cr.savepoint():
            correction.copy().create([{**correction.copy_data()[0], "state": "approved"}])
        self.assertEqual(correction.state, "draft")

    def test_not_even_when_somebody_else_asks(self):
        """P-10: whoever entered a correction does not approve it because a colleague pressed the button"""
        correction = self.correct(self.raise_ticket("2026-02-10 09:00"), user=self.second)
        correction.with_user(self.desk).action_ask()
        for user in (self.desk, self.second):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                correction.with_user(user).action_approve()
        correction.with_user(self.roles["head_of_support"]).action_approve()

    def test_values_are_fixed(self):
        """P-10: what was sent for approval cannot be changed afterwards, only taken back and sent anew"""
        correction = self.correct(self.raise_ticket("2026-02-10 09:00"))
        correction.action_ask()
        with self.assertRaisesRegex(UserError, "fixed"), self.env.cr.savepoint():
            correction.value_after = "3500"
        correction.with_user(self.second).action_approve()
        for call in (lambda: setattr(correction, "value_after", "3500"), correction.action_take_back):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                call()
        with self.assertRaisesRegex(UserError, "drafts"), self.env.cr.savepoint():
            correction.unlink()

    def test_refusing(self):
        """P-10: a refusal says why, and what was refused is never done"""
        correction = self.correct(self.raise_ticket("2026-02-10 09:00"))
        correction.action_ask()
        action = correction.with_user(self.second).action_refuse()
        wizard = self.env[action["res_model"]].with_user(self.second).with_context(**action["context"])
        wizard.create({"note": "The purchase was returned."}).action_refuse()
        self.assertEqual((correction.state, correction.decision_note), ("refused", "The purchase was returned."))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            correction.action_done()

    def test_only_approvers(self):
        """P-10: who approves is a setting; an agent outside of it does not"""
        correction = self.correct(self.raise_ticket("2026-02-10 09:00"))
        correction.action_ask()
        with self.assertRaisesRegex(AccessError, "approved by"), self.env.cr.savepoint():
            correction.with_user(self.agent).action_approve()
        self.provider.plastek_approver_role_ids = False
        correction.with_user(self.agent).action_approve()

    def test_request_waits_for_its_corrections(self):
        """P-10: a request is not solved while a correction waits"""
        ticket = self.raise_ticket("2026-02-10 09:00").with_user(self.desk)
        correction = self.correct(ticket)
        with self.assertRaisesRegex(ValidationError, "Card 000123"), self.env.cr.savepoint():
            ticket.stage_id = self.ref_("stage_solved")
        ticket.invalidate_recordset()
        correction.unlink()
        ticket.stage_id = self.ref_("stage_solved")

    def test_nothing_to_correct(self):
        """P-10: the same value before and after is no correction"""
        with self.assertRaisesRegex(UserError, "the same"):
            self.correct(self.raise_ticket("2026-02-10 09:00"), value_after="100 ")

    def test_customers_see_none(self):
        """P-10: portal users reach no correction"""
        correction = self.correct(self.raise_ticket("2026-02-10 09:00"))
        for method in ("read", "action_approve", "action_done", "action_ask"):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                getattr(correction.with_user(self.customer_user), method)()
