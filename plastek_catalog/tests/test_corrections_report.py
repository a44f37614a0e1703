from ast import literal_eval

from lxml import etree

from .common import PlastekCase, utc
from .test_corrections import TestCorrections as Corrections


class TestCorrectionsReport(PlastekCase):
    """What was approved, by whom, and how long it waited (R-8)."""

    correct = Corrections.correct

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.roles["service_desk_manager"]
        cls.second = cls.roles["service_manager"]
        cls.head = cls.roles["head_of_support"]

    def live_through(self):
        """One approved and done, one approved, one refused, one waiting, one draft."""
        ticket = self.raise_ticket("2026-02-10 09:00")
        done, approved, refused, asked, draft = [
            self.correct(ticket, object_ref=f"Card {number}", kind=kind)
            for number, kind in enumerate(("card", "wallet", "card", "account", "card"))
        ]
        for correction in (done, approved, refused, asked):
            self.at(correction, "2026-02-10 10:00").action_ask()
        self.at(done.with_user(self.second), "2026-02-10 12:00").action_approve()
        done.action_done()
        self.at(approved.with_user(self.head), "2026-02-10 16:00").action_approve()
        action = self.at(refused.with_user(self.second), "2026-02-11 10:00").action_refuse()
        wizard = self.env[action["res_model"]].with_user(self.second).with_context(**action["context"])
        self.at(wizard, "2026-02-11 10:00").create({"note": "Returned."}).action_refuse()
        return done | approved | refused | asked | draft

    def test_who_approved_what(self):
        """R-8, P-10: approved corrections by month, approver, kind and customer, and how long they waited on average;
        what was refused, waits or is a draft is not among them"""
        corrections = self.live_through()
        action = self.env.ref("plastek_catalog.plastek_correction_report_action")
        self.assertEqual(self.env.ref("plastek_catalog.plastek_correction_report_menu").action, action)
        arch = etree.fromstring(action.search_view_id.arch)
        [default] = [name.removeprefix("search_default_") for name in literal_eval(action.context)]
        [node] = arch.xpath(f"//filter[@name='{default}']")
        domain = [("id", "in", corrections.ids), *literal_eval(node.get("domain"))]
        report = self.env["plastek.correction"].with_user(self.manager)
        self.assertEqual(
            {
                (decider, kind): (count, hours)
                for decider, kind, count, hours in report._read_group(
                    domain, ["decided_by_id", "kind"], ["__count", "decision_hours:avg"]
                )
            },
            {(self.second, "card"): (1, 2), (self.head, "wallet"): (1, 6)},
        )
        groups = report.formatted_read_group(domain, ["customer_id"], ["__count", "decision_hours:avg"])
        self.assertEqual([(group["customer_id"][0], group["__count"]) for group in groups], [(self.tandem.id, 2)])
        self.assertEqual(groups[0]["decision_hours:avg"], 4)
        months = report.formatted_read_group(domain, ["decided:month"], ["__count"])
        self.assertEqual([group["decided:month"][1] for group in months], ["February 2026"])

    def test_taken_back(self):
        """R-8, P-10: what is refused, taken back and asked for anew waits from the last asking"""
        refused = self.live_through()[2]
        self.assertEqual(refused.decision_hours, 24)
        refused.with_user(self.desk).action_take_back()
        self.assertEqual(refused.decision_hours, 0)
        self.at(refused.with_user(self.desk), "2026-02-12 09:00").action_ask()
        self.at(refused.with_user(self.second), "2026-02-12 09:30").action_approve()
        self.assertEqual((refused.decision_hours, refused.decided), (0.5, utc("2026-02-12 09:30")))
