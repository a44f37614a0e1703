from __future__ import annotations

import os
import subprocess
from collections import Counter
from typing import Any

from odoo.tests import BaseCase, tagged

from .server import Database, MailServer, Workshop, needed

ADDON = "judopay_priorities"

#: Two open tickets of the provider, one of them late with its first step taken.
TICKETS = """
    from datetime import timedelta
    provider = env["support.provider"].search([("code", "=", "judopay")])
    user = env["res.users"].with_context(no_reset_password=True).create(
        {"name": "On Duty", "login": f"duty-{provider.id}", "email": "duty@desk.example", "notification_type": "email",
         "group_ids": [odoo.fields.Command.link(env.ref("helpdesk_mgmt.group_helpdesk_manager").id)]}
    )
    for role in provider.role_ids:
        if role.source == "users":
            role.user_ids |= user
    customer = env["res.partner"].create({"name": "Merchant", "email": "merchant@customer.example"})
    raise_ticket = lambda name, ago: env["helpdesk.ticket"].with_context(
        support_now=odoo.fields.Datetime.now() - ago, mail_create_nolog=True
    ).create({"name": name, "description": "No settlement file.", "team_id": provider.team_ids[:1].id,
              "partner_id": customer.id})
    result = [raise_ticket("Late", timedelta(days=30)).id, raise_ticket("Fresh", timedelta(minutes=1)).id]
"""
#: What the scheduled actions do, until nothing is left.
WORK = """
    env["support.sweep"]._cron_sweep()
    env["support.notification"]._cron_deliver()
"""
#: Everything a customer or a manager would miss.
STATE = {
    "tickets": "SELECT id, name, team_id, stage_id, partner_id, support_provider_id, support_priority_id, "
    "support_phase, support_raised, support_breached, support_escalated FROM helpdesk_ticket ORDER BY id",
    "events": "SELECT id, ticket_id, kind, moment FROM support_event ORDER BY id",
    "clocks": "SELECT id, ticket_id, target_id, state, deadline, breached FROM support_clock ORDER BY id",
    "escalations": "SELECT id, ticket_id, clock_id, step_id, state, fired FROM support_escalation ORDER BY id",
}
#: What the stock helpdesk asks the database for: queries of making a ticket, and of closing one (which dates it, G-10).
COST = """
    closed = env["helpdesk.ticket.stage"].search([("closed", "=", True)], limit=1)
    team = env["helpdesk.ticket.team"].search([], limit=1)
    customer = env["res.partner"].create({"name": "Alder", "email": "office@alder.example"})

    def count(act):
        env.flush_all()
        env.invalidate_all()
        before = env.cr.sql_log_count
        made = act()
        env.flush_all()
        return made, env.cr.sql_log_count - before

    def make():
        return env["helpdesk.ticket"].create(
            {"name": "Cheap", "description": "x", "team_id": team.id, "partner_id": customer.id})

    for _warm in range(2):
        ticket, making = count(make)
        _done, closing = count(lambda: ticket.write({"stage_id": closed.id}))
    result = [making, closing]
"""


