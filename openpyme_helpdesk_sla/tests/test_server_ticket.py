from odoo.exceptions import UserError

from .common import utc
from .plain.local_server import say
from .server_common import ServerCase

BUSY = say(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
FINE = say(b"HTTP/1.1 200 Fine\r\nContent-Length: 0\r\n\r\n")


class TestServerTicket(ServerCase):
    """One ticket an outage, whatever the server does meanwhile."""

    def setUp(self):
        super().setUp()
        self.local = self.serve(FINE)
        self.server = self.add_server(self.local)
        self.look("2026-02-10 10:00")

    def go(self, behaviour, *moments):
        self.local.behaviour = behaviour
        for moment in moments:
            self.look(moment)

    def down(self, *moments):
        self.go(BUSY, *(moments or ("2026-02-10 10:05", "2026-02-10 10:06")))
        return self.tickets(self.server)

    def test_ticket(self):
        """O-15: down opens one support ticket for the account, of high impact, for its leader, and no confirmation"""
        ticket = self.down()
        self.assertEqual(len(ticket), 1)
        self.assertEqual(ticket.name, "ERP production is down")
        self.assertEqual((ticket.partner_id, ticket.support_provider_id), (self.mesa, self.provider))
        self.assertEqual(ticket.user_id, self.leader)
        self.assertEqual(ticket.support_kind_id, self.kinds["support"])
        self.assertEqual((ticket.openpyme_impact_id.code, ticket.support_priority_id.stars), ("high", "3"))
        # nothing to review and nobody to ask (O-2, O-6); the leader hears of it at once (O-5)
        self.assertFalse(ticket.openpyme_review_left)
        self.assertFalse(ticket.support_form_state)
        self.assertIn(self.leader, self.told(ticket, "openpyme_stopped"))
        self.assertEqual(self.server.ticket_id, ticket)
        self.assertEqual(self.server.span_ids[0].ticket_id, ticket)
        text = str(ticket.description)
        self.assertIn("ERP production has not answered as it should since", text)
        self.assertIn("It answers with the status 503", text)
        self.assertIn("4:05", text)  # 10:05 UTC where the provider is
        self.assertFalse(self.told(ticket, "form"))
        intents = self.env["support.notification"].search([("ticket_id", "=", ticket.id)])
        self.assertNotIn("acknowledgement", intents.mapped("kind"))
        self.assertNotIn("form", intents.mapped("kind"))

    def test_still_down(self):
        """O-15: a server that stays down gets no second ticket and no further note"""
        ticket = self.down()
        self.down("2026-02-10 10:11", "2026-02-10 10:16", "2026-02-10 14:00", "2026-02-11 10:00")
        self.assertEqual(self.tickets(self.server), ticket)
        self.assertFalse(self.notes(ticket))

    def test_up_again(self):
        """O-15: back up is noted on the ticket with how long it took, to the leader; the ticket stays open"""
        ticket = self.down()
        self.go(FINE, "2026-02-10 10:50")
        notes = self.notes(ticket)
        self.assertEqual(len(notes), 1)
        self.assertIn("ERP production is up again since", notes[0])
        self.assertIn("It was down for 45 min.", notes[0])
        message = ticket.message_ids.sorted("id")[-1]
        note = ticket.message_ids.filtered(lambda one: "up again" in str(one.body))
        self.assertIn(self.leader.partner_id, note.partner_ids)
        self.assertTrue(message.exists())
        self.assertFalse(ticket.stage_id.closed)
        self.assertFalse(self.server.ticket_id)

    def test_outage_of_the_engine(self):
        """O-15, E-1.9: the outage is measured as any other, from the first failure until it answered again"""
        ticket = self.down()
        outage = ticket.support_outage_ids
        self.assertEqual((outage.began, outage.restored), (utc("2026-02-10 10:05"), False))
        self.go(FINE, "2026-02-10 10:50")
        self.assertEqual((outage.restored, outage.seconds), (utc("2026-02-10 10:50"), 45 * 60))

    def test_restored_by_hand(self):
        """O-15: what a person has recorded stays; monitoring only notes that it is up"""
        ticket = self.down()
        wizard = self.at(self.env["support.outage.wizard"].with_user(self.leader), "2026-02-10 10:30")
        action = ticket.with_user(self.leader).action_support_restored()
        values = {"restored": utc("2026-02-10 10:20"), "loss": "unknown"}
        wizard.with_context(**action["context"]).create(values).action_apply()
        self.go(FINE, "2026-02-10 10:50")
        self.assertEqual(ticket.support_outage_ids.restored, utc("2026-02-10 10:20"))
        self.assertEqual(len(self.notes(ticket)), 1)

    def test_comes_and_goes(self):
        """O-15: a server that comes and goes has one ticket with few notes, and the last one says how it stands"""
        self.server.every = 1
        ticket = self.down()
        self.go(FINE, "2026-02-10 10:10")
        for minute in range(15, 40, 5):
            self.down(f"2026-02-10 10:{minute}", f"2026-02-10 10:{minute + 1}")
            self.go(FINE, f"2026-02-10 10:{minute + 3}")
        self.assertEqual(self.tickets(self.server), ticket)
        self.assertEqual(len(self.notes(ticket)), 1)
        self.go(FINE, "2026-02-10 10:45")
        notes = self.notes(ticket)
        self.assertEqual(len(notes), 2)
        self.assertIn("up again", notes[1])
        self.assertIn("not written here: 5", notes[1])
        self.go(FINE, "2026-02-10 12:00")
        self.assertEqual(len(self.notes(ticket)), 2)
        self.assertEqual(len(ticket.support_outage_ids), 6)

    def test_down_again_and_stays_so(self):
        """O-15: down again soon after “up again” is told as soon as the quiet time is over"""
        self.server.every = 1
        ticket = self.down()
        self.go(FINE, "2026-02-10 10:10")
        self.down("2026-02-10 10:15", "2026-02-10 10:16", "2026-02-10 10:21", "2026-02-10 10:26")
        self.assertEqual(len(self.notes(ticket)), 1)
        self.down("2026-02-10 10:41")
        notes = self.notes(ticket)
        self.assertEqual(len(notes), 2)
        self.assertIn("down again", notes[1])
        self.assertNotIn("not written", notes[1])
        self.assertEqual(self.server.ticket_id, ticket)

    def test_next_outage(self):
        """O-15: once its ticket is closed, the next outage has one of its own"""
        first = self.down()
        self.go(FINE, "2026-02-10 10:50")
        self.at(first.with_user(self.leader), "2026-02-10 11:00").stage_id = self.stages["closed"]
        tickets = self.down("2026-02-12 10:00", "2026-02-12 10:01")
        self.assertEqual(len(tickets), 2)
        self.assertEqual(self.server.ticket_id, tickets - first)

    def test_merged(self):
        """O-15: a ticket that was merged hears of its server on the one it was merged into"""
        ticket = self.down()
        other = self.raise_ticket("2026-02-10 10:07", "support")
        self.at(ticket.with_user(self.manager), "2026-02-10 10:08")._support_merge_into(other)
        self.go(FINE, "2026-02-10 10:50")
        self.assertEqual(len(self.notes(other)), 1)
        self.assertFalse(self.notes(ticket))

    def test_without_a_leader(self):
        """O-15: an account without a leader gets its ticket all the same"""
        self.entitlement.account_leader_id = False
        ticket = self.down()
        self.assertEqual(len(ticket), 1)
        self.go(FINE, "2026-02-10 10:50")
        self.assertEqual(len(self.notes(ticket)), 1)

    def test_result_that_cannot_be_written(self):
        """O-15, E-5.1: a server whose ticket cannot be raised holds up no other, and is tried again"""
        self.env["helpdesk.ticket.team"].search([("support_provider_id", "=", self.provider.id)]).active = False
        other = self.add_server(self.serve(FINE), "2026-02-10 10:06", name="Other", partner_id=self.rio.id)
        with self.assertLogs("odoo.addons.openpyme_helpdesk_sla", "ERROR") as logs:
            self.down()
        self.assertNotIn(self.local.url, "".join(logs.output).replace("/home", ""))
        self.assertEqual((self.server.state, other.state), ("up", "up"))
        self.team.active = True
        self.down("2026-02-10 10:11")
        self.assertEqual(self.server.state, "down")
        self.assertEqual(len(self.tickets(self.server)), 1)

    def test_server_is_not_entered(self):
        """O-15, E-3.9: nobody says by hand that monitoring raised a ticket"""
        ticket = self.raise_ticket("2026-02-10 10:07")
        with self.assertRaises(UserError):
            ticket.with_user(self.manager).write({"openpyme_server_id": self.server.id})


class TestOwnNetwork(ServerCase):
    """When all servers of several accounts fail at once, it is likely us."""

    def setUp(self):
        super().setUp()
        self.env["openpyme.allowed.address"].create({"pattern": "127.0.0.0/28", "ports": "1-65535"})
        self.locals = [self.serve(FINE, host=f"127.0.0.{number}") for number in range(1, 5)]
        self.servers = self.env["openpyme.server"]
        for number, local in enumerate(self.locals):
            partner = self.mesa if number < 2 else self.rio
            user = self.leader
            self.servers |= self.add_server(local, name=f"Server {number}", partner_id=partner.id, user=user)
        self.look("2026-02-10 10:00")
        self.assertEqual(set(self.servers.mapped("state")), {"up"})

    def go(self, behaviours, *moments):
        for local, behaviour in zip(self.locals, behaviours, strict=True):
            local.behaviour = behaviour
        for moment in moments:
            self.look(moment)

    def findings(self, moment="2026-02-10 10:30"):
        found = self.env["support.health"].sudo()._check(utc(moment))
        return [finding for finding in found if finding["code"] == "openpyme_blind"]

    def test_all_at_once(self):
        """O-15: one alarm says so and no ticket is raised; it is over when one answers, and who still fails is down"""
        self.go([BUSY] * 4, *(f"2026-02-10 10:{minute:02}" for minute in range(5, 30)))
        self.assertFalse(self.tickets(self.servers))
        self.assertEqual(set(self.servers.mapped("state")), {"up"})
        (finding,) = self.findings()
        self.assertEqual((finding["level"], finding["since"]), ("trouble", utc("2026-02-10 10:05")))
        words = " ".join(self.env["support.health"]._get_text(finding))
        self.assertIn("our own network", words)
        self.go([FINE, FINE, FINE, BUSY], "2026-02-10 10:31", "2026-02-10 10:32")
        self.assertFalse(self.findings())
        self.assertEqual(self.servers.mapped("state"), ["up", "up", "up", "down"])
        down = self.servers.filtered(lambda server: server.state == "down")
        self.assertEqual((down.since, len(self.tickets(down))), (utc("2026-02-10 10:05"), 1))

    def test_check_now_says_what_is_suspected(self):
        """O-15: whoever asks a server that is held back reads why it is not taken for down, and no wrong count"""
        self.go([BUSY] * 4, "2026-02-10 10:05", "2026-02-10 10:06", "2026-02-10 10:07")
        server = self.at(self.servers[0], "2026-02-10 10:09").with_user(self.leader)
        told = server.action_check_now()["params"]
        self.assertEqual((server.state, told["type"]), ("up", "danger"))
        self.assertGreaterEqual(server.failures, server.tolerance)
        self.assertIn("our own network", told["message"])
        self.assertNotIn("in a row", told["message"])

    def test_one_of_several(self):
        """O-15: one that fails is held back until another one was asked, a minute at most"""
        self.go([BUSY, FINE, FINE, FINE], "2026-02-10 10:05", "2026-02-10 10:06")
        self.assertEqual(len(self.tickets(self.servers)), 1)
        self.assertFalse(self.findings())

    def test_others_are_asked_first(self):
        """O-15: where nobody else was asked since, the others are asked at once and then it is believed"""
        self.servers.write({"every": 60})
        self.servers[0].with_user(self.leader).every = 1
        self.look("2026-02-10 10:30")
        self.go([BUSY, FINE, FINE, FINE], "2026-02-10 10:31", "2026-02-10 10:32")
        self.assertFalse(self.tickets(self.servers))
        self.assertFalse(self.findings())
        self.look("2026-02-10 10:33")
        self.assertEqual(len(self.tickets(self.servers)), 1)

    def test_servers_of_one_account(self):
        """O-15: all servers of a single account are its own trouble"""
        self.servers.filtered(lambda server: server.partner_id == self.rio).active = False
        self.provider.openpyme_server_blind_minimum = 2
        self.go([BUSY] * 4, "2026-02-10 10:05", "2026-02-10 10:06")
        self.assertEqual(len(self.tickets(self.servers)), 2)

    def test_others_that_are_down_anyway(self):
        """O-15: those that have been down for long do not make the next outage our own network's"""
        self.go([FINE, BUSY, BUSY, BUSY], "2026-02-10 10:05", "2026-02-10 10:06", "2026-02-10 10:07")
        self.assertEqual(self.servers.mapped("state"), ["up", "down", "down", "down"])
        self.go([BUSY] * 4, *(f"2026-02-10 10:{minute}" for minute in range(11, 14)))
        self.assertEqual(len(self.tickets(self.servers)), 4)
        self.assertFalse(self.findings())

    def test_switched_off(self):
        """O-15: the setting 0 raises a ticket for each whatever happens"""
        self.provider.openpyme_server_blind_minimum = 0
        self.go([BUSY] * 4, "2026-02-10 10:05", "2026-02-10 10:06")
        self.assertEqual(len(self.tickets(self.servers)), 4)
