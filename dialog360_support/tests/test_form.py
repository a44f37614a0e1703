from odoo.tests.common import tagged

from .common import ANSWERS, Dialog360Case


@tagged("post_install", "-at_install")
class TestForm(Dialog360Case):
    """What a good request contains."""

    def test_completeness(self):
        """D-13: consequences, exact time, steps, request, response and a file make it complete; the rest is named"""
        ticket = self.raise_ticket("2026-03-02 06:00", complete=False)
        self.assertEqual(ticket.support_form_state, "incomplete")
        self.assertEqual(len(ticket._support_form_get_missing()), 6)
        ticket.with_user(self.agent).write(ANSWERS)
        self.assertEqual([question.name for question in ticket._support_form_get_missing()], ["files"])
        self.env["ir.attachment"].create(
            {"name": "screen.png", "res_model": ticket._name, "res_id": ticket.id, "raw": b"png"}
        )
        self.assertEqual(ticket.support_form_state, "complete")

    def test_no_call_of_the_api(self):
        """D-13: request and response are not missed where no call of the API is involved"""
        ticket = self.raise_ticket("2026-03-02 06:00", complete=False)
        ticket.with_user(self.agent).dialog360_no_api = True
        missing = {question.name for question in ticket._support_form_get_missing()}
        self.assertNotIn("dialog360_request", missing)
        self.assertNotIn("dialog360_response", missing)
        self.assertIn("dialog360_steps", missing)

    def test_asked_for_what_is_missing(self):
        """D-13: whoever writes in without it is asked once, automatically: that is no first response"""
        ticket = self.mail_in("It stands still.", "2026-03-02 06:00", f"Alder <{self.customer.email}>", self.address)
        self.deliver()
        asked = self.written_to(ticket).filtered(lambda message: "The sooner we have" in message.body)
        self.assertEqual(len(asked), 1)
        for part in ("consequences", "API request", "response", "exactly", "steps", "Screenshot"):
            self.assertIn(part, asked.body)
        self.assertFalse(self.clock(ticket, "first_response").stopped)

    def test_complete_is_not_asked(self):
        """D-13: a complete request is not asked for anything, and a desk may switch asking off"""
        self.provider.dialog360_asks_form = False
        ticket = self.raise_as_client("2026-03-02 06:00", complete=False)
        self.deliver()
        self.assertFalse(self.written_to(ticket).filtered(lambda message: "The sooner we have" in message.body))
