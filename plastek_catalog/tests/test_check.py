from odoo.exceptions import AccessError, UserError

from .common import PlastekCase

#: P-5: the rows whose impact and level contradict each other, and the level that follows the impact
OPPOSITE = {
    "Report": "SL_3",
    "Consultation": "SL_3",
    "Instruction": "SL_3",
    "Training": "SL_3",
    "Segmentation": "SL_3",
    "Promotion": "SL_2",
    "Access": "SL_2",
    "Hardware": "SL_1",
    "Communication link": "SL_1",
    "Performance": "SL_1",
}


class TestCheck(PlastekCase):
    def findings(self):
        findings = self.env["support.finding"].with_user(self.manager)
        findings.action_check()
        return findings.search([("provider_id", "=", self.provider.id), ("code", "=", "impact_opposite")])

    def levels_now(self):
        return {service.name: service.default_priority_id.code for service in self.provider.service_ids}

    def test_every_contradiction_is_reported(self):
        """P-5: the configuration check reports each row whose impact and level point opposite ways"""
        findings = self.findings()
        services = self.env["support.service"].browse(findings.mapped("res_id"))
        self.assertEqual(set(services.mapped("name")), set(OPPOSITE))
        finding = findings.filtered(lambda finding: "Performance" in finding.message)
        self.assertIn("SL_3 Low", finding.message)
        self.assertIn("SL_1 Critical", finding.message)

    def test_mapped_and_back(self):
        """P-5: one action gives all of them the level that follows the impact, after a preview; one takes it back"""
        before = self.levels_now()
        finding = self.findings()[:1]
        self.assertTrue(finding.has_remedy)
        action = finding.action_remedy()
        remap = self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])
        self.assertEqual({line.service_id.name: line.after_id.code for line in remap.line_ids}, OPPOSITE)
        self.assertEqual(self.levels_now(), before, "a preview changes nothing")
        old = self.raise_ticket("2026-02-10 09:00", "performance")
        remap.action_apply()
        self.assertEqual(self.levels_now(), {**before, **OPPOSITE})
        self.assertFalse(self.findings())
        self.assertEqual(old.support_priority_id.code, "SL_3", "open tickets keep their level")
        new = self.raise_ticket("2026-02-10 09:00", "performance")
        self.assertEqual(self.due(new), ("2026-02-10 11:00", "2026-02-10 13:00"))
        with self.assertRaises(UserError), self.env.cr.savepoint():
            remap.action_apply()
        remap.action_undo()
        self.assertEqual(self.levels_now(), before)
        self.assertEqual(len(self.findings()), len(OPPOSITE))

    def test_what_was_changed_since_is_left_alone(self):
        """P-5: taking it back does not undo what a manager decided afterwards"""
        action = self.findings()[:1].action_remedy()
        remap = self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])
        remap.action_apply()
        self.ref_("service_report").with_user(self.manager).default_priority_id = self.levels["SL_2"]
        remap.action_undo()
        self.assertEqual(self.levels_now()["Report"], "SL_2")
        self.assertEqual(self.levels_now()["Training"], "SL_1")

    def test_managers_only(self):
        """P-5: agents neither see nor apply it"""
        action = self.findings()[:1].action_remedy()
        remap = self.env[action["res_model"]].browse(action["res_id"])
        with self.assertRaises(AccessError):
            remap.with_user(self.agent).action_apply()

    def test_nothing_else_is_amiss(self):
        """P-5: beside the contradictions of the table and what administrators fill in, shipped records are sound"""
        self.findings()
        others = self.env["support.finding"].search(
            [("provider_id", "=", self.provider.id), ("code", "!=", "impact_opposite"), ("severity", "=", "error")]
        )
        self.assertFalse(others.mapped("message"))
