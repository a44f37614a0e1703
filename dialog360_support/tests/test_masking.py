from odoo.tests.common import tagged

from .common import Dialog360Case

SECRET = "Tr0ub4dor-and-3"


@tagged("post_install", "-at_install")
class TestMasking(Dialog360Case):
    """No password stays in what belongs to a ticket of this provider."""

    def test_what_comes_in(self):
        """D-16: of a mail, the form's answers and what agents say with our buttons, passwords are masked"""
        ticket = self.mail_in(
            f"My password: {SECRET}", "2026-03-02 06:00", f"Alder <{self.customer.email}>", self.address
        )
        self.assertNotIn(SECRET, f"{ticket.description}{ticket.message_ids.mapped('body')}")
        ticket.with_user(self.agent).dialog360_request = f"POST /login\npassword: {SECRET}"
        self.assertNotIn(SECRET, ticket.dialog360_request)
        self.wizard(
            "dialog360.triage.wizard",
            ticket,
            "2026-03-02 06:30",
            team_id=self.team_hub.id,
            note=f"Logged in with password: {SECRET}",
        ).action_apply()
        self.env["dialog360.remark"].with_user(self.agent).create(
            {"ticket_id": ticket.id, "text": f"They sent us password: {SECRET}"}
        )
        self.env.flush_all()
        said = (
            ticket.sudo().dialog360_involvement_ids.mapped("note"),
            ticket.message_ids.mapped("body"),
            self.env["dialog360.remark"].search([("ticket_id", "=", ticket.id)]).mapped("text"),
            self.env["support.notification"].search([("ticket_id", "=", ticket.id)]).mapped("data"),
        )
        self.assertNotIn(SECRET, str(said))
