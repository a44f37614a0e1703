from odoo.tests import HttpCase, tagged

from .common import PASSWORD, OpenpymeMixin
from .plain.local_server import say
from .server_common import ServerCase

BUSY = say(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
FINE = say(b"HTTP/1.1 200 Fine\r\nContent-Length: 0\r\n\r\n")


class TestServerHistory(ServerCase):
    def setUp(self):
        super().setUp()
        self.local = self.serve(FINE)
        # the provider is in Mexico City, six hours behind
        self.server = self.add_server(self.local, "2026-02-08 06:00", every=1440, tolerance=1)

    def seen(self, moment):
        server = self.at(self.server.with_user(self.agent), moment)
        server.invalidate_recordset()
        return server

    def test_picture(self):
        """O-15: the last 90 days day by day, in the provider's zone, with the outages in words"""
        self.look("2026-02-08 06:00")
        self.local.behaviour = BUSY
        self.look("2026-02-09 18:00")
        self.local.behaviour = FINE
        self.look("2026-02-10 18:30")
        picture = self.seen("2026-02-11 18:00").picture
        self.assertEqual((picture["zone"], len(picture["days"])), ("America/Mexico_City", 90))
        kinds = [(day["day"], day["kind"]) for day in picture["days"][-5:]]
        self.assertEqual(
            kinds,
            [
                ("2026-02-07", "unknown"),
                ("2026-02-08", "up"),
                ("2026-02-09", "down"),
                ("2026-02-10", "down"),
                ("2026-02-11", "up"),
            ],
        )
        self.assertIn("down for 12 h", picture["days"][-3]["text"])
        (outage,) = picture["outages"]
        self.assertEqual(outage["length"], "24 h 30 min")

    def test_month(self):
        """O-15: the share of the month counts what was seen since the first, cut and not rounded"""
        self.look("2026-02-08 06:00")
        server = self.seen("2026-02-09 06:00")
        self.assertEqual((server.month_seen, server.month_share), (True, 100))
        self.local.behaviour = BUSY
        self.look("2026-02-09 06:00")
        self.assertAlmostEqual(self.seen("2026-02-09 12:00").month_share, 80)
        self.assertEqual(server._say_share(99.999), "99.99")
        fresh = self.seen("2026-02-09 12:00")._say_share(None)
        self.assertEqual(fresh, "")

    def test_never_seen(self):
        """O-15: of a server that was not checked yet no share is claimed"""
        server = self.seen("2026-02-08 12:00")
        self.assertFalse(server.month_seen)
        self.assertEqual(server.picture["share"], "")
        self.assertEqual({day["kind"] for day in server.picture["days"]}, {"unknown"})

    def test_moments_in_the_reader_s_zone(self):
        """O-15, E-2.7: a customer reads moments in the own zone, and which one that is; days are the provider's"""
        self.look("2026-02-08 06:00")
        self.local.behaviour = BUSY
        self.look("2026-02-09 18:00")
        servers = self.at(self.env["openpyme.server"].sudo(), "2026-02-10 06:00")
        for zone, told in (("Europe/Madrid", "7:00"), ("America/Mexico_City", "12:00")):
            (shown,) = servers.with_context(tz=zone)._portal_get_servers(self.customer)
            self.assertEqual(shown["zone"], zone)
            for text in (shown["since"], shown["checked"], shown["outages"][0]["since"]):
                self.assertIn(f"{told}\u202fPM", text)

    def test_list_costs_the_same(self):
        """O-15: shares of many servers cost as many queries as those of one"""

        def count(servers):
            self.env.invalidate_all()
            servers = self.at(servers, "2026-02-10 06:00")
            before = self.env.cr.sql_log_count
            servers.mapped("month_share")
            return self.env.cr.sql_log_count - before

        one = count(self.server)
        more = self.server
        for number in range(5):
            more |= self.add_server(self.local, "2026-02-08 06:00", name=f"Server {number}")
        self.look("2026-02-08 06:00")
        self.assertEqual(count(more), one)


class TestServerCheckup(ServerCase):
    def findings(self, code, moment="2026-02-10 10:00"):
        found = self.at(self.env["support.check"], moment)._run()
        return [finding for finding in found if finding["code"] == code]

    def test_account_without_server(self):
        """O-15, E-6.4: an account for which nothing is monitored is named"""
        self.assertEqual(len(self.findings("openpyme_no_server")), 2)
        self.add_server(None)
        (finding,) = self.findings("openpyme_no_server")
        self.assertEqual(finding["res_id"], self.entitlement_rio.id)
        self.env["support.finding"].with_user(self.manager).action_check()
        texts = self.env["support.finding"].search([("code", "=", "openpyme_no_server")]).mapped("message")
        self.assertIn("No server is monitored for Rio Tools.", texts)

    def test_late(self):
        """O-15, E-6.4: a server that is not checked when it should be is named"""
        server = self.add_server(self.serve(), every=5)
        self.look("2026-02-10 10:00")
        self.assertFalse(self.findings("openpyme_server_late", "2026-02-10 10:12"))
        (finding,) = self.findings("openpyme_server_late", "2026-02-10 10:16")
        self.assertEqual(finding["res_id"], server.id)

    def test_cannot_be_checked(self):
        """O-15, E-6.4: a server whose address is not allowed any more is named, and one that nobody looks after"""
        server = self.add_server(self.serve())
        self.allowed.active = False
        self.look("2026-02-10 10:00")
        (finding,) = self.findings("openpyme_server_refused")
        self.assertEqual(finding["res_id"], server.id)
        self.assertFalse(self.findings("openpyme_server_alone"))
        self.entitlement.account_leader_id = False
        (finding,) = self.findings("openpyme_server_alone")
        self.assertEqual(finding["res_id"], server.id)


@tagged("post_install", "-at_install")
class TestServerPortal(OpenpymeMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()
        cls.env["openpyme.allowed.address"].create({"pattern": "127.0.0.1", "ports": "1-65535"})
        Server = cls.env["openpyme.server"]
        cls.own, cls.hidden, cls.foreign = Server.create(
            [
                {"name": name, "partner_id": partner.id, "address": "http://127.0.0.1:1/", **vals}
                for name, partner, vals in (
                    ("Till system", cls.mesa, {"tolerance": 1}),
                    ("Our own proxy", cls.mesa, {"on_portal": False}),
                    ("Rio ERP", cls.rio, {}),
                )
            ]
        )

    def page(self, user):
        self.authenticate(user.login, PASSWORD)
        response = self.url_open("/my/support/servers")
        self.assertEqual(response.status_code, 200)
        return response.text

    def test_own_servers(self):
        """O-15, E-9: a customer reads state and history of the company's own servers, and no address"""
        page = self.page(self.customer_user)
        self.assertIn("Till system", page)
        self.assertIn("Not checked yet", page)
        for secret in ("Our own proxy", "Rio ERP", "127.0.0.1"):
            self.assertNotIn(secret, page)
        Server = self.env["openpyme.server"]
        jobs = Server._claim(self.env["support.event"]._now(), 10)
        answers = Server._probe_all(jobs, self.env["openpyme.allowed.address"]._get_rules())
        for job in jobs:
            Server._settle_safely(job, answers[job.server_id])
        self.assertEqual(self.own.state, "down")
        page = self.page(self.customer_user)
        self.assertIn("Your ticket about it", page)
        self.assertIn(self.own.ticket_id.number, page)
        self.assertIn("o_openpyme_bar_down", page)

    def test_nothing_to_show(self):
        """O-15, E-9: a customer without servers is told what to do"""
        self.foreign.active = False
        self.assertIn("No server of yours is monitored here", self.page(self.stranger_user))
