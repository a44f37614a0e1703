import re

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .common import PASSWORD, OpenpymeCase, OpenpymeMixin, utc

NOW = "2026-02-10 15:00"


class SessionMixin(OpenpymeMixin):
    @classmethod
    def make_data(cls):
        super().make_data()
        cls.valuation, cls.lots = cls.env["openpyme.topic"].create([{"name": "Stock valuation"}, {"name": "Lots"}])

    def plan(self, start="2026-02-18 16:00", topics=None, moment=NOW, **vals):
        values = {
            "name": "Stock from scratch",
            "start": start,
            "stop": utc(start).replace(minute=45),
            "host_id": self.leader.id,
            "link": "https://meet.example/stock",
            "topic_ids": [Command.set((topics or self.valuation).ids)],
            **vals,
        }
        return self.at(self.env["openpyme.session"].with_user(self.agent), moment).create(values)

    def ask(self, user=None, moment=NOW, **vals):
        partner = (user or self.customer_user).partner_id
        return self.raise_ticket(moment, "consultancy", name="How is stock valued?", partner_id=partner.id, **vals)

    def invite(self, ticket, moment=NOW, **vals):
        """Through the wizard of the ticket's button."""
        action = ticket.with_user(self.agent).action_openpyme_invite()
        wizard = self.at(self.env[action["res_model"]].with_user(self.agent), moment)
        values = {"topic_id": self.valuation.id, **vals}
        wizard = wizard.with_context(**action["context"]).create(values)
        wizard.action_invite()
        return self.last(ticket)

    def last(self, ticket):
        return ticket.sudo().openpyme_invitation_ids.sorted("id")[-1:]

    def wrap_up(self, session, topics=None, moment="2026-02-18 17:00", **covered):
        """Through the wizard of the session's button; answers with its lines by ticket.

        :param covered: lines whose tick differs from what the topics say, by ``t<ticket id>``
        """
        session = self.at(session.with_user(self.agent), moment)
        action = session.action_wrap_up()
        form = Form(
            self.at(self.env[action["res_model"]].with_user(self.agent), moment).with_context(**action["context"])
        )
        for topic in topics or []:
            form.topic_ids.add(topic)
        wizard = form.save()
        for line in wizard.line_ids:
            line.covered = covered.get(f"t{line.ticket_id.id}", line.covered)
        answer = wizard.action_apply()
        self.assertEqual(answer["res_id"], wizard.id)
        return {line.ticket_id: line for line in wizard.line_ids}

    def mails_of(self, ticket):
        """Messages to the client, the latest first."""
        return ticket.sudo().message_ids.filtered(lambda message: message.subject and "[" in message.subject)

    def file_of(self, message):
        [attachment] = message.attachment_ids
        return attachment.raw.decode().replace("\r\n ", "")


