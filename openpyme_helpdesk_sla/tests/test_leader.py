from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import OpenpymeCase


@tagged("post_install", "-at_install")
class TestLeader(OpenpymeCase):
    """Every contact comes to the client's account leader (O-1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_leader = cls.make_agent("other.leader")
        cls.entitlement_rio.account_leader_id = cls.other_leader

    def test_raised_by_an_agent(self):
        """O-1: the leader is assigned, also where the helpdesk would assign whoever types the request in."""
        self.env.company.helpdesk_mgmt_ticket_auto_assign = True
        with Form(self.env["helpdesk.ticket"].with_user(self.agent)) as form:
            form.name = "No stamp"
            form.description = "<p>Since noon.</p>"
            form.team_id = self.team
            form.partner_id = self.customer
        ticket = form.record
        self.assertEqual(ticket.user_id, self.leader)
        self.assertEqual(ticket.openpyme_leader_id, self.leader)
        self.assertIn(self.leader.partner_id, ticket.message_partner_ids)

    def test_a_colleague_chosen_on_purpose_works_on_it(self):
        """O-1: who was assigned on purpose stays; the leader answers for the request all the same."""
        ticket = self.raise_ticket("2026-03-02 16:00", user_id=self.other_leader.id)
        self.assertEqual(ticket.user_id, self.other_leader)
        self.assertEqual(ticket.openpyme_leader_id, self.leader)

    def test_raised_by_mail(self):
        """O-1: a mail of a known person goes to the leader of the company."""
        ticket = self.mail_in("No stamp.", "2026-03-02 16:00", "till@mesa.example", self.address)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.user_id, self.leader)

    def test_mail_of_somebody_unknown(self):
        """O-1: nobody's request is told to the administrator; once its client is known, the leader has it."""
        ticket = self.mail_in("No stamp.", "2026-03-02 16:00", "new@rio.example", self.address)
        self.assertFalse(ticket.user_id)
        self.assertTrue(ticket.with_user(self.agent).openpyme_no_leader)
        self.assertEqual(self.told(ticket, "openpyme_no_leader"), [self.manager])
        ticket.with_user(self.agent).partner_id = self.stranger_user.partner_id
        self.assertEqual(ticket.user_id, self.other_leader)
        self.assertFalse(ticket.with_user(self.agent).openpyme_no_leader)

    def test_raised_by_import(self):
        """O-1: imported requests have their leaders."""
        result = (
            self.env["helpdesk.ticket"]
            .with_user(self.manager)
            .load(
                ["name", "description", "team_id/.id", "partner_id/.id"],
                [["One", "<p>x</p>", str(self.team.id), str(self.customer.id)]],
            )
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self.env["helpdesk.ticket"].browse(result["ids"]).user_id, self.leader)

    def test_the_client_changes(self):
        """O-1: when it turns out to be another client's request, it goes to that client's leader."""
        ticket = self.raise_ticket("2026-03-02 16:00")
        ticket.with_user(self.agent).partner_id = self.stranger_user.partner_id
        self.assertEqual(ticket.openpyme_leader_id, self.other_leader)
        self.assertEqual(ticket.user_id, self.other_leader)
        self.assertIn(self.other_leader.partner_id, ticket.message_partner_ids)
        self.assertNotIn(self.leader.partner_id, ticket.message_partner_ids)

    def test_a_contract_that_is_over_has_a_leader(self):
        """O-1: a request without a contract in force has somebody to review it."""
        self.entitlement.date_end = "2026-01-31"
        ticket = self.raise_ticket("2026-03-02 16:00")
        self.assertTrue(ticket.sudo().support_no_entitlement)
        self.assertEqual(ticket.user_id, self.leader)

    def test_a_leader_who_has_left(self):
        """O-1: an archived leader is assigned nothing; the administrator is told, and the check finds it."""
        self.leader.active = False
        ticket = self.raise_ticket("2026-03-02 16:00")
        self.assertFalse(ticket.user_id == self.leader)
        self.assertTrue(ticket.with_user(self.agent).openpyme_no_leader)
        self.assertEqual(self.told(ticket, "openpyme_no_leader"), [self.manager])
        found = self.env["helpdesk.ticket"].with_user(self.agent).search([("openpyme_no_leader", "=", True)])
        self.assertIn(ticket, found)
        findings = [
            finding for finding in self.env["support.check"]._run() if finding["code"].startswith("openpyme_leader")
        ]
        self.assertIn(self.entitlement.id, [finding["res_id"] for finding in findings])

    def test_an_account_is_handed_over(self):
        """O-1: who takes an account over is offered its open requests; one that is taken out stays."""
        kept, given = self.raise_ticket("2026-03-02 16:00"), self.raise_ticket("2026-03-02 16:10")
        closed = self.raise_ticket("2026-03-02 16:20")
        closed.with_user(self.agent).stage_id = self.stages["cancelled"]
        self.entitlement.account_leader_id = self.other_leader
        entitlement = self.entitlement.with_user(self.manager)
        self.assertEqual(entitlement.openpyme_waiting_count, 2)
        wizard = entitlement.env["openpyme.leader.wizard"].browse(entitlement.action_openpyme_hand_over()["res_id"])
        wizard.ticket_ids -= kept.with_user(self.manager)
        wizard.action_hand_over()
        self.assertEqual(given.user_id, self.other_leader)
        self.assertEqual(given.openpyme_leader_id, self.other_leader)
        self.assertEqual((kept | closed).openpyme_leader_id, self.leader)

    def test_a_leader_with_personal_tickets_only(self):
        """O-1, O-13: a leader who sees personal tickets only goes on seeing a request that a colleague works on."""
        own = self.make_agent("own.leader", "helpdesk_mgmt.group_helpdesk_user_own")
        self.entitlement.account_leader_id = own
        ticket = self.raise_ticket("2026-03-02 16:00")
        ticket.with_user(self.agent).user_id = self.agent
        self.review(ticket, "2026-03-02 16:10", own)
        self.assertEqual(ticket.with_user(own).openpyme_check_ids.user_id, own)
        foreign = self.raise_ticket("2026-03-02 16:00", partner_id=self.stranger_user.partner_id.id)
        self.review(foreign, "2026-03-02 16:10")
        seen = self.env["openpyme.review.check"].with_user(own).search([])
        self.assertEqual(seen.ticket_id, ticket)

    def test_handing_over_to_nobody_is_refused(self):
        """O-1: there must be somebody to hand over to."""
        self.raise_ticket("2026-03-02 16:00")
        self.entitlement.account_leader_id = self.other_leader
        entitlement = self.entitlement.with_user(self.manager)
        wizard = entitlement.env["openpyme.leader.wizard"].browse(entitlement.action_openpyme_hand_over()["res_id"])
        self.other_leader.active = False
        with self.assertRaises(UserError):
            wizard.action_hand_over()

    def test_nobody_enters_the_leader(self):
        """O-1: the leader follows from the company; it is not typed in."""
        ticket = self.raise_ticket("2026-03-02 16:00")
        with self.assertRaises(UserError):
            ticket.with_user(self.agent).openpyme_leader_id = self.agent

    def test_another_queue_keeps_the_leader(self):
        """O-1: a request that passes to another queue of the provider is not nobody's."""
        queue = self.team.copy({"name": "Second queue", "alias_name": False, "user_ids": [(6, 0, self.agent.ids)]})
        queue.support_provider_id = self.provider
        ticket = self.raise_ticket("2026-03-02 16:00")
        ticket.with_user(self.agent).team_id = queue
        self.assertEqual(ticket.user_id, self.leader)

    def test_customers_do_not_read_it(self):
        """O-1: who leads which account is no field that customers read."""
        ticket = self.raise_ticket("2026-03-02 16:00")
        names = ticket.with_user(self.customer_user).fields_get()
        self.assertNotIn("openpyme_leader_id", names)
        self.assertNotIn("openpyme_red_at", names)
