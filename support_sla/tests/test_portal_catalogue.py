from lxml import html
from odoo import fields
from odoo.tests import tagged

from .portal_common import PortalCase


class CatalogueCase(PortalCase):
    """Acme with three services, two impacts and two support levels."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.entitlement_mode = "warn"
        make = cls.env["support.impact"].create
        cls.wide, cls.narrow = make(
            [
                {"provider_id": cls.provider.id, "sequence": 10, "name": "Wide", "description": "Everybody waits."},
                {"provider_id": cls.provider.id, "sequence": 20, "name": "Narrow"},
            ]
        )
        cls.booking, cls.printing, cls.advice = cls.env["support.service"].create(
            [
                cls.service_vals("Booking", cls.wide, description="Rooms and dates", keywords="hotel"),
                cls.service_vals("Printing", cls.narrow, description="Bills and labels"),
                cls.service_vals("Advice", cls.narrow),
            ]
        )
        cls.basic, cls.special = cls.env["support.tier"].create(
            [
                {"provider_id": cls.provider.id, "sequence": 10, "name": "Basic", "description": "For everybody."},
                {"provider_id": cls.provider.id, "sequence": 20, "name": "Special", "coverage": "extra"},
            ]
        )
        cls.lost, cls.question, cls.course, cls.other = cls.env["support.kind"].create(
            [
                cls.kind_vals("Lost booking", cls.basic, cls.booking),
                cls.kind_vals("Question", cls.basic, cls.advice, counts_hours=True),
                cls.kind_vals("Course", cls.special, cls.advice),
                cls.kind_vals("Anything", cls.special, cls.env["support.service"]),
            ]
        )
        cls.entitlement = cls.env["support.entitlement"].create(
            {"provider_id": cls.provider.id, "partner_id": cls.company_a.id, "date_start": "2026-01-01"}
        )

    @classmethod
    def service_vals(cls, name, impact, **vals):
        return {"name": name, "provider_id": cls.provider.id, "impact_id": impact.id, **vals}

    @classmethod
    def kind_vals(cls, name, tier, service, **vals):
        return {"name": name, "provider_id": cls.provider.id, "tier_id": tier.id, "service_id": service.id, **vals}

    def setUp(self):
        super().setUp()
        self.log_in(self.user_a)
        self.url = f"/my/support/services/{self.provider.id}"

    def ask_no_level(self):
        """As a provider whose levels come from its services."""
        self.provider.priority_ids.portal_visible = False
        self.provider.default_priority_id = self.urgent

    def cards(self, url=None) -> dict[str, str]:
        """Text of each card by the name of its service."""
        page = self.page(url or self.url)
        cards = page.find_class("o_support_service")
        return {self.text(card.xpath(".//h3/a")[0]): self.text(card) for card in cards}

    def use_hours(self, hours, day="2026-03-01"):
        self.env["support.entitlement.usage"].create(
            {"entitlement_id": self.entitlement.id, "hours": hours, "date": day, "user_id": self.agent.id}
        )

    def submit(self, **values):
        data = {
            "support_provider": self.provider.id,
            "team": self.team.id,
            "support_priority_id": self.urgent.id,
            "support_service_id": self.booking.id,
            "subject": "Typed subject",
            "description": "Typed description",
            **values,
        }
        data = {name: value for name, value in data.items() if value is not None}
        before = self.env["helpdesk.ticket"].search([])
        response = self.post("/submitted/ticket", data)
        return response, self.env["helpdesk.ticket"].search([]) - before

    def errors(self, response) -> str:
        return self.text(html.fromstring(response.text).get_element_by_id("support_guard_errors"))


@tagged("post_install", "-at_install")
class TestPortalCatalogue(CatalogueCase):
    """The page of services."""

    def test_way_to_a_ticket(self):
        """P-11: from the portal's home over the catalogue a card opens the form with its service chosen, the others
        folded away, and the ticket has it."""
        [link] = {url for url in self.page("/my").xpath("//a/@href") if url.endswith("/my/support/services")}
        page = self.page(link)
        self.assertEqual(self.text(page.xpath("//h1")[0]), "Services of Acme Care")
        [link] = page.xpath("//h3/a[normalize-space()='Booking']/@href")
        form = self.page(link)
        [chosen] = form.xpath("//input[@name='support_service_id'][@checked]")
        self.assertEqual(chosen.get("value"), str(self.booking.id))
        self.assertEqual(len(form.xpath("//details//input[@name='support_service_id']")), 2)
        self.assertIn(self.url, form.xpath("//form//a/@href"))
        _response, ticket = self.submit(support_service_id=chosen.get("value"))
        self.assertEqual(ticket.support_service_id, self.booking)

    def test_card(self):
        """P-11: a card says what the service covers and what is promised; how far a failure reaches is its group's
        heading, and the working hours are said in words, once."""
        self.ask_no_level()
        cards = self.cards()
        self.assertEqual(list(cards), ["Booking", "Printing", "Advice"])
        self.assertTrue(cards["Booking"].startswith("Booking Rooms and dates"), cards["Booking"])
        self.assertIn("First answer: 30 min · Updates: every 1 h · Solution: 4 h", cards["Booking"])
        text = self.text(self.page(self.url))
        self.assertIn("Impact: Wide Everybody waits.", text)
        # what is the same for all is said once
        self.assertNotIn("Always", text)
        self.assertEqual(text.count("around the clock"), 1)

    def test_level_asked(self):
        """P-11: where the customer says how urgent it is, the catalogue promises no time that would depend on it."""
        self.assertIn("The times depend on how urgent it is.", self.cards()["Booking"])

    def test_own_plan(self):
        """P-11: what is promised is what the customer's own plan says, not another's."""
        self.ask_no_level()
        plan = self.env["support.plan"].create({"name": "Gold", "provider_id": self.provider.id})
        self.policy.copy({"name": "Gold", "plan_id": plan.id}).target_ids.filtered(
            lambda target: target.metric == "resolution"
        ).amount = 2
        self.assertIn("Solution: 4 h", self.cards()["Booking"])
        self.entitlement.plan_id = plan
        self.assertIn("Solution: 2 h", self.cards()["Booking"])

    def test_no_promise(self):
        """P-11: a service that nothing is promised for says so."""
        self.ask_no_level()
        self.env["support.policy"].search([("provider_id", "=", self.provider.id)]).active = False
        self.assertIn("No time is promised.", self.cards()["Booking"])

    def test_filter(self):
        """P-11: groups are filters, each with its number; a made-up one shows all."""
        page = self.page(self.url)
        links = {self.text(link): link.get("href") for link in page.xpath("//nav[@aria-label='Show']/a")}
        self.assertEqual(list(links), ["All 3", "Wide 1", "Narrow 2"])
        self.assertEqual(list(self.cards(links["Narrow 2"])), ["Printing", "Advice"])
        for junk in ("nothing", "impact_id-", "impact_id-99999999", "'%22"):
            self.assertEqual(len(self.cards(f"{self.url}?group={junk}")), 3, junk)

    def test_groups_without_impact(self):
        """P-11: services that no impact divides are divided by queue, or not at all."""
        (self.booking | self.printing | self.advice).impact_id = False
        self.assertFalse(self.page(self.url).xpath("//nav[@aria-label='Show']"))
        second = self.env["helpdesk.ticket.team"].create({"name": "Second", "support_provider_id": self.provider.id})
        self.booking.team_id, self.printing.team_id = self.team, second
        names = [self.text(link) for link in self.page(self.url).xpath("//nav[@aria-label='Show']/a")]
        self.assertEqual(names, ["All 3", f"{self.team.name} 1", "Second 1", "Other services 1"])

    def test_hidden_services(self):
        """P-11: services that are archived or not for customers are absent."""
        self.booking.portal_visible = False
        self.printing.active = False
        self.assertEqual(list(self.cards()), ["Advice"])

    def test_search_without_scripts(self):
        """P-11: search finds the service and one's own open ticket about it without scripts, and keeps the filter."""
        mine = self.raise_for(self.user_a, "2026-03-02 09:00", name="Hotel rooms are gone")
        self.raise_for(self.user_b, "2026-03-02 09:00", name="Hotel of somebody else")
        page = self.page(f"{self.url}?search=hotel&group=impact_id-{self.narrow.id}")
        found = page.get_element_by_id("support_search_results")
        self.assertEqual(self.text(found), f"Looks like: Booking Already open with you: {mine.number} {mine.name}")
        [form] = page.xpath("//form[@role='search']")
        self.assertEqual(form.get("action"), self.url)
        self.assertEqual(form.xpath(".//input[@name='group']/@value"), [f"impact_id-{self.narrow.id}"])
        links = page.xpath("//nav[@aria-label='Show']/a/@href")
        self.assertTrue(all("search=hotel" in link for link in links))
        page = self.page(f"{self.url}?search=nonsense")
        self.assertIn("Nothing found.", self.text(page.get_element_by_id("support_search_results")))
        self.assertIn("Booking", self.text(page))

    def test_search_as_one_types(self):
        """P-11: while one types the same is found, in a line; what people wrote is text."""
        self.raise_for(self.user_a, "2026-03-02 09:00", name="<b>hotel</b> door")
        answer = self.make_jsonrpc_request(
            "/my/support/search", {"text": "hotel", "support_provider": str(self.provider.id), "page": "catalogue"}
        )
        self.assertIn("Looks like:", answer["html"])
        self.assertIn("&lt;b&gt;hotel", answer["html"])
        self.assertNotIn("_blank", answer["html"])

    # --- several providers, none, others' -----------------------------------------------------------

    def make_other(self, **vals):
        other = self.env["support.provider"].create(
            {"name": "Beta Care", "code": "beta_test", "calendar_id": self.provider.calendar_id.id, **vals}
        )
        self.env["helpdesk.ticket.team"].create({"name": "Beta Desk", "support_provider_id": other.id})
        return other

    def test_choice_of_provider(self):
        """P-11: with several providers the customer chooses; each has its own page and the way to the other."""
        other = self.make_other(entitlement_mode="ignore")
        page = self.page("/my/support/services")
        self.assertIn("Who should help you?", self.text(page))
        [link] = page.xpath("//a[normalize-space()='Beta Care']/@href")
        page = self.page(link)
        self.assertIn("Beta Care has no list of services to choose from", self.text(page))
        self.assertIn(f"/new/ticket?support_provider={other.id}", page.xpath("//a/@href"))
        self.assertIn(self.url, page.xpath("//nav[@aria-label='Providers']/a/@href"))

    def test_only_whom_one_may_ask(self):
        """S-1, P-11: a provider that does not take the customer's requests shows nothing, whatever the address."""
        other = self.make_other(entitlement_mode="refuse")
        self.env["support.service"].create({"name": "Secret service", "provider_id": other.id})
        self.assertNotIn("Beta Care", self.text(self.page("/my/support/services")))
        for wanted in (other.id, 0, 2**40):
            response = self.url_open(f"/my/support/services/{wanted}")
            self.assertEqual(response.status_code, 404)
            self.assertNotIn("Secret", response.text)
            self.assertNotIn("Beta Care", response.text)
            self.assertIn("does not offer you services", response.text)
        self.assertEqual(self.url_open("/my/support/services/junk").status_code, 404)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(self.url).url)

    def test_contract_over(self):
        """P-11: who is offered nothing because the contract is over reads when it ended; nobody else does."""
        self.provider.entitlement_mode = "refuse"
        self.entitlement.date_end = fields.Date.to_date("2026-02-28")
        text = self.text(self.page("/my/support/services"))
        self.assertIn("Your support contract with Acme Care ended on 02/28/2026.", text)
        self.assertIn("There is nobody whose services you can use", text)
        self.assertNotIn("/my/support/services", self.url_open("/my").text)
        self.log_in(self.user_b)
        self.assertNotIn("Acme Care", self.text(self.page("/my/support/services")))

    def test_not_authorised(self):
        """E-6.2, P-11: who is not among those that the contract names reads that."""
        self.provider.entitlement_mode = "refuse"
        colleague = self._make_portal_user("carl", self.company_a)
        self.entitlement.contact_ids = colleague.partner_id
        self.assertIn("names who may send requests", self.text(self.page("/my/support/services")))
        self.assertIn("names who may send requests", self.text(self.page("/new/ticket?support_provider=1")))

    # --- what it costs ------------------------------------------------------------------------------

    def test_cost(self):
        """P-3, P-11: a card says what is included, what is charged apart and what is left of the month's hours."""
        cards = self.cards()
        self.assertIn("Included in your contract", cards["Booking"])
        self.assertIn("Charged apart Course", cards["Advice"])
        self.assertNotIn("harged", cards["Printing"])
        self.entitlement.monthly_hours = 8
        self.use_hours(4 + 40 / 60)
        self.use_hours(3, day="2026-02-28")
        self.assertIn("3 h 20 min of 8 h left this month Charged apart Course", self.cards()["Advice"])
        self.use_hours(4)
        self.assertIn("The 8 h of this month are used up: charged apart", self.cards()["Advice"])
        self.entitlement.tier_ids = self.special
        self.assertNotIn("Charged apart Course", self.cards()["Advice"])

    def test_cost_of_another_customer(self):
        """S-1, P-3: hours and extras are those of the reader's own company."""
        self.entitlement.write({"monthly_hours": 8, "tier_ids": self.special.ids})
        self.use_hours(2)
        self.log_in(self.user_b)
        cards = self.cards()
        self.assertIn("Not in your contract", cards["Booking"])
        self.assertNotIn("of 8 h", cards["Advice"])

    def test_contract_run_out(self):
        """P-3: a contract that has run out is said on the catalogue and on the form, and the request is still taken."""
        self.entitlement.date_end = fields.Date.to_date("2026-02-28")
        for url in (self.url, "/new/ticket"):
            text = self.text(self.page(url))
            self.assertIn("Your support contract with Acme Care ended on 02/28/2026. You can still send", text)
            self.assertIn("Not in your contract", text)
        response, ticket = self.submit(support_kind_id=self.lost.id)
        self.assertEqual(response.status_code, 302)
        self.assertEqual(ticket.support_coverage, "none")

    # --- load -----------------------------------------------------------------------------------------

    def test_queries(self):
        """P-11: the number of queries depends neither on the services nor on kinds or policies."""
        self.ask_no_level()
        self.entitlement.monthly_hours = 8
        counts = []
        for number in (6, 12):
            for index in range(number):
                impact = self.wide.copy({"name": f"Reach {number} {index}", "code": False})
                service = self.env["support.service"].create(
                    self.service_vals(f"Service {number} {index}", impact, default_priority_id=self.normal.id)
                )
                self.env["support.kind"].create(
                    self.kind_vals(f"Kind {number} {index}", self.basic, service, counts_hours=True)
                )
                self.policy.copy({"name": service.name, "service_id": service.id, "priority_id": False})
            for url in (self.url, f"/new/ticket?support_provider={self.provider.id}"):
                self.env.flush_all()
                self.page(url)
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.page(url)
                counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[:2], counts[2:])


