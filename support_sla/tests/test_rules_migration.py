from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import utc
from .rules_common import EDIT, MORNING, RulesCase


@tagged("post_install", "-at_install")
class TestRulesMigration(RulesCase):
    """Open tickets are taken over to another version of their policy, after a preview."""

    def setUp(self):
        super().setUp()
        self.tickets = self.env["helpdesk.ticket"]
        for _number in range(4):
            ticket = self.raise_ticket(MORNING)
            self.say(ticket, "2026-03-02 09:10")
            self.tickets |= ticket
        self.first = self.policy.current_version_id

    def promise(self, moment: str, metric: str, **vals):
        """The manager changes a promise on the policy's form."""
        target = self.policy.target_ids.filtered(lambda target: target.metric == metric)
        self.edit(self.policy, moment, {"target_ids": [Command.update(target.id, vals)]})

    def propose(self, moment: str, **vals):
        wizard = self.at(self.env["support.migrate.wizard"].with_user(self.manager), moment).create(
            {"policy_id": self.policy.id, "version_id": self.policy.current_version_id.id, **vals}
        )
        return self.env["support.recompute"].browse(wizard.action_preview()["res_id"])

    def apply(self, change, moment: str, size: int = 200):
        self.at(change.with_user(self.manager), moment).action_apply()
        self.work(moment, size)

    def test_preview_and_apply(self):
        """E-3.6: the preview of a migration says for each promise what it was and will be; applied, just that comes
        about, each ticket once, with a fact that names the version and who decided"""
        self.promise(EDIT, "resolution", amount=6)
        self.assertEqual((self.policy.earlier_count, self.first.ticket_count), (4, 4))
        change = self.propose("2026-03-02 10:05")
        self.assertEqual((change.state, change.total, change.moved, change.late), ("draft", 4, 4, 0))
        self.assertEqual(set(change.line_ids.mapped("what")), {"due 2 h later"})
        self.assertEqual(set(self.tickets.mapped("support_version_id")), {self.first})
        preview = self.told(change)
        self.apply(change, "2026-03-02 10:10", size=3)
        self.assertEqual((change.state, change.done), ("done", 4))
        self.assertEqual(self.told(change), preview)
        self.assertEqual(self.tickets.support_version_id, self.policy.current_version_id)
        self.env.invalidate_all()
        self.assertEqual(self.policy.earlier_count, 0)
        for ticket in self.tickets:
            self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-03-02 16:00"))
            graded = ticket.support_event_ids.filtered(lambda event: event.kind == "graded")
            self.assertEqual(len(graded), 2)
            self.assertEqual((graded[-1].data["migrated"], graded[-1].user_id), (self.first.id, self.manager))
            old = ticket.support_clock_ids.filtered(lambda clock: clock.version_id == self.first)
            self.assertEqual(set(old.mapped("ending")), {"stopped", "superseded"})
        # it stays so when something else of the match is looked at again
        self.move(self.tickets[0], "2026-03-02 10:20", "open")
        self.assertEqual(self.tickets[0].support_version_id, self.policy.current_version_id)
        panel = self.at(self.tickets[0], "2026-03-02 10:20")._support_get_panel()
        self.assertIn("took it over from version 1", panel["policy"]["why"])

    def test_late_by_the_migration(self):
        """E-3.6, E-3.3: what is late the moment it is promised is breached at regrade, shown in the preview, with one
        notice a ticket"""
        self.promise("2026-03-02 11:00", "resolution", amount=1)
        change = self.propose("2026-03-02 11:30")
        self.assertEqual(change.late, 4)
        self.apply(change, "2026-03-02 11:30")
        for ticket in self.tickets:
            clock = self.clock(ticket, "resolution")
            self.assertEqual((clock.breached, clock.regrade_breach), (utc("2026-03-02 11:30"), True))
        self.sweep("2026-03-02 11:31")
        self.sweep("2026-03-02 11:40")
        notices = self.env["support.notification"].search([("code", "=", "regrade_breach")])
        self.assertEqual(sorted(notices.ticket_id.ids), sorted(self.tickets.ids))
        self.assertEqual(len(notices), 4)

    def test_from_change(self):
        """E-3.6, E-3.3: a version that counts from the change does so for migrated tickets"""
        self.edit(self.policy, EDIT, {"regrade": "from_change"})
        change = self.propose("2026-03-02 10:30")
        self.assertEqual(
            set(change.line_ids.filtered(lambda line: line.metric == "resolution").mapped("new_due")),
            {utc("2026-03-02 15:30")},
        )
        preview = self.told(change)
        self.apply(change, "2026-03-02 10:30")
        self.assertEqual(self.told(change), preview)
        self.assertEqual(self.clock(self.tickets[0], "resolution").deadline, utc("2026-03-02 15:30"))

    def test_some_tickets_and_back(self):
        """E-3.6: only the chosen tickets are taken over, by queue or one by one, and they can be taken back"""
        self.promise(EDIT, "resolution", amount=6)
        elsewhere = self.env["helpdesk.ticket.team"].create(
            {"name": "Elsewhere", "support_provider_id": self.provider.id}
        )
        with self.assertRaisesRegex(UserError, "on this version already"):
            self.propose("2026-03-02 10:05", team_ids=[Command.set(elsewhere.ids)])
        change = self.propose("2026-03-02 10:05", team_ids=[Command.set(self.team.ids)])
        left_out = change.item_ids.filtered(lambda item: item.ticket_id == self.tickets[0]).with_user(self.manager)
        left_out.action_exclude()
        self.assertEqual((change.total, change.moved), (3, 3))
        closed = self.tickets[1]
        self.move(closed, "2026-03-02 10:06", "closed")
        self.apply(change, "2026-03-02 10:10")
        self.assertEqual(self.tickets[0].support_version_id, self.first)
        self.assertEqual(closed.support_version_id, self.first)
        self.assertEqual(self.tickets[2].support_version_id.number, 2)
        back = self.propose("2026-03-02 10:15", version_id=self.first.id)
        self.assertEqual(back.item_ids.ticket_id, self.tickets[2:])
        self.apply(back, "2026-03-02 10:20")
        self.assertEqual(set(self.tickets.mapped("support_version_id")), {self.first})
        self.assertEqual(self.clock(self.tickets[3], "resolution").deadline, utc("2026-03-02 14:00"))

    def test_stopped_and_continued(self):
        """E-3.6: a migration can be stopped half way and gone on with; a newer draft takes the place of an older"""
        self.promise(EDIT, "resolution", amount=6)
        older = self.propose("2026-03-02 10:05")
        change = self.propose("2026-03-02 10:06")
        self.assertEqual(older.state, "cancelled")
        self.at(change.with_user(self.manager), "2026-03-02 10:10").action_apply()
        self.env["support.recompute"].sudo().with_context(support_now=utc("2026-03-02 10:10"))._work(
            utc("2026-03-02 10:10"), 1
        )
        change.with_user(self.manager).action_stop()
        self.assertEqual(self.work("2026-03-02 10:11"), 0)
        self.assertEqual((change.state, change.done), ("cancelled", 1))
        change.with_user(self.manager).action_continue()
        self.work("2026-03-02 10:12")
        self.assertEqual((change.state, change.done), ("done", 4))
        self.assertEqual(len(self.tickets.support_event_ids.filtered(lambda event: event.kind == "graded")), 8)

    def test_continued_without_a_start(self):
        """E-3.6: a preview that was stopped and is gone on with is decided then, and by whoever says so"""
        self.promise(EDIT, "resolution", amount=6)
        change = self.propose("2026-03-02 10:05")
        change.with_user(self.manager).action_stop()
        other = self._make_user("lead", "helpdesk_mgmt.group_helpdesk_manager")
        self.at(change.with_user(other), "2026-03-02 10:10").action_continue()
        self.work("2026-03-02 10:11")
        self.assertEqual((change.state, change.done, change.moved), ("done", 4, 4))
        self.assertEqual((change.decided_by_id, change.started), (other, utc("2026-03-02 10:10")))
        graded = self.tickets[0].support_event_ids.filtered(lambda event: event.kind == "graded")
        self.assertEqual(graded[-1].user_id, other)

    def test_calendar_deleted_meanwhile(self):
        """E-3.6: a preview whose working hours were deleted keeps no other change of rules waiting"""
        self.promise(EDIT, "resolution", amount=6)
        values = {"kind": "calendar", "created": utc(EDIT), "decide_by": utc(EDIT)}
        orphan = self.env["support.recompute"].sudo().create(values)
        change = self.propose("2026-03-02 10:05")
        self.apply(change, "2026-03-02 10:10")
        self.assertEqual((change.state, orphan.state), ("done", "cancelled"))
