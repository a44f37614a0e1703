from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import JudopayCase


@tagged("post_install", "-at_install")
class TestReviewAccess(JudopayCase):
    """What somebody with a login gets past the buttons."""

    def test_no_verdict_by_hand(self):
        """J-7, J-8, J-12, E-3.9: that a call came, or a priority was confirmed, is written by nobody and given as no
        default"""
        ticket = self.propose("2026-02-10 10:00", "PS1")
        for name, value in (
            ("judopay_call_state", "came"),
            ("judopay_call_at", "2026-02-10 10:00:00"),
            ("judopay_call_user_id", self.agent.id),
            ("judopay_priority_state", "confirmed"),
            ("judopay_confirmed_by_id", self.manager.id),
            ("judopay_proposed_priority_id", False),
            ("judopay_dedicated_at", False),
        ):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, "follows from"):
                ticket.with_user(self.manager).write({name: value})
        defaults = {"default_judopay_call_state": "came", "default_judopay_confirmed_by_id": self.manager.id}
        tickets = self.env["helpdesk.ticket"].with_user(self.merchant_user).sudo().with_context(**defaults)
        values = {"name": "Lies", "description": "<p>x</p>", "team_id": self.team.id, "partner_id": self.merchant.id}
        made = tickets.create(values)
        self.assertFalse(made.judopay_call_at)
        self.assertNotEqual(made.judopay_call_state, "came")
        self.confirm(ticket, "2026-02-10 10:20", "PS2")
        self.assertEqual((ticket.judopay_priority_state, ticket.judopay_confirmed_by_id), ("confirmed", self.agent))

    def test_wizard_of_a_foreign_ticket(self):
        """S-1: a wizard that names a ticket which one may not read tells nothing of it"""
        stranger = self.make_agent("onlooker", "helpdesk_mgmt.group_helpdesk_user_own")
        ticket = self.propose("2026-02-10 10:00", "PS3")
        wizard = self.env["judopay.defect.wizard"].with_user(self.agent).create({"ticket_id": ticket.id})
        wizard.write({"defect_ref": "SECRET-1", "no_workaround": True})
        wizard.action_apply()
        self.assertEqual(ticket.judopay_defect_ref, "SECRET-1")
        ticket.sudo().user_id = self.agent
        with self.assertRaises(AccessError):
            ticket.with_user(stranger).read(["name"])
        wizard = self.env["judopay.defect.wizard"].with_user(stranger).create({"ticket_id": ticket.id})
        self.assertEqual((wizard.defect_ref, wizard.no_workaround), (False, False))
        with self.assertRaises(AccessError):
            wizard.action_apply()
        for model in ("judopay.confirm.wizard", "support.charge.wizard", "support.ask.wizard"):
            wizards = self.env[model].with_user(stranger)
            for name in ("current_priority_id", "coverage", "kind_id", "provider_id", "priority_id", "question_ids"):
                if name in wizards._fields:
                    self.assertFalse(self.told_by(wizards, ticket, name), f"{model}.{name}")

    def told_by(self, wizards, ticket, name):
        try:
            return wizards.new({"ticket_id": ticket.id})[name]
        except AccessError:
            return False