class ReinstallCase(BaseCase):
    """A provider's addon is removed by a real server, and installed again."""

    addon = ADDON
    #: of its tables and columns
    prefix = "judopay"

    def setUp(self) -> None:
        super().setUp()
        self.database = Database(f"reinstall_{os.getpid()}")
        self.database.copy_from(needed("SUPPORT_TEMPLATE_DB"))
        self.addCleanup(self.database.drop)
        self.mail = MailServer().start()
        self.addCleanup(self.mail.stop)

    def odoo_module(self, verb: str, addon: str = "") -> None:
        self.database.disconnect()
        done = subprocess.run(
            [
                needed("SUPPORT_ODOO_BIN"),
                "module",
                verb,
                "-c",
                needed("SUPPORT_ODOO_CONF"),
                "-d",
                self.database.name,
                addon or self.addon,
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        log = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, log[-3000:])
        loud = [line for line in log.splitlines() if " ERROR " in line or " CRITICAL " in line]
        self.assertFalse(loud, "\n".join(loud)[:3000])

    def work(self, *scripts: str) -> Any:
        """Run scripts in a server process that has loaded what is installed now."""
        shop = Workshop(self.database, smtp=self.mail.port)
        try:
            results = [shop.run(script) for script in scripts]
        finally:
            shop.close()
        return results[0]

    def state(self) -> dict[str, list[tuple]]:
        return {name: self.database.sql(query) for name, query in STATE.items()}

    def assertNoOrphans(self) -> None:
        """No scheduled action, no external id and no view of the addon is left, and no id leads nowhere."""
        for table, column in (("ir_model_data", "module"), ("ir_module_module", "name")):
            found = self.database.sql(
                f"SELECT count(*) FROM {table} WHERE {column} = %s"
                + (" AND state = 'installed'" if table == "ir_module_module" else ""),
                self.addon,
            )
            self.assertEqual(found, [(0,)], table)
        self.assertFalse(
            self.database.sql("SELECT id, arch_fs FROM ir_ui_view WHERE arch_fs LIKE %s", f"{self.addon}/%")
        )
        self.assertFalse(
            self.database.sql(
                """SELECT cron.id FROM ir_cron AS cron JOIN ir_act_server AS action
                   ON action.id = cron.ir_actions_server_id
                   LEFT JOIN ir_model AS model ON model.id = action.model_id WHERE model.id IS NULL"""
            )
        )
        self.assertFalse(
            self.database.sql(
                "SELECT table_name FROM information_schema.tables WHERE table_name LIKE %s", f"{self.prefix}%"
            )
        )
        self.assertFalse(
            self.database.sql(
                "SELECT column_name FROM information_schema.columns WHERE column_name LIKE %s", f"{self.prefix}%"
            )
        )

    def install(self) -> None:
        if not self.database.sql("SELECT 1 FROM ir_module_module WHERE name = %s AND state = 'installed'", self.addon):
            self.odoo_module("install")


@tagged("post_install", "-at_install")
class TestReinstall(ReinstallCase):
    """The addon goes while its tickets are open."""

    def test_a_provider_leaves_and_comes_back(self):
        """F-12: with the provider's addon gone, its open tickets keep queue, level, facts, clocks and escalations,
        nothing of the addon is left behind, and nothing is sent twice; installed again, it serves new tickets, and
        the old ones are as they were."""
        self.install()
        late, fresh = self.work(TICKETS, WORK)
        before = self.state()
        self.assertTrue([row for row in before["escalations"] if row[1] == late], "the late one was escalated")
        self.assertTrue(self.mail.mails)
        sent = self.mail.copies()

        self.odoo_module("uninstall")
        self.assertEqual(self.state(), before)
        self.assertNoOrphans()
        self.work(WORK)
        self.assertEqual(self.state(), before)
        self.assertEqual(self.mail.copies(), sent, "nothing is told again")

        self.odoo_module("install")
        found = self.state()
        for name, rows in before.items():
            self.assertEqual([row for row in found[name] if row in rows], rows, name)
        self.work(WORK)
        self.assertEqual(self.mail.copies(), sent, "nor after the addon came back")
        newer = self.work(TICKETS, WORK)
        self.assertTrue(
            self.database.sql("SELECT 1 FROM support_clock WHERE ticket_id = %s AND state = 'running'", newer[1]),
            "a new ticket is promised something again",
        )
        old = self.state()
        self.assertEqual([row for row in old["clocks"] if row[1] in (late, fresh)], before["clocks"])
        again = self.mail.copies()
        self.assertFalse([key for key, count in again.items() if count > 1])
        self.assertEqual(Counter({key: again[key] for key in sent}), sent)

    def test_the_engine_leaves(self):
        """F-12: with the engine and the guard gone, tickets, stages and queues are intact, and the stock helpdesk
        takes new tickets; no scheduled action of theirs is left. The guard alone, put back, costs no query when a
        ticket is made or closed."""
        self.install()
        ids = self.work(TICKETS, WORK)
        query = "SELECT id, number, name, partner_id, team_id, stage_id, user_id FROM helpdesk_ticket ORDER BY id"
        before = self.database.sql(query)
        self.odoo_module("uninstall", "support_guard")
        self.assertEqual(self.database.sql(query), before)
        self.assertFalse(
            self.database.sql(
                "SELECT name FROM ir_module_module WHERE state = 'installed' AND name IN ('support_guard', "
                "'support_sla', 'judopay_priorities')"
            )
        )
        self.assertFalse(
            self.database.sql("SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'support%%'")
        )
        self.assertFalse(self.database.sql("SELECT model FROM ir_model WHERE model LIKE 'support.%%'"))
        self.assertFalse(self.database.sql("SELECT key FROM ir_config_parameter WHERE key LIKE 'support%%'"))
        number = self.work(
            f"""
            old = env["helpdesk.ticket"].browse({ids!r})
            stages = env["helpdesk.ticket.stage"].search([("closed", "=", True)])
            old.write({{"stage_id": stages[:1].id}})
            new = env["helpdesk.ticket"].create({{"name": "New", "description": "x", "team_id": old[:1].team_id.id}})
            result = new.number
            """
        )
        self.assertTrue(number)
        stock = self.work(COST)
        self.assertTrue(all(stock))
        self.odoo_module("install", "support_guard")
        self.assertEqual(self.work(COST), stock)
