from collections.abc import Sequence
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError

from .support_context import given
from .support_history_reader import COLUMNS, Verdict
from .support_masking import mask_values

#: So many rows are made tickets while one waits; more of them in the background.
AT_ONCE = 500
#: So many wrong rows are named on the import screen; all of them on the page of the import.
NAMED = 200
#: What the import decides, never a person.
DECIDED = frozenset({"state", "reason", "ticket_id", "line"})
STORED = (*(name for name in COLUMNS), "line", "state", "reason", "batch_id")


class SupportHistoryRow(models.Model):
    """One event of a ticket in another helpdesk, as a row of a file (E-3.10).

    A ticket's rows have one reference. They become one ticket with its facts, or stay here with the reason. Rows are
    the log of their import; those that were not taken can be corrected and tried again.
    """

    _name = "support.history.row"
    _description = "Imported Event"
    _order = "line, id"
    _rec_name = "reference"
    _log_access = False
    _allow_sudo_commands = False

    batch_id = fields.Many2one(
        "support.history.batch", string="Import", required=True, readonly=True, ondelete="cascade"
    )
    line = fields.Integer(readonly=True, aggregator=None)
    reference = fields.Char(help="The ticket's number in the other helpdesk; all its rows have the same.")
    moment = fields.Datetime(help="When it happened: UTC, unless the row names a time zone or the cell an offset.")
    zone = fields.Char(string="Time Zone", help="Of the moments of this row, for example Europe/London. Empty: UTC.")
    kind = fields.Char(help="What happened: raised, message_in, message_out, note, call, phase, priority …")
    phase = fields.Char(
        help="The phase it came to: new, open, waiting_customer, waiting_third_party, on_hold, resolved, closed, "
        "cancelled."
    )
    side = fields.Char(help="Whose act it was: customer, staff or system. Empty: what is usual for the kind.")
    priority = fields.Char(help="Code or name of the provider's priority, when raised and when changed.")
    provider = fields.Char(help="Code or name. Not needed when there is only one, or when the queue is named.")
    team = fields.Char(string="Queue", help="Name of the team. Not needed when the provider has only one.")
    service = fields.Char(help="Code or name of the service in the provider's catalogue.")
    subject = fields.Char()
    description = fields.Text()
    customer = fields.Char(help="E-mail address, “Name <address>”, or the name of a contact.")
    author = fields.Char(help="Who wrote a message: e-mail address or name. Empty: the customer, or the queue.")
    message = fields.Text(string="Text", help="What was written or said; the reason of what was done.")
    metric = fields.Char(string="Promise", help="Which promise was agreed on or excluded, for example resolution.")
    until = fields.Datetime(string="Agreed Date", help="Of an agreement.")
    pause_reason = fields.Char(help="Of a pause that does not follow from the phase: code or name.")
    state = fields.Selection(
        [("waiting", "Waiting"), ("imported", "Imported"), ("known", "Imported before"), ("failed", "Not imported")],
        default="failed",
        required=True,
        readonly=True,
    )
    reason = fields.Text(readonly=True, help="Why it is not imported.")
    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True, ondelete="set null", index="btree_not_null")

    # what is to be done next, and the figures of an import
    _batch_state_idx = models.Index("(batch_id, state, reference)")

    # --- by hand: correcting what was not taken --------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [
            {name: value for name, value in vals.items() if self.env.su or name not in DECIDED} for vals in vals_list
        ]
        self._mask_secrets(vals_list)
        for vals in vals_list:
            if "line" not in vals:
                batch = self.env["support.history.batch"].browse(vals.get("batch_id") or [])
                vals["line"] = batch._get_last_line() + 1
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if (DECIDED | {"batch_id"}) & vals.keys():
                raise UserError(self.env._("What became of a row is decided by the import."))
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_log(self):
        self._check_open()

    def _check_open(self):
        if any(row.state in ("imported", "known") for row in self):
            raise UserError(self.env._("A row that was imported is the log of it; only wrong rows can be corrected."))

    # --- coming in -------------------------------------------------------------------------------

    @api.model
    def get_import_templates(self):
        """The file that the import screen offers to begin with; for whoever may import (S-1)."""
        self.check_access("create")
        return [
            {
                "label": self.env._("Template for Ticket History"),
                "template": "/support_sla/static/xls/support_history_template.csv",
            }
        ]

    @api.model
    def load(self, fields, data):
        """What Odoo's import screen calls, for a test and for the import itself.

        The screen hands over all rows of the file with its first call, so the whole file is read then, however small
        the parts it works in and in whatever order the rows stand. Each wrong row is named with its line and reason.
        Tickets without a wrong row come in; of the others nothing but the rows themselves, to be corrected.
        """
        self.check_access("create")
        source = given(self.env, "support_history") or {}
        unknown = [name for name in fields if name not in COLUMNS]
        if unknown:
            text = self.env._("“%s” is no column of a history. Take the template.", unknown[0])
            return {"ids": False, "messages": [{"type": "error", "message": text}], "nextrow": 0}
        first = source.get("first_line", 1) + source.get("skip", 0)
        rows = [dict(zip(fields, cells, strict=False), line=first + index) for index, cells in enumerate(data)]
        again = self._find_again(rows, source)
        if again is not None:
            return {"ids": again, "messages": [], "nextrow": 0}
        batch, verdict = self._take(rows, source.get("file") or "", source.get("session", 0))
        messages = self._name_wrong(verdict, first, bool(batch) and not source.get("dryrun"))
        if not batch:
            return {"ids": False, "messages": messages, "nextrow": 0}
        if len(rows) <= AT_ONCE:
            batch._assemble_now()
            failed = self.search([("batch_id", "=", batch.id), ("state", "=", "failed")], order="line")
            late = {row.line: row.reason for row in failed if row.line not in verdict.wrong}
            verdict = Verdict(verdict.rows, {**verdict.wrong, **late}, verdict.culprits | late.keys(), {})
            messages = self._name_wrong(verdict, first, not source.get("dryrun"))
        elif not source.get("dryrun"):
            batch._ask_to_assemble()
        ids = self.search([("batch_id", "=", batch.id)], order="line").ids
        return {"ids": ids, "messages": messages, "nextrow": 0}

    @api.model
    def import_history(
        self, rows: list[dict[str, Any]], name: str = "", background: bool | None = None
    ) -> dict[str, Any]:
        """Import tickets with their past (E-3.10): the method for integrators, also by RPC. For helpdesk managers.

        :param rows: a dict for each event, with the names of the columns of Odoo's import screen: ``reference``,
            ``moment`` (ISO 8601 text, UTC unless it has an offset or ``zone`` names one; or a naive UTC datetime) and
            ``kind`` at least, see readme/USAGE.md. In any order. ``line`` is how errors call a row: its place in the
            list from 1, if not given.
        :param name: what the import is called in the log
        :param background: True: a scheduled action makes the tickets; False: they are made before this returns; not
            given: in the background when there are more than 500 rows
        :return: ``batch`` (id of the ``support.history.batch``, or False when not a single ticket could be taken),
            ``state``, numbers of tickets ``imported``, ``known`` (imported before and left as they are), ``failed``
            and ``waiting``, and ``errors``: ``[{"line", "reference", "reason"}]`` of the rows that are wrong.
            Of a ticket with a wrong row nothing is stored.
        """
        self.check_access("create")
        if not isinstance(rows, (list, tuple)) or not all(isinstance(row, dict) for row in rows):
            raise UserError(
                self.env._("A history is a list of rows, each with the names of its columns: see the manual.")
            )
        unknown = sorted({str(name) for row in rows for name in row} - {*COLUMNS, "line"})
        if unknown:
            raise UserError(self.env._("“%s” is no column of a history. Take the template.", unknown[0]))
        rows = [{**row, "line": self._read_line(row.get("line"), index)} for index, row in enumerate(rows, 1)]
        if len({row["line"] for row in rows}) < len(rows):
            raise UserError(self.env._("Two rows cannot have the same line."))
        batch, verdict = self._take(rows, name)
        if batch and (background is False or (background is None and len(rows) <= AT_ONCE)):
            batch._assemble_now()
        elif batch:
            batch._ask_to_assemble()
        references = {row["line"]: row["reference"] for row in verdict.rows}
        wrong = {line: reason for line, reason in verdict.wrong.items() if line in verdict.culprits}
        if batch:
            for row in self.search([("batch_id", "=", batch.id), ("state", "=", "failed")]):
                if row.line not in verdict.wrong:
                    wrong[row.line] = row.reason
        counts = batch._count_tickets()[batch.id] if batch else {"failed": len({*references.values()})}
        return {
            "batch": batch.id,
            "state": batch.state or "failed",
            **{state: counts.get(state, 0) for state in ("imported", "known", "failed", "waiting")},
            "errors": [
                {"line": line, "reference": references.get(line, ""), "reason": wrong[line]} for line in sorted(wrong)
            ],
        }

    @api.model
    def _read_line(self, line: Any, place: int) -> int:
        """The number that a caller calls his row by; ``place``: if he gives none."""
        if not line:
            return place
        if isinstance(line, str) and line.strip().isdecimal():
            line = int(line)
        # as the column holds it
        if not isinstance(line, int) or not 0 < line < 2**31:
            raise UserError(
                self.env._(
                    "Row %(place)s: “%(line)s” is not the number of a line. Give a whole number from 1, or none.",
                    place=place,
                    line=str(line)[:80],
                )
            )
        return int(line)

    @api.model
    def _take(self, rows: Sequence[dict[str, Any]], name: str, session: int = 0) -> tuple[Any, Verdict]:
        """Read rows and keep them as a new import.

        :return: the import, empty when there is nothing to import in it; what was found wrong
        """
        now = self.env["support.event"]._now()
        verdict = self.env["support.history.reader"]._judge(rows, now)
        batch = self.env["support.history.batch"]
        if not verdict.stories:
            return batch, verdict
        # sudo: the log of an import is written by the import
        batch = batch.sudo().create({"name": name or self.env._("Import"), "session": session}).sudo(False)
        self._insert(
            [
                {
                    **row,
                    "batch_id": batch.id,
                    "state": "failed" if row["line"] in verdict.wrong else "waiting",
                    "reason": verdict.wrong.get(row["line"]),
                }
                for row in verdict.rows
            ]
        )
        return batch, verdict

    @api.model
    def _insert(self, rows: Sequence[dict[str, Any]]):
        """Write rows down in few statements; their cells are read already."""
        columns = ", ".join(f'"{name}"' for name in STORED)
        self.env.cr.execute_values(
            f"INSERT INTO support_history_row ({columns}) VALUES %s",  # noqa: S608  names of this module
            [tuple(row.get(name) or None for name in STORED) for row in rows],
            page_size=5000,
        )
        self.invalidate_model(flush=False)

    @api.model
    def _find_again(self, rows: Sequence[dict[str, Any]], source: dict[str, Any]) -> list[int] | None:
        """Rows that came in with an earlier part of the same file, or None: the screen asked for them once more."""
        if not source.get("skip") or not rows:
            return None
        batch = self.env["support.history.batch"].search(
            [("session", "=", source["session"])], order="id desc", limit=1
        )
        kept = (
            self.search([("batch_id", "=", batch.id), ("line", ">=", rows[0]["line"])], order="line") if batch else self
        )
        same = [row.reference or "" for row in kept] == [str(row.get("reference") or "").strip() for row in rows]
        return kept.ids if kept and same else None

    @api.model
    def _name_wrong(self, verdict: Verdict, first: int, goes_on: bool) -> list[dict[str, Any]]:
        """What the import screen shows: a headline, and each wrong row with its line and reason.

        :param first: line of the first row that was handed over
        :param goes_on: whether the other tickets come in
        """
        if not verdict.wrong:
            return []
        references = {row["line"]: row["reference"] for row in verdict.rows}
        wrong = sorted(verdict.culprits) or sorted(verdict.wrong)
        failed = len({references.get(line) or line for line in verdict.wrong})
        level = "warning" if goes_on else "error"
        if goes_on:
            headline = self.env._(
                "Tickets that are not imported because of wrong rows: %(count)s. All others come in. Correct the rows "
                "under Helpdesk, Configuration, Operation, Import History; or correct the file and import it again: "
                "what is in already stays as it is.",
                count=failed,
            )
        else:
            headline = self.env._("Tickets that would not be imported because of wrong rows: %s.", failed)
        if len(wrong) > NAMED:
            headline = self.env._(
                "%(headline)s Of %(all)s wrong rows, the first %(named)s are named.",
                headline=headline,
                all=len(wrong),
                named=NAMED,
            )
        messages: list[dict[str, Any]] = [{"type": level, "message": headline}]
        for line in wrong[:NAMED]:
            messages.append(
                {
                    "type": level,
                    # the screen makes one of messages that read alike: the line is part of the text
                    "message": self.env._(
                        "Line %(line)s, ticket %(reference)s: %(reason)s",
                        line=line,
                        reference=references.get(line) or "?",
                        reason=verdict.wrong[line],
                    ),
                    "record": line,
                    "rows": {"from": line - first, "to": line - first},
                }
            )
        return messages

    # --- being told again ------------------------------------------------------------------------

    @api.model
    def _read_cells(self, domain: list) -> list[dict[str, Any]]:
        """Stored rows as the reader takes them."""
        rows = self.search_fetch(domain, [*COLUMNS, "line"], order="line, id")
        return [{name: row[name] for name in (*COLUMNS, "line")} for row in rows]

    @api.model
    def _decide(self, batch_id: int, decisions: Sequence[tuple[int, str, str | None, int | None]]):
        """Write down what became of rows. One that came in stays the log of it, whatever line another one claims.

        :param decisions: ``(line, state, reason, ticket id)``
        """
        if not decisions:
            return
        self.env.cr.execute_values(
            f"""UPDATE support_history_row AS kept
                SET state = given.state, reason = given.reason, ticket_id = given.ticket_id::int
                FROM (VALUES %s) AS given (line, state, reason, ticket_id)
                WHERE kept.batch_id = {int(batch_id)} AND kept.line = given.line
                  AND kept.state IN ('failed', 'waiting')""",  # noqa: S608
            list(decisions),
            page_size=5000,
        )
        self.invalidate_model(flush=False)

    def action_open_batch(self):
        """The page of the import these rows came in with."""
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_history_batch_action")
        return {**action, "res_id": self.batch_id[:1].id, "view_mode": "form", "views": [(False, "form")]}

    @api.model
    def _mask_secrets(self, vals_list: list[dict[str, Any]]) -> None:
        """Mask secrets in rows, in place (D-16), unless their reference names a provider that wants none masked."""
        masking = self.env["support.provider"]._get_masking()
        if not masking:
            return
        others = self.env["support.provider"].sudo().search([("id", "not in", list(masking))], limit=1000)
        names = {
            name.strip().lower()
            for name in [*others.mapped("code"), *others.mapped("name"), *others.team_ids.mapped("name")]
            if name
        }
        spared = {
            vals.get("reference")
            for vals in vals_list
            if {str(vals.get("provider") or "").strip().lower(), str(vals.get("team") or "").strip().lower()} & names
        }
        for vals in vals_list:
            if vals.get("reference") not in spared:
                mask_values(vals, ("subject", "description", "message"), ())
