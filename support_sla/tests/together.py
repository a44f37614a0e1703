"""Two people on connections of their own, for tests of what happens when both do the same at once.

What they do is committed: a test tidies up what it has made.
"""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name


class TogetherCase(BaseCase):
    def make_agents(self, env, key: str):
        """Two colleagues who see every ticket; ``key`` begins their logins."""
        group = env.ref("helpdesk_mgmt.group_helpdesk_user")
        return env["res.users"].create(
            [
                {"name": f"{key} {number}", "login": f"{key}-{number}", "group_ids": [(6, 0, group.ids)]}
                for number in (1, 2)
            ]
        )

    def ask(self, query: str, *values: Any) -> Any:
        """What is committed: the first column of the first row."""
        with closing(db_connect(get_db_name()).cursor()) as cr:
            cr.execute(query, values)
            return cr.fetchone()[0]

    def wait_until(self, condition: Callable[[], Any], what: str) -> None:
        for _step in range(600):
            if condition():
                return
            time.sleep(0.05)
        self.fail(f"Waited in vain: {what}")

    def do_together(self, act: Callable[[Any, int], Any]) -> list[str]:
        """Let two people do the same at once: the second begins before the first has committed, and waits for it.

        :param act: function of an environment and the number (0, 1) of who does it
        :return: what the second one was told, if it was refused
        """
        pids: list[int] = []
        refused: list[str] = []
        errors: list[Exception] = []

        def second() -> None:
            try:
                with db_connect(get_db_name()).cursor() as cr:
                    cr.execute("SELECT pg_backend_pid()")  # from here on it sees nothing of what the first will store
                    pids.append(cr.fetchone()[0])
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    retrying(lambda: act(env, 1), env)  # as Odoo repeats what a button calls
            except UserError as error:
                refused.append(str(error))
            except Exception as error:  # noqa: BLE001  shown by the test
                errors.append(error)

        with db_connect(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            act(env, 0)
            env.flush_all()
            thread = threading.Thread(target=second)
            thread.start()
            self.wait_until(
                lambda: pids and self.ask("SELECT cardinality(pg_blocking_pids(%s))", pids[0]), "it does not wait"
            )
        thread.join(60)
        self.assertFalse(thread.is_alive())
        self.assertFalse(errors)
        return refused
