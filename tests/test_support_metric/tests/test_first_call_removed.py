from odoo.addons.test_support_faults.tests.server import Database, Workshop, needed
from odoo.tests import BaseCase, tagged

#: A provider whose policy promises an addon's metric, and two tickets on it, one missed long ago.
DESK = """
    from datetime import datetime, timedelta
    provider = env["support.provider"].create(
        {"name": "Invented Care", "code": "metric_test", "entitlement_mode": "ignore",
         "calendar_id": env["resource.calendar"].search([], limit=1).id}
    )
    role = env["support.role"].create(
        {"provider_id": provider.id, "code": "lead", "name": "Lead", "user_ids": [(4, env.ref("base.user_admin").id)]}
    )
    chain = env["support.escalation.chain"].create(
        {"name": "Up", "provider_id": provider.id, "step_ids": [(0, 0, {"name": "Tell", "role_id": role.id})]}
    )
    env["support.policy"].create(
        {"name": "Everything", "provider_id": provider.id, "target_ids": [
            (0, 0, {"metric": metric, "amount": 1, "unit": "hours", "basis": "always", "chain_id": chain.id})
            for metric in ("first_call", "resolution")
        ]}
    )
    team = env["helpdesk.ticket.team"].create({"name": "Invented", "support_provider_id": provider.id})
    raised = datetime.fromisoformat(given["raised"])
    result = []
    for minutes in (0, 120):
        moment = raised + timedelta(minutes=minutes)
        result += env["helpdesk.ticket"].with_context(support_now=moment).create(
            {"name": "Ticket", "description": "It does not work.", "team_id": team.id}
        ).ids
    env["support.sweep"].with_context(support_now=raised + timedelta(minutes=100))._cron_sweep()
"""
REMOVE = """
    module = env["ir.module.module"].search([("name", "=", "test_support_metric")])
    module.button_immediate_uninstall()
"""
#: Everything that looks at clocks, at a moment when the second ticket is overdue too.
LIVE_ON = """
    from datetime import datetime, timedelta
    now = datetime.fromisoformat(given["raised"]) + timedelta(minutes=300)
    later = env["helpdesk.ticket"].with_context(support_now=now)
    first, second = later.browse(given["tickets"])
    env["support.sweep"].with_context(support_now=now)._cron_sweep()
    panels = [[clock["metric"] for clock in ticket._support_get_panel()["clocks"]] for ticket in (first, second)]
    third = later.create({"name": "New", "description": "Again.", "team_id": first.team_id.id})
    for ticket in (first, second):
        ticket.message_post(body="On it.", message_type="comment", subtype_xmlid="mail.mt_comment")
    second.web_read({"support_next_metric": {}, "support_clock_ids": {"fields": {"metric": {}, "display_name": {}}}})
    first.support_version_id.policy_id.web_read({"target_ids": {"fields": {"metric": {}, "display_name": {}}}})
    result = {
        "panels": panels,
        "third": third.support_clock_ids.mapped("metric"),
        "next": [ticket.support_next_metric for ticket in (first, second, third)],
    }
"""


@tagged("post_install", "-at_install")
class TestFirstCallRemoved(BaseCase):
    """The addon of a metric is uninstalled from a desk that promises it, by a real process."""

    def test_uninstalled(self):
        """E-1, F-12: without the addon the desk works on: its promise has no clocks any more, the verdicts that were
        given stay, nobody is told of what nobody measures, and no ticket is set aside"""
        database = Database("test_support_metric_removed")
        self.addCleanup(database.drop)
        database.copy_from(needed("SUPPORT_TEMPLATE_DB"))
        raised = "2026-03-02 09:00:00"
        shop = Workshop(database)
        try:
            tickets = shop.run(DESK, raised=raised)
            before = database.sql("SELECT id, breached FROM support_clock WHERE breached IS NOT NULL ORDER BY id")
            self.assertEqual(len(before), 2, "the first ticket missed both promises")
            shop.run(REMOVE)
        finally:
            shop.close()
        told = database.value("SELECT count(*) FROM support_escalation")
        shop = Workshop(database)
        try:
            found = shop.run(LIVE_ON, raised=raised, tickets=tickets)
        finally:
            shop.close()
        self.assertEqual(found["panels"], [["resolution"], ["resolution"]])
        self.assertEqual(found["third"], ["resolution"])
        self.assertNotIn("first_call", found["next"])
        self.assertFalse(database.sql("SELECT 1 FROM support_trouble"))
        self.assertEqual(database.value("SELECT count(*) FROM support_escalation"), told + 1, "of the resolution only")
        after = database.sql("SELECT id, breached FROM support_clock WHERE breached IS NOT NULL ORDER BY id")
        self.assertEqual(after[:2], before)
        self.assertEqual(
            database.sql(
                "SELECT breached, sweep_at FROM support_clock WHERE metric = 'first_call' AND ticket_id = %s",
                tickets[1],
            ),
            [(None, None)],
        )
