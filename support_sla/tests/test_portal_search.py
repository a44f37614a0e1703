from lxml import html
from odoo.addons.support_sla.controllers import search as search_controller
from odoo.tests import tagged

from ..tools.limiter import Limiter
from .portal_common import PortalCase


class SearchCase(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.booking = cls.env["support.service"].create(
            {
                "name": "Booking",
                "provider_id": cls.provider.id,
                "description": "Rooms and dates",
                "keywords": "hotel, reservation",
            }
        )
        cls.door = cls.raise_for_class(cls.user_a, "Doors do not open in the lobby")

    @classmethod
    def raise_for_class(cls, user, name: str, **vals):
        partner = user.partner_id
        return cls.env["helpdesk.ticket"].create(
            {
                "name": name,
                "description": "<p>x</p>",
                "team_id": cls.team.id,
                "partner_id": partner.id,
                "support_priority_id": cls.urgent.id,
                **vals,
            }
        )

    def setUp(self):
        super().setUp()
        self.log_in(self.user_a)


@tagged("post_install", "-at_install")
class TestPortalSearch(SearchCase):
    """What a customer finds while typing, through the route that the browser asks."""

    def ask(self, text, **params) -> dict:
        return self.make_jsonrpc_request("/my/support/search", {"text": text, **params})

    def hits(self, text, **params) -> list[str]:
        answer = self.ask(text, **params)
        return html.fromstring(f"<div>{answer['html']}</div>").xpath("//a/@href")

    def test_services(self):
        """E-9: search as one types finds services by name, keyword and description, the closest first."""
        service = f"/new/ticket?support_provider={self.provider.id}&support_service_id={self.booking.id}"
        for text in ("book", "Bookings wrong", "RESERVATIÓN", "dates"):
            self.assertEqual(self.hits(text), [service], text)
        rooms = self.env["support.service"].create({"name": "Dates", "provider_id": self.provider.id})
        self.assertIn(f"support_service_id={rooms.id}", self.hits("dates")[0])
        self.booking.portal_visible = False
        self.assertEqual(self.hits("booking"), [])

    def test_own_similar_tickets(self):
        """E-9: the customer's own open tickets about the same are found, with the way to add to them."""
        answer = self.ask("door open")
        text = self.text(html.fromstring(f"<div>{answer['html']}</div>"))
        self.assertIn(f"You already have {self.door.number} about this: add to it instead", text)
        self.assertEqual(answer["said"], "Services found: 0. Your open tickets about this: 1.")
        self.assertEqual(self.hits("door"), [f"/my/ticket/{self.door.id}"])
        # one word in common does not make a duplicate of a sentence
        self.assertEqual(self.hits("printer paper empty door"), [])
        self.move(self.door, self.NOW, "closed")
        self.assertEqual(self.hits("door"), [])

    def test_nobody_elses(self):
        """S-1, E-9: nobody finds another customer's ticket, nor one that is shared from elsewhere."""
        theirs = self.raise_for_class(self.user_b, "Doors of the other hotel")
        self.assertEqual(self.hits("doors"), [f"/my/ticket/{self.door.id}"])
        theirs.message_subscribe(self.partner_a.ids)
        self.assertEqual(self.hits("doors"), [f"/my/ticket/{self.door.id}"])
        self.log_in(self.user_b)
        self.assertEqual(self.hits("doors"), [f"/my/ticket/{theirs.id}"])

    def test_only_whom_one_is_entitled_to(self):
        """E-6.1: services of a provider that is not offered are not found; on a form only its provider's are."""
        self.provider.entitlement_mode = "refuse"
        self.assertEqual(self.hits("booking"), [])
        self.provider.entitlement_mode = "ignore"
        self.assertTrue(self.hits("booking", support_provider=str(self.provider.id)))
        self.assertEqual(self.hits("booking", support_provider="7000000"), [])

    def test_hostile_text(self):
        """S-2, S-3: whatever is sent gives an answer, and what people wrote is text."""
        self.raise_for_class(self.user_a, "<img src=x onerror=alert(1)> window")
        self.assertIn("&lt;img", self.ask("window")["html"])
        for text in ("", None, 7, ["x"], "x" * 100_000, "\0", "%_\\'\"", "a"):
            self.assertIn("html", self.ask(text))

    def test_asking_costs_little(self):
        """S-2: with many tickets an answer costs no more queries, and whoever asks without pause has to wait."""
        counts = []
        for number in (5, 60):
            for index in range(number):
                self.raise_for_class(self.user_a, f"Window {index}")
            self.env.flush_all()
            self.ask("window")
            before = self.env.cr.sql_log_count
            answer = self.ask("window booking")
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(answer["tickets"], 3)
        self.assertLessEqual(counts[1], counts[0] + 2)
        original = search_controller.LIMITER
        self.addCleanup(setattr, search_controller, "LIMITER", original)
        search_controller.LIMITER = Limiter(3, 60)
        self.assertEqual([bool(self.ask("door").get("wait")) for _ in range(5)], [False, False, False, True, True])

    def test_strangers(self):
        """S-1: nobody who is not logged in searches."""
        self.authenticate(None, None)
        with self.assertRaises(Exception):  # noqa: B017  SessionExpired, in whatever form Odoo raises it
            self.ask("door")

    def test_without_scripts(self):
        """E-9: without scripts the search is a form, and what it finds leads to the service, chosen."""
        page = self.page(f"/new/ticket?search=booking+door&support_provider={self.provider.id}")
        [form] = page.xpath("//form[@role='search']")
        self.assertEqual((form.get("method"), form.get("action")), ("GET", "/new/ticket"))
        self.assertEqual(form.xpath(".//input[@name='search']/@value"), ["booking door"])
        found = form.xpath(".//a/@href")
        self.assertIn(f"/my/ticket/{self.door.id}", found)
        [link] = [url for url in found if "support_service_id" in url]
        [chosen] = self.page(link).xpath("//input[@name='support_service_id'][@checked]")
        self.assertEqual(chosen.get("value"), str(self.booking.id))

    def test_cost_is_said(self):
        """E-9: what a service costs stands on its card where its provider knows it."""
        Ticket = self.env.registry["helpdesk.ticket"]
        self.patch(Ticket, "_support_portal_get_cost", lambda _ticket, service, match: f"{service.name}: included")
        page = self.page("/new/ticket")
        self.assertIn("Booking: included", self.text(page.find_class("o_support_services")[0]))

    def test_names_of_files_are_told(self):
        """S-7: a browser does not keep chosen files, so the form says which to choose again."""
        response = self.post(
            "/submitted/ticket",
            {"support_provider": self.provider.id, "team": self.team.id, "subject": "", "description": "Kept"},
            files=[
                ("attachment", ("lobby.txt", b"hello", "text/plain")),
                ("attachment", ("b.txt", b"x", "text/plain")),
            ],
        )
        self.assertEqual(response.status_code, 400)
        errors = self.text(html.fromstring(response.text).get_element_by_id("support_guard_errors"))
        self.assertIn("lobby.txt", errors)
        self.assertIn("b.txt", errors)


@tagged("post_install", "-at_install")
class TestPortalFilters(SearchCase):
    """The list of tickets, filtered."""

    def numbers(self, query: str) -> set[str]:
        page = self.page(f"/my/tickets?{query}")
        return {
            ticket.number
            for ticket in self.env["helpdesk.ticket"].search([("team_id", "=", self.team.id)])
            if page.xpath(f"//td//a[starts-with(@href, '/my/ticket/{ticket.id}?')]")
        }

    def test_filters(self):
        """E-9: open, waiting for me and late show the tickets that their rows say so of, and no others."""
        mine = self.raise_for(self.user_a, "2026-03-02 09:00")
        self.say(mine, "2026-03-02 09:10")
        self.move(mine, "2026-03-02 09:11", "waiting_customer")
        solved = self.raise_for(self.user_a, "2026-03-02 09:00")
        self.move(solved, "2026-03-02 09:11", "resolved")
        late = self.raise_for(self.user_a, "2026-03-02 08:50")
        fresh = self.raise_for(self.user_a, "2026-03-02 09:29")
        shut = self.raise_for(self.user_a, "2026-03-02 07:00")
        self.move(shut, "2026-03-02 09:00", "closed")
        others = self.raise_for(self.user_b, "2026-03-02 08:50")
        plain = self.raise_for(self.user_a, "2026-03-02 08:50", team_id=False, support_priority_id=False)
        self.assertNotIn(others.number, self.numbers(""))
        self.assertEqual(self.numbers("filterby=mine"), {mine.number, solved.number})
        self.assertEqual(self.numbers("filterby=late"), {late.number})
        self.assertLessEqual({mine.number, late.number, fresh.number}, self.numbers("filterby=open"))
        self.assertNotIn(shut.number, self.numbers("filterby=open"))
        self.assertNotIn(plain.number, self.numbers("filterby=mine"))
        row = self.text(self.page("/my/tickets?filterby=late").xpath("//tbody/tr")[0])
        self.assertIn("late: First answer", row)

    def test_hidden_promises_are_not_late(self):
        """E-9: a missed promise that is not for customers makes no ticket late in the portal."""
        late = self.raise_for(self.user_a, "2026-03-02 08:50")
        self.assertEqual(self.numbers("filterby=late"), {late.number})
        self.policy.target_ids.filtered(lambda target: target.metric == "first_response").portal_visible = False
        self.assertEqual(self.numbers("filterby=late"), set())

    def test_provider_filter(self):
        """E-9: with tickets of several providers each is a filter; one that is made up shows all."""
        self.assertFalse(self.page("/my/tickets").xpath("//a[contains(@href, 'filterby=provider-')]"))
        other = self.env["support.provider"].create(
            {"name": "Beta Care", "code": "beta_test", "calendar_id": self.provider.calendar_id.id}
        )
        team = self.env["helpdesk.ticket.team"].create({"name": "Beta Desk", "support_provider_id": other.id})
        ticket = self.raise_for_class(self.user_a, "Beta thing", team_id=team.id, support_priority_id=False)
        [label] = self.page("/my/tickets").xpath(
            f"//nav[contains(@class, 'o_support_filters')]/a[contains(@href, 'filterby=provider-{other.id}')]"
        )
        self.assertEqual(self.text(label), "Beta Care")
        page = self.page(f"/my/tickets?filterby=provider-{other.id}")
        self.assertEqual(len(page.xpath("//tbody/tr")), 1)
        self.assertIn(ticket.number, self.text(page.xpath("//tbody/tr")[0]))
        for junk in ("provider-x", "provider-99999999999", "mine'--", "provider-"):
            self.assertIn(self.door.number, self.numbers(f"filterby={junk}"))

    def test_filter_search_sort_and_pages_together(self):
        """E-9: search, sorting and pages keep the filter."""
        for index in range(85):
            self.raise_for_class(self.user_a, f"Window {index}")
        page = self.page("/my/tickets?filterby=open&search=Window&sortby=due")
        self.assertEqual(len(page.xpath("//tbody/tr")), 80)
        pages = [url for url in page.xpath("//a/@href") if "/my/tickets/page/2" in url]
        self.assertTrue(pages)
        self.assertIn("filterby=open", pages[0])
        self.assertEqual(len(self.page(pages[0]).xpath("//tbody/tr")), 5)

    def test_empty_filter_says_so(self):
        """E-9: an empty filter says that nothing waits or is late, and leads back to all tickets."""
        for code, words in (("mine", "Nothing is waiting for you"), ("late", "Nothing is late")):
            page = self.page(f"/my/tickets?filterby={code}")
            self.assertIn(words, self.text(page.find_class("o_support_empty")[0]))
            self.assertTrue(page.xpath("//a[@href='/my/tickets'][contains(., 'Show all')]"))

    def test_client_cannot_set_the_filter(self):
        """S-1: the filter is the controller's; a context that a client sends changes nothing."""
        found = self.make_jsonrpc_request(
            "/web/dataset/call_kw/helpdesk.ticket/search",
            {
                "model": "helpdesk.ticket",
                "method": "search",
                "args": [[]],
                "kwargs": {"context": {"support_portal_filter": "mine"}},
            },
        )
        self.assertIn(self.door.id, found)

    def test_turns_in_words(self):
        """E-4, E-9: the page says with whom the ticket has been, as a bar and in words."""
        ticket = self.raise_for(self.user_a, "2026-03-02 08:30")
        self.say(ticket, "2026-03-02 08:35")
        self.move(ticket, "2026-03-02 08:40", "waiting_customer")
        self.move(ticket, "2026-03-02 09:10", "open")
        section = self.page(f"/my/ticket/{ticket.id}").find_class("o_support_turns")[0]
        self.assertIn("Acme Care: 30 minutes", self.text(section))
        self.assertIn("You: 30 minutes", self.text(section))
        self.assertEqual(len(section.find_class("o_support_turn_span")), 3)
