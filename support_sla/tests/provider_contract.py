"""What holds for every provider's addon, whatever its rules are: inherited by one test class of each."""

from odoo.addons.mail.tests.common import MockEmail
from odoo.tests.common import TransactionCase

#: models of an addon's data that Odoo keeps up by itself, and that no administrator edits
UPDATED = ("ir.", "mail.message.subtype", "portal.")


class ProviderContract(MockEmail, TransactionCase):
    """Put a ``ProviderMixin`` in front that sets ``provider``, ``team``, ``customer`` and ``agent``."""

    #: Odoo's loader takes inherited test methods only where a class says so
    allow_inherited_tests_method = True
    moment, later, end = "2026-02-10 10:00", "2026-02-10 15:00", "2026-02-11 15:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()
        cls.domain = cls.env["mail.alias.domain"].create({"name": "desk.contract.example"})
        cls.team.alias_id.alias_domain_id = cls.domain

    def write_in(self, moment, **values):
        """The customer writes to the provider's address."""
        to = f"{self.team.alias_name}@{self.domain.name}"
        return self.mail_in("It stands still.", moment, f"Client <{self.customer.email}>", to, **values)

    def stage(self, phase):
        stages = self.team._get_applicable_stages()
        return stages.filtered(lambda stage: stage.support_phase == phase)[:1]

    def test_contract_data_are_the_administrators(self):
        """E-6.3: whatever the addon brings for an administrator to edit is left alone by its updates"""
        data = self.env["ir.model.data"].search(
            [("module", "=", self.addon), ("noupdate", "=", False), ("model", "not like", "ir.%")]
        )
        updated = data.filtered(lambda row: not row.model.startswith(UPDATED))
        self.assertFalse(updated.mapped("complete_name"))

    def test_contract_mail_is_measured(self):
        """E-1.1: a mail to the provider's address is a ticket of the provider and of the customer; the automatic
        confirmation is no first response"""
        ticket = self.write_in(self.moment)
        self.assertEqual(ticket.support_provider_id, self.provider)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertIn("raised", ticket.support_event_ids.mapped("kind"))
        self.deliver()
        responded = ticket.support_clock_ids.filtered(lambda clock: clock.metric == "first_response" and clock.stopped)
        self.assertFalse(responded, "nobody has answered yet")

    def test_contract_answer_stops_the_response(self):
        """E-1.2: a colleague's answer to the customer is the first response, at its own moment; a note is not"""
        ticket = self.raise_ticket(self.moment)
        metric = "first_response" if self.clock(ticket, "first_response") else "next_reply"
        self.assertTrue(self.clock(ticket, metric), "the customer has the promise of an answer")
        self.at(ticket.with_user(self.agent), self.later).message_post(body="For us.", subtype_xmlid="mail.mt_note")
        self.assertFalse(self.clock(ticket, metric).stopped)
        self.say(ticket, self.later)
        self.assertEqual(str(self.clock(ticket, metric).stopped), f"{self.later}:00")

    def test_contract_absence_note_moves_nothing(self):
        """G-5: an automatic answer of the customer's mail box changes no clock and no stage"""
        ticket = self.write_in(self.moment)
        self.say(ticket, self.later)
        before = [(clock.metric, clock.state, clock.deadline) for clock in ticket.support_clock_ids]
        stage = ticket.stage_id
        self.write_in(
            self.end,
            subject=f"Re: {ticket.name}",
            headers=f"In-Reply-To: {ticket.message_ids.sorted('id')[0].message_id}\nAuto-Submitted: auto-replied\n",
        )
        self.assertEqual([(clock.metric, clock.state, clock.deadline) for clock in ticket.support_clock_ids], before)
        self.assertEqual(ticket.stage_id, stage)

    def test_contract_pieces_add_up(self):
        """E-4: the pieces of every explanation tile the life of the clock, for agents and customers alike"""
        ticket = self.raise_ticket(self.moment)
        self.say(ticket, self.later)
        looked = self.at(ticket.with_user(self.agent), self.end)
        for portal in (False, True):
            for shown in looked._support_get_panel(portal=portal)["clocks"]:
                with self.subTest(portal=portal, metric=shown["metric"]):
                    self.assertTrue(shown["explain"])
                    position = shown["start"]
                    for piece in shown["segments"]:
                        self.assertEqual(piece["start"], position)
                        position = piece["stop"]

    def test_contract_portal_tells_nothing_of_the_inside(self):
        """E-9: what a customer reads of a ticket names no role, no chain and no policy"""
        ticket = self.raise_ticket(self.moment)
        said = str(ticket.sudo()._support_get_panel(portal=True))
        inside = [
            *self.provider.policy_ids.mapped("name"),
            *self.env["support.role"].search([("provider_id", "=", self.provider.id)]).mapped("name"),
            *self.env["support.escalation.chain"].search([("provider_id", "=", self.provider.id)]).mapped("name"),
        ]
        for word in inside:
            self.assertNotIn(f"“{word}”", said)

    def test_contract_others_are_left_alone(self):
        """E-6.3: a ticket of nobody, and one of another provider, has nothing of this one"""
        other = self.env["support.provider"].create(
            {"name": "Somebody Else", "code": "contract_other", "calendar_id": self.provider.calendar_id.id}
        )
        teams = self.env["helpdesk.ticket.team"].create(
            [{"name": "Nobody's queue"}, {"name": "Somebody's queue", "support_provider_id": other.id}]
        )
        mine = [
            field.name
            for field in self.env["helpdesk.ticket"]._fields.values()
            if field._modules and set(field._modules) == {self.addon} and field.store
        ]
        self.assertTrue(mine, "the addon has fields of its own")
        for team in teams:
            ticket = self.raise_by(self.moment, team_id=team.id, partner_id=self.customer.id).sudo()
            self.say(ticket, self.later)
            with self.subTest(team=team.name):
                self.assertEqual({name: ticket[name] for name in mine if ticket[name]}, {})

    def test_contract_closing_ends_everything(self):
        """E-3.1: nothing runs on a closed ticket, and nobody is told of it any more"""
        ticket = self.raise_ticket(self.moment)
        self.say(ticket, self.later)
        closed = self.stage("closed")
        self.assertTrue(closed, "the queue has a stage that means closed")
        self.at(ticket.sudo(), self.end).stage_id = closed
        self.assertFalse(ticket.support_clock_ids.filtered(lambda clock: clock.state in ("running", "paused")))
        self.sweep("2026-03-20 10:00")
        self.assertFalse(ticket.support_escalation_ids.filtered(lambda step: str(step.fired) > self.end))
