from datetime import timedelta

from odoo.addons.support_sla.tests.common import SupportCase, utc
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from psycopg2 import IntegrityError

#: a Wednesday; the desk is open from 8 to 12, on Thursday from 10 to 20
NOW = "2026-03-18 08:00"


class BoardCase(SupportCase):
    """An urgent ticket is due four hours after it was raised, nights included; two agents, London hours."""

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
        """The records that a figure opens, as the client opens them; there are as many as it says."""
        records = self.env[door["model"]].with_user(user or self.manager).with_context(active_test=False)
        records = records.search(door["domain"])
        self.assertEqual(len(records), door["count"], door["name"])
        return records

    def row(self, board, user):
        return next(row for row in board["load"]["agents"] if row["id"] == (user.id if user else 0))

    def team_row(self, board, team):
        return next(row for row in board["teams"] if row["id"] == team.id)

    def give(self, user, count=1, moment=NOW, **vals):
        """Tickets that ``user`` has."""
        tickets = self.env["helpdesk.ticket"]
        for _number in range(count):
            tickets |= self.raise_ticket(moment, user_id=user.id if user else False, **vals)
        return tickets

    def finish(self, user, start, stop, **vals):
        ticket = self.raise_ticket(start, user_id=user.id, **vals)
        self.move(ticket, stop, "closed")
        return ticket


