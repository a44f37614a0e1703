from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import OpenpymeCase, utc


@tagged("post_install", "-at_install")
class TestReview(OpenpymeCase):
    """The initial review comes before classification (O-2, O-3)."""

    def open_review(self, ticket, user=None):
        ticket = ticket.with_user(user or self.leader)
        return ticket.env["openpyme.review.wizard"].browse(ticket.action_openpyme_review()["res_id"])

    def test_finished_review_names_who_and_when(self):
        """O-2: each check is recorded with who made it, when and on what grounds; then it can be classified."""
        ticket = self.raise_ticket("2026-03-02 16:00")
        self.assertEqual(ticket.with_user(self.agent).openpyme_review_left, 3)
        self.review(ticket, "2026-03-02 16:05")
        checks = ticket.sudo().openpyme_check_ids
        self.assertEqual(checks.mapped("check"), ["contract", "duplicate", "reply"])
        self.assertEqual(checks.user_id, self.leader)
        self.assertEqual(set(checks.mapped("moment")), {utc("2026-03-02 16:05")})
        self.assertIn(self.entitlement.name, checks[0].proof)
        self.assertEqual(ticket.sudo().openpyme_reviewed, utc("2026-03-02 16:05"))
        ticket.with_user(self.leader).support_kind_id = self.kinds["support"]
        self.assertEqual(ticket.with_user(self.agent).openpyme_kind, "support")

    def test_not_classified_before(self):
        """O-2: the server refuses a kind while the review is open, by form, RPC, creation and import."""
        ticket = self.raise_ticket("2026-03-02 16:00").with_user(self.agent)
        kind = self.kinds["change"]
        with self.refused("initial review"):
            ticket.support_kind_id = kind
        with self.refused("initial review"):
            ticket.create({"name": "x", "description": "<p>x</p>", "team_id": self.team.id, "support_kind_id": kind.id})
        result = ticket.load(
            ["name", "description", "team_id/.id", "partner_id/.id", "support_kind_id/.id"],
            [["One", "<p>x</p>", str(self.team.id), str(self.customer.id), str(kind.id)]],
        )
        self.assertIn("initial review", result["messages"][0]["message"])
        with Form(ticket) as form, self.assertRaises(AssertionError):
            form.support_kind_id = kind  # read-only
        ticket.invalidate_recordset()
        self.assertFalse(ticket.support_kind_id)

    def test_two_checks_of_three_are_not_enough(self):
        """O-2: a review may be gone on with by somebody else, and is finished with the last check only."""
        ticket = self.raise_ticket("2026-03-02 16:00")
        wizard = self.open_review(ticket)
        wizard.duplicate_done = True
        wizard.action_save()
        self.assertEqual(ticket.with_user(self.agent).openpyme_review_left, 1)
        with self.refused("Not a reply"):
            ticket.with_user(self.leader).support_kind_id = self.kinds["support"]
        wizard = self.open_review(ticket, self.agent)
        self.assertTrue(wizard.duplicate_done)
        wizard.reply_done = True
        wizard.action_save()
        self.assertEqual(ticket.sudo().openpyme_check_ids.filtered(lambda c: c.check == "reply").user_id, self.agent)
        self.assertEqual(len(ticket.sudo().openpyme_check_ids), 3)
        ticket.with_user(self.leader).support_kind_id = self.kinds["support"]

    def test_without_a_contract_in_force(self):
        """O-2: a contract that is over cannot be ticked; a reason has to be given."""
        self.entitlement.date_end = "2026-01-31"
        ticket = self.raise_ticket("2026-03-02 16:00")
        wizard = self.open_review(ticket)
        self.assertFalse(wizard.has_contract)
        wizard.write({"contract_done": True, "duplicate_done": True, "reply_done": True})
        with self.refused("no contract in force"):
            wizard.action_save()
        wizard.contract_note = "The renewal is being signed"
        wizard.action_save()
        check = ticket.sudo().openpyme_check_ids.filtered(lambda c: c.check == "contract")
        self.assertIn("no contract in force", check.proof)
        self.assertEqual(check.note, "The renewal is being signed")

    def test_nothing_ticked(self):
        """O-2: recording nothing is said to be nothing."""
        self.entitlement.active = False
        wizard = self.open_review(self.raise_ticket("2026-03-02 16:00"))
        with self.assertRaises(UserError):
            wizard.action_save()

    def test_nobody_edits_checks(self):
        """O-2: who checked what is not changed afterwards, not even by a manager."""
        ticket = self.raise_ticket("2026-03-02 16:00")
        self.review(ticket, "2026-03-02 16:05")
        check = ticket.sudo().openpyme_check_ids[0]
        for change in (
            lambda: check.write({"note": "x"}),
            check.unlink,
            lambda: check.create({"ticket_id": ticket.id, "check": "reply"}),
            check.copy,
        ):
            with self.assertRaises(UserError):
                change()
        with self.assertRaises(UserError):
            ticket.with_user(self.manager).openpyme_reviewed = utc("2026-03-02 16:00")

    def test_others_of_the_client_are_shown(self):
        """O-2: beside the checks stand the client's other tickets, the likeliest first, and nobody else's."""
        near = self.raise_ticket("2026-03-02 10:00", name="Invoices are not stamped in store 3")
        far = self.raise_ticket("2026-03-02 11:00", name="A report in colours", description="<p>Wish.</p>")
        named = self.raise_ticket("2026-03-02 09:00", name="Backup", description="<p>Nightly.</p>")
        foreign = self.raise_ticket("2026-03-02 10:00", partner_id=self.stranger_user.partner_id.id)
        ticket = self.raise_ticket(
            "2026-03-02 16:00", name="Invoices not stamped", description=f"<p>See {named.number}</p>"
        )
        lines = self.open_review(ticket).line_ids
        self.assertEqual(lines.ticket_id, named | near | far)
        self.assertEqual(lines[0].ticket_id, named)
        self.assertEqual(lines[1].ticket_id, near)
        self.assertIn("number", lines[0].reason)
        self.assertNotIn(foreign, lines.ticket_id)

    def test_a_duplicate_is_merged_from_there(self):
        """O-2: the engine's merge is at hand beside each other ticket."""
        first = self.raise_ticket("2026-03-02 10:00")
        ticket = self.raise_ticket("2026-03-02 16:00")
        wizard = self.open_review(ticket, self.agent)
        action = wizard.line_ids.action_merge()
        merge = self.env[action["res_model"]].with_user(self.agent).with_context(**action["context"]).create({})
        self.assertEqual(merge.survivor_id, first)
        merge.action_merge()
        self.assertEqual(ticket.sudo().support_merged_into_id, first)

    def test_customers_do_not_classify(self):
        """O-3: the portal offers no kinds of OpenPyme's, whatever is set on a kind."""
        self.kinds["support"].portal_visible = True
        kinds = self.env["helpdesk.ticket"]._support_portal_get_kinds(self.provider, self.env["support.service"])
        self.assertFalse(kinds)
        ticket = self.raise_ticket("2026-03-02 16:00")
        self.review(ticket, "2026-03-02 16:05")
        with self.assertRaises(AccessError):
            ticket.with_user(self.customer_user).write({"support_kind_id": self.kinds["change"].id})

    def test_reclassified(self):
        """O-3: what turns out to be a change loses its impact, and its clocks are those of a change from then on."""
        self.entitlement.openpyme_hours_medium = 8
        ticket = self.raise_ticket("2026-03-02 16:00", "support", impact="medium")
        self.assertEqual(self.clock(ticket, "resolution").budget, 8 * 3600)
        self.settle()
        self.at(ticket.with_user(self.leader), "2026-03-02 17:00").support_kind_id = self.kinds["change"]
        self.assertFalse(ticket.with_user(self.agent).openpyme_impact_id)
        self.assertFalse(ticket.support_priority_id)
        self.assertFalse(self.clock(ticket, "resolution"))
        self.assertTrue(self.clock(ticket, "first_response"))
        self.settle()
        tracked = (
            self.env["mail.tracking.value"]
            .sudo()
            .search([("mail_message_id.res_id", "=", ticket.id), ("field_id.name", "=", "support_kind_id")])
        )
        self.assertIn("Change", tracked.mapped("new_value_char"))

    def test_history_is_classified_as_it_was(self):
        """O-2: tickets of another desk come with their kind, without a review."""
        level = self.ref_("priority_low").code
        rows = [
            {
                "reference": "OLD-1",
                "moment": "2025-03-03T10:00:00",
                "kind": "raised",
                "subject": "Old",
                "provider": "openpyme",
                "priority": level,
            },
        ]
        result = self.env["support.history.row"].with_user(self.manager).import_history(rows, background=False)
        self.assertEqual(result["imported"], 1, result)
        ticket = self.env["helpdesk.ticket"].search([("support_history_reference", "=", "OLD-1")])
        self.assertEqual(ticket.with_user(self.agent).openpyme_impact_id, self.impacts["low"])
        self.assertEqual(ticket.with_user(self.agent).openpyme_kind, "support")
        ticket.with_user(self.agent).support_kind_id = self.kinds["change"]
        self.assertEqual(ticket.with_user(self.agent).openpyme_review_left, 0)
