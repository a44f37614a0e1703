import threading
import time
import uuid
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.addons.helpdesk_mgmt.models.helpdesk_ticket import HelpdeskTicket
from odoo.modules.registry import Registry
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

from .common import GuardDataMixin


@tagged("post_install", "-at_install")
class TestMailConcurrency(BaseCase):
    """Two connections that commit, as two server processes have them."""

    def setUp(self) -> None:
        super().setUp()
        self.registry = Registry(get_db_name())
        self.message_id = f"<{uuid.uuid4()}@alder.example>"
        self.addCleanup(self.clean_up)

    def environment(self, cr) -> api.Environment:
        return api.Environment(cr, SUPERUSER_ID, {})

    def clean_up(self) -> None:
        with db_connect(get_db_name()).cursor() as cr:
            env = self.environment(cr)
            messages = env["mail.message"].search([("message_id", "=", self.message_id)])
            env["helpdesk.ticket"].browse(messages.mapped("res_id")).unlink()
            if "support.guard.delivery" in env:
                cr.execute("DELETE FROM support_guard_delivery")
                env["support.guard.quarantine"].search([("message_id", "=", self.message_id)]).unlink()

    def count(self) -> int:
        with db_connect(get_db_name()).cursor() as cr:
            return self.environment(cr)["mail.message"].search_count(
                [
                    ("message_id", "=", self.message_id),
                    ("model", "=", "helpdesk.ticket"),
                ]
            )

    def deliver_twice(self, first_commits: bool) -> list:
        """The second delivery begins before the first commits and is processed while
        the first is still open.
        """
        mail = GuardDataMixin.make_mail(message_id=self.message_id)
        results = {}
        processed = threading.Event()
        begun = threading.Event()

        def first():
            with db_connect(get_db_name()).cursor() as cr:
                thread = self.environment(cr)["mail.thread"]
                results["first"] = thread.message_process("helpdesk.ticket", mail)
                cr.flush()
                processed.set()
                begun.wait(20)
                time.sleep(1)  # the other one is in the middle of it by now
                if not first_commits:
                    cr.rollback()

        def second():
            with db_connect(get_db_name()).cursor() as cr:
                cr.execute("SELECT count(*) FROM mail_message")  # takes the snapshot
                processed.wait(20)
                begun.set()
                thread = self.environment(cr)["mail.thread"]
                results["second"] = thread.message_process("helpdesk.ticket", mail)

        threads = [threading.Thread(target=target) for target in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        self.assertEqual(set(results), {"first", "second"})
        return [results["first"], results["second"]]

    def test_two_deliveries_at_once(self):
        """G-11: two deliveries of one Message-Id at the same moment make one ticket."""
        first, second = self.deliver_twice(first_commits=True)
        self.assertTrue(first)
        self.assertFalse(second)
        self.assertEqual(self.count(), 1)

    def test_first_delivery_fails(self):
        """Still so: when the first one is undone, the second makes the ticket."""
        _first, second = self.deliver_twice(first_commits=False)
        self.assertTrue(second)
        self.assertEqual(self.count(), 1)

    def fetch_with_conflicts(self, conflicts: int):
        """What Odoo's scheduled fetching does with one mail; nothing repeats it there."""
        left = [conflicts]
        original = HelpdeskTicket.message_new

        def message_new(ticket, msg, custom_values=None):
            if left[0]:
                left[0] -= 1
                raise SerializationFailure("somebody was faster")
            return original(ticket, msg, custom_values)

        with (
            patch.object(HelpdeskTicket, "message_new", message_new),
            mute_logger("odoo.addons.support_guard.models.support_guard_quarantine"),
            db_connect(get_db_name()).cursor() as cr,
        ):
            env = self.environment(cr)
            thread = env["mail.thread"].with_context(fetchmail_cron_running=True)
            mail = GuardDataMixin.make_mail(message_id=self.message_id)
            return thread.message_process("helpdesk.ticket", mail)

    def test_fetching_repeats_after_a_conflict(self):
        """G-11: a mail that is fetched is repeated after a conflict, as requests are."""
        self.assertTrue(self.fetch_with_conflicts(2))
        self.assertEqual(self.count(), 1)

    def test_fetching_gives_up(self):
        """G-11: one that meets conflicts again and again is kept in quarantine."""
        self.assertFalse(self.fetch_with_conflicts(99))
        self.assertEqual(self.count(), 0)
        with db_connect(get_db_name()).cursor() as cr:
            kept = self.environment(cr)["support.guard.quarantine"].search([("message_id", "=", self.message_id)])
            self.assertIn("somebody was faster", kept.error)
