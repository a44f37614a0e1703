from __future__ import annotations

from odoo.tests import tagged

from .test_reinstall import WORK, ReinstallCase

#: Requests of BPMSoft: one late with a password and a decision, one that stands in line behind it, one that is held.
REQUESTS = """
    from datetime import timedelta
    ref = env.ref
    now = odoo.fields.Datetime.now()
    team = ref("bpmsoft_care.team_care")
    expert = env["res.users"].with_context(no_reset_password=True).create(
        {"name": "Expert", "login": f"expert-{now}", "email": "expert@desk.example",
         "group_ids": [odoo.fields.Command.link(ref("helpdesk_mgmt.group_helpdesk_manager").id)]})
    team.user_ids = expert
    ref("bpmsoft_care.provider").role_ids.filtered(lambda role: role.source == "users").user_ids = expert
    client = env["res.partner"].create({"name": "Irtysh Steel", "is_company": True})
    person, colleague = env["res.partner"].create([
        {"name": name, "parent_id": client.id, "email": f"{name}@irtysh.example"} for name in ("office", "plant")])
    env["support.entitlement"].create(
        {"provider_id": ref("bpmsoft_care.provider").id, "partner_id": client.id, "date_start": "2020-01-01",
         "contact_ids": [odoo.fields.Command.set(person.ids)]})

    def raised(name, ago, by):
        return env["helpdesk.ticket"].with_context(support_now=now - ago, support_side="customer").create(
            {"name": name, "description": "x", "team_id": team.id, "partner_id": by.id,
             "support_priority_id": ref("bpmsoft_care.priority_critical").id,
             "bpmsoft_questions": "Why?", "bpmsoft_account": "visitor", "bpmsoft_password": "visitor-Pass-77"})

    late = raised("The invoice stays empty", timedelta(days=30), person)
    late.with_user(expert).stage_id = ref("bpmsoft_care.stage_analysis")
    line = raised("A field is missing", timedelta(minutes=5), person)
    held = raised("Please call me", timedelta(minutes=3), colleague)
    kept = env["bpmsoft.secret"].search([("ticket_id", "in", (late | line | held).ids), ("state", "=", "kept")])
    result = {"late": late.id, "line": line.id, "held": held.id, "kept": len(kept),
              "clocks": len(held.support_clock_ids)}
"""


@tagged("post_install", "-at_install")
class TestBpmsoftRemoved(ReinstallCase):
    """BPMSoft's addon goes while requests stand in line, wait for a decision and keep a password."""

    addon = "bpmsoft_care"
    prefix = "bpmsoft"

    def test_bpmsoft_leaves_and_comes_back(self):
        """F-12, B-5, B-9, B-11: with the addon gone its open requests keep queue, level, facts, clocks and escalations,
        no password stays behind and the requests say so; what was held has no promise still; installed again, it serves
        new requests"""
        self.install()
        found = self.work(REQUESTS, WORK)
        self.assertEqual(found["kept"], 3)
        self.assertFalse(found["clocks"], "nothing is promised to who is not authorised")
        before = self.state()
        self.assertTrue([row for row in before["escalations"] if row[1] == found["late"]])
        sent = self.mail.copies()

        self.odoo_module("uninstall")
        self.assertEqual(self.state(), before)
        self.assertNoOrphans()
        notes = self.database.sql(
            "SELECT res_id FROM mail_message WHERE model = 'helpdesk.ticket' AND body LIKE %s",
            "%were removed with the addon%",
        )
        self.assertEqual({row[0] for row in notes}, {found["late"], found["line"], found["held"]})
        self.work(WORK)
        self.assertEqual(self.state(), before)
        self.assertEqual(self.mail.copies(), sent, "nothing is told again")

        self.odoo_module("install")
        newer = self.work(REQUESTS, WORK)
        self.assertTrue(
            self.database.sql("SELECT 1 FROM support_clock WHERE ticket_id = %s AND state = 'running'", newer["line"])
        )
