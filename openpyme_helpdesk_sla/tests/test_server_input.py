from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .server_common import ServerCase


class TestServerInput(ServerCase):
    """What is typed: addresses, numbers, the list of what may be asked."""

    def refused(self, words, error=ValidationError, user=None, **vals):
        values = {"name": "ERP", "partner_id": self.mesa.id, "address": "http://127.0.0.1/", **vals}
        with (
            self.subTest(**vals),
            self.assertRaisesRegex(error, words),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env["openpyme.server"].with_user(user or self.leader).create(values)

    def test_addresses_that_are_none(self):
        """O-15: an address that is none is refused in words that say how it is written"""
        self.refused("begins with http", address="erp.mesa.example")
        self.refused("begins with http", address="ftp://127.0.0.1/")
        self.refused("1 to 65535", address="http://127.0.0.1:0/")
        self.refused("1 to 65535", address="http://127.0.0.1:70000/")
        self.refused("in full", address="http://127.1/")
        self.refused("no host name", address="http://erp..example/")
        self.refused("spaces or signs", address="http://127.0.0.1/a b")
        self.refused("too long", address="http://127.0.0.1/" + "a" * 500)
        self.refused("Write host and port", kind="tcp", address="127.0.0.1")
        self.refused("Write host and port", kind="tcp", address="::1:22")
        self.refused("1 to 65535", kind="tcp", address="127.0.0.1:70000")
        self.refused("without http", kind="tcp", address="http://127.0.0.1:22")

    def test_secrets(self):
        """O-15: passwords and keys in an address are refused, and the message does not repeat them"""
        self.refused("Leave user and password out", address="http://root:hunter2@127.0.0.1/")
        for query, name in (
            ("token=hunter2", "token"),
            ("a=1&api_key=hunter2", "api_key"),
            ("%74oken=hunter2", "token"),
        ):
            with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
                self.env["openpyme.server"].with_user(self.leader).create(
                    {"name": "ERP", "partner_id": self.mesa.id, "address": f"http://127.0.0.1/?{query}"}
                )
            self.assertIn(name, str(caught.exception))
            self.assertNotIn("hunter2", str(caught.exception))

    def test_not_on_the_list(self):
        """O-15: nobody adds, or changes to, an address that is not on the list, a manager included"""
        for address in (
            "https://erp.mesa.example/",
            "http://127.0.0.2/",
            "http://169.254.169.254/latest/meta-data/",
            "http://[::1]/",
            "http://10.0.0.1/",
            "http://localhost/",
        ):
            self.refused("may not be monitored", address=address)
            self.refused("may not be monitored", address=address, user=self.manager)
        server = self.add_server(None)
        with self.assertRaisesRegex(ValidationError, "may not be monitored"), self.env.cr.savepoint():
            server.with_user(self.leader).address = "http://127.0.0.2/"
        with self.assertRaisesRegex(ValidationError, "begins with|without http"), self.env.cr.savepoint():
            server.with_user(self.leader).kind = "tcp"

    def test_numbers(self):
        """O-15: intervals, time-outs, failures and statuses that make no sense are refused"""
        self.refused("every", IntegrityError, every=0)
        self.refused("every", IntegrityError, every=100_000)
        self.refused("timeout", IntegrityError, timeout=0)
        self.refused("timeout", IntegrityError, timeout=3600)
        self.refused("tolerance", IntegrityError, tolerance=0)
        self.refused("status", IntegrityError, status_from=500, status_to=200)
        self.refused("status", IntegrityError, status_to=70_000)

    def test_long_text(self):
        """O-15: a text of a megabyte is not looked for; what is kept is 200 characters"""
        self.refused("200 characters", expected_text="x" * 1_000_000)

    def test_other_alphabets_and_ipv6(self):
        """O-15: names of other alphabets are compared as they are asked for; IPv6 is written in brackets"""
        Allowed = self.env["openpyme.allowed.address"].with_user(self.manager)
        Allowed.create([{"pattern": "bücher.example", "ports": "443"}, {"pattern": "2a00:1450::/32", "ports": "443"}])
        server = self.add_server(None, address="https://BÜCHER.example/")
        self.assertEqual((server.host, server.port), ("xn--bcher-kva.example", 443))
        server = self.add_server(None, address="https://[2a00:1450:0:0::5]/")
        self.assertEqual(server.host, "2a00:1450::5")
        # of a similar letter of another alphabet
        self.refused("may not be monitored", address="https://bücһer.example/")

    def test_contact_instead_of_account(self):
        """O-15: servers belong to the account, not to one of its people"""
        self.refused("choose Mesa Foods", partner_id=self.customer.id)

    def test_form(self):
        """O-15: a leader adds a server in its form; the address is asked as the kind of check has it"""
        form = Form(self.env["openpyme.server"].with_user(self.leader).with_context(default_partner_id=self.mesa.id))
        form.name = "Database"
        form.kind = "tcp"
        form.address = "127.0.0.1:5432"
        server = form.save()
        self.assertEqual((server.host, server.port, server.leader_id), ("127.0.0.1", 5432, self.leader))
        self.assertEqual((server.tolerance, server.state), (2, "unknown"))

    def test_setting_of_failures(self):
        """O-15: how many failures a new server may have is a setting"""
        self.provider.with_user(self.manager).openpyme_server_failures = 4
        self.assertEqual(self.add_server(None).tolerance, 4)


class TestAllowedAddress(ServerCase):
    """The list itself."""

    def test_lines_that_mean_nothing(self):
        """O-15: a line that is none, or that would open nearly everything, is refused"""
        Allowed = self.env["openpyme.allowed.address"].with_user(self.manager)
        for pattern, ports, words in (
            ("*", "80", "no name"),
            ("*.com", "80", "no name"),
            ("erp mesa", "80", "no name"),
            ("10.0.0.1/8", "80", "no network"),
            ("erp.mesa.example", "0", "no port"),
            ("erp.mesa.example", "443-80", "no port"),
            ("erp.mesa.example", "http", "no port"),
        ):
            with self.subTest(pattern), self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                Allowed.create({"pattern": pattern, "ports": ports})

    def test_this_machine(self):
        """O-15, S-1: that this machine or its metadata may be asked, only an administrator of the system decides"""
        Allowed = self.env["openpyme.allowed.address"].with_user(self.manager)
        for pattern in ("127.0.0.0/8", "::1", "169.254.169.254", "fe80::/10"):
            with self.subTest(pattern), self.assertRaisesRegex(AccessError, "administrator"), self.env.cr.savepoint():
                Allowed.create({"pattern": pattern})
        self.assertTrue(Allowed.create({"pattern": "10.20.0.0/16"}))

    def test_who_allows(self):
        """O-15, S-1: leaders and agents neither see nor change the list"""
        for user in (self.leader, self.agent, self.customer_user):
            Allowed = self.env["openpyme.allowed.address"].with_user(user)
            with self.assertRaises(AccessError):
                Allowed.create({"pattern": "erp.mesa.example"})
            with self.assertRaises(AccessError):
                Allowed.search([])
            with self.assertRaises(AccessError):
                self.allowed.with_user(user).write({"ports": "1"})

    def test_servers_of_a_line(self):
        """O-15: a line says how many servers it is needed for"""
        self.add_server(None)
        self.assertEqual(self.allowed.with_user(self.manager).server_count, 1)


class TestServerAccess(ServerCase):
    """Who sees and changes what."""

    def test_agent_reads(self):
        """O-15, S-1: an agent sees servers, their history and checks, and changes nothing"""
        server = self.add_server(self.serve())
        self.look("2026-02-10 10:00")
        mine = server.with_user(self.agent)
        self.assertEqual((mine.state, len(mine.span_ids), len(mine.check_ids)), ("up", 1, 1))
        self.assertFalse(mine.may_edit)
        for change in (
            lambda: mine.write({"name": "Mine"}),
            lambda: mine.unlink(),
            lambda: mine.action_pause(),
            lambda: mine.action_resume(),
            lambda: self.add_server(None, user=self.agent),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                change()

    def test_leader_keeps_own_accounts(self):
        """O-15, S-1: a leader keeps the servers of the accounts that are the own today, and hands none to others"""
        other = self.make_agent("other-leader")
        self.entitlement_rio.account_leader_id = other
        server = self.add_server(None)
        self.assertEqual(server.leader_id, self.leader)
        server.with_user(self.leader).name = "ERP"
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            server.with_user(self.leader).partner_id = self.rio
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.add_server(None, partner_id=self.rio.id)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            server.with_user(other).name = "Mine"
        self.entitlement.account_leader_id = other
        server.invalidate_recordset()
        server.with_user(other).name = "Theirs"
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            server.with_user(self.leader).name = "No longer"

    def test_ended_entitlement(self):
        """O-15: who led an account whose entitlement is over keeps its servers no more; managers do"""
        server = self.add_server(None)
        self.entitlement.date_end = "2020-12-31"
        server.invalidate_recordset()
        self.assertFalse(server.leader_id)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            server.with_user(self.leader).name = "No longer"
        server.with_user(self.manager).name = "Kept"
        self.assertIn(server, self.env["openpyme.server"].search([("leader_id", "=", False)]))

    def test_results_are_not_entered(self):
        """O-15, S-1: nobody says by hand, by a default or by import that a server is up"""
        server = self.add_server(None)
        for user in (self.leader, self.manager):
            for vals in ({"state": "up"}, {"last_seen": "2026-01-01"}, {"next_check": False}, {"failures": 0}):
                with self.assertRaisesRegex(UserError, "cannot be entered"):
                    server.with_user(user).write(vals)
        Server = self.env["openpyme.server"].with_user(self.leader).with_context(default_state="up")
        values = {"name": "Two", "partner_id": self.mesa.id, "address": "http://127.0.0.1/"}
        self.assertEqual(Server.create(values).state, "unknown")
        result = Server.load(
            ["name", "partner_id/.id", "address", "state"], [["C", str(self.mesa.id), "http://127.0.0.1/", "up"]]
        )
        self.assertIn("cannot be entered", result["messages"][0]["message"])

    def test_history_is_kept(self):
        """O-15, S-1: nobody writes history or measurements"""
        server = self.add_server(self.serve())
        self.look("2026-02-10 10:00")
        for record in (server.span_ids[0], server.check_ids[0]):
            mine = record.with_user(self.manager)
            for change in (lambda one=mine: one.write({"server_id": server.id}), lambda one=mine: one.unlink()):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    change()

    def test_customers(self):
        """O-15, S-1: customers have no access to any of it, neither to records nor to methods"""
        server = self.add_server(None)
        for model in ("openpyme.server", "openpyme.server.span", "openpyme.server.check", "openpyme.allowed.address"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.customer_user).search([])
        mine = server.with_user(self.customer_user)
        for act in (
            mine.action_check_now,
            mine.action_pause,
            mine.action_resume,
            mine.action_open_tickets,
            mine.action_open_mine,
        ):
            with self.assertRaises(AccessError):
                act()

    def test_companies(self):
        """O-15, S-1: servers of another company are not seen"""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        server = self.add_server(None)
        server.company_id = other
        self.assertFalse(self.env["openpyme.server"].with_user(self.agent).search([("id", "=", server.id)]))

    def test_daily_view(self):
        """O-15: a leader begins with the own servers, what is down first; others with all of them"""
        up, down = self.add_server(self.serve(), name="A"), self.add_server(None, name="Z", tolerance=1)
        self.look("2026-02-10 10:00")
        action = self.env["openpyme.server"].with_user(self.leader).action_open_mine()
        self.assertEqual(action["context"], {"search_default_mine": 1})
        mine = self.env["openpyme.server"].with_user(self.leader).search([("leader_id", "=", self.leader.id)])
        self.assertEqual(mine, down | up)
        self.assertFalse(self.env["openpyme.server"].with_user(self.agent).action_open_mine()["context"])

    def test_ways_to_servers(self):
        """O-15: from account, entitlement and ticket to the servers"""
        server = self.add_server(None, tolerance=1)
        self.look("2026-02-10 10:00")
        mesa, entitlement = self.mesa.with_user(self.agent), self.entitlement.with_user(self.agent)
        self.assertEqual((mesa.openpyme_server_count, entitlement.openpyme_server_count), (1, 1))
        for action in (mesa.action_openpyme_servers(), entitlement.action_openpyme_servers()):
            self.assertEqual(self.env["openpyme.server"].search(action["domain"]), server)
        self.assertEqual(server.with_user(self.agent).ticket_count, 1)
        action = server.with_user(self.leader).action_open_tickets()
        self.assertEqual(self.env["helpdesk.ticket"].search(action["domain"]).openpyme_server_id, server)
