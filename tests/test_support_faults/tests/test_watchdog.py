from typing import Any

import requests

from .common import FaultCase
from .server import wait_until

#: The desk's own scheduled actions, as an installation has them.
SWITCH_ON = """
    for name in ("sweep", "outbox", "watch"):
        env.ref(f"support_sla.ir_cron_{name}").active = True
"""


class TestWatchdog(FaultCase):
    """A server whose scheduled actions stand still, and who hears of it."""

    tickets = 1

    @classmethod
    def make_seed(cls) -> None:
        super().make_seed()
        cls.shop.run(SWITCH_ON)

    def setUp(self) -> None:
        super().setUp()
        self.desk = self.server().start()
        self.wait_for("ok")

    def ask(self) -> tuple[int, dict[str, Any]]:
        reply = requests.get(f"{self.desk.url}/support/health", timeout=30)
        return reply.status_code, reply.json()

    def wait_for(self, status: str) -> dict[str, Any]:
        def answer() -> dict[str, Any] | None:
            self.desk.wake_crons()
            code, found = self.ask()
            return found if found["status"] == status and code == (200 if status == "ok" else 503) else None

        return wait_until(answer, f"the health page says {status}: {self.desk.tail()}", poll=1.0)

    def told(self, words: str) -> list[str]:
        return [mail.text for mail in self.mail.to("boss@desk.example") if words in mail.text]

    def test_sweep_switched_off(self):
        """F-8: somebody switches the sweep off: the health page says so and the administrator gets one mail; and
        another when it is on again"""
        self.assertFalse(self.told("switched off"))
        self.database.sql("UPDATE ir_cron SET active = FALSE WHERE cron_name = 'Support: sweep what is due'")
        found = self.wait_for("trouble")
        self.assertEqual(found, {"status": "trouble", "areas": ["scheduled_actions"]})
        wait_until(lambda: self.told("switched off"), f"a mail: {self.desk.tail()}")
        self.assertEqual(len(self.told("switched off")), 1)
        self.database.sql("UPDATE ir_cron SET active = TRUE WHERE cron_name = 'Support: sweep what is due'")
        self.wait_for("ok")
        wait_until(lambda: self.told("This is over"), f"the all-clear: {self.desk.tail()}")
        self.assertEqual(self.database.value("SELECT count(*) FROM support_alarm WHERE cleared IS NULL"), 0)

    def test_no_scheduled_action_runs_at_all(self):
        """F-8: an addon is stuck, so that Odoo runs no scheduled action, the watch's own included: whoever is served
        has the administrator told"""
        self.database.sql(
            """UPDATE ir_module_module
               SET state = 'to upgrade', write_date = now() AT TIME ZONE 'UTC' - interval '1 hour'
               WHERE name = 'helpdesk_mgmt'"""
        )
        found = self.wait_for("trouble")
        self.assertEqual(found["areas"], ["modules"])
        wait_until(lambda: self.told("helpdesk_mgmt"), f"a mail: {self.desk.tail()}")
