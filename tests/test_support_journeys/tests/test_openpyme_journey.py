from odoo.addons.test_support_faults.tests.server import Client, ClientError

from .browser import Chromium, Person
from .desk import PASSWORD, DeskCase

#: People of OpenPyme with invented names.
OPENPYME_PEOPLE = """
    leader = make("accounts", agents)
    provider = ref("openpyme_helpdesk_sla.provider")
    provider.administrator_id = manager = make("manager", ("base.group_user", "helpdesk_mgmt.group_helpdesk_manager"))
    mesa = env["res.partner"].create({"name": "Mesa Foods", "is_company": True, "email": "office@mesa.example"})
    till = make("till", ("base.group_portal",), email="till@mesa.example", name="Mesa Till")
    till.partner_id.parent_id = mesa
    env["support.entitlement"].create(
        {"provider_id": provider.id, "partner_id": mesa.id, "date_start": "2020-01-01",
         "account_leader_id": leader.id}
    )
    names = ("provider", "kind_support", "impact_medium", "stage_in_work")
    result = {"manager": manager.id, **{name: ref(f"openpyme_helpdesk_sla.{name}").id for name in names}}
"""
WORKAROUND = "Save the file with the old layout: Payroll, Settings, Layout 2024."


class TestOpenpymeJourney(DeskCase):
    people = OPENPYME_PEOPLE
    zone, open = "America/Mexico_City", (9, 9)

    def test_from_the_portal_to_the_problem(self):
        """O-1, O-2, O-3, O-7, O-8, E-7.3: a client's request reaches its account leader, is reviewed and classified
        before anybody may work on it, goes along the path to a workaround that the client accepts on the portal, and
        leaves a problem behind"""
        self.set_clock(self.minutes(0))
        self.server.start()
        with Chromium(self.chromium) as browser:
            till = Person(browser, self.server.url, "till", PASSWORD, self.minutes(0), self.pictures)
            ticket, number = self.raise_in_the_portal(till)
            leader = Client(self.server, "accounts", PASSWORD)
            self.eventually(lambda: self.told("accounts", number), "the account leader is told")

            # O-2: nobody works on what was not reviewed
            with self.assertRaisesRegex(ClientError, "initial review"):
                leader.call("helpdesk.ticket", "write", [ticket], {"stage_id": self.found["stage_in_work"]})
            person = Person(browser, self.server.url, "accounts", PASSWORD, self.minutes(5), self.pictures)
            self.review(person, ticket)
            leader.call(
                "helpdesk.ticket",
                "write",
                [ticket],
                {"support_kind_id": self.found["kind_support"], "openpyme_impact_id": self.found["impact_medium"]},
            )

            # O-7: the first step in the window, those that follow as quickly as they can be answered
            self.first_step(person, ticket)
            self.step(leader, ticket, "none")
            self.step(leader, ticket, "known", note=WORKAROUND)
            self.assertEqual(self.stage(ticket), "In Work")
            self.step(leader, ticket, "applied", note=WORKAROUND)
            self.step(leader, ticket, "assigned", title="The bank refuses payroll", writer_id=self.found["manager"])
            self.step(leader, ticket, "asked", note="Please save the file with the old layout and send it again.")
            self.eventually(
                lambda: [mail for mail in self.mail.to("till@mesa.example") if number in mail.subject],
                "the client is asked by mail",
            )

            # E-7.3: only the client accepts, on the portal; O-8: what is behind it is not forgotten
            self.accept(till, ticket)
            problem = self.database.value("SELECT support_problem_id FROM helpdesk_ticket WHERE id = %s", ticket)
            self.assertTrue(problem)
            self.assertEqual(self.stage(ticket), "Closed")
            with self.assertRaisesRegex(ClientError, "nobody has replicated"):
                leader.call("helpdesk.ticket", "write", [problem], {"stage_id": self.found["stage_in_work"]})
            page = person.open(f"/odoo/helpdesk.ticket/{problem}")
            page.wait_for_selector("button[name=action_openpyme_record_replica]")
            person.picture("openpyme-5-problem")
            self.assertFalse(till.errors + person.errors)
        self.assertFalse(self.server.errors())

    def raise_in_the_portal(self, till: Person) -> tuple[int, str]:
        page = till.open(f"/new/ticket?support_provider={self.found['provider']}")
        page.fill("#subject", "The bank refuses the payroll file")
        page.fill("#description", "Since the update on Monday: line 1 has a wrong length.")
        till.picture("openpyme-1-form")
        page.click("form[action='/submitted/ticket'] button[type=submit]")
        page.wait_for_url(lambda address: "/my/ticket" in address)
        [row] = self.database.sql("SELECT id, number FROM helpdesk_ticket ORDER BY id DESC LIMIT 1")
        return row

    def review(self, person: Person, ticket: int) -> None:
        """The checklist in its window."""
        page = person.open(f"/odoo/helpdesk.ticket/{ticket}")
        page.click("button[name=action_openpyme_review]")
        for check in ("contract_done", "duplicate_done", "reply_done"):
            box = page.locator(f".modal .o_field_widget[name={check}] input")
            box.wait_for()
            if not box.is_checked():
                box.check()
        person.picture("openpyme-2-review")
        page.click(".modal button[name=action_save]")
        page.wait_for_selector(".modal", state="detached")
        self.assertFalse(page.locator("button[name=action_openpyme_review]:visible").count())

    def first_step(self, person: Person, ticket: int) -> None:
        """The scenario is not complete: it is said why it is enough."""
        page = person.open(f"/odoo/helpdesk.ticket/{ticket}")
        page.click(".o_statusbar_buttons button[name=action_openpyme_path_next]")
        page.wait_for_selector(".modal .o_field_widget[name=answer_id]")
        words = page.inner_text(".modal")
        self.assertIn("Still missing of the scenario", words)
        page.fill(".modal .o_field_widget[name=note] textarea", "The file itself is attached.")
        person.picture("openpyme-3-step")
        page.click(".modal button[name=action_take]")
        page.wait_for_selector(".modal", state="detached")

    def step(self, leader: Client, ticket: int, answer: str, **values) -> None:
        """What the window of the next step does."""
        wizard = leader.call("openpyme.path.wizard", "create", {"ticket_id": ticket})
        [row] = leader.call("openpyme.path.wizard", "read", [wizard], ["step_id"])
        [found] = leader.call(
            "openpyme.path.answer", "search", [("step_id", "=", row["step_id"][0]), ("code", "=", answer)]
        )
        leader.call("openpyme.path.wizard", "write", [wizard], {"answer_id": found, **values})
        leader.call("openpyme.path.wizard", "action_take", [wizard])

    def accept(self, till: Person, ticket: int) -> None:
        """The client reads that it is temporary and that it is the own turn, and accepts."""
        for width in (400, 1280):
            till.page.set_viewport_size({"width": width, "height": 900})
            text = till.open(f"/my/ticket/{ticket}").inner_text("#wrapwrap")
            self.assertIn("not permanent", text)
            self.assertIn("does it work?", text)
            till.picture(f"openpyme-4-portal-{width}")
            self.assertFalse(till.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), width)
        till.page.click("form.o_support_validation button[value=accept]")
        till.page.wait_for_selector("text=you have accepted it")
