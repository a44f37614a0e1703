from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .common import SupportCase, utc


@tagged("post_install", "-at_install")
class TestRound(SupportCase):
    """What was raised while the desk was shut. Open Mon 08–12 and 13–17, Tue 09–18, Wed 08–12, Thu 10–20, Fri 08–15."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.round_role_id = cls.first_role
        cls.provider.administrator_id = cls.manager
        cls.Round = cls.env["support.round"]

    def run_cron(self, moment: str):
        """The scheduled action at ``moment``; the rounds of our provider that it made."""
        known = self.Round.search([])
        self.at(self.Round, moment)._cron_round()
        return (self.Round.search([]) - known).filtered(lambda made: made.provider_id == self.provider)

    def activities(self, made):
        return self.env["mail.activity"].search([("res_model", "=", "support.round"), ("res_id", "in", made.ids)])

    # --- when -------------------------------------------------------------------------------------

    def test_when_the_day_begins(self):
        """J-16, O-14: at the opening of the working day, not before, what was raised since closing is gathered once"""
        self.raise_ticket("2026-03-02 16:00")  # Monday, in working hours
        night = self.raise_ticket("2026-03-02 20:00")
        morning = self.raise_ticket("2026-03-03 08:59:59")
        self.run_cron("2026-03-02 08:01")  # Monday's own round
        self.assertFalse(self.run_cron("2026-03-03 08:59"))
        made = self.run_cron("2026-03-03 09:00")
        self.assertEqual(made.line_ids.ticket_id, night | morning)
        self.assertEqual(made.stop, utc("2026-03-03 09:00"))
        self.assertEqual(len(self.activities(made)), 1)
        self.assertFalse(self.run_cron("2026-03-03 09:00"))
        self.assertFalse(self.run_cron("2026-03-03 17:00"))

    def test_lunch_is_no_morning(self):
        """J-16: a second opening on the same day makes no second round; what came at lunch comes next morning"""
        self.run_cron("2026-03-02 08:01")
        lunch = self.raise_ticket("2026-03-02 12:30")
        self.assertFalse(self.run_cron("2026-03-02 13:05"))
        self.assertEqual(self.run_cron("2026-03-03 09:05").line_ids.ticket_id, lunch)

    def test_weekend_and_holidays(self):
        """J-16: no round on weekends and holidays; the next working day has it all"""
        self.env["support.calendar.exception"].create(
            {"calendar_id": self.calendar.id, "date": "2026-03-09", "kind": "closed", "name": "Substitute day"}
        )
        self.run_cron("2026-03-06 08:01")
        tickets = self.raise_ticket("2026-03-06 16:00") | self.raise_ticket("2026-03-09 10:00")
        for moment in ("2026-03-07 09:00", "2026-03-08 09:00", "2026-03-09 09:00", "2026-03-10 08:59"):
            self.assertFalse(self.run_cron(moment))
        self.assertEqual(self.run_cron("2026-03-10 09:00").line_ids.ticket_id, tickets)

    def test_both_changes_of_clocks(self):
        """J-16: on the Mondays after the clocks changed the day begins at eight on the wall"""
        for friday, before, opening in (
            ("2026-03-27 08:01", "2026-03-30 06:59", "2026-03-30 07:00"),
            ("2026-10-23 07:01", "2026-10-26 07:59", "2026-10-26 08:00"),
        ):
            with self.subTest(opening):
                self.run_cron(friday)
                sunday = self.raise_ticket(f"{opening[:8]}{int(opening[8:10]) - 1} 01:30")
                self.assertFalse(self.run_cron(before))
                made = self.run_cron(opening)
                self.assertEqual(made.line_ids.ticket_id, sunday)
                self.assertEqual(made.stop, utc(opening))

    def test_after_a_downtime(self):
        """J-16: after days without the scheduled action there is one round, at once, over all of them"""
        self.run_cron("2026-03-02 08:01")
        tickets = self.raise_ticket("2026-03-02 20:00") | self.raise_ticket("2026-03-04 20:00")
        made = self.run_cron("2026-03-05 15:00")
        self.assertEqual(made.line_ids.ticket_id, tickets)
        self.assertEqual((made.start, made.stop), (utc("2026-03-02 08:00"), utc("2026-03-05 10:00")))
        self.assertEqual(len(self.activities(made)), 1)

    def test_twice_is_impossible(self):
        """J-16: a second worker that did not see the first one's round is refused by the database"""
        self.raise_ticket("2026-03-02 20:00")
        made = self.run_cron("2026-03-03 09:00")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            made.copy()
        self.assertEqual(len(self.activities(made)), 1)

    def test_woken_at_the_minute(self):
        """J-16: shortly before the day begins the scheduled action asks to be woken at that very minute"""
        cron = self.env.ref("support_sla.ir_cron_round")
        cron_trigger = self.env["ir.cron.trigger"]
        self.run_cron("2026-03-03 08:50")
        self.assertFalse(cron_trigger.search([("cron_id", "=", cron.id), ("call_at", "=", utc("2026-03-03 09:00"))]))
        self.run_cron("2026-03-03 08:57")
        self.assertTrue(cron_trigger.search([("cron_id", "=", cron.id), ("call_at", "=", utc("2026-03-03 09:00"))]))

    # --- what -------------------------------------------------------------------------------------

    def test_nothing_at_night(self):
        """J-16: where nothing was raised there is no activity, and the morning shows as done"""
        made = self.run_cron("2026-03-03 09:00")
        self.assertEqual((made.state, made.ticket_count), ("done", 0))
        self.assertFalse(self.activities(made))

    def test_switched_off(self):
        """J-16: a provider without the setting has no rounds"""
        self.provider.round_role_id = False
        self.raise_ticket("2026-03-02 20:00")
        self.assertFalse(self.run_cron("2026-03-03 09:00"))

    def test_what_does_not_belong(self):
        """J-16: merged and imported tickets, and those of other providers, are none of the night's incidents"""
        merged = self.raise_ticket("2026-03-02 20:00")
        survivor = self.raise_ticket("2026-03-02 21:00")
        self.at(merged, "2026-03-02 22:00")._support_merge_into(survivor, tell_customer=False)
        made = self.run_cron("2026-03-03 09:00")
        self.assertEqual(made.line_ids.ticket_id, survivor)

    def test_open_points(self):
        """J-16: each ticket says what is still open, as it is when one looks"""
        self.provider.acknowledgement_template_id = self.env["mail.template"].create(
            {"name": "We have it", "model_id": self.env["ir.model"]._get("helpdesk.ticket").id, "subject": "We have it"}
        )
        ticket = self.raise_ticket("2026-03-02 20:00")
        made = self.run_cron("2026-03-03 09:00").with_user(self.agent)
        line = made.line_ids
        self.assertEqual(line.open_points, "receipt not confirmed, no answer yet, nobody assigned")
        self.assertEqual(made.open_count, 1)
        self.say(ticket, "2026-03-03 09:10")
        ticket.user_id = self.agent
        made.invalidate_recordset()
        line.invalidate_recordset()
        self.assertEqual((line.open_points, made.open_count), ("", 0))

    def test_the_activity(self):
        """J-16: one activity for one person of the role, with links to the tickets and what is open about them"""
        first, second = self.raise_ticket("2026-03-02 20:00"), self.raise_ticket("2026-03-02 21:00", name="Paper jam")
        made = self.run_cron("2026-03-03 09:00")
        activity = self.activities(made)
        self.assertEqual(activity.user_id, self.agent)
        self.assertEqual(activity.summary, "Raised out of hours: 2 ticket(s) to look at")
        for words in (first.number, second.number, "Paper jam", "Still open: no answer yet, nobody assigned"):
            self.assertIn(words, activity.note)
        self.assertIn(f"/odoo/helpdesk.ticket/{first.id}", activity.note)
        self.assertEqual(made.user_id, self.agent)

    def test_nobody_fills_the_role(self):
        """J-16: the role that stands in gets the round; where nobody does, the administrator, who reads why"""
        self.first_role.user_ids = False
        self.first_role.fallback_role_id = self.second_role
        self.raise_ticket("2026-03-02 20:00")
        self.assertEqual(self.activities(self.run_cron("2026-03-03 09:00")).user_id, self.boss)
        self.second_role.user_ids = False
        self.raise_ticket("2026-03-03 20:00")
        activity = self.activities(self.run_cron("2026-03-04 09:00"))
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("Nobody fills the role “First”", activity.note)

    # --- doing it ---------------------------------------------------------------------------------

    def test_marked_done(self):
        """J-16: whoever marks the round done ends its activity too"""
        self.raise_ticket("2026-03-02 20:00")
        made = self.run_cron("2026-03-03 09:00")
        self.at(made.with_user(self.agent), "2026-03-03 09:30").action_done()
        self.assertRecordValues(
            made, [{"state": "done", "done_by_id": self.agent.id, "done_at": utc("2026-03-03 09:30")}]
        )
        self.assertFalse(self.activities(made))

    def test_activity_done(self):
        """J-16: whoever marks the activity done, in the list of activities, has done the round"""
        self.raise_ticket("2026-03-02 20:00")
        made = self.run_cron("2026-03-03 09:00")
        self.activities(made).with_user(self.agent).action_feedback(feedback="All logged")
        self.assertRecordValues(made, [{"state": "done", "done_by_id": self.agent.id}])

    def test_opens_the_tickets(self):
        """J-16: the smart button lists the night's tickets"""
        ticket = self.raise_ticket("2026-03-02 20:00")
        made = self.run_cron("2026-03-03 09:00")
        action = made.with_user(self.agent).action_open_tickets()
        self.assertEqual(self.env["helpdesk.ticket"].search(action["domain"]), ticket)

    def test_who_may(self):
        """J-16, S-1: nobody writes rounds; customers do not see them; agents see the tickets that they may see"""
        ticket = self.raise_ticket("2026-03-02 20:00")
        made = self.run_cron("2026-03-03 09:00")
        with self.assertRaises(AccessError):
            made.with_user(self.manager).state = "done"
        portal = self._make_user("portal", "base.group_portal")
        with self.assertRaises(AccessError):
            made.with_user(portal).action_done()
        elsewhere = self._make_user("elsewhere", "helpdesk_mgmt.group_helpdesk_user_team")
        self.first_role.user_ids |= elsewhere  # who is in the role sees its rounds
        self.assertFalse(made.with_user(elsewhere).line_ids.filtered(lambda line: line.ticket_id == ticket))

    def test_long_off(self):
        """J-16: a round looks back a month at most, however long nobody wanted one"""
        self.run_cron("2026-03-02 08:01")
        old = self.raise_ticket("2026-03-02 20:00")
        made = self.run_cron("2026-06-02 10:00")
        self.assertNotIn(old, made.line_ids.ticket_id)
        self.assertEqual(made.start, made.stop - timedelta(days=31))

    def test_not_for_every_agent(self):
        """S-1: a round names the tickets of the night, so agents who see their own tickets only see their own rounds"""
        narrow = new_test_user(self.env, "narrow", "helpdesk_mgmt.group_helpdesk_user_own", email="narrow@desk.example")
        self.run_cron("2026-03-02 08:01")
        self.raise_ticket("2026-03-02 20:00")
        made = self.run_cron("2026-03-03 09:00")
        self.assertFalse(self.Round.with_user(narrow).search([("id", "=", made.id)]))
        self.first_role.user_ids |= narrow
        self.assertTrue(self.Round.with_user(narrow).search([("id", "=", made.id)]))
