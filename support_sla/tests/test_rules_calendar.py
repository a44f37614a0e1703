from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import utc
from .rules_common import EDIT, MORNING, RulesCase


@tagged("post_install", "-at_install")
class TestRulesCalendar(RulesCase):
    """Opening hours are edited while promises run on them.

    Raised Monday 2 March 2026 at 09:00, urgent: response by 09:30, resolution by 14:00, update an hour
    after the answer.
    """

    def answered(self, moment=MORNING):
        """A ticket whose first response is done and whose resolution runs."""
        ticket = self.raise_ticket(moment)
        self.say(ticket, "2026-03-02 09:10")
        return ticket

    def test_an_edit_makes_a_draft_and_moves_nothing(self):
        """E-3.6: an edit of hours that open promises run on makes a draft with a preview; nothing moves before
        somebody decides, facts that come in between included"""
        ticket = self.answered()
        before = self.rows([("ticket_id", "=", ticket.id)])
        # Monday afternoon begins at 15:00 from now on
        afternoon = self.calendar.attendance_ids.filtered(lambda line: line.dayofweek == "0" and line.hour_from == 13)
        self.edit(afternoon, EDIT, {"hour_from": 15})
        change = self.change(calendar_id=self.calendar.id)
        self.assertEqual((change.state, change.total, change.moved, change.late), ("draft", 1, 1, 0))
        self.assertEqual(change.user_id, self.manager)
        line = change.line_ids
        self.assertEqual(
            (line.metric, line.old_due, line.new_due), ("resolution", utc("2026-03-02 14:00"), utc("2026-03-02 16:00"))
        )
        self.assertEqual(line.what, "due 2 h later")
        self.assertEqual(self.rows([("ticket_id", "=", ticket.id)]), before)
        self.move(ticket, "2026-03-02 10:30", "open")
        self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-03-02 14:00"))
        self.assertEqual(ticket.support_next_due, utc("2026-03-02 14:00"))
        # what begins now runs on the new hours: an hour and a half, and two and a half from 15:00 on
        fresh = self.raise_ticket("2026-03-02 10:30")
        self.assertEqual(self.clock(fresh, "resolution").deadline, utc("2026-03-03 09:30"))

    def test_applied_in_the_background(self):
        """E-3.6: applied, each open promise takes the new hours once, as the preview said, and the log says what
        happened and who decided; finished promises stay as they were, row by row"""
        tickets = [self.answered() for _number in range(5)]
        over = self.answered()
        self.move(over, "2026-03-02 09:40", "resolved")
        finished = self.rows([("state", "in", ("done", "cancelled"))])
        self.close_day("2026-03-02", EDIT)
        change = self.change(calendar_id=self.calendar.id)
        preview = self.told(change)
        self.assertEqual(change.total, len(tickets))
        self.assertTrue(preview)
        self.at(change.with_user(self.manager), "2026-03-02 11:00").action_apply()
        self.assertEqual((change.state, change.done, change.decided_by_id), ("running", 0, self.manager))
        self.assertEqual(self.clock(tickets[0], "resolution").deadline, utc("2026-03-02 14:00"))
        self.work("2026-03-02 11:00", size=2)
        self.assertEqual((change.state, change.done, change.progress), ("done", 5, 100))
        for ticket in tickets:
            # Monday does not count: four hours of Tuesday, which opens at 09:00
            self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-03-03 13:00"))
            self.assertEqual(ticket.support_next_due, utc("2026-03-03 13:00"), "the update of 10:10 is missed")
        self.assertEqual(self.rows([("id", "in", [row["id"] for row in finished])]), finished)
        self.assertEqual(self.told(change), preview)
        self.assertEqual(
            self.env["support.recompute.line"].search([("ticket_id", "=", tickets[0].id)]).recompute_id, change
        )

    def test_late_by_the_edit(self):
        """E-3.6: what only the edit makes late is late at the moment it is applied, marked as late by a decision,
        told in the preview, and one notice goes out; what was late before stays late as it was"""
        ticket = self.answered()
        late = self.answered()
        self.at(self.calendar.attendance_ids, "2026-03-02 08:00")
        self.sweep("2026-03-02 10:10:01")  # the status update of 10:10 is missed
        missed = self.rows([("ticket_id", "=", late.id), ("metric", "=", "status_update")])
        lunch = self.calendar.attendance_ids.filtered(lambda line: line.dayofweek == "0" and line.hour_to == 12)
        self.edit(lunch, "2026-03-02 13:30", {"hour_to": 13})  # no break: due at 13:00 instead of 14:00
        change = self.change(calendar_id=self.calendar.id)
        self.assertEqual(change.late, 2)
        resolution = change.line_ids.filtered(lambda line: line.ticket_id == ticket and line.metric == "resolution")
        self.assertEqual(
            (resolution.new_due, resolution.late, resolution.what),
            (utc("2026-03-02 13:00"), True, "late by this change"),
        )
        self.assertFalse(self.clock(ticket, "resolution").breached)
        self.at(change.with_user(self.manager), "2026-03-02 13:40").action_apply()
        self.work("2026-03-02 13:40")
        clock = self.clock(ticket, "resolution")
        self.assertEqual(
            (clock.deadline, clock.breached, clock.regrade_breach),
            (utc("2026-03-02 13:00"), utc("2026-03-02 13:40"), True),
        )
        self.assertEqual(self.rows([("id", "=", missed[0]["id"])])[0]["breached"], missed[0]["breached"])
        self.sweep("2026-03-02 13:41")
        self.sweep("2026-03-02 13:42")
        notices = self.env["support.notification"].search(
            [("ticket_id", "=", ticket.id), ("code", "=", "regrade_breach")]
        )
        self.assertEqual(len(notices), 1)
        self.assertTrue(ticket.support_breached)

    def test_nothing_moves_nobody_is_asked(self):
        """E-3.6: an edit that moves no open promise needs no decision and is logged; one that changes no hours at
        all, or hours nobody was measured on, is not even that"""
        self.answered()
        self.close_day("2026-12-24", EDIT)
        change = self.change(calendar_id=self.calendar.id)
        self.assertEqual((change.state, change.moved, change.automatic), ("done", 0, True))
        self.assertFalse(self.calendar.support_change_id)
        count = self.env["support.recompute"].search_count([])
        line = self.calendar.attendance_ids[0]
        self.edit(line, "2026-03-02 10:10", {"name": "Early"})
        other = self._make_calendar("Other", "UTC")
        self.edit(other, "2026-03-02 10:20", {"tz": "Europe/Madrid"})
        self.assertEqual(self.env["support.recompute"].search_count([]), count)

    def test_further_edits_update_the_draft(self):
        """E-3.6: one draft a calendar; further edits update it, and undoing the edit settles it"""
        self.answered()
        afternoon = self.calendar.attendance_ids.filtered(lambda line: line.dayofweek == "0" and line.hour_from == 13)
        self.edit(afternoon, EDIT, {"hour_from": 15})
        change = self.change(calendar_id=self.calendar.id)
        self.edit(afternoon, "2026-03-02 10:05", {"hour_from": 14})
        self.assertEqual(self.env["support.recompute"].search([("calendar_id", "=", self.calendar.id)]), change)
        self.assertEqual(change.line_ids.new_due, utc("2026-03-02 15:00"))
        self.assertIn("Monday", change.changes)
        self.edit(afternoon, "2026-03-02 10:06", {"hour_from": 13})
        self.assertEqual((change.state, change.moved), ("done", 0))

    def test_nobody_decides(self):
        """E-3.6: undecided for a day, the change is applied by itself and the log says so; “Not yet” waits anew;
        what the yearly holidays change is applied at once"""
        ticket = self.answered()
        self.env["ir.config_parameter"].set_param("support_sla.recompute_after_hours", "2")
        self.close_day("2026-03-02", EDIT)
        change = self.change(calendar_id=self.calendar.id)
        self.assertEqual(change.decide_by, utc("2026-03-02 12:00"))
        self.work("2026-03-02 11:59")
        self.assertEqual(change.state, "draft")
        self.at(change.with_user(self.manager), "2026-03-02 11:59").action_later()
        self.work("2026-03-02 13:00")
        self.assertEqual(change.state, "draft")
        self.work("2026-03-02 13:59")
        self.assertEqual((change.state, change.automatic), ("done", True))
        self.assertFalse(change.decided_by_id)
        self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-03-03 13:00"))
        self.calendar.support_country_id = self.env.ref("base.uk")
        late = self.raise_ticket("2026-04-02 09:00")  # a Thursday; Friday is Good Friday
        self.env.cr.flush()
        moment = utc("2026-04-02 10:30")
        self.at(self.env["resource.calendar"], moment).with_context(tz="UTC")._cron_sla_fill_holidays()
        self.env.cr.flush()
        change = self.change(calendar_id=self.calendar.id)
        self.assertEqual((change.automatic, change.decided_by_id.id), (True, False))
        self.assertTrue(late)

    def test_companywide_time_off(self):
        """E-3.6, E-2.2: time off without a calendar changes every calendar of its company that promises run on"""
        ticket = self.answered()
        self.at(self.env["resource.calendar.leaves"].with_user(self.manager), EDIT).create(
            {
                "name": "Move of the office",
                "calendar_id": False,
                "company_id": self.calendar.company_id.id,
                "date_from": utc("2026-03-02 13:00"),
                "date_to": utc("2026-03-02 23:59:59"),
            }
        )
        self.env.cr.flush()
        change = self.change(calendar_id=self.calendar.id)
        self.assertEqual(change.line_ids.ticket_id, ticket)
        self.assertIn("Move of the office", change.changes)

    def test_reopened_before_it_is_applied(self):
        """E-3.6: a ticket that is reopened between the edit and the decision is not forgotten"""
        self.answered()
        ticket = self.answered()
        self.move(ticket, "2026-03-02 09:30", "resolved")
        self.close_day("2026-03-02", EDIT)
        change = self.change(calendar_id=self.calendar.id)
        self.move(ticket, "2026-03-02 10:20", "open")
        self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-03-02 14:50"))
        self.at(change.with_user(self.manager), "2026-03-02 11:00").action_apply()
        self.work("2026-03-02 11:00")
        self.assertEqual(change.total, 2)
        self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-03-03 13:00"))

    def test_poison(self):
        """E-3.6, F-4: a ticket that fails is set aside and told of, the others are done, and it can be tried again"""
        tickets = [self.answered() for _number in range(4)]
        self.close_day("2026-03-02", EDIT)
        change = self.change(calendar_id=self.calendar.id)
        poison = tickets[1]
        # a fact that no clock function can read
        self.env.cr.execute(
            "UPDATE support_event SET data = %s WHERE ticket_id = %s AND kind = 'graded'",
            ('{"version": 999999999}', poison.id),
        )
        self.at(change.with_user(self.manager), "2026-03-02 11:00").action_apply()
        with self.assertLogs("odoo.addons.support_sla.models.support_recompute", "WARNING"):
            self.work("2026-03-02 11:00")
        self.assertEqual((change.state, change.done, change.failed), ("done", 3, 1))
        self.assertEqual(self.env["support.trouble"].search([("solved", "=", False)]).ticket_id, poison)
        self.assertEqual(change.item_ids.filtered(lambda item: item.state == "failed").ticket_id, poison)
        self.env.cr.execute(
            "UPDATE support_event SET data = %s WHERE ticket_id = %s AND kind = 'graded'",
            (f'{{"version": {poison.support_version_id.id}, "policy": {self.policy.id}}}', poison.id),
        )
        self.at(change.with_user(self.manager), "2026-03-02 11:10").action_continue()
        self.work("2026-03-02 11:10")
        self.assertEqual((change.state, change.failed, change.done), ("done", 0, 4))
        self.assertEqual(self.clock(poison, "resolution").deadline, utc("2026-03-03 13:00"))

    def test_finished_are_explained_by_the_hours_of_then(self):
        """E-3.6, E-4: a finished promise is explained by the hours that held: its stretches add up to what is
        stored, whatever the calendar says since; an open one says that its due time is still that of before"""
        ticket = self.answered()
        self.move(ticket, "2026-03-03 09:30", "resolved")  # Monday 09–12, 13–17 and half an hour of Tuesday
        clock = self.clock(ticket, "resolution")
        self.assertEqual(clock.counted, 7.5 * 3600)
        waiting = self.answered()
        self.close_day("2026-03-02", "2026-03-03 10:00")
        panel = self.at(ticket.with_user(self.agent), "2026-03-03 10:30")._support_get_panel()
        shown = next(found for found in panel["clocks"] if found["id"] == clock.id)
        self.assertEqual((shown["counted"], shown["breached"]), (clock.counted, "2026-03-02 14:00:00"))
        length = sum(
            (utc(piece["stop"]) - utc(piece["start"])).total_seconds()
            for piece in shown["segments"]
            if piece["kind"] == "counted"
        )
        self.assertEqual(length, clock.counted)
        self.assertFalse(panel["pending"])
        panel = self.at(waiting.with_user(self.agent), "2026-03-03 10:30")._support_get_panel()
        self.assertIn("working hours were changed", panel["pending"])
        shown = next(found for found in panel["clocks"] if found["metric"] == "resolution")
        self.assertEqual(shown["due"], "2026-03-02 14:00:00")
        self.assertNotIn("pending", self.at(waiting, "2026-03-03 10:30")._support_get_panel(portal=True))
        self.at(self.change(state="draft").with_user(self.manager), "2026-03-03 11:00").action_apply()
        self.work("2026-03-03 11:00")
        panel = self.at(waiting.with_user(self.agent), "2026-03-03 11:30")._support_get_panel()
        self.assertFalse(panel["pending"])
        shown = next(found for found in panel["clocks"] if found["metric"] == "resolution")
        self.assertEqual(shown["breached"], "2026-03-02 14:00:00", "missed before the edit: that stays")
        self.assertIn("counted on the new ones", " ".join(shown["explain"]))

    def test_rebuilt_any_time(self):
        """E-3.6, E-3.1: after edits, rebuilding any ticket at any time changes nothing"""
        done, running = self.answered(), self.answered()
        self.move(done, "2026-03-02 11:30", "resolved")
        self.close_day("2026-03-02", "2026-03-02 12:30")
        self.at(self.change(state="draft").with_user(self.manager), "2026-03-02 12:40").action_apply()
        self.work("2026-03-02 12:40")
        tickets = done | running
        stored = self.rows([("ticket_id", "in", tickets.ids)])
        columns = tickets.read(["support_sla_state", "support_breached", "support_next_due"])
        tickets._support_recompute(utc("2026-03-02 12:40"))
        self.assertEqual(self.rows([("ticket_id", "in", tickets.ids)]), stored)
        self.assertEqual(tickets.read(["support_sla_state", "support_breached", "support_next_due"]), columns)

    def test_the_provider_takes_another_calendar(self):
        """E-3.6: a provider that takes other working hours makes new versions; open tickets keep the hours they have"""
        ticket = self.answered()
        night = self._make_calendar("Night shift", "UTC", dict.fromkeys(range(7), ((0, 6),)))
        version = ticket.support_version_id
        self.edit(self.provider, EDIT, {"calendar_id": night.id})
        self.assertEqual(ticket.support_version_id, version)
        self.move(ticket, "2026-03-02 10:30", "open")
        self.assertEqual(self.clock(ticket, "resolution").deadline, utc("2026-03-02 14:00"))
        self.assertEqual(self.policy.earlier_count, 1)
        self.assertEqual(
            self.clock(self.raise_ticket("2026-03-02 11:00"), "resolution").deadline, utc("2026-03-03 04:00")
        )

    def test_who_may(self):
        """E-3.6, E-3.9: agents neither see nor decide; nobody edits the log, the manager included"""
        self.answered()
        self.close_day("2026-03-02", EDIT)
        change = self.change(state="draft")
        with self.assertRaises(AccessError):
            change.with_user(self.agent).action_apply()
        with self.assertRaises(AccessError):
            change.with_user(self.agent).read(["state"])
        mine = change.with_user(self.manager)
        for attempt in (
            lambda: mine.write({"state": "done"}),
            lambda: mine.unlink(),
            lambda: mine.line_ids.write({"late": False}),
            lambda: mine.line_ids.unlink(),
            lambda: mine.item_ids.write({"state": "done"}),
            lambda: self.env["support.calendar.version"].with_user(self.manager).search([])[:1].unlink(),
        ):
            with self.assertRaises(UserError):  # an AccessError is one
                attempt()
        with self.assertRaisesRegex(UserError, "to all tickets or to none"):
            mine.item_ids.action_exclude()
        with self.assertRaisesRegex(UserError, "to all tickets or to none"):
            mine.action_stop()

    def test_nothing_pending_while_paused(self):
        """E-3.6: a promise that stands still has no due time, which is no sign of changed rules"""
        ticket = self.answered()
        self.move(ticket, "2026-03-02 10:00", "waiting_customer")
        panel = self.at(ticket.with_user(self.agent), "2026-03-02 11:00")._support_get_panel()
        self.assertEqual(self.clock(ticket, "resolution").state, "paused")
        self.assertEqual(panel["pending"], "")
