import tempfile
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from odoo.addons.test_support_faults.tests.server import Client

from .browser import Chromium, Person
from .desk import PASSWORD, DeskCase

#: People of 360dialog with invented names.
DIALOG360_PEOPLE = """
    domain = env["mail.alias.domain"].search([("name", "=", "desk.example")]) or env["mail.alias.domain"].create(
        {"name": "desk.example"}
    )
    env["res.company"].search([]).alias_domain_id = domain
    provider, team = ref("dialog360_support.provider"), ref("dialog360_support.team_support")
    first, lead = make("first", agents), make("lead", agents)
    members = [odoo.fields.Command.set((first | lead).ids)]
    team.write({"alias_domain_id": domain.id, "user_id": lead.id, "user_ids": members})
    ref("dialog360_support.role_head").user_ids = lead
    ref("dialog360_support.role_emergency").user_ids = lead
    provider.administrator_id = make("manager", ("base.group_user", "helpdesk_mgmt.group_helpdesk_manager"))
    alder = env["res.partner"].create({"name": "Alder Messaging", "is_company": True, "email": "office@alder.example"})
    client = make("client", ("base.group_portal",), email="client@alder.example", name="Alder Campaigns")
    client.partner_id.parent_id = alder
    env["support.entitlement"].create(
        {"provider_id": provider.id, "partner_id": alder.id, "date_start": "2020-01-01",
         "plan_id": ref("dialog360_support.plan_premium").id}
    )
    names = ("provider", "priority_2", "stage_in_progress", "stage_waiting")
    result = {"address": team.alias_email, "first": first.id,
              **{name: ref(f"dialog360_support.{name}").id for name in names}}
"""
CLIENT = "client@alder.example"
KEY = "kD7aQx93LmZt51PwRv80CyBn"
FOUND = "We have looked at your records: the template was paused for its quality on Monday."
SUMMARY = "The template was paused for its quality. It is back in use after a new review."


