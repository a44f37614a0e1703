import logging
from datetime import datetime

from odoo import api, models
from psycopg2 import OperationalError

_logger = logging.getLogger(__name__)

BATCH = 100


class BpmsoftWatch(models.AbstractModel):
    """Offers whose time is over and estimates that have passed, in a scheduled action (B-4, B-12)."""

    _name = "bpmsoft.watch"
    _description = "Watch of Offers and Estimates"

    @api.model
    def _cron_watch(self):
        """Scheduled action: what has come to pass since the last run; woken at the moments themselves."""
        now = self.env["support.event"]._now()
        cron = self.env["ir.cron"]
        failed: set[int] = set()
        while True:
            due = self._find_due(now, failed)
            # whoever writes to a ticket at this moment is looked at by the next run
            batch = due.try_lock_for_update(allow_referencing=True) if due else due
            for ticket in batch:
                if not self._look_safely(ticket, now):
                    failed.add(ticket.id)
            failed.update((due - batch).ids)
            if not due or not cron._commit_progress(len(batch)):
                break

    @api.model
    def _find_due(self, now: datetime, failed: set[int]):
        """Tickets with an offer or an estimate that has come to its end and that nobody was told of."""
        return self.env["helpdesk.ticket"].search(
            [
                ("id", "not in", sorted(failed)),
                "|",
                "&",
                ("bpmsoft_offer_state", "=", "open"),
                ("bpmsoft_offer_until", "<=", now),
                "&",
                ("bpmsoft_estimate_flagged", "=", False),
                ("bpmsoft_estimate", "<=", now),
            ],
            limit=BATCH,
            order="id",
        )

    @api.model
    def _look_safely(self, ticket, now: datetime) -> bool:
        """:return: whether it went well; a ticket that fails is passed over, the others are not"""
        try:
            with self.env.cr.savepoint():
                ticket._bpmsoft_expire(now)
                ticket._bpmsoft_flag_estimate(now)
        except OperationalError:
            raise  # the transaction is lost: the next run starts afresh
        except Exception:
            _logger.exception("Offer and estimate of ticket %s could not be looked at", ticket.id)
            return False
        return True

    @api.model
    def _wake_at(self, moment: datetime) -> None:
        self.env["support.health"]._wake("bpmsoft_care.ir_cron_watch", moment)
