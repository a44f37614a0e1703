from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.support_time import to_instant
from ..tools import history
from .common import SupportCase, utc

NOW = "2026-03-18 12:00"


@tagged("post_install", "-at_install")
class TestBoard(SupportCase):
    """The board on a Wednesday in March; the desk's week is that of ``SupportCase``, London hours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.policy | cls.policy_normal).target_ids.basis = "always"
        cls.other_team = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Acme Nights",
                "support_provider_id": cls.provider.id,
                "support_own_stages": True,
                "user_ids": [Command.set(cls.boss.ids)],
            }
        )
        for stage in cls.stages.values():
            stage.team_ids += cls.other_team

    def board(self, user=None, now=NOW, tz="Europe/London", **kwargs):
        kwargs.setdefault("provider_id", self.provider.id)
        board = self.env["support.board"].with_user(user or self.manager).with_context(tz=tz)
        return self.at(board, now).get_board(**kwargs)

    def door(self, door, user=None):
        """The records that a figure opens; there are as many as it says."""
        records = self.env[door["model"]].with_user(user or self.manager).search(door["domain"])
        self.assertEqual(len(records), door["count"], door["name"])
        return records

    def row(self, board, team):
        return next(row for row in board["teams"] if row["id"] == team.id)

    def close(self, ticket, moment):
        self.move(ticket, moment, "closed")
        ticket.closed_date = utc(moment)

    def test_counts_open_the_tickets_they_count(self):
        """E-8: open, at risk, breached, due within the hour and waiting open exactly the tickets they count."""
        calm = self.raise_ticket("2026-03-18 11:59")
        risky = self.raise_ticket("2026-03-18 11:35")
        late = self.raise_ticket("2026-03-18 11:20")
        waiting = self.raise_ticket("2026-03-18 11:50")
        self.move(waiting, "2026-03-18 11:51", "waiting_customer")
        supplier = self.raise_ticket("2026-03-18 11:50", support_priority_id=self.normal.id)
        self.move(supplier, "2026-03-18 11:52", "waiting_third_party")
        night = self.raise_ticket("2026-03-18 11:58", team_id=self.other_team.id)
        board = self.board()
        cards = board["cards"]
        self.assertEqual(self.door(cards["open"]), calm | risky | late | waiting | supplier | night)
        # not swept yet, and still late
        self.assertEqual(self.door(cards["breached"]), late)
        self.assertEqual(cards["oldest"], "2026-03-18 11:50:00")
        self.assertEqual(self.door(cards["risk"]), risky)
        self.assertEqual(self.door(cards["soon"]), calm | risky | waiting | night)
        self.assertEqual(self.door(cards["customer"]), waiting)
        self.assertEqual(self.door(cards["others"]), supplier)
        row = self.row(board, self.team)
        self.assertEqual(self.door(row["open"]), calm | risky | late | waiting | supplier)
        self.assertEqual(self.door(row["risk"]), risky)
        self.assertEqual(self.door(row["breached"]), late)
        self.assertEqual(self.door(self.row(board, self.other_team)["open"]), night)
        self.sweep("2026-03-18 12:00")
        self.assertEqual(self.door(self.board()["cards"]["breached"]), late)
        self.assertEqual(self.board()["cards"]["oldest"], "2026-03-18 11:50:00")

    def test_next_due_is_sorted_by_time_left(self):
        """E-8: “next due” has the least time left first, over all queues, with promise, priority and who has it."""
        soon = self.raise_ticket("2026-03-18 11:40", user_id=self.agent.id)
        later = self.raise_ticket("2026-03-18 11:58", team_id=self.other_team.id)
        late = self.raise_ticket("2026-03-18 11:00")
        rows = self.board()["next"]
        self.assertEqual([row["id"] for row in rows], [late.id, soon.id, later.id])
        self.assertEqual(rows[1]["due"], "2026-03-18 12:10:00")
        self.assertEqual((rows[1]["metric"], rows[1]["priority"], rows[1]["user"]), ("First response", "P1", "Agent"))

    def test_achieved_this_month_against_last(self):
        """E-8: achieved is kept of kept and late, in the month of the judgement, of the provider's promises only."""
        # last month: one answer in time, one late
        for answered in ("2026-02-10 09:10", "2026-02-10 14:10"):
            ticket = self.raise_ticket("2026-02-10 09:00", support_priority_id=self.normal.id)
            self.say(ticket, answered)
            self.move(ticket, "2026-02-10 15:00", "closed")
        # this month: answered and closed in time; answered late, closed in time; called off before anything was due
        good = self.raise_ticket("2026-03-10 09:00")
        self.say(good, "2026-03-10 09:10")
        self.move(good, "2026-03-10 09:30", "closed")
        slow = self.raise_ticket("2026-03-11 09:00", team_id=self.other_team.id)
        self.say(slow, "2026-03-11 09:40")
        self.move(slow, "2026-03-11 10:00", "closed")
        void = self.raise_ticket("2026-03-12 09:00")
        self.move(void, "2026-03-12 09:05", "cancelled")
        board = self.board()
        kept = board["kept"]
        clocks = self.door(kept)
        self.assertEqual(clocks.ticket_id, good | slow)
        self.assertEqual(set(clocks.mapped("side")), {"provider"})
        late = self.door(kept["late"])
        self.assertEqual((late.ticket_id, late.metric), (slow, "first_response"))
        self.assertEqual(kept["percent"], round(100 * kept["kept"] / (kept["kept"] + 1), 1))
        self.assertEqual(kept["previous"], 75.0)
        self.assertEqual(kept["trend"], round(kept["percent"] - 75.0, 1))
        self.assertEqual(self.row(board, self.team)["kept"]["percent"], 100.0)
        self.assertLess(self.row(board, self.other_team)["kept"]["percent"], 100.0)
        self.door(self.row(board, self.other_team)["kept"])
        self.assertEqual([row["name"] for row in board["providers"]], ["Acme Care"])
        self.assertEqual(board["providers"][0]["kept"]["count"], kept["count"])
        judged = [week for week in kept["weeks"] if week["percent"] is not None]
        self.assertEqual(len(kept["weeks"]), 12)
        self.assertEqual([week["kept"] + week["late"] for week in judged], [4, kept["count"]])
        self.assertEqual(board["period"]["name"], "March 2026")
        self.assertEqual(board["period"]["previous"], "February 2026")

    def test_month_is_the_readers(self):
        """E-8: a promise kept at 22:30 in London on the last day of March was kept in April for a reader in Moscow."""
        ticket = self.raise_ticket("2026-03-31 21:00")
        self.say(ticket, "2026-03-31 21:20")
        london = self.board(now="2026-03-31 23:30", tz="Europe/London")
        moscow = self.board(now="2026-03-31 21:30", tz="Europe/Moscow")
        self.assertEqual(london["period"]["name"], "April 2026")
        self.assertEqual(london["kept"]["count"], 0)
        self.assertEqual(moscow["period"]["name"], "April 2026")
        self.assertEqual(self.door(moscow["kept"]).ticket_id, ticket)
        self.assertEqual(moscow["period"]["start"], "2026-03-31 21:00:00")

    def test_where_time_goes(self):
        """E-8: the life of tickets closed this month, by whose turn it was: the sum of the bars on the tickets."""
        tickets = self.env["helpdesk.ticket"]
        for day, moves in (
            ("2026-03-10", (("09:30", "open"), ("10:00", "waiting_customer"), ("10:00", "open"), ("11:15", "closed"))),
            ("2026-03-11", (("09:10", "waiting_customer"), ("10:00", "waiting_third_party"), ("11:00", "closed"))),
            ("2026-03-12", (("10:00", "resolved"), ("12:00", "open"), ("13:00", "on_hold"), ("14:00", "closed"))),
        ):
            ticket = self.raise_ticket(f"{day} 09:00")
            for time, phase in moves:
                (self.close if phase == "closed" else self.move)(
                    ticket, f"{day} {time}", *(() if phase == "closed" else (phase,))
                )
            tickets |= ticket
        before = self.raise_ticket("2026-02-10 09:00")
        self.close(before, "2026-02-10 15:00")
        time = self.board()["time"]
        self.assertEqual(self.door(time), tickets)
        wanted = dict.fromkeys(time["seconds"], 0)
        for ticket in tickets:
            for turn in history.turns(ticket._support_get_events(), to_instant(utc(NOW))):
                if turn.stop is not None:
                    wanted[turn.side] += turn.stop - turn.start
        self.assertEqual(time["seconds"], wanted)
        self.assertEqual(time["seconds"]["third_party"], 3600)
        self.assertEqual(time["seconds"]["customer"], 50 * 60 + 2 * 3600)

    def test_agent_sees_what_his_tickets_are(self):
        """E-8: an agent of one queue finds its figures only; a manager finds all; filters narrow both."""
        member = self._make_user("member", "helpdesk_mgmt.group_helpdesk_user_team")
        self.other_team.user_ids += member
        mine = self.raise_ticket("2026-03-18 11:50", team_id=self.other_team.id)
        theirs = self.raise_ticket("2026-03-18 11:55")
        board = self.board(member)
        self.assertEqual([row["id"] for row in board["teams"]], [self.other_team.id])
        self.assertEqual(self.door(board["cards"]["open"], member), mine)
        self.assertEqual([row["id"] for row in board["next"]], [mine.id])
        self.assertEqual([team["id"] for team in board["filters"]["teams"]], [self.other_team.id])
        self.assertEqual(self.door(self.board()["cards"]["open"]), mine | theirs)
        board = self.board(team_id=self.team.id)
        self.assertEqual(self.door(board["cards"]["open"]), theirs)
        self.assertEqual([row["id"] for row in board["teams"]], [self.team.id])
        # asking for another queue by RPC gives nothing more
        self.assertEqual(self.board(member, team_id=self.team.id)["cards"]["open"]["count"], 0)

    def test_other_company_is_not_seen(self):
        """E-8, S-1: tickets of a company that the reader has not chosen are not counted."""
        other = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        ticket = self.raise_ticket("2026-03-18 11:50")
        self.env.cr.execute("UPDATE helpdesk_ticket SET company_id = %s WHERE id = %s", (other.id, ticket.id))
        ticket.invalidate_recordset()
        board = self.board()
        self.assertEqual(board["cards"]["open"]["count"], 0)
        self.assertEqual(board["next"], [])

    def test_portal_and_strangers_are_refused(self):
        """E-8, S-1: the board is for the helpdesk's users."""
        for login, group in (("visitor", "base.group_portal"), ("clerk", "base.group_user")):
            user = self._make_user(login, group)
            with self.assertRaises(AccessError):
                self.board(user)

    def test_what_is_no_id(self):
        """E-8: a caller from outside who gives a name, a list or a number that cannot be gets a clear answer."""
        for value in ("Acme", "1; 2", [1], {"id": 1}, 1.5, True, -1, 2**40, "9" * 30):
            for name in ("provider_id", "team_id"):
                with self.subTest(value=value, name=name), self.assertRaisesRegex(UserError, "not the id of a record"):
                    self.board(**{name: value})
        self.assertEqual(self.board(provider_id=str(self.provider.id))["filters"]["provider_id"], self.provider.id)

    def test_empty_state_says_what_to_do_first(self):
        """E-8: without provider, queue or ticket the board says which is missing and leads there."""
        newcomer = self._make_user("newcomer", "helpdesk_mgmt.group_helpdesk_user_team")
        self.assertFalse(self.board(newcomer)["empty"])
        self.assertEqual(self.board(newcomer, provider_id=False)["empty"]["code"], "membership")
        teams = self.env["helpdesk.ticket.team"].search([("support_provider_id", "!=", False)])
        self.env["helpdesk.ticket"].search([("support_provider_id", "!=", False)]).active = False
        self.env.cr.execute("UPDATE helpdesk_ticket SET support_provider_id = NULL")
        self.env.invalidate_all()
        self.assertEqual(self.board(provider_id=False)["empty"]["code"], "ticket")
        teams.active = False
        empty = self.board(provider_id=False)["empty"]
        self.assertEqual((empty["code"], bool(empty["button"])), ("team", True))
        self.env["support.provider"].search([]).active = False
        empty = self.board(provider_id=False)["empty"]
        self.assertEqual(empty["code"], "provider")
        self.assertTrue(self.env.ref(empty["action"]))
        self.assertFalse(self.board(self.agent, provider_id=False)["empty"]["button"])

    def _count_queries(self) -> int:
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.board(provider_id=False)
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow(self):
        """E-8, E-10: twice the tickets and twice the teams cost the same number of queries."""

        def fill(count, team):
            for number in range(count):
                ticket = self.raise_ticket(f"2026-03-1{number % 6} 09:00", team_id=team.id)
                if number % 2:
                    self.say(ticket, f"2026-03-1{number % 6} 09:20")
                    self.close(ticket, f"2026-03-1{number % 6} 09:40")

        fill(8, self.team)
        self.board(provider_id=False)
        once = self._count_queries()
        team = self.env["helpdesk.ticket.team"].create({"name": "Third", "support_provider_id": self.provider.id})
        for stage in self.stages.values():
            stage.team_ids += team
        fill(8, self.other_team)
        fill(8, team)
        self.assertLessEqual(self._count_queries(), once)
        self.assertLessEqual(once, 40)

    def test_answer_is_bounded(self):
        """E-8: however many tickets are due, the answer lists a dozen."""
        vals = {"name": "x", "description": "x", "team_id": self.team.id, "support_priority_id": self.urgent.id}
        self.at(self.env["helpdesk.ticket"], "2026-03-18 11:50").create([dict(vals) for _n in range(30)])
        board = self.board()
        self.assertEqual(len(board["next"]), 12)
        self.assertEqual(board["cards"]["open"]["count"], 30)
        self.assertEqual(len(board["kept"]["weeks"]), 12)
        self.assertGreater(utc(board["next"][0]["due"]), utc(NOW) - timedelta(days=1))
