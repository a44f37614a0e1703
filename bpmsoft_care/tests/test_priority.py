from odoo.exceptions import AccessError
from odoo.tests import Form
from odoo.tests.common import tagged

from .common import BpmsoftCase


@tagged("post_install", "-at_install")
class TestPriority(BpmsoftCase):
    """The level is changed by agreement of both, recorded (B-11)."""

    def wizard(self, ticket, user=None):
        ticket = ticket.with_user(user or self.agent)
        action = ticket.action_bpmsoft_change_priority()
        return Form(ticket.env[action["res_model"]].with_context(**action["context"]))

    def test_by_agreement(self):
        """B-11: the wizard asks with whom it was agreed; the change says so, and the time to react follows"""
        ticket = self.raise_as_client("2026-03-02 06:00", "low")
        form = self.wizard(self.at(ticket, "2026-03-02 06:30"))
        form.priority_id = self.levels["high"]
        with self.assertRaises(AssertionError):
            form.save()  # whoever agreed is required
        form.agreed_with = "Project Office, by phone"
        form.note = "The law comes on Monday."
        self.at(form.save(), "2026-03-02 06:30").action_change()
        self.assertEqual(ticket.support_priority_id, self.levels["high"])
        self.assertEqual(str(self.clock(ticket, "first_response").deadline), "2026-03-02 08:00:00")
        event = ticket.support_event_ids.filtered(lambda event: event.kind == "priority")
        self.assertEqual(event.data["agreed_with"], "Project Office, by phone")
        self.assertEqual(event.data["note"], "The law comes on Monday.")
        self.assertEqual(event.user_id, self.agent)
        self.assertTrue(ticket.message_ids.filtered(lambda message: "by phone" in (message.body or "")))

    def test_not_otherwise(self):
        """B-11: by form, list and import the agreed level stays, and the message says what to do"""
        ticket = self.raise_as_client("2026-03-02 06:00", "low")
        with self.refused("Change the Priority"), self.cr.savepoint():
            form = Form(ticket.with_user(self.agent))
            form.support_priority_id = self.levels["critical"]
            form.save()
        with self.refused("Change the Priority"), self.cr.savepoint():
            ticket.with_user(self.manager).support_priority_id = self.levels["critical"]
        answer = ticket.with_user(self.agent).load(
            [".id", "support_priority_id/.id"], [[str(ticket.id), str(self.levels["critical"].id)]]
        )
        self.assertIn("Change the Priority", str(answer["messages"]))
        self.assertEqual(ticket.support_priority_id, self.levels["low"])

    def test_first_level_of_a_mail(self):
        """B-11, B-7: a mail has none; whoever reads it first gives it one, and from then on it is agreed"""
        ticket = self.mail_in("Nothing works.", "2026-03-02 06:00", self.customer.email_formatted, self.address)
        self.at(ticket.with_user(self.agent), "2026-03-02 06:10").support_priority_id = self.levels["critical"]
        with self.refused("agreed with the client"), self.cr.savepoint():
            self.at(ticket.with_user(self.agent), "2026-03-02 06:20").support_priority_id = self.levels["low"]

    def test_who_may(self):
        """B-11, S-1: nobody who may not work on the request changes its level"""
        ticket = self.raise_as_client("2026-03-02 06:00", "low")
        wizard = self.env["bpmsoft.priority.wizard"].create(
            {"ticket_id": ticket.id, "priority_id": self.levels["high"].id, "agreed_with": "me"}
        )
        with self.assertRaises(AccessError):
            wizard.with_user(self.customer_user).action_change()
        with self.assertRaises(AccessError):
            ticket.with_user(self.customer_user).action_bpmsoft_change_priority()
        self.assertEqual(ticket.support_priority_id, self.levels["low"])
