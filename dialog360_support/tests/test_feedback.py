from odoo.exceptions import AccessError
from odoo.tests.common import tagged

from .common import Dialog360Case, utc


@tagged("post_install", "-at_install")
class TestFeedback(Dialog360Case):
    """What clients and teams say, in one place."""

    def test_clients_and_teams_in_one_list(self):
        """D-19: ratings of clients, answers of teams in reviews and remarks of colleagues stand in one report, by team
        and month"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.sweep("2026-03-04 06:01")
        self.env["dialog360.review"]._open_batch(utc("2026-03-04 06:02"))
        line = ticket.sudo().dialog360_review_ids.line_ids
        line.with_user(self.lead).write({"cause": "Nobody looked.", "action": "A second name on the rota."})
        self.wizard("dialog360.close.wizard", ticket, "2026-03-05 06:00", summary="Done.").action_close()
        self.settle()
        ticket.sudo().rating_apply(1, token=ticket.sudo()._dialog360_get_rating_token(), feedback="Too slow")
        self.env["dialog360.remark"].with_user(self.agent).create(
            {"ticket_id": ticket.id, "text": "The log tool is too slow."}
        )
        self.env.flush_all()
        rows = self.env["dialog360.feedback"].with_user(self.manager).search([("ticket_id", "=", ticket.id)])
        said = {row.source: row.text for row in rows}
        self.assertEqual(said["client"], "Too slow")
        self.assertIn("second name on the rota", said["review"])
        self.assertEqual(said["team"], "The log tool is too slow.")
        self.assertEqual(rows.team_id, self.team)
        [[rating]] = self.env["dialog360.feedback"]._read_group([("ticket_id", "=", ticket.id)], [], ["rating:avg"])
        self.assertEqual(rating, 1, "what teams say has no rating, and counts as none")

    def test_in_the_review_of_the_process(self):
        """D-19, R-8: under Reporting, what was said by client, team and month with the average of the ratings; each row
        opens its ticket, and a remark about none says so"""
        rated = {}
        for stars in (1, 5):
            ticket = rated[stars] = self.raise_ticket("2026-03-02 06:00")
            self.wizard("dialog360.close.wizard", ticket, "2026-03-02 09:00", summary="Done.").action_close()
            self.settle()
            ticket.sudo().rating_apply(stars, token=ticket.sudo()._dialog360_get_rating_token())
        remark = self.env["dialog360.remark"].with_user(self.agent).create({"text": "The log tool is too slow."})
        self.env.flush_all()
        menu = self.env.ref("dialog360_support.dialog360_feedback_menu")
        self.assertEqual(menu.parent_id, self.env.ref("helpdesk_mgmt.helpdesk_ticket_reporting_menu"))
        self.assertEqual(menu.action.view_mode, "list,pivot,graph")
        report = self.env["dialog360.feedback"].with_user(self.manager)
        ours = [("ticket_id", "in", (rated[1] | rated[5]).ids)]
        groups = report.formatted_read_group(ours, ["customer_id", "source"], ["rating:avg", "__count"])
        self.assertEqual(
            [(group["customer_id"][0], group["source"], group["rating:avg"], group["__count"]) for group in groups],
            [(self.alder.id, "client", 3, 2)],
        )
        bad = report.search([*ours, ("source", "=", "client"), ("rating", "<", 2.5)])
        self.assertEqual(bad.action_open_ticket()["res_id"], rated[1].id)
        general = report.search([("source", "=", "team"), ("text", "=", remark.text), ("ticket_id", "=", False)])
        with self.refused("no ticket in particular"):
            general[0].action_open_ticket()

    def test_whose_words(self):
        """D-19: nobody remarks in the name of another; clients, and agents in the report of everybody, read nothing"""
        remark = (
            self.env["dialog360.remark"].with_user(self.agent).create({"text": "Good work.", "user_id": self.lead.id})
        )
        self.assertEqual(remark.user_id, self.agent)
        with self.assertRaises(AccessError):
            remark.with_user(self.lead).text = "Bad work."
        with self.assertRaises(AccessError):
            remark.with_user(self.customer_user).read(["text"])
        with self.assertRaises(AccessError):
            self.env["dialog360.feedback"].with_user(self.agent).search([])
