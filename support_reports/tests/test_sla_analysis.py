from ast import literal_eval

from lxml import etree
from odoo.addons.support_sla.tests.common import SupportCase, utc
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

#: what a row tells, as it can be compared
TOLD = (
    "ticket_id",
    "metric",
    "policy_id",
    "priority_id",
    "outcome",
    "judged",
    "kept",
    "late",
    "achieved",
    "reopened",
    "working_hours",
    "calendar_hours",
    "overrun_hours",
    "promised_hours",
)


class AnalysisCase(SupportCase):
    """Tickets with two promises each: an answer in 30 minutes, a solution in 4 hours (quick), or 4 hours and 3 working
    days (the invented provider's normal ones)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quick = cls._make_priority("Q", "Quick", "2")
        cls.quick_policy = cls.env["support.policy"].create(
            {
                "name": "Acme quick",
                "provider_id": cls.provider.id,
                "priority_id": cls.quick.id,
                "target_ids": [
                    (0, 0, {"metric": "first_response", "amount": 30, "unit": "minutes"}),
                    (0, 0, {"metric": "resolution", "amount": 4, "unit": "hours"}),
                ],
            }
        )
        cls.Analysis = cls.env["support.sla.analysis"].with_user(cls.manager)

    def raise_quick(self, moment="2026-03-02 09:00", **vals):
        return self.raise_ticket(moment, **{"support_priority_id": self.quick.id, **vals})

    def count(self, *domain, user=None):
        """How many rows of each outcome there are for the team, as the pivot asks for them."""
        groups = self.Analysis.with_user(user or self.manager).formatted_read_group(
            [("team_id", "=", self.team.id), *domain], ["outcome"], ["__count"]
        )
        return {group["outcome"]: group["__count"] for group in groups}

    def total(self, *domain):
        """The line of totals of the pivot for the team."""
        (row,) = self.Analysis.formatted_read_group(
            [("team_id", "=", self.team.id), *domain],
            [],
            ["kept:sum", "late:sum", "achieved:avg", "working_hours:avg", "overrun_hours:avg", "overrun_total:sum"],
        )
        return row

    def get_row(self, ticket, metric, outcome=None):
        rows = self.Analysis.search([("ticket_id", "=", ticket.id), ("metric", "=", metric)])
        return rows.filtered(lambda row: not outcome or row.outcome == outcome)

    def excuse(self, clock):
        """Asked for by an agent, approved by the manager."""
        action = self.at(clock.with_user(self.agent), "2026-03-03 09:00").action_support_ask_exclusion()
        wizard = self.env[action["res_model"]].with_user(self.agent).with_context(**action["context"])
        wizard = self.at(wizard, "2026-03-03 09:00")
        reason = self.env.ref("support_sla.exclusion_third_party")
        wizard.create({"reason_id": reason.id, "note": "Their line was cut."}).action_ask()
        self.at(clock.exclusion_ids.with_user(self.manager), "2026-03-03 09:30").action_approve()

    def merge(self, tickets, moment):
        action = self.at(tickets.with_user(self.agent), moment).action_support_merge()
        wizard = self.at(self.env[action["res_model"]].with_user(self.agent), moment)
        wizard.with_context(**action["context"]).create({}).action_merge()

    def live_through(self):
        """A week of every sort of ticket; all rows by hand are in ``test_all_together``."""
        tickets = {}
        # kept, kept
        tickets["good"] = good = self.raise_quick()
        self.say(good, "2026-03-02 09:20")
        self.move(good, "2026-03-02 11:00", "resolved")
        # late by half an hour, late by four hours
        tickets["bad"] = bad = self.raise_quick()
        self.say(bad, "2026-03-02 10:00")
        self.move(bad, "2026-03-03 10:00", "resolved")
        # answer late when the level is lowered: missed before; the solution is kept under the new policy
        tickets["lowered"] = lowered = self.raise_quick()
        self.at(lowered.with_user(self.agent), "2026-03-02 10:00").support_priority_id = self.normal
        self.say(lowered, "2026-03-02 10:30")
        self.move(lowered, "2026-03-02 11:00", "resolved")
        # late only because the level is raised
        tickets["raised"] = raised = self.raise_ticket("2026-03-02 09:00", support_priority_id=self.normal.id)
        self.at(raised.with_user(self.agent), "2026-03-02 11:00").support_priority_id = self.quick
        self.say(raised, "2026-03-02 11:30")
        self.move(raised, "2026-03-02 12:00", "resolved")
        # kept until it is reopened
        tickets["reopened"] = reopened = self.raise_quick()
        self.say(reopened, "2026-03-02 09:10")
        self.move(reopened, "2026-03-02 10:00", "resolved")
        self.move(reopened, "2026-03-02 11:00", "open")
        self.move(reopened, "2026-03-02 15:30", "resolved")
        # late, and agreed that it does not count
        tickets["excused"] = excused = self.raise_quick()
        self.say(excused, "2026-03-02 10:00")
        self.move(excused, "2026-03-02 11:00", "resolved")
        self.excuse(self.clock(excused, "first_response"))
        # merged into another one, which is kept
        tickets["survivor"] = survivor = self.raise_quick()
        tickets["merged"] = merged = self.raise_quick("2026-03-02 09:05")
        self.merge(survivor | merged, "2026-03-02 09:10")
        self.say(survivor, "2026-03-02 09:15")
        self.move(survivor, "2026-03-02 10:00", "resolved")
        # late and still open
        tickets["open"] = self.raise_quick("2026-03-03 09:00")
        self.sweep("2026-03-03 10:00")
        return tickets


@tagged("post_install", "-at_install")
class TestSlaAnalysis(AnalysisCase):
    """Every promise and what came of it, to be grouped and summed (R-6)."""

    def test_all_together(self):
        """R-6: kept, late and what does not count are those one counts by hand after changes of level, a reopening, an
        exclusion and a merge; the share is that of the kept ones among those that count"""
        tickets = self.live_through()
        self.assertEqual(
            self.count(),
            {
                # good 2, lowered's and raised's solution, reopened's answer, excused's solution, survivor 2
                "kept": 8,
                # bad 2, lowered's answer, raised's answer, reopened's solution, open's answer
                "late": 6,
                "late_excused": 1,
                "missed_before": 1,
                # lowered's solution, raised's answer and solution
                "superseded": 3,
                "merged": 2,
                "open": 1,
            },
        )
        total = self.total()
        self.assertEqual((total["kept:sum"], total["late:sum"]), (8, 6))
        self.assertAlmostEqual(total["achieved:avg"], 8 / 14)
        (figures,) = self.env["support.clock"]._get_achievement([("ticket_id", "in", [t.id for t in tickets.values()])])
        self.assertEqual((figures["kept"], figures["late"]), (8, 6), "one definition")
        self.assertEqual(self.count(("regrade_breach", "=", True)), {"late": 1})
        self.assertEqual(self.get_row(tickets["raised"], "first_response", "late").policy_id, self.quick_policy)

    def test_same_as_rebuilt_from_the_facts(self):
        """R-6, E-3: all rows are the same when every clock is thrown away and made again from the events"""
        tickets = self.env["helpdesk.ticket"].union(*self.live_through().values())

        def told():
            self.env.invalidate_all()
            rows = self.Analysis.search([("ticket_id", "in", tickets.ids)]).read(TOLD, load=None)
            return sorted((tuple(row[name] for name in TOLD) for row in rows), key=str)

        before = told()
        self.assertEqual(len(before), 22)
        events = self.env["support.event"]._read_facts(tickets.ids)
        # under which level a clock was made is a fact as well: the first one, then each change
        levels = {
            ticket.id: [
                (0, next((change.data["from"] for change in changes), ticket.support_priority_id.id)),
                *((change.moment, change.data["to"]) for change in changes),
            ]
            for ticket in tickets
            for changes in [[event for event in events[ticket.id] if event.kind == facts.PRIORITY]]
        }
        self.env.cr.execute("DELETE FROM support_clock WHERE ticket_id = ANY(%s)", [tickets.ids])
        tickets.sudo()._support_rebuild(events, utc("2026-03-03 10:00"), levels=levels)
        self.assertEqual(told(), before)

    def test_lengths(self):
        """R-6: working hours leave nights, breaks and the time resolved out, calendar hours do not; what was promised,
        and what goes beyond it, are opening hours; an average takes in only what has them"""
        tickets = self.live_through()
        row = self.get_row(tickets["bad"], "resolution")
        # Monday 9 to 12 and 13 to 17, Tuesday 9 to 10
        self.assertEqual((row.promised_hours, row.working_hours, row.overrun_hours), (4, 8, 4))
        self.assertEqual(row.calendar_hours, 25)
        row = self.get_row(tickets["reopened"], "resolution")
        # 9 to 10, 11 to 12, 13 to 15:30
        self.assertEqual((row.working_hours, row.overrun_hours, row.calendar_hours, row.reopened), (4.5, 0.5, 6.5, 1))
        row = self.get_row(tickets["open"], "first_response")
        self.assertEqual((row.outcome, row.working_hours, row.overrun_hours), ("late", 0, 0))
        late = self.total(("metric", "=", "resolution"), ("outcome", "=", "late"))
        self.assertEqual((late["overrun_hours:avg"], late["overrun_total:sum"]), (2.25, 4.5))
        # the open one is no zero in the average
        answers = self.total(("metric", "=", "first_response"), ("outcome", "=", "late"), ("reopened", "=", 0))
        self.assertEqual(answers["late:sum"], 4)
        # bad half an hour; lowered superseded at half an hour; raised two hours
        self.assertAlmostEqual(answers["overrun_hours:avg"], (0.5 + 0.5 + 2) / 3)

    def test_reopening_takes_back(self):
        """R-6, E-3.4: a kept promise is open again once the ticket is reopened, and judged anew"""
        ticket = self.raise_quick()
        self.say(ticket, "2026-03-02 09:10")
        self.move(ticket, "2026-03-02 10:00", "resolved")
        self.assertEqual(self.count(), {"kept": 2})
        self.move(ticket, "2026-03-02 11:00", "open")
        self.assertEqual(self.count(), {"kept": 1, "open": 1})
        self.assertEqual(self.total()["achieved:avg"], 1)
        self.sweep("2026-03-02 15:30")
        self.assertEqual(self.count(), {"kept": 1, "late": 1})
        self.assertEqual(self.total()["achieved:avg"], 0.5)

    def test_months(self):
        """R-6: the month of a promise is the one in which it was judged, in the reader's own zone"""
        # raised in March, due on 1 April at 08:30 London time, 31 March 23:30 in Los Angeles (07:30 UTC)
        ticket = self.raise_quick("2026-03-31 17:00")
        self.sweep("2026-04-01 12:00")
        row = self.get_row(ticket, "first_response")
        self.assertEqual((row.judged, row.outcome), (utc("2026-04-01 07:30"), "late"))
        for zone, judged in (("Europe/London", "April 2026"), ("America/Los_Angeles", "April 2026")):
            with self.subTest(zone=zone):
                groups = self.Analysis.with_context(tz=zone).formatted_read_group(
                    [("ticket_id", "=", ticket.id), ("outcome", "=", "late")], ["judged:month", "raised:month"], []
                )
                self.assertEqual(
                    [(group["judged:month"][1], group["raised:month"][1]) for group in groups],
                    [(judged, "March 2026")],
                )
        groups = self.Analysis.with_context(tz="Pacific/Honolulu").formatted_read_group(
            [("ticket_id", "=", ticket.id), ("outcome", "=", "late")], ["judged:month"], []
        )
        self.assertEqual(groups[0]["judged:month"][1], "March 2026")

    def test_by_everything(self):
        """R-6: figures by provider, promise, level, service, team, agent, customer, channel, policy, company, month"""
        service = self.env["support.service"].create({"name": "Booking", "provider_id": self.provider.id})
        channel = self.env["helpdesk.ticket.channel"].search([], limit=1)
        ticket = self.raise_quick(
            support_service_id=service.id, channel_id=channel.id, user_id=self.agent.id, partner_id=self.customer.id
        )
        self.say(ticket, "2026-03-02 09:10")
        self.env.flush_all()
        for name, value in {
            "provider_id": self.provider,
            "priority_id": self.quick,
            "service_id": service,
            "team_id": self.team,
            "user_id": self.agent,
            "customer_id": self.company_a,
            "channel_id": channel,
            "policy_id": self.quick_policy,
            "company_id": self.env.company,
        }.items():
            with self.subTest(name):
                ((found, kept),) = self.Analysis._read_group(
                    [("ticket_id", "=", ticket.id), ("outcome", "=", "kept")], [name], ["kept:sum"]
                )
                self.assertEqual((found, kept), (value, 1))
        ((metric,),) = self.Analysis._read_group([("ticket_id", "=", ticket.id), ("kept", "=", 1)], ["metric"])
        self.assertEqual(metric, "first_response")

    def test_filters(self):
        """R-6: the saved filters of the screen choose what they say: this month, last month, late ones"""
        ticket = self.raise_quick("2026-03-02 09:00")
        self.sweep("2026-03-02 12:00")
        arch = etree.fromstring(self.Analysis.get_view(view_type="search")["arch"])
        domains = {
            node.get("name"): literal_eval(node.get("domain")) for node in arch.iter("filter") if node.get("domain")
        }
        self.env.cr.execute(
            """UPDATE support_clock SET breached = date_trunc('month', now() AT TIME ZONE 'UTC') - interval '10 days'
               WHERE ticket_id = %s AND breached IS NOT NULL""",
            [ticket.id],
        )
        found = {
            name: self.Analysis.search_count([("ticket_id", "=", ticket.id), *domain])
            for name, domain in domains.items()
        }
        # the answer, late; the solution is open and was not judged in any month
        expected = {"this_month": 0, "last_month": 1, "three_months": 1, "late": 1, "open": 1, "ours": 2}
        expected |= {"theirs": 0, "achievement": 1, "regrade": 0, "excused": 0, "reopened": 0}
        self.assertEqual(found, expected)
        groups = {node.get("context") for node in arch.iter("filter") if node.get("context")}
        self.assertLess({"{'group_by': 'provider_id'}", "{'group_by': 'metric'}"}, groups)

    def test_opens_the_tickets(self):
        """R-6: a row opens its ticket, several rows the list of their tickets; figures of a ticket that was archived
        open it as well"""
        first, second = self.raise_quick(), self.raise_quick()
        second.active = False
        rows = self.Analysis.search([("ticket_id", "in", (first + second).ids)])
        self.assertEqual(len(rows), 4)
        action = rows.action_support_open_tickets()
        tickets = self.env[action["res_model"]].with_context(**action["context"]).search(action["domain"])
        self.assertEqual(tickets, first | second)
        action = rows.filtered(lambda row: row.ticket_id == first)[0].action_support_open_tickets()
        self.assertEqual((action["res_model"], action["res_id"]), ("helpdesk.ticket", first.id))

    def test_who_sees_what(self):
        """R-6: agents find the figures of the tickets that they see, nobody those of another company, customers none"""
        mine = self.raise_quick(user_id=self.agent.id)
        self.raise_quick(user_id=self.boss.id)
        own = new_test_user(self.env, login="own-analysis-test", groups="helpdesk_mgmt.group_helpdesk_user_own")
        theirs = self.raise_quick(user_id=own.id)
        self.assertEqual(self.Analysis.search([("team_id", "=", self.team.id)]).ticket_id, self.team.ticket_ids)
        for user, tickets in ((own, theirs), (self.agent, self.team.ticket_ids)):
            rows = self.Analysis.with_user(user)
            clocks = self.env["support.clock"].with_user(user)
            domain = [("ticket_id", "in", self.team.ticket_ids.ids)]
            self.assertEqual(rows.search(domain).ticket_id, tickets)
            self.assertEqual(rows.search(domain).ids, clocks.search(domain, order="id desc").sorted("id", True).ids)
        other = self.env["res.company"].create({"name": "Elsewhere Ltd"})
        self.env.cr.execute("UPDATE helpdesk_ticket SET company_id = %s WHERE id = %s", [other.id, mine.id])
        self.env.invalidate_all()
        self.assertNotIn(mine, self.Analysis.search([("team_id", "=", self.team.id)]).ticket_id)
        self.assertFalse(self.count(("ticket_id", "=", mine.id)))
        portal = new_test_user(self.env, login="portal-analysis-test", groups="base.group_portal")
        plain = new_test_user(self.env, login="plain-analysis-test", groups="base.group_user")
        for user in (portal, plain):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                self.Analysis.with_user(user).search_count([])
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                self.Analysis.with_user(user).formatted_read_group([], ["provider_id"], ["kept:sum"])

    def test_nothing_is_written(self):
        """R-6: it only reads: no row can be made, changed or deleted, not even by a manager"""
        ticket = self.raise_quick()
        row = self.get_row(ticket, "resolution")
        for act in (lambda: row.write({"kept": 5}), row.unlink, lambda: self.Analysis.create({"kept": 5})):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                act()

    def test_subtotals(self):
        """R-6, R-11: totals and subtotals of the pivot, added up from the finest groups, are those of separate queries;
        so they are with columns, where the database reckons them"""
        self.live_through()
        domain = [("team_id", "=", self.team.id)]
        measures = ["kept:sum", "late:sum", "achieved:avg", "overrun_hours:avg", "overrun_total:sum", "__count"]
        for sets in (
            [[], ["metric"], ["metric", "outcome"]],
            [[], ["judged:month"], ["judged:month", "priority_id"]],
            [[], ["metric"], ["outcome"], ["metric", "outcome"]],
        ):
            found = self.Analysis.formatted_read_grouping_sets(domain, sets, measures)
            for groupby, groups in zip(sets, found, strict=True):
                with self.subTest(groupby=groupby):
                    expected = self.Analysis.formatted_read_group(domain, groupby, measures)
                    self.assertEqual(len(groups), len(expected))
                    for group, other in zip(groups, expected, strict=True):
                        self.assertEqual([group[name] for name in groupby], [other[name] for name in groupby])
                        for measure in measures:
                            self.assertAlmostEqual(group[measure], other[measure])
                            self.assertEqual(group[measure] is False, other[measure] is False, measure)
        nothing = self.Analysis.formatted_read_grouping_sets([("id", "=", 0)], [[], ["metric"]], measures)
        self.assertEqual([len(groups) for groups in nothing], [len(nothing[0]), 0])

    def test_as_many_queries_for_many_tickets(self):
        """R-11: opening the analysis needs as many queries for many tickets as for few"""
        action = self.env.ref("support_reports.support_sla_analysis_action")
        self.assertEqual(action.view_mode, "pivot,graph,list")

        def open_pivot():
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            # what the web client asks for
            totals, providers, metrics = self.Analysis.formatted_read_grouping_sets(
                [("side", "=", "provider"), ("judged", ">=", "2026-03-01"), ("team_id", "=", self.team.id)],
                [[], ["provider_id"], ["provider_id", "metric"]],
                ["kept:sum", "late:sum", "achieved:avg", "working_hours:avg", "overrun_hours:avg", "__count"],
            )
            self.assertEqual(totals[0]["kept:sum"], len(self.team.ticket_ids))
            self.assertEqual((len(providers), len(metrics)), (1, 1))
            return self.cr.sql_log_count - before

        for _number in range(3):
            self.say(self.raise_quick(), "2026-03-02 09:10")
        self.env.flush_all()
        open_pivot()
        few = open_pivot()
        for _number in range(3):
            self.say(self.raise_quick(), "2026-03-02 09:10")
        self.env.flush_all()
        self.assertEqual(open_pivot(), few)
