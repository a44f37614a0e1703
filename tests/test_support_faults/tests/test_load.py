import logging

from .common import FaultCase

_logger = logging.getLogger(__name__)

#: Promises of open tickets that are due in years: rounds of one ticket, made in SQL. ``given``: many.
OPEN = """
    env.cr.execute(
        '''INSERT INTO support_clock (ticket_id, target_id, grade, round, metric, side, provider_id, start, budget,
                                      state, deadline, cycle, sweep_at)
           SELECT ticket_id, target_id, grade, 1000 + number, metric, side, provider_id, start, budget,
                  'running', deadline + interval '10 years', 0, deadline + interval '10 years'
           FROM (SELECT * FROM support_clock ORDER BY id DESC LIMIT 1) AS clock, generate_series(1, %s) AS number''',
        (given["many"],),
    )
    # the last ticket itself is not due
    env.cr.execute(
        '''UPDATE support_clock SET sweep_at = NULL
           WHERE round < 1000 AND ticket_id = (SELECT max(ticket_id) FROM support_clock)'''
    )
    env.cr.execute("ANALYZE support_clock")
"""

#: One batch, rolled back; caches are warm. Queries and the peak of memory.
MEASURE = """
    import tracemalloc
    now = odoo.fields.Datetime.now()
    sweep = env["support.sweep"]
    sweep._sweep_batch(now)
    env.cr.rollback()
    env.invalidate_all()
    before = env.cr.sql_log_count
    tracemalloc.start()
    handled = sweep._sweep_batch(now)
    _size, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    queries = env.cr.sql_log_count - before
    env.cr.rollback()
    result = {"handled": handled, "queries": queries, "peak": peak}
"""


class TestLoad(FaultCase):
    """The cost of a sweep follows what is due, not what is open."""

    tickets = 30
    batch = 1000

    def measure(self, open_clocks: int) -> dict[str, int]:
        self.database.copy_from(self.seed.name)
        self.shop.run(OPEN, many=open_clocks)
        self.assertEqual(
            self.database.value("SELECT count(*) FROM support_clock WHERE deadline > now() + interval '1 year'"),
            open_clocks,
        )
        return self.shop.run(MEASURE)

    def test_cost_grows_with_what_is_due(self):
        """E-5.1: with 2,000, 4,000 and 20,000 open promises and the same tickets due, a batch takes the same number
        of queries and the same memory."""
        small, double, big = self.measure(2000), self.measure(4000), self.measure(20000)
        _logger.info("2,000 open: %s; 4,000 open: %s; 20,000 open: %s", small, double, big)
        for found in (small, double, big):
            self.assertEqual(found["handled"], self.tickets - 1)
        self.assertEqual(small["queries"], double["queries"])
        self.assertEqual(small["queries"], big["queries"])
        self.assertLess(abs(big["peak"] - small["peak"]), 0.1 * small["peak"])

    def test_finds_by_index(self):
        """E-5.1: what is due is found by the partial index on one stored moment."""
        self.shop.run(OPEN, many=20000)
        plan = "\n".join(
            line
            for (line,) in self.database.sql(
                """EXPLAIN SELECT ticket_id, sweep_at FROM support_clock
                   WHERE sweep_at IS NOT NULL AND sweep_at < now() AT TIME ZONE 'UTC' ORDER BY sweep_at LIMIT 200"""
            )
        )
        self.assertIn("sweep_idx", plan)
        self.assertNotIn("Seq Scan", plan)