class TestDialog360Journey(DeskCase):
    people = DIALOG360_PEOPLE
    zone, open = "Europe/Berlin", (8, 10)

    def minutes(self, number: float) -> datetime:
        """Days ago: scheduled actions stand still where the desk is ahead of the database's clock."""
        return super().minutes(number) - timedelta(days=4)

    def test_from_the_form_to_the_feedback(self):
        """D-1, D-5, D-10, D-11, D-12, D-13, D-16, D-19: a client writes with the web form, is answered with what was
        found, reads at once that it takes longer, forgets to answer, is warned, finds the ticket closed, opens it
        again with a mail, reads what was done and says how it was"""
        self.set_clock(self.minutes(0))
        self.server.start()
        with Chromium(self.chromium) as browser:
            client = Person(browser, self.server.url, "client", PASSWORD, self.minutes(0), self.pictures)
            ticket, number = self.raise_in_the_portal(client)
            first = Client(self.server, "first", PASSWORD)

            # D-5: a greeting is no response, what was found is one
            self.set_clock(self.minutes(10))
            first.call("helpdesk.ticket", "write", [ticket], {"user_id": self.found["first"]})
            first.call("helpdesk.ticket", "write", [ticket], {"stage_id": self.found["stage_in_progress"]})
            self.say(first, ticket, "One moment.")
            self.assertEqual(self.clocks(ticket)["first_response"][0], "running")
            self.say(first, ticket, FOUND)
            self.assertEqual(self.clocks(ticket)["first_response"][0], "done")
            self.heard(number, "paused for its quality", "the client reads what was found")

            # D-10: the new estimate is told at once
            until = self.minutes(3 * 24 * 60)
            wizard = first.call(
                "dialog360.expect.wizard",
                "create",
                {
                    "ticket_id": ticket,
                    "until": f"{until:%Y-%m-%d %H:%M:%S}",
                    "reason": "The review by the channel takes longer than usual.",
                },
            )
            first.call("dialog360.expect.wizard", "action_tell", [wizard])
            self.heard(number, "We now expect to solve this by", "the client reads that it takes longer")

            # D-12: silence of the client
            self.set_clock(self.minutes(60))
            first.call("helpdesk.ticket", "write", [ticket], {"stage_id": self.found["stage_waiting"]})
            self.set_clock(self.minutes(60 + 37 * 60))
            warning = self.heard(number, "waits for an answer", "the client is warned")
            self.assertEqual(self.stage(ticket), "Waiting for Client")
            self.set_clock(self.minutes(60 + 49 * 60))
            self.eventually(lambda: self.stage(ticket) == "Closed", "the ticket is closed")
            self.heard(number, "so this request was closed", "the client reads that it was closed")
            self.answer(warning, number)
            self.assertEqual(self.stage(ticket), "In Progress")

            # D-11: what was done, how it was
            wizard = first.call("dialog360.close.wizard", "create", {"ticket_id": ticket, "summary": SUMMARY})
            first.call("dialog360.close.wizard", "action_close", [wizard])
            solved = self.heard(number, SUMMARY, "the client reads what was done")
            self.assertIn(f"/my/ticket/{ticket}/rate/5", solved.text)
            self.look_in_the_portal(client, ticket)
            self.rate(client, ticket)
            manager = Client(self.server, "manager", PASSWORD)
            rows = manager.call(
                "dialog360.feedback", "search_read", [("ticket_id", "=", ticket)], ["source", "rating", "text"]
            )
            self.assertEqual(
                [(row["source"], row["rating"], row["text"]) for row in rows], [("client", 5, "Clear words")]
            )
            self.assertFalse(client.errors)
        self.assertFalse([mail for mail in self.mail.mails if KEY[4:-4].encode() in mail.content])
        # a request that meets a scheduled action is tried again by Odoo, which logs that
        self.assertFalse([line for line in self.server.errors() if "bad query" not in line])

    def say(self, who: Client, ticket: int, words: str) -> None:
        who.call(
            "helpdesk.ticket",
            "message_post",
            [ticket],
            body=words,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=[self.database.value("SELECT partner_id FROM helpdesk_ticket WHERE id = %s", ticket)],
        )

    def heard(self, number: str, words: str, what: str):
        """The mail to the client that says so."""

        def look():
            return [
                mail for mail in self.mail.to(CLIENT) if number in mail.subject and words in " ".join(mail.text.split())
            ]

        return self.eventually(look, what)[-1]

    def answer(self, mail, number: str) -> None:
        """The client answers a mail that the desk has sent."""
        answer = EmailMessage()
        answer["From"], answer["To"], answer["Subject"] = CLIENT, self.address, f"Re: [{number}] Please see"
        answer["Message-Id"], answer["In-Reply-To"] = "<late-answer@alder.example>", mail.id
        answer.set_content("Sorry for the silence: it is the template with the blue header.")
        with tempfile.NamedTemporaryFile(suffix=".eml") as file:
            file.write(answer.as_bytes())
            file.flush()
            self.deliver(Path(file.name))

    def raise_in_the_portal(self, client: Person) -> tuple[int, str]:
        """With everything that the form asks for, and a key that nobody should have written."""
        page = client.open(f"/new/ticket?support_provider={self.found['provider']}")
        page.check(f"#support_priority_id_{self.found['priority_2']}", force=True)
        page.fill("#subject", "Templates are not delivered")
        page.fill("#description", "Since Monday no campaign leaves the house.")
        page.fill("#support_dialog360_consequences", "Twelve people wait.")
        page.fill("#support_dialog360_steps", "Send the template\nWait")
        page.fill("#support_dialog360_request", f"POST /v1/messages\nD360-API-KEY: {KEY}")
        page.fill("#support_dialog360_response", "500 Internal Server Error")
        client.picture("dialog360-1-form")
        page.click("form[action='/submitted/ticket'] button[type=submit]")
        page.wait_for_url(lambda address: "/my/ticket" in address)
        [(ticket, number, request)] = self.database.sql(
            "SELECT id, number, dialog360_request FROM helpdesk_ticket ORDER BY id DESC LIMIT 1"
        )
        self.assertIn(f"{KEY[:4]}********{KEY[-4:]}", request)
        return ticket, number

    def look_in_the_portal(self, client: Person, ticket: int) -> None:
        for width in (1280, 400):
            client.page.set_viewport_size({"width": width, "height": 900})
            text = client.open(f"/my/ticket/{ticket}").inner_text("#wrapwrap")
            self.assertIn(SUMMARY, text)
            client.picture(f"dialog360-2-portal-{width}")
            self.assertFalse(client.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), width)

    def rate(self, client: Person, ticket: int) -> None:
        """With the link of the message that closed it."""
        page = client.open(f"/my/ticket/{ticket}/rate/5")
        page.fill("textarea[name=feedback]", "Clear words")
        client.picture("dialog360-3-rating")
        page.click("form[action$='/submit_feedback'] button[type=submit]")
        page.wait_for_url(lambda address: "submit_feedback" in address)