@tagged("post_install", "-at_install")
class TestBoardForecast(BoardCase):
    def test_what_will_be_late_and_what_helps(self):
        """R-7: three tickets of two hours each, due at noon: two fit into the morning, the third will be late; it is
        said why, and that giving one to the colleague who has nothing to do helps. Every figure opens its tickets."""
        tickets = self.give(self.agent, 3)
        board = self.board()
        load = board["load"]
        row = self.row(board, self.agent)
        self.assertEqual(self.door(row["open"]), tickets)
        self.assertEqual(self.door(row["work"]), tickets)
        self.assertEqual(row["seconds"], 6 * 3600)
        self.assertEqual(self.door(row["late"]), tickets[2])
        self.assertEqual(self.door(load["late"]), tickets[2])
        ((move),) = row["moves"]
        self.assertEqual((move["to"], len(self.door(move))), (self.boss.name, 1))
        self.assertEqual(self.row(board, self.boss)["seconds"], 0)
        (reason,) = load["reasons"]
        self.assertEqual((reason["id"], reason["who"]), (tickets[2].id, self.agent.name))
        self.assertEqual(
            reason["why"],
            "2 before it, 4 h of work: begins Thu 10:00 AM, takes about 2 h until Thu 12:00 PM, due Wed 12:00 PM.",
        )
        team = self.team_row(board, self.team)["load"]
        self.assertEqual(self.door(team["work"]), tickets)
        self.assertEqual(self.door(team["late"]), tickets[2])
        # whoever follows the suggestion has nobody late
        self.door(move).user_id = self.boss
        self.assertEqual(self.board()["load"]["late"]["count"], 0)

    def test_moments_are_the_readers(self):
        """R-7: a reader in Moscow reads when it begins as his own clock shows it, in the way his language writes it."""
        self.give(self.agent, 3)
        self.env["res.lang"]._activate_lang("en_GB")
        board = self.env["support.board"].with_user(self.manager).with_context(tz="Europe/Moscow", lang="en_GB")
        why = self.at(board, NOW).get_board(provider_id=self.provider.id)["load"]["reasons"][0]["why"]
        self.assertIn("begins Thu 13:00", why)
        self.assertIn("due Wed 15:00", why)

    def test_the_board_writes_nothing(self):
        """R-7: a forecast is read: no fact, no clock and no ticket is touched."""
        tickets = self.give(self.agent, 3)
        self.env.flush_all()
        facts = self.env["support.event"].search_count([])
        before = (tickets.read(), tickets.support_clock_ids.read())
        self.board()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((tickets.read(), tickets.support_clock_ids.read()), before)
        self.assertEqual(self.env["support.event"].search_count([]), facts)

    def test_usual_pace_is_learnt(self):
        """R-7: an agent who resolves such a ticket within an hour does three before noon; the time before the ticket
        came in and outside his hours does not count."""
        self.give(self.agent, 3)
        self.assertEqual(self.board()["load"]["late"]["count"], 1)
        # the last one was raised in the night before: he began at 10:00
        self.finish(self.agent, "2026-03-10 09:00", "2026-03-10 10:00")
        self.finish(self.agent, "2026-03-10 09:00", "2026-03-10 11:00")
        self.finish(self.agent, "2026-03-12 04:00", "2026-03-12 11:00")
        board = self.board()
        self.assertEqual(board["load"]["late"]["count"], 0)
        self.assertEqual(self.row(board, self.agent)["seconds"], 3 * 3600)

    def test_pace_of_the_queue_before_the_setting(self):
        """R-7: who has resolved too little himself is taken to work as his queue does, else as is set; only lately."""
        self.give(self.boss, 1)
        for day in ("10", "12", "13"):
            self.finish(self.agent, f"2026-03-{day} 10:00", f"2026-03-{day} 11:30")
        self.assertEqual(self.row(self.board(), self.boss)["seconds"], 5400)
        self.provider.forecast_pace_days = 3
        self.assertEqual(self.row(self.board(), self.boss)["seconds"], 7200)
        self.provider.forecast_pace_hours = 0.5
        self.assertEqual(self.row(self.board(), self.boss)["seconds"], 1800)

    def test_settings_have_limits(self):
        """R-7: a manager sets how far the forecast looks; no day, or work that takes no time, is refused."""
        self.provider.with_user(self.manager).write({"forecast_days": 3, "forecast_pace_hours": 1.5})
        self.assertEqual(self.provider.forecast_days, 3)
        for field in ("forecast_days", "forecast_pace_days", "forecast_pace_hours"):
            with self.subTest(field=field), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.provider.write({field: 0})
                self.provider.flush_recordset()

    def test_what_is_paused_waits(self):
        """R-7: a ticket that waits for the customer takes nobody's time and is not forecast late; it is open."""
        tickets = self.give(self.agent, 3)
        self.move(tickets[0], "2026-03-18 08:00", "waiting_customer")
        board = self.board()
        row = self.row(board, self.agent)
        self.assertEqual(self.door(row["open"]), tickets)
        self.assertEqual(self.door(row["work"]), tickets[1:])
        self.assertEqual(row["late"]["count"], 0)

    def test_late_already_is_no_forecast(self):
        """R-7: what is late already takes its time first, and is not forecast again."""
        late = self.give(self.agent, 1, "2026-03-18 03:00")
        tickets = self.give(self.agent, 2)
        board = self.board()
        self.assertEqual(self.door(board["cards"]["breached"]), late)
        self.assertEqual(self.door(board["load"]["late"]), tickets[1])

    def test_next_promise_of_a_late_ticket(self):
        """R-7: a ticket that has missed one promise is forecast for the next one that ends with the work."""
        self.policy.target_ids.filtered(lambda target: target.metric == "status_update").metric = "containment"
        ticket = self.give(self.agent, 1, "2026-03-18 06:30")
        self.assertEqual(self.clock(ticket, "containment").deadline, utc("2026-03-18 07:30"))
        board = self.board()
        self.assertEqual(self.door(board["cards"]["breached"]), ticket)
        # two hours from 8:00 on are enough for 10:30
        self.assertEqual(board["load"]["late"]["count"], 0)
        self.provider.forecast_pace_hours = 3
        self.assertEqual(self.door(self.board()["load"]["late"]), ticket)

    def test_nobodys_tickets(self):
        """R-7: what nobody has will be late when nothing changes; who has room is named. What is due later than the
        forecast looks ahead is left out."""
        ticket = self.give(None)
        board = self.board()
        row = self.row(board, None)
        self.assertEqual(self.door(row["late"]), ticket)
        self.assertEqual(len(row["moves"]), 1)
        self.assertEqual(
            board["load"]["reasons"][0]["why"], "Nobody has it. It takes about 2 h and is due Wed 12:00 PM."
        )
        later = self.give(None, 1, "2026-03-17 08:00", support_priority_id=self.normal.id)
        self.assertIn(later, self.door(self.board()["load"]["late"]))
        self.provider.forecast_days = 1
        self.assertNotIn(later, self.door(self.board()["load"]["late"]))

    def test_own_hours_and_time_off(self):
        """R-7: an agent's own working hours count before those of the queue, and his time off is none."""
        ticket = self.give(self.agent)
        self.assertEqual(self.board()["load"]["late"]["count"], 0)
        afternoons = self._make_calendar("Afternoons", "Europe/London", dict.fromkeys(range(5), ((13, 18),)))
        resource = self.env["resource.resource"].create(
            {"name": "Agent", "user_id": self.agent.id, "calendar_id": afternoons.id}
        )
        self.assertEqual(self.door(self.board()["load"]["late"]), ticket)
        resource.calendar_id = self.calendar
        self.assertEqual(self.board()["load"]["late"]["count"], 0)
        self.env["resource.calendar.leaves"].create(
            {
                "resource_id": resource.id,
                "calendar_id": self.calendar.id,
                "date_from": "2026-03-18 06:00:00",
                "date_to": "2026-03-18 20:00:00",
            }
        )
        self.assertEqual(self.door(self.board()["load"]["late"]), ticket)

    def test_only_a_reaction_is_promised(self):
        """R-7: where no time is promised for the solution, it is by beginning on it that the promise is kept."""
        self.policy.target_ids.filtered(lambda target: target.metric not in ("first_response",)).unlink()
        tickets = self.give(self.agent, 2)
        board = self.board()
        # both are to be answered until 8:30; he begins the second one at 10:00
        self.assertEqual(self.door(board["load"]["late"]), tickets[1])
        self.assertEqual(
            board["load"]["reasons"][0]["why"], "1 before it, 2 h of work: begins Wed 10:00 AM, due Wed 08:30 AM."
        )
        self.say(tickets[1], "2026-03-18 08:00")
        self.assertEqual(self.board()["load"]["late"]["count"], 0)

    def test_narrowed_to_a_team(self):
        """R-7: narrowed to a queue its tickets are shown, and the work elsewhere takes its time all the same."""
        elsewhere = self.give(self.agent, 2, team_id=self.other_team.id, moment="2026-03-18 07:59")
        here = self.give(self.agent)
        board = self.board(team_id=self.team.id)
        row = self.row(board, self.agent)
        self.assertEqual(self.door(row["open"]), here)
        self.assertEqual(self.door(row["late"]), here)
        self.assertEqual([row["id"] for row in board["teams"]], [self.team.id])
        self.assertEqual(self.door(self.row(self.board(), self.agent)["open"]), here | elsewhere)
        # members of the queue only
        self.assertEqual({row["id"] for row in board["load"]["agents"]}, {self.agent.id, self.boss.id})
        board = self.board(team_id=self.other_team.id)
        self.assertEqual(self.door(self.team_row(board, self.other_team)["load"]["open"]), elsewhere)

    def test_reader_sees_what_he_may(self):
        """R-7, S-1: a member of one queue reads its forecast; no move is told, for he does not see who has time."""
        member = self._make_user("member", "helpdesk_mgmt.group_helpdesk_user_team")
        self.team.user_ids += member
        mine = self.give(self.agent, 3)
        self.give(self.boss, 1, team_id=self.other_team.id)
        board = self.board(member)
        row = self.row(board, self.agent)
        self.assertEqual(self.door(row["open"], member), mine)
        self.assertEqual(row["late"]["count"], 1)
        self.assertEqual(row["moves"], [])
        self.assertEqual(self.row(board, self.boss)["open"]["count"], 0)
        with self.assertRaisesRegex(UserError, "not the id of a record"):
            self.board(team_id="x")

    def test_many_are_summed_up(self):
        """R-7: however much is open, the answer is bounded; the door opens all that will be late."""
        vals = {"name": "x", "description": "x", "team_id": self.team.id, "support_priority_id": self.urgent.id}
        self.at(self.env["helpdesk.ticket"], NOW).create([dict(vals, user_id=self.agent.id) for _n in range(30)])
        load = self.board()["load"]
        self.assertEqual(len(load["reasons"]), 10)
        self.assertEqual(len(self.door(load["late"])), 28)

    def test_many_agents(self):
        """R-7: fifteen agents are listed, those with late and most work first; what is open with the others is a door
        too."""
        users = self.env["res.users"]
        for number in range(16):
            users |= self._make_user(f"many{number}", "helpdesk_mgmt.group_helpdesk_user")
        self.team.user_ids = [Command.set(users.ids)]
        tickets = self.env["helpdesk.ticket"]
        for user in users:
            tickets |= self.give(user, support_priority_id=self.normal.id)
        first = self.give(users[9], 2)
        load = self.board(team_id=self.team.id)["load"]
        self.assertEqual(len(load["agents"]), 15)
        self.assertEqual(load["agents"][0]["id"], users[9].id)
        listed = self.env["helpdesk.ticket"]
        for row in load["agents"]:
            listed |= self.door(row["open"])
        self.assertEqual(load["others"]["agents"], 1)
        self.assertEqual(listed | self.door(load["others"]), tickets | first)

    def test_agent_of_own_tickets(self):
        """R-7, S-1: who sees only his own tickets reads the forecast of these."""
        self.give(self.boss)
        own = self._make_user("own", "helpdesk_mgmt.group_helpdesk_user_own")
        self.team.user_ids += own
        mine = self.give(own, 3)
        board = self.board(own)
        self.assertEqual(self.door(self.row(board, own)["open"], own), mine)
        self.assertEqual(board["load"]["late"]["count"], 1)
        self.assertEqual(self.row(board, self.boss)["open"]["count"], 0)

    def _count_queries(self) -> int:
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.board(provider_id=False)
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow(self):
        """R-7: twice the tickets, agents and teams cost the same number of queries."""

        def fill(team, user):
            self.give(user, 4, team_id=team.id)
            self.give(None, 2, team_id=team.id)
            for hour in ("09", "10", "11"):
                self.finish(user, "2026-03-12 10:00", f"2026-03-12 {hour}:50", team_id=team.id)

        fill(self.team, self.agent)
        self.board(provider_id=False)
        once = self._count_queries()
        more = self._make_user("more", "helpdesk_mgmt.group_helpdesk_user")
        third = self.env["helpdesk.ticket.team"].create(
            {"name": "Third", "support_provider_id": self.provider.id, "user_ids": [Command.set(more.ids)]}
        )
        for stage in self.stages.values():
            stage.team_ids += third
        fill(self.other_team, self.boss)
        fill(third, more)
        # a new user and team empty the caches of rules
        self.board(provider_id=False)
        self.assertLessEqual(self._count_queries(), once)
        self.assertLessEqual(once, 55)


