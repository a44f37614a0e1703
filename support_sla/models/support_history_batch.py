import logging
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from psycopg2 import errors

from .support_history_reader import Story
from .support_history_row import AT_ONCE
from .support_sweep import CONFLICTS, RETRIES

_logger = logging.getLogger(__name__)

#: Tickets a transaction: short enough to be stopped, long enough to be fast.
CHUNK = 100
STATES = ("waiting", "imported", "known", "failed")


class SupportHistoryBatch(models.Model):
    """One import of tickets with their past: what came in, what did not and why (E-3.10).

    Its rows are made tickets some at a time, each of them wholly or not at all, and what became of a row is written
    down in the transaction that made its ticket: whatever kills the work, it goes on where it was and doubles nothing.
    """

    _name = "support.history.batch"
    _description = "Import of Ticket History"
    _order = "id desc"
    _allow_sudo_commands = False

    name = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Imported By", readonly=True, required=True, default=lambda self: self.env.uid
    )
    company_ids = fields.Many2many(
        "res.company", string="Companies", readonly=True, default=lambda self: self.env.companies
    )
    session = fields.Integer(readonly=True, help="Of the import screen, to recognise a part of the same file.")
    state = fields.Selection(
        [("waiting", "Waiting"), ("running", "Importing"), ("stopped", "Stopped"), ("done", "Done")],
        default="waiting",
        required=True,
        readonly=True,
    )
    finished = fields.Datetime(readonly=True)
    error = fields.Char(readonly=True)
    row_ids = fields.One2many("support.history.row", "batch_id", string="Rows")
    failed_row_ids = fields.One2many(
        "support.history.row", "batch_id", string="Not Imported", domain=[("state", "=", "failed")]
    )
    row_count = fields.Integer(string="Rows", compute="_compute_counts")
    ticket_count = fields.Integer(string="Tickets", compute="_compute_counts")
    imported_count = fields.Integer(string="Imported", compute="_compute_counts")
    known_count = fields.Integer(string="Imported Before", compute="_compute_counts")
    failed_count = fields.Integer(string="Not Imported", compute="_compute_counts")
    waiting_count = fields.Integer(string="Waiting", compute="_compute_counts")
    progress = fields.Integer(compute="_compute_counts", help="Share of the tickets that were looked at (%).")
    is_running = fields.Boolean(compute="_compute_is_running")

    # the scheduled action's only search
    _todo_idx = models.Index("(id) WHERE state IN ('waiting', 'running')")

    @api.depends("state")
    def _compute_counts(self):
        self.env["support.history.row"].flush_model()
        counts = self._count_tickets()
        for batch in self:
            found = counts[batch.id]
            for state in STATES:
                batch[f"{state}_count"] = found.get(state, 0)
            batch.ticket_count = sum(found.get(state, 0) for state in STATES)
            batch.row_count = found.get("rows", 0)
            done = batch.ticket_count - batch.waiting_count
            batch.progress = 100 * done // batch.ticket_count if batch.ticket_count else 0

    @api.depends("state")
    def _compute_is_running(self):
        for batch in self:
            batch.is_running = batch.state in ("waiting", "running")

    def _count_tickets(self) -> dict[int, dict[str, int]]:
        """Tickets by state, and rows, of each import: ``{id: {"imported": 3, …, "rows": 20}}``."""
        counts: dict[int, dict[str, int]] = defaultdict(dict)
        self.env.cr.execute(
            SQL(
                """SELECT batch_id, state, COUNT(DISTINCT COALESCE(reference, line::text)), COUNT(*)
                   FROM support_history_row WHERE batch_id = ANY(%s) GROUP BY batch_id, state""",
                self.ids,
            )
        )
        for batch_id, state, tickets, rows in self.env.cr.fetchall():
            counts[batch_id][state] = tickets
            counts[batch_id]["rows"] = counts[batch_id].get("rows", 0) + rows
        return counts

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("An import begins with a file: use the button “Import a File”."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and vals.keys() - {"row_ids", "failed_row_ids", "name"}:
            raise UserError(self.env._("What became of an import is written by the import."))
        return super().write(vals)

    def copy(self, default=None):
        raise UserError(self.env._("An import cannot be copied."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_log(self):
        if any(batch.is_running or batch.imported_count for batch in self):
            raise UserError(self.env._("An import that brought tickets in is the log of them; it cannot be deleted."))

    def _get_last_line(self) -> int:
        self.env.cr.execute(SQL("SELECT MAX(line) FROM support_history_row WHERE batch_id = ANY(%s)", self.ids))
        return self.env.cr.fetchone()[0] or 0

    # --- buttons ---------------------------------------------------------------------------------

    def action_import(self):
        """Open Odoo's import screen for a history."""
        self.env["support.history.row"].check_access("create")
        return {
            "type": "ir.actions.client",
            "tag": "import",
            "name": self.env._("Import History"),
            "params": {"active_model": "support.history.row", "context": {}},
        }

    def action_stop(self):
        """Leave what is not imported yet; tickets that are in stay."""
        self.check_access("write")
        self.filtered("is_running").sudo().write({"state": "stopped"})

    def action_continue(self):
        """Go on after a stop."""
        self.check_access("write")
        self.filtered(lambda batch: batch.state == "stopped").sudo().write({"state": "waiting", "error": False})
        self._ask_to_assemble()

    def action_retry(self):
        """Look at the rows that were not taken once more, after somebody has corrected them or what they name."""
        self.ensure_one()
        self.check_access("write")
        Row = self.env["support.history.row"]
        Row.flush_model()
        rows = Row._read_cells([("batch_id", "=", self.id), ("state", "=", "failed")])
        verdict = self.env["support.history.reader"]._judge(rows, self.env["support.event"]._now())
        lines = {row["line"] for row in verdict.rows}
        Row._decide(
            self.id,
            [(line, "failed" if line in verdict.wrong else "waiting", verdict.wrong.get(line), None) for line in lines],
        )
        self.invalidate_recordset()
        if not verdict.stories:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "message": self.env._("Nothing has changed yet: each ticket still has a wrong row."),
                    "next": {"type": "ir.actions.client", "tag": "soft_reload"},
                },
            }
        self.sudo().write({"state": "waiting", "error": False})
        if sum(len(story.rows) for story in verdict.stories.values()) <= AT_ONCE:
            self._assemble_now()
        else:
            self._ask_to_assemble()
        return None

    def action_open_tickets(self):
        """The tickets that came in with it."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_ticket_action")
        action["domain"] = [("support_history_row_ids.batch_id", "=", self.id)]
        action["context"] = {}
        action["name"] = self.env._("Imported Tickets")
        return action

    def action_open_rows(self):
        """All its rows; those that were not taken first, when the context asks for them."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_history_row_action")
        action["domain"] = [("batch_id", "=", self.id)]
        action["context"] = {"default_batch_id": self.id}
        return action

    # --- making tickets --------------------------------------------------------------------------

    def _ask_to_assemble(self):
        self.env["support.health"]._wake("support_sla.ir_cron_history")

    def _as_importer(self):
        """This import with the rights, companies and language of whoever brought it in."""
        self.ensure_one()
        user = self.sudo().user_id
        return self.with_user(user).with_context(
            allowed_company_ids=self.sudo().company_ids.ids or user.company_ids.ids, lang=user.lang, tz=user.tz
        )

    def _assemble_now(self):
        """Make all waiting rows tickets in this transaction: for few of them."""
        self.ensure_one()
        while self._assemble_chunk():
            pass

    @api.model
    def _cron_assemble(self):
        """Scheduled action: some tickets a transaction, until nothing waits or the time is over."""
        cron = self.env["ir.cron"]
        collisions = 0
        while True:
            batch = self.search([("state", "in", ("waiting", "running"))], order="id", limit=1)
            if not batch:
                break
            try:
                done = batch._as_importer()._assemble_chunk()
                time_left = cron._commit_progress(done, remaining=1 if done else 0)
            except CONFLICTS as error:
                # Crons get no retry from Odoo (F-3): nothing of this chunk is kept, so take it again
                self._forget_transaction()
                collisions += 1
                if collisions > RETRIES:
                    _logger.info("The history import leaves the rest for its next run: %s", error)
                    break
                continue
            except Exception as error:
                _logger.exception("The history import %s was stopped", batch.id)
                self._forget_transaction()
                batch.write({"state": "stopped", "error": f"{type(error).__name__}: {error}"[:500]})
                cron._commit_progress(0)
                continue
            collisions = 0
            if not time_left:
                break

    @api.model
    def _forget_transaction(self):
        self.env.cr.rollback()
        self.env.transaction.reset()

    def _assemble_chunk(self, size: int = CHUNK) -> int:
        """Make some of the waiting rows tickets.

        :param size: tickets at most
        :return: how many were looked at; 0 when none waits any more, or when somebody stopped it
        """
        self.ensure_one()
        Row = self.env["support.history.row"]
        Row.flush_model()
        self.flush_model()
        self.env.cr.execute(
            SQL("SELECT state FROM support_history_batch WHERE id = %s FOR NO KEY UPDATE", self.id),
            log_exceptions=False,
        )
        (state,) = self.env.cr.fetchone()
        if state not in ("waiting", "running"):
            return 0
        self.env.cr.execute(
            SQL(
                """SELECT reference FROM support_history_row WHERE batch_id = %s AND state = 'waiting'
                   GROUP BY reference ORDER BY MIN(line) LIMIT %s""",
                self.id,
                size,
            )
        )
        references = [reference for (reference,) in self.env.cr.fetchall()]
        if not references:
            self.sudo().write({"state": "done", "finished": self.env["support.event"]._now()})
            return 0
        if state == "waiting":
            self.sudo().write({"state": "running"})
        self._assemble(references)
        self.env.invalidate_all()
        return len(references)

    def _assemble(self, references: list[str]):
        """Make tickets of the waiting rows of these references, and write down what became of each row."""
        Row = self.env["support.history.row"]
        rows = Row._read_cells([("batch_id", "=", self.id), ("state", "=", "waiting"), ("reference", "in", references)])
        # once more: between reading the file and now, what it names may have changed
        verdict = self.env["support.history.reader"]._judge(rows, self.env["support.event"]._now())
        decisions: list[tuple[int, str, str | None, int | None]] = [
            (line, "failed", reason, None) for line, reason in verdict.wrong.items()
        ]
        stories = list(verdict.stories.values())
        known = self.env["support.history.writer"]._find_known(stories)
        for story in stories:
            if story.key in known:
                reason = self.env._("This ticket is in already; it stays as it is.")
                decisions += [(row["line"], "known", reason, known[story.key]) for row in story.rows]
        made, refused = self._write_stories([story for story in stories if story.key not in known])
        for story in stories:
            if story.reference in made:
                decisions += [(row["line"], "imported", None, made[story.reference]) for row in story.rows]
            elif story.reference in refused:
                decisions += [(row["line"], "failed", refused[story.reference], None) for row in story.rows]
        Row._decide(self.id, decisions)

    def _write_stories(self, stories: list[Story]) -> tuple[dict[str, int], dict[str, str]]:
        """Make tickets, all at once; when that fails one by one, so that only who is to blame is left out.

        :return: ticket ids, and reasons, by reference
        """
        if not stories:
            return {}, {}
        Writer = self.env["support.history.writer"]
        now = self.env["support.event"]._now()
        try:
            with self.env.cr.savepoint():
                return Writer._write_stories(stories, now), {}
        except CONFLICTS:
            raise
        except Exception as error:  # noqa: BLE001  one bad ticket must not keep the others out
            self.env.invalidate_all(flush=False)
            if len(stories) == 1:
                return {}, {stories[0].reference: self._say_error(error)}
            _logger.info("A ticket of %s to import failed: taking them one by one", len(stories))
        made: dict[str, int] = {}
        refused: dict[str, str] = {}
        for story in stories:
            one_made, one_refused = self._write_stories([story])
            made.update(one_made)
            refused.update(one_refused)
        return made, refused

    def _say_error(self, error: Exception) -> str:
        if isinstance(error, errors.UniqueViolation):
            return self.env._("Another import brings in the same ticket: try again.")
        if isinstance(error, UserError):
            return str(error)
        _logger.warning("A ticket could not be imported", exc_info=error)
        return self.env._("Unexpected error, tell your administrator: %s", f"{type(error).__name__}: {error}"[:300])
