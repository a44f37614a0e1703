"""A desk of an invented provider with many promises, in a database of its own."""

from __future__ import annotations

import os
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from odoo.tests import BaseCase, tagged

from .server import Database, MailServer, Server, Workshop, needed

#: A provider around the clock: four promises a ticket, a chain of three steps on the last.
PROVIDER = """
    Users = env["res.users"].with_context(no_reset_password=True)
    users = {
        name: Users.create(
            {
                "name": name.title(),
                "login": name,
                "password": f"{name}-secret",
                "email": f"{name}@desk.example",
                "notification_type": "email",
                "group_ids": [odoo.fields.Command.link(env.ref("helpdesk_mgmt.group_helpdesk_manager").id)],
            }
        )
        for name in ("first", "second", "boss", "agent")
    }
    calendar = env["resource.calendar"].search([], limit=1)
    provider = env["support.provider"].create(
        {"name": "Faults", "code": "faults", "calendar_id": calendar.id, "entitlement_mode": "ignore",
         "administrator_id": users["boss"].id}
    )
    roles = {
        name: env["support.role"].create(
            {"provider_id": provider.id, "code": name, "name": name.title(), "user_ids": [(4, users[name].id)]}
        )
        for name in ("first", "second")
    }
    chain = env["support.escalation.chain"].create(
        {
            "name": "Chain",
            "provider_id": provider.id,
            "step_ids": [
                (0, 0, {"name": f"Step {number}", "sequence": number, "delay": delay, "role_id": roles[name].id})
                for number, (delay, name) in enumerate([(0, "first"), (30, "second"), (60, "first")], 1)
            ],
        }
    )
    env["support.policy"].create(
        {
            "name": "Everything",
            "provider_id": provider.id,
            "target_ids": [
                (0, 0, {"metric": metric, "amount": amount, "unit": "minutes", "basis": "always",
                        "chain_id": chain.id if metric == "resolution" else False})
                for metric, amount in
                [("acknowledged", 5), ("first_response", 10), ("silence", 20), ("resolution", 60)]
            ],
        }
    )
    team = env["helpdesk.ticket.team"].create(
        {"name": "Faults", "support_provider_id": provider.id, "company_id": env.company.id}
    )
    customer = env["res.partner"].create({"name": "Customer", "email": "customer@customer.example"})
    env["ir.config_parameter"].set_param("faults.team", team.id)
    env["ir.config_parameter"].set_param("faults.customer", customer.id)
    env["ir.cron"].search([]).active = False
    for name, code in [("sweep", "model._cron_sweep()"), ("deliver", "model._cron_deliver()")]:
        action = env["ir.actions.server"].create(
            {
                "name": f"Faults: {name}",
                "model_id": env["ir.model"]._get_id(
                    "support.sweep" if name == "sweep" else "support.notification"
                ),
                "state": "code",
                "code": code,
            }
        )
        env["ir.config_parameter"].set_param(f"faults.{name}", action.id)
"""

#: ``given``: count, raised, batch.
TICKETS = """
    from datetime import datetime
    raised = datetime.fromisoformat(given["raised"])
    team = int(env["ir.config_parameter"].get_param("faults.team"))
    customer = int(env["ir.config_parameter"].get_param("faults.customer"))
    tickets = env["helpdesk.ticket"].with_context(
        support_now=raised, tracking_disable=True, mail_create_nosubscribe=True, mail_create_nolog=True
    ).create(
        [
            {"name": f"Ticket {number}", "description": "It does not work.", "team_id": team, "partner_id": customer}
            for number in range(given["count"])
        ]
    )
    env["ir.config_parameter"].set_param("support_sla.sweep_batch", given["batch"])
    result = tickets.ids
"""

#: The scheduled action's own code, outside Odoo's lock on the scheduled action.
SWEEP = """
    env["support.sweep"]._cron_sweep()
"""

DELIVER = """
    env["support.notification"]._cron_deliver()
"""


class Workplace:
    """What all tests share: one mail server, one database with a provider and no ticket, one workshop on it."""

    _one: Workplace | None = None

    def __init__(self) -> None:
        name = f"faults_{os.getpid()}"
        self.mail = MailServer().start()
        self.base = Database(f"{name}_base")
        self.database = Database(name)
        self.database.copy_from(needed("SUPPORT_TEMPLATE_DB"))
        self.shop = Workshop(self.database, smtp=self.mail.port)
        self.shop.run(PROVIDER)
        self.base.copy_from(self.database.name)

    @classmethod
    def get(cls) -> Workplace:
        if cls._one is None:
            cls._one = cls()
        return cls._one


