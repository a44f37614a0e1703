from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import SupportCase, utc


@tagged("post_install", "-at_install")
class TestEntitlement(SupportCase):
    """Entitlements that hang on agreements, their hours and their end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.write({"entitlement_mode": "warn", "administrator_id": cls.boss.id})
        cls.plan = cls.env["support.plan"].create({"name": "Gold", "provider_id": cls.provider.id, "monthly_hours": 5})

    def make_agreement(self, **values):
        return self.env["agreement"].create(
            {
                "code": "A-1",
                "name": "Support of bookings",
                "partner_id": self.company_a.id,
                "start_date": "2026-01-01",
                "end_date": "2026-06-30",
                **values,
            }
        )

    def entitle(self, agreement, **values):
        """As a manager does from the agreement's button."""
        action = agreement.with_user(self.manager).action_support_entitlements()
        form = Form(self.env["support.entitlement"].with_user(self.manager).with_context(**action["context"]))
        form.provider_id = self.provider
        form.plan_id = self.plan
        for name, value in values.items():
            setattr(form, name, value)
        return form.save().sudo()

    def test_filled_in_from_the_agreement(self):
        """E-6.1: an entitlement made from an agreement has its customer, company and dates"""
        agreement = self.make_agreement()
        entitlement = self.entitle(agreement)
        self.assertEqual(entitlement.agreement_id, agreement)
        self.assertEqual(entitlement.partner_id, self.company_a)
        self.assertEqual(entitlement.company_id, agreement.company_id)
        self.assertEqual(entitlement.date_start, fields.Date.to_date("2026-01-01"))
        self.assertEqual(entitlement.date_end, fields.Date.to_date("2026-06-30"))
        self.assertEqual(agreement.with_user(self.manager).support_entitlement_count, 1)
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.assertEqual((ticket.support_entitlement_id, ticket.support_plan_id), (entitlement, self.plan))
        self.assertFalse(self.raise_ticket("2026-07-02 09:00").support_entitlement_id)

    def test_changed_at_the_agreement_only(self):
        """E-6.1: what comes from the agreement is not changed on the entitlement"""
        entitlement = self.entitle(self.make_agreement())
        other = self.env["res.partner"].create({"name": "Southwind", "is_company": True})
        for change in ({"date_end": "2027-06-30"}, {"date_start": "2025-06-30"}, {"partner_id": other.id}):
            refused = self.assertRaisesRegex(ValidationError, "change it there")
            with self.subTest(change=change), refused, self.env.cr.savepoint():
                entitlement.with_user(self.manager).write(change)
        entitlement.with_user(self.manager).write({"agreement_id": False, "date_end": "2027-06-30"})
        self.assertEqual(self.raise_ticket("2027-06-02 09:00").support_entitlement_id, entitlement)

    def test_renewed(self):
        """E-6.1: an agreement that is prolonged prolongs the entitlement at once"""
        agreement = self.make_agreement()
        entitlement = self.entitle(agreement)
        self.assertFalse(self.raise_ticket("2026-07-02 09:00").support_entitlement_id)
        agreement.end_date = "2027-06-30"
        self.assertEqual(self.raise_ticket("2026-07-02 09:00").support_entitlement_id, entitlement)
        agreement.end_date = False
        self.assertFalse(entitlement.date_end)
        self.assertEqual(self.raise_ticket("2029-07-02 09:00").support_entitlement_id, entitlement)
        agreement.end_date = "2026-02-28"
        self.assertFalse(self.raise_ticket("2026-03-02 09:00").support_entitlement_id)

    def test_archived(self):
        """E-6.1: an agreement that is archived ends the entitlement; restored, it is in force again"""
        agreement = self.make_agreement()
        entitlement = self.entitle(agreement)
        before = self.raise_ticket("2026-03-02 09:00")
        self.at(agreement, "2026-04-01 10:00").active = False
        self.env.flush_all()
        self.assertEqual(entitlement.date_end, fields.Date.to_date("2026-03-31"))
        self.assertFalse(self.raise_ticket("2026-04-01 11:00").support_entitlement_id)
        self.assertEqual(self.raise_ticket("2026-03-31 09:00").support_entitlement_id, entitlement)
        self.at(before, "2026-04-01 11:00").support_priority_id = self.normal
        self.assertEqual(before.support_entitlement_id, entitlement, "kept as it was when raised")
        self.at(agreement, "2026-05-01 10:00").active = True
        self.assertEqual(self.raise_ticket("2026-06-01 11:00").support_entitlement_id, entitlement)

    def test_archived_before_it_began(self):
        """E-6.1: an agreement archived before it began never entitles anybody"""
        agreement = self.make_agreement(start_date="2026-05-01")
        entitlement = self.entitle(agreement)
        self.at(agreement, "2026-04-01 10:00").active = False
        self.assertTrue(entitlement.is_void)
        for moment in ("2026-04-30 09:00", "2026-05-01 10:00", "2026-05-04 09:00"):
            self.assertFalse(self.raise_ticket(moment).support_entitlement_id)
        self.assertNotIn(entitlement, self.env["support.entitlement"].search([("is_in_force", "=", True)]))
        self.at(agreement, "2026-04-02 10:00").active = True
        self.assertEqual(self.raise_ticket("2026-05-04 09:00").support_entitlement_id, entitlement)

    def test_who_sees_agreements(self):
        """E-6.1, S-1: managers work with agreements; agents see the code on the entitlement, not the contract"""
        agreement = self.make_agreement()
        entitlement = self.entitle(agreement)
        self.assertTrue(agreement.with_user(self.manager).read(["name"]))
        self.assertEqual(entitlement.with_user(self.agent).agreement_code, "A-1")
        with self.assertRaises(AccessError):
            entitlement.with_user(self.agent).read(["agreement_id"])
        with self.assertRaises(AccessError):
            agreement.with_user(self.agent).read(["name"])
        self.env["support.entitlement"].with_user(self.agent).get_views([(False, "form"), (False, "list")])

    def test_record_hours(self):
        """E-6.2: an agent records hours from the ticket and is told what is left, and when it is too much"""
        entitlement = self.entitle(self.make_agreement(start_date="2020-01-01", end_date=False))
        ticket = self.raise_ticket("2026-03-02 09:00").with_user(self.agent)
        action = ticket.action_support_record_hours()
        today = fields.Date.context_today(self.env["support.entitlement"])
        wizard = Form(self.env["support.hours.wizard"].with_user(self.agent).with_context(**action["context"]))
        wizard.hours = 3.5
        self.assertEqual((wizard.hours_left, wizard.is_over), (1.5, False))
        wizard.save().action_record()
        ticket.invalidate_recordset(["support_hours"])
        self.assertEqual(ticket.support_hours, 3.5)
        wizard = Form(self.env["support.hours.wizard"].with_user(self.agent).with_context(**action["context"]))
        wizard.hours = 2
        self.assertEqual((wizard.hours_left, wizard.is_over), (-0.5, True))
        wizard.save().action_record()
        entitlement.invalidate_recordset()
        self.assertEqual((entitlement.hours_used, entitlement.hours_left, entitlement.hours_share), (5.5, 0, 110))
        usage = entitlement.usage_ids[:1]
        self.assertEqual((usage.user_id, usage.ticket_id, usage.date), (self.agent, ticket, today))
        with self.assertRaisesRegex(UserError, "more than nothing"):
            self.env["support.hours.wizard"].create({"ticket_id": ticket.id, "hours": 0})
        stranger = self.raise_ticket("2026-03-02 09:00", partner_id=False).with_user(self.agent)
        with self.assertRaisesRegex(UserError, "no entitlement"):
            stranger.action_support_record_hours()

    def test_hours_are_ones_own(self):
        """E-6.2, S-1: an agent records hours of his own on a ticket; those of others, or without a ticket, are the
        managers' to enter and to correct"""
        entitlement = self.entitle(self.make_agreement(start_date="2020-01-01", end_date=False))
        ticket = self.raise_ticket("2026-03-02 09:00")
        Usage = self.env["support.entitlement.usage"]
        values = {"entitlement_id": entitlement.id, "ticket_id": ticket.id, "hours": 1}
        mine = Usage.with_user(self.agent).create(values)
        mine.hours = 2
        theirs = Usage.create({**values, "user_id": self.manager.id})
        self.assertIn(theirs, Usage.with_user(self.agent).search([]), "all are seen")
        for attempt in (
            lambda: theirs.with_user(self.agent).write({"hours": 40}),
            lambda: Usage.with_user(self.agent).create({**values, "user_id": self.manager.id}),
            lambda: Usage.with_user(self.agent).create({**values, "ticket_id": False}),
        ):
            with self.assertRaises(AccessError):
                attempt()
        mine.with_user(self.manager).hours = 1.5
        Usage.with_user(self.manager).create({**values, "ticket_id": False, "user_id": self.agent.id})

    def test_hours_of_another_month(self):
        """E-6.2: hours that were not used are not carried over, and those of another month do not count"""
        entitlement = self.entitle(self.make_agreement(start_date="2020-01-01", end_date=False))
        today = fields.Date.context_today(entitlement)
        for day, hours in ((today, 1), (fields.Date.add(today, months=-1), 4), (fields.Date.add(today, months=1), 4)):
            self.env["support.entitlement.usage"].create(
                {"entitlement_id": entitlement.id, "date": day, "hours": hours}
            )
        self.assertEqual((entitlement.hours_used, entitlement.hours_left), (1, 4))

    def test_reminded_of_the_end(self):
        """E-6.1: the account leader is reminded before an entitlement ends, once; after a renewal, once again"""
        agreement = self.make_agreement()
        entitlement = self.entitle(agreement, account_leader_id=self.agent)

        def remind(moment: str) -> list:
            before = self.env["mail.message"].search([("model", "=", "support.entitlement")])
            self.at(self.env["support.entitlement"], moment)._cron_remind_of_end()
            found = self.env["mail.message"].search([("model", "=", "support.entitlement")]) - before
            return [(note.partner_ids, note.subject) for note in found if note.message_type == "user_notification"]

        self.assertFalse(remind("2026-05-30 09:00"))
        [(people, subject)] = remind("2026-05-31 09:00")
        self.assertEqual(people, self.agent.partner_id)
        self.assertIn("ends soon", subject)
        self.assertFalse(remind("2026-06-01 09:00"))
        self.agent.active = False
        agreement.end_date = "2026-12-31"
        self.assertFalse(remind("2026-06-02 09:00"))
        [(people, _subject)] = remind("2026-12-15 09:00")
        self.assertEqual(people, self.boss.partner_id, "the administrator, when the account leader has left")
        self.provider.entitlement_reminder_days = 0
        entitlement.reminded_end = False
        self.assertFalse(remind("2026-12-16 09:00"))

    def test_standing(self):
        """E-6.1: an entitlement says whether it is in force, expiring soon or over, by the provider's own date"""
        entitlement = self.entitle(self.make_agreement())
        for moment, standing in (
            ("2025-12-31 23:00", "upcoming"),
            ("2026-01-01 00:30", "in_force"),
            ("2026-05-31 09:00", "ending"),
            ("2026-06-30 22:59", "ending"),
            ("2026-06-30 23:30", "over"),  # it is July in London
        ):
            entitlement.invalidate_recordset(["standing"])
            self.assertEqual(self.at(entitlement, moment).standing, standing, moment)

    def test_tickets_of_an_entitlement(self):
        """E-6.2: the tickets raised under an entitlement are one click away"""
        entitlement = self.entitle(self.make_agreement())
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.raise_ticket("2026-07-02 09:00")
        action = entitlement.with_user(self.manager).action_open_tickets()
        self.assertEqual(self.env["helpdesk.ticket"].search(action["domain"]), ticket)
        self.assertEqual(entitlement.ticket_count, 1)

    def test_modes_for_agents(self):
        """E-6.1: without entitlement an agent is warned, the administrator is asked, or the ticket is refused and
        nothing of it stays"""
        values = {"name": "x", "description": "<p>x</p>", "team_id": self.team.id, "partner_id": self.customer.id}
        Ticket = self.at(self.env["helpdesk.ticket"].with_user(self.agent), "2026-03-02 09:00")
        warned = Ticket.create(values)
        self.assertTrue(warned.support_no_entitlement)
        self.assertTrue(warned.support_clock_ids)
        self.provider.entitlement_mode = "ask"
        asked = Ticket.create(values)
        intent = self.env["support.notification"].search([("ticket_id", "=", asked.id)])
        self.assertEqual((intent.code, intent.partner_id), ("no_entitlement", self.boss.partner_id))
        self.provider.entitlement_mode = "refuse"
        count = self.env["helpdesk.ticket"].search_count([])
        with self.assertRaisesRegex(UserError, "no entitlement"), self.env.cr.savepoint():
            Ticket.create(values)
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), count)
        self.entitle(self.make_agreement())
        self.assertFalse(Ticket.create(values).support_no_entitlement)
        self.assertEqual(self.clock(warned, "first_response").start, utc("2026-03-02 09:00"))

    def test_of_all_companies_when_reckoned_again(self):
        """E-6.1: one that is of all companies, and hangs on no agreement, stays so when an upgrade reckons it anew"""
        entitlement = self.env["support.entitlement"].create(
            {"provider_id": self.provider.id, "partner_id": self.company_a.id, "date_start": "2026-01-01"}
        )
        self.assertEqual(entitlement.company_id, self.env.company)
        entitlement.company_id = False
        self.env.flush_all()
        # as the ORM does for a new column
        self.env.add_to_compute(entitlement._fields["is_void"], entitlement)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(entitlement.company_id)
        self.assertEqual(entitlement.date_start, fields.Date.to_date("2026-01-01"))
