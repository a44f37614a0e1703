from concurrent.futures import ThreadPoolExecutor

from .common import SWEEP, FaultCase
from .server import Client, running, wait_until

STEPS = 3


class TestTwoSweeps(FaultCase):
    """500 tickets with four overdue promises each."""

    tickets = 500
    batch = 25

    @classmethod
    def make_seed(cls) -> None:
        super().make_seed()
        # the undisturbed run that all others are compared with, on a copy of its own
        cls.keep_seed()
        cls.shop.run(SWEEP)
        cls.undisturbed = cls.end_state(cls)  # type: ignore[arg-type]
        cls.database.copy_from(cls.seed.name)

    def assertAllDoneOnce(self) -> None:
        self.assertEqual(self.count_due(), 0)
        self.assertEachStepOnce(self.tickets * STEPS)
        self.assertSameState(self.end_state(), self.undisturbed)
        deadlocks = self.database.value("SELECT deadlocks FROM pg_stat_database WHERE datname = %s", self.database.name)
        self.assertEqual(deadlocks, 0)

    def test_two_servers_and_run_manually(self):
        """F-1, E-5.2: two server processes with scheduled actions, each asked to sweep by hand at the same time
        outside Odoo's lock on scheduled actions, take each step of 2,000 due clocks once, without a deadlock,
        and end as one undisturbed sweep does."""
        self.assertEqual(self.count_due(), 2000)
        servers = [self.server(crons=1), self.server(crons=1)]
        action = int(self.database.value("SELECT value FROM ir_config_parameter WHERE key = 'faults.sweep'"))
        with running(*servers), ThreadPoolExecutor(4) as pool:
            clients = [Client(server, "admin", "admin") for server in servers]
            self.assertEqual(self.count_due(), 2000, "nothing was swept while the servers started")
            self.database.sql(
                """UPDATE ir_cron SET active = TRUE, nextcall = now() AT TIME ZONE 'UTC' - interval '1 minute'
                   WHERE id = (SELECT res_id FROM ir_model_data
                               WHERE module = 'support_sla' AND name = 'ir_cron_sweep')"""
            )
            servers[0].wake_crons()
            sweeps = [pool.submit(client.call, "ir.actions.server", "run", [action]) for client in clients]
            for sweep in sweeps:
                sweep.result()
            wait_until(lambda: not self.count_due(), "the end of the sweep")
            # the scheduled action may still be in its last batch
            wait_until(
                lambda: (
                    not self.database.value(
                        """SELECT count(*) FROM pg_stat_activity
                       WHERE datname = %s AND state != 'idle' AND pid != pg_backend_pid()""",
                        self.database.name,
                    )
                ),
                "quiet",
            )
            for server in servers:
                self.assertFalse(server.errors())
        self.assertAllDoneOnce()

    def test_four_processes_start_together(self):
        """F-1, E-5.2: four processes that begin to sweep the same 2,000 clocks in the same moment share them."""
        gate = self.database.connect()
        with gate.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(77)")
        code = """
            env.cr.execute("SELECT pg_advisory_lock_shared(77)")
            env.cr.execute("SELECT pg_advisory_unlock_shared(77)")
            env.cr.commit()
            Sweep = type(env["support.sweep"])
            taken, claim = [], Sweep._claim
            def counting(self, *args):
                found = claim(self, *args)
                taken.extend(found)
                return found
            Sweep._claim = counting
            env["support.sweep"]._cron_sweep()
            result = len(taken)
        """
        workers = [self.shop.work(code) for _number in range(4)]
        wait_until(
            lambda: (
                self.database.value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                == len(workers)
            ),
            "four processes at the gate",
        )
        gate.close()
        shares = [worker.wait() for worker in workers]
        self.assertGreater(sum(1 for share in shares if share), 1, f"more than one swept: {shares}")
        self.assertAllDoneOnce()
