import threading
import time
from contextlib import closing

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged

from .plain.local_server import LocalServer, silence


@tagged("post_install", "-at_install")
class TestServersTogether(BaseCase):
    """Runs of the scheduled action in transactions of their own, which are committed as those of two workers are."""

    def setUp(self):
        super().setUp()
        self.local = LocalServer(silence)
        self.addCleanup(self.local.close)
        with db_connect(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            allowed = env["openpyme.allowed.address"].create({"pattern": "127.0.0.1", "ports": str(self.local.port)})
            partner = env["res.partner"].create({"name": "Isla Boats", "is_company": True})
            servers = env["openpyme.server"].create(
                [
                    {
                        "name": f"Isla {number}",
                        "partner_id": partner.id,
                        "address": self.local.url,
                        "timeout": 30,
                    }
                    for number in range(2)
                ]
            )
            self.ids, self.partner_id, self.allowed_id = servers.ids, partner.id, allowed.id
        self.addCleanup(self._tidy_up)

    def _tidy_up(self):
        with db_connect(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["openpyme.server"].browse(self.ids).exists().unlink()
            env["openpyme.allowed.address"].browse(self.allowed_id).unlink()
            env["res.partner"].browse(self.partner_id).unlink()
            cron = env.ref("openpyme_helpdesk_sla.ir_cron_servers")
            env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()

    def _ask(self, query, *values):
        with closing(db_connect(get_db_name()).cursor()) as cr:
            cr.execute(query, values)
            return cr.fetchone()[0]

    def _wait_until(self, condition, what: str):
        for _step in range(600):
            if condition():
                return
            time.sleep(0.05)
        self.fail(f"Waited in vain: {what}")

    def test_two_runs_take_up_different_servers(self):
        """O-15, E-5.2: a server that one run has taken up is passed over by another, before and after the commit"""
        with db_connect(get_db_name()).cursor() as one, db_connect(get_db_name()).cursor() as two:
            first = api.Environment(one, SUPERUSER_ID, {})["openpyme.server"]
            second = api.Environment(two, SUPERUSER_ID, {})["openpyme.server"]
            now = first.env["support.event"]._now()
            taken = {job.server_id for job in first._claim(now, 1)}
            others = {job.server_id for job in second._claim(now, 10)}
            self.assertFalse(taken & others)
            self.assertEqual(taken | others, set(self.ids))
        with db_connect(get_db_name()).cursor() as three:
            third = api.Environment(three, SUPERUSER_ID, {})["openpyme.server"]
            self.assertFalse(third._claim(now, 10))

    def test_nobody_waits_for_a_slow_server(self):
        """O-15: while servers are asked no transaction is open and no row locked; who works on them goes on"""
        pids, errors = [], []

        def run():
            try:
                with db_connect(get_db_name()).cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    cr.execute("SELECT pg_backend_pid()")
                    pids.append(cr.fetchone()[0])
                    env["openpyme.server"]._cron_check()
            except Exception as error:  # noqa: BLE001  shown by the test
                errors.append(error)

        worker = threading.Thread(target=run)
        worker.start()
        self._wait_until(lambda: len(self.local.requests) == 2, "nobody asks")
        self.assertEqual(
            self._ask("SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND xact_start IS NOT NULL", pids[0]), 0
        )
        with db_connect(get_db_name()).cursor() as cr:
            cr.execute("SET LOCAL lock_timeout = '5s'")
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["openpyme.server"].browse(self.ids[0]).name = "Isla mail"
        self.local.close()  # both hang up
        worker.join(60)
        self.assertFalse(worker.is_alive())
        self.assertFalse(errors)
        self.assertEqual(self._ask("SELECT count(*) FROM openpyme_server_check WHERE server_id = ANY(%s)", self.ids), 2)
        self.assertEqual(self._ask("SELECT name FROM openpyme_server WHERE id = %s", self.ids[0]), "Isla mail")
