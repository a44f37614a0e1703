from datetime import timedelta
from typing import Any

from .common import FaultCase

#: The manager takes all open tickets over to a version with longer promises; the work itself is left to do.
DECIDE = """
    policy = env["support.policy"].search([("name", "=", "Everything")])
    target = policy.target_ids.filtered(lambda target: target.metric == "resolution")
    policy.write({"target_ids": [odoo.fields.Command.update(target.id, {"amount": 6000})]})
    env["ir.config_parameter"].set_param("support_sla.recompute_batch", given["batch"])
    now = env["support.event"]._now()
    change = env["support.recompute"]._propose_migration(policy.current_version_id, [], now)
    change.action_apply()
"""

WORK = """
    env["support.recompute"]._cron_recompute()
"""

#: ``given``: model, method, nth, before. Ends itself with SIGKILL at the nth call of a method.
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
    env["support.recompute"]._cron_recompute()
"""

#: (model, method, which call, before it instead of after it)
POINTS = [
    ("support.recompute", "_claim", 2, False),
    ("support.event", "_record", 1, False),
    ("support.recompute.line", "_replace", 2, False),
    ("support.recompute", "_note", 1, False),
    ("ir.cron", "_commit_progress", 1, True),
    ("ir.cron", "_commit_progress", 1, False),
]


class TestRulesKill(FaultCase):
    """24 open tickets go over to another version, four a transaction."""

    tickets = 24
    batch = 4
    ago = timedelta(minutes=1)

    @classmethod
    def make_seed(cls) -> None:
        super().make_seed()
        cls.shop.run(DECIDE, batch=cls.batch)
        cls.keep_seed()
        cls.shop.run(WORK)
        cls.undisturbed = cls.outcome(cls)  # type: ignore[arg-type]
        cls.database.copy_from(cls.seed.name)

    def outcome(self) -> dict[str, Any]:
        """What a migration leaves behind, without ids and without the moment at which it was done."""
        sql = self.database.sql
        return {
            "changes": sql("SELECT state, total, done, changed, moved, late, failed FROM support_recompute"),
            "items": sql("SELECT ticket_id, state, changes, late FROM support_recompute_ticket ORDER BY ticket_id"),
            "lines": sql(
                "SELECT ticket_id, metric, old_due, new_due, verbs FROM support_recompute_line ORDER BY 1, 2, 3"
            ),
            "clocks": sql(
                "SELECT ticket_id, metric, grade, round, state, ending, deadline FROM support_clock ORDER BY 1, 2, 3, 4"
            ),
            "facts": sql("SELECT ticket_id, kind, count(*) FROM support_event GROUP BY 1, 2 ORDER BY 1, 2"),
            "tickets": sql("SELECT id, support_version_id, support_next_due FROM helpdesk_ticket ORDER BY id"),
        }

    def test_killed_and_resumed(self):
        """E-3.6, F-5: the work of a changed rule killed with -9 at six named points goes on where it was: each ticket
        is worked on once, and the log says what an undisturbed run says"""
        self.assertEqual(self.undisturbed["changes"], [("done", 24, 24, 24, 24, 0, 0)])
        for model, method, nth, before in POINTS:
            with self.subTest(method=method, nth=nth, before=before):
                worker = self.shop.work(KILL_AT, model=model, method=method, nth=nth, before=before)
                worker.wait()
                self.assertFalse(worker.finished, "it was killed, it did not end")
        done = self.database.value("SELECT count(*) FROM support_recompute_ticket WHERE state = 'done'")
        self.assertTrue(0 < done < self.tickets, "it was killed in the middle")
        self.shop.run(WORK)
        found = self.outcome()
        for name, rows in self.undisturbed.items():
            self.assertEqual(found[name], rows, name)
