from uuid import uuid4

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import get_db_name, tagged

from .together import TogetherCase


@tagged("post_install", "-at_install")
class TestLaneTogether(TogetherCase):
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
            agents = self.make_agents(env, self.key)
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

    def test_two_agents_start_at_once(self):
        """O-10: of two agents who start two tickets of one customer at once only one wins; the other is told"""

        def start(env, number):
            ticket = env["helpdesk.ticket"].with_user(self.agents[number]).browse(self.tickets[number])
            ticket.stage_id = self.open_stage
            ticket.env.flush_all()

        refused = self.do_together(start)
        self.assertEqual(len(refused), 1)
        self.assertIn("is in work", refused[0])
        states = "SELECT array_agg(support_lane_state ORDER BY id) FROM helpdesk_ticket WHERE id = ANY(%s)"
        self.assertEqual(self.ask(states, self.tickets), ["in_work", "waiting"])
