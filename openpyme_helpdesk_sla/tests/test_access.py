from lxml import html
from odoo import http
from odoo.addons.mail.tests.common import MockEmail
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .change_common import STORY, ChangeMixin
from .common import PASSWORD, utc
from .path_common import PathCase
from .test_sessions import NOW, SessionMixin


@tagged("-at_install", "post_install")
class TestSharedReader(ChangeMixin, SessionMixin, MockEmail, HttpCase):
    """S-1: somebody of another company to whom a ticket was shared reads it and decides nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()
        (cls.customer_user | cls.stranger_user).group_ids |= cls.env.ref("base.group_portal")

    def post(self, url, ticket, **data):
        data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(f"/my/ticket/{url}/{ticket.id}", data=data, allow_redirects=False)

    def test_change(self):
        """S-1, O-12: neither a step is accepted nor a user story confirmed by a reader of another company"""
        ticket = self.make_change(name="Gift receipt")
        self.reach(ticket, "Validation in test")
        self.move(ticket, "ask", text="Please look.")
        step = ticket.openpyme_current_step_id
        story = ticket._openpyme_get_agreed_story()
        ticket.guard_share_partner_ids = self.stranger_user.partner_id
        self.authenticate(self.stranger_user.login, PASSWORD)
        page = self.url_open(f"/my/ticket/{ticket.id}")
        self.assertEqual(page.status_code, 200)
        box = html.fromstring(page.text).get_element_by_id("openpyme_change")
        self.assertFalse(box.xpath(".//form"))
        for url, data in (
            ("change", {"step": step.id, "decision": "accept"}),
            ("change", {"step": step.id, "decision": "reject", "reason": "No"}),
            ("story", {"story": story.id, "decision": "confirm"}),
        ):
            self.assertEqual(self.post(url, ticket, **data).status_code, 400)
        self.env.invalidate_all()
        self.assertEqual((step.state, step.answer, story.answer), ("current", False, False))

    def test_session(self):
        """S-1, O-11: a reader of another company says nothing about the client's coming; nor does a colleague"""
        self.plan("2032-02-18 16:00")
        ticket = self.ask()
        invitation = self.invite(ticket)
        ticket.guard_share_partner_ids = self.stranger_user.partner_id
        for user in (self.stranger_user, self.agent):
            self.authenticate(user.login, PASSWORD)
            self.assertEqual(self.post("session", ticket, answer="yes").status_code, 400)
        self.env.invalidate_all()
        self.assertFalse(invitation.answer)


