from datetime import timedelta
from functools import partial

from .browser import Chromium, Person
from .desk import PASSWORD, DeskCase

#: who is told how many minutes after the merchant pressed Send: J-6 (60 minutes), J-17 (every 30)
CHAIN = [
    (60, ["24-hour support"], ["watch"]),
    (90, ["Client service desk"], ["desk"]),
]
NEVER = ["Head of IT operations", "Chief technical officer", "Customer success manager"]


class TestCriticalJourney(DeskCase):
    def test_from_the_portal_to_the_end_of_the_chain(self):
        """E-3.1, E-5.1, E-5.2, E-5.3, E-5.4, J-5, J-6, J-7, J-12, J-17: a merchant raises a PS1 in the portal; it
        stands as proposed; the head of IT operations is told at once; an agent confirms it; the sweep of the running
        server breaches the promises and escalates step by step by real mails; after ``kill -9`` and a new start all
        is there and the chain goes on; acknowledging in the browser stops it."""
        self.set_clock(self.minutes(0))
        self.server.start()
        with Chromium(self.chromium) as browser:
            merchant = Person(browser, self.server.url, "merchant", PASSWORD, self.minutes(0), self.pictures)
            ticket = self.raise_in_the_portal(merchant)
            [(number, raised)] = self.database.sql(
                "SELECT number, support_raised FROM helpdesk_ticket WHERE id = %s", ticket
            )
            self.assertLess(abs((raised - self.minutes(0)).total_seconds()), 600)

            # J-12: at once, though nobody has confirmed anything yet
            self.eventually(lambda: self.told("head", number), "the mail to the head of IT operations")
            self.eventually(lambda: self.mail.to("till@alder.example"), "the confirmation to the merchant")

            agent = Person(browser, self.server.url, "agent", PASSWORD, self.minutes(5), self.pictures)
            self.confirm(agent, ticket)
            clocks = self.clocks(ticket)
            promised = {metric: (clocks[metric][1] - raised).total_seconds() / 60 for metric in clocks}
            self.assertEqual((promised["first_response"], promised["resolution"]), (10, 60))

            # the running server's sweep, step by step
            deadline = clocks["resolution"][1]
            expected: list[str] = []
            for minutes, names, logins in CHAIN:
                self.set_clock(raised + timedelta(minutes=minutes + 1))
                expected += names
                self.eventually(partial(self.reached, ticket, len(expected)), f"the step {names}")
                self.assertEqual(self.steps(ticket), expected)
                for login in logins:
                    self.eventually(lambda login=login: self.told(login, number), f"the mail to {login}")
                if minutes == CHAIN[0][0]:
                    state, due, _stopped, breached = self.clocks(ticket)["resolution"]
                    self.assertEqual((state, due, breached), ("running", deadline, deadline))
                    self.assertEqual(self.stage(ticket), "Escalated")

                    # the server dies and comes back
                    self.server.kill()
                    before = self.everything(ticket)
                    self.server.start()
                    self.assertEqual(self.everything(ticket), before)

            now = self.minutes(95)
            watch = Person(browser, self.server.url, "watch", PASSWORD, now, self.pictures)
            page = watch.open_ticket(ticket)
            self.assertIn("Escalated", page.inner_text(".o_form_view"))
            watch.picture("critical-4-escalated")
            page.click("button[name=action_support_acknowledge]")
            page.wait_for_selector("button[name=action_support_acknowledge]", state="hidden")
            watch.picture("critical-5-acknowledged")
            taken = "SELECT support_acknowledged_at FROM helpdesk_ticket WHERE id = %s"
            self.eventually(lambda: self.database.value(taken, ticket), "the acknowledgement")

            # long after the last step: nobody else is told
            self.set_clock(self.minutes(240))
            sweep = """SELECT max(p.write_date) FROM ir_cron_progress p JOIN ir_model_data d ON d.res_id = p.cron_id
                       WHERE d.module = 'support_sla' AND d.name = 'ir_cron_sweep'"""
            last = self.database.value(sweep)
            self.eventually(
                lambda: (
                    self.database.value(sweep) != last
                    and not self.database.value(
                        "SELECT count(*) FROM support_clock WHERE sweep_at < %s", self.minutes(240)
                    )
                ),
                "a sweep hours later",
            )
            self.assertEqual(self.steps(ticket), expected)
            self.assertFalse(set(NEVER) & set(self.steps(ticket)))
            self.assertFalse(self.told("chief", number))
            self.assertFalse(self.told("success", number))
            for person in (merchant, agent, watch):
                self.assertFalse(person.errors, person.login)
        copies = self.mail.copies()
        self.assertEqual(set(copies.values()), {1}, "no mail twice, though the server was killed between two steps")
        self.assertFalse(self.server.errors())

    def raise_in_the_portal(self, merchant: Person) -> int:
        provider = self.database.value("SELECT id FROM support_provider WHERE code = 'judopay'")
        page = merchant.open(f"/new/ticket?support_provider={provider}")
        text = page.inner_text("main, #wrapwrap")
        for code in ("PS1", "PS2", "PS3", "PS4", "PS5"):
            self.assertIn(code, text)
        if page.locator("input[name=team][type=radio]").count():
            page.locator(".o_support_card label", has_text="Judopay Client Service Desk").click()
        page.locator("label", has_text="PS1").first.click()
        page.fill("#subject", "No payment goes through")
        page.fill("#description", "Since nine o'clock every card is refused at all tills.")
        merchant.picture("critical-1-form")
        page.click("form[action='/submitted/ticket'] button[type=submit]")
        page.wait_for_url("**/my/ticket/**")
        merchant.picture("critical-2-raised")
        self.assertRegex(page.inner_text("#wrapwrap"), r"PS1.*proposed")
        [(ticket, state)] = self.database.sql("SELECT id, judopay_priority_state FROM helpdesk_ticket")
        self.assertEqual(state, "proposed")
        return ticket

    def confirm(self, agent: Person, ticket: int) -> None:
        page = agent.open_ticket(ticket)
        page.click("button[name=action_judopay_confirm]:visible")
        page.fill(".modal [name=note] textarea, .modal [name=note] input", "Talked to the till: nothing works.")
        page.click(".modal button[name=action_confirm]")
        page.wait_for_selector(".modal", state="detached")
        state = "SELECT judopay_priority_state FROM helpdesk_ticket WHERE id = %s"
        self.eventually(lambda: self.database.value(state, ticket) == "confirmed", "the confirmation")
        agent.open_ticket(ticket)
        agent.picture("critical-3-confirmed")

    def everything(self, ticket: int) -> list[list[tuple]]:
        """All that must outlive the server."""
        return [
            self.database.sql(f"SELECT to_jsonb(row) FROM {table} AS row WHERE {column} = %s ORDER BY id", ticket)
            for table, column in [
                ("support_event", "ticket_id"),
                ("support_clock", "ticket_id"),
                ("support_escalation", "ticket_id"),
                ("mail_message", "res_id"),
                ("helpdesk_ticket", "id"),
            ]
        ]
