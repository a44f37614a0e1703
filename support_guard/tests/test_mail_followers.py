from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import GuardCase


@tagged("post_install", "-at_install")
class TestMailFollowers(GuardCase):
    def deliver_ticket(self, **parts):
        return self.env["helpdesk.ticket"].browse(self.deliver(**parts))

    def assert_unreadable(self, ticket, user) -> None:
        found = self.env["helpdesk.ticket"].with_user(user)
        self.assertFalse(found.search([("id", "=", ticket.id)]))
        with self.assertRaises(AccessError):
            ticket.with_user(user).read(["name"])

    def test_outsider_names_a_customer(self):
        """G-4: a stranger's mail subscribes no customer it names, and none may read."""
        ticket = self.deliver_ticket(
            email_from="stranger@elsewhere.example",
            to="help@desk.example, buyer@birch.example",
            headers={"Cc": "buyer@alder.example"},
        )
        self.assertTrue(ticket)
        self.assertFalse(ticket.message_partner_ids.filtered("partner_share"))
        self.assert_unreadable(ticket, self.birch_user)
        self.assert_unreadable(ticket, self.alder_user)

    def test_customer_names_a_customer(self):
        """G-4: a customer's mail subscribes its own people and nobody of another."""
        colleague = self.make_portal_user("alder-two", self.alder)
        ticket = self.deliver_ticket(headers={"Cc": "buyer@alder-two.example, buyer@birch.example"})
        self.assertEqual(ticket.partner_id, self.alder_user.partner_id)
        self.assertIn(colleague.partner_id, ticket.message_partner_ids)
        self.assertNotIn(self.birch_user.partner_id, ticket.message_partner_ids)
        self.assert_unreadable(ticket, self.birch_user)
        self.assertEqual(ticket.with_user(colleague).name, "A question")

    def test_answer_names_a_customer(self):
        """G-4: neither does an answer to a ticket."""
        message = self.alder_ticket.message_post(body="What is it?", subtype_xmlid="mail.mt_comment")
        before = self.alder_ticket.message_partner_ids
        found = self.deliver_ticket(
            message_id="<answer@elsewhere.example>",
            email_from="stranger@elsewhere.example",
            to="help@desk.example, buyer@birch.example",
            headers={
                "Cc": "agent@desk.example",
                "In-Reply-To": message.message_id,
            },
        )
        self.assertEqual(found, self.alder_ticket)
        self.assertEqual(self.alder_ticket.message_partner_ids, before)
        self.assert_unreadable(self.alder_ticket, self.birch_user)

    def test_following_is_no_right_to_read(self):
        """G-4: a follower of another company, and its colleagues, may not read."""
        colleague = self.make_portal_user("birch-two", self.birch)
        self.alder_ticket.message_subscribe(self.birch_user.partner_id.ids)
        self.assert_unreadable(self.alder_ticket, self.birch_user)
        self.assert_unreadable(self.alder_ticket, colleague)

    def test_colleagues_read(self):
        """Still so: the people of the customer's company read the ticket as before."""
        colleague = self.make_portal_user("alder-two", self.alder)
        self.assertEqual(self.alder_ticket.with_user(colleague).name, "Alder asks")
        self.assert_unreadable(self.birch_ticket, colleague)

    def test_share_with_a_person(self):
        """G-4: an explicit share is for the person, and can be taken back."""
        colleague = self.make_portal_user("birch-two", self.birch)
        ticket = self.alder_ticket.with_user(self.agent)
        ticket.guard_share_partner_ids = self.birch_user.partner_id
        shared = self.alder_ticket.with_user(self.birch_user)
        self.assertEqual(shared.name, "Alder asks")
        self.assert_unreadable(self.alder_ticket, colleague)
        token = self.alder_ticket._portal_ensure_token()
        ticket.guard_share_partner_ids = False
        self.assert_unreadable(self.alder_ticket, self.birch_user)
        self.assertNotEqual(self.alder_ticket._portal_ensure_token(), token)

    def test_share_wizard(self):
        """Still so: the standard wizard shares, and its mail has a link that works."""
        wizard = (
            self.env["portal.share"]
            .with_user(self.agent)
            .with_context(active_model="helpdesk.ticket", active_id=self.alder_ticket.id)
            .create({"partner_ids": self.birch_user.partner_id.ids})
        )
        self.env.invalidate_all()
        wizard.action_send_mail()
        self.assertEqual(self.alder_ticket.with_user(self.birch_user).name, "Alder asks")

    def test_internal_followers_read(self):
        """Still so: people of the desk are not concerned."""
        self.alder_ticket.message_subscribe(self.agent.partner_id.ids)
        self.assertEqual(self.alder_ticket.with_user(self.agent).name, "Alder asks")

    def test_customers_share_nothing(self):
        """G-4: a customer can neither share a ticket nor subscribe others to it."""
        ticket = self.alder_ticket.with_user(self.alder_user)
        with self.assertRaises(AccessError):
            ticket.guard_share_partner_ids = self.birch_user.partner_id
        with self.assertRaises(AccessError):
            ticket.message_subscribe(self.birch_user.partner_id.ids)
