import threading
import time
from contextlib import closing

from odoo import SUPERUSER_ID, api
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged


@tagged("post_install", "-at_install")
class TestCheckTogether(BaseCase):
    """Transactions of their own, which are committed as those of two people are."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._tidy_up, self._ask("SELECT COALESCE(max(id), 0) FROM support_finding"))

    def _ask(self, query, *values):
        with closing(db_connect(get_db_name()).cursor()) as cr:
            cr.execute(query, values)
            return cr.fetchone()[0]

    def _tidy_up(self, last: int):
        with db_connect(get_db_name()).cursor() as cr:
            cr.execute("DELETE FROM support_finding WHERE id > %s", (last,))
            cr.execute("DELETE FROM ir_config_parameter WHERE key = 'support_sla.configuration_checked'")

    def _wait_until(self, condition, what: str):
        for _step in range(600):
            if condition():
                return
            time.sleep(0.05)
        self.fail(f"Waited in vain: {what}")

    def test_second_waits_and_sees_what_the_first_found(self):
        """E-6.4: of two checks at the same time the second waits for the first; neither fails, nothing stands twice"""
        pids, errors = [], []

        def check_too():
            try:
                with db_connect(get_db_name()).cursor() as cr:
                    cr.execute("SELECT pg_backend_pid()")  # from here on it sees nothing of what the first will store
                    pids.append(cr.fetchone()[0])
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    retrying(env["support.finding"].action_check, env)  # as Odoo calls what a button calls
            except Exception as error:  # noqa: BLE001  shown by the test
                errors.append(error)

        with db_connect(get_db_name()).cursor() as cr:
            first = api.Environment(cr, SUPERUSER_ID, {})["support.finding"]
            first.action_check()
            first.env.flush_all()
            second = threading.Thread(target=check_too)
            second.start()
            self._wait_until(
                lambda: pids and self._ask("SELECT cardinality(pg_blocking_pids(%s))", pids[0]), "it does not wait"
            )
            found = first.search_count([])
        second.join(60)
        self.assertFalse(second.is_alive())
        self.assertFalse(errors)
        self.assertEqual(self._ask("SELECT count(*) FROM support_finding"), found)
        self.assertEqual(self._ask("SELECT count(DISTINCT key) FROM support_finding"), found)
