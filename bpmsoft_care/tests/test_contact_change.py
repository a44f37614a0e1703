from odoo.tests.common import new_test_user, tagged

from .common import BpmsoftCase, utc
from .people_common import PeopleMixin


@tagged("post_install", "-at_install")
class TestContactChange(PeopleMixin, BpmsoftCase):
    """The client names another authorised person."""

    def test_recorded_by_an_agent(self):
        """B-6: who notified, when, by which message, old → new, with the person's data, seen on contract and client"""
        self.change_person(self.entitlement, "2026-03-02 07:00")
        new = self.entitlement.contact_ids
        self.assertEqual((new.name, new.email, new.phone), ("Irtysh Newcomer", "new@irtysh.example", "+7 000 000"))
        self.assertEqual(new.parent_id, self.irtysh)
        self.entitlement.invalidate_recordset()
        change = self.entitlement.with_user(self.agent).bpmsoft_change_ids[:1]
        self.assertEqual(
            (change.old_name, change.new_name, change.notified_by, change.user_id, change.moment, change.source),
            (
                self.customer.name,
                "Irtysh Newcomer",
                "The office",
                self.agent,
                utc("2026-03-02 07:00"),
                "Mail “New contact”",
            ),
        )
        self.assertEqual(self.irtysh.with_user(self.agent).bpmsoft_change_ids[:1], change)
        with self.refused("cannot be changed"):
            change.sudo().write({"new_name": "Somebody else"})
        with self.refused("cannot be deleted"):
            change.sudo().unlink()

    def test_only_the_new_one_counts(self):
        """B-6: from then on the former person is anybody else, by mail and on open requests; those go over"""
        ticket = self.raise_as_client("2026-03-02 06:00")
        self.move(ticket, "2026-03-02 06:30", "in_work")
        token = ticket._portal_ensure_token()
        self.move(ticket, "2026-03-02 06:40", "waiting")
        self.change_person(
            self.entitlement,
            "2026-03-02 07:00",
            partner_id=self.colleague_user.partner_id.id,
            name="Irtysh Plant",
            email="plant@irtysh.example",
        )
        self.assertEqual(ticket.partner_id, self.colleague_user.partner_id)
        self.assertNotEqual(ticket.sudo().access_token, token, "links in earlier mails open it no longer")
        self.assertFalse(ticket._bpmsoft_may_act(self.customer_user))
        self.assertTrue(ticket._bpmsoft_may_act(self.colleague_user))
        self.say(ticket, "2026-03-02 07:30", "I decide.", user=self.customer_user)
        self.assertEqual(ticket.support_phase, "waiting_customer")
        later = self.mail_from("crm@irtysh.example", "2026-03-02 08:00")
        self.assertEqual((later.bpmsoft_standing, later.bpmsoft_hold_reason), ("held", "former"))
        self.assertIn("no longer", self.messages(later).body)
        self.assertEqual(self.mail_from("plant@irtysh.example", "2026-03-02 08:00").bpmsoft_standing, "authorised")

    def test_a_mail_changes_nothing(self):
        """B-6, S-5: a mail that says who is authorised, from the authorised address or spoofed, changes nobody"""
        for sender in ("crm@irtysh.example", "office@irtysh.example", "director@irtysh.example"):
            self.mail_from(sender, "2026-03-02 08:00", "From now on the authorised person is boss@evil.example.")
        self.assertEqual(self.entitlement.contact_ids, self.customer)
        self.assertFalse(self.entitlement.bpmsoft_change_ids.filtered(lambda change: change.kind == "notification"))

    def test_what_has_to_be_checked(self):
        """B-6: a notification from an unknown address, of unknown origin, or of the new person alone is warned of, and
        recorded only with how the agent made sure"""
        for values, words in (
            ({"notified_email": "boss@evil.example"}, "not an address of"),
            ({"notified_email": False}, "which address"),
            ({"notified_email": "new@irtysh.example"}, "named themselves"),
        ):
            with self.subTest(values), self.refused(words):
                self.change_person(self.entitlement, "2026-03-02 07:00", **values)
        self.assertEqual(self.entitlement.contact_ids, self.customer)
        self.change_person(
            self.entitlement, "2026-03-02 07:00", notified_email="boss@evil.example", checked="Called the office back."
        )
        self.entitlement.invalidate_recordset()
        change = self.entitlement.bpmsoft_change_ids[:1]
        self.assertEqual(change.checked, "Called the office back.")
        self.assertIn("boss@evil.example", change.doubt)

    def test_who_cannot_be_named(self):
        """B-6: neither somebody without address, nor another company's, nor the same person again; nor by anybody but
        an agent, nor in the future"""
        with self.refused("e-mail address"):
            self.change_person(self.entitlement, "2026-03-02 07:00", email="nonsense")
        with self.refused("another company"):
            self.change_person(self.entitlement, "2026-03-02 07:00", email="crm@onega.example")
        with self.refused("already"):
            self.change_person(
                self.entitlement, "2026-03-02 07:00", email="crm@irtysh.example", name="Irtysh Project Office"
            )
        with self.refused("future"):
            self.change_person(self.entitlement, "2026-03-02 07:00", notified_at="2026-03-03 07:00:00")
        plain = new_test_user(self.env, "bpmsoft-plain", "base.group_user")
        with self.assertRaises(Exception):  # noqa: B017  refused by access or by words, as Odoo decides
            self.change_person(self.entitlement, "2026-03-02 07:00", user=plain)

    def test_not_past_the_window(self):
        """B-6: on the contract nobody replaces a person; a naming from scratch is written down, an end as well"""
        with self.refused("Change Authorised Person"):
            self.entitlement.with_user(self.manager).contact_ids = self.colleague_user.partner_id
        self.assertEqual(self.entitlement.bpmsoft_change_ids.mapped("kind"), ["direct"])
        self.entitlement.with_user(self.manager).contact_ids = False
        self.entitlement.invalidate_recordset()
        self.assertEqual(self.entitlement.bpmsoft_change_ids[:1].new_name, "nobody")

    def test_undone_by_another_change(self):
        """B-6: a change is taken back by another one, and both stay"""
        self.change_person(self.entitlement, "2026-03-02 07:00")
        self.change_person(
            self.entitlement,
            "2026-03-02 08:00",
            partner_id=self.customer.id,
            name=self.customer.name,
            email=self.customer.email,
        )
        self.assertEqual(self.entitlement.contact_ids, self.customer)
        self.assertEqual(len(self.entitlement.bpmsoft_change_ids), 3)

    def test_authorised_from_a_held_request(self):
        """B-5, B-6: the sender of a held request is recorded as the authorised person; the request counts from then"""
        ticket = self.mail_from("plant@irtysh.example", "2026-03-02 06:00")
        action = self.decide(ticket, "2026-03-02 07:00", "authorise")
        self.assertEqual(action["res_model"], "bpmsoft.contact.wizard")
        self.assertEqual(action["context"]["default_partner_id"], self.colleague_user.partner_id.id)
        self.change_person(
            self.entitlement,
            "2026-03-02 07:00",
            ticket=ticket,
            name="Irtysh Plant",
            email="plant@irtysh.example",
            partner_id=self.colleague_user.partner_id.id,
        )
        self.assertEqual(self.entitlement.contact_ids, self.colleague_user.partner_id)
        self.assertEqual(ticket.bpmsoft_standing, "authorised")
        self.assertTrue(ticket.support_lane_state)

    def test_portal_access_is_offered(self):
        """B-6: who has no portal access is offered it with Odoo's own window, to agents who may use that"""
        self.agent.group_ids |= self.env.ref("base.group_partner_manager")
        action = self.change_person(self.entitlement, "2026-03-02 07:00")
        self.assertEqual(action["res_model"], "portal.wizard")
        wizard = self.env["portal.wizard"].browse(action["res_id"])
        self.assertEqual(wizard.user_ids.partner_id, self.entitlement.contact_ids)
        action = self.change_person(
            self.entitlement, "2026-03-02 08:00", user=self.other_agent, name="Third", email="third@irtysh.example"
        )
        self.assertEqual(action["tag"], "display_notification")
