from .common import FaultCase

#: ``given``: tickets. Rows of two events each, left to the scheduled action.
HISTORY = """
    rows = []
    for number in range(given["tickets"]):
        reference = f"H-{number}"
        rows.append({"reference": reference, "moment": "2026-03-02 09:00:00", "kind": "raised", "provider": "faults"})
        rows.append({"reference": reference, "moment": "2026-03-02 10:00:00", "kind": "message_out", "message": "x"})
    result = env["support.history.row"].with_user(env.ref("base.user_admin")).import_history(rows, background=True)
"""

ASSEMBLE = """
    env["support.history.batch"]._cron_assemble()
"""

#: ``given``: model, method, nth. Ends itself with SIGKILL after the nth call of a method.
KILL_AFTER = """
    import os, signal
    Model = type(env[given["model"]])
    inner, calls = getattr(Model, given["method"]), []
    def deadly(*args, **kwargs):
        calls.append(1)
        answer = inner(*args, **kwargs)
        if len(calls) == given["nth"]:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer
    setattr(Model, given["method"], deadly)
    env["support.history.batch"]._cron_assemble()
"""

#: (model, method, which call)
POINTS = [
    ("support.event", "_record", 1),
    ("support.history.row", "_decide", 1),
    ("ir.cron", "_commit_progress", 1),
    ("support.clock", "_store", 1),
]


class TestHistory(FaultCase):
    """An import of 350 tickets, a hundred a transaction, that is killed again and again."""

    tickets = 1

    def test_killed(self):
        """E-3.10: an import killed with -9 at four points goes on where it was; each ticket comes in once, whole"""
        answer = self.shop.run(HISTORY, tickets=350)
        self.assertEqual((answer["waiting"], answer["errors"]), (350, []))
        for model, method, nth in POINTS:
            with self.subTest(model=model, method=method):
                worker = self.shop.work(KILL_AFTER, model=model, method=method, nth=nth)
                worker.wait()
                self.assertFalse(worker.finished, "it was killed, it did not end")
        self.assertLess(self.count_tickets(), 350, "something is left to do")
        self.shop.run(ASSEMBLE)
        self.assertEqual(self.count_tickets(), 350)
        self.assertEqual(
            self.database.sql("SELECT state, count(*) FROM support_history_row GROUP BY state"), [("imported", 700)]
        )
        self.assertEqual(self.database.sql("SELECT state FROM support_history_batch"), [("done",)])
        self.assertEqual(
            self.database.sql(
                """SELECT DISTINCT count(*) FROM support_event JOIN helpdesk_ticket AS ticket ON ticket.id = ticket_id
                   WHERE support_history_key IS NOT NULL GROUP BY ticket_id"""
            ),
            [(4,)],
            "raised, graded, phase and message of each",
        )

    def count_tickets(self) -> int:
        return self.database.value("SELECT count(*) FROM helpdesk_ticket WHERE support_history_key IS NOT NULL")
