from datetime import timedelta

from odoo.addons.test_support_faults.tests.server import Client, ClientError

from .browser import Chromium, Person
from .desk import PASSWORD, DeskCase

#: People of Plas-Tek with invented names.
PLASTEK_PEOPLE = """
    ref("plastek_catalog.role_service_desk_manager").user_ids = make("line", agents)
    second = make("second", agents)
    ref("plastek_catalog.role_service_manager").user_ids = second
    ref("plastek_catalog.role_system_administrator").user_ids = second
    provider = ref("plastek_catalog.provider")
    provider.administrator_id = make("manager", ("base.group_user", "helpdesk_mgmt.group_helpdesk_manager"))
    tandem = env["res.partner"].create({"name": "Tandem Retail", "is_company": True, "email": "office@tandem.example"})
    shop = make("shop", ("base.group_portal",), email="shop@tandem.example", name="Tandem Shop")
    shop.partner_id.parent_id = tandem
    env["support.entitlement"].create(
        {"provider_id": provider.id, "partner_id": tandem.id, "date_start": "2020-01-01"}
    )
    names = ("provider", "kind_guest", "kind_outlet_incident", "entry_logging", "stage_closed")
    result = {name: ref(f"plastek_catalog.{name}").id for name in names}
"""


class TestPlastekJourney(DeskCase):
    people = PLASTEK_PEOPLE
    zone, open = "Europe/Moscow", (10, 9)

    def test_from_the_portal_to_the_correction(self):
        """P-3, P-8, P-10, P-11, P-12: a guest's question raised in the portal reaches the first line, which hands it
        over; technical support raises its level, a correction waits for a second person, then it is done and the
        request closed; everybody learns by mail what concerns them"""
        self.set_clock(self.minutes(0))
        self.server.start()
        with Chromium(self.chromium) as browser:
            shop = Person(browser, self.server.url, "shop", PASSWORD, self.minutes(0), self.pictures)
            ticket, number = self.raise_in_the_portal(shop)
            line, second = Client(self.server, "line", PASSWORD), Client(self.server, "second", PASSWORD)
            self.assertEqual(self.column(ticket, "plastek_role_id", "support_role"), "Service-desk manager")
            self.eventually(lambda: self.told("line", number), "the first line is told")
            self.assertFalse(self.told("second", number))

            # P-12: with the clocks of technical support from the original start
            raised = self.database.value("SELECT support_raised FROM helpdesk_ticket WHERE id = %s", ticket)
            self.set_clock(self.minutes(30))
            wizard = line.call(
                "plastek.hand.over.wizard",
                "create",
                {
                    "ticket_id": ticket,
                    "kind_id": self.ids["kind_outlet_incident"],
                    "entry_id": self.ids["entry_logging"],
                    "note": "The balance is right, the log shows two requests.",
                },
            )
            line.call("plastek.hand.over.wizard", "action_hand_over", [wizard])
            self.assertEqual(self.column(ticket, "team_id", "helpdesk_ticket_team"), "Plas-Tek technical support")
            self.assertEqual(self.column(ticket, "support_priority_id", "support_priority", "code"), "SL_2")
            self.assertLess(
                abs(self.clocks(ticket)["first_response"][1] - raised - timedelta(hours=4)).total_seconds(), 5
            )

            self.eventually(lambda: self.hears("second", number, "for your role"), "technical support is told")

            # P-8: one level up with a reason
            wizard = line.call("plastek.raise.wizard", "create", {"ticket_id": ticket, "reason": "Every till stands."})
            line.call("plastek.raise.wizard", "action_raise", [wizard])
            self.assertEqual(self.column(ticket, "support_priority_id", "support_priority", "code"), "SL_1")
            self.assertLess(
                abs(self.clocks(ticket)["first_response"][1] - raised - timedelta(hours=2)).total_seconds(), 5
            )

            # P-10: nobody approves the own correction
            correction = line.call(
                "plastek.correction",
                "create",
                {
                    "ticket_id": ticket,
                    "object_ref": "000123",
                    "what": "Balance",
                    "value_before": "100",
                    "value_after": "350",
                    "reason": "A purchase was counted twice.",
                },
            )
            line.call("plastek.correction", "action_ask", [correction])
            with self.assertRaisesRegex(ClientError, "Somebody else has to approve"):
                line.call("plastek.correction", "action_approve", [correction])
            with self.assertRaisesRegex(ClientError, "is not done: 000123"):
                line.call("helpdesk.ticket", "write", [ticket], {"stage_id": self.ids["stage_closed"]})
            self.eventually(
                lambda: self.hears("second", number, "asks for your approval"), "the second person is asked"
            )
            self.approve(browser, correction)
            line.call("plastek.correction", "action_done", [correction])
            self.eventually(lambda: self.hears("line", number, "has approved the correction"), "whoever asked is told")
            second.call("helpdesk.ticket", "write", [ticket], {"stage_id": self.ids["stage_closed"]})
            self.assertEqual(self.stage(ticket), "Closed")
            self.look_in_the_portal(shop, ticket)
            self.assertFalse(shop.errors)
        self.assertTrue([mail for mail in self.mail.to("shop@tandem.example") if number in mail.subject])
        self.assertFalse(self.server.errors())

    @property
    def ids(self) -> dict[str, int]:
        return self.found

    def column(self, ticket: int, column: str, table: str, name: str = "name"):
        """What a many2one of the ticket shows, in English."""
        row = self.database.value(
            f"SELECT to_jsonb(o.{name}) FROM helpdesk_ticket t JOIN {table} o ON o.id = t.{column} WHERE t.id = %s",
            ticket,
        )
        return row.get("en_US") if isinstance(row, dict) else row

    def hears(self, login: str, number: str, words: str) -> bool:
        """Whether somebody of the desk got a mail about the ticket with these words in its subject."""
        return any(words in " ".join(subject.split()) for subject in self.told(login, number))

    def raise_in_the_portal(self, shop: Person) -> tuple[int, str]:
        """From the card of the catalogue to the form, and sent."""
        page = shop.open(f"/my/support/services/{self.ids['provider']}")
        shop.picture("plastek-1-catalogue")
        page.click("a.stretched-link:has-text('Consultation')")
        page.check(f"#support_kind_id_{self.ids['kind_guest']}")
        page.fill("#subject", "Where are the points of my guest?")
        page.fill("#description", "A guest misses points since yesterday.")
        shop.picture("plastek-2-form")
        page.click("form[action='/submitted/ticket'] button[type=submit]")
        page.wait_for_url(lambda address: "/my/ticket" in address)
        [row] = self.database.sql("SELECT id, number FROM helpdesk_ticket ORDER BY id DESC LIMIT 1")
        return row

    def approve(self, browser, correction: int) -> None:
        """The second person presses Approve."""
        person = Person(browser, self.server.url, "second", PASSWORD, self.minutes(40), self.pictures)
        page = person.open(f"/odoo/plastek.correction/{correction}")
        page.wait_for_selector("button[name=action_approve]")
        person.picture("plastek-3-approve")
        page.click("button[name=action_approve]")
        page.wait_for_selector("button[name=action_done]")
        self.assertFalse(person.errors)

    def look_in_the_portal(self, shop: Person, ticket: int) -> None:
        """The customer reads that the level was raised, nothing of what was said inside, at both widths."""
        for width in (1280, 400):
            shop.page.set_viewport_size({"width": width, "height": 900})
            text = shop.open(f"/my/ticket/{ticket}").inner_text("#wrapwrap")
            self.assertIn("Level raised", text)
            self.assertNotIn("Every till stands.", text)
            self.assertNotIn("000123", text)
            shop.picture(f"plastek-4-portal-{width}")
            self.assertFalse(shop.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), width)
