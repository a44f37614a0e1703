from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from ..tools import facts
from .common import SupportCase, utc


@tagged("post_install", "-at_install")
class TestAccessHoles(SupportCase, HttpCase):
    """What a login of the own company may not do by calling the server."""

    def call(self, model: str, method: str, args: list, **context):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": {"context": context}},
        )

    def test_outbox_and_set_aside_offer_only_their_actions(self):
        """S-1: a manager has a row of the outbox sent again, but neither rewrites nor deletes it; likewise a ticket
        that was set aside"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        intent = self.env["support.notification"]._enqueue(
            [{"ticket_id": ticket.id, "kind": "administrator", "partner_id": self.manager.partner_id.id}]
        )
        intent.write({"state": "failed", "error": "no route"})
        self.env["support.trouble"]._set_aside(ticket, ValueError("poison"), utc("2026-03-02 09:10"))
        trouble = self.env["support.trouble"].search([("ticket_id", "=", ticket.id)])
        for row in (intent, trouble):
            mine = row.with_user(self.manager)
            self.assertTrue(mine.read())
            for change in ({"ticket_id": ticket.id}, {"error": "nothing happened"}):
                with self.assertRaises(AccessError):
                    mine.write(change)
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                row.with_user(self.agent).action_retry()
        intent.with_user(self.manager).action_retry()
        self.assertEqual(intent.state, "pending")
        self.at(trouble.with_user(self.manager), "2026-03-02 09:11").action_retry()
        sweep_at = self.clock(ticket, "resolution").sweep_at
        self.assertEqual(sweep_at, utc("2026-03-02 09:11"))

    def test_no_confirmation_withheld_from_outside(self):
        """S-1: an agent's client cannot say that a ticket came by automatic mail, and so keep the customer from
        the confirmation of receipt"""
        self.provider.acknowledgement_template_id = self.env["mail.template"].create(
            {
                "name": "Received",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "Received",
                "body_html": "<p>We have it.</p>",
            }
        )
        self.agent.password = "agent-support-test"
        self.authenticate(self.agent.login, "agent-support-test")
        values = {"name": "Quiet", "description": "<p>x</p>", "team_id": self.team.id, "partner_id": self.customer.id}
        (ticket_id,) = self.call("helpdesk.ticket", "create", [[values]], guard_automatic=True)
        intents = self.env["support.notification"].search([("ticket_id", "=", ticket_id)])
        self.assertEqual(intents.mapped("kind"), ["acknowledgement"])

    def test_configuration_of_another_company(self):
        """S-1: what belongs to a provider of another company is not seen, and not changed, by anybody else"""
        other = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        self.provider.company_id = other
        plan = self.env["support.plan"].create({"provider_id": self.provider.id, "name": "Gold"})
        service = self.env["support.service"].create({"provider_id": self.provider.id, "name": "Phones"})
        duty = self.env["support.role.duty"].create(
            {
                "role_id": self.first_role.id,
                "user_id": self.agent.id,
                "start": utc("2026-03-02 13:00"),
                "stop": utc("2026-03-02 15:00"),
            }
        )
        records = [
            self.urgent,
            plan,
            service,
            duty,
            self.first_role,
            self.policy,
            self.policy.current_version_id,
            self.policy.target_ids[0],
            self.chain,
            self.chain.step_ids[0],
        ]
        insider = new_test_user(
            self.env,
            "insider-support-test",
            "helpdesk_mgmt.group_helpdesk_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for record in records:
            with self.subTest(model=record._name):
                Model = self.env[record._name]
                for user in (self.agent, self.manager):
                    self.assertFalse(Model.with_user(user).search([("id", "=", record.id)]))
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["display_name"])
                with self.assertRaises(AccessError):
                    record.with_user(self.manager).write({"display_name": "Mine"})
                with self.assertRaises(AccessError):
                    record.with_user(self.manager).unlink()
                self.assertTrue(record.with_user(insider).read(["display_name"]))
        self.provider.company_id = False
        for record in records:
            self.assertTrue(record.with_user(self.agent).read(["display_name"]), "shared by all companies")

    def test_changes_of_rules_of_another_company(self):
        """S-1: what a change of rules would do, and what the hours were, is neither seen nor applied by managers of
        another company"""
        other = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        changes = self.env["support.recompute"]
        now = utc("2026-03-02 09:00")
        version = self.policy.current_version_id
        for values in (
            {"kind": "migration", "policy_id": self.policy.id, "version_id": version.id},
            {"kind": "calendar", "calendar_id": self.calendar.id},
        ):
            changes |= changes.sudo().create({"created": now, **values})
        self.env.cr.flush()
        kept = self.env["support.calendar.version"].search([("calendar_id", "=", self.calendar.id)])
        self.assertTrue(kept)
        for record in (*changes, *kept):
            self.assertTrue(record.with_user(self.manager).read(["display_name"]))
        self.provider.company_id = other
        self.calendar.company_id = other
        for record in (*changes, *kept):
            with self.subTest(record=record), self.assertRaises(AccessError):
                record.with_user(self.manager).read(["display_name"])
        for change in changes:
            with self.assertRaises(AccessError):
                change.with_user(self.manager).action_apply()
            self.assertEqual(change.state, "draft")

    def test_excuse_wizard_tells_nothing_of_others(self):
        """S-1: whoever names any clock in the wizard learns nothing of a ticket that he may not read"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.sweep("2026-03-02 09:40")
        clock = self.clock(ticket, "first_response")
        reason = self.env.ref("support_sla.exclusion_third_party")
        values = {"ticket_id": ticket.id, "clock_id": clock.id, "reason_id": reason.id, "note": "Cut line"}
        Wizard = self.env["support.excuse.wizard"]
        Wizard.with_user(self.agent).create(values).action_ask()
        stranger = self._make_user("stranger", "helpdesk_mgmt.group_helpdesk_user_own")
        self.env.invalidate_all()
        mine = Wizard.with_user(self.agent).create(values)
        self.assertIn("has asked for it", mine.obstacle)
        self.assertTrue(mine.breached)
        self.env.invalidate_all()
        theirs = Wizard.with_user(stranger).create(values)
        self.env.invalidate_all()
        self.assertFalse(theirs.obstacle)
        with self.assertRaises(AccessError):
            theirs.read(["breached"])
        with self.assertRaises(AccessError):
            theirs.action_ask()

    def test_form_of_who_only_follows(self):
        """S-1: the form that an employee outside the helpdesk gets names no field that he may not read: the web
        client could not show it"""
        plain = self._make_user("plain", "base.group_user")
        arch = self.env["helpdesk.ticket"].with_user(plain).get_view(view_type="form")["arch"]
        for name in ("support_exclusion_ids", "support_escalation_ids", "support_hours"):
            self.assertNotIn(name, arch)
            self.assertIn(name, self.env["helpdesk.ticket"].with_user(self.agent).get_view(view_type="form")["arch"])

    def test_decision_wizards_tell_nothing_of_others(self):
        """S-1: whoever names any ticket in the wizards that pause it or take promises off learns nothing of it"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        stranger = self._make_user("outsider", "helpdesk_mgmt.group_helpdesk_user_own")
        reason = self.env["support.pause.reason"].search(
            [("code", "not in", list(facts.PHASE_REASON.values()))], limit=1
        )
        for model, names, values in (
            ("support.exclude.wizard", ("allowed_ids", "excluded"), {"reason": "x"}),
            ("support.pause.wizard", ("allowed_ids", "effect"), {"reason_id": reason.id}),
        ):
            self.env.invalidate_all()
            theirs = self.env[model].with_user(stranger).create({"ticket_id": ticket.id, **values})
            for name in names:
                self.assertFalse(theirs[name], f"{model}.{name}")
        self.assertTrue(
            self.env["support.exclude.wizard"].with_user(self.agent).create({"ticket_id": ticket.id}).allowed_ids
        )