@tagged("post_install", "-at_install")
class TestBoardWaiting(BoardCase):
    def test_due_today_and_this_week(self):
        """R-7: due today and this week are those of the reader's zone; what is past is not due any more."""
        self.give(None, 1, "2026-03-18 03:00")
        today = self.give(None, 1, "2026-03-18 07:59")
        # due on Saturday 08:00 and in the evening of the day: first response within four hours
        evening = self.raise_ticket("2026-03-18 18:30", support_priority_id=self.normal.id)
        due = self.board()["due"]
        self.assertEqual(self.door(due["today"]), today | evening)
        self.assertEqual(self.door(due["week"]), today | evening)
        # 22:30 in London is tomorrow in Moscow
        due = self.board(tz="Europe/Moscow")["due"]
        self.assertEqual(self.door(due["today"]), today)
        self.assertEqual(self.door(due["week"]), today | evening)
        self.assertEqual(self.door(self.board(now="2026-03-18 18:31")["due"]["today"]), evening)

    def test_week_ends_with_the_readers(self):
        """R-7: what is due on Sunday 22 March is due this week for who begins it on Monday, next week for others."""
        ticket = self.give(None, 1, "2026-03-22 08:00")
        self.env["res.lang"]._activate_lang("en_GB")
        for lang, found in (("en_GB", ticket), ("en_US", ticket.browse())):
            board = self.env["support.board"].with_user(self.manager).with_context(tz="Europe/London", lang=lang)
            due = self.at(board, NOW).get_board(provider_id=self.provider.id)["due"]
            self.assertEqual(self.door(due["week"]), found, lang)

    def side(self, board, name):
        return next(side for side in board["waiting"] if side["side"] == name)

    def test_who_waits_longest(self):
        """R-7: the oldest first, for us, for the customer and for others, since it became their turn; taking a ticket
        up does not begin our turn anew."""
        old = self.raise_ticket("2026-03-16 09:00", user_id=self.agent.id)
        self.move(old, "2026-03-18 07:00", "open")
        new = self.raise_ticket("2026-03-18 06:00")
        asked = self.raise_ticket("2026-03-10 09:00")
        self.move(asked, "2026-03-17 09:00", "waiting_customer")
        supplier = self.raise_ticket("2026-03-10 09:00")
        self.move(supplier, "2026-03-11 09:00", "waiting_third_party")
        self.move(supplier, "2026-03-12 09:00", "open")
        self.move(supplier, "2026-03-13 09:00", "waiting_third_party")
        board = self.board()
        ours = self.side(board, "provider")
        self.assertEqual(self.door(ours), old | new)
        self.assertEqual(
            [(row["id"], row["since"], row["who"]) for row in ours["rows"]],
            [(old.id, "2026-03-16 09:00:00", self.agent.name), (new.id, "2026-03-18 06:00:00", "")],
        )
        customer = self.side(board, "customer")
        self.assertEqual(self.door(customer), asked)
        self.assertEqual([row["since"] for row in customer["rows"]], ["2026-03-17 09:00:00"])
        others = self.side(board, "third_party")
        self.assertEqual(self.door(others), supplier)
        self.assertEqual([row["since"] for row in others["rows"]], ["2026-03-13 09:00:00"])

    def test_three_of_each_side(self):
        """R-7: three are named of each side, the figure opens all."""
        tickets = self.give(None, 5, "2026-03-17 09:00")
        ours = self.side(self.board(), "provider")
        self.assertEqual([row["id"] for row in ours["rows"]], tickets[:3].ids)
        self.assertEqual(self.door(ours), tickets)
        self.assertEqual(self.side(self.board(team_id=self.other_team.id), "provider")["rows"], [])


