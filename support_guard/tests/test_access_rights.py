from odoo.exceptions import AccessError
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import GuardCase, GuardHttpCase

MODELS = {
    "stage": "helpdesk.ticket.stage",
    "category": "helpdesk.ticket.category",
    "team": "helpdesk.ticket.team",
}


@tagged("post_install", "-at_install")
class TestAccessRights(GuardCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.public_user = cls.env.ref("base.public_user")
        Category = cls.env["helpdesk.ticket.category"]
        cls.shown, cls.hidden = Category.create(
            [
                {"name": "Guard shown"},
                {"name": "Guard hidden", "show_in_portal": False},
            ]
        )

    def test_public_reads_nothing(self):
        """G-6: visitors are shown neither stages nor categories nor teams."""
        for model in MODELS.values():
            with self.subTest(model=model):
                records = self.env[model].with_user(self.public_user)
                try:
                    self.assertFalse(records.search([]))
                except AccessError:
                    continue
                with self.assertRaises(AccessError):
                    self.env[model].search([], limit=1).with_user(self.public_user).read(["name"])

    def test_public_writes_nothing(self):
        """G-6: visitors do not change stages."""
        stage = self.stage_open.with_user(self.public_user)
        with self.assertRaises(AccessError):
            stage.write({"name": "Defaced"})

    def test_portal_writes_nothing(self):
        """G-6: nor do customers, even if some addon lets them write their tickets."""
        self.env["ir.model.access"].create(
            [
                {
                    "name": "too much",
                    "model_id": self.env["ir.model"]._get_id(model),
                    "group_id": self.env.ref("base.group_portal").id,
                    "perm_read": True,
                    "perm_write": True,
                    "perm_create": True,
                    "perm_unlink": True,
                }
                for model in MODELS.values()
            ]
        )
        for record in (self.stage_open, self.shown, self.team):
            record = record.with_user(self.alder_user)
            with self.subTest(model=record._name):
                with self.assertRaises(AccessError):
                    record.write({"name": "Defaced"})
                with self.assertRaises(AccessError):
                    record.create({"name": "Mine"})
                with self.assertRaises(AccessError):
                    record.unlink()

    def test_portal_reads_what_the_pages_show(self):
        """G-6: customers read the stages of their own tickets, shown categories and those
        of their tickets, and shown teams.
        """
        env = self.env(user=self.alder_user)
        stages = env["helpdesk.ticket.stage"].search([])
        self.assertIn(self.stage_open, stages)
        self.assertNotIn(self.stage_secret, stages)
        self.assertNotIn(self.stage_done, stages)
        categories = env["helpdesk.ticket.category"].search([])
        self.assertIn(self.shown, categories)
        self.assertNotIn(self.hidden, categories)
        self.birch_ticket.category_id = self.hidden
        categories = env["helpdesk.ticket.category"].search([])
        self.assertNotIn(self.hidden, categories)
        self.alder_ticket.category_id = self.hidden
        categories = env["helpdesk.ticket.category"].search([])
        self.assertIn(self.hidden, categories)
        self.team.show_in_portal = False
        self.assertNotIn(self.team, env["helpdesk.ticket.team"].search([]))

    def test_agents_read_and_managers_write(self):
        """Still so: people of the desk are not concerned."""
        stages = self.env["helpdesk.ticket.stage"].with_user(self.agent).search([])
        self.assertIn(self.stage_secret, stages)
        self.stage_secret.with_user(self.manager).name = "Changed"
        self.shown.with_user(self.manager).name = "Changed"
        self.assertTrue(self.env["helpdesk.ticket.stage"].with_user(self.manager).create({"name": "New"}))

    def test_update_of_helpdesk_mgmt(self):
        """G-6: the rights of helpdesk_mgmt are untouched, so an update of it cannot bring
        the holes back and uninstalling this addon leaves them as they were.
        """
        touched = self.env["ir.model.data"].search(
            [
                ("module", "=", "support_guard"),
                ("model", "in", ("ir.rule", "ir.model.access")),
            ]
        )
        records = self.env["ir.rule"].browse(touched.filtered(lambda data: data.model == "ir.rule").mapped("res_id"))
        owners = records.get_external_id()
        self.assertTrue(owners)
        self.assertTrue(all(owner.startswith("support_guard.") for owner in owners.values()))
        public = self.env.ref("helpdesk_mgmt.access_helpdesk_ticket_stage_public")
        self.assertTrue(public.perm_write, "as helpdesk_mgmt has it")

    def test_following_rule_of_helpdesk_mgmt(self):
        """Still so: the rule for portal users is the one of helpdesk_mgmt still."""
        rule = self.env.ref("helpdesk_mgmt.helpdesk_ticket_rule_portal")
        self.assertIn("message_partner_ids", rule.domain_force)


@tagged("post_install", "-at_install")
class TestRpc(GuardHttpCase):
    def make_quarantined(self):
        return self.env["support.guard.quarantine"].create({"subject": "Kept"})

    def test_public_methods_of_the_addon(self):
        """S-1: a customer calls no method of ours: every public method that this addon
        adds to a model is refused through RPC, on any ticket.
        """
        quarantined = self.make_quarantined()
        records = {
            "helpdesk.ticket": self.birch_ticket,
            "support.guard.quarantine": quarantined,
            "support.guard.delivery": self.env["support.guard.delivery"],
            "support.guard.upload": self.env["support.guard.upload"],
            "portal.share": self.env["portal.share"],
            "mail.thread": self.env["mail.thread"],
            "mail.alias": self.env["mail.alias"].search([], limit=1),
        }
        arguments = {
            "message_process": ["helpdesk.ticket", self.make_mail()],
            "message_parse": ["x"],
            "message_new": [{"subject": "x", "from": "x@y.example"}],
            "message_update": [{"to": "buyer@alder.example"}],
            "message_route": ["x", {}],
            "write": [{"name": "Defaced"}],
        }
        self.log_in(self.alder_user)
        called = set()
        for model, record in records.items():
            for name in self.public_methods(model):
                args = arguments.get(name, [])
                if not getattr(getattr(type(record), name), "_api_model", False):
                    args = [record.ids, *args]
                with (
                    self.subTest(model=model, method=name),
                    mute_logger("odoo.http"),
                    self.assertRaises(JsonRpcException),
                ):
                    self.rpc(model, name, *args)
                called.add((model, name))
        self.assertIn(("helpdesk.ticket", "action_guard_revoke_token"), called)
        self.assertIn(("support.guard.quarantine", "action_retry"), called)
        self.assertIn(("mail.thread", "message_process"), called)
        self.assertEqual(quarantined.state, "waiting")

    def public_methods(self, model: str) -> list[str]:
        names = set()
        for klass in type(self.env[model]).mro():
            if klass.__module__.startswith("odoo.addons.support_guard."):
                names |= {name for name, value in vars(klass).items() if callable(value) and not name.startswith("_")}
        return sorted(names)

    @mute_logger("odoo.http")
    def test_records_of_the_addon(self):
        """S-1: a customer reads, searches and changes no quarantined mail."""
        quarantined = self.make_quarantined()
        self.log_in(self.alder_user)
        for method, args in (
            ("read", [quarantined.ids, ["subject"]]),
            ("search_read", [[]]),
            ("formatted_read_group", [[], ["state"], ["__count"]]),
            ("export_data", [quarantined.ids, ["subject"]]),
            ("write", [quarantined.ids, {"subject": "Mine"}]),
            ("create", [[{"subject": "Mine"}]]),
            ("unlink", [quarantined.ids]),
        ):
            with self.subTest(method=method), self.assertRaises(JsonRpcException):
                self.rpc("support.guard.quarantine", method, *args)

    @mute_logger("odoo.http")
    def test_tickets_of_another_customer(self):
        """S-1: a customer reads nothing of another's ticket, however it asks."""
        self.birch_ticket.message_subscribe(self.alder_user.partner_id.ids)
        self.log_in(self.alder_user)
        ids = self.birch_ticket.ids
        self.assertFalse(self.rpc("helpdesk.ticket", "search", [("id", "in", ids)]))
        groups = self.rpc(
            "helpdesk.ticket",
            "formatted_read_group",
            [("id", "in", ids)],
            ["stage_id"],
            ["__count"],
        )
        self.assertFalse(groups)
        for method, args in (
            ("read", [ids, ["name"]]),
            ("web_read", [ids, {"name": {}}]),
            ("export_data", [ids, ["name"]]),
            ("copy", [ids]),
            ("message_post", [ids]),
        ):
            with self.subTest(method=method), self.assertRaises(JsonRpcException):
                self.rpc("helpdesk.ticket", method, *args)

    def test_agents_are_no_managers(self):
        """S-1: an agent does not see quarantined mail; a manager deals with it."""
        quarantined = self.make_quarantined()
        self.log_in(self.agent)
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.rpc("support.guard.quarantine", "action_discard", quarantined.ids)
        self.log_in(self.manager)
        self.rpc("support.guard.quarantine", "action_discard", quarantined.ids)
        self.assertEqual(quarantined.state, "discarded")
        self.rpc("support.guard.quarantine", "action_restore", quarantined.ids)
        self.assertEqual(quarantined.state, "waiting")
