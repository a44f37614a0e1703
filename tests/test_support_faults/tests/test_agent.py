import logging
import random
import threading
from concurrent.futures import ThreadPoolExecutor

from .common import FaultCase
from .server import Client, running, wait_until

_logger = logging.getLogger(__name__)

WRITES = 100
#: a fixed order of what agents do
DICE = random.Random(2)

#: Sweeps one ticket after another, again and again, until the file ``given["stop"]`` is there.
SWEEP_ON_AND_ON = """
    import os
    from psycopg2 import OperationalError
    rounds = 0
    while not os.path.exists(given["stop"]):
        # due once more, unless an agent is writing to it: the sweep itself would not touch it then
        try:
            env.cr.execute(
                '''UPDATE support_clock SET sweep_at = deadline WHERE state = 'running' AND ticket_id IN (
                       SELECT id FROM helpdesk_ticket ORDER BY random() LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)'''
            )
            env.cr.commit()
        except OperationalError:  # of this statement, which no product has
            env.cr.rollback()
        env["support.sweep"]._cron_sweep()
        env.cr.commit()
        rounds += 1
    result = rounds
"""


class TestAgent(FaultCase):
    """People write to tickets while these are swept."""

    tickets = 20
    batch = 100

    def test_agents_never_see_an_error(self):
        """F-2: two agents write, note, assign and acknowledge a hundred times through a server while other processes
        sweep the same tickets without pause: no error, nothing lost, nothing doubled."""
        server = self.server()
        stop = self.shop.folder / "stop"
        stop.unlink(missing_ok=True)
        tickets = [ticket for (ticket,) in self.database.sql("SELECT id FROM helpdesk_ticket ORDER BY id")]
        said: list[tuple[int, str]] = []
        lock = threading.Lock()

        def work(name: str, count: int) -> None:
            client = Client(server, name, f"{name}-secret")
            for number in range(count):
                with lock:
                    ticket, deed = DICE.choice(tickets), number % 4
                text = f"{name} says {number}"
                if deed == 0:
                    client.call("helpdesk.ticket", "write", [ticket], {"user_id": client.uid, "name": text})
                elif deed == 1:
                    client.call("helpdesk.ticket", "action_support_acknowledge", [ticket])
                else:
                    client.call(
                        "helpdesk.ticket",
                        "message_post",
                        [ticket],
                        body=text,
                        message_type="comment",
                        subtype_xmlid="mail.mt_comment" if deed == 2 else "mail.mt_note",
                    )
                    with lock:
                        said.append((ticket, text))

        with running(server):
            sweeps = [self.shop.work(SWEEP_ON_AND_ON, stop=str(stop))]
            try:
                wait_until(lambda: self.database.value("SELECT count(*) FROM support_escalation"), "the first sweep")
                with ThreadPoolExecutor(2) as pool:
                    agents = [pool.submit(work, name, WRITES // 2) for name in ("agent", "first")]
                    for agent in agents:
                        agent.result()
            finally:
                stop.touch()
            rounds = [sweep.wait() for sweep in sweeps]
            # a statement that collided is logged, and the request tried again
            self.assertFalse([line for line in server.errors() if "odoo.sql_db: bad query" not in line])
            _logger.info("%s sweeps, %s requests tried again", rounds, server.read_log().count("tries left"))
        self.assertGreater(min(rounds), 10, "they were swept all the time")
        heard = self.database.sql(
            """SELECT m.res_id, regexp_replace(m.body, '<[^>]*>', '', 'g') FROM mail_message m
               WHERE m.model = 'helpdesk.ticket' AND m.message_type = 'comment'"""
        )
        self.assertEqual(sorted(heard), sorted(said), "every message once")
        facts = self.database.value("SELECT count(*) FROM support_event WHERE kind IN ('message_out', 'note')")
        self.assertEqual(facts, len(said), "every message one fact")
        self.assertEachStepOnce(self.tickets * 3)
        self.assertFalse(self.database.sql("SELECT 1 FROM support_trouble"))
