from odoo.addons.support_sla.tests.common import SupportCase, utc
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestWhatIf(SupportCase):
    """Tickets of March 2026 in the invented week, replayed under other rules."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.cron"].search([]).active = True

    def setUp(self):
        super().setUp()
        # a test has one transaction
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 0)
        # due Monday 08:30 (first response) and 12:00 (resolution), London
        self.prompt = self.live("2026-03-02 08:00", "2026-03-02 08:20", "2026-03-02 11:00")
        self.slow = self.live("2026-03-02 08:00", "2026-03-02 08:50", "2026-03-02 14:30")
        self.patient = self.live(
            "2026-03-03 09:00", "2026-03-03 09:20", "2026-03-03 17:00", support_priority_id=self.normal.id
        )
        self.sweep("2026-03-20 12:00")

    def live(self, raised, answered, solved, **vals):
        ticket = self.raise_ticket(raised, **vals)
        self.say(ticket, answered)
        self.move(ticket, solved, "resolved")
        return ticket

    def ask(self, *changes, **vals):
        """A question by the manager, with lines."""
        return (
            self.env["support.what.if"]
            .with_user(self.manager)
            .create(
                {
                    "name": "What if",
                    "provider_id": self.provider.id,
                    "date_from": "2026-03-01",
                    "date_to": "2026-03-31",
                    "change_ids": [(0, 0, change) for change in changes],
                    **vals,
                }
            )
        )

    def run_(self, question, moment="2026-03-31 12:00"):
        """What “Run” and the scheduled action do."""
        self.at(question, moment).action_run()
        self.at(self.env["support.what.if.run"], moment)._cron_what_if()
        question.invalidate_recordset()
        return question.run_id

    def told(self, run):
        """(ticket, promise) → outcomes before and after."""
        return {(line.ticket_id, line.metric, line.round): (line.before, line.after) for line in run.line_ids}

    length = {"kind": "length", "metric": "first_response", "amount": 1, "unit": "hours"}

    def test_another_length(self):
        """R-10: first response in 1 h instead of 30 min: the slow one would have been kept, nothing else changes"""
        question = self.ask({**self.length, "priority_id": self.urgent.id})
        run = self.run_(question)
        self.assertEqual((run.state, run.total, run.done, run.progress), ("done", 3, 3, 100))
        told = self.told(run)
        self.assertEqual(told[(self.slow, "first_response", 0)], ("late", "kept"))
        self.assertEqual(told[(self.prompt, "first_response", 0)], ("kept", "kept"))
        flipped = run.line_ids.filtered(lambda line: line.flip != "same")
        self.assertEqual([(line.ticket_id, line.flip) for line in flipped], [(self.slow, "to_kept")])
        view = question.result
        row = next(cell for cell in view["cells"] if cell["label"] == "First response" and "P1" in cell["level"])
        self.assertEqual((row["before"]["percent"], row["after"]["percent"]), (50, 100))
        self.assertEqual((row["delta"], row["tone"]), ("+50.0 points", "better"))
        door = row["after"]["kept"]
        self.assertEqual(self.env["support.what.if.line"].search_count(door["domain"]), door["count"])

    def test_before_is_what_is_stored(self):
        """R-10: before is the one definition of achievement, by promise, level and in all"""
        run = self.run_(self.ask(self.length))
        start, stop = utc("2026-03-01 00:00"), utc("2026-03-31 23:00")
        domain = [("provider_id", "=", self.provider.id), ("judged", ">=", start), ("judged", "<", stop)]
        figures = self.env["support.clock"]._get_achievement(domain, ["metric", "priority_id"])
        for row in figures:
            metric, level = row["group"]
            lines = run.line_ids.filtered(
                lambda line, metric=metric, level=level: line.metric == metric and line.priority_id == level
            )
            counts = [len(lines.filtered(lambda line, side=side: line.before == side)) for side in ("kept", "late")]
            self.assertEqual(counts, [row["kept"], row["late"]], row["group"])
        (total,) = self.env["support.clock"]._get_achievement(domain)
        self.assertEqual(run.view["total"]["before"]["percent"], total["percent"])
        self.assertFalse(run.line_ids.filtered("differs"))

    def test_writes_nothing(self):
        """R-10: facts, promises and tickets are untouched to the row version, whatever is asked"""

        def stamp():
            self.env.flush_all()
            found = []
            for table in ("support_event", "support_clock", "helpdesk_ticket", "support_escalation", "mail_message"):
                self.env.cr.execute(
                    f"SELECT count(*), md5(string_agg(row.id::text || row.xmin::text || row.ctid::text || row::text,"
                    f" ',' ORDER BY row.id)) FROM {table} AS row"
                )
                found.append((table, *self.env.cr.fetchone()))
            return found

        before = stamp()
        run = self.run_(
            self.ask(
                {"kind": "level", "priority_id": self.normal.id, "to_priority_id": self.urgent.id},
                {"kind": "hours", "basis": "always"},
                self.length,
            )
        )
        self.assertTrue(run.line_ids.filtered(lambda line: line.flip != "same"))
        run.line_ids.mapped("before_text")
        self.assertEqual(stamp(), before)

    def test_another_level(self):
        """R-10: as if every normal ticket had been urgent: 8 h to resolve where 4 h would have been promised"""
        question = self.ask({"kind": "level", "priority_id": self.normal.id, "to_priority_id": self.urgent.id})
        run = self.run_(question)
        self.assertEqual(self.told(run)[(self.patient, "resolution", 0)], ("kept", "late"))
        self.assertEqual(self.told(run)[(self.patient, "first_response", 0)], ("kept", "kept"))
        updates = run.line_ids.filtered(lambda line: line.ticket_id == self.patient and line.metric == "status_update")
        self.assertEqual(updates.mapped("flip"), ["new"], "normal tickets are promised no status update")
        self.assertEqual(self.told(run)[(self.slow, "resolution", 0)], ("late", "late"))
        line = run.line_ids.filtered(lambda line: line.ticket_id == self.patient and line.metric == "resolution")
        self.assertEqual(line.priority_id, self.normal, "it stands at the level that the ticket had")
        self.assertIn("3 working days", line.before_text)
        self.assertIn("4 h", line.after_text)
        self.assertIn("It was missed on", line.after_text)
        self.assertNotIn("It was missed on", line.before_text)
        self.assertFalse(line.warning)

    def test_other_hours(self):
        """R-10: as if the desk had opened at noon: what was answered before is answered at once, due times move"""
        late_desk = self._make_calendar("Late desk", "Europe/London", dict.fromkeys(range(5), ((12, 20),)))
        question = self.ask({"kind": "hours", "calendar_id": late_desk.id})
        run = self.run_(question)
        self.assertEqual(self.told(run)[(self.slow, "first_response", 0)], ("late", "kept"))
        line = run.line_ids.filtered(lambda line: line.ticket_id == self.slow and line.metric == "first_response")
        self.assertEqual(line.after_due, utc("2026-03-02 12:30"))
        self.assertIn("Late desk", line.after_text)
        self.assertIn("Invented week", line.before_text)

    def test_another_version(self):
        """R-10: the policy was edited after March; its new version is tried on the tickets of then"""
        target = self.policy.target_ids.filtered(lambda target: target.metric == "first_response")
        self.policy.write({"target_ids": [(1, target.id, {"amount": 10})]})
        version = self.policy.current_version_id
        self.assertEqual(version.number, 2)
        run = self.run_(self.ask({"kind": "version", "version_id": version.id}))
        told = self.told(run)
        self.assertEqual(told[(self.prompt, "first_response", 0)], ("kept", "late"))
        self.assertEqual(told[(self.patient, "first_response", 0)], ("kept", "kept"), "it is under another policy")

    def test_pauses(self):
        """R-10: waiting for the customer pauses no more, or pauses first response too"""
        ticket = self.raise_ticket("2026-03-10 09:00")
        self.say(ticket, "2026-03-10 09:10")
        self.move(ticket, "2026-03-10 09:20", "waiting_customer")
        self.move(ticket, "2026-03-10 15:00", "open")
        self.move(ticket, "2026-03-10 16:00", "resolved")
        reason = self.env.ref("support_sla.pause_customer")
        run = self.run_(self.ask({"kind": "no_pause", "metric": "resolution", "reason_id": reason.id}))
        self.assertEqual(self.told(run)[(ticket, "resolution", 0)], ("kept", "late"))

    def test_open_as_of_now(self):
        """R-10: what is open stands as it is at the moment of the run, late by the change alone is named so"""
        ticket = self.raise_ticket("2026-03-31 09:00")
        self.say(ticket, "2026-03-31 09:10")
        shorter = {"kind": "length", "metric": "resolution", "amount": 30, "unit": "minutes"}
        run = self.run_(self.ask(shorter), "2026-03-31 10:00")
        line = run.line_ids.filtered(lambda line: line.ticket_id == ticket and line.metric == "resolution")
        self.assertEqual((line.before, line.after, line.flip), ("open", "late", "open_late"))
        without = self.run_(self.ask(shorter, include_open=False), "2026-03-31 10:00")
        self.assertNotIn("open", without.line_ids.mapped("before"))

    def test_history_is_said(self):
        """R-10: a breach that is kept for good although the rules of then give none today is named, and counts as it
        stands where the change makes no difference"""
        self.env.cr.execute(
            """UPDATE support_clock SET breached = deadline WHERE ticket_id = %s AND metric = 'first_response'""",
            (self.prompt.id,),
        )
        run = self.run_(self.ask(self.length))
        line = run.line_ids.filtered(lambda line: line.ticket_id == self.prompt and line.metric == "first_response")
        self.assertEqual((line.before, line.after, line.differs), ("late", "late", True))
        self.assertTrue(any("stand in the figures otherwise" in note for note in run.view["notes"]))

    def test_excused_stays_excused(self):
        """R-10: a delay that was agreed not to count does not count under longer rules either"""
        clock = self.clock(self.slow, "resolution")
        reason = self.env["support.exclusion.reason"].search([], limit=1) or self.env[
            "support.exclusion.reason"
        ].create({"name": "Agreed", "code": "agreed"})
        moment = "2026-03-25 12:00"
        exclusion = self.at(self.env["support.exclusion"].with_user(self.agent), moment)._ask(clock, reason, "Why")
        self.at(exclusion.with_user(self.manager), moment)._decide("approved", "Yes")
        self.assertEqual(clock.outcome, "late_excused")
        run = self.run_(self.ask({"kind": "length", "metric": "resolution", "amount": 5, "unit": "minutes"}))
        self.assertEqual(self.told(run)[(self.slow, "resolution", 0)], ("late_excused", "late_excused"))
        self.assertEqual(self.told(run)[(self.prompt, "resolution", 0)], ("kept", "late"))

    def test_scope(self):
        """R-10: only the chosen customers and queues are replayed; days are those of the provider's zone"""
        other = self.env["res.partner"].create({"name": "Quay Traders", "is_company": True})
        self.live("2026-03-04 08:00", "2026-03-04 08:10", "2026-03-04 09:00", partner_id=other.id)
        run = self.run_(self.ask(self.length, partner_ids=[(6, 0, other.ids)]))
        self.assertEqual((run.total, run.line_ids.partner_id), (1, other))
        empty = self.run_(self.ask(self.length, date_from="2026-02-01", date_to="2026-03-01", include_open=False))
        self.assertEqual((empty.state, empty.total), ("done", 0))
        self.assertIn("No promise of Acme Care was judged", empty.view["empty"])

    def test_wrong_input(self):
        """R-10: no change, an incomplete one, hours deleted since, a period that ends first: said in words"""
        with self.assertRaisesRegex(UserError, "add a line"):
            self.ask().action_run()
        hours = self._make_calendar("Gone", "Europe/London")
        question = self.ask({"kind": "hours", "calendar_id": hours.id})
        run = self.run_(question)
        hours.unlink()
        question.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "may have been deleted"):
            question.action_run()
        self.assertIn("(deleted)", run.rules_text)
        run.line_ids.invalidate_recordset()
        self.assertIn("hours of this run were deleted", run.line_ids[0].warning)
        with self.assertRaisesRegex(UserError, "ends before"):
            self.ask(self.length, date_from="2026-04-01", date_to="2026-03-01")

    def test_stopped_and_continued(self):
        """R-10: a run that is stopped shows a part and says so; continued, each ticket is replayed once"""
        question = self.ask(self.length)
        self.at(question, "2026-03-31 12:00").action_run()
        run = question.run_id
        self.assertEqual(question.state, "running")
        with self.assertRaisesRegex(UserError, "just now"):
            question.action_run()
        run.sudo()._work_batch(2)
        question.invalidate_recordset()
        self.assertAlmostEqual(question.progress, 200 / 3)
        question.action_stop()
        self.assertEqual(run.state, "cancelled")
        self.assertTrue(any("2 of 3" in note for note in run.view["notes"]))
        question.invalidate_recordset()
        question.action_continue()
        self.env["support.what.if.run"]._cron_what_if()
        self.assertEqual((run.state, run.done), ("done", 3))
        self.assertEqual(len(run.line_ids), len(self.told(run)), "no promise twice")

    def test_killed_in_the_middle(self):
        """R-10: a batch that dies leaves neither lines nor marks of it, and is done again by the next run"""
        question = self.ask(self.length)
        self.at(question, "2026-03-31 12:00").action_run()
        run = question.run_id.sudo()
        run._work_batch(1)
        lines = len(run.line_ids)
        with self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
            run._work_batch(2)
            raise KeyboardInterrupt  # before the commit
        run.invalidate_recordset()
        self.assertEqual((run.done, len(run.line_ids)), (1, lines))
        run._cron_what_if()
        self.assertEqual((run.state, run.done), ("done", 3))
        self.assertEqual(len(run.line_ids), len(self.told(run)))

    def test_bad_ticket_is_set_aside(self):
        """R-10: a ticket whose facts cannot be read is set aside and named; the others are replayed"""
        self.env.cr.execute(
            """UPDATE support_event SET data = '{"version": 987654}' WHERE ticket_id = %s AND kind = 'graded'""",
            (self.slow.id,),
        )
        with self.assertLogs("odoo.addons.support_reports.models.support_what_if_run", "WARNING"):
            run = self.run_(self.ask(self.length))
        self.assertEqual((run.state, run.done, run.failed), ("done", 2, 1))
        self.assertTrue(any("could not be replayed" in note for note in run.view["notes"]))

    def test_compare_two_runs(self):
        """R-10: two runs stand side by side, and a question is asked again without losing what it came to"""
        question = self.ask(self.length)
        first = self.run_(question)
        question.change_ids.write({"amount": 10, "unit": "minutes"})
        second = self.run_(question)
        self.assertNotEqual(first, second)
        self.assertEqual(first.rules[0]["amount"], 1, "the first keeps its rules")
        question.compare_run_id = first
        row = next(row for row in question.result["metrics"] if row["label"] == "First response")
        self.assertEqual(row["after"]["percent"], 0)
        self.assertEqual(row["other"], "100.0 %")

    def test_access(self):
        """R-10: for managers only; nobody edits what a run came to"""
        question = self.ask(self.length)
        run = self.run_(question)
        with self.assertRaises(AccessError):
            question.with_user(self.agent).read(["name"])
        with self.assertRaises(AccessError):
            run.with_user(self.agent).action_stop()
        with self.assertRaises(UserError):
            run.line_ids[0].sudo().write({"after": "kept"})
        with self.assertRaises(UserError):
            run.with_user(self.manager).write({"state": "done"})
        run.with_user(self.manager).unlink()
        self.assertFalse(run.exists())

    def test_queries_of_a_batch(self):
        """R-10: a batch costs as many queries for 4 tickets as for 16"""
        counts = []
        for size in (4, 16):
            for number in range(size):
                self.live("2026-03-09 08:00", f"2026-03-09 08:{10 + number}", "2026-03-09 10:00")
            self.sweep("2026-03-20 12:00")
            question = self.ask(
                self.length, {"kind": "level", "priority_id": self.normal.id, "to_priority_id": self.urgent.id}
            )
            self.at(question, "2026-03-31 12:00").action_run()
            run = question.run_id.sudo()
            self.env.cr.flush()  # what raising the tickets left to do
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            run._work_batch(1000)
            counts.append((self.cr.sql_log_count - before, run.done))
        self.assertGreater(counts[1][1], counts[0][1] + 10)
        self.assertLessEqual(counts[1][0], counts[0][0], counts)
