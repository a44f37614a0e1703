from datetime import timedelta
from pathlib import Path

from odoo.exceptions import ValidationError

from .common import utc
from .plain.local_server import certificate, redirect, say, silence
from .server_common import ServerCase

BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"


class TestServerWatch(ServerCase):
    def test_up(self):
        """O-15: a server is asked when it is due, and again after its interval; state, moment and length are kept"""
        server = self.add_server(self.serve(), every=15)
        self.assertEqual((server.state, server.last_reason), ("unknown", False))
        self.assertEqual(self.look("2026-02-10 10:00"), 1)
        self.assertEqual((server.state, server.last_seen), ("up", utc("2026-02-10 10:00")))
        self.assertEqual(server.last_reason, "Answers, status 200")
        self.assertGreaterEqual(server.last_millis, 1)
        self.assertEqual(server.check_ids.mapped("outcome"), ["up"])
        self.assertEqual(self.look("2026-02-10 10:14"), 0)
        self.assertEqual(self.look("2026-02-10 10:15"), 1)
        self.assertEqual(server.since, utc("2026-02-10 10:00"))
        self.assertEqual(len(server.check_ids), 2)

    def test_more_often(self):
        """O-15: a server that is to be asked more often does not wait for the end of its old interval"""
        server = self.add_server(self.serve(), every=1440)
        self.look("2026-02-10 10:00")
        self.at(server.with_user(self.leader), "2026-02-10 10:03").every = 5
        self.assertEqual(self.look("2026-02-10 10:03"), 1)
        self.assertEqual(server.next_check, utc("2026-02-10 10:08"))

    def test_port(self):
        """O-15: a port is up when it takes a connection"""
        local = self.serve()
        server = self.add_server(None, kind="tcp", address=f"127.0.0.1:{local.port}")
        self.look("2026-02-10 10:00")
        self.assertEqual((server.state, server.last_reason), ("up", "Answers"))

    def test_one_lost_packet(self):
        """O-15: one failure is none; it is looked at again a minute later"""
        local = self.serve()
        server = self.add_server(local, every=30)
        self.look("2026-02-10 10:00")
        local.behaviour = say(BUSY)
        self.look("2026-02-10 10:30")
        self.assertEqual((server.state, server.failures), ("up", 1))
        self.assertEqual(server.last_reason, "It answers with the status 503")
        self.assertEqual(server.next_check, utc("2026-02-10 10:31"))
        local.behaviour = say(BUSY.replace(b"503 Busy", b"204 Fine"))
        self.look("2026-02-10 10:31")
        self.assertEqual((server.state, server.failures), ("up", 0))
        self.assertFalse(self.tickets(server))
        self.assertEqual(server.span_ids.mapped("state"), ["up"])

    def test_down_since_the_first_failure(self):
        """O-15: down after the failures that this server may have, since the first of them"""
        local = self.serve()
        server = self.add_server(local, tolerance=3)
        self.look("2026-02-10 10:00")
        local.close()
        for moment in ("2026-02-10 10:05", "2026-02-10 10:06"):
            self.look(moment)
            self.assertEqual(server.state, "up")
        self.look("2026-02-10 10:07")
        self.assertEqual((server.state, server.since), ("down", utc("2026-02-10 10:05")))
        self.assertEqual(server.span_ids[0].reason, "The port is closed")
        # from now on at its own pace
        self.assertEqual(server.next_check, utc("2026-02-10 10:12"))

    def test_never_answers(self):
        """O-15: a server that never answers is down when its time-out is over, and holds up no other"""
        slow = self.add_server(self.serve(silence), timeout=1, tolerance=1)
        quick = self.add_server(self.serve(), name="Quick", partner_id=self.rio.id)
        self.look("2026-02-10 10:00")
        self.assertEqual((slow.state, slow.last_reason), ("down", "No answer within the time-out"))
        self.assertEqual(quick.state, "up")

    def test_redirect_loop(self):
        """O-15: a server that redirects in a circle is down"""
        local = self.serve()
        local.behaviour = redirect("/round")
        server = self.add_server(local, tolerance=1)
        self.look("2026-02-10 10:00")
        self.assertEqual((server.state, server.last_reason), ("down", "It redirects too often"))
        server.with_user(self.leader).follow = False
        self.look("2026-02-10 10:01")
        self.assertEqual(server.state, "up")

    def test_certificate(self):
        """O-15: a certificate nobody signed is down, until the server's own certificate is given"""
        with certificate("127.0.0.1") as files:
            local = self.serve(certificate=files)
            server = self.add_server(local, tolerance=1)
            self.look("2026-02-10 10:00")
            self.assertEqual((server.state, server.last_reason), ("down", "The certificate is not valid"))
            with certificate("127.0.0.1") as others:
                server.with_user(self.leader).trusted_certificate = Path(others[0]).read_text()
                self.look("2026-02-10 10:01")
                self.assertEqual(server.state, "down", "somebody else's certificate is no help")
            server.with_user(self.leader).trusted_certificate = Path(files[0]).read_text()
            self.look("2026-02-10 10:02")
            self.assertEqual(server.state, "up")

    def test_certificate_of_another_name(self):
        """O-15: a certificate made out to another name is taken when that name is given, and for no other"""
        with certificate("erp.client.example") as files:
            server = self.add_server(self.serve(certificate=files), tolerance=1)
            server.with_user(self.leader).write(
                {"trusted_certificate": Path(files[0]).read_text(), "certificate_name": "crm.client.example"}
            )
            self.look("2026-02-10 10:00")
            self.assertEqual((server.state, server.last_reason), ("down", "The certificate is not valid"))
            server.with_user(self.leader).certificate_name = "ERP.client.example"
            self.look("2026-02-10 10:01")
            self.assertEqual(server.state, "up")

    def test_certificate_is_none(self):
        """O-15: what is no certificate is refused in words; a private key is not repeated"""
        with certificate("127.0.0.1") as files:
            server = self.add_server(self.serve(certificate=files)).with_user(self.leader)
            with self.assertRaisesRegex(ValidationError, "cannot be read"), self.cr.savepoint():
                server.trusted_certificate = "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----"
            with self.assertRaisesRegex(ValidationError, "private key") as caught, self.cr.savepoint():
                server.trusted_certificate = Path(files[0]).read_text() + Path(files[1]).read_text()
            self.assertNotIn(Path(files[1]).read_text()[40:80], str(caught.exception))
            with self.assertRaisesRegex(ValidationError, "a name only"), self.cr.savepoint():
                server.certificate_name = "https://erp.client.example/"
            self.assertFalse(server.trusted_certificate)

    def test_text(self):
        """O-15: a page without the expected text is down"""
        server = self.add_server(self.serve(), expected_text="all is well")
        self.look("2026-02-10 10:00")
        self.assertEqual(server.state, "up")
        server.with_user(self.leader).write({"expected_text": "all is lost", "tolerance": 1})
        self.look("2026-02-10 10:01")
        self.assertEqual((server.state, server.last_reason), ("down", "The expected text is not on the page"))

    def test_taken_off_the_list(self):
        """O-15: what is taken off the list is asked no more, at once, and that is seen"""
        local = self.serve()
        server = self.add_server(local)
        self.look("2026-02-10 10:00")
        asked = local.connections
        self.allowed.with_user(self.manager).active = False
        self.look("2026-02-10 10:05")
        self.assertEqual(local.connections, asked)
        self.assertEqual(server.state, "unknown")
        self.assertIn("not allowed", server.last_reason)
        self.assertFalse(self.tickets(server))

    def test_redirected_to_an_address_that_is_not_allowed(self):
        """O-15: a redirect to an address that is not allowed is not followed, and nothing is known of the server"""
        inner = self.serve()
        local = self.serve(redirect(f"http://127.0.0.2:{inner.port}/"))
        server = self.add_server(local, tolerance=1)
        self.look("2026-02-10 10:00")
        self.assertEqual((server.state, server.last_code), ("unknown", "redirect_not_allowed"))
        self.assertFalse(inner.connections)

    def test_share_of_a_run(self):
        """O-15: with more due than a run takes, the longest overdue come first, and each is asked once"""
        local = self.serve()
        for number in range(5):
            self.add_server(local, f"2026-02-10 09:0{number}", name=f"Server {number}")
        self.assertEqual(self.look("2026-02-10 10:00", limit=2), 2)
        seen = self.env["openpyme.server"].search([("state", "=", "up")])
        self.assertEqual(sorted(seen.mapped("name")), ["Server 0", "Server 1"])
        self.assertEqual(self.look("2026-02-10 10:00", limit=10), 3)
        self.assertEqual(self.look("2026-02-10 10:00", limit=10), 0)
        self.assertEqual(local.connections, 5)

    def test_changed_while_it_was_asked(self):
        """O-15: an answer to a question that was changed meanwhile, or of a server paused meanwhile, counts no more"""
        local = self.serve()
        changed, paused = self.add_server(local), self.add_server(local, name="Other")
        moment = utc("2026-02-10 10:00")
        servers = self.at(self.env["openpyme.server"].sudo(), moment)
        jobs = servers._claim(moment, 10)
        answers = servers._probe_all(jobs, self.env["openpyme.allowed.address"]._get_rules())
        self.at(changed.with_user(self.leader), "2026-02-10 10:00").address = f"{local.url}other"
        self.pause(paused, "2026-02-10 10:00")
        for job in jobs:
            servers._settle_safely(job, answers[job.server_id])
        self.assertEqual((changed.state, paused.state), ("unknown", "paused"))
        self.assertFalse((changed | paused).check_ids)
        self.assertEqual(self.look("2026-02-10 10:00"), 1)
        self.assertIn("GET /other", local.requests[-1])

    def test_run_that_died(self):
        """O-15, E-5.2: a server that was taken up by a run that died is taken up again a little later"""
        self.add_server(self.serve(), timeout=10)
        moment = utc("2026-02-10 10:00")
        self.assertEqual(len(self.at(self.env["openpyme.server"].sudo(), moment)._claim(moment, 10)), 1)
        self.assertEqual(self.look("2026-02-10 10:01"), 0)
        self.assertEqual(self.look("2026-02-10 10:02"), 1)

    def test_nobody_looked(self):
        """O-15: when nobody looked for long, the history does not say that it was up"""
        server = self.add_server(self.serve(), every=5)
        self.look("2026-02-10 10:00")
        self.look("2026-02-10 10:05")
        self.look("2026-02-10 15:00")
        found = [(span.state, span.start) for span in server.span_ids.sorted("start")]
        self.assertEqual(
            found,
            [
                ("up", utc("2026-02-10 10:00")),
                ("unknown", utc("2026-02-10 10:10")),
                ("up", utc("2026-02-10 15:00")),
            ],
        )

    def pause(self, server, moment, **vals):
        wizard = self.at(self.env["openpyme.server.pause.wizard"].with_user(self.leader), moment).create(
            {"server_ids": [(6, 0, server.ids)], "reason": "New disks", **vals}
        )
        return wizard.action_apply()

    def test_paused(self):
        """O-15: a server under maintenance is not asked, says why, and is asked again when the pause is over"""
        local = self.serve()
        server = self.add_server(local)
        self.look("2026-02-10 10:00")
        self.pause(server, "2026-02-10 10:02", until=utc("2026-02-10 12:00"))
        local.close()
        self.assertEqual(self.look("2026-02-10 11:00"), 0)
        self.assertEqual((server.state, server.pause_reason), ("paused", "New disks"))
        self.assertIn("New disks", str(server.message_ids[0].body))
        self.assertEqual(self.look("2026-02-10 12:00"), 1)
        self.assertEqual((server.state, server.failures), ("unknown", 1))
        self.look("2026-02-10 12:01")
        self.assertEqual(server.state, "down")

    def test_resumed_by_hand(self):
        """O-15: a pause without an end lasts until somebody resumes"""
        server = self.add_server(self.serve())
        self.pause(server, "2026-02-10 10:00")
        self.assertEqual(self.look("2026-03-10 10:00"), 0)
        self.at(server.with_user(self.leader), "2026-03-10 10:00").action_resume()
        self.look("2026-03-10 10:00")
        self.assertEqual(server.state, "up")

    def test_pause_that_is_over(self):
        """O-15: a pause that would be over already is refused"""
        server = self.add_server(self.serve())
        with self.assertRaisesRegex(Exception, "in the future"):
            self.pause(server, "2026-02-10 10:00", until=utc("2026-02-10 09:00"))

    def test_check_now(self):
        """O-15: whoever sees a server asks it at once and is told what it answers; that counts as a check"""
        local = self.serve(say(BUSY))
        server = self.add_server(local)
        told = server.with_user(self.agent).action_check_now()["params"]
        self.assertIn("It answers with the status 503", told["message"])
        self.assertEqual(told["type"], "danger")
        self.assertEqual((server.failures, len(server.check_ids)), (1, 1))
        # a second click at once asks no second time
        server.with_user(self.agent).action_check_now()
        self.assertEqual(local.connections, 1)
        server = self.at(server, server.last_checked + timedelta(minutes=1))
        local.behaviour = say(BUSY.replace(b"503 Busy", b"200 Fine"))
        told = server.with_user(self.agent).action_check_now()["params"]
        self.assertIn("Answers, status 200", told["message"])
        self.assertEqual((told["type"], server.state), ("success", "up"))

    def test_check_now_while_paused(self):
        """O-15: a paused server can be tried; that is not recorded"""
        server = self.add_server(self.serve())
        self.pause(server, "2026-02-10 10:00")
        told = server.with_user(self.leader).action_check_now()["params"]
        self.assertIn("not recorded", told["message"])
        self.assertEqual((server.state, len(server.check_ids)), ("paused", 0))

    def test_archived(self):
        """O-15: an archived server is asked no more and its history ends; taken up again it begins anew"""
        local = self.serve()
        server = self.add_server(local)
        self.look("2026-02-10 10:00")
        self.at(server.with_user(self.leader), "2026-02-10 11:00").active = False
        self.assertEqual(self.look("2026-02-10 12:00"), 0)
        self.assertEqual((server.state, server.since), ("unknown", utc("2026-02-10 11:00")))
        self.at(server.with_user(self.leader), "2026-02-11 11:00").active = True
        self.assertEqual(self.look("2026-02-11 11:00"), 1)
        self.assertEqual(server.state, "up")

    def test_old_measurements(self):
        """O-15: measurements are forgotten after the days of the setting, the history is not"""
        server = self.add_server(self.serve())
        self.look("2026-02-10 10:00")
        checks = self.env["openpyme.server.check"]
        self.at(checks, "2026-02-16 10:00")._gc_checks()
        self.assertTrue(server.check_ids)
        self.at(checks, "2026-02-18 10:00")._gc_checks()
        server.invalidate_recordset()
        self.assertFalse(server.check_ids)
        self.assertTrue(server.span_ids)