@tagged("post_install", "-at_install")
class TestBoardTrend(BoardCase):
    def test_months_and_weeks(self):
        """R-7: promises kept by month and week, twelve of each, exact from the clocks; every one opens its promises."""
        for start, stop in (
            ("2025-04-30 22:30", "2025-04-30 22:40"),
            ("2026-02-10 09:00", "2026-02-10 14:00"),
            ("2026-03-10 09:00", "2026-03-10 09:10"),
        ):
            ticket = self.raise_ticket(start)
            self.say(ticket, stop)
            self.move(ticket, stop, "closed")
        board = self.board()
        months = board["trend"]["months"]
        self.assertEqual(len(months), 12)
        self.assertEqual((months[0]["period"], months[0]["label"]), ("April 2025", "Apr"))
        self.assertEqual(months[-1]["period"], "March 2026")
        for share in [*months, *board["trend"]["weeks"]]:
            self.door(share)
        self.assertEqual([month["percent"] for month in months if month["count"]], [100.0, 0.0, 100.0])
        self.assertEqual((months[-1]["count"], months[-1]["percent"]), (board["kept"]["count"], 100.0))
        weeks = [week for week in board["trend"]["weeks"] if week["count"]]
        self.assertEqual([week["percent"] for week in weeks], [0.0, 100.0])
        self.assertEqual(len(board["trend"]["weeks"]), 12)
        # in Moscow it was May already
        moscow = self.board(tz="Europe/Moscow")["trend"]["months"]
        self.assertEqual([moscow[0]["count"], moscow[1]["count"] > 0], [0, True])

    def test_empty_board_has_no_cards(self):
        """R-7: without anything to see the board says what to do first, and nothing is reckoned."""
        newcomer = self._make_user("newcomer", "helpdesk_mgmt.group_helpdesk_user_team")
        board = self.board(newcomer, provider_id=False)
        self.assertEqual(board["empty"]["code"], "membership")
        self.assertNotIn("load", board)
        board = self.board(now=utc(NOW) + timedelta(days=1))
        self.assertEqual(board["load"]["late"]["count"], 0)
        self.assertTrue(all(month["percent"] is None for month in board["trend"]["months"]))
        self.assertEqual(board["due"]["today"]["count"], 0)
