from datetime import timedelta
from functools import partial
from pathlib import Path

from odoo.addons.test_support_faults.tests.server import Client

from .browser import Chromium, Person
from .desk import PASSWORD, DeskCase

MAILS = Path(__file__).parent / "mails"

#: minutes after the mail came (J-6: PS1 is to be resolved in 60, J-17: a status-update interval of 30 between steps),
#: the steps that are taken then, who gets a mail, and words of what is asked of them
CHAIN = [
    (60, ["24-hour support"], {"watch": "Take the incident up now"}),
    (90, ["Client service desk"], {"desk": "Nobody has taken the incident up"}),
    (120, ["Head of IT operations"], {"head": "inform the chief technical officer and the customer success manager"}),
    (
        150,
        ["Chief technical officer", "Customer success manager"],
        {"chief": "from the head of IT operations", "success": "talk to the merchant"},
    ),
]
ALL = [name for _minutes, names, _mails in CHAIN for name in names]


class TestEscalationJourney(DeskCase):
    def test_all_four_steps(self):
        """J-3, J-6, J-17: two incidents come in as mail files and become PS1; nobody resolves them: the sweep of the
        running server goes up the whole chain of the one, step by step, each by a real mail that says what is asked,
        and the merchant reads in the portal that it stands in Escalated; on the other one the service desk takes charge
        at the second step, and neither the head of IT operations nor anybody above is told of it"""
        self.set_clock(self.minutes(0))
        self.server.start()
        tickets = {}
        for name in ("tills_down", "refunds_stuck"):
            self.deliver(MAILS / f"{name}.eml")
            [row] = self.database.sql("SELECT id, number, support_raised FROM helpdesk_ticket ORDER BY id DESC LIMIT 1")
            tickets[name] = row
        (alone, alone_number, raised), (taken, taken_number, _raised) = tickets.values()
        self.assertNotEqual(alone, taken)

        agent = Client(self.server, "agent", PASSWORD)
        critical = self.database.value("SELECT id FROM support_priority WHERE code = 'PS1'")
        for ticket in (alone, taken):
            wizard = agent.call(
                "judopay.confirm.wizard",
                "create",
                {"ticket_id": ticket, "priority_id": critical, "note": "Talked to the till: nothing works."},
            )
            agent.call("judopay.confirm.wizard", "action_confirm", [wizard])
            self.assertEqual(self.stage(ticket), "Active")
            due = self.clocks(ticket)["resolution"][1]
            self.assertLess(abs((due - raised).total_seconds() - 3600), 120)
        # J-12 tells the head of IT operations of both; what comes later is the chain's
        for number in (alone_number, taken_number):
            self.eventually(lambda number=number: self.told("head", number), f"PS1 {number} at the head's")
        known = {number: len(self.told("head", number)) for number in (alone_number, taken_number)}

        with Chromium(self.chromium) as browser:
            expected: list[str] = []
            for number, (minutes, names, mails) in enumerate(CHAIN, 1):
                # two minutes: the second mail came a moment after the first
                self.set_clock(raised + timedelta(minutes=minutes + 2))
                expected += names
                self.eventually(partial(self.reached, alone, len(expected)), f"the step {names}")
                self.assertEqual(self.steps(alone), expected)
                self.assertEqual(self.stage(alone), "Escalated")
                for login, words in mails.items():
                    mail = self.eventually(partial(self.find_mail, login, alone_number, words), f"{login}: {words}")
                    self.assertIn("PS1", mail.text)
                if number <= 2:
                    self.eventually(partial(self.reached, taken, number), f"the step {names} of the other one")
                if number == 2:
                    self.take_charge(browser, taken)
                if number == 3:
                    self.look_in_the_portal(browser, alone, alone_number)

            # everybody has been told once, and nobody is told again however long it lasts
            self.set_clock(raised + timedelta(minutes=300))
            self.wait_for_a_sweep()
            self.assertEqual(self.steps(alone), ALL)
            for login in ("watch", "desk", "chief", "success"):
                self.assertEqual(len(self.told(login, alone_number)), 1, login)
            self.assertEqual(len(self.told("head", alone_number)), known[alone_number] + 1)

        self.assertEqual(self.steps(taken), ALL[:2])
        self.assertEqual(self.stage(taken), "Escalated")
        self.assertEqual(len(self.told("head", taken_number)), known[taken_number], "PS1 of J-12, nothing of the chain")
        for login in ("chief", "success"):
            self.assertFalse(self.told(login, taken_number), login)
        by = """SELECT u.login FROM helpdesk_ticket t
                JOIN res_users u ON u.id = t.support_acknowledged_by_id WHERE t.id = %s"""
        self.assertEqual(self.database.value(by, taken), "desk")
        self.assertFalse(self.mails_to_the_merchant_about_steps())
        self.assertFalse(self.server.errors())

    def find_mail(self, login: str, number: str, words: str):
        for mail in self.mail.to(f"{login}@desk.example"):
            if number in mail.subject and words in " ".join(mail.text.split()):
                return mail
        return None

    def mails_to_the_merchant_about_steps(self) -> list[str]:
        """Whom we tell among ourselves is no merchant's business."""
        notes = [words for _minutes, _names, mails in CHAIN for words in mails.values()]
        return [
            mail.subject
            for mail in self.mail.to("till@alder.example")
            if any(words in " ".join(mail.text.split()) for words in notes)
        ]

    def take_charge(self, browser, ticket: int) -> None:
        """The service desk, whom the second step told, presses Acknowledge."""
        person = Person(browser, self.server.url, "desk", PASSWORD, self.minutes(92), self.pictures)
        page = person.open_ticket(ticket)
        page.click("button[name=action_support_acknowledge]")
        page.wait_for_selector("button[name=action_support_acknowledge]", state="hidden")
        person.picture("escalation-1-taken-in-charge")
        when = "SELECT support_acknowledged_at FROM helpdesk_ticket WHERE id = %s"
        self.eventually(lambda: self.database.value(when, ticket), "the acknowledgement")
        self.assertFalse(person.errors)

    def look_in_the_portal(self, browser, ticket: int, number: str) -> None:
        """The merchant sees the stage, in the list and on the page, and no name of a step."""
        person = Person(browser, self.server.url, "merchant", PASSWORD, self.minutes(122), self.pictures)
        listed = person.open("/my/tickets").inner_text("#wrapwrap")
        self.assertIn(number, listed)
        person.picture("escalation-2-portal-list")
        for width, name in ((1280, "wide"), (400, "narrow")):
            person.page.set_viewport_size({"width": width, "height": 900})
            text = person.open(f"/my/ticket/{ticket}").inner_text("#wrapwrap")
            self.assertIn("Escalated", text)
            self.assertIn("PS1", text)
            self.assertIn("it is with the next level of support", " ".join(text.split()))
            # whom the next steps would tell; the success manager is one of the merchant's own contacts (J-1)
            for internal in ("Head of IT operations", "Chief technical officer"):
                self.assertNotIn(internal, text)
            person.picture(f"escalation-3-portal-{name}")
            overflow = person.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            self.assertFalse(overflow, f"{width} px")
        self.assertFalse(person.errors)

    def wait_for_a_sweep(self) -> None:
        """Until the running server has looked and found nothing more to do."""
        sweep = """SELECT max(p.write_date) FROM ir_cron_progress p JOIN ir_model_data d ON d.res_id = p.cron_id
                   WHERE d.module = 'support_sla' AND d.name = 'ir_cron_sweep'"""
        last = self.database.value(sweep)
        due = "SELECT count(*) FROM support_clock WHERE sweep_at < %s"
        self.eventually(
            lambda: self.database.value(sweep) != last and not self.database.value(due, self.minutes(290)),
            "a sweep hours later",
        )
