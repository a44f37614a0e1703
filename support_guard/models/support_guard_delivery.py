import datetime
import hashlib

from odoo import api, fields, models
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

KEEP_DAYS = 7  # longer than any mail server keeps trying


class SupportGuardDelivery(models.Model):
    """One line a mail that makes or updates a ticket (G-11).

    Odoo looks for the Message-Id among the messages before it processes a mail. Two
    processes that look at the same moment both find nothing. The unique index
    makes the second one wait for the first and then lose.
    """

    _name = "support.guard.delivery"
    _description = "Delivered Mail"
    _log_access = False

    key = fields.Char(required=True, readonly=True)
    received = fields.Datetime(required=True, readonly=True, index=True)

    _key_unique = models.UniqueIndex("(key)")

    @api.model
    def _claim(self, message_id: str) -> bool:
        """Whether this transaction is the first to deliver the Message-Id.

        A plain INSERT, as ON CONFLICT would depend on the snapshot of the transaction.
        """
        # a Message-Id may be longer than an index entry
        key = hashlib.sha256(message_id.strip().encode(errors="replace")).hexdigest()
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    "INSERT INTO support_guard_delivery (key, received) VALUES (%s, %s)",
                    (key, fields.Datetime.now()),
                )
        except UniqueViolation:
            return False
        return True

    @api.autovacuum
    def _gc_deliveries(self) -> None:
        limit = fields.Datetime.now() - datetime.timedelta(days=KEEP_DAYS)
        self.search([("received", "<", limit)], limit=100_000).unlink()