@tagged("post_install", "-at_install")
class FaultCase(BaseCase):
    """Databases of their own, copied from one with ``tickets`` overdue tickets."""

    #: How many tickets the seed holds.
    tickets = 40
    #: Tickets a transaction of the sweep.
    batch = 40
    #: How long ago they were raised.
    ago = timedelta(hours=6)

    seed: Database
    database: Database
    shop: Workshop
    mail: MailServer
    raised: datetime

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        workplace = Workplace.get()
        cls.mail, cls.database, cls.shop = workplace.mail, workplace.database, workplace.shop
        cls.seed = Database(f"{cls.database.name}_{cls.__name__.lower()}")
        cls.addClassCleanup(cls.seed.drop)
        cls.database.copy_from(workplace.base.name)
        cls.raised = datetime.utcnow().replace(microsecond=0) - cls.ago
        cls.make_seed()
        cls.keep_seed()

    @classmethod
    def make_seed(cls) -> None:
        """What the copied database begins with."""
        cls.shop.run(TICKETS, count=cls.tickets, raised=cls.raised, batch=cls.batch)

    @classmethod
    def keep_seed(cls) -> None:
        """The database as it is now is what tests begin with."""
        cls.database.disconnect()
        cls.seed.copy_from(cls.database.name)

    def setUp(self) -> None:
        super().setUp()
        self.database.copy_from(self.seed.name)
        self.mail.mails.clear()

    # --- what stands in the database ---------------------------------------------------------------

    def count_due(self) -> int:
        """Clocks that the sweep has not looked at."""
        return self.database.value(
            "SELECT count(*) FROM support_clock WHERE sweep_at < now() AT TIME ZONE 'UTC' AND breached IS NULL"
        )

    def end_state(self) -> dict[str, Any]:
        """Everything a sweep decides, without ids and without the moment at which it ran."""
        sql = self.database.sql
        return {
            "clocks": sql(
                """SELECT ticket_id, metric, grade, round, state, deadline, breached, cycle, overrun, aside, sweep_at
                   FROM support_clock ORDER BY 1, 2, 3, 4"""
            ),
            "escalations": sql(
                """SELECT e.ticket_id, c.metric, s.sequence, e.cycle, e.due, e.state, e.manual
                   FROM support_escalation e JOIN support_clock c ON c.id = e.clock_id
                   JOIN support_escalation_step s ON s.id = e.step_id ORDER BY 1, 2, 3, 4"""
            ),
            "events": sql(
                """SELECT ticket_id, kind, side, data->>'step', data->>'due', count(*) FROM support_event
                   GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"""
            ),
            "tickets": sql(
                """SELECT id, support_sla_state, support_breached, support_next_due, support_escalated, stage_id,
                          support_escalation_step_id FROM helpdesk_ticket ORDER BY id"""
            ),
            "intents": sql(
                """SELECT n.ticket_id, n.kind, n.partner_id, n.channel, n.code, count(*),
                          sum((SELECT count(*) FROM support_escalation_support_notification_rel r
                               WHERE r.support_notification_id = n.id))
                   FROM support_notification n GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"""
            ),
            "troubles": sql("SELECT ticket_id, solved IS NULL FROM support_trouble ORDER BY 1"),
        }

    def assertSameState(self, found: dict[str, Any], expected: dict[str, Any]) -> None:
        for name, rows in expected.items():
            missing, more = Counter(rows) - Counter(found[name]), Counter(found[name]) - Counter(rows)
            self.assertFalse(
                missing or more,
                f"{name}: {sum(missing.values())} missing, {sum(more.values())} too many, "
                f"for example {list(missing)[:3]} / {list(more)[:3]}",
            )

    def assertEachStepOnce(self, steps: int) -> None:
        """``steps`` in all, none twice."""
        rows = self.database.sql("SELECT clock_id, step_id, cycle FROM support_escalation WHERE NOT manual")
        self.assertEqual(len(rows), steps)
        self.assertEqual(len(set(rows)), steps)

    def server(self, **options: Any) -> Server:
        """A server process on this test's database, not yet started."""
        server = Server(self.database.name, smtp=self.mail.port, **options)
        self.addCleanup(server.close)
        return server
