from uuid import uuid4

from odoo import SUPERUSER_ID, api
from odoo.addons.support_sla.models.support_context import inside
from odoo.addons.support_sla.tests.together import TogetherCase
from odoo.sql_db import db_connect
from odoo.tests import get_db_name, tagged


@tagged("post_install", "-at_install")
class TestPathTogether(TogetherCase):
    """Two people on connections of their own; what they do is committed, and tidied up afterwards."""

    def setUp(self):
        super().setUp()
        self.key = f"path-{uuid4().hex[:8]}"
        with db_connect(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"no_reset_password": True})
            self.addCleanup(self._tidy_up)
            agents = self.make_agents(env, self.key)
            tickets = env["helpdesk.ticket"].with_context(**inside(openpyme_reviewed=True))
            ticket = tickets.create(
                {
                    "name": self.key,
                    "description": "<p>x</p>",
                    "team_id": env.ref("openpyme_helpdesk_sla.team_customers").id,
                    "partner_id": env["res.partner"].create({"name": self.key}).id,
                    "support_kind_id": env.ref("openpyme_helpdesk_sla.kind_support").id,
                }
            )
            self.agents, self.ticket = agents.ids, ticket.id

    def _tidy_up(self):
        with db_connect(get_db_name()).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            tickets = env["helpdesk.ticket"].search([("name", "=", self.key)])
            cr.execute("DELETE FROM support_notification WHERE ticket_id = ANY(%s)", (tickets.ids,))
            cr.execute("DELETE FROM helpdesk_ticket WHERE id = ANY(%s)", (tickets.ids,))
            partners = env["res.partner"].search([("name", "=", self.key)])
            cr.execute("DELETE FROM support_lane_account WHERE partner_id = ANY(%s)", (partners.ids,))
            env.invalidate_all()
            env["res.users"].search([("login", "like", self.key)]).unlink()
            partners.unlink()

    def test_two_answer_at_once(self):
        """O-7: of two agents who answer the same step at once one is recorded, and the other is told who was first"""

        def answer(env, number):
            ticket = env["helpdesk.ticket"].with_user(self.agents[number]).browse(self.ticket)
            ticket._openpyme_path_take("scenario", "enough", 1, {"note": f"Agent {number}"})

        refused = self.do_together(answer)
        self.assertEqual(len(refused), 1)
        self.assertIn(f"{self.key} 1 has answered", refused[0])
        notes = "SELECT array_agg(note) FROM openpyme_path_entry WHERE ticket_id = %s"
        self.assertEqual(self.ask(notes, self.ticket), ["Agent 0"])

    def test_one_problem(self):
        """O-8: two who need the problem ticket of a support ticket at once get the same one"""

        def ensure(env, number):
            env["helpdesk.ticket"].browse(self.ticket)._openpyme_ensure_problem()

        self.assertFalse(self.do_together(ensure))
        problems = "SELECT count(*) FROM helpdesk_ticket WHERE support_is_problem AND name = %s"
        self.assertEqual(self.ask(problems, self.key), 1)
