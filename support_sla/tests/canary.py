"""Where a secret may have been left: the whole database, the files, the log, the mails (S-6)."""

import base64
import logging
from contextlib import contextmanager
from pathlib import Path

from odoo.tools import SQL

#: types of columns that hold text or bytes in some way
_TEXT = ("text", "character varying", "character", "jsonb", "json", "xml", "name", "ARRAY", "tsvector")


class _Recorder(logging.Handler):
    """Keeps every record of the log, rendered, with its traceback."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self._formatter = logging.Formatter()

    def emit(self, record):
        try:
            self.lines.append(self._formatter.format(record))
        except Exception as error:  # noqa: BLE001 a record that cannot be rendered shows its pieces
            self.lines.append(f"{record.msg} {record.args} {error}")


class CanaryMixin:
    """For test cases: record the log, then search everything for a canary.

    Use a canary that is nowhere else::

        with self.record_log() as log:
            self.mail_in(..., body=f"password: {canary}")
        self.assert_nowhere(canary, log)
    """

    @contextmanager
    def record_log(self, level=logging.INFO):
        """All records of the log from ``level`` on, as text, in ``.lines``."""
        recorder = _Recorder()
        root = logging.getLogger()
        before = root.level
        root.addHandler(recorder)
        root.setLevel(min(level, before) if before else level)
        try:
            yield recorder
        finally:
            root.removeHandler(recorder)
            root.setLevel(before)

    def assert_nowhere(self, canary: str, log=None, besides=()):
        """Fail if ``canary`` (or its base64 form) stands in any column of the database, any file of the store that an
        attachment uses, any log line or any mail.

        :param log: what :meth:`record_log` gave
        :param besides: columns ``table.column`` where it may be, because it is encrypted or meant to be there
        """
        places = [place for place in self.find_canary(canary, log) if place.rsplit(":", 1)[0] not in besides]
        self.assertFalse(places, f"the canary is still in {places}")

    def find_canary(self, canary: str, log=None) -> list[str]:
        """Where it is: ``table.column:rows``, ``file:name``, ``log:line``, ``mail:subject``."""
        self.env.flush_all()
        forms = {canary, *self._encode(canary)}
        places = [*self._find_in_columns(forms), *self._find_in_files(forms)]
        if log is not None:
            places += [f"log:{line[:200]}" for line in log.lines if any(form in line for form in forms)]
        for mail in getattr(self, "_mails", None) or ():
            if any(form in str(mail) for form in forms):
                places.append(f"mail:{mail.get('subject')}")
        return places

    @staticmethod
    def _encode(canary: str) -> set[str]:
        """The pieces that base64 of a text with the canary has at each of three offsets."""
        pieces = set()
        for offset in range(3):
            encoded = base64.b64encode(b"\0" * offset + canary.encode()).decode()
            # what comes before and after changes the characters at both ends
            inner = encoded[4 if offset else 0 : -4]
            if len(inner) >= 8:
                pieces.add(inner)
        return pieces

    def _find_in_columns(self, forms: set[str]) -> list[str]:
        cr = self.env.cr
        cr.execute(
            """SELECT c.table_name, c.column_name, c.data_type
                 FROM information_schema.columns c
                 JOIN information_schema.tables t USING (table_schema, table_name)
                WHERE t.table_type = 'BASE TABLE' AND c.table_schema = current_schema()
                  AND (c.data_type = ANY(%s) OR c.data_type = 'bytea')
                ORDER BY 1, 2""",
            (list(_TEXT),),
        )
        by_table: dict[str, list[tuple[str, str]]] = {}
        for table, column, kind in cr.fetchall():
            by_table.setdefault(table, []).append((column, kind))
        places = []
        for table, columns in by_table.items():
            conditions = [
                SQL(
                    "count(*) FILTER (WHERE %s)",
                    SQL(" OR ").join(self._contains(column, kind, form) for form in sorted(forms)),
                )
                for column, kind in columns
            ]
            cr.execute(SQL("SELECT %s FROM %s", SQL(", ").join(conditions), SQL.identifier(table)))
            places += [
                f"{table}.{column}:{count}"
                for (column, _kind), count in zip(columns, cr.fetchone(), strict=True)
                if count
            ]
        return places

    @staticmethod
    def _contains(column: str, kind: str, form: str) -> SQL:
        if kind == "bytea":
            return SQL("position(%s::bytea IN %s) > 0", form.encode(), SQL.identifier(column))
        return SQL("position(%s IN %s::text) > 0", form, SQL.identifier(column))

    def _find_in_files(self, forms: set[str]) -> list[str]:
        """Files of the store that this transaction's attachments point to, and those written since it began."""
        Attachment = self.env["ir.attachment"].sudo()
        store = Path(Attachment._filestore())
        self.env.cr.execute(
            "SELECT DISTINCT store_fname FROM ir_attachment"
            " WHERE store_fname IS NOT NULL AND create_date >= now() - interval '1 day'"
        )
        names = {row[0] for row in self.env.cr.fetchall()}
        began = self._canary_since()
        if store.is_dir():
            names |= {
                str(path.relative_to(store))
                for path in store.glob("*/*")
                if path.is_file() and path.stat().st_mtime >= began
            }
        places = []
        for name in sorted(names):
            path = store / name
            if path.is_file():
                data = path.read_bytes()
                if any(form.encode() in data or form.encode("utf-16-le") in data for form in forms):
                    places.append(f"file:{name}")
        return places

    def _canary_since(self) -> float:
        """Files that are older than this were not written by the test (seconds since 1970)."""
        self.env.cr.execute("SELECT extract(epoch FROM now())")
        return float(self.env.cr.fetchone()[0]) - 1
