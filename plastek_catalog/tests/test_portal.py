from odoo import http
from odoo.addons.support_sla.tests.provider_common import ProviderPortalMixin
from odoo.tests import HttpCase, tagged

from .common import PlastekMixin


@tagged("-at_install", "post_install")
class TestPortal(PlastekMixin, ProviderPortalMixin, HttpCase):
    """The catalogue as a customer of Plas-Tek sees it, and the form that a card opens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()
        cls.offer_own_queues_only()

    def setUp(self):
        super().setUp()
        self.log_in(self.customer_user)

    def cards(self):
        cards = self.page("/my/support/services").find_class("o_support_service")
        return {self.text(card.xpath(".//h3/a")[0]): card for card in cards}

    def submit(self, **values):
        data = {
            "support_provider": self.provider.id,
            "team": self.team.id,  # hidden in the form: there is one to choose
            "subject": "Points are not added",
            "description": "Since noon.",
            "csrf_token": http.Request.csrf_token(self),
            **values,
        }
        before = self.env["helpdesk.ticket"].search([])
        response = self.url_open("/submitted/ticket", data=data, allow_redirects=False)
        return response, self.env["helpdesk.ticket"].search([]) - before

    def test_catalogue(self):
        """P-11, P-5: all fourteen services with impact, reaction and resolution, and what the flags allow"""
        shown = self.cards()
        cards = {name: self.text(card) for name, card in shown.items()}
        self.assertEqual(len(cards), 14)
        for name, impact, first, solved, escalation, level in (
            ("Incident", "High", 4, 24, "Can be escalated", "Level stays as it is"),
            ("Access", "High", 6, 48, "No escalation", "Level stays as it is"),
            ("Report", "Low", 2, 4, "Can be escalated", "Level can be raised"),
            ("Mailing", "Medium", 4, 24, "No escalation", "Level can be raised"),
            ("Performance", "All-encompassing", 6, 48, "Can be escalated", "Level can be raised"),
        ):
            with self.subTest(name):
                card = cards[name]
                self.assertEqual(self.text(shown[name].xpath("ancestor::section/h2")[0]), f"Impact: {impact}")
                self.assertIn(f"First answer: {first} h · Solution: {solved} h", card)
                self.assertTrue(card.endswith(f"{escalation} · {level}"), card)
        self.assertIn("Included in your contract", cards["Incident"])
        self.assertIn("Charged apart Special report, Change of a standard report", cards["Report"])

    def test_flags_are_the_service_s(self):
        """P-7, P-11: when an administrator changes a flag, the card says so"""
        self.ref_("service_access").plastek_escalation = True
        self.assertIn("Can be escalated", self.text(self.cards()["Access"]))

    def test_from_card_to_ticket(self):
        """P-11, P-7: a card opens the form for its service, which asks no level; the ticket has the service's own"""
        [url] = self.cards()["Access"].xpath(".//h3/a/@href")
        form = self.page(url)
        self.assertFalse(form.xpath("//input[@name='support_priority_id' or @name='team'][@type='radio']"))
        [service] = form.xpath("//input[@name='support_service_id'][@checked]/@value")
        response, ticket = self.submit(support_service_id=service)
        self.assertEqual(response.status_code, 302)
        self.assertEqual(ticket.support_service_id, self.ref_("service_access"))
        self.assertEqual(ticket.support_priority_id, self.levels["SL_3"])
        # a level that the form does not ask for is not taken from a handmade request
        response, ticket = self.submit(support_service_id=service, support_priority_id=self.levels["SL_1"].id)
        self.assertEqual(response.status_code, 400)
        self.assertFalse(ticket)

    def test_kinds(self):
        """P-3: the levels of support stand on the form with included or extra; handing over is not for customers"""
        form = self.page("/new/ticket")
        levels = [self.text(level) for level in form.find_class("o_support_level")]
        self.assertEqual(len(levels), 3)
        self.assertTrue(levels[0].startswith("First line Extra, charged apart"), levels[0])
        self.assertTrue(levels[1].startswith("Technical support Included in your contract"), levels[1])
        self.assertTrue(levels[2].startswith("Technical support, extra Extra, charged apart"), levels[2])
        kinds = form.xpath("//input[@name='support_kind_id'][@value!='']")
        self.assertEqual(len(kinds), 15)

    def test_hours_of_the_month(self):
        """P-3: hours left this month stand on the card of the consultation, and it is said when they are used up"""
        self.entitlement.monthly_hours = 8
        usage = self.env["support.entitlement.usage"].create(
            {"entitlement_id": self.entitlement.id, "hours": 4 + 40 / 60, "user_id": self.agent.id}
        )
        self.assertIn("3 h 20 min of 8 h left this month", self.text(self.cards()["Consultation"]))
        usage.hours = 8
        self.assertIn("The 8 h of this month are used up", self.text(self.cards()["Consultation"]))
        _response, ticket = self.submit(support_kind_id=self.ref_("kind_consultation").id)
        self.assertEqual(ticket.support_coverage, "extra")

    def test_first_line(self):
        """P-3, P-2: a question of guests goes to the first line, which promises its times around the clock"""
        self.entitlement.tier_ids = self.ref_("tier_first")
        _response, ticket = self.submit(support_kind_id=self.ref_("kind_guest").id)
        self.assertEqual(ticket.team_id, self.first_line)
        self.assertEqual(ticket.support_service_id, self.ref_("service_consultation"))
        self.assertEqual(ticket.support_coverage, "included")
        resolution = self.clock(ticket, "resolution")
        self.assertEqual((resolution.deadline - ticket.support_raised).total_seconds(), 4 * 3600)

    def test_contract_run_out(self):
        """P-3: whose contract has run out reads it before sending, and the request is taken all the same"""
        self.entitlement.date_end = "2021-12-31"
        for url in ("/my/support/services", "/new/ticket"):
            text = self.text(self.page(url))
            self.assertIn("Your support contract with Plas-Tek ended on 12/31/2021.", text)
            self.assertIn("Not in your contract", text)
        response, ticket = self.submit(support_service_id=self.ref_("service_incident").id)
        self.assertEqual(response.status_code, 302)
        self.assertTrue(ticket.support_no_entitlement)
