import inspect

from odoo.tests import tagged
from odoo.tests.common import JsonRpcException

from .portal_common import PortalCase

#: What any ORM method that reads may be asked for.
READS = {
    "search_read": [[], ["id"]],
    "search": [[]],
    "search_count": [[]],
    "read_group": [[], ["id"], []],
    "formatted_read_group": [[], ["create_uid"], ["__count"]],
    "web_search_read": [[], {"id": {}}],
    "name_search": ["a"],
}


@tagged("post_install", "-at_install")
class TestPortalAccess(PortalCase):
    """What a portal user gets by calling the server directly."""

    def setUp(self):
        super().setUp()
        self.ticket_a = self.raise_for(self.user_a, "2026-03-02 09:00", name="Anna asks")
        self.ticket_b = self.raise_for(self.user_b, "2026-03-02 09:00", name="Ben asks")
        self.at(self.ticket_b.with_user(self.agent), "2026-03-02 09:05").message_post(
            body="inside-only-note", subtype_xmlid="mail.mt_note"
        )
        self.log_in(self.user_a)

    def call(self, model: str, method: str, args: list, kwargs: dict | None = None):
        """The answer, or the name of the exception."""
        try:
            return True, self.make_jsonrpc_request(
                f"/web/dataset/call_kw/{model}/{method}",
                {"model": model, "method": method, "args": args, "kwargs": kwargs or {}},
            )
        except JsonRpcException as error:
            return False, error.args[0]

    def our_models(self):
        return [
            name for name, model in self.env.registry.items() if name.startswith("support.") and not model._abstract
        ]

    def test_models_are_closed(self):
        """S-1: a portal user reads no model of the engine by any way of reading."""
        names = self.our_models()
        self.assertGreater(len(names), 15)
        for name in names:
            some = self.env[name].sudo().with_context(active_test=False).search([], limit=1)
            for method, args in [*READS.items(), ("read", [some.ids or [1], ["id"]]), ("export_data", [[1], ["id"]])]:
                with self.subTest(model=name, method=method):
                    done, answer = self.call(name, method, args)
                    self.assertFalse(done, answer)
                    # whoever may not export is told so before it comes to a model
                    refusal = "User" if method == "export_data" else "Access"
                    self.assertEqual(answer, f"odoo.exceptions.{refusal}Error")

    def test_nothing_is_written(self):
        """S-1: a portal user creates, changes and deletes no record of the engine."""
        for name in self.our_models():
            some = self.env[name].sudo().with_context(active_test=False).search([], limit=1)
            ids = some.ids or [1]
            for method, args in (("create", [[{}]]), ("write", [ids, {}]), ("unlink", [ids]), ("copy", [ids])):
                with self.subTest(model=name, method=method):
                    done, answer = self.call(name, method, args)
                    self.assertFalse(done, answer)

    def own_methods(self, model: str):
        """Public methods that our addons define on ``model``: name → arguments that fit."""
        found = {}
        for cls in type(self.env[model]).__mro__:
            if not cls.__module__.startswith(("odoo.addons.support_sla", "odoo.addons.support_guard")):
                continue
            for name, value in vars(cls).items():
                if name.startswith("_") or not inspect.isfunction(value):
                    continue
                # the ORM's own are called above and below; mails come through the gateway only
                if name in ("create", "write", "unlink", "copy", "default_get", "message_new", "message_update"):
                    continue
                parameters = list(inspect.signature(value).parameters.values())[1:]
                args = [False for parameter in parameters if parameter.default is parameter.empty]
                # methods of a model are not called on records
                found[name] = (args, getattr(value, "_api_model", False))
        return found

    def test_public_methods(self):
        """S-1: every public method of ours is refused to a portal user, on own tickets as on others'."""
        called = 0
        for name in [*self.our_models(), "helpdesk.ticket"]:
            for method, (args, of_model) in self.own_methods(name).items():
                tickets = self.ticket_a | self.ticket_b
                records = tickets if name == "helpdesk.ticket" else self.env[name].sudo().search([], limit=1)
                for record_id in records.ids or [1]:
                    with self.subTest(model=name, method=method, id=record_id):
                        done, answer = self.call(name, method, args if of_model else [[record_id], *args])
                        called += 1
                        self.assertFalse(done, answer)
                        self.assertNotEqual(answer, "builtins.TypeError")
        self.assertGreater(called, 10)

    def test_defaults_of_wizards(self):
        """S-1: a wizard's defaults tell nothing of a ticket, be it one's own."""
        for ticket in (self.ticket_a, self.ticket_b):
            done, answer = self.call(
                "support.agree.wizard",
                "default_get",
                [["ticket_id", "metric"]],
                {"context": {"default_ticket_id": ticket.id}},
            )
            self.assertFalse(done, answer)

    def test_private_methods(self):
        """S-1: what the portal's pages are made with cannot be called from outside."""
        for method in ("_support_portal_get_page", "_support_portal_escalate", "_support_get_panel"):
            done, answer = self.call("helpdesk.ticket", method, [[self.ticket_a.id]])
            self.assertFalse(done)
            self.assertEqual(answer, "odoo.exceptions.AccessError")

    def test_fields_of_tickets(self):
        """S-1: clocks, events, entitlement and escalation of a ticket are no fields a portal user may read."""
        closed = (
            "support_event_ids",
            "support_clock_ids",
            "support_escalation_ids",
            "support_panel",
            "support_entitlement_id",
            "support_version_id",
            "support_match_key",
            "support_breached",
        )
        for name in closed:
            with self.subTest(field=name):
                done, answer = self.call("helpdesk.ticket", "read", [[self.ticket_a.id], [name]])
                self.assertFalse(done, answer)

    def test_other_customers_ticket(self):
        """S-1: of another customer's ticket there is nothing to read, search, group, write or delete."""
        other = [self.ticket_b.id]
        done, answer = self.call("helpdesk.ticket", "search_read", [[], ["name"]])
        self.assertTrue(done)
        self.assertEqual({row["name"] for row in answer}, {"Anna asks"})
        self.assertEqual(self.call("helpdesk.ticket", "search_count", [[("id", "in", other)]]), (True, 0))
        for method, args in (
            ("read", [other, ["name"]]),
            ("write", [other, {"name": "x"}]),
            ("unlink", [other]),
            ("message_post", [other]),
            ("export_data", [other, ["name"]]),
        ):
            with self.subTest(method=method):
                done, answer = self.call("helpdesk.ticket", method, args)
                self.assertFalse(done)
                refusal = "User" if method == "export_data" else "Access"
                self.assertEqual(answer, f"odoo.exceptions.{refusal}Error")
        self.assertEqual(self.ticket_b.name, "Ben asks")

    def test_deleting_tells_no_name(self):
        """S-1: a refused deletion does not say what the ticket is called."""
        done, answer = self.call("helpdesk.ticket", "unlink", [[self.ticket_b.id]])
        self.assertFalse(done)
        self.assertEqual(answer, "odoo.exceptions.AccessError")

    def test_other_customers_page(self):
        """S-1: another customer's page leads back to one's own; notes and events are on no page."""
        response = self.url_open(f"/my/ticket/{self.ticket_b.id}", allow_redirects=False)
        self.assertTrue(response.headers["Location"].endswith("/my"))
        self.assertNotIn("Ben asks", self.url_open("/my/tickets").text)
        self.log_in(self.user_b)
        self.assertNotIn("inside-only-note", self.url_open(f"/my/ticket/{self.ticket_b.id}").text)
        answer = self.make_jsonrpc_request(
            "/mail/thread/messages",
            {"thread_model": "helpdesk.ticket", "thread_id": self.ticket_b.id, "fetch_params": {"limit": 30}},
        )
        self.assertNotIn("inside-only-note", str(answer))
