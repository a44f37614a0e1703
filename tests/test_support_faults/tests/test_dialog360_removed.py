from __future__ import annotations

from odoo.tests import tagged

from .test_reinstall import WORK, ReinstallCase

#: Tickets of 360dialog: a late one with its review, one that Meta is to blame for, one that waits for its client.
TICKETS = """
    from datetime import timedelta
    ref = env.ref
    now = odoo.fields.Datetime.now()
    team = ref("dialog360_support.team_support")
    lead = env["res.users"].with_context(no_reset_password=True).create(
        {"name": "Lead", "login": f"lead-{now}", "email": "lead@desk.example", "notification_type": "email",
         "group_ids": [odoo.fields.Command.link(ref("helpdesk_mgmt.group_helpdesk_manager").id)]})
    team.write({"user_id": lead.id, "user_ids": [odoo.fields.Command.link(lead.id)]})
    provider = ref("dialog360_support.provider")
    provider.role_ids.filtered(lambda role: role.source == "users").user_ids = lead
    client = env["res.partner"].create({"name": "Alder Messaging", "email": "office@alder.example"})

    def raised(name, ago):
        return env["helpdesk.ticket"].with_context(support_now=now - ago).create(
            {"name": name, "description": "x", "team_id": team.id, "partner_id": client.id,
             "support_priority_id": ref("dialog360_support.priority_2").id, "dialog360_request": "GET /v1/health"})

    late = raised("Templates are late", timedelta(days=30))
    outside = raised("No webhook arrives", timedelta(hours=2))
    outside._support_put_outside(ref("dialog360_support.outside_meta"), "Their side")
    waiting = raised("Nobody can log in", timedelta(hours=3))
    waiting.with_user(lead).write({"user_id": lead.id, "stage_id": ref("dialog360_support.stage_in_progress").id})
    waiting.with_user(lead).stage_id = ref("dialog360_support.stage_waiting")
    waiting._dialog360_expect(now + timedelta(days=2), "The review takes longer.")
    env.flush_all()
    result = {"late": late.id, "outside": outside.id, "waiting": waiting.id}
"""
#: and what the addon's own scheduled action does
REVIEW = """
    env["dialog360.review"]._cron_open()
    result = env["dialog360.review"].search_count([])
"""


@tagged("post_install", "-at_install")
class TestDialog360Removed(ReinstallCase):
    """360dialog's addon goes while tickets are late, under review, outside of the support and wait for their client."""

    addon = "dialog360_support"
    prefix = "dialog360"

    def test_dialog360_leaves_and_comes_back(self):
        """F-12, D-7, D-8, D-12: with the addon gone its open tickets keep queue, level, facts, clocks and escalations,
        reviews leave neither activities nor messages behind, and nobody is told again; installed again, it serves new
        tickets"""
        self.install()
        found = self.work(TICKETS, WORK)
        self.assertEqual(self.work(REVIEW), 1)
        self.work(WORK)
        before = self.state()
        self.assertTrue([row for row in before["escalations"] if row[1] == found["late"]])
        self.assertTrue(self.mail.mails)
        sent = self.mail.copies()

        self.odoo_module("uninstall")
        self.assertEqual(self.state(), before)
        self.assertNoOrphans()
        for table, column in (
            ("mail_activity", "res_model"),
            ("mail_message", "model"),
            ("mail_followers", "res_model"),
        ):
            self.assertFalse(self.database.sql(f"SELECT id FROM {table} WHERE {column} LIKE %s", "dialog360%"), table)
        self.work(WORK)
        self.assertEqual(self.state(), before)
        self.assertEqual(self.mail.copies(), sent, "nothing is told again")

        self.odoo_module("install")
        newer = self.work(TICKETS, WORK)
        self.assertTrue(
            self.database.sql("SELECT 1 FROM support_clock WHERE ticket_id = %s AND state = 'running'", newer["late"])
        )
        rows = self.database.sql(
            "SELECT deadline, hold FROM support_clock WHERE ticket_id = %s AND metric = 'resolution'", newer["outside"]
        )
        self.assertEqual(rows, [(None, "excluded")], "what Meta causes has no promise again (D-7)")
