from odoo.exceptions import AccessError
from odoo.tests.common import tagged
from odoo.tools import mute_logger

from .common import Dialog360Case, utc


@tagged("post_install", "-at_install")
class TestOverrun(Dialog360Case):
    """Reviews of overruns as managers look over them (R-8)."""

    def make(self, solved):
        """A ticket that two teams had, late since Wednesday at six, solved at ``solved``."""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.at(ticket.with_user(self.agent), "2026-03-02 07:00").team_id = self.team_messaging
        self.settle()
        self.sweep("2026-03-04 06:01")
        self.env["dialog360.review"]._open_batch(utc("2026-03-04 06:02"))
        if solved:
            self.wizard("dialog360.close.wizard", ticket, solved, summary="Done.").action_close()
            self.settle()
        return ticket

    def test_by_team(self):
        """R-8, D-8: how many reviews each team was in, how far beyond the promise, who has answered; a ticket that two
        teams had is one review in all"""
        first, second = self.make("2026-03-04 16:00"), self.make("2026-03-05 02:00")
        line = first.sudo().dialog360_review_ids.line_ids.filtered(lambda line: line.team_id == self.team)
        line.with_user(self.lead).write({"cause": "Nobody looked.", "action": "A second name on the rota."})
        menu = self.env.ref("dialog360_support.dialog360_overrun_menu")
        self.assertEqual(menu.parent_id, self.env.ref("helpdesk_mgmt.helpdesk_ticket_reporting_menu"))
        report = self.env[menu.action.res_model].with_user(self.manager)
        domain = [("ticket_id", "in", (first | second).ids)]
        measures = ["review_id:count_distinct", "overrun_hours:avg", "answered_share:avg"]
        self.assertEqual(
            {team: tuple(figures) for team, *figures in report._read_group(domain, ["team_id"], measures)},
            # ten and twenty hours beyond
            {self.team: (2, 15, 0.5), self.team_messaging: (2, 15, 0)},
        )
        [total] = report._read_group(domain, [], measures)
        self.assertEqual(total, (2, 15, 0.25))
        rows = report.search([*domain, ("team_id", "=", self.team.id), ("answered", "=", True)])
        self.assertEqual((rows.cause, rows.customer_id), ("Nobody looked.", self.alder))
        self.assertEqual(rows.action_open_review()["res_id"], first.sudo().dialog360_review_ids.id)
        action = report.search(domain).action_open_tickets()
        self.assertEqual(self.env["helpdesk.ticket"].search(action["domain"]), first | second)

    def test_not_solved_yet(self):
        """R-8: while a ticket is open nobody knows how far beyond the promise it will be, and no average says"""
        solved, late = self.make("2026-03-04 16:00"), self.make(False)
        report = self.env["dialog360.overrun"].with_user(self.manager)
        domain = [("ticket_id", "in", (solved | late).ids), ("team_id", "=", self.team.id)]
        self.assertEqual(report._read_group(domain, [], ["__count", "overrun_hours:avg"]), [(2, 10)])

    def test_who_reads_it(self):
        """R-8: managers only, of their companies; agents have the reviews that they answer"""
        ticket = self.make(False)
        report = self.env["dialog360.overrun"]
        self.assertEqual(report.with_user(self.manager).search([("ticket_id", "=", ticket.id)]).ticket_id, ticket)
        for user in (self.agent, self.customer_user):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                report.with_user(user).search_count([])
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.cr.execute("UPDATE helpdesk_ticket SET company_id = %s WHERE id = %s", [other.id, ticket.id])
        self.env.invalidate_all()
        self.assertFalse(report.with_user(self.manager).search([("ticket_id", "=", ticket.id)]))
