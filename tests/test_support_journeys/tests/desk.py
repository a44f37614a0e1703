"""Judopay's desk as a real server with people, a mail server and browsers around it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from odoo.addons.test_support_faults.tests.server import (
    Database,
    MailServer,
    Server,
    Workshop,
    needed,
    wait_until,
)
from odoo.tests import BaseCase, tagged
from odoo.tools.misc import file_path

PASSWORD = "judopay-journey"

#: Before the people of a desk: ``make`` makes one; ``given`` has the password and the zone they live in.
BEFORE = """
    from datetime import datetime, timedelta
    import pytz
    ref = env.ref
    Users = env["res.users"].with_context(no_reset_password=True)
    agents = ("base.group_user", "helpdesk_mgmt.group_helpdesk_user")

    def make(login, groups, **values):
        return Users.create(
            {
                "name": login.title(),
                "login": login,
                "password": given["password"],
                "email": f"{login}@desk.example",
                "notification_type": "email",
                "tz": given["zone"],
                "group_ids": [odoo.fields.Command.set([ref(group).id for group in groups])],
                **values,
            }
        )
"""
#: After them: only the scheduled actions of the engine run; ``opening`` is that of the last day on which ``provider``
#: is open from the hour on that ``given`` names, for so many hours in a row.
AFTER = """
    env["ir.cron"].search([]).active = False
    for name in ("ir_cron_sweep", "ir_cron_outbox"):
        ref(f"support_sla.{name}").active = True
    ref("mail.ir_cron_mail_scheduler_action").active = True
    zone, calendar = pytz.timezone(given["zone"]), provider.calendar_id
    first, hours = given["open"]
    day = datetime.utcnow().replace(hour=0, minute=0, second=0, microsecond=0)
    while True:
        day -= timedelta(days=1)
        opening = zone.localize(day + timedelta(hours=first)).astimezone(pytz.utc).replace(tzinfo=None)
        if calendar._sla_elapsed(opening, opening + timedelta(hours=hours)) == hours * 3600:
            break
    result = {"address": "", **result, "opening": opening.isoformat()}
"""
#: Judopay's people, with invented names.
PEOPLE = """
    domain = env["mail.alias.domain"].search([("name", "=", "desk.example")]) or env["mail.alias.domain"].create(
        {"name": "desk.example"}
    )
    env["res.company"].search([]).alias_domain_id = domain
    team = ref("judopay_priorities.team_service_desk")
    team.alias_domain_id = domain
    agent = make("agent", agents)
    people = {}
    for login, role in [
        ("watch", "role_support_24h"),
        ("desk", "role_service_representative"),
        ("head", "role_it_operations_manager"),
        ("chief", "role_cto"),
    ]:
        people[login] = make(login, agents)
        ref(f"judopay_priorities.{role}").user_ids = people[login]
    success = make("success", agents)
    team.user_ids = agent | people["head"] | people["watch"]
    provider = ref("judopay_priorities.provider")
    provider.administrator_id = make("manager", ("base.group_user", "helpdesk_mgmt.group_helpdesk_manager"))
    alder = env["res.partner"].create({"name": "Alder Tickets", "is_company": True, "email": "office@alder.example"})
    merchant = make("merchant", ("base.group_portal",), email="till@alder.example", name="Alder Till")
    merchant.partner_id.parent_id = alder
    env["support.entitlement"].create(
        {"provider_id": provider.id, "partner_id": alder.id, "date_start": "2020-01-01",
         "success_manager_id": success.id}
    )
    year = datetime.utcnow().year
    provider.calendar_id._sla_fill_holidays([year - 1, year])
    result = {"address": team.alias_email}
