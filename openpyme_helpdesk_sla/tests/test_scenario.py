from odoo.tests.common import tagged

from .common import OpenpymeCase


@tagged("post_install", "-at_install")
class TestScenario(OpenpymeCase):
    """The scenario of a support ticket is a template to fill in (O-6)."""

    def test_missing_parts_are_shown(self):
        """O-6: who, where, steps, expected, actual, since when, evidence: what is missing is said until it is there."""
        ticket = self.raise_ticket("2026-03-02 16:00", "support").with_user(self.agent)
        self.assertEqual(ticket.support_form_state, "incomplete")
        self.assertEqual(ticket.support_form_progress, "0 of 7")
        ticket.write(
            {
                "openpyme_scenario_who": "The cashier",
                "openpyme_scenario_where": "Store 3, invoicing",
                "openpyme_scenario_steps": "Sell, then stamp",
                "openpyme_scenario_expected": "A stamp",
                "openpyme_scenario_actual": "Error 500",
                "openpyme_scenario_since": "2026-03-01 12:00:00",
            }
        )
        self.assertEqual(ticket.support_form_missing, "Evidence")
        ticket.message_post(body="See the picture.", attachments=[("till.png", b"x")])
        self.assertEqual(ticket.support_form_state, "complete")

    def test_only_support_is_asked_for_one(self):
        """O-6: changes, consultancy and what is not classified are asked for no scenario; reclassified, they are."""
        for kind in (None, "change", "consultancy"):
            ticket = self.raise_ticket("2026-03-02 16:00", kind)
            self.assertFalse(ticket.support_form_state)
            self.assertFalse(ticket.sudo()._support_portal_describe_request_form()["fields"])
            self.classify(ticket, "2026-03-02 16:10", "support")
            self.assertEqual(ticket.support_form_state, "incomplete")

    def test_the_client_fills_it_in(self):
        """O-6: the page of the ticket has the template; what the client answers is the client's message."""
        ticket = self.raise_ticket("2026-03-02 16:00", "support").sudo()
        form = ticket._support_portal_describe_request_form()
        self.assertEqual(form["title"], "Scenario")
        self.assertEqual(
            [field["name"].removeprefix("openpyme_scenario_") for field in form["fields"]],
            ["who", "where", "steps", "expected", "actual", "since"],
        )
        self.assertTrue(form["files"])
        values, errors = ticket._support_form_read({"openpyme_scenario_who": "The cashier"}, 0)
        self.assertFalse(errors)
        message = ticket._support_form_answer(values, [], self.customer, "")
        self.assertEqual(message.author_id, self.customer)
        self.assertEqual(ticket.openpyme_scenario_who, "The cashier")
