import random
import time
from collections import Counter
from functools import partial

from .common import DELIVER, SWEEP, FaultCase
from .server import Server, running, wait_until

STEPS = 3
KILLS = 20
#: a fixed seed: the same delays every time, as far as the machine allows
DICE = random.Random(20)

#: ``given``: what, model, method, nth, before. Ends itself with SIGKILL at the nth call of a method.
KILL_AT = """
    import os, signal
    Model = type(env[given["model"]])
    inner, calls = getattr(Model, given["method"]), []
    def deadly(*args, **kwargs):
        calls.append(1)
        if given["before"] and len(calls) == given["nth"]:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = inner(*args, **kwargs)
        if len(calls) == given["nth"]:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer
    setattr(Model, given["method"], deadly)
    if given["what"] == "sweep":
        env["support.sweep"]._cron_sweep()
    else:
        env["support.notification"]._cron_deliver()
"""

#: (what runs, model, method, which call, before it instead of after it)
POINTS = [
    ("sweep", "support.sweep", "_claim", 2, True),
    ("sweep", "support.sweep", "_claim", 2, False),
    ("sweep", "support.sweep", "_mark_breaches", 1, False),
    ("sweep", "support.escalation", "_insert", 2, False),
    ("sweep", "support.event", "_record", 1, False),
    ("sweep", "support.notification", "_enqueue", 1, False),
    ("sweep", "support.sweep", "_set_next_moment", 2, False),
    ("sweep", "ir.cron", "_commit_progress", 1, True),
    ("sweep", "ir.cron", "_commit_progress", 1, False),
    ("deliver", "support.notification", "_deliver", 3, False),
    ("deliver", "ir.cron", "_commit_progress", 1, False),
    ("deliver", "ir.mail_server", "send_email", 2, True),
    ("deliver", "ir.mail_server", "send_email", 2, False),
    ("deliver", "mail.mail", "_postprocess_sent_message", 3, False),
]


class TestKill(FaultCase):
    """24 tickets with four overdue promises each, 3 steps and two persons to tell."""

    tickets = 24
    batch = 2

    @classmethod
    def make_seed(cls) -> None:
        super().make_seed()
        cls.keep_seed()
        cls.mail.mails.clear()
        started = time.monotonic()
        cls.shop.run(SWEEP)
        cls.sweeping = time.monotonic() - started
        cls.shop.run(DELIVER)
        cls.both = time.monotonic() - started
        cls.undisturbed = cls.end_state(cls)  # type: ignore[arg-type]
        cls.mails = len(cls.mail.mails)
        cls.database.copy_from(cls.seed.name)

    def setUp(self) -> None:
        super().setUp()
        self.assertEqual(self.mails, self.tickets * 2, "a mail a person and ticket when nothing happens")

    def finish(self) -> None:
        """What the next runs of the scheduled actions do after a crash."""
        self.shop.run(SWEEP)
        wait_until(self.deliver, "an empty outbox", poll=1)

    def deliver(self) -> bool:
        self.shop.run(DELIVER)
        return not self.database.value("SELECT count(*) FROM support_notification WHERE state IN ('pending', 'handed')")

    def assertUndisturbed(self, kills: int) -> None:
        """The end is that of a run without kills; at most one mail came twice for each kill."""
        self.assertEachStepOnce(self.tickets * STEPS)
        self.assertSameState(self.end_state(), self.undisturbed)
        self.assertEqual(
            self.database.sql("SELECT DISTINCT state FROM support_notification"), [("sent",)], "all were sent"
        )
        copies = self.mail.copies()
        promised = {
            identity.strip()
            for (identity,) in self.database.sql(
                "SELECT m.message_id FROM support_notification n JOIN mail_message m ON m.id = n.message_id"
            )
        }
        self.assertEqual({identity for identity, _to in copies}, promised, "each intent's mail, and no other")
        self.assertEqual(len(copies), self.mails)
        twice = Counter(copies)
        twice.subtract(dict.fromkeys(copies, 1))
        self.assertLessEqual(max(twice.values()), 1, "the same mail never three times")
        self.assertLessEqual(sum(twice.values()), kills, "at most one duplicate for each kill")

    def test_exact_points(self):
        """F-5, E-5.2: a sweep or delivery killed with -9 at each of 14 named points loses nothing and doubles
        nothing but at most the one mail that was on the wire, under the same Message-Id."""
        sent = 0
        for what, model, method, nth, before in POINTS:
            with self.subTest(what=what, method=method, nth=nth, before=before):
                worker = self.shop.work(KILL_AT, what=what, model=model, method=method, nth=nth, before=before)
                worker.wait()
                self.assertFalse(worker.finished, "it was killed, it did not end")
                sent += method in ("send_email", "_postprocess_sent_message")
        self.finish()
        self.assertUndisturbed(sent)

    def test_random_moments(self):
        """F-5, E-5.2: sweep and delivery killed with -9 at 20 random moments end as an undisturbed run."""
        kills = rounds = 0
        while kills < KILLS or rounds < 2:
            self.database.copy_from(self.seed.name)
            self.mail.mails.clear()
            killed = 0
            for code, took in ((SWEEP, self.sweeping), (DELIVER, self.both - self.sweeping)):
                for _attempt in range(8):
                    worker = self.shop.work(code)
                    time.sleep(DICE.uniform(0.05, took / 3))  # the random moment itself, nothing is waited for
                    worker.kill()
                    if worker.finished:
                        break
                    killed += 1
            self.finish()
            self.assertUndisturbed(killed)
            kills += killed
            rounds += 1
            self.assertLess(rounds, 20, f"only {kills} kills hit a living process")

    def progressed(self, server: Server, wanted: float) -> bool:
        """Whether so many steps were taken and messages made; wakes the server's scheduled actions."""
        server.wake_crons()
        return wanted <= self.database.value(
            """SELECT (SELECT count(*) FROM support_escalation)
                    + (SELECT count(*) FROM support_notification WHERE message_id IS NOT NULL)"""
        )

    def test_server_killed_and_started_again(self):
        """F-5, E-5.2: a whole server killed with -9 three times while its scheduled actions sweep and deliver;
        the next start goes on where it was."""
        self.database.sql(
            """UPDATE ir_cron SET active = TRUE, nextcall = now() AT TIME ZONE 'UTC' - interval '1 minute'
               WHERE id IN (SELECT res_id FROM ir_model_data
                            WHERE module = 'support_sla' AND name IN ('ir_cron_sweep', 'ir_cron_outbox'))"""
        )
        whole = self.tickets * (STEPS + 2)
        for part in (0.1, 0.5, 0.8):
            server = self.server(crons=2)
            server.launch()
            wait_until(partial(self.progressed, server, whole * part), "some progress", poll=0.05)
            server.kill()
        server = self.server(crons=2)
        with running(server):
            wait_until(
                lambda: (
                    self.progressed(server, whole)
                    and not self.count_due()
                    and not self.database.value("SELECT count(*) FROM support_notification WHERE state != 'sent'")
                ),
                "everything swept and sent",
            )
        self.assertUndisturbed(3)
