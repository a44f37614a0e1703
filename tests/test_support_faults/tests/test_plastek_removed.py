from __future__ import annotations

from odoo.tests import tagged

from .test_reinstall import WORK, ReinstallCase

#: Open requests of Plas-Tek: one on the first line that was answered with a page, one with corrections, one late.
REQUESTS = """
    from datetime import timedelta
    ref = env.ref
    now = odoo.fields.Datetime.now()
    Users = env["res.users"].with_context(no_reset_password=True)
    groups = [odoo.fields.Command.link(ref("helpdesk_mgmt.group_helpdesk_manager").id)]
    user, second = (
        Users.create({"name": name, "login": f"{name}-{now}", "email": f"{name}@desk.example", "group_ids": groups})
        for name in ("first", "second")
    )
    ref("plastek_catalog.provider").role_ids.user_ids = user | second
    customer = env["res.partner"].create({"name": "Tandem", "email": "tandem@customer.example"})

    def make(name, ago, **values):
        return env["helpdesk.ticket"].with_user(user).with_context(support_now=now - ago).create(
            {"name": name, "description": "x", "team_id": ref("plastek_catalog.team_support").id,
             "partner_id": customer.id, **values})

    late = make("Points are not added", timedelta(days=30))
    asked = make("How many points are on my card?", timedelta(minutes=5),
                 support_kind_id=ref("plastek_catalog.kind_guest").id)
    wizard = asked.action_support_answers()
    env[wizard["res_model"]].with_user(user).with_context(**wizard["context"]).create({}).action_send()
    corrections = env["plastek.correction"].with_user(user).create([
        {"ticket_id": late.id, "object_ref": number, "what": "Balance", "value_before": "100", "value_after": "350",
         "reason": "Lost points."} for number in ("000123", "000456")])
    corrections.action_ask()
    corrections[0].with_user(second).action_approve()
    page = env["support.page.use"].search([("ticket_id", "=", asked.id)]).page_id
    result = {"late": late.id, "asked": asked.id, "page": page.id}
"""


@tagged("post_install", "-at_install")
class TestPlastekRemoved(ReinstallCase):
    """Plas-Tek's addon goes while requests, answers and corrections are open."""

    addon = "plastek_catalog"
    prefix = "plastek"

    def test_plastek_leaves_and_comes_back(self):
        """F-12, P-10, P-12: with the addon gone its open requests keep queue, level, facts, clocks and escalations, the
        page that one was answered with stays, and what was to be corrected stands on the ticket; installed again, it
        serves new requests"""
        self.install()
        found = self.work(REQUESTS, WORK)
        self.assertTrue(found["page"])
        before = self.state()
        self.assertTrue([row for row in before["escalations"] if row[1] == found["late"]])
        sent = self.mail.copies()

        self.odoo_module("uninstall")
        self.assertEqual(self.state(), before)
        self.assertNoOrphans()
        pages = self.database.sql("SELECT id FROM document_page WHERE id = %s", found["page"])
        self.assertTrue(pages)
        notes = " ".join(
            body
            for (body,) in self.database.sql(
                "SELECT body FROM mail_message WHERE model = 'helpdesk.ticket' AND res_id = %s AND body IS NOT NULL",
                found["late"],
            )
        )
        for part in ("000123", "000456", "100 → 350", "Lost points.", "Approved", "To approve", "second"):
            self.assertIn(part, notes)
        self.work(WORK)
        self.assertEqual(self.state(), before)
        self.assertEqual(self.mail.copies(), sent, "nothing is told again")

        self.odoo_module("install")
        newer = self.work(REQUESTS, WORK)
        self.assertTrue(
            self.database.sql("SELECT 1 FROM support_clock WHERE ticket_id = %s AND state = 'running'", newer["asked"])
        )
