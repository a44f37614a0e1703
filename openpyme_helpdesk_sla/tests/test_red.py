from odoo.exceptions import UserError
from odoo.tests.common import tagged
from odoo.tools import html2plaintext, mute_logger
from psycopg2.errors import CheckViolation

from .common import OpenpymeCase, utc


@tagged("post_install", "-at_install")
class TestRed(OpenpymeCase):
    """A support ticket without a mail or note for more than 24 hours turns red (O-14)."""

    def red(self, moment, user=None):
        """The tickets that the filter *Red* finds at ``moment``, in the order of *My Red Tickets*."""
        tickets = self.at(self.env["helpdesk.ticket"].with_user(user or self.leader), moment)
        return tickets.search([("openpyme_red", "=", True)], order="openpyme_red_at, id")

    def test_after_24_plain_hours(self):
        """O-14: at 24 hours to the second it is white, a second later red; nights and weekends count."""
        ticket = self.raise_ticket("2026-03-06 22:00:00", "support")  # a Friday
        self.assertEqual(ticket.with_user(self.agent).openpyme_red_at, utc("2026-03-07 22:00"))
        self.assertNotIn(ticket, self.red("2026-03-07 22:00:00"))
        self.assertIn(ticket, self.red("2026-03-07 22:00:01"))
        self.assertTrue(self.at(ticket.with_user(self.agent), "2026-03-07 22:00:01").openpyme_red)

    def test_a_mail_or_a_note_makes_it_white(self):
        """O-14: what we send counts, and so do internal notes and logged calls."""
        for said in (
            lambda ticket: self.say(ticket, "2026-03-03 10:00"),
            lambda ticket: self.at(ticket.with_user(self.agent), "2026-03-03 10:00").message_post(
                body="Asked the database people.", message_type="comment", subtype_xmlid="mail.mt_note"
            ),
            lambda ticket: self.at(ticket.with_user(self.agent), "2026-03-03 10:00")._support_add_fact("call"),
        ):
            ticket = self.raise_ticket("2026-03-02 10:00", "support")
            said(ticket)
            self.assertNotIn(ticket, self.red("2026-03-04 10:00"))
            self.assertIn(ticket, self.red("2026-03-04 10:00:01"))

    def test_what_does_not_count(self):
        """O-14: neither our automatic mails, tracking, nor the client's own mail keep it white."""
        ticket = self.raise_ticket("2026-03-02 10:00", "support")
        later = self.at(ticket.with_user(self.agent), "2026-03-03 09:00")
        later.sudo().message_post(body="Received.", message_type="auto_comment", subtype_xmlid="mail.mt_comment")
        later.openpyme_impact_id = self.impacts["low"]
        later._message_log(body="Logged by the system")
        self.at(ticket.with_user(self.customer_user), "2026-03-03 09:00").message_post(
            body="Hello?", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.settle()
        self.assertIn(ticket, self.red("2026-03-03 10:00:01"))

    def test_the_clients_mails_count_where_that_is_set(self):
        """O-14: a setting lets the client's mails count as well."""
        self.provider.openpyme_red_incoming = True
        ticket = self.raise_ticket("2026-03-02 10:00", "support")
        self.at(ticket.with_user(self.customer_user), "2026-03-03 09:00").message_post(
            body="Hello?", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertNotIn(ticket, self.red("2026-03-03 10:00:01"))

    def test_only_open_support(self):
        """O-14: no other kind, nothing unclassified, nothing closed or cancelled is red; reopened it is again."""
        others = [self.raise_ticket("2026-03-02 10:00", kind) for kind in ("change", "consultancy", None)]
        ticket = self.raise_ticket("2026-03-02 10:00", "support")
        validation = self.raise_ticket("2026-03-02 10:00", "support")
        self.at(validation.with_user(self.agent), "2026-03-02 11:00").stage_id = self.stages["validation"]
        self.assertEqual(self.red("2026-03-05 10:00"), ticket | validation)
        self.assertTrue(others)
        for stage in ("closed", "cancelled"):
            self.at(ticket.with_user(self.agent), "2026-03-02 11:00").stage_id = self.stages[stage]
            self.assertNotIn(ticket, self.red("2026-03-05 10:00"))
        self.at(ticket.with_user(self.agent), "2026-03-02 12:00").stage_id = self.stages["in_work"]
        self.assertIn(ticket, self.red("2026-03-05 10:00"))
        ticket.with_user(self.leader).support_kind_id = self.kinds["change"]
        self.assertNotIn(ticket, self.red("2026-03-05 10:00"))

    def test_the_hours_are_a_setting(self):
        """O-14: 24 is a setting of the provider; open tickets follow it at once."""
        ticket = self.raise_ticket("2026-03-02 10:00", "support")
        self.provider.openpyme_red_hours = 12
        self.assertIn(ticket, self.red("2026-03-02 22:00:01"))
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.provider.openpyme_red_hours = 0
            self.env.flush_all()

    def test_red_ones_first(self):
        """O-14: the leader's list has the longest silence first."""
        second = self.raise_ticket("2026-03-02 12:00", "support")
        first = self.raise_ticket("2026-03-02 11:00", "support")
        self.assertEqual(self.red("2026-03-05 10:00"), first | second)
        action = self.env.ref("openpyme_helpdesk_sla.openpyme_red_action")
        view = self.env.ref("openpyme_helpdesk_sla.helpdesk_ticket_view_list_my_red")
        self.assertIn(view, action.view_ids.view_id)
        arch = self.env["helpdesk.ticket"].with_user(self.leader).get_view(view.id, "list")["arch"]
        self.assertIn('default_order="openpyme_red_at, id"', arch)

    def test_nobody_enters_it(self):
        """O-14: the colour follows from what was said."""
        ticket = self.raise_ticket("2026-03-02 10:00", "support")
        for name in ("openpyme_contact", "openpyme_red_at"):
            with self.assertRaises(UserError):
                ticket.with_user(self.manager).write({name: "2026-03-05 10:00:00"})

    # --- the daily list ---------------------------------------------------------------------------

    def make(self, moment):
        lists = self.at(self.env["openpyme.daily.list"], moment)
        return lists._make(self.provider, utc(moment))

    def test_daily_list(self):
        """O-14: in the morning each leader gets the red ones, the longest first, then what turns red today; once."""
        other = self.make_agent("other.leader")
        self.entitlement_rio.account_leader_id = other
        late = self.raise_ticket("2026-03-02 16:00", "support", name="Stamps fail", impact="high")
        later = self.raise_ticket("2026-03-02 14:00", "support", name="Reports are slow")
        soon = self.raise_ticket("2026-03-03 20:00", "support", name="Wrong account")
        self.raise_ticket("2026-03-04 14:00", "support", name="Just raised")
        foreign = self.raise_ticket(
            "2026-03-02 16:00", "support", name="Stocktaking", partner_id=self.stranger_user.partner_id.id
        )
        self.assertFalse(self.make("2026-03-04 14:59:00") & self.make("2026-03-04 14:59:00"))
        with self.mock_mail_gateway():
            daily = self.make("2026-03-04 15:00:00")  # 09:00 in Mexico City
            self.assertFalse(self.make("2026-03-04 15:05:00"))
        self.assertEqual(daily.ticket_ids, late | later | foreign)
        self.assertEqual(daily.leader_ids, self.leader | other)
        told = self.env["mail.message"].search([("model", "=", daily._name), ("res_id", "=", daily.id)])
        mine = told.filtered(lambda message: self.leader.partner_id in message.partner_ids)
        self.assertEqual(mine.subject, "2 tickets are red")
        text = html2plaintext(mine.body)
        order = [text.index(name) for name in ("Reports are slow", "Stamps fail", "turn red today", "Wrong account")]
        self.assertEqual(order, sorted(order))
        self.assertNotIn("Stocktaking", text)
        self.assertNotIn("Just raised", text)
        self.assertIn(f"/helpdesk.ticket/{late.id}", mine.body)
        self.assertTrue(soon)

    def test_none_red_none_told(self):
        """O-14: a leader without a red ticket gets no list; one that turns red at noon waits for the next morning."""
        ticket = self.raise_ticket("2026-03-03 18:00", "support")
        self.assertFalse(self.make("2026-03-04 15:00").leader_ids)
        self.assertIn(ticket, self.red("2026-03-04 18:01"))
        self.assertFalse(self.make("2026-03-04 18:15"))
        self.assertEqual(self.make("2026-03-05 15:00").leader_ids, self.leader)

    def test_a_leader_who_has_left(self):
        """O-14: red tickets of nobody are told to the administrator."""
        self.raise_ticket("2026-03-02 16:00", "support")
        self.leader.active = False
        self.assertEqual(self.make("2026-03-04 15:00").leader_ids, self.manager)

    def test_no_list_on_a_day_off(self):
        """O-14: the list comes on the desk's mornings: Friday's silence is told on Monday."""
        self.raise_ticket("2026-03-06 16:00", "support")
        self.make("2026-03-06 15:00")
        self.assertFalse(self.make("2026-03-07 15:00"))
        self.assertFalse(self.make("2026-03-08 20:00"))
        self.assertEqual(self.make("2026-03-09 15:00").leader_ids, self.leader)