@tagged("post_install", "-at_install")
class TestPortalKinds(CatalogueCase):
    """Kinds of request on the form for a new ticket."""

    def kinds(self, url="/new/ticket"):
        return self.page(url).find_class("o_support_kinds")[0]

    def test_shown(self):
        """P-3: kinds stand below their support level with included or extra, before anything is sent."""
        self.other.portal_visible = False
        levels = [self.text(level) for level in self.kinds().find_class("o_support_level")]
        self.assertEqual(len(levels), 2)
        self.assertIn("Basic Included in your contract For everybody. Lost booking Question", levels[0])
        self.assertIn("Special Extra, charged apart Course", levels[1])
        self.assertNotIn("Anything", self.text(self.kinds()))

    def test_hours_shown(self):
        """P-3: hours left stand beside the kind that uses them up."""
        self.entitlement.monthly_hours = 8
        self.use_hours(6)
        self.assertIn("Question 2 h of 8 h left this month", self.text(self.kinds()))
        self.use_hours(2)
        self.assertIn("Question The 8 h of this month are used up: charged apart", self.text(self.kinds()))

    def test_narrowed(self):
        """P-3: a chosen service leaves its own kinds and those of none; with no service all are offered."""
        form = f"/new/ticket?support_provider={self.provider.id}"
        hidden = "//input[@name='support_kind_id'][ancestor::*[@hidden]]/@value"
        self.assertFalse(self.kinds(form).xpath(hidden))
        kinds = self.kinds(f"{form}&support_service_id={self.booking.id}")
        self.assertEqual(kinds.xpath(hidden), [str(self.question.id), str(self.course.id)])

    def test_stored(self):
        """P-3: the ticket has the kind, its level and what was said of the cost, and its page shows it."""
        _response, ticket = self.submit(support_service_id=self.advice.id, support_kind_id=self.course.id)
        self.assertEqual(ticket.support_kind_id, self.course)
        self.assertEqual(ticket.support_tier_id, self.special)
        self.assertEqual(ticket.support_coverage, "extra")
        text = self.text(self.page(f"/my/ticket/{ticket.id}"))
        self.assertIn("Kind of request Course (Extra, charged apart)", text)

    def test_kind_names_service(self):
        """P-3: who has said the kind has said the service; who is not sure says neither kind."""
        _response, ticket = self.submit(support_service_id=None, support_kind_id=self.lost.id)
        self.assertEqual(ticket.support_service_id, self.booking)
        _response, ticket = self.submit(support_kind_id="")
        self.assertTrue(ticket)
        self.assertFalse(ticket.support_kind_id)

    def test_made_up(self):
        """P-3: a kind that the form did not offer makes no ticket, nor one of another service than was chosen."""
        other = self.env["support.provider"].create(
            {"name": "Beta Care", "code": "beta_test", "calendar_id": self.provider.calendar_id.id}
        )
        foreign = self.env["support.kind"].create({"name": "Foreign", "provider_id": other.id})
        hidden = self.env["support.kind"].create(
            self.kind_vals("Hidden", self.basic, self.booking, portal_visible=False)
        )
        for wanted in (foreign.id, hidden.id, "junk", -1, 2**40, "٣"):
            with self.subTest(wanted=wanted):
                response, tickets = self.submit(support_kind_id=wanted)
                self.assertEqual(response.status_code, 400)
                self.assertIn("one of the kinds of request offered", self.errors(response))
                self.assertFalse(tickets)
        response, tickets = self.submit(support_kind_id=self.question.id)
        self.assertEqual(response.status_code, 400)
        self.assertIn("“Question” is a request for “Advice”", self.errors(response))
        self.assertFalse(tickets)

    def test_kept(self):
        """S-7: after an error service and kind are chosen as they were."""
        response, _tickets = self.submit(subject="", support_kind_id=self.lost.id)
        page = html.fromstring(response.text)
        for name, record in (("support_service_id", self.booking), ("support_kind_id", self.lost)):
            [chosen] = page.xpath(f"//input[@name='{name}'][@checked]")
            self.assertEqual(chosen.get("value"), str(record.id))

    def test_service_gone(self):
        """P-11: a link to a service that is not on offer says so and lets one choose."""
        service = self.booking.copy({"name": "Gone", "portal_visible": False})
        for wanted in (service.id, "junk", 2**40):
            page = self.page(f"/new/ticket?support_provider={self.provider.id}&support_service_id={wanted}")
            self.assertIn("is not on offer any more", self.text(page))
            self.assertFalse(page.xpath("//input[@name='support_service_id'][@checked]"))