@tagged("post_install", "-at_install")
class TestSessions(SessionMixin, OpenpymeCase):
    """O-11: clients are invited to the general sessions; once the topic was covered the ticket closes."""

    def make_special(self):
        self.entitlement.write({"openpyme_account_kind": "special", "work_limit": 2})

    # --- invited ---------------------------------------------------------------------------------

    def test_invited_to_the_next_one(self):
        """O-11: the client is invited to the next general session: an own mail, in the client's zone, with a file"""
        self.customer.tz = "Europe/Madrid"
        self.plan("2026-03-20 16:00", name="Much later")
        session = self.plan()
        ticket = self.ask()
        self.assertEqual(ticket.openpyme_step, "to_invite")
        invitation = self.invite(ticket)
        self.assertEqual((invitation.session_id, ticket.openpyme_step), (session, "invited"))
        [message] = self.mails_of(ticket)
        self.assertEqual(message.notified_partner_ids & self.customer, self.customer)
        body = re.sub(r"<[^>]*>|\s+", " ", message.body)
        self.assertIn("Stock valuation", body)
        self.assertIn("Wednesday, February 18, 2026", body)
        self.assertRegex(body, r"5:00\sPM to 5:45\sPM \(Europe/Madrid\)")
        self.assertIn("https://meet.example/stock", message.body)
        content = self.file_of(message)
        self.assertIn("METHOD:REQUEST", content)
        self.assertIn("DTSTART:20260218T160000Z", content)
        self.assertIn("mailto:till@mesa.example", content)

    def test_clients_do_not_see_each_other(self):
        """O-11: two clients of one session get a mail each, and neither is told of the other; nor are they attendees"""
        session = self.plan()
        tickets = [self.ask(), self.ask(self.stranger_user)]
        with self.mock_mail_gateway():
            for ticket in tickets:
                self.invite(ticket)
        for ticket, other in zip(tickets, reversed(tickets), strict=True):
            [message] = self.mails_of(ticket)
            told = f"{message.subject} {message.body} {self.file_of(message)}"
            self.assertNotIn(other.partner_id, message.notified_partner_ids)
            for word in (other.partner_id.name, other.partner_id.email, other.number, other.commercial_partner_id.name):
                self.assertNotIn(word, told)
        self.assertEqual(session.event_id.partner_ids, self.leader.partner_id)
        with self.assertRaisesRegex(ValidationError, "invite clients from their tickets"):
            session.event_id.with_user(self.leader).partner_ids = [Command.link(self.customer.id)]

    def test_session_with_the_topic_comes_first(self):
        """O-11: a later session that has the topic is taken before an earlier one without; else the topic is added"""
        early = self.plan("2026-02-16 16:00", self.lots, name="Lots")
        late = self.plan("2026-02-20 16:00", name="Valuation")
        self.assertEqual(self.invite(self.ask()).session_id, late)
        ticket = self.ask(self.stranger_user)
        other = self.env["openpyme.topic"].create({"name": "Landed costs"})
        self.assertEqual(self.invite(ticket, topic_id=other.id).session_id, early)
        self.assertIn(other, early.topic_ids)

    def test_who_cannot_be_invited(self):
        """O-11: no session planned, no address, not consultancy, invited already: a clear message, nothing is sent"""
        ticket = self.ask()
        with self.assertRaisesRegex(UserError, "No general session is planned"), self.cr.savepoint():
            self.invite(ticket)
        self.plan()
        ticket.partner_id.sudo().email = ticket.partner_email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"), self.cr.savepoint():
            self.invite(ticket)
        ticket.partner_id.sudo().email = "till@mesa.example"
        with self.assertRaisesRegex(UserError, "not a request of consultancy"), self.cr.savepoint():
            self.invite(self.raise_ticket(NOW, "support"))
        self.invite(ticket)
        with self.assertRaisesRegex(UserError, "invited to a session already"), self.cr.savepoint():
            self.invite(ticket)
        self.assertEqual(len(self.mails_of(ticket)), 1)

    def test_finding_when_none_is_planned(self):
        """O-11: requests that wait while no session is planned are a finding; planned, they are invited at once"""
        ticket = self.ask()
        ticket.with_user(self.agent).openpyme_topic_id = self.valuation
        codes = [found["code"] for found in self.at(self.env["support.check"], NOW)._run()]
        self.assertIn("openpyme_no_session", codes)
        session = self.plan()
        codes = [found["code"] for found in self.at(self.env["support.check"], NOW)._run()]
        self.assertNotIn("openpyme_no_session", codes)
        session.action_invite_waiting()
        self.assertEqual(ticket.openpyme_step, "invited")

    # --- covered ---------------------------------------------------------------------------------

    def test_covered_closes(self):
        """O-11: topics covered: those tickets close and their clients are told; others are invited to the next one"""
        session = self.plan()
        following = self.plan("2026-02-25 16:00", name="Stock again")
        one, two, three = self.ask(), self.ask(self.stranger_user), self.ask()
        self.invite(one)
        self.invite(two)
        self.invite(three, topic_id=self.lots.id, session_id=session.id)
        lines = self.wrap_up(session, self.valuation, **{f"t{two.id}": False})
        self.assertEqual((one.support_phase, one.openpyme_step), ("closed", "covered"))
        self.assertIn("Covered: Stock valuation", self.mails_of(one)[0].subject)
        self.assertIn("Closed", lines[one].result)
        for ticket in (two, three):
            self.assertEqual((ticket.openpyme_step, ticket.support_phase), ("invited", "new"))
            self.assertIn("Stock again", lines[ticket].result)
            self.assertEqual(self.last(ticket).session_id, following)
        self.assertEqual((session.state, session.covered_topic_ids), ("held", self.valuation))
        with self.assertRaisesRegex(UserError, "wrapped up already"):
            self.wrap_up(session, self.valuation)

    def test_not_covered_and_no_next_session(self):
        """O-11: without a next session the ticket waits to be invited, and the result says why"""
        session = self.plan()
        ticket = self.ask()
        self.invite(ticket)
        lines = self.wrap_up(session)
        self.assertIn("No general session is planned", lines[ticket].result)
        self.assertEqual(ticket.openpyme_step, "to_invite")

    def test_too_early(self):
        """O-11: a session that has not begun cannot be wrapped up"""
        session = self.plan()
        self.invite(self.ask())
        with self.assertRaisesRegex(UserError, "has not begun"):
            self.wrap_up(session, self.valuation, moment="2026-02-18 15:00")

    def test_does_not_close_before(self):
        """O-11: by form, drag, import: consultancy does not close before its topic was covered; cancelling is free"""
        ticket = self.ask()
        for code in ("validation", "closed"):
            with self.assertRaisesRegex(ValidationError, "once its topic was covered"), self.cr.savepoint():
                ticket.with_user(self.agent).stage_id = self.stages[code]
        answer = ticket.with_user(self.agent).load(
            [".id", "stage_id/.id"], [[str(ticket.id), str(self.stages["closed"].id)]]
        )
        self.assertIn("once its topic was covered", str(answer["messages"]))
        self.plan()
        invitation = self.invite(ticket)
        self.at(ticket.with_user(self.agent), "2026-02-11 15:00").stage_id = self.stages["cancelled"]
        self.assertEqual(invitation.state, "withdrawn")
        self.assertIn("METHOD:CANCEL", self.file_of(self.mails_of(ticket)[0]))

    # --- special accounts ------------------------------------------------------------------------

    def test_individual_then_general_again(self):
        """O-11: a special account that needs more at once: individual session, then general again, then it closes"""
        self.make_special()
        session = self.plan()
        ticket = self.ask()
        with self.assertRaisesRegex(UserError, "a step is not skipped"), self.cr.savepoint():
            self.individual(ticket)
        self.invite(ticket)
        self.individual(ticket)
        self.assertEqual(ticket.openpyme_step, "individual")
        alone = self.last(ticket).session_id
        self.assertEqual((alone.kind, alone.account_id), ("individual", self.mesa))
        lines = self.wrap_up(alone, moment="2026-02-12 17:00")
        self.assertIn("Stock from scratch", lines[ticket].result)
        self.assertEqual((ticket.openpyme_step, ticket.support_phase), ("again", "new"))
        self.wrap_up(session, self.valuation)
        self.assertEqual((ticket.openpyme_step, ticket.support_phase), ("covered", "closed"))
        steps = [(step["key"], step["state"]) for step in ticket.with_user(self.agent).openpyme_session_steps]
        self.assertEqual(steps, [("invited", "done"), ("individual", "done"), ("again", "done"), ("covered", "done")])

    def individual(self, ticket):
        action = ticket.with_user(self.agent).action_openpyme_individual()
        wizard = self.at(self.env[action["res_model"]].with_user(self.agent), NOW).with_context(**action["context"])
        wizard.create({"topic_id": self.valuation.id, "start": "2026-02-12 16:00"}).action_invite()

    def test_individual_is_not_for_general_accounts(self):
        """O-11: a general account is invited to the general sessions only"""
        self.plan()
        ticket = self.ask()
        self.invite(ticket)
        with self.assertRaisesRegex(UserError, "general account"):
            self.individual(ticket)

    def test_special_without_need(self):
        """O-11: a special account whose topic the general session covers needs no individual one"""
        self.make_special()
        session = self.plan()
        ticket = self.ask()
        self.invite(ticket)
        self.wrap_up(session, self.valuation)
        self.assertEqual(ticket.support_phase, "closed")
        states = [step["state"] for step in ticket.with_user(self.agent).openpyme_session_steps]
        self.assertEqual(states, ["done", "skipped", "skipped", "done"])

    # --- moved, cancelled, wrong -----------------------------------------------------------------

    def test_moved_in_the_calendar(self):
        """O-11: a session moved in the calendar takes its invitations along: same entry, later version, asked anew"""
        session = self.plan()
        ticket = self.ask()
        invitation = self.invite(ticket)
        invitation.sudo().write({"answer": "yes"})
        before = self.file_of(self.mails_of(ticket)[0])
        event = self.at(session.event_id.with_user(self.leader), NOW)
        event.write({"start": "2026-02-19 17:00", "stop": "2026-02-19 18:00"})
        message = self.mails_of(ticket)[0]
        self.assertIn("Changed", message.subject)
        after = self.file_of(message)
        uid = re.search(r"UID:\S+", before).group()
        self.assertIn(uid, after)
        self.assertIn("SEQUENCE:1", after)
        self.assertIn("DTSTART:20260219T170000Z", after)
        self.assertFalse(invitation.answer)
        event.write({"description": "Bring your questions"})
        self.assertEqual(len(self.mails_of(ticket)), 2)
        with self.assertRaisesRegex(ValidationError, "would have begun already"):
            event.write({"start": "2026-02-01 17:00", "stop": "2026-02-01 18:00"})

    def test_cancelled(self):
        """O-11: a session that is called off: clients are told and invited to the next one; in the calendar as well"""
        session = self.plan()
        ticket = self.ask()
        self.invite(ticket)
        self.plan("2026-02-25 16:00", name="Stock again")
        session.action_cancel()
        again, off, _first = self.mails_of(ticket)
        self.assertIn("Called off", off.subject)
        self.assertIn("STATUS:CANCELLED", self.file_of(off))
        self.assertIn("Stock again", again.subject)
        self.assertFalse(session.event_id.active)
        following = self.last(ticket).session_id
        self.at(following.event_id.with_user(self.leader), NOW).active = False
        self.assertEqual((following.state, ticket.openpyme_step), ("cancelled", "to_invite"))

    def test_event_is_not_deleted(self):
        """O-11: the calendar event of a session is not deleted behind its clients' backs"""
        session = self.plan()
        self.invite(self.ask())
        with self.assertRaisesRegex(UserError, "cancel it on its page"), self.cr.savepoint():
            session.event_id.with_user(self.leader).unlink()
        with self.assertRaisesRegex(UserError, "cancel it, so that they are told"):
            session.with_user(self.manager).unlink()

    def test_wrong_sessions(self):
        """O-11: a session without topics, in the past or without a name is refused with words"""
        with self.assertRaisesRegex(ValidationError, "at least one topic"), self.cr.savepoint():
            self.plan(topic_ids=[])
        with self.assertRaisesRegex(ValidationError, "would have begun already"), self.cr.savepoint():
            self.plan("2026-02-01 16:00")
        with self.assertRaisesRegex(UserError, "needs a name"), self.cr.savepoint():
            self.plan(name=" ")
        session = self.plan()
        with self.assertRaisesRegex(ValidationError, "at least one topic"):
            session.topic_ids = [Command.clear()]

    def test_access(self):
        """O-11: invitations are written by what happens only; customers read none of it"""
        session = self.plan()
        ticket = self.ask()
        invitation = self.invite(ticket)
        with self.assertRaises(AccessError):
            invitation.with_user(self.manager).write({"answer": "yes"})
        with self.assertRaises(UserError):
            ticket.with_user(self.agent).openpyme_step = "covered"
        for record in (session, invitation, self.valuation):
            with self.assertRaises(AccessError):
                record.with_user(self.customer_user).read(["display_name"])


