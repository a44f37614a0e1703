from odoo.exceptions import ValidationError
from odoo.tests.common import tagged

from .common import BpmsoftCase, utc
from .people_common import PeopleMixin


@tagged("post_install", "-at_install")
class TestRemoteSession(PeopleMixin, BpmsoftCase):
    """Remote connections to the client's system."""

    def setUp(self):
        super().setUp()
        self.ticket = self.raise_as_client("2026-03-02 06:00")

    def record(self, start, stop, user=None, now="2026-03-02 12:00", **values):
        sessions = self.at(self.env["bpmsoft.remote.session"].with_user(user or self.agent), now)
        return sessions.create({"ticket_id": self.ticket.id, "start": utc(start), "stop": stop and utc(stop), **values})

    def test_start_and_end(self):
        """B-17: one button begins a session now, another ends it; who, when, and the time on the ticket"""
        ticket = self.ticket.with_user(self.agent)
        self.at(ticket, "2026-03-02 07:00").action_bpmsoft_start_session()
        self.assertTrue(ticket.bpmsoft_session_running)
        with self.refused("goes on on this request already"):
            self.at(ticket, "2026-03-02 07:10").action_bpmsoft_start_session()
        self.at(ticket, "2026-03-02 07:45").action_bpmsoft_end_session()
        session = ticket.bpmsoft_session_ids
        self.assertEqual((session.user_id, session.start, session.hours), (self.agent, utc("2026-03-02 07:00"), 0.75))
        self.record("2026-03-02 08:00", "2026-03-02 08:30", self.other_agent)
        self.assertEqual(ticket.bpmsoft_session_hours, 1.25)
        with self.refused("No remote session"):
            ticket.action_bpmsoft_end_session()
        with self.refused("ended already"):
            session.with_user(self.agent).action_end()

    def test_impossible_times(self):
        """B-17: nothing that ends before it began, lies in the future or overlaps another; side by side is fine"""
        self.record("2026-03-02 07:00", "2026-03-02 08:00")
        for start, stop, words in (
            ("2026-03-02 10:00", "2026-03-02 09:00", "ends after it began"),
            ("2026-03-02 10:00", "2026-03-02 10:00", "ends after it began"),
            ("2026-03-02 11:30", "2026-03-02 12:30", "future"),
            ("2026-03-02 13:00", None, "future"),
            ("2026-03-02 07:30", "2026-03-02 09:00", "overlaps"),
            ("2026-03-02 06:30", "2026-03-02 09:00", "overlaps"),
            ("2026-03-02 06:30", None, "overlaps"),
        ):
            with self.subTest(start=start, stop=stop), self.refused(words, ValidationError):
                self.record(start, stop)
        self.record("2026-03-02 08:00", "2026-03-02 08:30")
        other = self.record("2026-03-02 09:00", "2026-03-02 09:30")
        with self.refused("overlaps", ValidationError):
            self.at(other, "2026-03-02 12:00").start = utc("2026-03-02 08:15")

    def test_held_and_foreign(self):
        """B-17: nobody connects over a request that is held back, or over one of another provider"""
        held = self.mail_from("plant@irtysh.example", "2026-03-02 06:00")
        with self.refused("decide first", ValidationError):
            held.with_user(self.agent).action_bpmsoft_start_session()
        foreign = self.env["helpdesk.ticket"].create({"name": "Other", "description": "<p>x</p>"})
        with self.refused("no request to BPMSoft", ValidationError):
            foreign.with_user(self.agent).action_bpmsoft_start_session()

    def test_the_end_of_a_request_ends_it(self):
        """B-17: a session that goes on ends with its request"""
        self.at(self.ticket.with_user(self.agent), "2026-03-02 07:00").action_bpmsoft_start_session()
        self.move(self.ticket, "2026-03-02 08:00", "cancelled")
        self.assertEqual(self.ticket.bpmsoft_session_ids.stop, utc("2026-03-02 08:00"))
