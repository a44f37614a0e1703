from odoo.exceptions import UserError
from odoo.tests import Form

from .common import PlastekCase

#: P-3: kinds by support level
KINDS = {"first": 4, "second": 7, "third": 5}


class TestCoverage(PlastekCase):
    def coverage(self, kind, **vals):
        ticket = self.raise_ticket("2026-02-10 09:00", None, support_kind_id=self.ref_(f"kind_{kind}").id, **vals)
        return ticket.support_coverage

    def test_levels_and_kinds(self):
        """P-3: three support levels with their kinds of request; the second is in every contract, the rest extra"""
        for code, count in KINDS.items():
            tier = self.ref_(f"tier_{code}")
            self.assertEqual(len(tier.kind_ids), count)
            self.assertEqual(tier.coverage, "standard" if code == "second" else "extra")

    def test_included_extra_or_not(self):
        """P-3: kind and entitlement decide what is included, extra or not included, before the work starts"""
        self.assertEqual(self.coverage("app_incident"), "included")
        self.assertEqual(self.coverage("special_report"), "extra")
        self.entitlement.tier_ids = self.ref_("tier_third")
        self.assertEqual(self.coverage("special_report"), "included")
        self.assertEqual(self.coverage("guest"), "extra")
        self.assertEqual(self.coverage("app_incident", partner_id=self.rival.id), "none")

    def test_plan_includes(self):
        """P-3: an extra service may come with the plan"""
        plan = self.env["support.plan"].create(
            {"provider_id": self.provider.id, "name": "All round", "tier_ids": [(6, 0, self.ref_("tier_first").ids)]}
        )
        self.entitlement.plan_id = plan
        self.assertEqual(self.coverage("guest"), "included")

    def test_entitlement_has_run_out(self):
        """P-3: when the entitlement is over nothing is included, and the ticket says so"""
        self.entitlement.date_end = "2026-01-31"
        ticket = self.raise_ticket("2026-02-10 09:00", None, support_kind_id=self.ref_("kind_app_incident").id)
        self.assertEqual(ticket.support_coverage, "none")
        self.assertTrue(ticket.support_no_entitlement)

    def test_what_was_said_stays(self):
        """P-3: an entitlement that changes later does not change what was said on a ticket"""
        ticket = self.raise_ticket("2026-02-10 09:00", None, support_kind_id=self.ref_("kind_special_report").id)
        self.env.flush_all()  # the transaction that raised it is over
        self.entitlement.tier_ids = self.ref_("tier_third")
        self.assertEqual(ticket.support_coverage, "extra")
        ticket.with_user(self.agent).support_kind_id = self.ref_("kind_report_change")
        self.assertEqual(ticket.support_coverage, "included")

    def book(self, ticket, hours):
        ticket = ticket.with_user(self.agent)
        action = ticket.action_support_record_hours()
        form = Form(ticket.env[action["res_model"]].with_context(**action["context"]))
        form.hours = hours
        over = form.is_over
        form.save().action_record()
        return over

    def test_hours_of_consultation(self):
        """P-3: consultation hours are taken from the month's allowance; beyond it a consultation is charged apart"""
        self.entitlement.monthly_hours = 2
        kind = self.ref_("kind_consultation").id
        first = self.raise_ticket("2026-02-10 09:00", None, support_kind_id=kind)
        self.assertEqual(first.support_coverage, "included")
        self.assertFalse(self.book(first, 1.5))
        self.assertEqual(first.support_coverage, "included")
        self.assertTrue(self.book(first, 1), "the agent is told before it is booked")
        self.assertEqual(first.support_coverage, "extra")
        other = self.at(self.env["helpdesk.ticket"].with_user(self.agent), False).create(
            {
                "name": "Another question",
                "description": "<p>How?</p>",
                "team_id": self.team.id,
                "partner_id": self.customer.id,
                "support_kind_id": kind,
            }
        )
        self.assertEqual(other.support_coverage, "extra")

    def test_agreement_on_the_charge(self):
        """P-3: what is not included needs the customer's agreement, which is recorded with who and when"""
        ticket = self.raise_ticket("2026-02-10 09:00", None, support_kind_id=self.ref_("kind_special_report").id)
        ticket = ticket.with_user(self.agent)
        action = ticket.action_support_agree_charge()
        wizards = ticket.env[action["res_model"]].with_context(**action["context"])
        with self.assertRaisesRegex(UserError, "who agreed"), self.env.cr.savepoint():
            wizards.create({"note": "  "}).action_record()
        wizards.create({"note": "The head of the shop, by phone."}).action_record()
        self.assertEqual(ticket.support_coverage_by_id, self.agent)
        self.assertIn("head of the shop", ticket.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "cannot be entered"):
            ticket.write({"support_coverage_note": "Free."})
