import csv
import io
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import file_open

from ..models.support_history_reader import COLUMNS
from .common import SupportCase, utc

#: Columns of a clock that say what was promised and what became of it, whatever the rows' ids are.
CLOCK = (
    *("target_id", "grade", "round", "cycle", "metric", "side", "provider_id", "policy_id", "version_id"),
    *("priority_id", "company_id", "start", "budget", "state", "hold", "deadline", "stopped", "ending", "breached"),
    *("regrade_breach", "counted", "remaining", "overrun", "paused_since", "pause_reasons"),
)


class HistoryCase(SupportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Row = cls.env["support.history.row"].with_user(cls.manager)
        # an own outbox to count in: nothing of other records
        cls.nobody_told = cls.count_told()

    @classmethod
    def count_told(cls) -> dict[str, int]:
        """Everything that would reach a person."""
        cls.env.flush_all()
        return {
            model: cls.env[model].sudo().search_count([])
            for model in (
                "mail.mail",
                "mail.notification",
                "mail.activity",
                "support.notification",
                "support.escalation",
                "mail.followers",
            )
        }

    def row(self, reference: str, moment: str, kind: str, **cells) -> dict:
        return {"reference": reference, "moment": moment, "kind": kind, **cells}

    def raised(self, reference: str, moment: str = "2026-03-02 09:00", **cells) -> dict:
        values = {
            "provider": "acme_test",
            "priority": "P1",
            "subject": f"Subject {reference}",
            "customer": "desk@northwind.example",
        }
        return self.row(reference, moment, "raised", **{**values, **cells})

    def life(self, reference: str) -> list[dict]:
        return [
            self.raised(reference),
            self.row(reference, "2026-03-02 09:20", "message_out", message="Looking into it"),
            self.row(reference, "2026-03-02 10:00", "phase", phase="waiting_customer"),
            self.row(reference, "2026-03-02 11:00", "message_in", message="It was the cable"),
            self.row(reference, "2026-03-02 11:00", "phase", phase="open"),
            self.row(reference, "2026-03-02 13:30", "phase", phase="resolved"),
        ]

    def make_screen(self, rows: list[dict], name="history.csv"):
        """A file as the import screen holds it."""
        columns = [name for name in COLUMNS if any(row.get(name) for row in rows)]
        out = io.StringIO()
        writer = csv.DictWriter(out, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        screen = (
            self.env["base_import.import"]
            .with_user(self.manager)
            .create(
                {
                    "res_model": "support.history.row",
                    "file": out.getvalue().encode(),
                    "file_name": name,
                    "file_type": "text/csv",
                }
            )
        )
        return screen, columns

    def run_screen(self, rows: list[dict], dryrun: bool = False, limit: int = 2000, skip: int = 0, **options):
        """What the import screen does with its buttons *Test* and *Import*: part after part."""
        screen, columns = self.make_screen(rows)
        options = {"quoting": '"', "separator": ",", "has_headers": True, "encoding": "utf-8", **options}
        ids, messages = [], []
        for _part in range(100):
            result = screen.execute_import(columns, columns, {**options, "skip": skip, "limit": limit}, dryrun=dryrun)
            ids += result["ids"] or []
            messages += result["messages"]
            skip = result.get("nextrow", 0)
            if messages or not skip:
                return ids, messages
        return self.fail("The import never ends")

    def tickets(self, *references: str):
        domain = [("support_history_reference", "in", references)] if references else []
        return (
            self.env["helpdesk.ticket"]
            .search([*domain, ("support_history_reference", "!=", False)], order="id")
            .sorted("support_history_reference")
        )

    def clocks(self, ticket) -> list[tuple]:
        self.env.flush_all()
        self.env.invalidate_all()
        return sorted(tuple(str(clock[name]) for name in CLOCK) for clock in ticket.support_clock_ids)


@tagged("post_install", "-at_install")
class TestHistoryImport(HistoryCase):
    """Tickets of another helpdesk with their past (E-3.10)."""

    # --- the screen ------------------------------------------------------------------------------

    def test_screen(self):
        """E-3.10: a file comes in through Odoo's import screen; the ticket is as its past says"""
        ids, messages = self.run_screen(self.life("T-1"))
        self.assertEqual((len(ids), messages), (6, []))
        ticket = self.tickets("T-1")
        self.assertRecordValues(
            ticket,
            [
                {
                    "name": "Subject T-1",
                    "team_id": self.team.id,
                    "partner_id": self.customer.id,
                    "support_priority_id": self.urgent.id,
                    "priority": "3",
                    "stage_id": self.stages["resolved"].id,
                    "support_phase": "resolved",
                    "support_raised": utc("2026-03-02 09:00"),
                    "create_date": utc("2026-03-02 09:00"),
                    "last_stage_update": utc("2026-03-02 13:30"),
                    "closed_date": False,
                    "user_id": False,
                    "support_sla_state": "done",
                    # an hour without news after the customer's answer
                    "support_breached": True,
                }
            ],
        )
        response = self.clock(ticket, "first_response")
        self.assertEqual(
            (response.state, response.stopped, response.verdict), ("done", utc("2026-03-02 09:20"), "on_time")
        )
        said = ticket.message_ids.filtered("body").sorted("date")
        self.assertEqual([message.date for message in said], [utc("2026-03-02 09:20"), utc("2026-03-02 11:00")])
        self.assertEqual(said[1].author_id, self.customer)
        rows = self.Row.browse(ids)
        self.assertEqual(rows.mapped("state"), ["imported"] * 6)
        self.assertEqual(rows.ticket_id, ticket)
        self.assertEqual((rows.batch_id.state, rows.batch_id.imported_count), ("done", 1))

    def test_screen_test(self):
        """E-3.10: “Test” names what is wrong and stores nothing"""
        rows = [*self.life("T-1"), self.raised("T-2"), self.row("T-2", "2026-03-02 10:00", "phase", phase="parked")]
        before = self.env["support.history.row"].search_count([])
        _ids, messages = self.run_screen(rows, dryrun=True)
        self.assertEqual(messages[0]["type"], "error")
        self.assertEqual([message["record"] for message in messages[1:]], [9])
        self.assertIn("“parked” is not known", messages[1]["message"])
        self.env.invalidate_all()
        self.assertFalse(self.tickets())
        self.assertEqual(self.env["support.history.row"].search_count([]), before)
        ids, messages = self.run_screen(rows[:6], dryrun=True)
        self.assertEqual((len(ids), messages), (6, []))
        self.assertFalse(self.tickets())

    def test_scattered(self):
        """E-3.10: rows of a ticket stand anywhere in the file and come in however small the screen's parts are"""
        lives = [self.life(f"T-{number}") for number in range(4)]
        scattered = [life[index] for index in (3, 5, 0, 4, 2, 1) for life in lives]
        ids, messages = self.run_screen(scattered, limit=5)
        self.assertEqual((len(ids), messages), (24, []))
        tickets = self.tickets()
        self.assertEqual(len(tickets), 4)
        in_order = self.run_screen(self.life("U-1"))
        self.assertFalse(in_order[1])
        self.assertEqual({tuple(self.clocks(ticket)) for ticket in tickets}, {tuple(self.clocks(self.tickets("U-1")))})

    def test_second_part_asked_again(self):
        """E-3.10: a caller that asks for the parts of a file one by one gets each row once"""
        rows = [row for number in range(4) for row in self.life(f"T-{number}")]
        screen, columns = self.make_screen(rows)
        options = {"quoting": '"', "separator": ",", "has_headers": True, "limit": 10}
        first = screen.execute_import(columns, columns, {**options, "skip": 0})
        second = screen.execute_import(columns, columns, {**options, "skip": 10})
        self.assertEqual(second["ids"], first["ids"][10:])
        self.assertEqual(len(self.tickets()), 4)
        self.assertFalse(self.env["support.history.row"].search_count([("state", "=", "known")]))

    def test_background(self):
        """E-3.10: a big file is made tickets by the scheduled action, with progress; it can be stopped"""
        rows = [row for number in range(130) for row in self.life(f"T-{number}")[:4]]
        ids, messages = self.run_screen(rows, limit=200)
        batch = self.Row.browse(ids[0]).batch_id
        self.assertEqual((len(ids), messages, batch.state, batch.waiting_count), (520, [], "waiting", 130))
        self.assertFalse(self.tickets())
        self.assertEqual(batch._as_importer()._assemble_chunk(), 100)
        batch.invalidate_recordset()
        self.assertEqual((batch.state, batch.progress, len(self.tickets())), ("running", 76, 100))
        batch.with_user(self.manager).action_stop()
        self.assertEqual(batch._as_importer()._assemble_chunk(), 0)
        self.assertEqual(len(self.tickets()), 100)
        with self.enter_registry_test_mode():
            batch.with_user(self.manager).action_continue()
            self.env.ref("support_sla.ir_cron_history").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((batch.state, batch.progress, len(self.tickets())), ("done", 100, 130))

    def test_killed(self):
        """E-3.10: what is killed in the middle of its work goes on where it was and doubles nothing"""
        rows = [row for number in range(6) for row in self.life(f"T-{number}")]
        result = self.Row.import_history(rows, background=True)
        batch = self.env["support.history.batch"].browse(result["batch"])
        self.assertEqual(result["waiting"], 6)
        batch._as_importer()._assemble_chunk(2)
        with self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
            batch._as_importer()._assemble_chunk(2)
            self.assertEqual(len(self.tickets()), 4)
            raise KeyboardInterrupt
        self.env.invalidate_all()
        self.assertEqual((batch.state, batch.imported_count, len(self.tickets())), ("running", 2, 2))
        batch._as_importer()._assemble_now()
        self.assertEqual((batch.state, batch.imported_count, len(self.tickets())), ("done", 6, 6))
        events = self.tickets().mapped("support_event_ids")
        self.assertEqual(len(events.filtered(lambda event: event.kind == "raised")), 6)

    def test_template(self):
        """E-3.10: the template that can be downloaded is a history that comes in"""
        (template,) = self.Row.get_import_templates()
        with file_open(template["template"].lstrip("/")) as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(list(rows[0]), [name for name in rows[0] if name in COLUMNS])
        for row in rows:
            if row["kind"] == "raised":
                row["provider"] = self.provider.code
        _ids, messages = self.run_screen(rows)
        self.assertFalse(messages)
        self.assertEqual(self.tickets().mapped("support_history_reference"), ["T-1001", "T-1002"])
        self.assertEqual(self.tickets("T-1001").closed_date, utc("2026-03-05 09:00"))

    def test_formats(self):
        """E-3.10: moments are UTC unless the cell has an offset or the row names a zone; other formats as chosen"""
        rows = [
            self.raised("A", "2026-07-01T09:00:00+02:00"),
            self.raised("B", "2026-07-01 09:00:00", zone="Europe/London"),
            self.raised("C", "2026-07-01T09:00:00Z"),
            self.raised("D", "01/07/2026 09:00"),
        ]
        _ids, messages = self.run_screen(rows, datetime_format="%d/%m/%Y %H:%M")
        self.assertFalse(messages)
        self.assertEqual(
            self.tickets().mapped("support_raised"),
            [utc("2026-07-01 07:00"), utc("2026-07-01 08:00"), utc("2026-07-01 09:00"), utc("2026-07-01 09:00")],
        )

    # --- wrong rows ------------------------------------------------------------------------------

    def test_wrong_rows(self):
        """E-3.10: each wrong row is named with its line and reason, and nothing of its ticket is stored"""
        soon = fields.Datetime.to_string(fields.Datetime.now() + timedelta(days=2))
        good = self.raised("GOOD")
        cases = [
            ([self.raised("")], "reference of the ticket is missing"),
            ([self.raised("T", "")], "moment is missing"),
            ([self.raised("T", "yesterday")], "“yesterday” cannot be read"),
            ([self.raised("T", "2026-03-02")], "no time of day"),
            ([self.raised("T", "1970-01-01 00:00:00")], "before 1990"),
            ([self.raised("T", "2100-01-01 00:00:00")], "in the future"),
            ([self.raised("T", soon)], "in the future"),
            ([self.raised("T", zone="Europe/Atlantis")], "“Europe/Atlantis” is not known"),
            ([self.raised("T", priority="P9")], "no priority “P9”"),
            ([self.raised("T", provider="nobody")], "no provider “nobody”"),
            ([self.raised("T", team="Nowhere")], "no queue “Nowhere”"),
            ([self.raised("T", service="Nothing")], "no service “Nothing”"),
            ([self.raised("T", phase="parked")], "“parked” is not known"),
            ([self.raised("T", side="martian")], "“martian” is not known"),
            ([self.raised("T", subject="x" * 600)], "longer than 500"),
            ([self.raised("T"), self.row("T", "2026-03-02 10:00", "exploded")], "“exploded” is not known"),
            ([self.raised("T"), self.row("T", "2026-03-02 10:00", "graded")], "“graded” is not known"),
            ([self.raised("T"), self.row("T", "2026-03-02 10:00", "phase")], "phase is missing"),
            ([self.raised("T"), self.row("T", "2026-03-02 10:00", "priority")], "priority is missing"),
            ([self.raised("T"), self.row("T", "2026-03-02 10:00", "agreed")], "agreed date is missing"),
            ([self.raised("T"), self.row("T", "2026-03-02 10:00", "message_in", side="staff")], "correct the side"),
            ([self.raised("T"), self.row("T", "2026-03-02 08:00", "note")], "before the ticket was raised"),
            ([self.raised("T"), self.raised("T", "2026-03-02 10:00")], "raised already in line 3"),
            ([self.raised("T"), self.row("T", "2026-03-02 10:00", "note", provider="other")], "what line 3 says"),
            (
                [
                    self.raised("T"),
                    self.row("T", "2026-03-02 10:00", "merged"),
                    self.row("T", "2026-03-02 11:00", "message_in"),
                ],
                "after it was merged",
            ),
            ([self.row("T", "2026-03-02 10:00", "message_in", provider="acme_test")], "when the ticket was raised"),
        ]
        for index, (rows, reason) in enumerate(cases):
            with self.subTest(reason=reason, index=index):
                _ids, messages = self.run_screen([{**good, "reference": f"GOOD-{index}"}, *rows])
                wrong = 2 + len(rows)
                self.assertEqual([message["record"] for message in messages[1:]], [wrong])
                self.assertIn(reason, messages[1]["message"])
                self.assertIn(f"Line {wrong}", messages[1]["message"])
                self.assertFalse(self.tickets("T"))
                self.assertEqual(len(self.tickets(f"GOOD-{index}")), 1, "the others come in")

    def test_nothing_right(self):
        """E-3.10: of a file without a single right ticket nothing is kept"""
        ids, messages = self.run_screen([self.raised("T", "never"), self.raised("U", zone="x")])
        self.assertEqual((ids, messages[0]["type"], len(messages)), ([], "error", 3))
        self.assertFalse(self.env["support.history.batch"].search_count([]))

    def test_correct_and_try_again(self):
        """E-3.10: a wrong row is corrected on the import's page and tried again, alone"""
        rows = [*self.life("T-1"), *self.life("T-2")]
        rows[8] = {**rows[8], "phase": "parked"}
        self.run_screen(rows)
        batch = self.env["support.history.batch"].with_user(self.manager).search([], limit=1)
        self.assertEqual((batch.imported_count, batch.failed_count, batch.ticket_count), (1, 1, 2))
        self.assertEqual(len(batch.failed_row_ids), 6)
        wrong = batch.failed_row_ids.filtered(lambda row: row.line == 10)
        self.assertIn("parked", wrong.reason)
        self.assertEqual(set((batch.failed_row_ids - wrong).mapped("reason")), {"Not imported because of line 10."})
        self.assertEqual(batch.action_retry()["params"]["type"], "warning")
        batch.write({"failed_row_ids": [(1, wrong.id, {"phase": "Waiting for the customer"})]})
        self.assertFalse(batch.action_retry())
        batch.invalidate_recordset()
        self.assertEqual((batch.imported_count, batch.failed_count, batch.state), (2, 0, "done"))
        self.assertEqual(self.clocks(self.tickets("T-1")), self.clocks(self.tickets("T-2")))

    def test_log_keeps_what_came_in(self):
        """E-3.10: a wrong row that claims the line of one that came in does not take it out of the log"""
        rows = [*self.life("T-1"), *self.life("T-2")]
        rows[8] = {**rows[8], "phase": "parked"}
        self.run_screen(rows)
        batch = self.env["support.history.batch"].with_user(self.manager).search([], limit=1)
        came_in = batch.row_ids.filtered(lambda row: row.state == "imported")
        self.assertEqual(len(came_in), 6)
        wrong = batch.failed_row_ids.filtered(lambda row: row.line == 10)
        batch.write({"failed_row_ids": [(1, wrong.id, {"line": came_in[0].line})]})
        batch.action_retry()
        self.env.invalidate_all()
        self.assertEqual(set(came_in.mapped("state")), {"imported"})
        self.assertEqual(came_in.ticket_id, self.tickets("T-1"))
        self.assertEqual((batch.imported_count, batch.failed_count), (1, 1))

    def test_other_addon_refuses(self):
        """E-3.10: when something else refuses a ticket it is left out alone, with the reason"""
        stage = self.stages["resolved"]
        rows = [row for number in range(3) for row in self.life(f"T-{number}")]
        result = self.Row.import_history(rows, background=True)
        batch = self.env["support.history.batch"].browse(result["batch"])
        # between the reading and the making the queue loses the stage
        self.env["support.history.row"].sudo().search([("reference", "=", "T-1"), ("phase", "=", "resolved")]).write(
            {"phase": "on_hold"}
        )
        stage.team_ids = self.env["helpdesk.ticket.team"].create({"name": "Far away"})
        batch._as_importer()._assemble_now()
        self.assertEqual(self.tickets().mapped("support_history_reference"), ["T-1"])
        self.assertIn("has no stage for the phase", batch.failed_row_ids.filtered(lambda row: row.line == 6).reason)

    def test_again(self):
        """E-3.10: the same file again changes nothing, and says so"""
        self.run_screen(self.life("T-1"))
        ticket = self.tickets("T-1")
        before = (self.clocks(ticket), len(ticket.support_event_ids), ticket.message_ids.ids, ticket.write_date)
        ids, messages = self.run_screen([*self.life("T-1"), self.raised("T-2")])
        self.assertFalse(messages)
        self.assertEqual(len(self.tickets("T-1")), 1)
        self.assertEqual(
            before, (self.clocks(ticket), len(ticket.support_event_ids), ticket.message_ids.ids, ticket.write_date)
        )
        rows = self.Row.browse(ids)
        self.assertEqual(set(rows.mapped("state")), {"known", "imported"})
        self.assertEqual(rows[0].ticket_id, ticket)
        batch = rows.batch_id
        self.assertEqual((batch.known_count, batch.imported_count), (1, 1))

    # --- as if lived through ---------------------------------------------------------------------

    def assert_as_lived(self, lived, imported):
        """Both tickets' clocks are the same, row by row, now."""
        (self.env["helpdesk.ticket"].browse((lived | imported).ids))._support_recompute()
        self.assertEqual(self.clocks(lived), self.clocks(imported))
        self.assertTrue(imported.support_clock_ids)
        names = (
            *("support_sla_state", "support_next_due", "support_next_metric", "support_risk_at", "support_breached"),
            *("support_phase", "support_version_id", "support_raised", "support_match_key", "stage_id", "priority"),
            "support_priority_id",
        )
        for name in names:
            self.assertEqual(lived[name], imported[name], name)
        facts = [
            [
                (event.moment, event.kind, event.side, (event.data or {}).get("version"))
                for event in ticket.support_event_ids
            ]
            for ticket in (lived, imported)
        ]
        self.assertEqual(sorted(facts[0], key=str), sorted(facts[1], key=str))

    def test_lived(self):
        """E-3.10: clocks are the same, row by row, as those of a ticket that lived through the same"""
        lived = self.at(self.env["helpdesk.ticket"], "2026-03-02 09:00").with_context(support_side="customer")
        lived = lived.create(
            {
                "name": "x",
                "description": "<p>x</p>",
                "team_id": self.team.id,
                "partner_id": self.customer.id,
                "support_priority_id": self.urgent.id,
            }
        ).with_context(support_side=False)
        self.say(lived, "2026-03-02 09:20")
        self.move(lived, "2026-03-02 10:00", "waiting_customer")
        self.hear(lived, "2026-03-02 11:00")
        self.move(lived, "2026-03-02 11:00", "open")
        self.move(lived, "2026-03-02 13:30", "resolved")
        self.run_screen(self.life("T-1"))
        self.assert_as_lived(lived, self.tickets("T-1"))

    def test_lived_reopened_and_regraded(self):
        """E-3.10: a history with a reopening, a changed priority and a breach is as if lived through"""
        lived = (
            self.at(self.env["helpdesk.ticket"], "2026-03-02 09:00")
            .with_context(support_side="customer")
            .create(
                {
                    "name": "x",
                    "description": "<p>x</p>",
                    "team_id": self.team.id,
                    "partner_id": self.customer.id,
                    "support_priority_id": self.normal.id,
                }
            )
            .with_context(support_side=False)
        )
        self.at(lived.with_user(self.agent), "2026-03-02 14:30").support_priority_id = self.urgent
        self.say(lived, "2026-03-02 14:40")
        self.hear(lived, "2026-03-03 09:30")
        self.move(lived, "2026-03-03 10:00", "resolved")
        self.move(lived, "2026-03-03 15:00", "open")
        self.hear(lived, "2026-03-03 15:05")
        rows = [
            self.raised("T", priority="P2"),
            self.row("T", "2026-03-02 14:30", "priority", priority="P1 Urgent"),
            self.row("T", "2026-03-02 14:40", "message_out", message="Hello"),
            self.row("T", "2026-03-03 09:30", "message_in", message="Any news?"),
            self.row("T", "2026-03-03 10:00", "phase", phase="resolved"),
            self.row("T", "2026-03-03 15:00", "phase", phase="open"),
            self.row("T", "2026-03-03 15:05", "message_in", message="Any news?"),
        ]
        _ids, messages = self.run_screen(rows[::-1])
        self.assertFalse(messages)
        imported = self.tickets("T")
        self.assert_as_lived(lived, imported)
        resolution = self.clock(imported, "resolution")
        self.assertEqual(resolution.cycle, 1)
        self.assertTrue(resolution.breached)
        self.assertEqual(resolution.grade, 1)
        # a look at what it is finds nothing new to record
        count = len(imported.support_event_ids)
        imported._support_sync()
        imported.write({"team_id": self.team.id})
        self.assertEqual(len(imported.support_event_ids), count)

    def test_version_of_then(self):
        """E-3.10: the promise is that of the policy's version which was in force then"""
        self.raise_ticket("2026-03-02 09:00")
        old = self.policy.current_version_id
        target = self.policy.target_ids.filtered(lambda target: target.metric == "resolution")
        self.at(self.policy, "2026-06-01 00:00").write({"target_ids": [(1, target.id, {"amount": 1})]})
        self.assertNotEqual(self.policy.current_version_id, old)
        self.run_screen([self.raised("OLD", "2026-05-04 09:00"), self.raised("NEW", "2026-06-08 09:00")])
        self.assertEqual(self.tickets("OLD").support_version_id, old)
        self.assertEqual(self.tickets("NEW").support_version_id, self.policy.current_version_id)

    def test_other_facts(self):
        """E-3.10: calls, confirmations, agreements, pauses and exclusions of the past count as such"""
        self.policy.write({"target_ids": [(0, 0, {"metric": "acknowledged", "amount": 10, "unit": "minutes"})]})
        rows = [
            self.raised("T"),
            self.row("T", "2026-03-02 09:02", "Confirmation of receipt", message="We have it"),
            self.row("T", "2026-03-02 09:10", "call", message="Talked"),
            self.row("T", "2026-03-02 09:15", "pause", pause_reason="customer"),
            self.row("T", "2026-03-02 10:15", "resume", pause_reason="customer"),
            self.row("T", "2026-03-02 10:30", "excluded", metric="resolution", message="Force majeure"),
            self.row("T", "2026-03-02 10:20", "escalated", message="Called the boss"),
        ]
        _ids, messages = self.run_screen(rows)
        self.assertFalse(messages)
        ticket = self.tickets("T")
        self.assertEqual(self.clock(ticket, "acknowledged").stopped, utc("2026-03-02 09:02"))
        self.assertEqual(self.clock(ticket, "first_response").stopped, utc("2026-03-02 09:10"))
        self.assertEqual(self.clock(ticket, "resolution").hold, "excluded")
        self.assertFalse(ticket.support_escalation_ids)

    # --- nobody is told --------------------------------------------------------------------------

    def test_nobody_told(self):
        """E-3.10: nothing is notified or escalated for the past, neither by the import nor by sweeps after it"""
        template = self.env["mail.template"].create(
            {
                "name": "Received",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "Received",
                "body_html": "<p>x</p>",
                "email_to": "desk@northwind.example",
            }
        )
        self.provider.write(
            {
                "acknowledgement_template_id": template.id,
                "entitlement_mode": "ask",
                "administrator_id": self.boss.id,
                "agreement_reminder_days": 1,
            }
        )
        self.stages["resolved"].mail_template_id = template
        self.stages["open"].mail_template_id = template
        before = self.count_told()
        rows = [*self.life("DONE"), *self.life("LATE")[:5], self.raised("SILENT")]
        _ids, messages = self.run_screen(rows)
        self.assertFalse(messages)
        self.assertEqual(self.count_told(), before)
        late = self.tickets("LATE")
        self.assertTrue(self.clock(late, "resolution").breached)
        self.assertEqual(self.clock(late, "resolution").breached, self.clock(late, "resolution").deadline)
        self.assertEqual(late.support_sla_state, "breached")
        self.sweep(fields.Datetime.now() + timedelta(minutes=5))
        self.sweep(fields.Datetime.now() + timedelta(days=400))
        self.assertEqual(self.count_told(), before)
        self.assertFalse(late.support_escalated)

    def test_nobody_told_later(self):
        """E-3.10: what was due before the import stays untold when the ticket goes on"""
        self.run_screen(self.life("LATE")[:5])
        late = self.tickets("LATE")
        late.with_user(self.agent).message_post(body="x", message_type="comment", subtype_xmlid="mail.mt_note")
        late.with_user(self.agent).user_id = self.agent
        self.sweep(fields.Datetime.now() + timedelta(days=30))
        self.assertFalse(late.support_escalation_ids)

    def test_the_future_is_told(self):
        """E-3.10: an imported ticket that is still open is escalated when its time comes"""
        rows = [self.raised("T", fields.Datetime.to_string(fields.Datetime.now() - timedelta(minutes=1)))]
        target = self.policy.target_ids.filtered(lambda target: target.metric == "resolution")
        target.write({"basis": "always"})
        self.run_screen(rows)
        ticket = self.tickets("T")
        self.assertFalse(ticket.support_breached)
        self.sweep(fields.Datetime.now() + timedelta(hours=4))
        taken = ticket.support_escalation_ids.sorted("due").step_id.mapped("name")
        self.assertEqual(taken, ["Warn", "First"])

    # --- the method ------------------------------------------------------------------------------

    def test_method(self):
        """E-3.10: the documented method imports, and answers what came in and what is wrong"""
        rows = [*self.life("T-1"), self.raised("T-2"), self.row("T-2", "2026-03-02 10:00", "phase", phase="x")]
        result = self.Row.import_history(rows, name="From the old desk")
        self.assertEqual(
            {name: result[name] for name in ("state", "imported", "known", "failed", "waiting")},
            {"state": "done", "imported": 1, "known": 0, "failed": 1, "waiting": 0},
        )
        self.assertEqual([(error["line"], error["reference"]) for error in result["errors"]], [(8, "T-2")])
        self.assertIn("“x” is not known", result["errors"][0]["reason"])
        self.assertEqual(self.Row.import_history(self.life("T-1"))["known"], 1)
        with self.assertRaisesRegex(UserError, "“colour” is no column"):
            self.Row.import_history([{"colour": "red"}])
        nothing = self.Row.import_history([self.raised("T-3", "never")])
        self.assertEqual((nothing["batch"], nothing["failed"], len(nothing["errors"])), (False, 1, 1))

    def test_method_with_nonsense(self):
        """E-3.10: what is no list of rows, and a line that is no number, is named in words; nothing comes in"""
        for line in ("third", 1.5, -2, [3], 2**31):
            with self.subTest(line=line), self.assertRaisesRegex(UserError, "Row 2: .* not the number of a line"):
                self.Row.import_history([self.raised("T-1"), {**self.raised("T-2"), "line": line}])
        for rows in ("T-1", {"reference": "T-1"}, ["T-1"], [["T-1"]], 7, None):
            with self.subTest(rows=rows), self.assertRaisesRegex(UserError, "list of rows"):
                self.Row.import_history(rows)
        wrong = self.Row.import_history([{**self.raised("T-3"), "moment": 20260302, "line": "12"}])
        self.assertEqual([error["line"] for error in wrong["errors"]], [12])
        self.assertFalse(self.tickets("T-1") | self.tickets("T-2") | self.tickets("T-3"))

    def test_rights(self):
        """E-3.10: only helpdesk managers import; the log of an import is not edited"""
        for user in (self.agent, self.boss):
            with self.assertRaises(AccessError):
                self.Row.with_user(user).import_history(self.life("T-1"))
            with self.assertRaises(AccessError):
                self.Row.with_user(user).load(["reference"], [["x"]])
            with self.assertRaises(AccessError):
                self.env["support.history.batch"].with_user(user).action_import()
        ids, _messages = self.run_screen(self.life("T-1"))
        rows = self.Row.browse(ids)
        with self.assertRaises(UserError):
            rows[0].moment = utc("2026-01-01 00:00")
        with self.assertRaises(UserError):
            rows[0].unlink()
        with self.assertRaises(UserError):
            rows.batch_id.unlink()
        with self.assertRaises(UserError):
            rows.batch_id.write({"state": "stopped"})
        with self.assertRaises(UserError):
            self.tickets("T-1").write({"support_history_until": False})

    def test_companies(self):
        """E-3.10: the queue's company is the ticket's, and a queue out of reach cannot be named"""
        other = self.env["res.company"].create({"name": "Other Company"})
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Other Desk", "support_provider_id": self.provider.id, "company_id": other.id}
        )
        self.env["helpdesk.ticket.stage"].create(
            {"name": "There", "support_phase": "new", "team_ids": [(6, 0, team.ids)], "company_id": other.id}
        )
        result = self.Row.import_history([self.raised("T", team="Other Desk")])
        self.assertIn("no queue “Other Desk”", result["errors"][0]["reason"])
        self.manager.company_ids += other
        Row = self.Row.with_context(allowed_company_ids=[self.env.company.id, other.id])
        self.assertEqual(Row.import_history([self.raised("T", team="Other Desk")])["imported"], 1)
        self.assertEqual(self.tickets("T").company_id, other)

    def test_hostile(self):
        """E-3.10: scripts are cleaned out of texts, formulas stay words, unknown people stay names"""
        rows = [
            self.raised(
                "=1+1",
                subject='=HYPERLINK("http://x.example")\nsecond line\x00',
                description='<p onclick="x()">Hi<script>alert(1)</script></p>',
                customer="Unknown Person <new@unknown.example>",
            ),
            self.row("=1+1", "2026-03-02 10:00", "message_in", message="<img src=x onerror=alert(1)>"),
            self.row("=1+1", "2026-03-02 10:01", "message_out", message="1 < 2 and\n3 > 2"),
        ]
        people = self.env["res.partner"].search_count([])
        result = self.Row.import_history(rows)
        self.assertEqual((result["imported"], result["errors"]), (1, []))
        ticket = self.tickets("=1+1")
        self.assertEqual(ticket.name, '=HYPERLINK("http://x.example") second line')
        self.assertNotIn("script", ticket.description)
        self.assertNotIn("onclick", ticket.description)
        bodies = " ".join(ticket.message_ids.mapped("body"))
        self.assertNotIn("onerror", bodies)
        self.assertIn("1 &lt; 2", bodies)
        self.assertEqual(
            (ticket.partner_id.id, ticket.partner_name, ticket.partner_email),
            (False, "Unknown Person", "new@unknown.example"),
        )
        self.assertEqual(self.env["res.partner"].search_count([]), people)
        self.env["ir.config_parameter"].set_param("support_sla.history_customers", "create")
        self.Row.import_history([self.raised("T-2", customer="Unknown Person <new@unknown.example>")])
        self.assertEqual(self.tickets("T-2").partner_id.email, "new@unknown.example")

    def test_queries(self):
        """E-3.10: an import of N tickets and of 2N differ by a bounded number of queries a ticket"""
        counts = []
        for index, number in enumerate((20, 20, 40)):
            rows = [row for n in range(number) for row in self.life(f"Q-{index}-{n}")[:5]]
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self.Row.import_history(rows)["imported"], number)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual((counts[2] - counts[1]) / 20, 4, counts)


@tagged("post_install", "-at_install")
class TestHistoryRpc(HistoryCase, HttpCase):
    def call(self, model: str, method: str, args: list, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}", {"model": model, "method": method, "args": args, "kwargs": kwargs}
        )

    def test_rpc(self):
        """E-3.10: integrators import over RPC as a manager; others and customers are refused, and no context from
        outside makes a row what it is not"""
        self.manager.password = "manager-support-test"
        self.authenticate(self.manager.login, "manager-support-test")
        result = self.call("support.history.row", "import_history", [self.life("T-1")])
        self.assertEqual((result["imported"], result["errors"]), (1, []))
        portal = self._make_user("portal", "base.group_portal")
        for user in (portal, self.agent):
            user.password = "other-support-test"
            self.authenticate(user.login, "other-support-test")
            for method, args in (
                ("import_history", [self.life("T-2")]),
                ("load", [["reference"], [["T-2"]]]),
            ):
                with (
                    self.subTest(user=user.login, method=method),
                    self.assertRaisesRegex(JsonRpcException, "AccessError"),
                ):
                    self.call("support.history.row", method, args)
        self.assertFalse(self.tickets("T-2"))
