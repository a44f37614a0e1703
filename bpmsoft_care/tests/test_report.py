from ast import literal_eval

from odoo.tests.common import tagged

from .common import BpmsoftCase
from .decision_common import DecisionMixin
from .people_common import PeopleMixin


@tagged("post_install", "-at_install")
class TestReport(DecisionMixin, BpmsoftCase):
    """What managers read about decisions and paid work (R-8)."""

    def setUp(self):
        super().setUp()
        self.ref_("lane_care").at_once = 5  # several requests of one client at once

    def open_report(self, name, tickets):
        """A report of the menu as a manager opens it: its model and its domain, about ``tickets`` alone."""
        menu = self.env.ref(f"bpmsoft_care.bpmsoft_{name}_menu")
        self.assertEqual(menu.parent_id, self.env.ref("helpdesk_mgmt.helpdesk_ticket_reporting_menu"))
        action = menu.action
        views = {view.view_mode: view.view_id.id for view in action.view_ids}
        for view_mode in action.view_mode.split(","):
            self.env[action.res_model].with_user(self.manager).get_view(views.get(view_mode), view_mode)
        records = self.env[action.res_model].with_user(self.manager).with_context(active_test=False)
        own = "id" if action.res_model == "helpdesk.ticket" else "ticket_id"
        return records, [(own, "in", tickets.ids), *literal_eval(action.domain or "[]")]

    def make(self, source, answers=None, **kwargs):
        ticket = self.raise_ticket("2026-03-02 07:00", user_id=self.agent.id)
        self.move(ticket, "2026-03-02 07:10", "in_work")
        return ticket, self.decide(ticket, source, answers, **kwargs)

    def test_where_problems_lie(self):
        """R-8, B-12: decisions by source and by who pays; of a ticket that was decided again the last word alone"""
        first, _offer = self.make("own_product")
        second, _offer = self.make("vendor_product")
        # looked at again: it was our own project work after all, and paid
        self.decide(second, "own_project", "n", amount=500, moment="2026-03-02 09:00", reason="Looked at it again.")
        decisions, domain = self.open_report("decision", first | second)
        counted = decisions._read_group([*domain, ("later_ids", "=", False)], ["source_id", "payer"], ["__count"])
        self.assertEqual(
            {(source, payer): count for source, payer, count in counted},
            {
                (self.ref_("source_own_product"), "service"): 1,
                (self.ref_("source_own_project"), "client"): 1,
            },
        )
        self.assertEqual(decisions.search_count(domain), 3)
        groups = decisions.formatted_read_group(domain, ["commercial_partner_id"], ["__count"])
        self.assertEqual(
            [(group["commercial_partner_id"][0], group["__count"]) for group in groups],
            [(first.commercial_partner_id.id, 3)],
        )
        row = decisions.search([("ticket_id", "=", first.id)])
        self.assertEqual(row.action_open_ticket()["res_id"], first.id)

    def test_paid_work(self):
        """R-8, B-12: paid offers by what became of them, with their amounts; what is free is not among them"""
        accepted, offer = self.make("own_project", "n", amount=900)
        self.answer(accepted, offer, "change")
        declined, offer = self.make("own_project", "n", amount=400)
        self.answer(declined, offer, None, comment="Too dear.")
        free, _offer = self.make("own_product")
        offers, domain = self.open_report("offer", accepted | declined | free)
        counted = offers._read_group(domain, ["state"], ["__count", "amount:sum"])
        self.assertEqual(
            {state: (count, amount) for state, count, amount in counted},
            {"accepted": (1, 900), "declined": (1, 400)},
        )


@tagged("post_install", "-at_install")
class TestRefusedReport(PeopleMixin, BpmsoftCase):
    """What managers read about refusals (R-8)."""

    open_report = TestReport.open_report

    def test_refused_by_ground(self):
        """R-8, B-14: refused requests by month, ground and who refused; what was taken back is not among them"""
        first = self.raise_as_client("2026-03-02 06:00")
        second = self.raise_as_client("2026-03-02 06:00")
        back = self.raise_as_client("2026-03-02 06:00")
        open_one = self.raise_as_client("2026-03-02 06:00")
        self.refuse(first, "2026-03-02 07:00", ground="no_access")
        self.refuse(second, "2026-04-01 07:00", ground="not_solvable", user=self.manager)
        self.refuse(back, "2026-03-02 07:00", ground="no_access")
        self.at(back.with_user(self.agent), "2026-03-02 08:00").action_bpmsoft_take_back()
        tickets, domain = self.open_report("refused", first | second | back | open_one)
        counted = tickets._read_group(
            domain, ["bpmsoft_refused_at:month", "bpmsoft_ground_id", "bpmsoft_refused_by_id"], ["__count"]
        )
        self.assertEqual(
            [(month.strftime("%Y-%m"), ground, user, count) for month, ground, user, count in counted],
            [
                ("2026-03", self.ref_("ground_no_access"), self.agent, 1),
                ("2026-04", self.ref_("ground_not_solvable"), self.manager, 1),
            ],
        )
