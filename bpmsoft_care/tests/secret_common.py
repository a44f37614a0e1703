"""What the tests of passwords share: keys of their own, and the search for a password in everything that is stored."""

import logging
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from odoo.addons.bpmsoft_care.tools.keyring import make_key
from odoo.tools import SQL, config

#: such a string is nowhere by chance, and one that a masked text may lose without anybody noticing
CANARY = "Kanareika7Qz"


class SecretMixin:
    def setUp(self):
        super().setUp()
        self.set_keys(make_key())
        self.team.user_ids |= self.agent

    def set_keys(self, keys: str = "", **options: str):
        """The server's configuration from now on."""
        values = {"bpmsoft_secret_keys": keys, "bpmsoft_secret_key_file": "", **options}
        patcher = patch.dict(config.options, values)
        patcher.start()
        self.addCleanup(patcher.stop)

    def secrets(self, ticket, state="kept"):
        return ticket.sudo().bpmsoft_secret_ids.filtered(lambda secret: secret.state == state)

    def reveal(self, ticket, user=None):
        secret = self.secrets(ticket)
        secret.ensure_one()
        return secret.with_env(self.env).with_user(user or self.agent).reveal()["secret"]

    def log(self, ticket):
        """What happened to the passwords of a ticket: (kind, reason) in order."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT kind, reason FROM bpmsoft_secret_log WHERE number = %s ORDER BY id", ticket.number)
        )
        return self.env.cr.fetchall()

    # --- the canary ----------------------------------------------------------------------------------

    def find_in_database(self, canary=CANARY) -> list[str]:
        """Tables in any column of any row of which the canary stands: as it is, as bytes, or as base64."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
               WHERE relkind IN ('r', 'p', 'm') AND nspname = 'public'"""
        )
        tables = [table for (table,) in self.env.cr.fetchall()]
        pattern = f"%{canary}%"
        as_bytes = f"%{canary.encode().hex()}%"
        found = []
        for table in tables:
            row = SQL.identifier("given")
            self.env.cr.execute(
                SQL(
                    "SELECT 1 FROM %s AS %s WHERE %s::text LIKE %s OR %s::text LIKE %s LIMIT 1",
                    SQL.identifier(table),
                    row,
                    row,
                    pattern,
                    row,
                    as_bytes,
                )
            )
            if self.env.cr.fetchone():
                found.append(table)
        return found

    def find_in_files(self, since: float, canary=CANARY) -> list[str]:
        """Files of the file store, written since, that have it."""
        folder = Path(config.filestore(self.env.cr.dbname))
        return [
            str(path)
            for path in folder.rglob("*")
            if path.is_file() and path.stat().st_mtime >= since - 1 and canary.encode() in path.read_bytes()
        ]

    @contextmanager
    def listening(self):
        """Everything that the server logs meanwhile, as with the most talkative level; a list of lines."""
        lines: list[str] = []

        class Listener(logging.Handler):
            def emit(self, record):
                lines.append(f"{record.name} {record.getMessage()} {record.exc_text or ''} {record.exc_info or ''}")

        listener = Listener(logging.DEBUG)
        loggers = [logging.getLogger(name) for name in ("", "odoo", "odoo.sql_db", "odoo.service.model", "werkzeug")]
        levels = [logger.level for logger in loggers]
        loggers[0].addHandler(listener)
        for logger in loggers:
            logger.setLevel(logging.DEBUG)
        try:
            yield lines
        finally:
            loggers[0].removeHandler(listener)
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
