from lxml import html
from odoo import http
from odoo.addons.mail.tests.common import MockEmail
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .change_common import ChangeMixin
from .common import PASSWORD, OpenpymeMixin


@tagged("-at_install", "post_install")
class TestChangePortal(ChangeMixin, OpenpymeMixin, MockEmail, HttpCase):
    """What the client sees of a change and decides on its page, without scripts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()
        cls.customer_user.group_ids |= cls.env.ref("base.group_portal")

    def setUp(self):
        super().setUp()
        self.ticket = self.make_change(name="Gift receipt")
        self.authenticate(self.customer_user.login, PASSWORD)

    def page(self, status=200):
        response = self.url_open(f"/my/ticket/{self.ticket.id}")
        self.assertEqual(response.status_code, status)
        return html.fromstring(response.text)

    def text(self, element):
        return " ".join(element.text_content().split())

    def box(self, name="openpyme_change"):
        return self.page().get_element_by_id(name, None)

    def post(self, url, **data):
        data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(f"/my/ticket/{url}/{self.ticket.id}", data=data, allow_redirects=False)

    def ask(self, name="Validation in test"):
        self.reach(self.ticket, name)
        self.move(self.ticket, "ask", text="Please print a gift receipt on your test system.")
        return self.ticket.openpyme_current_step_id

    def states(self):
        return "".join(step["state"][0] for step in self.ticket.openpyme_steps)

    def test_progress(self):
        """O-12: the client sees all steps with their dates and what happens now, and no internal note"""
        self.move(self.ticket, "skip", reason="Their boss is difficult")
        self.move(self.ticket, "finish", note="Quoted at 900")
        page = self.page()
        box = page.get_element_by_id("openpyme_change")
        self.assertEqual(self.text(box.xpath(".//h2")[0]), "Step 3 of 11: User story")
        steps = [self.text(step) for step in box.xpath(".//li")]
        self.assertEqual(len(steps), 11)
        self.assertRegex(steps[0], "Requirements left out, .+")
        self.assertRegex(steps[1], "Analysis done, .+")
        self.assertRegex(steps[2], "3 User story in progress since .+")
        self.assertEqual(steps[10], "11 Validation in production to come")
        self.assertEqual(len(box.xpath(".//li[@aria-current='step']")), 1)
        for secret in ("difficult", "Quoted"):
            self.assertNotIn(secret, html.tostring(page, encoding="unicode"))
        self.assertFalse(box.xpath(".//form"))

    def test_support_shows_nothing(self):
        """O-12: other requests have no steps on their page; a change that became one of them hides what stands still"""
        self.ticket.with_user(self.leader).support_kind_id = self.kinds["support"]
        self.assertIsNone(self.box())

    def test_asked_and_accepted(self):
        """O-12: asked by mail, accepted on the page: the step is done, the ticket no longer waits for the client"""
        with self.mock_mail_gateway():
            step = self.ask()
        [mail] = [mail for mail in self._new_mails if self.customer in mail.recipient_ids]
        self.assertIn("Please print a gift receipt", mail.body_html)
        self.assertIn(f"/my/ticket/{self.ticket.id}#openpyme_change", mail.body_html)
        self.assertEqual(self.ticket.stage_id, self.stages["waiting"])
        self.assertEqual(self.ticket.openpyme_next, "wait")
        with self.assertRaisesRegex(UserError, "asked already"), self.env.cr.savepoint():
            self.ticket.with_user(self.agent).openpyme_current_step_id._ask("Again")
        form = self.box().xpath(".//form")[0]
        self.assertEqual(form.xpath(".//input[@name='step']/@value"), [str(step.id)])
        response = self.post("change", step=step.id, decision="accept", reason="Works in all shops")
        self.assertEqual(response.status_code, 302)
        self.assertEqual((step.state, step.answer, step.partner_id), ("done", "accepted", self.customer))
        self.assertEqual(self.ticket.openpyme_current_step_id.name, "Validation in production")
        self.assertEqual(self.ticket.stage_id, self.stages["in_work"])
        message = self.ticket.message_ids.filtered(lambda message: "Works in all shops" in message.body)
        self.assertEqual(message.author_id, self.customer)
        self.assertIn("accepted", self.text(self.page().xpath("//*[@role='status']")[0]))
        # a page that was left open
        again = self.post("change", step=step.id, decision="accept")
        self.assertEqual(again.status_code, 400)
        self.assertIn("is over already", again.text)

    def test_rejected(self):
        """O-12: rejecting needs words, which stay typed; then work goes back to execution with them"""
        step = self.ask()
        response = self.post("change", step=step.id, decision="reject", reason="  ")
        self.assertEqual(response.status_code, 400)
        self.assertIn("say what is not right", response.text)
        self.assertEqual(step.state, "current")
        response = self.post("change", step=step.id, decision="reject", reason="The logo is missing")
        self.assertEqual(response.status_code, 302)
        self.assertEqual(self.states(), "dddddddcooo")
        self.assertEqual(self.ticket.openpyme_current_step_id.round, 2)
        self.assertEqual(self.ticket.stage_id, self.stages["in_work"])
        self.assertFalse(self.box().xpath(".//form"))

    def test_accepted_in_production(self):
        """O-12: with the client's yes in production the change is over and its ticket closed"""
        step = self.ask("Validation in production")
        self.post("change", step=step.id, decision="accept")
        self.assertEqual((self.states(), self.ticket.stage_id), ("d" * 11, self.stages["closed"]))
        self.assertEqual(self.text(self.box().xpath(".//h2")[0]), "All 11 steps are over")

    def test_nobody_else_decides(self):
        """O-12: not the client's neighbour, not a colleague, not before it was asked, not with junk"""
        self.reach(self.ticket, "Validation in test")
        step = self.ticket.openpyme_current_step_id
        self.assertEqual(self.post("change", step=step.id, decision="accept").status_code, 400)
        self.move(self.ticket, "ask", text="Please look.")
        for junk in ("", "0", "x", "9" * 30, "١٢"):
            self.assertEqual(self.post("change", step=junk, decision="accept").status_code, 400)
        self.authenticate(self.stranger_user.login, PASSWORD)
        response = self.post("change", step=step.id, decision="accept")
        self.assertEqual((response.status_code, response.headers["Location"].endswith("/my")), (302, True))
        self.authenticate(self.leader.login, PASSWORD)
        self.assertEqual(self.post("change", step=step.id, decision="accept").status_code, 400)
        self.authenticate(None, None)
        self.post("change", step=step.id, decision="accept")
        self.assertEqual(step.state, "current")

    def test_mail_does_not_accept(self):
        """O-12: a reply by mail is a message, whatever it says and whoever it claims to be from"""
        step = self.ask()
        self.say(self.ticket, "2026-02-11 16:00", "I accept.", user=self.customer_user)
        self.assertEqual((step.state, step.answer), ("current", False))

    def test_story(self):
        """O-12: the user story is read on the page once it is in force, and confirmed or questioned there"""
        self.write_story(self.ticket)
        self.assertIsNone(self.box("openpyme_story"))
        self.reach(self.ticket, "Clarification")
        box = self.box("openpyme_story")
        self.assertIn("print a gift receipt without prices", self.text(box))
        self.assertEqual(self.text(box.xpath(".//li")[0]), "The receipt shows no price.")
        story = self.ticket.openpyme_story_id
        response = self.post("story", story=story.id, decision="question", reason="")
        self.assertEqual(response.status_code, 400)
        self.assertIn("missing or not right", response.text)
        self.post("story", story=story.id, decision="question", reason="And the number of the sale?")
        self.assertEqual((story.answer, story.answer_note), ("questioned", "And the number of the sale?"))
        self.assertEqual(self.post("story", story=story.id, decision="confirm").status_code, 400)
        second = self.write_story(self.ticket, reason="Questioned", want="print it with the number of the sale")
        self.assertNotIn("with the number", self.text(self.box("openpyme_story")))
        second.with_user(self.agent).action_agree()
        self.assertIn("with the number", self.text(self.box("openpyme_story")))
        response = self.post("story", story=story.id, decision="confirm")
        self.assertEqual(response.status_code, 400)  # that version is no longer in force
        self.post("story", story=second.id, decision="confirm")
        self.assertEqual((second.answer, second.answered_by_id), ("confirmed", self.customer))
        self.assertIn("Confirmed by Mesa Till", self.text(self.box("openpyme_story")))
        self.authenticate(self.stranger_user.login, PASSWORD)
        self.assertEqual(self.post("story", story=second.id, decision="question", reason="x").status_code, 302)

    def test_told(self):
        """O-12: what the client said on the phone is written down in the agent's name, as a note"""
        self.ask()
        self.move(self.ticket, "told", accepted="no", note="Mr X on the phone: the logo is missing")
        note = self.ticket.message_ids.filtered(lambda message: "the logo is missing" in message.body)
        self.assertEqual((note.author_id, note.subtype_id), (self.agent.partner_id, self.env.ref("mail.mt_note")))
        self.assertEqual(self.ticket.stage_id, self.stages["in_work"])

    def test_portal_users_read_no_record(self):
        """O-12: portal users have no access to the steps, moves and stories themselves"""
        self.reach(self.ticket, "Clarification")
        for model in ("openpyme.ticket.step", "openpyme.step.move", "openpyme.story", "openpyme.change.step"):
            self.assertFalse(self.env[model].with_user(self.customer_user).has_access("read"), model)
        for name in ("openpyme_steps", "openpyme_move_ids", "openpyme_task_text", "openpyme_step_id"):
            with self.assertRaises(UserError):
                self.ticket.with_user(self.customer_user).read([name])