@tagged("-at_install", "post_install")
class TestAccess(SessionMixin, PathCase):
    """S-1: what agents cannot do by RPC either."""

    def test_story(self):
        """S-1, O-12: nobody writes a story that the client has confirmed, by a default of the context either"""
        ticket = self.raise_ticket(NOW, "change")
        Story = self.env["openpyme.story"].with_user(self.agent)
        with self.refused("by its button alone"), self.env.cr.savepoint():
            Story.create({"ticket_id": ticket.id, "state": "agreed", **STORY})
        story = Story.with_context(default_state="agreed", default_answer="confirmed").create(
            {"ticket_id": ticket.id, **STORY}
        )
        self.assertEqual((story.state, story.answer), ("draft", False))

    def test_task(self):
        """S-1, O-7: a task of somebody's own does not become the team's answer to a ticket"""
        ticket = self.support()
        project = self.env["project.project"].create({"name": "Own"})
        designer = self.make_agent("outsider", "project.group_project_user")
        Task = self.env["project.task"].with_user(designer)
        with self.refused("by the ticket's path"), self.env.cr.savepoint():
            Task.create({"name": "Mine", "project_id": project.id, "openpyme_path_ticket_id": ticket.id})
        task = Task.with_context(default_openpyme_path_ticket_id=ticket.id).create(
            {"name": "Mine", "project_id": project.id}
        )
        self.assertFalse(task.openpyme_path_ticket_id)

    def test_page_of_the_house(self):
        """S-1, O-7: the step's window shows no document that its reader may not read"""
        page = self.env["document.page"].create({"name": "Salaries", "content": "<p>9000</p>", "company_id": False})
        agent = self.agent
        wizard = self.env["openpyme.path.wizard"].with_user(agent).create({"ticket_id": self.support().id})
        wizard.page_id = page.id
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            page.with_user(agent).read(["content"])
        try:
            said = str(wizard.read(["page_content"]))
        except AccessError:
            said = ""
        self.assertNotIn("9000", said)

    def test_event_of_somebody(self):
        """S-1, O-11: no session is made of an event that exists: it would tell of it, and call it off"""
        event = self.env["calendar.event"].create(
            {
                "name": "Talk about wages",
                "start": utc("2026-02-20 10:00"),
                "stop": utc("2026-02-20 11:00"),
                "privacy": "private",
                "user_id": self.manager.id,
            }
        )
        with self.refused("cannot be entered"), self.env.cr.savepoint():
            self.plan(event_id=event.id)
        session = self.plan()
        with self.refused("cannot be entered"), self.env.cr.savepoint():
            session.event_id = event
        other = self.at(self.env["openpyme.session"].with_user(self.agent), NOW).with_context(default_event_id=event.id)
        made = other.create({"name": "Other", "start": "2026-02-18 16:00", "topic_ids": [Command.set(self.lots.ids)]})
        self.assertNotEqual(made.event_id, event)

    def test_session_is_not_held_by_hand(self):
        """S-1, O-11: whether a session was held, and what it covered, follows from wrapping it up"""
        session = self.plan()
        for values in ({"state": "held"}, {"covered_topic_ids": [Command.set(self.lots.ids)]}):
            with self.refused("cannot be entered"), self.env.cr.savepoint():
                session.write(values)

    def test_session_of_another_client(self):
        """S-1, O-11: nobody is invited to the session of another client, whose name and link it tells"""
        session = self.plan(kind="individual", account_id=self.rio.id, name="Lots with Rio Tools")
        ticket = self.ask()
        with self.refused("another client"):
            self.invite(ticket, session_id=session.id)
        self.assertFalse(ticket.sudo().openpyme_invitation_ids)

    def test_session_of_another_company(self):
        """S-1, O-11: sessions of another company are neither seen nor invited to; without a company they are for all"""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        elsewhere = self.plan(name="Theirs")
        elsewhere.sudo().company_id = company
        Session = self.env["openpyme.session"].with_user(self.agent)
        self.assertFalse(Session.search([("id", "=", elsewhere.id)]))
        with self.assertRaises(AccessError):
            Session.browse(elsewhere.id).name = "Ours"
        ticket = self.ask()
        self.assertFalse(
            Session.sudo()._find_next(self.valuation, after=utc(NOW), company=ticket.company_id), "it is not proposed"
        )
        with self.refused("is held by Elsewhere"), self.cr.savepoint():
            self.at(ticket.with_user(self.agent), NOW)._openpyme_invite(self.at(elsewhere.sudo(), NOW), self.valuation)
        elsewhere.sudo().company_id = False
        self.assertTrue(Session.search([("id", "=", elsewhere.id)]))
        self.invite(ticket, session_id=elsewhere.id)
        with self.refused("Clients of another company"), self.cr.savepoint():
            elsewhere.sudo().company_id = company

    def test_wrapping_up_another_session(self):
        """S-1, O-11: an invitation to another session is not covered by this one"""
        first, second = self.plan(), self.plan("2026-03-18 16:00", name="Later")
        invitation = self.invite(self.ask(), session_id=second.id)
        wizard = (
            self.at(self.env["openpyme.cover.wizard"].with_user(self.agent), "2026-02-18 17:00")
            .with_context(default_session_id=first.id)
            .create({"topic_ids": [Command.set(self.valuation.ids)]})
        )
        wizard.line_ids = [Command.create({"invitation_id": invitation.id, "covered": True})]
        with self.refused("another session"):
            wizard.action_apply()
        self.assertEqual(invitation.state, "invited")

    def test_colleague_outside_the_desk(self):
        """S-1: a colleague who raised a ticket and does not work on the desk opens its form, and reads own events"""
        clerk = new_test_user(self.env, login="openpyme-clerk", email="clerk@openpyme.example", name="Clerk")
        clerk.partner_id.parent_id = self.mesa
        ticket = self.raise_ticket(NOW, "consultancy", partner_id=clerk.partner_id.id).with_user(clerk)
        view = ticket.get_views([(False, "form")])["models"]["helpdesk.ticket"]["fields"]
        self.assertNotIn("openpyme_invitation_ids", view)
        ticket.web_read({name: {} for name in view})
        event = self.env["calendar.event"].with_user(clerk).create({"name": "Mine", "start": NOW, "stop": NOW})
        event.read()
        event.name = "Mine, later"

    def test_line_of_this_machine(self):
        """S-1, O-15: what an administrator of the system has withdrawn no manager allows again"""
        line = self.env["openpyme.allowed.address"].create({"pattern": "127.0.0.0/8", "ports": "80"})
        line.active = False
        self.env.flush_all()
        with self.refused("only an administrator", AccessError):
            line.with_user(self.manager).active = True
        self.env["openpyme.allowed.address"].create({"pattern": "127.0.0.1", "ports": "81"}).with_user(
            self.manager
        ).active = False

    def test_refusal_tells_no_title(self):
        """S-1, O-10: who may not read the ticket that is in work learns its number, and not what it is about"""
        self.provider.openpyme_path_required = False
        first = self.raise_ticket("2026-02-10 15:00", "support", name="Wages of the directors")
        second = self.raise_ticket("2026-02-10 15:10", "support")
        own = self.make_agent("own", "helpdesk_mgmt.group_helpdesk_user_own")
        second.user_id = own
        first.with_user(self.agent).stage_id = self.stages["in_work"]
        self.settle()
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            second.with_user(own).stage_id = self.stages["in_work"]
            self.settle()
        self.assertIn(first.number, str(caught.exception))
        self.assertNotIn("Wages", str(caught.exception))

    def test_lanes_are_the_desks(self):
        """S-1, O-10: a customer opens no list of queues, of the own company either"""
        with self.assertRaises(AccessError):
            self.customer.with_user(self.customer_user).action_support_open_lanes()
        with self.assertRaises(AccessError):
            self.customer.with_user(self.customer_user).action_openpyme_servers()
