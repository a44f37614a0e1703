from lxml import html
from odoo import http
from odoo.addons.mail.tests.common import MockEmail
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from .common import PASSWORD, BpmsoftMixin

PAGE = "/my/support/order"


@tagged("post_install", "-at_install")
class TestOrder(BpmsoftMixin, MockEmail, HttpCase):
    """The authorised person proposes another order on the portal (B-11)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def setUp(self):
        super().setUp()
        self.first, self.second, self.third = (
            self.raise_as_client(f"2026-03-02 06:0{minute}", name=f"Request {minute}") for minute in range(3)
        )
        self.account = self.first.sudo().support_lane_account_id
        self.authenticate(self.customer_user.login, PASSWORD)

    def page(self, response=None):
        response = self.url_open(PAGE) if response is None else response
        return html.fromstring(response.text)

    @staticmethod
    def text(element):
        return " ".join(element.text_content().split())

    def line(self, page):
        """Numbers of the requests in line, as the page has them."""
        return [self.text(item.xpath(".//a")[0]) for item in page.xpath("//form//ol/li")]

    def post(self, csrf=True, **data):
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        data.setdefault("account", self.account.id)
        return self.url_open(PAGE, data=data, allow_redirects=False)

    def hidden(self, page):
        return {name: page.xpath(f"//form//input[@name='{name}']/@value")[0] for name in ("before", "order")}

    def propose(self, *tickets, note="The law comes on Monday.", before=None):
        ids = ",".join(str(ticket.id) for ticket in tickets)
        before = before or ",".join(str(ticket_id) for ticket_id in self.now_ids())
        return self.post(act="propose", before=before, order=ids, note=note)

    def now_ids(self):
        self.env.invalidate_all()
        return [waiter.id for waiter in self.account._read_line()[self.account.id]]

    def proposal(self):
        self.env.invalidate_all()
        return self.env["bpmsoft.order.proposal"].search([("account_id", "=", self.account.id)], limit=1)

    def decide(self, accept, answer="", user=None):
        proposal = self.proposal().with_user(user or self.coordinator)
        action = proposal.action_accept() if accept else proposal.action_decline()
        form = Form(proposal.env[action["res_model"]].with_context(**action["context"]))
        if answer:
            form.answer = answer
        form.save().action_decide()
        self.env.invalidate_all()

    def letters(self, ticket):
        self.deliver()
        return self.automatic(ticket).filtered(lambda message: "order of your requests" in (message.subject or ""))

    # --- the page ---------------------------------------------------------------------------------

    def test_the_line(self):
        """B-11: the page shows what is worked on and the line in order, with buttons to move"""
        self.move(self.first, "2026-03-02 07:00", "in_work")
        page = self.page()
        text = self.text(page)
        self.assertIn("one after another", text)
        self.assertEqual(self.line(page), [self.second.number, self.third.number])
        self.assertIn(self.first.number, text)
        self.assertEqual(page.xpath("//button[@name='move']/@value"), [f"down:{self.second.id}", f"up:{self.third.id}"])
        for button in page.xpath("//button[@name='move']"):
            self.assertTrue(button.get("aria-label"))
        self.assertFalse(page.xpath("//button[@value='propose']"), "nothing to propose yet")

    def test_moving_without_scripts(self):
        """B-11: each arrow sends the form, which comes back with the request moved and nothing stored"""
        page = self.page()
        moved = self.page(self.post(move=f"up:{self.third.id}", **self.hidden(page)))
        self.assertEqual(self.line(moved), [self.first.number, self.third.number, self.second.number])
        self.assertIn("at place 2 now", self.text(moved.get_element_by_id("order_said")))
        again = self.page(self.post(move=f"up:{self.third.id}", note="Law", **self.hidden(moved)))
        self.assertEqual(self.line(again), [self.third.number, self.first.number, self.second.number])
        self.assertEqual(again.xpath("//textarea[@name='note']")[0].text_content().strip(), "Law")
        self.assertFalse(self.proposal())
        self.assertEqual(self.now_ids(), [self.first.id, self.second.id, self.third.id])
        response = self.post(act="propose", note="Law", **self.hidden(again))
        self.assertEqual(response.status_code, 302)
        self.assertEqual(self.proposal().after, [self.third.id, self.first.id, self.second.id])

    def test_found_from_the_request(self):
        """B-11: the page of a request tells its place and leads to the line; so does the portal's first page"""
        page = self.page(self.url_open(f"/my/ticket/{self.second.id}"))
        self.assertIn("Place in line", self.text(page))
        self.assertTrue(page.xpath(f"//a[@href='{PAGE}']"))

    def test_nothing_in_line(self):
        """B-11: without requests the page says what it is for"""
        self.authenticate(self.stranger_user.login, PASSWORD)
        self.assertIn("nothing to put in order", self.text(self.page()))

    # --- proposing ------------------------------------------------------------------------------------

    def test_proposed(self):
        """B-11: a proposal changes nothing by itself; the coordinator gets an activity, the ticket's form says it"""
        self.assertEqual(self.propose(self.third, self.first, self.second).status_code, 302)
        proposal = self.proposal()
        self.assertEqual(proposal.state, "open")
        self.assertEqual(proposal.proposed_by_id, self.customer)
        self.assertEqual(proposal.activity_ids.user_id, self.coordinator)
        self.assertEqual(self.now_ids(), [self.first.id, self.second.id, self.third.id])
        seen = proposal.with_user(self.agent)
        self.assertEqual(seen.current_ids, self.first | self.second | self.third)
        self.assertEqual(seen.wanted_ids.ids, [self.third.id, self.first.id, self.second.id])
        self.assertEqual(self.second.with_user(self.agent).bpmsoft_proposal_id, proposal)
        text = self.text(self.page())
        self.assertIn("You have proposed another order", text)
        self.assertIn("The law comes on Monday.", text)

    def test_one_at_a_time(self):
        """B-11: a second proposal waits until the first is decided or withdrawn"""
        self.propose(self.third, self.first, self.second)
        response = self.propose(self.second, self.first, self.third)
        self.assertEqual(response.status_code, 400)
        self.assertIn("withdraw it first", response.text)
        page = self.url_open("/my/support/order").text
        self.assertIn("Withdraw it first if you want", page)
        self.assertIn('breadcrumb-item active">Order of your requests', page)
        self.assertEqual(self.env["bpmsoft.order.proposal"].search_count([("account_id", "=", self.account.id)]), 1)
        self.assertEqual(self.post(act="withdraw").status_code, 302)
        self.assertEqual(self.proposal().state, "withdrawn")
        self.assertFalse(self.proposal().activity_ids)
        self.assertEqual(self.propose(self.second, self.first, self.third).status_code, 302)
        self.assertEqual(self.proposal().state, "open")
        self.assertEqual(self.post(act="withdraw").status_code, 302)
        self.assertEqual(self.post(act="withdraw").status_code, 400, "there is none any more")

    def test_accepted(self):
        """B-11: accepted, it is the order; each request whose place changed has the agreement as a fact; the client is
        told with the words of the desk"""
        self.propose(self.third, self.first, self.second)
        self.decide(True, "Gladly.")
        self.assertEqual(self.now_ids(), [self.third.id, self.first.id, self.second.id])
        self.assertEqual(self.proposal().state, "accepted")
        self.assertFalse(self.proposal().activity_ids)
        event = self.third.support_event_ids.filtered(lambda event: event.kind == "reordered")
        self.assertEqual((event.data["from"], event.data["to"], event.side), (3, 1, "customer"))
        self.assertIn(self.customer.name, event.data["agreed_with"])
        [letter] = self.letters(self.third)
        self.assertIn("is agreed", letter.body)
        self.assertIn("Gladly.", letter.body)
        self.assertFalse(self.clock(self.third, "first_response").stopped, "a message of the desk is no reaction")
        self.assertIn("was accepted", self.text(self.page()))

    def test_declined(self):
        """B-11: declining needs words, which the client reads; the order stays"""
        self.propose(self.third, self.first, self.second)
        with self.assertRaises(UserError), self.cr.savepoint():
            self.proposal().with_user(self.coordinator)._decide(False, " ")
        self.decide(False, "The first one is nearly done.")
        self.assertEqual(self.proposal().state, "declined")
        self.assertEqual(self.now_ids(), [self.first.id, self.second.id, self.third.id])
        self.assertIn("nearly done", self.letters(self.third).body)
        self.assertIn("nearly done", self.text(self.page()))
        with self.assertRaisesRegex(UserError, "decided already"):
            self.proposal().with_user(self.coordinator)._decide(True, "")

    # --- the line changes meanwhile -------------------------------------------------------------------------

    def test_line_changed_before_it_is_sent(self):
        """B-11: a page that shows a line of before proposes nothing; it comes back with the line and what was typed"""
        before = ",".join(str(ticket_id) for ticket_id in self.now_ids())
        self.move(self.first, "2026-03-02 07:00", "in_work")
        response = self.propose(self.third, self.first, self.second, before=before, note="Law first")
        self.assertEqual(response.status_code, 400)
        page = self.page(response)
        self.assertIn("have changed meanwhile", self.text(page))
        self.assertEqual(self.line(page), [self.second.number, self.third.number])
        self.assertIn("Law first", response.text)
        self.assertFalse(self.proposal())

    def test_one_more_came(self):
        """B-11: a request that came since stands behind the proposed ones; who decides is told"""
        self.propose(self.third, self.first, self.second)
        fourth = self.raise_as_client("2026-03-02 08:00", name="Request 3")
        self.assertIn(fourth.number, self.proposal().with_user(self.coordinator).changed_text)
        self.decide(True)
        self.assertEqual(self.now_ids(), [self.third.id, self.first.id, self.second.id, fourth.id])

    def test_one_was_begun(self):
        """B-11: of a proposal of which one request is in work already the rest can still be accepted"""
        self.propose(self.third, self.first, self.second)
        self.move(self.first, "2026-03-02 07:00", "in_work")
        self.assertIn(self.first.number, self.proposal().with_user(self.coordinator).changed_text)
        self.decide(True)
        self.assertEqual(self.now_ids(), [self.third.id, self.second.id])

    def test_overtaken(self):
        """B-11: a proposal that cannot be done any more ends by itself, and the client is told and may propose anew"""
        self.propose(self.third, self.first, self.second)
        self.account.with_user(self.agent)._support_reorder([self.second.id], "Project Office, by phone")
        self.assertEqual(self.proposal().state, "outdated")
        self.assertFalse(self.proposal().activity_ids)
        self.assertIn("set aside", self.letters(self.third).body)
        self.assertIn("You can propose anew", self.text(self.page()))
        self.assertEqual(self.propose(self.third, self.second, self.first).status_code, 302)

    # --- who may ---------------------------------------------------------------------------------------------

    def test_nobody_else(self):
        """B-11, S-1: a colleague who is not authorised, another client, staff and the public see and propose nothing"""
        self.agent.password = PASSWORD
        for user in (self.colleague_user, self.stranger_user, self.agent):
            self.authenticate(user.login, PASSWORD)
            self.assertNotIn(self.first.number, self.url_open(PAGE).text)
            self.propose(self.third, self.first, self.second)
            self.assertFalse(self.proposal(), user.name)
        self.authenticate(None, None)
        self.assertIn("/web/login", self.url_open(PAGE, allow_redirects=False).headers.get("Location", ""))
        self.propose(self.third, self.first, self.second)
        self.assertFalse(self.proposal())

    def test_only_by_post_with_token(self):
        """S-1: neither a link nor a form of another site proposes"""
        before = ",".join(str(ticket_id) for ticket_id in self.now_ids())
        order = f"{self.third.id},{self.first.id},{self.second.id}"
        self.url_open(f"{PAGE}?act=propose&before={before}&order={order}")
        self.assertEqual(self.post(csrf=False, act="propose", before=before, order=order).status_code, 400)
        self.assertFalse(self.proposal())

    def test_handmade_requests(self):
        """S-1: other people's requests, twice the same and nonsense are no order"""
        other = self.raise_as_client("2026-03-02 06:30", user=self.stranger_user)
        before = ",".join(str(ticket_id) for ticket_id in self.now_ids())
        for order in (f"{self.third.id},{other.id},{self.first.id}", f"{self.third.id},{self.third.id}", "x,,-1", ""):
            response = self.post(act="propose", before=before, order=order)
            self.assertEqual(response.status_code, 400, order)
        self.assertEqual(self.propose(self.first, self.second, self.third).status_code, 400, "nothing changes")
        self.assertEqual(self.propose(self.third, self.first, self.second, note="x" * 2001).status_code, 400)
        self.assertEqual(self.post(act="propose", before=before, order=before, account=other.id).status_code, 400)
        self.assertFalse(self.proposal())

    def test_access(self):
        """S-1: customers reach no proposal by RPC; agents read them and decide with the buttons alone"""
        self.propose(self.third, self.first, self.second)
        for user in (self.customer_user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.proposal().with_user(user).read(["note"])
            with self.assertRaises(AccessError):
                self.proposal().with_user(user).action_accept()
        with self.assertRaises(AccessError):
            self.proposal().with_user(self.agent).write({"state": "accepted"})
        with self.assertRaises(AccessError):
            self.env["bpmsoft.order.proposal"].with_user(self.agent).create(
                {"account_id": self.account.id, "proposed_at": "2026-03-02 06:00:00"}
            )
        own = self.make_agent("own", "helpdesk_mgmt.group_helpdesk_user_own")
        self.first.user_id = self.agent
        with self.assertRaises(AccessError):
            self.proposal().with_user(own).action_accept()
        wizard = self.env["bpmsoft.proposal.wizard"].create({"proposal_id": self.proposal().id, "accept": True})
        with self.assertRaises(AccessError):
            wizard.with_user(own).action_decide()
        self.assertEqual(self.proposal().state, "open")
