from odoo.exceptions import AccessError, UserError
from odoo.tests.common import Form, tagged

from .common import Dialog360Case


@tagged("post_install", "-at_install")
class TestTriage(Dialog360Case):
    """How severe it is, and who takes it."""

    def teams(self, ticket):
        return [row.team_id for row in ticket.sudo().dialog360_involvement_ids.sorted("id")]

    def test_severity_and_resources(self):
        """D-9: triage sets the severity and who works on it, and records who did it and when"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        Wizard = self.at(self.env["dialog360.triage.wizard"].with_user(self.agent), "2026-03-02 06:05")
        with Form(Wizard.with_context(default_ticket_id=ticket.id)) as form:
            self.assertEqual(form.priority_id, self.levels["3"])
            form.priority_id = self.levels["2"]
            self.assertIn("significant risk", form.priority_words)
            form.user_id = self.agent
        form.record.action_apply()
        self.assertEqual(ticket.support_priority_id, self.levels["2"])
        self.assertEqual(ticket.user_id, self.agent)
        self.assertEqual(ticket.stage_id, self.stages["in_progress"], "somebody works on it")
        self.assertEqual(str(ticket.dialog360_triaged_at), "2026-03-02 06:05:00")
        self.assertEqual(ticket.dialog360_triaged_by_id, self.agent)

    def test_handed_over(self):
        """D-9: what cannot be solved at once goes to a technical team, whose leader is told what was found; the teams
        involved are recorded in order"""
        ticket = self.raise_ticket("2026-03-02 06:00", user_id=self.agent.id)
        self.wizard(
            "dialog360.triage.wizard",
            ticket,
            "2026-03-02 06:30",
            team_id=self.team_messaging.id,
            note="Not the number: the queue of templates.",
        ).action_apply()
        self.assertEqual(ticket.team_id, self.team_messaging)
        self.assertFalse(ticket.user_id, "nobody of the new team yet")
        self.assertEqual(ticket.stage_id, self.stages["new"])
        self.assertEqual(self.teams(ticket), [self.team, self.team_messaging])
        last = ticket.sudo().dialog360_involvement_ids.sorted("id")[-1]
        self.assertEqual((str(last.moment), last.user_id), ("2026-03-02 06:30:00", self.agent))
        self.assertIn("queue of templates", last.note)
        self.assertEqual(self.told(ticket, "dialog360_handed"), [self.engineer])
        self.assertEqual(str(self.clock(ticket, "resolution").deadline), "2026-03-04 06:00:00", "time goes on")

    def test_whoever_hands_over_says_what_was_found(self):
        """D-9: another team is not left guessing"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        wizard = self.wizard("dialog360.triage.wizard", ticket, "2026-03-02 06:30", team_id=self.team_hub.id)
        with self.refused("found so far"):
            wizard.action_apply()

    def test_any_way_is_recorded(self):
        """D-9: a team that is changed on the form, or by an import, is recorded as well, and back is another entry"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.at(ticket.with_user(self.agent), "2026-03-02 07:00").team_id = self.team_hub
        self.settle()
        ticket.with_user(self.manager).load([".id", "team_id/.id"], [[str(ticket.id), str(self.team.id)]])
        self.settle()
        self.assertEqual(self.teams(ticket), [self.team, self.team_hub, self.team])
        self.assertEqual(ticket._dialog360_get_teams(), self.team | self.team_hub)

    def test_nobody_changes_the_record(self):
        """D-9: which teams had a ticket can be neither written nor deleted, nor typed in, by anybody"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        row = ticket.sudo().dialog360_involvement_ids
        for user in (self.agent, self.manager):
            with self.assertRaises(UserError):
                row.with_user(user).write({"note": "x"})
            with self.assertRaises(UserError):
                row.with_user(user).unlink()
            with self.assertRaises(UserError):
                row.with_user(user).create({"ticket_id": ticket.id, "team_id": self.team.id})
        with self.assertRaises(UserError):
            row.write({"note": "x"})

    def test_nothing_is_decided_on_what_is_closed(self):
        """D-9: a closed ticket is not triaged; nor by whoever may not write it"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        wizard = self.wizard("dialog360.triage.wizard", ticket, "2026-03-02 06:30")
        self.move(ticket, "2026-03-02 07:00", "cancelled")
        with self.refused("nothing left to decide"):
            wizard.action_apply()
        with self.assertRaises(AccessError):
            self.env["dialog360.triage.wizard"].with_user(self.customer_user).create({"ticket_id": ticket.id})
