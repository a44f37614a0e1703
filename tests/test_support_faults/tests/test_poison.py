from .common import SWEEP, FaultCase
from .server import wait_until

STEPS = 3

#: A fault that the database itself raises for one ticket, in the middle of a batch.
POISON = """
    CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'poisoned'; END $$;
    CREATE TRIGGER poison BEFORE INSERT ON support_escalation FOR EACH ROW
        WHEN (NEW.ticket_id = {ticket}) EXECUTE FUNCTION poison();
"""


class TestPoison(FaultCase):
    """One ticket that fails among others, and another transaction in the way."""

    tickets = 60
    batch = 100

    @classmethod
    def make_seed(cls) -> None:
        super().make_seed()
        cls.keep_seed()
        cls.shop.run(SWEEP)
        cls.undisturbed = cls.end_state(cls)  # type: ignore[arg-type]
        cls.database.copy_from(cls.seed.name)

    def sweep_in(self, minutes: int) -> None:
        """A sweep that looks at the clock so many minutes from now."""
        self.shop.run(
            """
            from datetime import timedelta
            later = odoo.fields.Datetime.now() + timedelta(minutes=given["minutes"])
            env["support.sweep"].with_context(support_now=later)._cron_sweep()
            """,
            minutes=minutes,
        )

    def told(self) -> int:
        return self.database.value("SELECT count(*) FROM support_notification WHERE code = 'trouble'")

    def test_one_poisoned_ticket(self):
        """F-4, E-5.1: of 60 tickets one fails: 59 are swept, one is set aside, the administrator is told once
        however often it fails again, and once it is mended it is swept like the others."""
        ticket = self.database.value("SELECT max(id) - 20 FROM helpdesk_ticket")
        self.database.sql(POISON.format(ticket=ticket))
        self.shop.run(SWEEP)
        self.assertEachStepOnce((self.tickets - 1) * STEPS)
        self.assertEqual(self.count_due(), 0, "the poisoned one does not come up again at once")
        self.assertEqual(
            self.database.sql("SELECT ticket_id, count, solved, error ~ 'poisoned' FROM support_trouble"),
            [(ticket, 1, None, True)],
        )
        self.assertEqual(self.told(), 1)
        for attempt in (2, 3):
            self.sweep_in(60 * attempt)
            self.assertEqual(self.database.sql("SELECT ticket_id, count FROM support_trouble"), [(ticket, attempt)])
        self.assertEqual(self.told(), 1)
        self.assertEachStepOnce((self.tickets - 1) * STEPS)
        self.database.sql("DROP TRIGGER poison ON support_escalation")
        self.sweep_in(60 * 24)
        self.assertEachStepOnce(self.tickets * STEPS)
        self.assertEqual(self.database.sql("SELECT solved IS NULL FROM support_trouble"), [(False,)])
        found = self.end_state()
        expected = dict(self.undisturbed)
        for name in ("intents", "troubles"):  # the message to the administrator is more than before
            found.pop(name), expected.pop(name)
        self.assertSameState(found, expected)

    def test_python_error_of_one_ticket(self):
        """F-4, E-5.1: an error of an addon's hook sets aside the ticket that it is raised for, no other."""
        ticket = self.database.value("SELECT min(id) FROM helpdesk_ticket")
        self.shop.run(
            """
            Ticket = type(env["helpdesk.ticket"])
            def allows(self, step, clock):
                if self.id == given["ticket"]:
                    raise KeyError("a hook with a mistake")
                return True
            Ticket._support_allows_step = allows
            env["support.sweep"]._cron_sweep()
            """,
            ticket=ticket,
        )
        self.assertEachStepOnce((self.tickets - 1) * STEPS)
        self.assertEqual(self.database.sql("SELECT ticket_id, count FROM support_trouble"), [(ticket, 1)])
        self.assertEqual(self.told(), 1)

    def test_serialization_failure(self):
        """F-3: another transaction changes clocks of the batch under the sweep: the batch is rolled back and
        done again, and nothing is missing or doubled."""
        with self.database.connect() as other, other.cursor() as cursor:
            # not a lock on the ticket, which the sweep would simply leave for later
            cursor.execute(
                "UPDATE support_clock SET counted = counted + 1 WHERE id IN (SELECT max(id) FROM support_clock)"
            )
            worker = self.shop.work(
                """
                Sweep = type(env["support.sweep"])
                tries, batch = [], Sweep._sweep_tickets
                def counting(self, *args, **kwargs):
                    tries.append(1)
                    return batch(self, *args, **kwargs)
                Sweep._sweep_tickets = counting
                env["support.sweep"]._cron_sweep()
                result = len(tries)
                """
            )
            wait_until(
                lambda: self.database.value(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'",
                    self.database.name,
                ),
                "the sweep to come upon the other transaction",
                poll=0.02,
            )
            other.commit()
        disturbed = worker.wait()
        self.assertGreater(disturbed, 2, "more than one batch and the look that finds nothing")
        self.assertEachStepOnce(self.tickets * STEPS)
        self.database.sql("UPDATE support_clock SET counted = 0")
        self.assertSameState(self.end_state(), self.undisturbed)

    def test_a_long_transaction_on_one_ticket(self):
        """F-3, F-2: a transaction that keeps one ticket locked does not hold up the others; that ticket is swept
        when it lets go."""
        with self.database.connect() as other, other.cursor() as cursor:
            cursor.execute("SELECT id FROM helpdesk_ticket ORDER BY id LIMIT 1 FOR NO KEY UPDATE")
            ticket = cursor.fetchone()[0]
            self.shop.run(SWEEP)
            self.assertEachStepOnce((self.tickets - 1) * STEPS)
            left = self.database.sql(
                "SELECT DISTINCT ticket_id FROM support_clock WHERE sweep_at < now() AT TIME ZONE 'UTC'"
            )
            self.assertEqual(left, [(ticket,)])
            self.assertTrue(
                self.database.value(
                    """SELECT count(*) FROM ir_cron_trigger
                       WHERE call_at < now() AT TIME ZONE 'UTC' + interval '5 seconds'"""
                ),
                "the sweep asks to come back",
            )
        self.shop.run(SWEEP)
        self.assertEachStepOnce(self.tickets * STEPS)
        self.assertSameState(self.end_state(), self.undisturbed)

    def test_a_row_that_is_never_free(self):
        """F-3, E-5.1: whatever keeps colliding with one ticket, the sweep ends without an error, the others
        are done, and the ticket is left for the next run."""
        ticket = self.database.value("SELECT min(id) FROM helpdesk_ticket")
        self.shop.run(
            """
            from psycopg2 import errors
            Sweep = type(env["support.sweep"])
            breaches = Sweep._mark_breaches
            def colliding(self, ticket_ids, now):
                if given["ticket"] in ticket_ids:
                    raise errors.SerializationFailure("again and again")
                return breaches(self, ticket_ids, now)
            Sweep._mark_breaches = colliding
            env["support.sweep"]._cron_sweep()
            """,
            ticket=ticket,
        )
        self.assertEachStepOnce((self.tickets - 1) * STEPS)
        self.assertFalse(self.database.sql("SELECT 1 FROM support_trouble"), "a collision is no fault of the ticket")
        self.shop.run(SWEEP)
        self.assertSameState(self.end_state(), self.undisturbed)
