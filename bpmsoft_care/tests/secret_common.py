"""What the tests of passwords share: keys of their own, and the search for a password in everything that is stored."""

import logging
from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.bpmsoft_care.tools.keyring import make_key
from odoo.addons.support_sla.tests.canary import CanaryMixin
from odoo.tools import SQL, config

#: such a string is nowhere by chance, and one that a masked text may lose without anybody noticing
CANARY = "Kanareika7Qz"


class Listening:
    def __init__(self):
        self.lines: list[str] = []


class SecretMixin(CanaryMixin):
    def setUp(self):
        super().setUp()
        self.key = make_key()
        self.set_keys(self.key)
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

    @contextmanager
    def listening(self):
        """Everything that the server logs meanwhile, as with the most talkative level."""
        heard = Listening()

        class Listener(logging.Handler):
            def emit(self, record):
                heard.lines.append(
                    f"{record.name} {record.getMessage()} {record.exc_text or ''} {record.exc_info or ''}"
                )

        listener = Listener(logging.DEBUG)
        loggers = [logging.getLogger(name) for name in ("", "odoo", "odoo.sql_db", "odoo.service.model", "werkzeug")]
        levels = [logger.level for logger in loggers]
        loggers[0].addHandler(listener)
        for logger in loggers:
            logger.setLevel(logging.DEBUG)
        try:
            yield heard
        finally:
            loggers[0].removeHandler(listener)
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