@tagged("post_install", "-at_install")
class TestSessionPortal(SessionMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def answer(self, ticket, answer):
        page = self.url_open(f"/my/ticket/{ticket.id}").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
        return self.url_open(
            f"/my/ticket/session/{ticket.id}", data={"answer": answer, "csrf_token": token}, allow_redirects=True
        )

    def test_says_yes_and_no(self):
        """O-11: the client reads when and where, in the own zone, and says yes or no on the page of the request"""
        session = self.plan("2126-02-18 16:00")
        ticket = self.ask()
        invitation = self.invite(ticket)
        self.authenticate(self.customer_user.login, PASSWORD)
        page = self.url_open(f"/my/ticket/{ticket.id}").text
        self.assertIn("You are invited", page)
        self.assertIn("America/Mexico_City", page)
        self.assertIn('href="https://meet.example/stock"', page)
        self.assertIn("We expect you in the session", self.answer(ticket, "yes").text)
        invitation.invalidate_recordset()
        self.assertEqual(invitation.answer, "yes")
        self.answer(ticket, "no")
        invitation.invalidate_recordset()
        self.assertEqual(invitation.answer, "no")
        response = self.answer(ticket, "perhaps")
        self.assertEqual(response.status_code, 400)
        self.assertIn("Please say yes or no", response.text)
        self.assertEqual(session.with_user(self.agent).accepted_count, 0)

    @mute_logger("odoo.http")
    def test_others_cannot_answer(self):
        """O-11: nobody answers for another company"""
        self.plan("2126-02-18 16:00")
        ticket = self.ask()
        invitation = self.invite(ticket)
        own = self.ask(self.stranger_user)
        self.authenticate(self.stranger_user.login, PASSWORD)
        page = self.url_open(f"/my/ticket/{own.id}").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
        self.url_open(f"/my/ticket/session/{ticket.id}", data={"answer": "yes", "csrf_token": token})
        invitation.invalidate_recordset()
        self.assertFalse(invitation.answer)
