import threading
import time
from contextlib import closing
from uuid import uuid4

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged


@tagged("post_install", "-at_install")
class TestLaneTogether(BaseCase):
    """Two agents on connections of their own; what they do is committed, and tidied up afterwards."""

    def setUp(self):
        super().setUp()
        self.key = f"lane-{uuid4().hex[:8]}"
        with db_connect(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"no_reset_password": True})
            self.addCleanup(self._tidy_up)
            calendar = env["resource.calendar"].search([], limit=1)
            provider = env["support.provider"].create(
                {"name": self.key, "code": self.key, "calendar_id": calendar.id, "entitlement_mode": "ignore"}
            )
            team = env["helpdesk.ticket.team"].create({"name": self.key, "support_provider_id": provider.id})
            stages = env["helpdesk.ticket.stage"].create(
                [
                    {"name": f"{self.key} {phase}", "support_phase": phase, "team_ids": [(6, 0, team.ids)]}
                    for phase in ("new", "open")
                ]
            )
            env["support.lane"].create({"name": self.key, "provider_id": provider.id})
            customer = env["res.partner"].create({"name": self.key})
            agents = env["res.users"].create(
                [
                    {
                        "name": f"{self.key} {number}",
                        "login": f"{self.key}-{number}",
                        "group_ids": [(6, 0, env.ref("helpdesk_mgmt.group_helpdesk_user").ids)],
                    }
                    for number in (1, 2)
                ]
            )
            tickets = env["helpdesk.ticket"].create(
                [
                    {
                        "name": f"{self.key} {number}",
                        "description": "<p>x</p>",
                        "team_id": team.id,
                        "partner_id": customer.id,
                        "stage_id": stages[0].id,
                    }
                    for number in (1, 2)
                ]
            )
            self.agents, self.tickets, self.open_stage = agents.ids, tickets.ids, stages[1].id

    def _ask(self, query, *values):
        with closing(db_connect(get_db_name()).cursor()) as cr:
            cr.execute(query, values)
            return cr.fetchone()[0]

    def _tidy_up(self):
        with db_connect(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            provider = env["support.provider"].search([("code", "=", self.key)])
            tickets = env["helpdesk.ticket"].search([("support_provider_id", "=", provider.id)])
            cr.execute("DELETE FROM support_notification WHERE ticket_id = ANY(%s)", (tickets.ids,))
            cr.execute("DELETE FROM helpdesk_ticket WHERE id = ANY(%s)", (tickets.ids,))
            cr.execute(
                "DELETE FROM support_lane_account USING support_lane AS lane "
                "WHERE lane.id = lane_id AND lane.provider_id = %s",
                (provider.id,),
            )
            env.invalidate_all()
            env["support.lane"].search([("provider_id", "=", provider.id)]).unlink()
            teams = env["helpdesk.ticket.team"].search([("support_provider_id", "=", provider.id)])
            env["helpdesk.ticket.stage"].search([("team_ids", "in", teams.ids)]).unlink()
            teams.unlink()
            provider.unlink()
            env["res.users"].search([("login", "like", self.key)]).unlink()
            env["res.partner"].search([("name", "like", self.key)]).unlink()

    def _wait_until(self, condition, what: str):
        for _step in range(600):
            if condition():
                return
            time.sleep(0.05)
        self.fail(f"Waited in vain: {what}")

    def test_two_agents_start_at_once(self):
        """O-10: of two agents who start two tickets of one customer at once only one wins; the other is told"""
        pids, refused, errors = [], [], []

        def start(env, number):
            ticket = env["helpdesk.ticket"].with_user(self.agents[number]).browse(self.tickets[number])
            ticket.stage_id = self.open_stage
            ticket.env.flush_all()

        def second_agent():
            try:
                with db_connect(get_db_name()).cursor() as cr:
                    cr.execute("SELECT pg_backend_pid()")  # from here on it sees nothing of what the first will store
                    pids.append(cr.fetchone()[0])
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    retrying(lambda: start(env, 1), env)  # as Odoo repeats what a button calls
            except UserError as error:
                refused.append(str(error))
            except Exception as error:  # noqa: BLE001  shown by the test
                errors.append(error)

        with db_connect(get_db_name()).cursor() as cr:
            start(api.Environment(cr, SUPERUSER_ID, {}), 0)
            second = threading.Thread(target=second_agent)
            second.start()
            self._wait_until(
                lambda: pids and self._ask("SELECT cardinality(pg_blocking_pids(%s))", pids[0]), "it does not wait"
            )
        second.join(60)
        self.assertFalse(second.is_alive())
        self.assertFalse(errors)
        self.assertEqual(len(refused), 1)
        self.assertIn("is in work", refused[0])
        self.assertEqual(
            self._ask(
                "SELECT array_agg(support_lane_state ORDER BY id) FROM helpdesk_ticket WHERE id = ANY(%s)", self.tickets
            ),
            ["in_work", "waiting"],
        )
