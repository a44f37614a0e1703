from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import utc
from .rules_common import EDIT, MORNING, RulesCase


@tagged("post_install", "-at_install")
class TestRulesUnderLoad(RulesCase):
    """Rules are edited, archived and deleted while a thousand promises run."""

    def make(self, number: int):
        """Tickets with four promises each that run from Monday morning on."""
        return (
            self.at(self.env["helpdesk.ticket"], MORNING)
            .create(
                [
                    {
                        "name": f"Ticket {index}",
                        "description": "<p>x</p>",
                        "team_id": self.team.id,
                        "partner_id": self.customer.id,
                        "support_priority_id": self.urgent.id,
                    }
                    for index in range(number)
                ]
            )
            .with_context(support_now=False)
        )

    def setUp(self):
        super().setUp()
        self.policy.write(
            {
                "target_ids": [
                    Command.create({"metric": "containment", "amount": 2, "unit": "hours"}),
                    Command.create({"metric": "silence", "amount": 3, "unit": "hours"}),
                ]
            }
        )

    def count(self, function) -> int:
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_a_thousand_running(self):
        """F-11, E-3.6: the calendar is edited, the policy archived and everything in use tried to be deleted between
        batches of the work and sweeps: each ticket is worked on once, what is over stays, row by row"""
        tickets = self.make(250)
        done = tickets[:20]
        for ticket in done:
            self.say(ticket, "2026-03-02 09:10")
            self.move(ticket, "2026-03-02 09:20", "closed")
        running = [("ticket_id", "in", tickets.ids), ("state", "=", "running")]
        self.assertGreaterEqual(self.env["support.clock"].search_count(running), 900)
        finished = self.rows([("ticket_id", "in", tickets.ids), ("state", "in", ("done", "cancelled"))])
        self.sweep("2026-03-02 09:31")
        missed = self.rows(
            [("ticket_id", "in", tickets.ids), ("metric", "=", "first_response"), ("breached", "!=", False)]
        )
        self.assertEqual(len(missed), 230)
        self.close_day("2026-03-02", EDIT)
        change = self.change(state="draft")
        self.work("2026-03-02 10:00")  # the rest of the preview
        self.assertEqual((change.total, change.previewed), (230, 230))
        preview = self.told(change)
        self.at(change.with_user(self.manager), EDIT).action_apply()
        attempts = [self.calendar, self.policy, self.urgent, self.chain, self.first_role, self.provider]
        Change = self.env["support.recompute"].sudo()
        while Change._work(utc(EDIT), 40):
            self.sweep(EDIT)
            self.at(self.policy, EDIT).active = False
            if attempts:
                record = attempts.pop().with_user(self.manager)
                with self.assertRaisesRegex(UserError, "cannot be deleted|Archive it"):
                    record.unlink()
        self.assertFalse(attempts)
        self.assertEqual((change.state, change.done, change.failed), ("done", 230, 0))
        self.assertEqual(self.told(change), preview)
        self.assertEqual(self.rows([("id", "in", [row["id"] for row in finished])]), finished)
        for before, after in zip(missed, self.rows([("id", "in", [row["id"] for row in missed])]), strict=True):
            self.assertEqual(after["breached"], before["breached"])
        resolution = [("ticket_id", "in", tickets.ids), ("metric", "=", "resolution"), ("state", "=", "running")]
        self.assertEqual(
            set(self.env["support.clock"].search(resolution).mapped("deadline")), {utc("2026-03-03 13:00")}
        )
        self.sweep("2026-03-02 18:00")
        self.assertFalse(self.env["support.clock"].search([*resolution, ("breached", "!=", False)]))

    def test_queries_grow_by_batch(self):
        """F-11, E-3.6: preview and work of 2N tickets in one batch cost the queries of N"""
        counts = {}
        Change = self.env["support.recompute"].sudo()
        moment = utc(EDIT)
        tickets = self.make(61)
        self.env["ir.config_parameter"].set_param("support_sla.recompute_batch", "1")
        self.close_day("2026-03-02", EDIT)
        change = self.change(state="draft").sudo()
        counts["preview"] = [self.count(lambda size=size: change._preview_batch(moment, size)) for size in (20, 40)]
        change._start(moment)
        Change._work(moment, 1)
        counts["calendar"] = [self.count(lambda size=size: Change._work(moment, size)) for size in (20, 40)]
        target = self.policy.target_ids.filtered(lambda target: target.metric == "resolution")
        self.edit(self.policy, EDIT, {"target_ids": [Command.update(target.id, {"amount": 6})]})
        change = Change._propose_migration(self.policy.current_version_id, [("id", "in", tickets.ids)], moment)
        change.sudo()._start(moment)
        Change._work(moment, 1)
        counts["migration"] = [self.count(lambda size=size: Change._work(moment, size)) for size in (20, 40)]
        self.assertEqual(tickets.support_version_id, self.policy.current_version_id)
        for what, (fewer, more) in counts.items():
            with self.subTest(what):
                self.assertLessEqual(more, fewer + 2, counts)

    def test_what_is_used_is_not_deleted(self):
        """E-3.6: deleting what a clock uses is refused in a sentence that names what uses it; archiving hours that
        promises are made on as well"""
        self.raise_ticket(MORNING)
        other = self._make_calendar("Weekend shift", "UTC")
        target = self.policy_normal.target_ids[0]
        target.write({"basis": "calendar", "calendar_id": other.id})
        for record, pattern in (
            (self.calendar, "“Invented week” is used by “Acme Care” .*cannot be deleted. Archive it instead"),
            (other, "“Weekend shift” is used by “Acme normal: First response”"),
            (self.urgent, "“P1 Urgent” is used by “Acme urgent”"),
            (self.chain, "“Up the ladder” is used by “Acme urgent: Resolution”"),
            (self.first_role, "“First” is used by “Warn|“First” is used by"),
            (self.provider, "“Acme Care” is used by “Acme"),
            (self.policy, "“Acme urgent” has promises that tickets run on"),
            (self.policy.current_version_id, "Tickets run on this version"),
            (self.env.ref("support_sla.pause_customer"), "Acme"),
        ):
            with self.subTest(record=record.display_name), self.assertRaisesRegex(UserError, pattern):
                record.with_user(self.manager).unlink()
        for calendar, user in ((self.calendar, "Acme Care"), (other, "Acme normal")):
            with self.assertRaisesRegex(UserError, f"“{user}.* makes promises on"):
                calendar.with_user(self.manager).active = False
        unused = self._make_calendar("Unused", "UTC")
        unused.with_user(self.manager).active = False
        unused.with_user(self.manager).unlink()
