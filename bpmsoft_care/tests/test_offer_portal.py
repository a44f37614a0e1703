from lxml import html
from odoo import fields, http
from odoo.addons.mail.tests.common import MockEmail
from odoo.tests import HttpCase, tagged

from .common import PASSWORD, BpmsoftMixin, utc
from .decision_common import DecisionMixin

NOW = utc("2026-03-02 09:00")


@tagged("-at_install", "post_install")
class TestOfferPortal(DecisionMixin, BpmsoftMixin, MockEmail, HttpCase):
    """What the client reads of offers and estimates, and answers, without scripts (B-4, B-12)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()
        (cls.customer_user | cls.colleague_user).group_ids |= cls.env.ref("base.group_portal")

    def setUp(self):
        super().setUp()
        Event = self.env.registry["support.event"]

        def now(event):
            moment = event.env.context.get("support_now")
            return fields.Datetime.to_datetime(moment) if moment else NOW

        self.patch(Event, "_now", now)
        self.ticket = self.raise_ticket("2026-03-02 07:00", user_id=self.agent.id)
        self.move(self.ticket, "2026-03-02 07:10", "in_work")
        self.authenticate(self.customer_user.login, PASSWORD)

    def page(self):
        response = self.url_open(f"/my/ticket/{self.ticket.id}")
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def text(self, element):
        return " ".join(element.text_content().split())

    def box(self, name="bpmsoft_offer"):
        return self.page().get_element_by_id(name, None)

    def post(self, **data):
        data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(f"/my/ticket/offer/{self.ticket.id}", data=data, allow_redirects=False)

    def option_of(self, offer, kind):
        return offer.option_ids.filtered(lambda option: option.kind == kind)

    def test_shown_and_accepted(self):
        """B-12: what, who does it, free or paid with its price; accepted with what was chosen"""
        self.assertIsNone(self.box())
        offer = self.decide(self.ticket, "contractor_project", amount=1200, terms="as used", note="Their log says so")
        page = self.page()
        self.assertIn("has an offer for you", self.text(page.get_element_by_id("support_next")))
        box = page.get_element_by_id("bpmsoft_offer")
        labels = [self.text(label) for label in box.xpath(".//label[contains(@class, 'form-check-label')]")]
        self.assertEqual(len(labels), 2)
        self.assertRegex(labels[0], "Advice Who does it: We, the provider Free of charge")
        self.assertRegex(labels[1], "Paid change Who does it: .* Paid: .*1,200.00.*, as used")
        self.assertFalse(box.xpath(".//input[@type='radio'][@checked]"))  # the client chooses
        self.assertNotIn("Their log says so", html.tostring(page, encoding="unicode"))
        response = self.post(offer=offer.id, option=self.option_of(offer, "change").id, decision="accept", reason="Go")
        self.assertEqual(response.status_code, 302)
        self.assertEqual((offer.state, offer.partner_id, offer.comment), ("accepted", self.customer, "Go"))
        page = self.page()
        self.assertIn("Irtysh Project Office has accepted “Paid change”", self.text(page))
        self.assertFalse(page.get_element_by_id("bpmsoft_offer").xpath(".//form"))
        again = self.post(offer=offer.id, option=self.option_of(offer, "advice").id, decision="accept")
        self.assertEqual(again.status_code, 400)
        self.assertEqual(offer.state, "accepted")

    def test_declined(self):
        """B-12: declining needs words; what was chosen and typed stays"""
        offer = self.decide(self.ticket, "contractor_project", amount=1200)
        option = self.option_of(offer, "change")
        response = self.post(offer=offer.id, option=option.id, decision="decline", reason=" ")
        self.assertEqual(response.status_code, 400)
        page = html.fromstring(response.text)
        self.assertIn("say why you decline", self.text(page.get_element_by_id("bpmsoft_offer_error")))
        self.assertEqual(page.xpath("//input[@name='option'][@checked]/@value"), [str(option.id)])
        response = self.post(offer=offer.id, decision="accept", reason="We want it.")
        page = html.fromstring(response.text)
        self.assertEqual(response.status_code, 400)
        self.assertIn("choose one of the options", self.text(page.get_element_by_id("bpmsoft_offer_error")))
        self.assertEqual(page.get_element_by_id("bpmsoft_offer_reason").text, "We want it.")
        self.assertEqual(self.post(offer=offer.id, decision="decline", reason="Too dear").status_code, 302)
        self.assertEqual((offer.state, offer.comment), ("declined", "Too dear"))
        self.assertIn("has declined the offer", self.text(self.box()))

    def test_nobody_else(self):
        """B-12, B-5, S-1: a colleague reads and is told who decides; strangers, staff, links and junk do not"""
        offer = self.decide(self.ticket, "own_project", "n", amount=900)
        option = offer.option_ids
        token = self.ticket._portal_ensure_token()
        for junk in ("", "0", "x", "9" * 30, "١٢"):
            self.assertEqual(self.post(offer=junk, option=option.id, decision="accept").status_code, 400)
            self.assertEqual(self.post(offer=offer.id, option=junk, decision="accept").status_code, 400)
        self.assertEqual(self.post(offer=offer.id, option=option.id, decision="maybe").status_code, 400)
        self.authenticate(self.colleague_user.login, PASSWORD)
        box = self.box()
        self.assertFalse(box.xpath(".//form"))
        self.assertIn("Only the authorised contact can accept", self.text(box))
        self.assertIn("Irtysh Project Office", self.text(box))
        response = self.post(offer=offer.id, option=option.id, decision="accept")
        self.assertEqual(response.status_code, 400)
        self.authenticate(self.stranger_user.login, PASSWORD)
        response = self.post(offer=offer.id, option=option.id, decision="accept")
        self.assertEqual((response.status_code, response.headers["Location"].endswith("/my")), (302, True))
        self.authenticate(self.agent.login, PASSWORD)
        self.assertEqual(self.post(offer=offer.id, option=option.id, decision="accept").status_code, 400)
        self.authenticate(None, None)
        self.post(offer=offer.id, option=option.id, decision="accept")
        page = html.fromstring(self.url_open(f"/my/ticket/{self.ticket.id}?access_token={token}").text)
        box = page.get_element_by_id("bpmsoft_offer", None)
        if box is not None:  # who has the link reads, and no more
            self.assertFalse(box.xpath(".//form"))
        self.assertEqual(offer.state, "open")

    def test_expired_on_the_page(self):
        """B-12: an offer whose time is over is shown as such before the scheduled action has looked at it"""
        offer = self.decide(self.ticket, "own_project", "n", amount=900, valid_until="2026-03-02 08:30:00")
        box = self.box()
        self.assertIn("This offer expired", self.text(box))
        self.assertFalse(box.xpath(".//form"))
        response = self.post(offer=offer.id, option=offer.option_ids.id, decision="accept", reason="Please")
        self.assertEqual(response.status_code, 400)
        self.assertIn("has expired", response.text)
        self.assertEqual(offer.state, "open")

    def test_former_offers(self):
        """B-12: the client sees that another source was found, what was offered before and why it changed"""
        first = self.decide(self.ticket, "own_project", "n", amount=900)
        self.post(offer=first.id, option=first.option_ids.id, decision="accept")
        self.decide(self.ticket, "own_product", moment="2026-03-02 08:50", reason="The product did it.")
        box = self.box()
        self.assertIn("Where the problem lies: Our product, current version", self.text(box))
        past = self.text(box.xpath(".//details")[0])
        self.assertRegex(past, "Our project work, .*900.00.*Chosen: Paid change")
        self.assertIn("The product did it.", past)

    def test_estimate(self):
        """B-4: the client sees the estimate in the own zone and every extension with its reason, and that it passed"""
        self.assertIsNone(self.box("bpmsoft_estimate"))
        self.customer_user.tz = "Asia/Yekaterinburg"
        agent = self.ticket.with_user(self.agent)
        obstacle = self.ref_("estimate_reason_obstacle")
        self.at(agent, "2026-03-02 08:00")._bpmsoft_give_estimate(utc("2026-03-05 11:00"))
        page = self.page()
        self.assertIn("expects to solve this by", self.text(page.get_element_by_id("support_next")))
        box = page.get_element_by_id("bpmsoft_estimate")
        self.assertRegex(self.text(box), r"Thu 5 Mar, \S*0?4:00|Thu 5 Mar, 16:00")
        self.assertIn("Moscow", self.text(box))
        self.at(agent, "2026-03-02 08:10")._bpmsoft_give_estimate(
            utc("2026-03-02 08:40"), None, "", utc("2026-03-05 11:00")
        )
        self.assertIn("This estimate has passed", self.text(self.box("bpmsoft_estimate")))
        self.at(agent, "2026-03-02 08:50")._bpmsoft_give_estimate(
            utc("2026-03-06 11:00"), obstacle, "The test server is down.", utc("2026-03-02 08:40")
        )
        rows = [self.text(row) for row in self.box("bpmsoft_estimate").xpath(".//li")]
        self.assertEqual(len(rows), 3)
        self.assertRegex(rows[0], "Extended from .* to .* Why: There is an obstacle The test server is down.")
        self.assertIn("Brought forward", rows[1])
        self.assertIn("Estimated:", rows[2])
        self.move(self.ticket, "2026-03-02 08:55", "resolved")
        self.assertIn("The work ended", self.text(self.box("bpmsoft_estimate")))
        self.move(self.ticket, "2026-03-02 08:56", "in_work")
        self.assertIn("a new one follows", self.text(self.box("bpmsoft_estimate")))

    def test_others_show_nothing(self):
        """B-4, B-12: the page of another provider's request, or of none, has neither"""
        team = self.env["helpdesk.ticket.team"].create({"name": "Elsewhere"})
        self.ticket = self.raise_by("2026-03-02 07:00", team_id=team.id, partner_id=self.customer.id)
        self.assertIsNone(self.box())
        self.assertIsNone(self.box("bpmsoft_estimate"))
