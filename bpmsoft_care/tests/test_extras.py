from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests.common import tagged

from .common import BpmsoftCase, utc
from .people_common import PeopleMixin


@tagged("post_install", "-at_install")
class TestExtras(PeopleMixin, BpmsoftCase):
    """Phone, messenger and registering a request for the client are paid extras."""

    def setUp(self):
        super().setUp()
        self.entitlement.write({"bpmsoft_online": False, "bpmsoft_registration": False})

    def test_registered_without_the_extra(self):
        """B-15: what an agent registers for a client waits for the agreement, and counts from it"""
        ticket = self.raise_ticket("2026-03-02 06:00", "critical")
        self.assertEqual(ticket.bpmsoft_standing, "unagreed")
        self.assertIn("Registering", ticket.with_user(self.agent).bpmsoft_extra_missing)
        self.assertFalse(ticket.support_clock_ids)
        self.assertFalse(ticket.support_lane_state)
        with self.refused("paid extra", ValidationError):
            self.move(ticket, "2026-03-02 06:10", "in_work")
        with self.refused("with whom"):
            self.agree(ticket, "2026-03-02 07:00", "registration", terms=" ")
        self.agree(ticket, "2026-03-02 07:00", "registration")
        self.assertEqual(ticket.bpmsoft_standing, "registered")
        self.assertEqual(self.clock(ticket, "first_response").start, utc("2026-03-02 07:00"))
        [row] = ticket.bpmsoft_extra_ids
        self.assertEqual(
            (row.extra, row.agreed_with, row.terms, row.user_id, row.commercial_partner_id),
            ("registration", "The head of IT", "One hour at list price", self.agent, self.irtysh),
        )
        self.assertIn(
            row, self.env["bpmsoft.agreed.extra"].with_user(self.agent).search([("ticket_id", "=", ticket.id)])
        )
        with self.refused("cannot be changed"):
            row.sudo().terms = "Free"
        with self.refused("Record the agreement|not allowed", Exception):
            self.env["bpmsoft.agreed.extra"].with_user(self.manager).create({"ticket_id": ticket.id})

    def test_bought(self):
        """B-15: with the extra in the contract nothing is asked"""
        self.entitlement.write({"bpmsoft_online": True, "bpmsoft_registration": True})
        phone = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")
        phone.bpmsoft_extra = "phone"
        ticket = self.raise_ticket("2026-03-02 06:00", channel_id=phone.id)
        self.assertEqual(ticket.bpmsoft_standing, "registered")
        self.assertFalse(ticket.bpmsoft_extra_missing)
        self.log_call(ticket, "2026-03-02 07:00")
        self.assertIn("call", ticket.support_event_ids.mapped("kind"))

    def test_every_extra_is_agreed(self):
        """B-15: a request by messenger that an agent registers needs both agreements"""
        ticket = self.raise_ticket("2026-03-02 06:00", channel_id=self.ref_("channel_messenger").id)
        self.agree(ticket, "2026-03-02 07:00", "registration")
        self.assertEqual(ticket.bpmsoft_standing, "unagreed")
        self.agree(ticket, "2026-03-02 07:10", "messenger")
        self.assertEqual(ticket.bpmsoft_standing, "registered")

    def test_another_client(self):
        """B-15: a request of another client, whose contract includes it, waits no longer once it is set"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.at(ticket.with_user(self.agent), "2026-03-02 07:00").partner_id = self.stranger_user.partner_id
        self.assertEqual(ticket.bpmsoft_standing, "registered")
        self.assertEqual(self.clock(ticket, "first_response").start, utc("2026-03-02 07:00"))

    def test_the_client_is_set_later(self):
        """B-15: a request that an agent registers without naming the client is no way round the agreement"""
        ticket = self.raise_ticket("2026-03-02 06:00", partner_id=False)
        self.assertFalse(ticket.bpmsoft_standing)
        self.at(ticket.with_user(self.agent), "2026-03-02 07:00").partner_id = self.customer
        self.assertEqual(ticket.bpmsoft_standing, "unagreed")

    def test_what_was_there_before(self):
        """B-5, B-15: what was in work before anybody was judged, imported or older than the addon, goes on as it is"""
        ticket = self.raise_ticket("2026-03-02 06:00", partner_id=self.stranger_user.partner_id.id)
        ticket._support_set({"bpmsoft_standing": False})
        self.entitlement_onega.bpmsoft_registration = False
        self.at(ticket.with_user(self.agent), "2026-03-02 07:00").user_id = self.agent
        self.assertFalse(ticket.bpmsoft_held)
        self.assertEqual(self.clock(ticket, "first_response").state, "running")

    def test_a_call(self):
        """B-15: a call without the extra is logged with the agreement only, by the window and by RPC alike"""
        ticket = self.raise_as_client("2026-03-02 06:00")
        with self.refused("paid extra"):
            self.log_call(ticket, "2026-03-02 07:00")
        with self.refused("paid extra"):
            self.log_call(ticket, "2026-03-02 07:00", bpmsoft_agreed_with="The head of IT")
        self.assertNotIn("call", ticket.support_event_ids.mapped("kind"))
        self.log_call(
            ticket, fields.Datetime.now(), bpmsoft_agreed_with="The head of IT", bpmsoft_terms="An hour at list price"
        )
        self.assertEqual(ticket.bpmsoft_extra_ids.mapped("extra"), ["phone"])
        self.assertIn("call", ticket.support_event_ids.mapped("kind"))
        self.log_call(ticket, fields.Datetime.now() + timedelta(seconds=1))

    def test_solved_on_the_phone(self):
        """B-15: solving on the phone is advice by phone as well"""
        ticket = self.raise_as_client("2026-03-02 06:00")
        wizard = self.env["support.solved.wizard"].with_user(self.agent)
        wizard = wizard.create({"ticket_id": ticket.id, "solution": "Told them the menu."})
        with self.refused("paid extra"):
            wizard.action_solved()

    def test_a_channel_is_chosen_later(self):
        """B-15: a request that is worked on does not come to a paid channel unnoticed, by form, list or RPC"""
        ticket = self.raise_as_client("2026-03-02 06:00")
        messenger = self.ref_("channel_messenger")
        with self.refused("paid extra", ValidationError):
            ticket.with_user(self.agent).write({"channel_id": messenger.id})
        self.agree(ticket, "2026-03-02 07:00", "messenger")
        ticket.with_user(self.agent).write({"channel_id": messenger.id})
        self.assertEqual(ticket.channel_id, messenger)

    def test_offline_channels(self):
        """B-17: e-mail, portal and remote connection are included; phone and messengers are not"""
        ref = self.env.ref
        for name in ("email", "web", "other"):
            self.assertFalse(ref(f"helpdesk_mgmt.helpdesk_ticket_channel_{name}").bpmsoft_extra)
        self.assertEqual(ref("helpdesk_mgmt.helpdesk_ticket_channel_phone").bpmsoft_extra, "phone")
        self.assertEqual(self.ref_("channel_messenger").bpmsoft_extra, "messenger")