"""


@tagged("post_install", "-at_install")
class DeskCase(BaseCase):
    """A database with Judopay's people; the desk opens at 08:00 London time on its own wall clock."""

    #: makes the people of a desk: code after ``BEFORE`` that sets ``provider``, and ``result`` for the test to know
    people = PEOPLE
    #: where they live; the hour from which on they are open, and for how many hours in a row
    zone, open = "Europe/London", (8, 10)

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        # a browser test that is skipped is not a test
        cls.chromium = needed("SUPPORT_CHROMIUM")
        name = f"journey_{os.getpid()}_{cls.__name__.lower()}"
        cls.mail = MailServer().start()
        cls.addClassCleanup(cls.mail.stop)
        cls.database = Database(name)
        cls.addClassCleanup(cls.database.drop)
        cls.database.copy_from(needed("SUPPORT_TEMPLATE_DB"))
        shop = Workshop(cls.database)
        cls.addClassCleanup(shop.close)
        cls.found = found = shop.run(BEFORE + cls.people + AFTER, password=PASSWORD, zone=cls.zone, open=cls.open)
        shop.close()
        cls.address = found["address"]
        cls.opening = datetime.fromisoformat(found["opening"])
        clock = tempfile.NamedTemporaryFile("w", prefix=name, delete=False)  # noqa: SIM115
        clock.close()
        cls.clock_file = Path(clock.name)
        cls.addClassCleanup(cls.clock_file.unlink)
        root = Path(os.environ.get("SUPPORT_ROOT") or Path(__file__).resolve().parents[3])
        cls.pictures = root / ".data" / "journeys"
        cls.pictures.mkdir(parents=True, exist_ok=True)
        cls.server = Server(
            name,
            crons=1,
            smtp=cls.mail.port,
            options=("--load", "base,web,rpc,test_support_journeys"),
            variables={"SUPPORT_CLOCK_FILE": str(cls.clock_file)},
        )
        cls.addClassCleanup(cls.server.close)

    # --- the wall clock ------------------------------------------------------------------------------

    def set_clock(self, moment: datetime) -> None:
        """Set the desk's wall clock; it goes on from there.

        The minutes that are jumped over would have made the scheduled actions due. PostgreSQL's own clock, which
        decides when they run, stands still meanwhile, so they are due now.
        """
        offset = int((moment - datetime.utcnow()).total_seconds())
        file = self.clock_file.with_suffix(".new")
        file.write_text(str(offset))
        file.replace(self.clock_file)
        if self.server.process:
            self.database.sql("UPDATE ir_cron SET nextcall = least(nextcall, now() AT TIME ZONE 'UTC') WHERE active")

    def minutes(self, number: float) -> datetime:
        """So many minutes after nine o'clock, an hour after the opening."""
        return self.opening + timedelta(minutes=60 + number)

    # --- what is seen from outside ---------------------------------------------------------------------

    def eventually(self, condition: Callable[[], Any], what: str) -> Any:
        """Wait for what the running server's scheduled actions bring about."""

        def look() -> Any:
            found = condition()
            if not found:
                self.server.wake_crons()
            return found

        return wait_until(look, f"{what}\n{self.server.tail(8)}", poll=0.5)

    def clocks(self, ticket: int) -> dict[str, tuple]:
        """metric → (state, deadline, stopped, breached) of the ticket's last round."""
        return {
            row[0]: row[1:]
            for row in self.database.sql(
                """SELECT metric, state, deadline, stopped, breached FROM support_clock
                   WHERE ticket_id = %s AND state != 'cancelled' ORDER BY grade, round""",
                ticket,
            )
        }

    def steps(self, ticket: int) -> list[str]:
        """Who was escalated to, in order."""
        return [
            name
            for (name,) in self.database.sql(
                """SELECT s.name->>'en_US' FROM support_escalation e JOIN support_escalation_step s ON s.id = e.step_id
                   WHERE e.ticket_id = %s ORDER BY e.id""",
                ticket,
            )
        ]

    def reached(self, ticket: int, steps: int) -> bool:
        """Whether so many steps were taken."""
        return len(self.steps(ticket)) >= steps

    def stage(self, ticket: int) -> str:
        """The name of the stage it stands in."""
        return self.database.value(
            """SELECT s.name->>'en_US' FROM helpdesk_ticket t
               JOIN helpdesk_ticket_stage s ON s.id = t.stage_id WHERE t.id = %s""",
            ticket,
        )

    def told(self, login: str, ticket_number: str) -> list[str]:
        """Subjects of the mails about the ticket that somebody of the desk got."""
        return [mail.subject for mail in self.mail.to(f"{login}@desk.example") if ticket_number in mail.subject]

    # --- the mail gateway ------------------------------------------------------------------------------

    def deliver(self, file: Path) -> None:
        """What a mail server's pipe alias does: Odoo's own gateway script, fed a mail on its standard input."""
        script = file_path("mail/static/scripts/odoo-mailgate.py")
        done = subprocess.run(
            [
                sys.executable,
                script,
                "--database",
                self.database.name,
                "--userid",
                str(self.database.value("SELECT id FROM res_users WHERE login = 'admin'")),
                "--password",
                "admin",
                "--host",
                "127.0.0.1",
                "--port",
                str(self.server.port),
            ],
            input=file.read_bytes(),
            capture_output=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr.decode())
