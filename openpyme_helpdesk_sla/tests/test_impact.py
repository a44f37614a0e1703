from odoo.addons.support_sla.models.support_context import inside
from odoo.exceptions import ValidationError
from odoo.tests.common import tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .common import OpenpymeCase, utc


@tagged("post_install", "-at_install")
class TestImpact(OpenpymeCase):
    """Impact of support tickets, and the hours of each contract (O-5); answers within four hours (O-13)."""

    def test_hours_of_the_contract(self):
        """O-5: the resolution clock runs for the hours that this client's contract has for the impact."""
        self.entitlement.write({"openpyme_hours_medium": 6, "openpyme_hours_low": 20.5})
        medium = self.raise_ticket("2026-03-02 16:00", "support", impact="medium")  # Mon 10:00 in Mexico
        self.assertEqual(medium.support_priority_id, self.ref_("priority_medium"))
        self.assertEqual(self.clock(medium, "resolution").deadline, utc("2026-03-02 22:00"))
        low = self.raise_ticket("2026-03-02 16:00", "support", impact="low")
        self.assertEqual(self.clock(low, "resolution").budget, 20.5 * 3600)
        # 8 hours on Monday, 9 on Tuesday, 3.5 on Wednesday from nine
        self.assertEqual(self.clock(low, "resolution").deadline, utc("2026-03-04 18:30"))

    def test_no_hours_agreed(self):
        """O-5: none preset; without hours nothing is promised, and it is said that the date is by agreement."""
        ticket = self.raise_ticket("2026-03-02 16:00", "support", impact="low")
        clock = self.clock(ticket, "resolution")
        self.assertEqual(clock.hold, "to_agree")
        self.assertFalse(clock.deadline)
        self.assertIn("by agreement", ticket.with_user(self.agent).openpyme_impact_words)
        panel = self.at(ticket.with_user(self.agent), "2026-03-02 17:00")._support_get_panel()
        told = next(entry for entry in panel["clocks"] if entry["metric"] == "resolution")
        self.assertEqual(told["promise"], "by agreement")
        self.assertIn("names no time", " ".join(told["explain"]))
        self.assertEqual(ticket.with_user(self.agent).support_agreement, "to_agree")

    def test_a_date_is_agreed_on_instead(self):
        """O-5: where the contract names no hours, an agent enters the date that was agreed on."""
        ticket = self.raise_ticket("2026-03-02 16:00", "support", impact="low")
        wizard = self.env["support.agree.wizard"].with_user(self.agent)
        values = {"ticket_id": ticket.id, "metric": "resolution", "until": "2199-01-01 12:00:00", "agreed_with": "Till"}
        wizard.create(values).action_agree()
        self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2199-01-01 12:00"))
        self.entitlement.openpyme_hours_low = 5
        timed = self.raise_ticket("2026-03-02 16:00", "support", impact="low")
        with self.assertRaises(ValidationError):
            wizard.create({**values, "ticket_id": timed.id})

    def test_explained(self):
        """O-5: the explanation says that the time comes from the contract, to agents and customers."""
        self.entitlement.openpyme_hours_medium = 6
        ticket = self.raise_ticket("2026-03-02 16:00", "support", impact="medium")
        for portal in (False, True):
            panel = self.at(ticket.sudo(), "2026-03-02 17:00")._support_get_panel(portal=portal)
            told = next(entry for entry in panel["clocks"] if entry["metric"] == "resolution")
            self.assertIn("6 h by the contract", told["promise"])
            self.assertIn("6 h by the contract", told["explain"][0])

    def test_open_tickets_keep_their_hours(self):
        """O-5: a contract that is edited changes what comes, not what was promised; a new impact asks it again."""
        self.entitlement.write({"openpyme_hours_medium": 6, "openpyme_hours_low": 30})
        ticket = self.raise_ticket("2026-03-02 16:00", "support", impact="medium")
        self.entitlement.write({"openpyme_hours_medium": 2, "openpyme_hours_low": 40})
        ticket.sudo()._support_recompute(utc("2026-03-02 17:00"))
        self.assertEqual(self.clock(ticket, "resolution").budget, 6 * 3600)
        self.at(ticket.with_user(self.agent), "2026-03-02 17:00").openpyme_impact_id = self.impacts["low"]
        self.assertEqual(self.clock(ticket, "resolution").budget, 40 * 3600)

    def test_only_support_has_an_impact(self):
        """O-5: no impact of a change, of what is not classified, or of another provider."""
        for kind in ("change", None):
            ticket = self.raise_ticket("2026-03-02 16:00", kind)
            with self.refused("Only support tickets"):
                ticket.with_user(self.agent).openpyme_impact_id = self.impacts["high"]
        other = self.provider.copy({"name": "Else", "code": "else_test"})
        foreign = self.env["support.impact"].create({"provider_id": other.id, "name": "Huge"})
        ticket = self.raise_ticket("2026-03-02 16:00", "support")
        with self.refused("not an impact of"):
            ticket.with_user(self.agent).openpyme_impact_id = foreign

    def test_the_level_is_not_set_past_the_impact(self):
        """O-5: the level follows the impact and is not entered, on a support ticket or another."""
        ticket = self.raise_ticket("2026-03-02 16:00", "support", impact="low")
        with self.refused("follows its impact"):
            ticket.with_user(self.agent).support_priority_id = self.ref_("priority_high")
        with self.refused("reviewed and classified"):
            self.raise_ticket("2026-03-02 16:00", support_priority_id=self.ref_("priority_high").id)

    def test_a_stopped_operation_is_told_at_once(self):
        """O-5: high is attended at once: highest stars, and its leader hears of it the moment it is known."""
        ticket = self.raise_ticket("2026-03-02 16:00", "support", impact="high")
        self.assertEqual(ticket.priority, "3")
        self.assertEqual(set(self.told(ticket, "openpyme_stopped")), {self.leader})
        self.deliver()
        self.assertIn("operation has stopped", ticket.with_user(self.agent).activity_ids.mapped("summary")[0])
        low = self.raise_ticket("2026-03-02 16:00", "support", impact="low")
        self.assertFalse(self.told(low, "openpyme_stopped"))

    def test_nobody_attends_to_a_stopped_operation(self):
        """O-5: half an hour of work without an answer is told to the leader, an hour to the head as well."""
        head = self.make_agent("head")
        self.ref_("role_head").user_ids = head
        ticket = self.raise_ticket("2026-03-02 16:00", "support", impact="high")
        self.sweep("2026-03-02 16:30:00")
        self.assertFalse(ticket.sudo().support_escalation_ids)
        self.sweep("2026-03-02 16:30:01")
        self.assertEqual(ticket.sudo().support_escalation_ids.step_id.role_id, self.ref_("role_leader"))
        self.sweep("2026-03-02 17:00:01")
        self.assertIn(self.ref_("role_head"), ticket.sudo().support_escalation_ids.step_id.role_id)

    def test_answers_within_four_hours(self):
        """O-13: whatever the kind, a mail is answered within four hours of the desk, and again the next one."""
        for kind in ("support", "change", "consultancy", None):
            with self.subTest(kind=kind):
                ticket = self.raise_ticket("2026-03-02 22:00", kind)  # Mon 16:00; closes at 18:00
                self.assertEqual(self.clock(ticket, "first_response").deadline, utc("2026-03-03 17:00"))
                self.say(ticket, "2026-03-03 16:00")
                self.at(ticket.with_user(self.customer_user), "2026-03-03 18:00").message_post(
                    body="And now?", message_type="comment", subtype_xmlid="mail.mt_comment"
                )
                self.assertEqual(self.clock(ticket, "next_reply").deadline, utc("2026-03-03 22:00"))

    def test_the_leader_is_reminded_first(self):
        """O-13: an hour before the four are over the leader hears of it, then the head; answered, nobody does."""
        head = self.make_agent("head")
        self.ref_("role_head").user_ids = head
        ticket = self.raise_ticket("2026-03-02 16:00")
        answered = self.raise_ticket("2026-03-02 16:00")
        self.say(answered, "2026-03-02 16:30")
        self.sweep("2026-03-02 19:00:01")
        told = self.env["support.notification"].sudo().search([("ticket_id", "=", ticket.id)])
        self.assertEqual(told.partner_id, self.leader.partner_id)
        self.sweep("2026-03-02 20:00:01")
        told = self.env["support.notification"].sudo().search([("ticket_id", "=", ticket.id)])
        self.assertEqual(told.partner_id, (self.leader | head).partner_id)
        self.assertFalse(answered.sudo().support_escalation_ids)

    def test_the_leader_follows_to_the_end(self):
        """O-13: whoever works on it, the leader goes on following it."""
        ticket = self.raise_ticket("2026-03-02 16:00", "change")
        ticket.with_user(self.agent).user_id = self.agent
        ticket.with_user(self.agent).stage_id = self.stages["in_work"]
        self.assertEqual(ticket.openpyme_leader_id, self.leader)
        self.assertIn(self.leader.partner_id, ticket.message_partner_ids)
        mine = self.env["helpdesk.ticket"].with_user(self.leader).search([("openpyme_leader_id", "=", self.leader.id)])
        self.assertIn(ticket, mine)

    def test_raised_by_the_desk_itself(self):
        """O-5: what the desk finds itself is raised as support with an impact in one go; nothing is left to review."""
        raising = self.env["helpdesk.ticket"].with_context(**inside(openpyme_reviewed=True))
        ticket = self.at(raising, "2026-03-02 16:00").create(
            {
                "name": "The server does not answer",
                "description": "<p>Since four.</p>",
                "team_id": self.team.id,
                "partner_id": self.mesa.id,
                "support_kind_id": self.kinds["support"].id,
                "openpyme_impact_id": self.impacts["high"].id,
            }
        )
        self.assertEqual(ticket.support_priority_id, self.ref_("priority_high"))
        self.assertEqual(ticket.user_id, self.leader)
        self.assertEqual(ticket.openpyme_review_left, 0)
        self.assertEqual(set(self.told(ticket, "openpyme_stopped")), {self.leader})

    def test_negative_hours(self):
        """O-5: hours are not negative."""
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.entitlement.openpyme_hours_low = -1
            self.env.flush_all()
