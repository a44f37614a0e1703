from pathlib import Path

from .browser import Chromium, Person
from .desk import PASSWORD, DeskCase

MAIL = Path(__file__).parent / "mails" / "payout_missing.eml"


class TestMailJourney(DeskCase):
    def test_from_a_mail_file_to_the_first_response(self):
        """E-1.1, E-1.2, J-3, J-6, J-10: a mail file goes through Odoo's mail gateway into a queue; the confirmation
        with the reference number arrives at a real mail server and is no first response; clocks stand on the
        ticket; the agent answers in the browser, the panel shows the first response met, and the merchant has the
        answer as a mail."""
        self.set_clock(self.minutes(5))
        self.server.start()
        self.assertEqual(self.address, "judopay-help@desk.example")
        self.deliver(MAIL)
        tickets = self.database.sql(
            """SELECT t.id, t.number, t.name, a.alias_name, p.email FROM helpdesk_ticket t
               LEFT JOIN helpdesk_ticket_team e ON e.id = t.team_id LEFT JOIN mail_alias a ON a.id = e.alias_id
               LEFT JOIN res_partner p ON p.id = t.partner_id"""
        )
        self.assertEqual(len(tickets), 1, f"{tickets}, {self.server.tail(60)}")
        [(ticket, number, name, team, author)] = tickets
        self.assertEqual((name, team, author), ("A payout of £120 is missing", "judopay-help", "till@alder.example"))
        files = "SELECT name FROM ir_attachment WHERE res_model = 'helpdesk.ticket' AND res_id = %s"
        self.assertEqual(self.database.sql(files, ticket), [("terminal.csv",)])

        # the confirmation, at the merchant's mail server
        self.eventually(lambda: self.mail.to("till@alder.example"), "the confirmation of receipt")
        [confirmation] = self.mail.to("till@alder.example")
        self.assertIn(number, confirmation.subject)
        self.assertIn(number, confirmation.text)
        clocks = self.clocks(ticket)
        self.assertEqual(clocks["first_response"][:1] + clocks["first_response"][2:], ("running", None, None))
        self.assertEqual(clocks["resolution"][0], "running")
        said = "SELECT kind, side FROM support_event WHERE ticket_id = %s AND kind LIKE 'message%%' ORDER BY id"
        self.assertEqual(
            self.database.sql(said, ticket),
            [("message_in", "customer"), ("message_auto", "system")],
            "the merchant's mail and a machine's confirmation",
        )

        # the agent answers in the browser, 20 minutes later
        self.set_clock(self.minutes(25))
        with Chromium(self.chromium) as browser:
            agent = Person(browser, self.server.url, "agent", PASSWORD, self.minutes(25), self.pictures)
            page = agent.open_ticket(ticket)
            self.assertEqual((agent.state("first_response"), agent.state("resolution")), ("running", "running"))
            agent.picture("mail-1-raised")
            page.click(".o-mail-Chatter-sendMessage")
            page.fill(".o-mail-Composer-input", "We found the payout: it is on its way and arrives today.")
            page.click(".o-mail-Composer-send:not([disabled])")
            page.wait_for_selector(".o-mail-Message:has-text('We found the payout')")
            self.eventually(lambda: self.clocks(ticket)["first_response"][0] == "done", "the first response")
            agent.open_ticket(ticket)
            self.assertEqual((agent.state("first_response"), agent.state("resolution")), ("done", "running"))
            agent.picture("mail-2-answered")
            self.assertFalse(agent.errors)
        _state, deadline, stopped, breached = self.clocks(ticket)["first_response"]
        self.assertIsNone(breached)
        self.assertLessEqual(stopped, deadline)
        self.assertLess(abs((stopped - self.minutes(25)).total_seconds()), 300)
        self.eventually(lambda: len(self.mail.to("till@alder.example")) == 2, "the answer as a mail")
        self.assertIn("We found the payout", self.mail.to("till@alder.example")[1].text)
        self.assertFalse(self.server.errors())
