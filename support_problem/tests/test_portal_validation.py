from odoo.addons.support_sla.tests.portal_common import PortalCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestPortalValidation(PortalCase):
    """E-7.3: the customer accepts or rejects on the ticket's page."""

    def setUp(self):
        super().setUp()
        self.provider.answered_stage_id = self.stages["open"]
        self.ticket = self.raise_ticket("2026-03-02 09:00", partner_id=self.partner_a.id)
        self.at(self.ticket.with_user(self.agent), "2026-03-02 09:20")._support_ask_validation(
            "workaround", "Use the old till."
        )
        self.url = f"/my/ticket/{self.ticket.id}"

    def form(self, page):
        return page.xpath("//form[contains(@action, '/validate')]")

    def answer(self, answer, comment="", **kwargs):
        return self.post(f"{self.url}/validate", {"answer": answer, "comment": comment}, **kwargs)

    def test_asked(self):
        """E-7.3: the page asks, says that a workaround is not permanent, and needs no script to answer"""
        self.log_in(self.user_a)
        page = self.page(self.url)
        box = page.get_element_by_id("support_validation")
        self.assertIn("not permanent", self.text(box))
        self.assertIn("Use the old till.", self.text(box))
        [form] = self.form(page)
        self.assertEqual(form.get("method"), "POST")
        self.assertEqual(form.xpath(".//button/@value"), ["accept", "reject"])
        self.assertTrue(form.xpath(".//label[@for='validation_comment']"))
        self.assertIn("has applied a workaround", self.text(page.get_element_by_id("support_next")))

    def test_accepting(self):
        """E-7.3: accepting closes the ticket; a second answer gets a clear message and changes nothing"""
        self.log_in(self.user_a)
        response = self.answer("accept", "Thanks")
        self.assertEqual(response.status_code, 302)
        self.env.invalidate_all()
        self.assertEqual((self.ticket.support_validation, self.ticket.support_phase), ("accepted", "closed"))
        event = self.ticket.support_event_ids.filtered(lambda event: event.kind == "accepted")
        self.assertEqual((event.side, event.user_id), ("customer", self.user_a))
        page = self.page(response.headers["Location"])
        self.assertIn("you have accepted it", self.text(page))
        self.assertFalse(self.form(page))
        self.assertIn("Your validation", self.text(page))
        second = self.answer("reject", "No, wait")
        self.assertEqual(second.status_code, 400)
        self.assertIn("accepted already", second.text)
        self.env.invalidate_all()
        self.assertEqual(self.ticket.support_validation, "accepted")

    def test_rejecting(self):
        """E-7.3: a rejection needs a comment, keeps what was typed, and opens the ticket again with it"""
        self.log_in(self.user_a)
        refused = self.answer("reject", " ")
        self.assertEqual(refused.status_code, 400)
        self.assertIn("what does not work", refused.text)
        self.env.invalidate_all()
        self.assertEqual(self.ticket.support_validation, "asked")
        long = self.answer("reject", "x" * 20001)
        self.assertEqual(long.status_code, 400)
        self.assertIn("x" * 20001, long.text)
        self.assertEqual(self.answer("maybe", "Hm").status_code, 400)
        self.assertEqual(self.answer("reject", "The old till is sold.").status_code, 302)
        self.env.invalidate_all()
        self.assertEqual((self.ticket.support_validation, self.ticket.support_phase), ("rejected", "open"))
        message = self.ticket.message_ids.filtered(lambda message: "old till is sold" in (message.body or ""))
        self.assertEqual(message.author_id, self.partner_a)

    def test_nobody_else(self):
        """E-7.3, S-1: another customer, a follower of another company and staff do not answer; a bad token neither"""
        self.log_in(self.user_b)
        self.assertEqual(self.answer("accept").status_code, 302)
        self.ticket.message_subscribe(self.user_b.partner_id.ids)
        self.assertNotEqual(self.answer("accept").headers.get("Location", "").split("#")[0], self.url)
        self.authenticate(None, None)
        self.assertEqual(self.answer("accept").status_code, 302)
        bad = self.post(f"{self.url}/validate?access_token=wrong", {"answer": "accept"})
        self.assertEqual(bad.status_code, 302)
        self.env.invalidate_all()
        self.assertEqual(self.ticket.support_validation, "asked")
        self.agent.password = "agent-test-password"
        self.authenticate(self.agent.login, "agent-test-password")
        self.assertFalse(self.form(self.page(self.url)))
        self.assertEqual(self.answer("accept").status_code, 400)

    def test_by_the_link_of_the_mail(self):
        """E-7.3: the link of the customer's own mail opens the question and takes the answer without a login"""
        token = self.ticket._portal_ensure_token()
        self.authenticate(None, None)
        page = self.page(f"{self.url}?access_token={token}")
        [form] = self.form(page)
        response = self.post(form.get("action"), {"answer": "accept", "comment": "Fine"})
        self.assertEqual(response.status_code, 302)
        self.assertIn(token, response.headers["Location"])
        self.env.invalidate_all()
        self.assertEqual(self.ticket.support_validation, "accepted")

    def test_not_by_get_or_forgery(self):
        """E-7.3, S-1: neither a link that is merely opened nor a form of another site answers"""
        self.log_in(self.user_a)
        self.url_open(f"{self.url}/validate?answer=accept", allow_redirects=False)
        self.assertEqual(self.answer("accept", csrf=False).status_code, 400)
        self.env.invalidate_all()
        self.assertEqual(self.ticket.support_validation, "asked")

    def test_spoofed_mail(self):
        """S-5: a mail in the customer's name, however it is worded, is a message and accepts nothing"""
        self.ticket.message_post(
            body="ACCEPTED", message_type="email", subtype_xmlid="mail.mt_comment", author_id=self.partner_a.id
        )
        self.assertNotIn("accepted", self.ticket.support_event_ids.mapped("kind"))
        self.assertEqual(self.ticket.support_phase, "open")

    def test_closed_by_a_reader(self):
        """S-1, S-5: whoever was only shared the ticket and closes it has accepted nothing for its customer"""
        self.stages["closed"].close_from_portal = True
        self.ticket.guard_share_partner_ids = self.user_b.partner_id
        self.log_in(self.user_b)
        self.assertEqual(self.answer("accept").status_code, 400)
        self.post("/ticket/close", {"ticket_id": self.ticket.id, "stage_id": self.stages["closed"].id})
        self.env.invalidate_all()
        self.assertNotEqual(self.ticket.support_validation, "accepted")
        self.assertNotIn("accepted", self.ticket.support_event_ids.mapped("kind"))

    def test_closing_is_accepting(self):
        """E-7.3: whoever closes the ticket in the portal while asked has accepted it"""
        self.stages["closed"].close_from_portal = True
        self.log_in(self.user_a)
        self.assertFalse(self.page(self.url).xpath("//form[contains(@action, '/ticket/close')]"))
        self.post("/ticket/close", {"ticket_id": self.ticket.id, "stage_id": self.stages["closed"].id})
        self.env.invalidate_all()
        self.assertEqual((self.ticket.support_validation, self.ticket.support_phase), ("accepted", "closed"))
