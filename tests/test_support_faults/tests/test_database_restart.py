from __future__ import annotations

import os
import subprocess
import threading
import time
from datetime import timedelta

import psycopg2
import requests

from .cluster import Cluster
from .common import FaultCase
from .server import Client, ClientError, Server, wait_until

STEPS = 3

CUSTOMER = """
    customer = env["res.partner"].browse(int(env["ir.config_parameter"].get_param("faults.customer")))
    env["res.users"].with_context(no_reset_password=True).create(
        {"name": "Customer", "login": "customer", "password": "customer-secret", "partner_id": customer.id,
         "group_ids": [odoo.fields.Command.set([env.ref("base.group_portal").id])]}
    )
    env.ref("support_sla.ir_cron_sweep").active = True
    env.ref("support_sla.ir_cron_outbox").active = True
"""
#: Rebuilds every clock from its facts; what then differs was stored by half.
REBUILD = """
    query = '''SELECT ticket_id, target_id, grade, round, state, deadline, breached, stopped, cycle
               FROM support_clock ORDER BY 1, 2, 3, 4'''
    env.cr.execute(query)
    before = env.cr.fetchall()
    env["helpdesk.ticket"].search([])._support_recompute()
    env.cr.execute(query)
    result = before == env.cr.fetchall()
"""


class TestDatabaseRestart(FaultCase):
    """The database goes away under a server that sweeps and serves customers, and comes back."""

    tickets = 60
    batch = 5
    ago = timedelta(hours=6)

    @classmethod
    def make_seed(cls) -> None:
        super().make_seed()
        cls.shop.run(CUSTOMER)

    def setUp(self) -> None:
        super().setUp()
        self.database.disconnect()
        self.cluster = Cluster()
        self.addCleanup(self.cluster.close)
        self.name = self.database.name
        self.cluster.take(self.name)
        self.accepted: list[str] = []
        self.refused = 0
        self.starts = 0
        self.stop = threading.Event()

    def write_on_and_on(self, server: Server, tickets: list[int], sender: int) -> None:
        """A customer who writes again and again, whatever answer comes."""
        client = None
        for number in range(100000):
            if self.stop.is_set():
                return
            text = f"post-{sender}-{number}-end"
            try:
                client = client or Client(server, "customer", "customer-secret")
                answer = client._post(
                    "/mail/message/post",
                    {
                        "thread_model": "helpdesk.ticket",
                        "thread_id": tickets[number % len(tickets)],
                        "post_data": {
                            "body": text,
                            "message_type": "comment",
                            "subtype_xmlid": "mail.mt_comment",
                        },
                    },
                )
            except (requests.RequestException, ClientError, KeyError, TypeError):
                self.refused += 1
                client = None
                time.sleep(0.2)
            else:
                self.assertTrue(answer)
                self.accepted.append(text)
                time.sleep(0.02)

    def keep_running(self, server: Server) -> None:
        """The service manager: Odoo's master process ends when it wants a new worker and finds no database."""
        while not self.stop.wait(0.5):
            if server.process is not None and server.process.poll() is not None:
                self.starts += 1
                server.launch()

    def sql(self, query: str, *parameters: object) -> list[tuple]:
        return self.cluster.sql(self.name, query, *parameters)

    def escalated(self) -> int:
        try:
            # a new worker would otherwise wait a minute before it looks
            self.cluster.sql("postgres", f"NOTIFY cron_trigger, '{self.name}'")
            return self.sql("SELECT count(*) FROM support_escalation")[0][0]
        except psycopg2.Error:
            return 0

    def test_restarts_during_sweep_and_posts(self):
        """F-6: PostgreSQL is restarted, twice in order and twice by a crash, while due promises are swept and a
        customer writes in the portal: the server recovers by itself, what was answered is there exactly once with its
        fact, every step is taken once, and no clock differs from its facts."""
        tickets = [ticket for (ticket,) in self.sql("SELECT id FROM helpdesk_ticket ORDER BY id LIMIT 3")]
        server = Server(
            self.name,
            crons=1,
            smtp=self.mail.port,
            # as in production: a process that lost its database is replaced by its master
            options=(
                "--workers=2",
                "--db_host=127.0.0.1",
                f"--db_port={self.cluster.port}",
                f"--db_user={self.cluster.user}",
            ),
            variables={**os.environ, **self.cluster.variables()},
        )
        self.addCleanup(server.close)
        server.start()
        keeper = threading.Thread(target=self.keep_running, args=(server,), daemon=True)
        keeper.start()
        writers = [
            threading.Thread(target=self.write_on_and_on, args=(server, tickets, sender), daemon=True)
            for sender in range(2)
        ]
        for writer in writers:
            writer.start()
        self.addCleanup(self.stop.set)
        wait_until(lambda: self.accepted, "the first post")
        for mode in ("fast", "immediate", "fast", "immediate"):
            seen = len(self.accepted)
            # somebody is always in the middle of something: posts follow on one another, sweeps are five tickets each
            self.cluster.restart(mode)
            wait_until(lambda seen=seen: len(self.accepted) > seen + 3, f"posts again after a {mode} restart")
        wait_until(lambda: self.escalated() >= self.tickets * STEPS, "the sweep to have done everything")
        self.stop.set()
        for thread in (*writers, keeper):
            thread.join(60)
        self.assertTrue(self.refused, "a restart was felt, or nothing was tested")

        rows = self.sql(
            """SELECT substring(message.body from 'post-[0-9]+-[0-9]+-end'), count(*), count(event.id)
               FROM mail_message AS message LEFT JOIN support_event AS event
               ON event.message_id = message.id AND event.kind = 'message_in'
               WHERE message.model = 'helpdesk.ticket' AND message.body LIKE '%%post-%%-end%%' GROUP BY 1"""
        )
        self.assertFalse([row for row in rows if row[1:] != (1, 1)], "a message without its fact, or twice")
        self.assertFalse(set(self.accepted) - {row[0] for row in rows}, "what was answered is there")
        taken = self.sql("SELECT clock_id, step_id, cycle FROM support_escalation WHERE NOT manual")
        self.assertEqual(len(taken), self.tickets * STEPS)
        self.assertEqual(len(set(taken)), self.tickets * STEPS)
        self.assertFalse(self.sql("SELECT id FROM support_trouble"), "a restart is no fault of a ticket")
        self.assertEqual(
            self.sql("SELECT count(*) FROM ir_cron WHERE active AND failure_count >= 5")[0][0],
            0,
            "no scheduled action was switched off",
        )
        server.kill()
        self.check_clocks()

    def check_clocks(self) -> None:
        """The database as the crashes left it, in the workshop of the tests' own server."""
        archive = self.cluster.home / "after"
        variables = {**os.environ, **self.cluster.variables()}
        self.run_program(variables, "pg_dump", "-Fc", "-Z0", "-f", str(archive), self.name)
        self.database.drop()
        self.run_program(None, "createdb", "-T", "template0", self.name)
        self.run_program(None, "pg_restore", "--no-owner", "-d", self.name, str(archive))
        self.assertTrue(self.shop.run(REBUILD), "a clock was not what its facts say")

    def run_program(self, variables: dict[str, str] | None, program: str, *arguments: str) -> None:
        subprocess.run([str(self.cluster.bin / program), *arguments], env=variables, check=True)
